/* options.c - the table of options and the walk over the command line. */
#include "sim/command/options.h"

#include "sim/command/variant.h"
#include "sim/command/verbs.h"
#include "sim/core/vocab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int option_setter(struct options *options, const char *value,
			  struct sim_error *error);

struct option_row {
	const char *name;
	const char *argument; /* NULL: a switch */
	unsigned verbs;
	const char *help;
	option_setter *set;
};

#define RUNS  (VERB_RUN | VERB_VERIFY)
#define LOADS (RUNS | VERB_LIST | VERB_CHECK)
#define READS (VERB_WHY | VERB_REPORT)
#define EVERY (~0U)

static int set_broker(struct options *options, const char *value, struct sim_error *error)
{
	if (strncmp(value, "mqtts://", 8) == 0)
		return sim_fail(
			error, SIM_EINVAL,
			"--broker %s: a run speaks no TLS; let jobjam proxy --upstream "
			"tls:HOST:PORT do that, and name its address as mqtt://",
			value);
	if (!*value)
		return sim_fail(error, SIM_EINVAL, "--broker: an empty name");
	if (options->n_brokers > 0 && !(options->verb->bit & VERB_RUN))
		return sim_fail(error, SIM_EINVAL,
				"--broker %s: only jobjam run takes several brokers",
				value);
	if (options->n_brokers == OPTION_BROKERS_MAX)
		return sim_fail(error, SIM_ELIMIT, "more than %d --broker",
				OPTION_BROKERS_MAX);
	options->brokers[options->n_brokers++] = value;
	options->broker = options->brokers[0];
	return SIM_OK;
}

static int set_firmware(struct options *options, const char *value,
			struct sim_error *error)
{
	if (!*value)
		return sim_fail(error, SIM_EINVAL, "--firmware: an empty name");
	options->firmware = value;
	return SIM_OK;
}

/* A whole number within bounds, for an option's value. */
static int read_number(const char *option, const char *value, int64_t lo, int64_t hi,
		       int64_t *ret_number, struct sim_error *error)
{
	if (text_read_int(value, ret_number) && *ret_number >= lo && *ret_number <= hi)
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL,
			"%s %s: a whole number from %lld to %lld is needed", option,
			value, (long long)lo, (long long)hi);
}

static int set_seed(struct options *options, const char *value, struct sim_error *error)
{
	int64_t seed;
	/* Up to 2^53, so that every reader of JSON keeps it exact. */
	int status = read_number("--seed", value, 0, INT64_C(1) << 53, &seed, error);

	if (status)
		return status;
	options->has_seed = true;
	options->seed = (uint64_t)seed;
	return SIM_OK;
}

static int set_repeat(struct options *options, const char *value, struct sim_error *error)
{
	int64_t n;
	int status = read_number("--repeat", value, 1, OPTION_REPEAT_MAX, &n, error);

	if (!status)
		options->repeat = (int)n;
	return status;
}

static int set_set(struct options *options, const char *value, struct sim_error *error)
{
	const char *equals = strchr(value, '=');

	if (!equals || equals == value)
		return sim_fail(error, SIM_EINVAL,
				"--set %s: write it as name=value, for instance "
				"--set printers.start_expiry=5m",
				value);
	if (options->n_sets == OPTION_SETS_MAX)
		return sim_fail(error, SIM_ELIMIT, "more than %d --set", OPTION_SETS_MAX);
	options->sets[options->n_sets++] = value;
	options->sets[options->n_sets] = NULL;
	return SIM_OK;
}

static int set_out(struct options *options, const char *value, struct sim_error *error)
{
	if (!*value)
		return sim_fail(error, SIM_EINVAL, "--out: an empty name");
	if (strlen(value) > VARIANT_OUT_MAX)
		return sim_fail(error, SIM_EINVAL, "--out: longer than %d bytes",
				VARIANT_OUT_MAX);
	options->out = value;
	return SIM_OK;
}

static int set_clock(struct options *options, const char *value, struct sim_error *error)
{
	options->wall = strcmp(value, "wall") == 0;
	if (options->wall || strcmp(value, "virtual") == 0)
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL, "--clock %s: virtual or wall is needed",
			value);
}

static int set_jobs(struct options *options, const char *value, struct sim_error *error)
{
	int64_t n;
	int status = read_number("--jobs", value, 1, OPTION_JOBS_MAX, &n, error);

	if (!status)
		options->jobs = (int)n;
	return status;
}

