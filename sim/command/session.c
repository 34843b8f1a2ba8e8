/* session.c - one run, step by step. */
#include "sim/command/session.h"

#include "sim/command/facts.h"
#include "sim/command/host_time.h"
#include "sim/command/paths.h"
#include "sim/command/schedule.h"
#include "sim/command/terminal.h"
#include "sim/command/variant.h"
#include "sim/script/script.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLUSH_EVERY_S 0.25

struct session {
	const struct session_options *options;
	struct bulletin *bulletin;
	struct script *script;
	struct plan *plan;
	struct fleet *fleet;
	struct checks *checks;
	struct facts facts;
	struct summary summary;
	struct outcome *outcomes;
	char variant[VARIANT_NAME_MAX];
	char broker[PATHS_MAX]; /* the fleet borrows it */
	char directory[VARIANT_PATH_MAX];
	char events_path[VARIANT_PATH_MAX + 32], log_path[VARIANT_PATH_MAX + 32];
	enum world_end end;
	char *failure; /* of the script; owned */
	struct sim_error error;
	double began_s, flushed_s;
};

static int load(const struct session_options *options, bool has_seed, uint64_t seed,
		struct script **ret_script, struct sim_error *error)
{
	struct script_options script = {
		.path = options->path,
		.sets = options->command->sets,
		.has_seed = has_seed,
		.seed = seed,
	};

	return script_load(&script, ret_script, error);
}

int session_load(const struct session_options *options, struct script **ret_script,
		 uint64_t *ret_own_seed, struct sim_error *error)
{
	const struct options *command = options->command;
	struct script *script;
	uint64_t own, seed;
	int status = load(options, false, 0, &script, error);

	if (status)
		return status;
	own = script_plan(script)->seed;
	seed = (command->has_seed ? command->seed : own) + options->seed_offset;
	*ret_own_seed = own;
	if (seed != own) {
		/* The seed may already have been used while the file was read. */
		script_free(script);
		status = load(options, true, seed, &script, error);
		if (status)
			return status;
	}
	if (command->tick_exact && settings_set(&script_plan(script)->scenario, "tick",
						"exact", "command line", "--tick")) {
		script_free(script);
		return sim_fail(error, SIM_ENOMEM, "no memory for the plan");
	}
	*ret_script = script;
	return SIM_OK;
}

/* ---- before the run ---- */

static int read_scenario(struct session *session)
{
	struct bulletin *bulletin = session->bulletin;
	uint64_t own_seed;
	char folder[VARIANT_NAME_MAX];
	int status;

	bulletin_enter(bulletin, &(struct fleet_place){.inside = INSIDE_SCRIPT});
	status = session_load(session->options, &session->script, &own_seed,
			      &session->error);
	bulletin_enter(bulletin, &(struct fleet_place){.inside = INSIDE_JOBJAM});

	if (status)
		return status;
	session->plan = script_plan(session->script);
	bulletin->length = session->plan->length;
	bulletin->start_utc_ns = session->plan->start_utc_ns;
	bulletin_write(bulletin->name, sizeof(bulletin->name), session->plan->name);
	variant_name(session->plan, session->options->command, own_seed,
		     session->variant);
	variant_safe(session->plan->name, folder);
	snprintf(session->directory, sizeof(session->directory), "%s/%s/%s%s",
		 session->options->command->out, folder, session->variant,
		 session->options->directory_suffix);
	snprintf(session->events_path, sizeof(session->events_path), "%s/events.ndjson",
		 session->directory);
	snprintf(session->log_path, sizeof(session->log_path), "%s/broker.log",
		 session->directory);
	return SIM_OK;
}

/* Also brings the trace to the file now and then, for whoever follows it or kills us. */
static void on_progress(void *arg, sim_ns now)
{
	struct session *session = arg;
	double wall = host_time_s();

	bulletin_beat(session->bulletin, now);
	if (wall - session->flushed_s < FLUSH_EVERY_S)
		return;
	session->flushed_s = wall;
	trace_flush(world_trace(fleet_world(session->fleet)));
}

static void on_entered(void *arg, const struct fleet_place *place)
{
	bulletin_enter(arg, place);
}

/* Everything that can be refused before anything runs or is written. */
static int build(struct session *session)
{
	const struct options *command = session->options->command;
	struct fleet_options options = {
		.shim_path = paths_shim(),
		.firmware_dir = paths_firmware(),
		.firmware = command->firmware,
		.level = session->options->level,
		.broker = paths_broker(command->broker, session->broker),
		.log_path = session->log_path,
		.core = session->options->core,
		.interrupted = supervise_interrupted(),
		.progress = on_progress,
		.progress_arg = session,
		.entered = on_entered,
		.entered_arg = session->bulletin,
		.instant = &session->bulletin->now,
	};
	int status = fleet_new(session->plan, &options, &session->fleet, &session->error);

	if (status)
		return status;
	session->checks = checks_new(world_trace(fleet_world(session->fleet)));
	if (!session->checks)
		return sim_fail(&session->error, SIM_ENOMEM, "no memory for the checks");
	return script_attach(session->script, session->fleet, session->checks,
			     &session->error);
}

