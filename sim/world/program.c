/* program.c - starting programs, giving them their turns, and noticing their end. */
#include "sim/world/program.h"
#include "sim/world/exec_words.h"
#include "sim/world/folder.h"
#include "sim/world/world_room.h"

#include "net/visitor.h"
#include "sim/core/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct program {
	struct program *next;
	struct world *world;
	struct program_options options; /* its texts point below */
	char name[64], serial[64], log_path[512], socket_path[FOLDER_MAX + 12];
	struct exec_words words;
	uint16_t port; /* by which it knows socket_path; 0: by the path */
	struct visitor *visitor;
	struct guest *guest; /* NULL: without power */
	struct queue_handle wake;
	int starts;
};

/* One folder for all of them, made with the first. */
struct programs {
	struct folder folder;
	struct program *first;
	int n;
};

static bool is_alive(const struct program *program)
{
	return program->guest && guest_alive(program->guest);
}

static void on_wake(void *arg, sim_ns now);

/* After a turn: when it wants the next one, and what it left. */
static void after_turn(struct program *program, sim_ns now)
{
	struct queue *queue = program->world->queue;
	sim_ns wake = guest_wake(program->guest);

	queue_cancel(queue, &program->wake);
	if (is_alive(program) && wake != SIM_NEVER)
		program->wake =
			queue_add(queue, wake > now ? wake : now + 1, on_wake, program);
	visitor_look(program->visitor, now);
}

static void take_turn(struct program *program, sim_ns now)
{
	enum guest_rest rest;

	if (!is_alive(program))
		return;
	rest = guest_turn(program->guest, now, now);
	after_turn(program, now);
	if ((rest == GUEST_ENDED || rest == GUEST_STUCK) && program->options.ended)
		program->options.ended(program->options.arg, now,
				       guest_status(program->guest));
}

static void on_wake(void *arg, sim_ns now)
{
	struct program *program = arg;

	program->wake = (struct queue_handle){0};
	take_turn(program, now);
}

bool programs_settle(struct world *world, sim_ns now)
{
	bool moved = false;

	if (!world->programs)
		return false;
	for (struct program *at = world->programs->first; at; at = at->next) {
		if (!visitor_take_input(at->visitor))
			continue;
		take_turn(at, now);
		moved = true;
	}
	return moved;
}

/* --- beginning and ending --------------------------------------------------------------- */

static int start_guest(struct program *program, sim_ns now, struct sim_error *error)
{
	const struct world_options *world = &program->world->options;
	struct guest_options options = {
		.name = program->name,
		.argv = program->words.argv,
		.shim_path = world->shim_path,
		.output_path = program->log_path,
		.start_utc_ns = world->start_utc_ns,
		/* Another stream for each machine, and for each of its starts. */
		.seed = text_hash(world->seed + (uint64_t)program->starts++,
				  program->serial, strlen(program->serial)),
		.threads = true,
		.tick_exact = world->tick_exact,
		.core = world->core,
		.watchdog_ms = world->watchdog_ms,
		.trace = program->world->trace,
		.start_at = now,
		.peer_port = program->port,
		.peer_path = program->socket_path,
	};
	int status = guest_start(&options, &program->guest, error);

	if (status == SIM_OK)
		after_turn(program, now);
	return status;
}

static struct programs *room_for_programs(struct world *world, struct sim_error *error)
{
	struct programs *programs = world->programs;

	if (programs)
		return programs;
	programs = calloc(1, sizeof(*programs));
	if (!programs || folder_make(&programs->folder, error) != SIM_OK) {
		if (!programs)
			sim_fail(error, SIM_ENOMEM, "no memory for programs");
		free(programs);
		return NULL;
	}
	world->programs = programs;
	return programs;
}

static void program_free(struct program *program)
{
	guest_free(program->guest);
	visitor_free(program->visitor);
	free(program);
}

static void copy_options(struct program *program, const struct program_options *options)
{
	const struct programs *programs = program->world->programs;

	program->options = *options;
	snprintf(program->name, sizeof(program->name), "%s", options->name);
	snprintf(program->serial, sizeof(program->serial), "%s", options->serial);
	snprintf(program->socket_path, sizeof(program->socket_path), "%s/%d",
		 programs->folder.path, programs->n);
	if (options->log_path)
		snprintf(program->log_path, sizeof(program->log_path), "%s",
			 options->log_path);
	else
		snprintf(program->log_path, sizeof(program->log_path), "%s/%d.log",
			 programs->folder.path, programs->n);
	program->options.name = program->options.serial = program->options.log_path =
		NULL;
}

int program_start(struct world *world, const struct program_options *options,
		  struct program **ret_program, struct sim_error *error)
{
	if (world->wall)
		return sim_fail(error, SIM_EINVAL,
				"%s needs virtual time, and %s runs in real time",
				options->what, world->options.broker);
	struct programs *programs = room_for_programs(world, error);
	struct program *program = programs ? calloc(1, sizeof(*program)) : NULL, **at;
	int status;

	if (!programs)
		return error->code;
	if (!program)
		return sim_fail(error, SIM_ENOMEM, "no memory for a program");
	program->world = world;
	copy_options(program, options);
	const struct exec_value values[] = {
		{"socket", program->socket_path},
		{"serial", program->serial},
		{"dir", programs->folder.path},
		{"port", EXEC_PORT_TEXT},
		{NULL, NULL},
	};
	status = exec_words_parse(options->what, options->command, values,
				  &program->words, error);
	if (status == SIM_OK)
		status = exec_words_port(options->what, options->command, "connects to",
					 &program->port, error);
	if (status == SIM_OK)
		status = visitor_new(world->net, program->name, program->socket_path,
				     &program->visitor, error);
	if (status == SIM_OK)
		status = start_guest(program, world->clock.now, error);
	if (status != SIM_OK) {
		program_free(program);
		return status;
	}
	programs->n++;
	for (at = &programs->first; *at; at = &(*at)->next)
		;
	*at = program;
	*ret_program = program;
	return SIM_OK;
}

void program_power(struct program *program, bool on, sim_ns now)
{
	struct sim_error error;

	queue_cancel(program->world->queue, &program->wake);
	guest_free(program->guest);
	program->guest = NULL;
	visitor_look(program->visitor, now);
	if (on && start_guest(program, now, &error) != SIM_OK && program->options.ended)
		program->options.ended(program->options.arg, now, error.text);
}

void programs_stop(struct world *world)
{
	if (!world->programs)
		return;
	for (struct program *at = world->programs->first; at; at = at->next)
		if (is_alive(at))
			guest_stop(at->guest);
}

void programs_free(struct world *world)
{
	struct programs *programs = world->programs;

	if (!programs)
		return;
	while (programs->first) {
		struct program *program = programs->first;

		programs->first = program->next;
		program_free(program);
	}
	folder_remove(&programs->folder);
	free(programs);
	world->programs = NULL;
}