static int set_shard(struct options *options, const char *value, struct sim_error *error)
{
	const char *slash = strchr(value, '/');
	char first[16] = "";
	int64_t i = 0, n = 0;

	if (slash && slash - value < (int)sizeof(first))
		memcpy(first, value, (size_t)(slash - value));
	if (!slash || !text_read_int(first, &i) || !text_read_int(slash + 1, &n) ||
	    i < 1 || n < i || n > OPTION_SHARDS_MAX)
		return sim_fail(
			error, SIM_EINVAL,
			"--shard %s: write it as i/n with 1 <= i <= n, for instance 2/4",
			value);
	options->shard = (int)i;
	options->shards = (int)n;
	return SIM_OK;
}

static int set_filter(struct options *options, const char *value, struct sim_error *error)
{
	(void)error;
	options->filter = value;
	return SIM_OK;
}

static int set_junit(struct options *options, const char *value, struct sim_error *error)
{
	(void)error;
	options->junit = value;
	return SIM_OK;
}

static int set_against(struct options *options, const char *value,
		       struct sim_error *error)
{
	(void)error;
	options->against = value;
	return SIM_OK;
}

static int set_trace(struct options *options, const char *value, struct sim_error *error)
{
	if (strcmp(value, "story") != 0 && strcmp(value, "full") != 0)
		return sim_fail(error, SIM_EINVAL, "--trace %s: story or full is needed",
				value);
	options->has_level = true;
	options->level = value[0] == 'f' ? TRACE_FULL : TRACE_STORY;
	return SIM_OK;
}

static int set_tick(struct options *options, const char *value, struct sim_error *error)
{
	if (strcmp(value, "exact") != 0)
		return sim_fail(
			error, SIM_EINVAL,
			"--tick %s: only exact can be asked for; whole seconds are what "
			"happens without it",
			value);
	options->tick_exact = true;
	return SIM_OK;
}

static int set_watchdog(struct options *options, const char *value,
			struct sim_error *error)
{
	sim_ns limit;

	if (duration_parse(value, &limit) || limit < 100 * SIM_MS || limit > SIM_H)
		return sim_fail(
			error, SIM_EINVAL,
			"--watchdog %s: a duration with its unit from 100ms to 1h is "
			"needed",
			value);
	options->watchdog_ms = (int)(limit / SIM_MS);
	return SIM_OK;
}

/* A setter for each option that is a text kept as it is. */
#define TEXT_OPTION(field, option)                                                    \
	static int set_##field(struct options *options, const char *value,            \
			       struct sim_error *error)                               \
	{                                                                             \
		if (!*value)                                                          \
			return sim_fail(error, SIM_EINVAL, option ": an empty name"); \
		options->field = value;                                               \
		return SIM_OK;                                                        \
	}
TEXT_OPTION(listen, "--listen")
TEXT_OPTION(upstream, "--upstream")
TEXT_OPTION(record, "--record")
TEXT_OPTION(control, "--control")
TEXT_OPTION(cert, "--cert")
TEXT_OPTION(key, "--key")
TEXT_OPTION(self_signed, "--self-signed")
TEXT_OPTION(ca, "--ca")

static int set_strict(struct options *options, const char *value, struct sim_error *error)
{
	(void)value, (void)error;
	options->strict = true;
	return SIM_OK;
}

static int set_quiet(struct options *options, const char *value, struct sim_error *error)
{
	(void)value, (void)error;
	options->quiet = true;
	return SIM_OK;
}

static int set_no_color(struct options *options, const char *value,
			struct sim_error *error)
{
	(void)value, (void)error;
	options->no_color = true;
	return SIM_OK;
}

static int set_json(struct options *options, const char *value, struct sim_error *error)
{
	(void)value, (void)error;
	options->json = true;
	return SIM_OK;
}

static int set_same(struct options *options, const char *value, struct sim_error *error)
{
	(void)value, (void)error;
	options->same = true;
	return SIM_OK;
}

static int set_help(struct options *options, const char *value, struct sim_error *error)
{
	(void)value, (void)error;
	options->help = true;
	return SIM_OK;
}

