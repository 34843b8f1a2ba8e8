/*
 * report.c - what printers say, and what the service makes of it.
 *
 * Reports come from outside: anything may stand in them. What is not JSON, has the wrong
 * types, names an unknown serial, or a task of another printer, changes nothing and is
 * counted. A report that is true but late is believed all the same: the service has no
 * better source.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/cloud/service.h"
#include "sim/json/json.h"

struct said {
	struct cloud *cloud;
	sim_ns now;
	int printer;
	struct job *job; /* of the task it names; NULL: none, or not this printer's */
	int64_t task;
	const struct json *print;
	trace_id cause;
};

static void ignore(struct said *said)
{
	said->cloud->counts.ignored++;
}

/* --- what a job learns ---------------------------------------------------------------- */

static void heard_of(struct job *job)
{
	job->silent = 0;
	job->asked = false;
}

static trace_id say(struct said *said, enum trace_kind kind, const char *reason)
{
	struct cloud *cloud = said->cloud;
	const char *printer = cloud->printers[said->printer].name;

	if (reason == NULL)
		return trace_say(cloud->trace, said->cause, kind, "cloud",
				 F_INT("task", said->job->task),
				 F_TEXT("printer", printer));
	return trace_say(cloud->trace, said->cause, kind, "cloud",
			 F_INT("task", said->job->task), F_TEXT("printer", printer),
			 F_TEXT("reason", reason));
}

/* The printer has the start, whether or not anything moves yet. */
static void at_printer(struct said *said)
{
	struct job *job = said->job;
	const struct service_settings *set = &said->cloud->set;

	heard_of(job);
	if (!job->open || job->state == JOB_AT_PRINTER || job->state == JOB_BEGUN)
		return;
	job_enter(job, said->now, JOB_AT_PRINTER);
	job->expected_end = said->now + set->print_expected + set->finish_margin;
	job_set_timer(job, job->expected_end);
}

static void expect_end(struct said *said)
{
	struct job *job = said->job;
	const struct service_settings *set = &said->cloud->set;
	int64_t minutes = json_int(json_get(said->print, "mc_remaining_time"), -1);

	if (minutes >= 0 && minutes <= 100 * 24 * 60)
		job->expected_end = said->now + minutes * SIM_MIN + set->finish_margin;
	/* The timer that runs looks at expected_end when it fires. */
	if (job->state == JOB_BEGUN && !queue_waiting(said->cloud->queue, job->timer))
		job_set_timer(job, job->expected_end > said->now ? job->expected_end
								 : said->now);
}

static void begun(struct said *said, const char *state)
{
	struct job *job = said->job;
	const struct service_settings *set = &said->cloud->set;
	bool told = job->shown_printing;

	heard_of(job);
	if (!told) {
		job->shown_printing = true;
		job->chain = say(said, KIND_JOB_STARTED, NULL);
		job->expected_end = said->now + set->print_expected + set->finish_margin;
	}
	/* What was cancelled or thrown away is believed to print, but never sent again. */
	if (job->state != JOB_BEGUN && job->state != JOB_GONE)
		job_enter(job, said->now, JOB_BEGUN);
	expect_end(said);
	bool preparing = strcmp(state, "PREPARE") == 0;
	if (!told || preparing != job->told_preparing)
		service_news(said->cloud, said->now, job,
			     preparing ? "preparing" : "printing", "",
			     told ? said->cause : job->chain);
	job->told_preparing = preparing;
}

static void finished(struct said *said)
{
	struct job *job = said->job;

	heard_of(job);
	if (job->state == JOB_DONE || (job->state == JOB_GONE && !job->shown_printing))
		return;
	job->shown_printing = false;
	job->chain = say(said, KIND_JOB_FINISHED, NULL);
	if (job->state != JOB_GONE)
		job_enter(job, said->now, JOB_DONE);
	service_news(said->cloud, said->now, job, "finished", "", job->chain);
}

static void failed(struct said *said)
{
	struct job *job = said->job;
	const char *reason = json_text(json_get(said->print, "fail_reason"), "");

	heard_of(job);
	job->shown_printing = false;
	if (!job->open)
		return;
	job_fail(job, said->now, reason[0] != '\0' ? reason : "printer", said->cause);
}

/* --- status ------------------------------------------------------------------------------ */

enum machine {
	MACHINE_UNKNOWN,
	MACHINE_FREE,
	MACHINE_BUSY
};

static enum machine machine_of(const char *state)
{
	static const struct {
		const char *name;
		enum machine machine;
	} STATES[] = {
		{"IDLE", MACHINE_FREE},    {"FINISH", MACHINE_FREE},
		{"FAILED", MACHINE_FREE},  {"PREPARE", MACHINE_BUSY},
		{"RUNNING", MACHINE_BUSY}, {"PAUSE", MACHINE_BUSY},
	};
	for (size_t i = 0; i < sizeof(STATES) / sizeof(STATES[0]); i++) {
		if (strcmp(STATES[i].name, state) == 0)
			return STATES[i].machine;
	}
	return MACHINE_UNKNOWN;
}

