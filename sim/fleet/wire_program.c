/*
 * wire_program.c - a machine whose firmware is a program of the user's, with an MQTT
 * connection of its own.
 *
 * Such a program knows nothing of our plant: its machine stands there cold and is never
 * reached by it. What it does is what it says on the network, so a start is one when the
 * service hears of it, and no physical harm is judged; the run says so.
 */
#include "sim/fleet/fleet_room.h"
#include "sim/world/exec_words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char the_note[] =
	"its firmware is a program: a start counts when the service hears of it, its machine "
	"stays cold, and no physical harm is judged";

/* A program brings no build; its machine is given one that does nothing by itself. */
int wire_program_take(struct member *member, char *spec, size_t size,
		      struct sim_error *error)
{
	const struct settings *safeguards = &member->group->safeguards;

	if (!exec_words_of(spec))
		return SIM_OK;
	if (safeguards->n > 0)
		return sim_fail(
			error, SIM_EINVAL,
			"%s: \"%s\" is a safeguard of builds; a firmware that is a "
			"program has its own",
			safeguards->items[0].where ? safeguards->items[0].where
						   : "printers{}",
			safeguards->items[0].name);
	member->command = strdup(exec_words_of(spec));
	if (!member->command)
		return sim_fail(error, SIM_ENOMEM, "no memory for the fleet");
	snprintf(spec, size, "ref-none");
	return SIM_OK;
}

/* The first of the fleet tells it for all. */
static bool is_first(const struct member *member)
{
	for (int i = 0; i < member->index; i++)
		if (member->fleet->members[i].command)
			return false;
	return true;
}

static void on_ended(void *arg, sim_ns now, const char *status)
{
	struct member *member = arg;

	(void)now;
	trace_say(world_trace(member->fleet->world), 0, KIND_FIRMWARE_CRASHED,
		  member->name, F_TEXT("how", "ended"), F_TEXT("detail", status),
		  F_BOOL("asked", false));
}

/* Beside broker.log. */
static const char *log_of(const struct member *member, char *ret_path, size_t size)
{
	const char *log = member->fleet->options.log_path;
	const char *slash = log ? strrchr(log, '/') : NULL;

	if (!slash)
		return NULL;
	snprintf(ret_path, size, "%.*s/firmware-%s.log", (int)(slash - log), log,
		 member->serial);
	return ret_path;
}

int wire_program_start(struct member *member, struct sim_error *error)
{
	char log[512];
	struct program_options options = {
		.name = member->name,
		.what = "--firmware exec:",
		.command = member->command,
		.serial = member->serial,
		.log_path = log_of(member, log, sizeof(log)),
		.arg = member,
		.ended = on_ended,
	};
	struct world *world = member->fleet->world;

	if (is_first(member))
		trace_say(world_trace(world), 0, KIND_NOTE, member->name,
			  F_TEXT("text", the_note));
	return program_start(world, &options, &member->program, error);
}

/* Its own word, as the service understands it. */
void wire_program_news(struct fleet *fleet, sim_ns now, const struct cloud_news *news)
{
	struct member *member = &fleet->members[news->printer];
	struct trace *trace = world_trace(fleet->world);
	bool starts = strcmp(news->state, "printing") == 0 ||
		      strcmp(news->state, "preparing") == 0;
	bool ends = strcmp(news->state, "finished") == 0;

	(void)now;
	if (!member->command || news->task == 0)
		return;
	if (starts && member->said_started != news->task) {
		member->said_started = news->task;
		trace_say(trace, news->event, KIND_FIRMWARE_START, member->name,
			  F_INT("task", news->task), F_TEXT("from", "report"));
	} else if (ends && member->said_started == news->task) {
		member->said_started = 0;
		trace_say(trace, news->event, KIND_FIRMWARE_ENDED, member->name,
			  F_INT("task", news->task), F_TEXT("how", "finished"),
			  F_TEXT("from", "report"));
	}
}
