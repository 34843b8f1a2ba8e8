/* plan.c - settings by name, the growing lists of a plan, and its three rows. */
#include "sim/fleet/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- settings --------------------------------------------------------------------- */

static char *copy_text(const char *text)
{
	return strdup(text != NULL ? text : "");
}

static struct setting *find_setting(const struct settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->n; i++)
		if (strcmp(settings->items[i].name, name) == 0)
			return &settings->items[i];
	return NULL;
}

static void setting_fini(struct setting *setting)
{
	free(setting->name);
	free(setting->value);
	free(setting->where);
}

int settings_set(struct settings *settings, const char *name, const char *value,
		 const char *from, const char *where)
{
	struct setting made = {copy_text(name), copy_text(value), copy_text(where), from};
	if (made.name == NULL || made.value == NULL || made.where == NULL)
		goto no_memory;

	struct setting *place = find_setting(settings, name);
	if (place != NULL) {
		setting_fini(place);
		*place = made;
		return SIM_OK;
	}
	struct setting *items =
		realloc(settings->items, (settings->n + 1) * sizeof(*settings->items));
	if (items == NULL)
		goto no_memory;
	settings->items = items;
	settings->items[settings->n++] = made;
	return SIM_OK;

no_memory:
	setting_fini(&made);
	return SIM_ENOMEM;
}

const struct setting *settings_get(const struct settings *settings, const char *name)
{
	return find_setting(settings, name);
}

void settings_fini(struct settings *settings)
{
	for (size_t i = 0; i < settings->n; i++)
		setting_fini(&settings->items[i]);
	free(settings->items);
	*settings = (struct settings){0};
}

static const char *next_param(const void *arg, size_t i)
{
	const struct vocab_row *row = arg;
	return i < row->n_params ? row->params[i].name : NULL;
}

/* Puts the place in front of what is in *error. */
static int at_place(const char *where, const char *what, struct sim_error *error)
{
	if (error == NULL || where == NULL || where[0] == '\0')
		return error != NULL ? error->code : SIM_EINVAL;
	struct sim_error said = *error;
	return sim_fail(error, said.code, "%.200s: %.100s: %.700s", where, what,
			said.text);
}

static int parse_one(const struct setting *setting, const struct vocab_row *row,
		     struct value *values, struct sim_error *error)
{
	int i = vocab_find_param(row, setting->name);
	if (i < 0) {
		vocab_unknown(error, "name", setting->name, next_param, row);
		return at_place(setting->where, row->name, error);
	}
	if (param_parse(&row->params[i], setting->value, &values[i], error) != SIM_OK)
		return at_place(setting->where, row->name, error);
	values[i].given = true;
	return SIM_OK;
}

int settings_parse(const struct settings *settings, const struct vocab_row *row,
		   struct value *ret_values, struct sim_error *error)
{
	struct sim_error unheard;
	if (error == NULL)
		error = &unheard;

	vocab_defaults(row, ret_values);
	for (size_t i = 0; i < settings->n; i++) {
		int status = parse_one(&settings->items[i], row, ret_values, error);
		if (status != SIM_OK)
			return status;
	}
	for (size_t i = 0; i < row->n_params; i++) {
		if (row->params[i].fallback != NULL || ret_values[i].given)
			continue;
		sim_fail(error, SIM_EINVAL, "%s is missing (%s)", row->params[i].name,
			 row->params[i].help != NULL ? row->params[i].help : "required");
		return at_place(settings->n > 0 ? settings->items[0].where : "",
				row->name, error);
	}
	return SIM_OK;
}

/* --- the plan --------------------------------------------------------------------- */

struct plan *plan_new(void)
{
	return calloc(1, sizeof(struct plan));
}

static void free_texts(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

static void free_said(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_expectations; i++) {
		settings_fini(&plan->expectations[i].values);
		free(plan->expectations[i].where);
	}
	free(plan->expectations);
	for (size_t i = 0; i < plan->n_known_bads; i++) {
		struct plan_known_bad *bad = &plan->known_bads[i];
		free(bad->firmware);
		free(bad->cloud);
		free(bad->where);
		free_texts(bad->breaks, bad->n_breaks);
	}
	free(plan->known_bads);
	for (size_t i = 0; i < plan->n_params; i++) {
		free(plan->params[i].name);
		free(plan->params[i].value);
		free(plan->params[i].help);
	}
	free(plan->params);
	free_texts(plan->published, plan->n_published);
	free_texts(plan->assumptions, plan->n_assumptions);
	free(plan->deeds);
	free(plan->jobs);
}

void plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	free(plan->path);
	free(plan->about);
	free(plan->hash);
	settings_fini(&plan->scenario);
	for (int i = 0; i < plan->n_groups; i++) {
		settings_fini(&plan->groups[i].options);
		settings_fini(&plan->groups[i].safeguards);
	}
	settings_fini(&plan->cloud);
	settings_fini(&plan->cloud_safeguards);
	for (int i = 0; i < plan->n_owners; i++) {
		settings_fini(&plan->owners[i].options);
		settings_fini(&plan->owners[i].safeguards);
	}
	settings_fini(&plan->broker);
	for (int i = 0; i < PLAN_BRIDGES_MAX; i++) /* also one that was refused */
		settings_fini(&plan->bridges[i].options);
	plan_free_machines(plan);
	free_said(plan);
	free(plan);
}

/* One more place at the end of a list, cleared; NULL without memory. */
static void *grow(void *list, size_t *n, size_t size)
{
	char **items = list;
	char *grown = realloc(*items, (*n + 1) * size);
	if (grown == NULL)
		return NULL;
	*items = grown;
	void *place = grown + *n * size;
	memset(place, 0, size);
	(*n)++;
	return place;
}

int plan_add_deed(struct plan *plan, sim_ns at, void (*fn)(void *, sim_ns), void *arg)
{
	assert(fn != NULL && at >= 0);
	struct plan_deed *deed = grow(&plan->deeds, &plan->n_deeds, sizeof(*deed));
	if (deed == NULL)
		return SIM_ENOMEM;
	*deed = (struct plan_deed){at, fn, arg};
	return SIM_OK;
}

static int add_text(char ***list, size_t *n, const char *text)
{
	char *copy = copy_text(text);
	char **place = copy != NULL ? grow(list, n, sizeof(*place)) : NULL;
	if (place == NULL) {
		free(copy);
		return SIM_ENOMEM;
	}
	*place = copy;
	return SIM_OK;
}

int plan_add_published(struct plan *plan, const char *text)
{
	return add_text(&plan->published, &plan->n_published, text);
}

int plan_add_assumption(struct plan *plan, const char *text)
{
	return add_text(&plan->assumptions, &plan->n_assumptions, text);
}

struct plan_expectation *plan_add_expectation(struct plan *plan)
{
	return grow(&plan->expectations, &plan->n_expectations,
		    sizeof(*plan->expectations));
}

struct plan_known_bad *plan_add_known_bad(struct plan *plan)
{
	return grow(&plan->known_bads, &plan->n_known_bads, sizeof(*plan->known_bads));
}

struct plan_param *plan_add_param(struct plan *plan)
{
	return grow(&plan->params, &plan->n_params, sizeof(*plan->params));
}

int plan_add_job(struct plan *plan, const struct plan_job *job)
{
	struct plan_job *place = grow(&plan->jobs, &plan->n_jobs, sizeof(*place));
	if (place == NULL)
		return SIM_ENOMEM;
	*place = *job;
	return SIM_OK;
}

const struct plan_job *plan_find_job(const struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_jobs; i++)
		if (strcmp(plan->jobs[i].name, name) == 0)
			return &plan->jobs[i];
	return NULL;
}

int plan_known_bad_add(struct plan_known_bad *bad, const char *property)
{
	return add_text(&bad->breaks, &bad->n_breaks, property);
}

/* --- rows ------------------------------------------------------------------------- */

#define ROW(var, row_name, row_summary, row_help, row_params)             \
	static const struct vocab_row var = {                             \
		.name = (row_name),                                       \
		.summary = (row_summary),                                 \
		.help = (row_help),                                       \
		.params = (row_params),                                   \
		.n_params = sizeof(row_params) / sizeof((row_params)[0]), \
	}

