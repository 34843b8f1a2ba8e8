/*
 * person.h - the inside of the people's room, shared by its files only.
 *
 * One owner: his day (day.c), his plans and wishes (wishes.c), his app or desktop program
 * (app.c), and what he does at the machine (machine.c). Settings: options.c.
 */
#ifndef JOBJAM_PEOPLE_PERSON_H
#define JOBJAM_PEOPLE_PERSON_H

#include "sim/core/chance.h"
#include "sim/people/people.h"

/* Places in the values of people_row(). */
enum people_param {
	PEOPLE_ASLEEP,
	PEOPLE_AWAY,
	PEOPLE_AWAY_ON,
	PEOPLE_DAY_SPREAD,
	PEOPLE_RESEND_AFTER,
	PEOPLE_RESEND_SIGMA,
	PEOPLE_RESEND_MOST,
	PEOPLE_RESEND_AGAIN,
	PEOPLE_HONEST_PATIENCE,
	PEOPLE_GIVES_UP_AFTER,
	PEOPLE_ASKS_ANEW,
	PEOPLE_ANEW_AFTER,
	PEOPLE_CLEARS_AFTER,
	PEOPLE_CLEARS_SIGMA,
	PEOPLE_CHECKS_PLATE,
	PEOPLE_STOPS_UNWANTED,
	PEOPLE_ANSWERS_PROMPTS,
	PEOPLE_ANSWERS_AFTER,
	PEOPLE_ANSWERS_SIGMA,
	PEOPLE_ANSWERS_IN_APP,
	PEOPLE_USES,
	PEOPLE_STUDIO_SHARE,
	PEOPLE_REQUEST_TIMEOUT,
	PEOPLE_ERROR_RETRY_AFTER,
	PEOPLE_STUDIO_THINK,
	PEOPLE_STUDIO_PER_SECOND,
	PEOPLE_STUDIO_TRIES_FOR,
	N_PEOPLE_PARAMS
};

enum people_safeguard {
	SAFE_HONEST_PROGRESS,
	SAFE_WISH_KEY,
	N_PEOPLE_SAFEGUARDS
};

enum send_param {
	SEND_EACH,
	SEND_SHARE,
	SEND_BETWEEN,
	SEND_ON_DAY,
	SEND_OVERNIGHT,
	SEND_JOB,
	SEND_PRINT_FOR,
	SEND_WIDTH,
	SEND_DEPTH,
	SEND_HEIGHT,
	SEND_GRAMS,
	SEND_NOZZLE,
	SEND_BED,
	SEND_SPREAD,
	SEND_LAN,
	N_SEND_PARAMS
};

enum cancel_param {
	CANCEL_SHARE,
	CANCEL_AFTER,
	N_CANCEL_PARAMS
};

enum order_param {
	ORDER_SHARE,
	ORDER_AFTER,
	N_ORDER_PARAMS
};
enum gcode_param {
	GCODE_SHARE = ORDER_SHARE,
	GCODE_AFTER = ORDER_AFTER,
	GCODE_LINES,
	N_GCODE_PARAMS
};

enum away_on {
	AWAY_WEEKDAYS,
	AWAY_DAILY
};
enum answers {
	ANSWERS_TRUTHFULLY,
	ANSWERS_BLINDLY,
	ANSWERS_NEVER
};
enum program {
	PROGRAM_APP,
	PROGRAM_STUDIO
};

struct hours {
	int32_t from_s, to_s; /* equal: never */
};

struct habits {
	struct hours asleep, away;
	enum away_on away_on;
	sim_ns day_spread;
	sim_ns resend_after;
	double resend_sigma, resend_again, honest_patience;
	int resend_most;
	sim_ns gives_up_after; /* 0: never */
	int asks_anew;
	sim_ns anew_after;
	sim_ns clears_after;
	double clears_sigma, checks_plate;
	bool stops_unwanted;
	enum answers answers;
	sim_ns answers_after;
	double answers_sigma;
	bool answers_in_app;
	enum program program;
	double studio_share;
	sim_ns request_timeout, error_retry_after, studio_think, studio_tries_for;
	int studio_per_second;
	bool honest, sends_key;
};

struct owner;

/* Something he will send when its time and his circumstances allow. */
struct plan {
	struct owner *owner;
	struct plan *next;
	struct wish wish;
	bool overnight;
	int anew; /* how often this wish has been made anew before */
	trace_id cause;
	struct queue_handle timer;
};

/* What he will tell his machine to do. */
struct order {
	struct owner *owner;
	struct order *next;
	const char *command; /* a literal */
	char param[128];
	trace_id cause;
	struct queue_handle timer;
};

enum intent_state {
	INTENT_OPEN,
	INTENT_SEEN,
	INTENT_STOPPED,
	INTENT_CANCELLED
};

enum {
	TASKS_MOST = 64
};

struct intent {
	struct owner *owner;
	struct intent *next;
	int64_t number;
	struct wish wish;
	char file[40], key[48];
	bool overnight;
	int anew;
	enum intent_state state;
	bool finished; /* as far as he knows: object made, or print ended */
	int taps;
	int64_t tapped_utc_ms; /* of the first tap */
	int64_t last_tap_utc_ms;
	sim_ns last_tap_at;
	trace_id first_tap, last_tap;
	int64_t tasks[TASKS_MOST];
	int n_tasks;
	int calls_out; /* cancels not yet answered */
	bool cancel_failed;
	trace_id cancel_event;
	int64_t shown_task; /* what the app shows of it */
	char shown[32], shown_reason[64];
	trace_id shown_event;
	bool unread;
	struct queue_handle resend, give_up, cancel;
};