static const struct option_row rows[] = {
	{"--broker", "SPEC", RUNS | VERB_DOCTOR,
	 "the broker: a mosquitto binary or its name (mosquitto), exec:COMMAND with {socket} or {port}, or "
	 ""
	 "mqtt://HOST:PORT with --clock wall",
	 set_broker},
	{"--firmware", "SPEC", LOADS,
	 "every printer's build: a name, a .so, or exec:COMMAND with {socket} or {port}, and "
	 "{serial}; several "
	 "with commas are mixed",
	 set_firmware},
	{"--listen", "ADDRESS", VERB_PROXY, "where clients connect (127.0.0.1:1884)",
	 set_listen},
	{"--upstream", "ADDRESS", VERB_PROXY, "the broker (127.0.0.1:1883)",
	 set_upstream},
	{"--record", "FILE", VERB_PROXY, "every event, as events.ndjson", set_record},
	{"--control", "PATH", VERB_PROXY,
	 "the socket for jobjam ctl (one in a private folder)", set_control},
	{"--strict", NULL, VERB_PROXY,
	 "a malformed packet ends its connection; else it is passed on", set_strict},
	{"--cert", "FILE", VERB_PROXY, "PEM certificate for --listen tls:", set_cert},
	{"--key", "FILE", VERB_PROXY, "its PEM key", set_key},
	{"--self-signed", "FILE", VERB_PROXY,
	 "makes a certificate and writes it there, for clients to trust",
	 set_self_signed},
	{"--ca", "FILE", VERB_PROXY,
	 "whom to believe about --upstream tls: (the system's)", set_ca},
	{"--seed", "N", LOADS | VERB_PROXY, "the scenario's luck (its own seed)",
	 set_seed},
	{"--repeat", "N", VERB_RUN, "run N times, each with the next seed", set_repeat},
	{"--set", "NAME=VALUE", LOADS | VERB_PROXY,
	 "a parameter of the scenario, or a setting: printers.start_expiry=5m", set_set},
	{"--out", "DIR", RUNS | READS, "where run directories are (out)", set_out},
	{"--clock", "virtual|wall", RUNS,
	 "whose time (virtual); wall: real time, for a broker that runs elsewhere",
	 set_clock},
	{"--tick", "exact", RUNS,
	 "idle waits are not rounded up to whole virtual seconds", set_tick},
	{"--trace", "story|full", RUNS, "how much is recorded (run: story, verify: full)",
	 set_trace},
	{"--jobs", "N", LOADS, "so many scenarios at a time, output in order (1)",
	 set_jobs},
	{"--shard", "I/N", LOADS, "only the Ith of N parts, shared out by scenario name",
	 set_shard},
	{"--filter", "GLOB", LOADS | VERB_PROBE,
	 "only scenarios (probe: questions) whose name fits", set_filter},
	{"--against", "RUN", VERB_VERIFY,
	 "compare with this recording instead of a second run", set_against},
	{"--same", NULL, VERB_RUN,
	 "with several --broker: a difference between them is status 1", set_same},
	{"--junit", "FILE", VERB_RUN, "one JUnit file over everything that ran",
	 set_junit},
	{"--watchdog", "DURATION", LOADS,
	 "processor time a run may go on without progress (15s)", set_watchdog},
	{"--json", NULL, VERB_LIST | VERB_PROBE, "as JSON", set_json},
	{"--quiet", NULL, RUNS | VERB_CHECK | VERB_FIRMWARE | VERB_PROXY,
	 "only what was broken, and the verdict", set_quiet},
	{"--no-color", NULL, EVERY, "plain text, also on a terminal (as does NO_COLOR)",
	 set_no_color},
	{"--help", NULL, EVERY, "this text", set_help},
};
#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

/* For text_nearest and vocab_unknown: names this verb takes. */
static const char *next_name(const void *arg, size_t index)
{
	const struct verb *verb = arg;

	for (size_t i = 0; i < N_ROWS; i++) {
		if ((rows[i].verbs & verb->bit) && index-- == 0)
			return rows[i].name;
	}
	return NULL;
}

static const struct option_row *find(const char *name, size_t length)
{
	if (length == 2 && strncmp(name, "-h", 2) == 0)
		return find("--help", 6);
	for (size_t i = 0; i < N_ROWS; i++) {
		if (strlen(rows[i].name) == length &&
		    strncmp(rows[i].name, name, length) == 0)
			return &rows[i];
	}
	return NULL;
}

