/* people.c - everybody: building them, their doors, and what scenarios ask of them. */
#include "sim/people/people.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/people/person.h"

void person_timer(struct owner *owner, struct queue_handle *timer, sim_ns due,
		  queue_fn *fn, void *arg)
{
	struct people *people = owner->people;
	queue_cancel(people->queue, timer);
	if (due <= people->end)
		*timer = queue_add(people->queue, due, fn, arg);
}

sim_ns person_wait(struct chance *luck, sim_ns median, double sigma)
{
	double wait = chance_log_normal(luck, (double)median, sigma);
	/* Nobody waits longer than a week; it also keeps the sum inside the clock. */
	return wait < 7.0 * (double)SIM_DAY ? (sim_ns)wait : 7 * SIM_DAY;
}

static char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);
	if (copy == NULL)
		sim_out_of_memory("a person's name");
	memcpy(copy, text, size);
	return copy;
}

/* "app/007" -> "studio/007" */
static char *studio_name(const char *app)
{
	const char *slash = strchr(app, '/');
	char name[160];
	snprintf(name, sizeof(name), "studio%.140s", slash != NULL ? slash : "");
	return copy_text(name);
}

static void choose_program(struct owner *owner, const char *app, uint64_t seed)
{
	struct chance luck = chance_stream(seed, owner->name, "program");
	if (chance_bool(&luck, owner->habits.studio_share))
		owner->habits.program = PROGRAM_STUDIO;
	owner->app = owner->habits.program == PROGRAM_STUDIO ? studio_name(app)
							     : copy_text(app);
}

static void owner_init(struct owner *owner, struct people *people, int index,
		       const struct people_owner *from)
{
	uint64_t seed = people->seed;

	owner->people = people;
	owner->index = index;
	owner->printer = from->printer_index;
	owner->name = copy_text(from->name);
	owner->printer_name = copy_text(from->printer);
	owner->zone = from->zone;
	habits_read(&owner->habits, from->values, from->safeguards);
	choose_program(owner, from->app, seed);
	owner->plate_clear = true;
	owner->bed_luck = chance_stream(seed, owner->name, "bedtime");
	owner->away_luck = chance_stream(seed, owner->name, "away");
	owner->resend_luck = chance_stream(seed, owner->name, "resend");
	owner->clear_luck = chance_stream(seed, owner->name, "clear");
	owner->prompt_luck = chance_stream(seed, owner->name, "prompt");
	owner->check_luck = chance_stream(seed, owner->name, "check");
	owner->cancel_luck = chance_stream(seed, owner->name, "cancel");
	owner->order_luck = chance_stream(seed, owner->name, "orders");
	owner->anew_luck = chance_stream(seed, owner->name, "anew");
}

/* printer index -> owner, for news and noise from the machine. */
static int index_printers(struct people *people, struct sim_error *error)
{
	for (int i = 0; i < people->n_owners; i++) {
		if (people->owners[i].printer >= people->n_printers)
			people->n_printers = people->owners[i].printer + 1;
	}
	people->by_printer = calloc((size_t)people->n_printers + 1, sizeof(int));
	if (people->by_printer == NULL)
		return sim_fail(error, SIM_ENOMEM, "no memory for the owners");
	for (int i = 0; i < people->n_printers; i++)
		people->by_printer[i] = -1;
	for (int i = 0; i < people->n_owners; i++) {
		int *of = &people->by_printer[people->owners[i].printer];
		if (*of >= 0)
			return sim_fail(error, SIM_EINVAL, "%s has two owners: %s and %s",
					people->owners[i].printer_name,
					people->owners[*of].name, people->owners[i].name);
		*of = i;
	}
	return SIM_OK;
}

int people_new(const struct people_options *options, struct people **ret_people,
	       struct sim_error *error)
{
	struct people *people = calloc(1, sizeof(*people));
	size_t n = options->n_owners > 0 ? (size_t)options->n_owners : 1;

	if (people != NULL)
		people->owners = calloc(n, sizeof(*people->owners));
	if (people == NULL || people->owners == NULL) {
		free(people);
		return sim_fail(error, SIM_ENOMEM, "no memory for the owners");
	}
	people->queue = options->queue;
	people->clock = options->clock;
	people->trace = options->trace;
	people->seed = options->seed;
	people->end = options->end;
	people->out = options->outlets;
	for (int i = 0; i < options->n_owners; i++) {
		assert(options->owners[i].printer_index >= 0);
		owner_init(&people->owners[i], people, i, &options->owners[i]);
		people->n_owners = i + 1;
	}
	int status = index_printers(people, error);
	if (status != SIM_OK) {
		people_free(people);
		return status;
	}
	*ret_people = people;
	return SIM_OK;
}

