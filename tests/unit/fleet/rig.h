/*
 * rig.h - plans made by hand, and a fleet that lives through them with a real mosquitto.
 */
#ifndef JOBJAM_TEST_FLEET_RIG_H
#define JOBJAM_TEST_FLEET_RIG_H

#include "tests/testing.h"

#include "sim/fleet/fleet_room.h"

#include <unistd.h>

#define START_UTC_S INT64_C(1692025200) /* 2023-08-14T15:00:00Z */

/* Every test uses its own choice of what follows. */
#pragma GCC diagnostic ignored "-Wunused-function"

struct rig {
	char dir[64], shim[300], firmware_dir[300], log[100];
	struct plan *plan;
	struct fleet_options options; /* to be changed before rig_new() */
	struct fleet *fleet;
	struct sim_error error;
};

/* A setting as a scenario says it, in line 7. */
static void say(struct settings *settings, const char *name, const char *value)
{
	assert_int_equal(settings_set(settings, name, value, "scenario", "story.lua:7"), SIM_OK);
}

static struct plan_group *rig_group(struct rig *rig, const char *count, const char *model)
{
	struct plan_group *group = &rig->plan->groups[rig->plan->n_groups++];

	say(&group->options, "count", count);
	say(&group->options, "model", model);
	return group;
}

static void rig_init(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	strcpy(rig->dir, "/tmp/jobjam-fleet-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	snprintf(rig->shim, sizeof(rig->shim), "%.200s/vclock.so", testing_build_dir());
	snprintf(rig->firmware_dir, sizeof(rig->firmware_dir), "%.200s/firmware",
		 testing_build_dir());
	snprintf(rig->log, sizeof(rig->log), "%s/broker.log", rig->dir);
	rig->plan = plan_new();
	assert_non_null(rig->plan);
	strcpy(rig->plan->name, "story");
	rig->plan->path = strdup("story.lua");
	rig->plan->start_utc_ns = START_UTC_S * SIM_S;
	rig->plan->length = 8 * SIM_H;
	rig->plan->seed = 1;
	rig->plan->has_scenario = rig->plan->has_cloud = true;
	rig->options = (struct fleet_options){
		.shim_path = rig->shim,
		.firmware_dir = rig->firmware_dir,
		.level = TRACE_FULL,
		.log_path = rig->log,
		.core = -1,
	};
}

static void rig_fini(struct rig *rig)
{
	fleet_free(rig->fleet);
	plan_free(rig->plan);
	unlink(rig->log);
	(void)rmdir(rig->dir);
}

static int rig_try(struct rig *rig)
{
	return fleet_new(rig->plan, &rig->options, &rig->fleet, &rig->error);
}

static void rig_new(struct rig *rig)
{
	int status = rig_try(rig);

	if (status != SIM_OK)
		print_error("%s\n", rig->error.text);
	assert_int_equal(status, SIM_OK);
}

/* Refused with that code and a sentence that holds each of the parts. */
static void rig_refused(struct rig *rig, int status, const char *const parts[])
{
	assert_int_equal(rig_try(rig), status);
	assert_null(rig->fleet);
	for (int i = 0; parts[i]; i++) {
		if (!strstr(rig->error.text, parts[i]))
			print_error("\"%s\" is not in: %s\n", parts[i], rig->error.text);
		assert_non_null(strstr(rig->error.text, parts[i]));
	}
}
#define PARTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void send_jobs(void *arg, sim_ns now)
{
	struct rig *rig = arg;
	const struct vocab_row *row = people_send_row();
	struct value *values = values_new(row);
	int between = vocab_find_param(row, "between");

	assert_non_null(values);
	assert_int_equal(param_parse(&row->params[between], "16:00-18:00", &values[between],
				     &rig->error),
			 SIM_OK);
	values[between].given = true;
	assert_int_equal(people_send_jobs(fleet_people(rig->fleet), now, "printer/*", values, 0,
					  &rig->error),
			 SIM_OK);
	free(values);
}

/* Printers with owners who each send a job between 16 and 18 o'clock. */
static void rig_evening(struct rig *rig, const char *count)
{
	struct plan_owners *owners = &rig->plan->owners[rig->plan->n_owners++];

	rig_group(rig, count, "x1c");
	strcpy(owners->of, "printer/*");
	assert_int_equal(plan_add_deed(rig->plan, 0, send_jobs, rig), SIM_OK);
}

static void rig_run(struct rig *rig)
{
	rig_new(rig);
	assert_int_equal(fleet_start(rig->fleet, &rig->error), SIM_OK);
	assert_int_equal(fleet_run(rig->fleet, &rig->error), WORLD_REACHED);
	fleet_end(rig->fleet);
}

static const struct trace *rig_trace(const struct rig *rig)
{
	return world_trace(fleet_world(rig->fleet));
}

#endif
