/* fleet.c - building, running and ending everybody together. */
#include "sim/fleet/fleet_room.h"
#include "sim/world/broker_faults.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Descriptors beside the links: files, pipes, the guest's, libevent's, a margin. */
enum {
	DESCRIPTORS_BASE = 64,
	DESCRIPTORS_PER_SITE =
		8 /* its process, folder, socket, and both ends of its bridge */
};

static int count_of_group(const struct plan_group *group, struct sim_error *error)
{
	const struct vocab_row *row = plan_printers_row();
	struct value *values = values_new(row);
	int count = -1;

	if (!values)
		return sim_fail(error, SIM_ENOMEM, "no memory for the fleet");
	if (settings_parse(&group->options, row, values, error) == SIM_OK)
		count = (int)value_named(row, values, "count")->as.integer;
	free(values);
	return count;
}

long fleet_descriptors(const struct plan *plan)
{
	long links = FLEET_CLIENTS_MAX;

	for (int i = 0; i < plan->n_groups; i++) {
		int count = count_of_group(&plan->groups[i], NULL);

		links += count > 0 ? count : 0;
	}
	return links * NET_DESCRIPTORS_PER_LINK + plan->n_bridges * DESCRIPTORS_PER_SITE +
	       DESCRIPTORS_BASE;
}

static int check_room(long needed, struct sim_error *error)
{
	struct rlimit limit = {0};

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	    (rlim_t)needed > limit.rlim_cur)
		return sim_fail(
			error, SIM_ELIMIT,
			"this fleet needs %ld descriptors and there are %ld (hard limit "
			"%ld); make it smaller or raise the limit (ulimit -Hn)",
			needed, (long)limit.rlim_cur, (long)limit.rlim_max);
	return SIM_OK;
}

/* Once it is known which builds have a process of their own for each machine. */
static int check_processes(const struct fleet *fleet, struct sim_error *error)
{
	long needed = fleet_descriptors(fleet->plan);

	for (int i = 0; i < fleet->n_builds; i++)
		needed +=
			firmware_build_isolated(fleet->builds[i]); /* whom it comes of */
	for (int i = 0; i < fleet->n_members; i++)
		if (firmware_build_isolated(fleet->members[i].build))
			needed += FIRMWARE_DESCRIPTORS;
	return check_room(needed, error);
}

static int check_size(const struct plan *plan, struct sim_error *error)
{
	if (plan->n_groups == 0)
		return sim_fail(
			error, SIM_EINVAL,
			"%s: the fleet is empty; say at least printers { { count = 1, "
			"model = \"x1c\" } }",
			plan->path ? plan->path : plan->name);
	for (int i = 0; i < plan->n_groups; i++)
		if (count_of_group(&plan->groups[i], error) < 0)
			return SIM_EINVAL;
	return check_room(fleet_descriptors(plan), error);
}

/* In and out take turns, so one place to come back to is enough. */
static void on_library(void *arg, const char *client)
{
	struct fleet *fleet = arg;

	if (client)
		fleet->before_library =
			fleet_enter(fleet, (struct fleet_place){.inside = INSIDE_CLIENT,
								.client = client});
	else
		fleet_enter(fleet, fleet->before_library);
}

static int make_world(struct fleet *fleet, struct sim_error *error)
{
	const struct plan *plan = fleet->plan;
	const struct fleet_options *given = &fleet->options;
	const struct setting *tick = settings_get(&plan->scenario, "tick");
	struct text conf = {0};
	int status = fleet_broker_conf(plan, &conf, error);

	if (status != SIM_OK) {
		text_fini(&conf);
		return status;
	}
	struct world_options options = {
		.start_utc_ns = plan->start_utc_ns,
		.length = plan->length,
		.seed = plan->seed,
		.level = given->level,
		.tick_exact = tick && strcmp(tick->value, "exact") == 0,
		.broker = given->broker,
		.broker_conf = text_cstr(&conf),
		.shim_path = given->shim_path,
		.log_path = given->log_path,
		.core = given->core,
		.interrupted = given->interrupted,
		.progress = given->progress,
		.progress_arg = given->progress_arg,
		.instant = given->instant,
		.library = given->entered ? on_library : NULL,
		.library_arg = fleet,
	};
	status = world_new(&options, &fleet->world, error);
	if (status != SIM_OK) {
		text_fini(&conf);
		return status;
	}
	fleet->broker_conf = conf; /* the world borrows it until it has started */
	if (given->events_path)
		status = trace_open(world_trace(fleet->world), given->events_path, error);
	return status;
}

int fleet_new(const struct plan *plan, const struct fleet_options *options,
	      struct fleet **ret_fleet, struct sim_error *error)
{
	struct fleet *fleet;
	int status = check_size(plan, error);

