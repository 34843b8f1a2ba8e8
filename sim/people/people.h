/*
 * people.h - owners, their apps, and the desktop program: wishes, sleep, patience.
 *
 * An owner has a machine, a time zone, hours of sleep and of absence. He sends jobs,
 * sends again when nothing visibly happens, cancels, takes finished objects off the plate
 * after a while, answers or ignores prompts. What he sees: the machine when he is there and
 * awake; otherwise his app, which shows what the cloud believes. The desktop program
 * (studio) is an actor of its own: it repeats a request at once when the API fails it.
 *
 * Knows neither cloud nor printers: outlets lead there (sim/fleet wires).
 */
#ifndef JOBJAM_PEOPLE_H
#define JOBJAM_PEOPLE_H

#include "sim/core/queue.h"
#include "sim/core/trace.h"
#include "sim/core/vocab.h"
#include "sim/core/zone.h"

struct people;

/* What one person wants printed; fleet turns it into a file and names it. */
struct wish {
	char job[64];
	bool sliced; /* job names a file that is sliced already: only it counts */
	bool lan;    /* sent as a local job */
	sim_ns print_for;
	double width_mm, depth_mm, height_mm, grams, nozzle_c, bed_c;
};

enum app_op {
	APP_SUBMIT,
	APP_CANCEL,
	APP_CONFIRM,
	APP_ORDER
};

struct app_call {
	enum app_op op;
	int printer;
	const char *job, *file;
	const char *command, *param; /* ORDER: pause, resume, gcode_line; and its lines */
	int64_t tapped_utc_ms;
	const char
		*wish_key; /* same for each tap of one wish when the app can; else NULL */
	int64_t task;
	int prompt, plate_epoch;
	bool yes;
	int64_t not_after_utc_ms;
	trace_id cause;
	uint64_t ticket; /* comes back in people_answer */
	bool lan;        /* SUBMIT: as a local job */
};

/* What a person standing at the machine sees. */
struct machine_sight {
	bool printing;
	char file[40]; /* of the job on it, "" none */
	int64_t task;
	int objects;
	int prompt; /* on its screen, 0: none */
	bool asks_to_resume; /* it asks whether to go on after a power cut */
	char state[16];
	trace_id event; /* the start that he sees, for causes */
};

struct people_outlets {
	void *arg;
	/* Sends a call to the service; the answer comes by people_answer with its ticket. */
	void (*call)(void *arg, sim_ns now, const struct app_call *call);
	/* Slices a wish for that printer; writes the file's md5 (33 bytes). */
	void (*slice)(void *arg, sim_ns now, int printer, const struct wish *wish,
		      char *ret_md5);
	void (*look)(void *arg, sim_ns now, int printer, struct machine_sight *ret_sight);
	void (*take_object)(void *arg, sim_ns now, int printer, const char *who,
			    trace_id cause);
	void (*answer_prompt)(void *arg, sim_ns now, int printer, int prompt, bool yes,
			      const char *who, trace_id cause);
	void (*press_stop)(void *arg, sim_ns now, int printer, const char *who,
			   trace_id cause);
};

struct people_owner {
	const char *name, *app; /* "owner/007", "app/007" */
	const char *printer;    /* "printer/007" */
	int printer_index;
	const struct zone *zone;        /* borrowed */
	const struct value *values;     /* of people_row(); copied */
	const struct value *safeguards; /* of people_safeguard_row(); copied */
};

struct people_options {
	struct queue *queue;
	const struct clock *clock;
	struct trace *trace;
	uint64_t seed;
	const struct people_owner *owners; /* copied */
	int n_owners;
	sim_ns end; /* nothing is scheduled beyond the end of the run */
	struct people_outlets outlets;
};

/* Options of owners{}: asleep, away, resend_after, resend_sigma, resend_most, gives_up_after,
 * clears_plate_after, checks_plate_before_sending, answers_prompts (truthfully, blindly,
 * never), answers_after, answers_in_app, uses (app, studio), … Each with its documented
 * default. */
const struct vocab_row *people_row(void);
const struct vocab_row *people_safeguard_row(void); /* honest_progress wish_key */
/* Options of people:send_jobs{}: each, between (local hours), on_day, print_for, grams, … */
const struct vocab_row *people_send_row(void);
/* Options of people:cancel{}: share, after, … */
const struct vocab_row *people_cancel_row(void);

/* Options of people:pause_jobs{}, people:resume_jobs{} and people:send_gcode{}: share, after. */
const struct vocab_row *people_pause_row(void);
const struct vocab_row *people_resume_row(void);
const struct vocab_row *people_gcode_row(void);

int people_new(const struct people_options *options, struct people **ret_people,
	       struct sim_error *error);
void people_free(struct people *people);
/* Schedules bedtimes and the like. Once, at the start of the run. */
void people_start(struct people *people, sim_ns now);

/* Every owner whose printer's name fits the glob sends jobs as the values say: each at an
 * instant of his own, in the first such local window after `now`. SIM_EINVAL when a window
 * does not lie inside the run. */
int people_send_jobs(struct people *people, sim_ns now, const char *printer_glob,
		     const struct value *values, trace_id cause, struct sim_error *error);
/* Owners cancel what they have sent and not yet seen. */
int people_cancel_jobs(struct people *people, sim_ns now, const char *printer_glob,
		       const struct value *values, trace_id cause,
		       struct sim_error *error);

/* Owners who are awake then, wherever they are, give their machine an order in the app: once,
 * and whatever they believe it to be doing. */
int people_pause_jobs(struct people *people, sim_ns now, const char *printer_glob,
		      const struct value *values, trace_id cause, struct sim_error *error);
int people_resume_jobs(struct people *people, sim_ns now, const char *printer_glob,
		       const struct value *values, trace_id cause,
		       struct sim_error *error);
int people_send_gcode(struct people *people, sim_ns now, const char *printer_glob,
		      const struct value *values, trace_id cause, struct sim_error *error);

/* The answer to an app_call. */
void people_answer(struct people *people, sim_ns now, uint64_t ticket, bool ok,
		   const char *reason, int64_t task, trace_id cause);
/* The service pushes something to the app of that printer's owner. */
void people_news(struct people *people, sim_ns now, int printer, int64_t task,
		 const char *state, const char *reason, int prompt, int plate_epoch,
		 int64_t not_after_utc_ms, trace_id cause);
/* Something happened at the machine that a person in the room would notice (it started,
 * it ended, it shows a prompt). People decide who is there to notice. */
void people_machine(struct people *people, sim_ns now, int printer, trace_id cause);

/* Is anybody awake at that machine now? For the view of a script. */
bool people_attended(const struct people *people, int printer);

#endif