void people_free(struct people *people)
{
	if (people == NULL)
		return;
	for (int i = 0; i < people->n_owners; i++) {
		struct owner *owner = &people->owners[i];
		struct queue_handle *timers[] = {&owner->sleep_timer, &owner->away_timer,
						 &owner->clear_timer, &owner->stop_timer,
						 &owner->prompt.timer};
		for (size_t k = 0; k < sizeof(timers) / sizeof(timers[0]); k++)
			queue_cancel(people->queue, timers[k]);
		app_free(owner);
		wishes_free(owner);
		orders_free(owner);
		free(owner->name);
		free(owner->app);
		free(owner->printer_name);
	}
	free(people->owners);
	free(people->by_printer);
	free(people);
}

void people_start(struct people *people, sim_ns now)
{
	for (int i = 0; i < people->n_owners; i++)
		day_start(&people->owners[i], now);
}

/* --- sending ------------------------------------------------------------------------------- */

static const char *const THINGS[] = {"bracket", "hook",      "vase",      "box",
				     "clip",    "gear",      "knob",      "stand",
				     "handle",  "coaster",   "planter",   "hinge",
				     "adapter", "organizer", "lamp_shade"};

static double vary(struct chance *luck, double value, double spread)
{
	return value * (1.0 + spread * (2.0 * chance_unit(luck) - 1.0));
}

static const char GCODE[] = "gcode:"; /* how a sliced file is named */

static void make_wish(struct chance *luck, const struct value *values,
		      struct wish *ret_wish)
{
	double spread = values[SEND_SPREAD].as.real;
	size_t n = sizeof(THINGS) / sizeof(THINGS[0]);
	const char *thing = THINGS[chance_int(luck, 0, (int64_t)n - 1)];
	const char *name = values[SEND_JOB].as.text;
	bool sliced = name != NULL && strncmp(name, GCODE, strlen(GCODE)) == 0;

	*ret_wish = (struct wish){
		.print_for = chance_between(luck, values[SEND_PRINT_FOR].as.span.lo,
					    values[SEND_PRINT_FOR].as.span.hi),
		.nozzle_c = values[SEND_NOZZLE].as.real,
		.bed_c = values[SEND_BED].as.real,
		.sliced = sliced,
		.lan = values[SEND_LAN].as.yes,
	};
	ret_wish->width_mm = vary(luck, values[SEND_WIDTH].as.real, spread);
	ret_wish->depth_mm = vary(luck, values[SEND_DEPTH].as.real, spread);
	ret_wish->height_mm = vary(luck, values[SEND_HEIGHT].as.real, spread);
	ret_wish->grams = vary(luck, values[SEND_GRAMS].as.real, spread);
	snprintf(ret_wish->job, sizeof(ret_wish->job), "%.63s",
		 sliced                            ? name + strlen(GCODE)
		 : name != NULL && name[0] != '\0' ? name
						   : thing);
}

struct window {
	sim_ns from, to;
};

/* The owner's first such local window that begins after now, on_day days later. */
static struct window window_of(const struct owner *owner, sim_ns now,
			       const struct value *values)
{
	const struct value *between = &values[SEND_BETWEEN];
	int64_t day = day_of(owner, now);
	bool past_midnight = between->as.hours.to_s < between->as.hours.from_s;

	if (day_instant(owner, day, between->as.hours.from_s) < now)
		day++;
	day += values[SEND_ON_DAY].as.integer;
	return (struct window){day_instant(owner, day, between->as.hours.from_s),
			       day_instant(owner, day + (past_midnight ? 1 : 0),
					   between->as.hours.to_s)};
}

static int check_window(const struct owner *owner, const struct window *window,
			struct sim_error *error)
{
	const struct people *people = owner->people;
	char to[INSTANT_TEXT_MAX], end[INSTANT_TEXT_MAX];

	if (window->to <= people->end && window->from <= window->to)
		return SIM_OK;
	return sim_fail(
		error, SIM_EINVAL,
		"between: for %s (%s) that window ends at %s, after the end of the run "
		"at %s",
		owner->name, zone_name(owner->zone),
		instant_text(clock_utc_ns(people->clock, window->to), to),
		instant_text(clock_utc_ns(people->clock, people->end), end));
}