static struct job *job_of(struct cloud *cloud, int printer, int64_t task)
{
	struct job *job = store_find(cloud, task);
	return job != NULL && job->printer == printer ? job : NULL;
}

/* Something waits for a person. Passed on once. */
static void prompt_shown(struct said *said, const struct json *prompt)
{
	struct cloud *cloud = said->cloud;
	struct printer_belief *printer = &cloud->printers[said->printer];
	int64_t id = json_int(json_get(prompt, "id"), 0);
	int64_t task = json_int(json_get(prompt, "task_id"), 0);
	int64_t epoch = json_int(json_get(prompt, "plate_epoch"), 0);
	const char *where = json_text(json_get(prompt, "where"), "");
	bool in_app = strcmp(where, "app") == 0 || strcmp(where, "both") == 0;

	if (id <= 0 || id > INT32_MAX || epoch < 0 || epoch > INT32_MAX) {
		ignore(said);
		return;
	}
	said->job = job_of(cloud, said->printer, task);
	if (said->job != NULL)
		at_printer(said);
	if (printer->shown_prompt == (int)id)
		return;
	printer->shown_prompt = (int)id;
	cloud->out.news(cloud->out.arg, said->now,
			&(struct cloud_news){
				.printer = said->printer,
				.task = said->job != NULL ? task : 0,
				.state = in_app ? "prompt" : "waiting",
				.reason = in_app ? "confirm" : "confirm at the machine",
				.prompt = in_app ? (int)id : 0,
				.plate_epoch = (int)epoch,
				.not_after_utc_ms =
					json_int(json_get(prompt, "not_after"),
						 INT64_MAX),
				.event = said->cause,
			});
}

/* The printer prints something; what was asked about and is not that waits. */
static void busy_with(struct said *said)
{
	struct job *next;
	for (struct job *job = said->cloud->printers[said->printer].first_open;
	     job != NULL; job = next) {
		next = job->next_open;
		if (job->state == JOB_ASKED && job->task != said->task) {
			heard_of(job);
			job_enter(job, said->now, JOB_WAITING_BUSY);
		}
	}
}

/* The first of its health list, as one number; the list is repeated in full statuses and left
 * out where it has not changed. Passed on when it is another than before. */
static void read_alert(struct said *said, const struct json *list)
{
	struct cloud *cloud = said->cloud;
	struct printer_belief *printer = &cloud->printers[said->printer];
	const struct json *first = json_is_array(list) ? json_first(list) : NULL;
	int64_t attr = json_int(json_get(first, "attr"), 0);
	int64_t code = json_int(json_get(first, "code"), 0);
	bool valid = attr > 0 && attr <= INT32_MAX && code > 0 && code <= INT32_MAX;
	int64_t alert = valid ? attr << 32 | code : 0;

	if (alert != 0 && alert != printer->alert)
		trace_say(cloud->trace, said->cause, KIND_ALERT_RECEIVED, "cloud",
			  F_INT("code", code & 0xffff), F_TEXT("printer", printer->name));
	printer->alert = alert;
}

static void read_status(struct said *said)
{
	const struct json *alerts = json_get(said->print, "hms");
	const char *state = json_text(json_get(said->print, "gcode_state"), "");
	const struct json *prompt = json_get(said->print, "prompt");
	enum machine machine = machine_of(state);

	if (machine == MACHINE_UNKNOWN) {
		ignore(said);
		return;
	}
	if (alerts != NULL)
		read_alert(said, alerts);
	/* While it asks its person, nothing prints, whatever state it calls that. */
	if (said->job != NULL && machine == MACHINE_BUSY && !json_is_object(prompt))
		begun(said, state);
	else if (said->job != NULL && strcmp(state, "FINISH") == 0)
		finished(said);
	else if (said->job != NULL && strcmp(state, "FAILED") == 0)
		failed(said);
	if (machine == MACHINE_BUSY)
		busy_with(said);
	if (json_is_object(prompt))
		prompt_shown(said, prompt);
	else if (machine == MACHINE_FREE)
		send_to_free_printer(said->cloud, said->now, said->printer, said->task);
}

/* --- replies ------------------------------------------------------------------------------- */

/* Is this refusal about a start that the service still waits for? A doubled start of a job
 * that prints, or of one that has ended, is refused too, and that changes nothing; but one
 * given up for silence is not at its end: now something is heard of it. */
static bool awaited(const struct job *job)
{
	if (job->state == JOB_NOT_DONE)
		return job->given_up;
	return job->state == JOB_SENT || job->state == JOB_ASKED ||
	       job->state == JOB_AT_PRINTER || job->state == JOB_WAITING_BUSY;
}