	if (status != SIM_OK)
		return status;
	fleet = calloc(1, sizeof(*fleet));
	if (!fleet)
		return sim_fail(error, SIM_ENOMEM, "no memory for the fleet");
	fleet->plan = plan;
	fleet->options = *options;
	fleet->tickets.next = fleet->tickets.previous = &fleet->tickets;
	fleet->shelf = job_shelf_new();
	if (!fleet->shelf)
		status = sim_fail(error, SIM_ENOMEM, "no memory for the fleet");
	if (status == SIM_OK)
		status = make_world(fleet, error);
	if (status == SIM_OK)
		status = fleet_make_sites(fleet, error);
	if (status == SIM_OK)
		status = fleet_make_members(fleet, error);
	if (status == SIM_OK)
		status = check_processes(fleet, error);
	if (status == SIM_OK)
		status = wire_cloud(fleet, error);
	if (status == SIM_OK)
		status = wire_printers(fleet, error);
	if (status == SIM_OK)
		status = wire_people(fleet, error);
	if (status == SIM_OK)
		status = fleet_gather_settings(fleet, error);
	if (status != SIM_OK) {
		fleet_free(fleet);
		return status;
	}
	*ret_fleet = fleet;
	return SIM_OK;
}

void fleet_free(struct fleet *fleet)
{
	if (!fleet)
		return;
	/* People first: their calls wait in the cloud; the world last: it owns queue and trace. */
	people_free(fleet->people);
	cloud_free(fleet->cloud);
	wire_cloud_fini(fleet);
	fleet_free_members(fleet);
	for (int i = 0; i < fleet->n_builds; i++)
		firmware_build_free(fleet->builds[i]);
	job_shelf_free(fleet->shelf);
	world_free(fleet->world);
	text_fini(&fleet->broker_conf);
	free(fleet->in_force);
	free(fleet);
}

int fleet_start(struct fleet *fleet, struct sim_error *error)
{
	const struct plan *plan = fleet->plan;
	struct queue *queue = world_queue(fleet->world);
	int status = world_start(fleet->world, error);

	if (status != SIM_OK)
		return status;
	for (int i = 0; status == SIM_OK && i < fleet->n_members; i++)
		if (fleet->members[i].command)
			status = wire_program_start(&fleet->members[i], error);
	if (status != SIM_OK)
		return status;
	cloud_start(fleet->cloud, 0);
	wire_printers_start(fleet, 0);
	if (fleet->people)
		people_start(fleet->people, 0);
	inbox_start(fleet);
	account_start(fleet);
	for (size_t i = 0; i < plan->n_deeds; i++)
		queue_add(queue, plan->deeds[i].at, plan->deeds[i].fn,
			  plan->deeds[i].arg);
	return SIM_OK;
}

enum world_end fleet_run(struct fleet *fleet, struct sim_error *error)
{
	return world_run(fleet->world, error);
}

void fleet_end(struct fleet *fleet)
{
	net_receipts(world_net(fleet->world), world_clock(fleet->world)->now);
	broker_fault_receipts(fleet->world, world_clock(fleet->world)->now);
	cloud_backlogs_left(fleet->cloud, world_clock(fleet->world)->now);
	net_backlogs_left(world_net(fleet->world), world_clock(fleet->world)->now);
	inbox_end(fleet);
	account_end(fleet);
	world_end(fleet->world);
}

struct world *fleet_world(struct fleet *fleet)
{
	return fleet->world;
}

struct cloud *fleet_cloud(struct fleet *fleet)
{
	return fleet->cloud;
}

struct people *fleet_people(struct fleet *fleet)
{
	return fleet->people;
}

struct fleet_place fleet_enter(struct fleet *fleet, struct fleet_place place)
{
	struct fleet_place before = fleet->place;

	fleet->place = place;
	if (fleet->options.entered)
		fleet->options.entered(fleet->options.entered_arg, &place);
	return before;
}

struct fleet_place fleet_enter_printer(struct fleet *fleet, int index)
{
	const struct member *member = &fleet->members[index];

	return fleet_enter(fleet, (struct fleet_place){
					  .inside = INSIDE_FIRMWARE,
					  .firmware = firmware_build_name(member->build),
					  .printer = member->name,
				  });
}

int fleet_count(const struct fleet *fleet)
{
	return fleet->n_members;
}

const struct fleet_printer *fleet_printer(const struct fleet *fleet, int index)
{
	assert(index >= 0 && index < fleet->n_members);
	return &fleet->members[index].view;
}

int fleet_find(const struct fleet *fleet, const char *name)
{
	for (int i = 0; i < fleet->n_members; i++)
		if (strcmp(fleet->members[i].name, name) == 0)
			return i;
	return -1;
}

void fleet_touched(struct fleet *fleet, int index, sim_ns now)
{
	assert(index >= 0 && index < fleet->n_members);
	wire_touched(&fleet->members[index], now);
}

const char *fleet_firmware_names(const struct fleet *fleet)
{
	return fleet->firmware_names;
}

const char *fleet_cloud_build(const struct fleet *fleet)
{
	return fleet->cloud_build;
}