static void send_jobs(struct owner *owner, const struct window *window,
		      const struct value *values, trace_id cause)
{
	struct people *people = owner->people;
	char purpose[48];

	snprintf(purpose, sizeof(purpose), "send jobs %lld", (long long)++owner->sends);
	struct chance luck = chance_stream(people->seed, owner->name, purpose);
	if (!chance_bool(&luck, values[SEND_SHARE].as.real))
		return;
	for (int64_t i = 0; i < values[SEND_EACH].as.integer; i++) {
		struct wish wish;
		sim_ns due = chance_between(&luck, window->from, window->to);
		make_wish(&luck, values, &wish);
		wish_plan(owner, due, &wish, values[SEND_OVERNIGHT].as.yes, 0, cause);
	}
}

int people_nobody(const char *printer_glob, struct sim_error *error)
{
	return sim_fail(error, SIM_ENOENT, "no owner has a printer called \"%s\"",
			printer_glob);
}

int people_send_jobs(struct people *people, sim_ns now, const char *printer_glob,
		     const struct value *values, trace_id cause, struct sim_error *error)
{
	int n = 0;

	/* All or nobody: a refusal leaves no half of them sending. */
	for (int i = 0; i < people->n_owners; i++) {
		struct owner *owner = &people->owners[i];
		if (!text_glob(printer_glob, owner->printer_name))
			continue;
		struct window window = window_of(owner, now, values);
		int status = check_window(owner, &window, error);
		if (status != SIM_OK)
			return status;
		n++;
	}
	if (n == 0)
		return people_nobody(printer_glob, error);
	for (int i = 0; i < people->n_owners; i++) {
		struct owner *owner = &people->owners[i];
		if (!text_glob(printer_glob, owner->printer_name))
			continue;
		struct window window = window_of(owner, now, values);
		send_jobs(owner, &window, values, cause);
	}
	return SIM_OK;
}

static void cancel_jobs(struct owner *owner, sim_ns now, const struct value *values)
{
	for (struct intent *intent = owner->intents; intent != NULL;
	     intent = intent->next) {
		if (intent->state != INTENT_OPEN)
			continue;
		sim_ns in = chance_between(&owner->cancel_luck,
					   values[CANCEL_AFTER].as.span.lo,
					   values[CANCEL_AFTER].as.span.hi);
		if (chance_bool(&owner->cancel_luck, values[CANCEL_SHARE].as.real))
			wish_cancel_later(intent, now + in);
	}
}

int people_cancel_jobs(struct people *people, sim_ns now, const char *printer_glob,
		       const struct value *values, trace_id cause,
		       struct sim_error *error)
{
	bool found = false;
	(void)cause; /* a cancel comes from the tap that it takes back */

	for (int i = 0; i < people->n_owners; i++) {
		struct owner *owner = &people->owners[i];
		if (!text_glob(printer_glob, owner->printer_name))
			continue;
		found = true;
		cancel_jobs(owner, now, values);
	}
	return found ? SIM_OK : people_nobody(printer_glob, error);
}

/* --- doors ----------------------------------------------------------------------------------- */

static struct owner *owner_of(const struct people *people, int printer)
{
	if (printer < 0 || printer >= people->n_printers ||
	    people->by_printer[printer] < 0)
		return NULL;
	return &people->owners[people->by_printer[printer]];
}

void people_answer(struct people *people, sim_ns now, uint64_t ticket, bool ok,
		   const char *reason, int64_t task, trace_id cause)
{
	app_answer(people, now, ticket, ok, reason, task, cause);
}

void people_news(struct people *people, sim_ns now, int printer, int64_t task,
		 const char *state, const char *reason, int prompt, int plate_epoch,
		 int64_t not_after_utc_ms, trace_id cause)
{
	struct owner *owner = owner_of(people, printer);

	if (owner == NULL)
		return;
	app_news(owner, now, task, state, reason, cause);
	if (prompt != 0)
		machine_prompt_in_app(owner, now,
				      &(struct prompt){.number = prompt,
						       .epoch = plate_epoch,
						       .task = task,
						       .not_after_utc_ms =
							       not_after_utc_ms,
						       .event = cause});
}

void people_machine(struct people *people, sim_ns now, int printer, trace_id cause)
{
	struct owner *owner = owner_of(people, printer);
	if (owner != NULL)
		machine_look(owner, now, cause);
}

bool people_attended(const struct people *people, int printer)
{
	const struct owner *owner = owner_of(people, printer);
	return owner != NULL && at_machine(owner);
}