static void refused(struct said *said, const char *reason)
{
	struct job *job = said->job;

	if (!awaited(job))
		return;
	heard_of(job);
	trace_id event = say(said, KIND_JOB_REFUSED, reason);
	bool may_wait = strcmp(reason, "busy") == 0 &&
			!(job->given_up && send_is_too_old(job, said->now));
	job->given_up = false;
	if (!may_wait) {
		job_fail(job, said->now, reason, event);
		return;
	}
	job->chain = event;
	job_enter(job, said->now, JOB_WAITING_BUSY);
	service_news(said->cloud, said->now, job, "waiting", "busy", event);
}

static void read_start_reply(struct said *said)
{
	const char *result = json_text(json_get(said->print, "result"), "");
	const char *reason = json_text(json_get(said->print, "reason"), "");

	if (said->job == NULL) {
		if (said->task == 0)
			ignore(said); /* else counted already */
	} else if (strcasecmp(result, "success") == 0) {
		at_printer(said);
	} else if (strcasecmp(result, "failed") == 0) {
		refused(said, reason[0] != '\0' ? reason : "refused");
	} else {
		ignore(said);
	}
}

/* Effects of stop and plate_confirm show in the status that follows. */
static void read_other_reply(struct said *said)
{
	(void)said;
}

static void read_order_reply(struct said *said)
{
	struct cloud *cloud = said->cloud;

	if (strcasecmp(json_text(json_get(said->print, "result"), ""), "failed") == 0)
		trace_say(cloud->trace, said->cause, KIND_ORDER_REFUSED, "cloud",
			  F_TEXT("command",
				 json_text(json_get(said->print, "command"), "")),
			  F_TEXT("printer", cloud->printers[said->printer].name),
			  F_TEXT("reason",
				 json_text(json_get(said->print, "reason"), "")));
}

static const struct {
	const char *command;
	void (*read)(struct said *said);
} COMMANDS[] = {
	{"push_status", read_status},        {"project_file", read_start_reply},
	{"stop", read_other_reply},          {"pause", read_order_reply},
	{"resume", read_order_reply},        {"gcode_line", read_order_reply},
	{"plate_confirm", read_other_reply},
};

static void read_print(struct said *said)
{
	const char *command = json_text(json_get(said->print, "command"), "");

	for (size_t i = 0; i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++) {
		if (strcmp(COMMANDS[i].command, command) != 0)
			continue;
		said->task = json_int(json_get(said->print, "task_id"), 0);
		said->job = job_of(said->cloud, said->printer, said->task);
		if (said->task != 0 && said->job == NULL)
			ignore(said); /* of nobody here: the state still counts */
		COMMANDS[i].read(said);
		return;
	}
	ignore(said);
}

/* --- from the wire ----------------------------------------------------------------------- */

struct wanted {
	const struct cloud *cloud;
	const char *serial;
	size_t length;
};

static int compare_serial(const void *key, const void *item)
{
	const struct wanted *wanted = key;
	const char *serial = wanted->cloud->printers[*(const int *)item].serial;
	int order = strncmp(wanted->serial, serial, wanted->length);
	return order != 0 ? order : serial[wanted->length] != '\0' ? -1 : 0;
}

/* "device/<serial>/report" -> index, or -1. */
static int printer_of_topic(const struct cloud *cloud, const char *topic)
{
	static const char BEFORE[] = "device/", AFTER[] = "/report";
	if (strncmp(topic, BEFORE, sizeof(BEFORE) - 1) != 0)
		return -1;
	const char *serial = topic + sizeof(BEFORE) - 1;
	const char *slash = strchr(serial, '/');
	if (slash == NULL || strcmp(slash, AFTER) != 0)
		return -1;
	struct wanted wanted = {cloud, serial, (size_t)(slash - serial)};
	const int *found = bsearch(&wanted, cloud->by_serial, (size_t)cloud->n_printers,
				   sizeof(int), compare_serial);
	return found != NULL ? *found : -1;
}

void report_read(struct cloud *cloud, sim_ns now, struct mqtt_client *client,
		 const char *topic, const void *payload, size_t length, trace_id cause)
{
	int printer = printer_of_topic(cloud, topic);
	struct json *root = NULL;

	if (printer >= 0 && (cloud->set.shared_reports[0] != '\0' ||
			     cloud->printers[printer].client == client->index))
		root = json_parse(payload, length, NULL);
	const struct json *print = json_get(root, "print");
	if (json_is_object(print)) {
		struct said said = {.cloud = cloud,
				    .now = now,
				    .printer = printer,
				    .print = print,
				    .cause = cause};
		read_print(&said);
	} else {
		cloud->counts.ignored++;
	}
	json_free(root);
}