static struct {
	struct trace *trace;
	const struct bulletin *bulletin;
} last_words;

/* The client library has failed an assertion. Its calls come from outside the trace, which
 * is whole therefore; and what the client met last is still in memory. */
static void on_abort(int signal_number)
{
	(void)signal_number;
	if (atomic_load(&last_words.bulletin->inside) == INSIDE_CLIENT)
		trace_flush(last_words.trace);
}

/* events.ndjson begins when the broker is up, because its header names the broker's
 * version; what happened until then is written first. */
static int open_events(struct session *session)
{
	struct trace *trace = world_trace(fleet_world(session->fleet));
	struct text line = {0};
	int status = trace_open(trace, session->events_path, &session->error);

	if (status)
		return status;
	report_trace_header(&session->facts.run, &line);
	trace_raw_line(trace, text_cstr(&line));
	for (size_t i = 0; i < trace_count(trace); i++) {
		text_clear(&line);
		trace_add_json(&line, trace_at(trace, i));
		trace_raw_line(trace, text_cstr(&line));
	}
	trace_flush(trace);
	text_fini(&line);
	last_words.trace = trace;
	last_words.bulletin = session->bulletin;
	sigaction(SIGABRT,
		  &(struct sigaction){.sa_handler = on_abort, .sa_flags = SA_RESETHAND},
		  NULL);
	return SIM_OK;
}

static int start(struct session *session)
{
	int status = variant_claim(session->directory, &session->error);

	if (status)
		return status;
	bulletin_write(session->bulletin->directory, sizeof(session->bulletin->directory),
		       session->directory);
	session->began_s = host_time_s();
	status = fleet_start(session->fleet, &session->error);
	if (status) {
		variant_drop(
			session->directory); /* unless the broker left its last words */
		return status;
	}
	if (!session->options->directory_suffix[0])
		variant_latest(session->directory);
	status = facts_gather(session->plan, session->fleet, session->options->command,
			      session->variant, session->directory, &session->facts,
			      &session->error);
	return status ? status : open_events(session);
}

/* ---- after the run ---- */

/* The one that speaks of these builds, if the builds stand as they were shipped. */
static bool find_known_bad(const struct session *session, struct known_bad *ret_known_bad)
{
	const struct run_facts *facts = &session->facts.run;

	if (!fleet_as_built(session->fleet))
		return false;
	for (size_t i = 0; i < session->plan->n_known_bads; i++) {
		const struct plan_known_bad *known = &session->plan->known_bads[i];

		if ((known->firmware && strcmp(known->firmware, facts->firmware) != 0) ||
		    (known->cloud && strcmp(known->cloud, facts->cloud) != 0))
			continue;
		*ret_known_bad = (struct known_bad){
			.firmware = known->firmware,
			.cloud = known->cloud,
			.breaks = (const char *const *)known->breaks,
			.n_breaks = known->n_breaks,
			.where = known->where,
		};
		return true;
	}
	return false;
}

/* Of a firmware build, when no fault wanted it: the printer, else NULL. */
static const struct trace_event *firmware_died(const struct trace *trace)
{
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);

		if (event->kind == KIND_FIRMWARE_CRASHED &&
		    !trace_bool(event, "asked", false))
			return event;
	}
	return NULL;
}

static bool subject_died(enum world_end end)
{
	return end == WORLD_BROKER_ENDED || end == WORLD_BROKER_STUCK ||
	       end == WORLD_LIVELOCK;
}

/* A script that failed outweighs what the promises say. */
static void add_failure(struct session *session)
{
	struct summary *summary = &session->summary;

	if (!session->failure)
		return;
	summary->status = exit_worse(summary->status, EXIT_USAGE);
	if (summary->status != EXIT_USAGE)
		return;
	summary->word = "SCRIPT FAILED";
	summary->as_known_bad = false;
	snprintf(summary->sentence, sizeof(summary->sentence), "%.*s",
		 (int)strcspn(session->failure, "\n"), session->failure);
}

static void judge(struct session *session)
{
	const struct trace *trace = world_trace(fleet_world(session->fleet));
	sim_ns now = world_clock(fleet_world(session->fleet))->now;
	bool cut_short = now < session->plan->length;
	struct known_bad known_bad;
	struct verdict_inputs inputs = {
		.checks = session->checks,
		.trace = trace,
		.known_bad = find_known_bad(session, &known_bad) ? &known_bad : NULL,
		.cut_short = cut_short,
		.interrupted = session->end == WORLD_INTERRUPTED,
		.subject_died = subject_died(session->end) || firmware_died(trace),
	};

	inputs.promises_alone = !inputs.known_bad && session->plan->n_known_bads > 0;
	script_finish(session->script);
	checks_finish(session->checks, now, cut_short);
	verdict_sum_up(&inputs, &session->summary);
	session->facts.run.reached = now;
	if (script_failure(session->script))
		session->failure = strdup(script_failure(session->script));
	else if (session->end == WORLD_STOPPED || session->end == WORLD_ENDLESS)
		session->failure = strdup(session->error.text);
	add_failure(session);
	bulletin_write(session->bulletin->sentence, sizeof(session->bulletin->sentence),
		       session->summary.sentence);
	session->bulletin->events = trace_count(trace);
}