struct request {
	struct owner *owner;
	struct intent *intent; /* NULL: a confirm, or an order */
	struct request *next;
	uint64_t ticket;
	enum app_op op;
	int try;
	int64_t task;
	sim_ns sent_at;
	trace_id event; /* app.request */
	bool answered;  /* kept until its time-out or its repetition fires */
	struct queue_handle timer;
};

struct prompt {
	int number; /* 0: none */
	int epoch;
	int64_t task, not_after_utc_ms;
	bool in_app;
	trace_id event;
	struct queue_handle timer;
};

struct owner {
	struct people *people;
	int index, printer;
	char *name, *app, *printer_name;
	const struct zone *zone;
	struct habits habits;
	bool asleep, away;
	struct queue_handle sleep_timer, away_timer, clear_timer, stop_timer;
	int64_t sleep_day, away_day; /* local days since 1970, of the next interval */
	sim_ns sleep_from, sleep_to, away_from, away_to;
	struct chance bed_luck, away_luck, resend_luck, clear_luck, prompt_luck,
		check_luck, cancel_luck, anew_luck, order_luck;
	struct plan *plans;
	struct order *orders; /* not yet given */
	struct intent *intents; /* oldest first */
	struct request *requests;
	struct prompt prompt;
	bool plate_clear; /* as he knows it */
	trace_id clear_cause, stop_cause;
	int64_t sends; /* calls of send_jobs so far: each has luck of its own */
};

struct people {
	struct queue *queue;
	const struct clock *clock;
	struct trace *trace;
	uint64_t seed;
	sim_ns end;
	struct people_outlets out;
	struct owner *owners;
	int n_owners;
	int *by_printer; /* printer index -> owner, -1: nobody */
	int n_printers;
	int64_t n_intents;
	uint64_t last_ticket;
};

/* Schedules unless it lies beyond the end of the run. */
void person_timer(struct owner *owner, struct queue_handle *timer, sim_ns due,
		  queue_fn *fn, void *arg);
/* A log-normal wait with that median. */
sim_ns person_wait(struct chance *luck, sim_ns median, double sigma);

/* people.c: SIM_ENOENT, in words. */
int people_nobody(const char *printer_glob, struct sim_error *error);

/* options.c */
void habits_read(struct habits *habits, const struct value *values,
		 const struct value *safeguards);

/* day.c */
void day_start(struct owner *owner, sim_ns now);
/* The owner's local day at an instant (days since 1970), and the instant at which his
 * clocks show that second of that local day. */
int64_t day_of(const struct owner *owner, sim_ns at);
sim_ns day_instant(const struct owner *owner, int64_t day, int32_t second);
static inline bool at_machine(const struct owner *owner)
{
	return !owner->asleep && !owner->away;
}

/* wishes.c */
void wish_plan(struct owner *owner, sim_ns due, const struct wish *wish, bool overnight,
	       int anew, trace_id cause);
void wish_cancel_later(struct intent *intent, sim_ns due);
void wish_satisfied(struct intent *intent, sim_ns now, trace_id cause);
trace_id wish_dropped(struct intent *intent, sim_ns now, const char *reason, trace_id cause);
void wish_told_no(struct intent *intent, sim_ns now, const char *reason, trace_id cause);
/* The request failed for good: he sees an error and may tap again soon. */
void wish_error_shown(struct intent *intent, sim_ns now);
void wishes_at_bedtime(struct owner *owner, sim_ns now, trace_id cause);
/* After he has looked at app and machine. */
void wishes_in_the_morning(struct owner *owner, sim_ns now, trace_id cause);
struct intent *wish_of_task(struct owner *owner, int64_t task);
struct intent *wish_first_open(struct owner *owner); /* or NULL */
struct intent *wish_of_file(struct owner *owner, const char *file);
void wishes_free(struct owner *owner);

/* orders.c */
void orders_free(struct owner *owner);

/* app.c */
void app_submit(struct intent *intent, sim_ns now, trace_id cause);
/* Is a request out, or about to be repeated by the program? He sees that. */
bool app_is_sending(const struct intent *intent);
void app_cancel(struct intent *intent, sim_ns now, trace_id cause);
void app_order(struct order *order, sim_ns now, trace_id cause);
void app_confirm(struct owner *owner, sim_ns now, const struct prompt *prompt, bool yes);
void app_answer(struct people *people, sim_ns now, uint64_t ticket, bool ok,
		const char *reason, int64_t task, trace_id cause);
void app_news(struct owner *owner, sim_ns now, int64_t task, const char *state,
	      const char *reason, trace_id cause);
/* He takes up his phone: what it shows becomes known to him. */
void app_look(struct owner *owner, sim_ns now);
void app_free(struct owner *owner);

/* machine.c */
/* He sees the machine, if he is there and awake. */
void machine_look(struct owner *owner, sim_ns now, trace_id cause);
/* Does he see it print, or ask something? */
bool machine_is_occupied(struct owner *owner, sim_ns now);
void machine_prompt_in_app(struct owner *owner, sim_ns now, const struct prompt *prompt);
/* Before he sends: is the machine free, as far as he can know? Takes what lies on it. */
bool machine_ready(struct owner *owner, sim_ns now, trace_id cause);

#endif