const struct vocab_row *plan_scenario_row(void)
{
	static const char *const TICKS[] = {"whole", "exact", NULL};
	static const struct param PARAMS[] = {
		{.name = "name",
		 .type = PARAM_TEXT,
		 .fallback = "",
		 .help = "What the run and its folder are called; the file's name when "
			 "left out."},
		{.name = "start",
		 .type = PARAM_TEXT,
		 .fallback = "2024-06-01T00:00:00Z",
		 .help = "Instant 0 of the run, ISO 8601 with Z or an offset."},
		{.name = "length",
		 .type = PARAM_DURATION,
		 .fallback = "12h",
		 .min = 1,
		 .max = 366.0 * 86400,
		 .help = "How long the run lasts."},
		{.name = "seed",
		 .type = PARAM_INT,
		 .fallback = "1",
		 .min = 0,
		 .max = 9007199254740992.0,
		 .help = "All luck of the run comes from it."},
		{.name = "about",
		 .type = PARAM_TEXT,
		 .fallback = "",
		 .help = "What happens, in a sentence."},
		{.name = "tick",
		 .type = PARAM_CHOICE,
		 .choices = TICKS,
		 .fallback = "whole",
		 .help = "whole: idle time-outs of the broker are rounded up to the next "
			 "whole "
			 "virtual second, as any process may oversleep; exact: they are "
			 "not."},
	};
	ROW(SCENARIO, "scenario",
	    "What the story is called, when it begins, how long it lasts.",
	    "Comes first in a file. Also takes published = { … } and assumptions = { … "
	    "}: "
	    "lists of sentences that the report shows.",
	    PARAMS);
	return &SCENARIO;
}

const struct vocab_row *plan_printers_row(void)
{
	/* In the order of enum firmware_isolation. */
	static const char *const PROTOCOLS[] = {"3.1.1", "5.0", "5", NULL};
	static const char *const ISOLATIONS[] = {"auto", "inside", "process", NULL};
	static const struct param PARAMS[] = {
		{.name = "count",
		 .type = PARAM_INT,
		 .fallback = "1",
		 .min = 0,
		 .max = 100000,
		 .help = "How many machines this group has."},
		{.name = "model",
		 .type = PARAM_TEXT,
		 .fallback = "x1c",
		 .help = "One of the models."},
		{.name = "timezone",
		 .type = PARAM_TEXT,
		 .fallback = "UTC",
		 .help = "Where machine and owner stand, as tzdata names it: "
			 "\"Europe/Berlin\"."},
		{.name = "firmware",
		 .type = PARAM_TEXT,
		 .fallback = "stock-2023-07",
		 .help = "A build's name, the path of a .so, or \"exec:COMMAND\": a program that "
			 "connects to {socket}, or to port {port} of localhost, as {serial} by "
			 "itself."},
		{.name = "broker",
		 .type = PARAM_TEXT,
		 .fallback = "",
		 .help = "At which broker they are: the name of a bridge{ }; left out: the "
			 "cloud's."},
		{.name = "isolation",
		 .type = PARAM_CHOICE,
		 .fallback = "auto",
		 .choices = ISOLATIONS,
		 .help = "Where the build runs. auto: a shipped one in this process, a path "
			 "in a process per machine, whose death is an event of that machine."},
		{.name = "watchdog",
		 .type = PARAM_DURATION,
		 .fallback = "4s",
		 .min = 0,
		 .max = 86400,
		 .help = "A machine whose firmware hangs or crashes keeps its outputs, and "
			 "boots anew after this long; 0: it has no watchdog."},
		{.name = "clean_session",
		 .type = PARAM_BOOL,
		 .fallback = "true",
		 .help = "false: the broker keeps the machine's session, and what is "
			 "sent to it, "
			 "while it is away."},
		{.name = "keepalive",
		 .type = PARAM_DURATION,
		 .fallback = "140s",
		 .min = 5,
		 .max = 65535,
		 .help = "MQTT keep-alive of the machines' clients, in whole seconds. The real one is not published; an offline notice three and a half minutes after power-off fits 140 s."},
		{.name = "protocol",
		 .type = PARAM_CHOICE,
		 .fallback = "3.1.1",
		 .choices = PROTOCOLS,
		 .help = "Which MQTT the machines speak: \"3.1.1\" or \"5.0\"."},
		{.name = "session_expiry",
		 .type = PARAM_DURATION,
		 .unit = "s",
		 .fallback = "0s",
		 .max = 4294967294.0,
		 .help = "MQTT 5.0: how long the broker keeps a machine's session while it is "
			 "away. Left out: for ever with clean_session = false, else not at "
			 "all."},
		{.name = "report_qos",
		 .type = PARAM_INT,
		 .fallback = "0",
		 .max = 2,
		 .help = "The least quality of service with which a machine's network module sends "
			 "reports, whatever the build asks for."},
		{.name = "library_expiry",
		 .type = PARAM_DURATION,
		 .unit = "s",
		 .fallback = "0s",
		 .max = 7 * 86400.0,
		 .help = "How long a machine's network module holds a report of QoS 1 or 2 without "
			 "an acknowledgement before it gives it up, while there is no connection "
			 "or as soon as one is lost. 0s: for ever."},
		{.name = "receive_maximum",
		 .type = PARAM_INT,
		 .fallback = "0",
		 .max = 65535,
		 .help = "MQTT 5.0: how many messages the broker may send a machine before one is "
			 "acknowledged; 0: not said."},
		{.name = "room",
		 .type = PARAM_REAL,
		 .unit = "°C",
		 .fallback = "22",
		 .min = -20,
		 .max = 60,
		 .help = "Temperature of the room."},
		{.name = "mains",
		 .type = PARAM_REAL,
		 .unit = "V",
		 .fallback = "110",
		 .min = 80,
		 .max = 280,
		 .help = "Voltage of the wall. Beds that run on it heat as it is."},
		{.name = "sensor_noise",
		 .type = PARAM_REAL,
		 .unit = "K",
		 .fallback = "0",
		 .min = 0,
		 .max = 10,
		 .help = "Noise of the temperature readings, rms, and with it the steps of a "
			 "real converter; left out: as the model has it. 0: ideal readings."},
		{.name = "clock_skew",
		 .type = PARAM_REAL,
		 .unit = "s",
		 .fallback = "0",
		 .min = -315360000.0,
		 .max = 315360000.0,
		 .help = "How far the machines' clocks are ahead of the truth; negative: "
			 "behind. "
			 "\"-5m\" may be written, too."},
		{.name = "sensor_misses",
		 .type = PARAM_REAL,
		 .unit = "",
		 .fallback = "0",
		 .min = 0,
		 .max = 1,
		 .help = "How probably the plate sensor, each time it is asked, does not see "
			 "an object that is there (0.02 is a fair estimate of real ones). An "
			 "object counts from 1 mm high and 1 cm2 large."},
		{.name = "sensor_false_alarms",
		 .type = PARAM_REAL,
		 .unit = "",
		 .fallback = "0",
		 .min = 0,
		 .max = 1,
		 .help = "How probably it sees one on a clear plate (estimates of real ones: "
			 "0.005 to 0.02)."},
		{.name = "sensor_unavailable",
		 .type = PARAM_REAL,
		 .unit = "",
		 .fallback = "0",
		 .min = 0,
		 .max = 1,
		 .help = "How probably it cannot tell: dirty, too dark, busy."},
	};
	ROW(PRINTERS, "printers", "A group of machines.",
	    "printers { { group }, { group }, common keys }: keys beside the groups hold "
	    "for "
	    "each group that does not say otherwise; without groups the table is the one "
	    "group. Also takes safeguards = { … } of the firmware. Machines are called "
	    "printer/001, printer/002, … in this order.",
	    PARAMS);
	return &PRINTERS;
}