/* One option at argv[*at]; moves *at to the last word it used. */
static int parse_one(struct options *options, int argc, char **argv, int *at,
		     struct sim_error *error)
{
	const char *word = argv[*at], *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);
	const struct option_row *row = find(word, length);
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)(length < 60 ? length : 60), word);
	if (!row) {
		vocab_unknown(error, "option", name, next_name, options->verb);
		error->code = SIM_EINVAL;
		return SIM_EINVAL;
	}
	if (!(row->verbs & options->verb->bit))
		return sim_fail(error, SIM_EINVAL,
				"jobjam %s takes no %s; see jobjam %s --help",
				options->verb->name, row->name, options->verb->name);
	if (!row->argument)
		return equals ? sim_fail(error, SIM_EINVAL, "%s takes no value",
					 row->name)
			      : row->set(options, NULL, error);
	if (equals)
		return row->set(options, equals + 1, error);
	if (*at + 1 >= argc)
		return sim_fail(error, SIM_EINVAL, "%s needs a value: %s %s", row->name,
				row->name, row->argument);
	*at += 1;
	return row->set(options, argv[*at], error);
}

static bool is_elsewhere(const char *broker)
{
	return broker && strncmp(broker, "mqtt://", 7) == 0;
}

/* A broker elsewhere has a clock of its own, and one of ours has ours. */
static int check_clock(const struct options *options, struct sim_error *error)
{
	for (size_t i = 0; i < options->n_brokers; i++) {
		const char *broker = options->brokers[i];

		if (is_elsewhere(broker) && !options->wall)
			return sim_fail(
				error, SIM_EINVAL,
				"--broker %s: a broker that runs elsewhere has a clock of "
				"its own and needs --clock wall; the run then takes as "
				"long as its scenario says",
				broker);
		if (!is_elsewhere(broker) && options->wall)
			return sim_fail(error, SIM_EINVAL,
					"--clock wall is for brokers that run elsewhere, "
					"and %s is started by jobjam, in virtual time",
					broker);
	}
	if (options->wall && !options->n_brokers)
		return sim_fail(error, SIM_EINVAL,
				"--clock wall needs a broker that runs elsewhere: "
				"--broker mqtt://HOST:PORT");
	if (options->wall && options->verb->bit == VERB_VERIFY)
		return sim_fail(error, SIM_EINVAL,
				"--clock wall: real time does not repeat, so there is "
				"nothing to verify");
	return SIM_OK;
}

static int count_arguments(const struct options *options, struct sim_error *error)
{
	const struct verb *verb = options->verb;

	if (options->n_arguments < verb->least)
		return sim_fail(error, SIM_EINVAL,
				"jobjam %s needs %s; see jobjam %s --help", verb->name,
				verb->arguments, verb->name);
	if (options->n_arguments > verb->most)
		return sim_fail(error, SIM_EINVAL,
				"jobjam %s: too many arguments, from \"%s\" on",
				verb->name, options->arguments[verb->most]);
	return SIM_OK;
}

int options_parse(const struct verb *verb, int argc, char **argv,
		  struct options *ret_options, struct sim_error *error)
{
	struct options *options = ret_options;
	bool ended = false;

	*options = (struct options){
		.verb = verb, .repeat = 1, .jobs = 1, .out = "out", .watchdog_ms = 15000};
	options->arguments = calloc((size_t)argc + 1, sizeof(*options->arguments));
	if (!options->arguments)
		return sim_fail(error, SIM_ENOMEM, "no memory for the command line");
	for (int i = 0; i < argc; i++) {
		if (!ended && strcmp(argv[i], "--") == 0) {
			ended = true;
		} else if (!ended && argv[i][0] == '-' && argv[i][1]) {
			int status = parse_one(options, argc, argv, &i, error);

			if (status)
				return status;
		} else {
			options->arguments[options->n_arguments++] = argv[i];
		}
	}
	if (options->help)
		return SIM_OK;
	int status = check_clock(options, error);
	return status ? status : count_arguments(options, error);
}

void options_fini(struct options *options)
{
	free(options->arguments);
	options->arguments = NULL;
	options->n_arguments = 0;
}

void options_help(const struct verb *verb, struct text *text)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		char left[40];

		if (verb && !(rows[i].verbs & verb->bit))
			continue;
		snprintf(left, sizeof(left), "%s%s%s", rows[i].name,
			 rows[i].argument ? " " : "",
			 rows[i].argument ? rows[i].argument : "");
		text_addf(text, "  %-22s %s\n", left, rows[i].help);
	}
}

bool options_colour(const struct options *options, int fd)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (options->no_color || (no_color && *no_color))
		return false;
	return isatty(fd) && term && *term && strcmp(term, "dumb") != 0;
}
