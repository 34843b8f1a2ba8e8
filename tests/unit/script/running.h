/*
 * running.h - a scenario from a string, run against a real broker.
 */
#ifndef JOBJAM_TESTS_SCRIPT_RUNNING_H
#define JOBJAM_TESTS_SCRIPT_RUNNING_H

#include "tests/unit/script/loading.h"

/* A real broker in virtual time: an hour of it takes a few milliseconds. */
struct run {
	struct script *script;
	struct fleet *fleet;
	struct checks *checks;
	enum world_end end;
	struct sim_error error;
};

#define STORY "scenario { start = \"2024-06-01T15:00:00Z\", length = \"2h\", seed = 3 }\n"
#define FLEET \
	STORY "local fleet = printers { { count = 2 }, { count = 1, model = \"p1p\" } }\n"

static inline void run_open(struct run *run, const char *source)
{
	static char shim[256], firmware[256];
	snprintf(shim, sizeof(shim), "%s/vclock.so", testing_build_dir());
	snprintf(firmware, sizeof(firmware), "%s/firmware", testing_build_dir());
	const struct fleet_options options = {.shim_path = shim,
					      .firmware_dir = firmware,
					      .core = -1};

	*run = (struct run){.script = load(source)};
	if (fleet_new(script_plan(run->script), &options, &run->fleet, &run->error) !=
	    SIM_OK)
		fail_msg("%s", run->error.text);
	run->checks = checks_new(world_trace(fleet_world(run->fleet)));
	assert_non_null(run->checks);
	if (script_attach(run->script, run->fleet, run->checks, &run->error) != SIM_OK ||
	    fleet_start(run->fleet, &run->error) != SIM_OK)
		fail_msg("%s", run->error.text);
	run->end = fleet_run(run->fleet, &run->error);
	fleet_end(run->fleet);
	script_finish(run->script);
	checks_finish(run->checks, world_clock(fleet_world(run->fleet))->now,
		      run->end != WORLD_REACHED);
}

static inline void run_close(struct run *run)
{
	fleet_free(run->fleet);
	checks_free(run->checks);
	script_free(run->script);
}

/* All notes, each as "seconds text", one a line. */
static inline const char *notes(const struct run *run)
{
	static char said[8192];
	const struct trace *trace = world_trace(fleet_world(run->fleet));
	size_t length = 0;
	said[0] = '\0';
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		if (event->kind == KIND_NOTE && length < sizeof(said))
			length += (size_t)snprintf(said + length, sizeof(said) - length,
						   "%lld %s\n",
						   (long long)(event->t / SIM_S),
						   trace_text(event, "text", ""));
	}
	return said;
}

static inline const char *failure_of(struct run *run, const char *source)
{
	run_open(run, source);
	if (script_failure(run->script) == NULL)
		fail_msg("the script did not fail: %s", source);
	assert_int_equal(run->end, WORLD_STOPPED);
	return script_failure(run->script);
}

#endif