const struct vocab_row *plan_broker_row(void)
{
	static const struct param PARAMS[] = {
		{.name = "autosave_interval",
		 .type = PARAM_INT,
		 .unit = "s",
		 .fallback = "1800",
		 .min = 0,
		 .max = 100000000,
		 .help = "With persistence: it saves so often, besides at its end; 0: "
			 "never."},
		{.name = "include",
		 .type = PARAM_TEXT,
		 .fallback = "",
		 .help = "A file with further lines for the broker's configuration, "
			 "beside the "
			 "scenario."},
		{.name = "max_queued_messages",
		 .type = PARAM_INT,
		 .fallback = "1000",
		 .min = 0,
		 .max = 100000000,
		 .help = "QoS 1 and 2 messages kept for one client beyond those in "
			 "flight; 0: no "
			 "limit."},
		{.name = "max_inflight_messages",
		 .type = PARAM_INT,
		 .fallback = "20",
		 .min = 0,
		 .max = 65535,
		 .help = "QoS 1 and 2 messages in flight to one client; 0: no limit."},
		{.name = "persistence",
		 .type = PARAM_BOOL,
		 .fallback = "false",
		 .help = "Sessions, queues and retained messages are saved, for "
			 "broker:restart."},
		{.name = "persistent_client_expiration",
		 .type = PARAM_TEXT,
		 .fallback = "",
		 .help = "After how long a kept session of an absent client is thrown "
			 "away, as "
			 "mosquitto writes it: \"1d\", \"2w\"; empty: never."},
	};
	ROW(BROKER, "broker", "Settings of the broker under test.",
	    "Its effective configuration is recorded with the run.", PARAMS);
	return &BROKER;
}