static enum exit_status close_events(struct session *session)
{
	struct trace *trace = world_trace(fleet_world(session->fleet));
	struct text line = {0};

	signal(SIGABRT, SIG_DFL);
	report_trace_end(&session->facts.run, &session->summary, &line);
	trace_raw_line(trace, text_cstr(&line));
	text_fini(&line);
	if (trace_close(trace, &session->error) == SIM_OK)
		return EXIT_HELD;
	return terminal_refuse(NULL, &session->error);
}

static void fill_elapsed(struct session *session, double elapsed_s)
{
	struct world_times times = world_times(fleet_world(session->fleet));
	const struct {
		const char *name;
		double seconds;
	} parts[] = {
		{"events", times.events_s},
		{"network", times.network_s},
		{"broker", times.broker_s},
		{"idle", times.idle_s},
	};
	const char *name;

	session->facts.run.elapsed_s = elapsed_s;
	for (size_t i = 0; i < 8 && (name = run_elapsed_name(i)); i++) {
		for (size_t j = 0; j < sizeof(parts) / sizeof(parts[0]); j++) {
			if (strcmp(name, parts[j].name) == 0)
				session->facts.run.elapsed_parts_s[i] = parts[j].seconds;
		}
	}
}

static enum exit_status report(struct session *session)
{
	size_t n = checks_count(session->checks);
	struct run run = {.trace = world_trace(fleet_world(session->fleet)),
			  .n_outcomes = n,
			  .summary = session->summary};
	struct text text = {0};
	enum exit_status status = EXIT_HELD;

	session->outcomes = calloc(n ? n : 1, sizeof(*session->outcomes));
	if (!session->outcomes)
		return EXIT_INTERNAL;
	for (size_t i = 0; i < n; i++)
		session->outcomes[i] = *checks_outcome(session->checks, i);
	schedule_json(session->plan, run.trace, &session->facts.schedule);
	session->facts.run.schedule_json = text_cstr(&session->facts.schedule);
	run.facts = session->facts.run;
	run.outcomes = session->outcomes;
	if (report_write_all(&run, &session->error))
		status = terminal_refuse(NULL, &session->error);
	report_terminal(&run, session->options->colour, session->options->command->quiet,
			&text);
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
	return status;
}

/* Which printer's build died first, of what, and where to look. */
static void complain_of_firmware(const struct session *session)
{
	const struct trace_event *event =
		firmware_died(world_trace(fleet_world(session->fleet)));
	const char *how = event ? trace_text(event, "how", "") : "";
	char sentence[512];

	if (!event)
		return;
	snprintf(sentence, sizeof(sentence),
		 "the firmware of %.60s is gone (%.20s%s%.20s): %.300s; %s", event->who,
		 how, trace_text(event, "call", "")[0] ? " in " : "",
		 trace_text(event, "call", ""), trace_text(event, "detail", ""),
		 strcmp(how, "ended") == 0 ? "what it said is in firmware-SERIAL.log"
					   : "try jobjam firmware check");
	terminal_complain(session->plan->name, sentence);
}

static enum exit_status finish(struct session *session)
{
	enum exit_status status;

	bulletin_stage(session->bulletin, STAGE_REPORTING);
	fleet_end(session->fleet);
	judge(session);
	bulletin_beat(session->bulletin, session->facts.run.reached);
	fill_elapsed(session, host_time_s() - session->began_s);
	status = close_events(session);
	if (session->options->reports)
		status = exit_worse(status, report(session));
	if (session->failure)
		terminal_complain(session->plan->path, session->failure);
	else if (session->end != WORLD_REACHED)
		terminal_complain(session->plan->name, session->error.text);
	complain_of_firmware(session);
	return exit_worse(session->summary.status, status);
}

enum exit_status session_run(const struct session_options *options,
			     struct bulletin *bulletin)
{
	struct session session = {.options = options, .bulletin = bulletin};
	enum exit_status status;
	int refused;

	bulletin_write(bulletin->name, sizeof(bulletin->name), options->path);
	bulletin_stage(bulletin, STAGE_LOADING);
	refused = read_scenario(&session);
	if (!refused)
		refused = build(&session);
	if (!refused) {
		bulletin_stage(bulletin, STAGE_STARTING);
		refused = start(&session);
	}
	if (refused) {
		bulletin_write(bulletin->sentence, sizeof(bulletin->sentence),
			       session.error.text);
		status = terminal_refuse(options->path, &session.error);
	} else {
		bulletin_stage(bulletin, STAGE_RUNNING);
		session.end = fleet_run(session.fleet, &session.error);
		status = finish(&session);
	}
	facts_fini(&session.facts);
	free(session.outcomes);
	free(session.failure);
	fleet_free(session.fleet);
	checks_free(session.checks);
	script_free(session.script);
	return status;
}
