/*
 * service.h - the inside of the print service, shared by the files of this room only.
 *
 * One struct cloud, four parts: the API (api.c) takes calls and answers them; the store
 * (store.c) keeps jobs and decides when a start is sent; the sessions (session.c) keep the
 * MQTT clients and the belief about them; reports (report.c) turn what printers say into
 * what the store knows. Settings: options.c. Outgoing JSON: message.c.
 */
#ifndef JOBJAM_CLOUD_SERVICE_H
#define JOBJAM_CLOUD_SERVICE_H

#include "sim/cloud/cloud.h"
#include "sim/core/chance.h"
#include "sim/core/pile.h"
#include "sim/core/skew.h"

/* Places in the values of cloud_row(). */
enum cloud_param {
	CLOUD_BUILD,
	CLOUD_CLIENTS,
	CLOUD_KEEPALIVE,
	CLOUD_CLEAN_SESSION,
	CLOUD_API_WORKERS,
	CLOUD_API_SERVICE_TIME,
	CLOUD_API_QUEUE,
	CLOUD_CONFIRM_WITHIN,
	CLOUD_RETRIES,
	CLOUD_RESEND_UNFINISHED,
	CLOUD_FINISH_MARGIN,
	CLOUD_PRINT_EXPECTED,
	CLOUD_RECONNECT_FIRST,
	CLOUD_RECONNECT_FACTOR,
	CLOUD_RECONNECT_MOST,
	CLOUD_PROBE_WITHIN,
	CLOUD_PROBE_EVERY,
	CLOUD_RETRY_MOST,
	CLOUD_RETRY_BUDGET,
	CLOUD_RESEND_WINDOW,
	CLOUD_PROTOCOL,
	CLOUD_SESSION_EXPIRY,
	CLOUD_RECEIVE_MAXIMUM,
	CLOUD_WINDOW,
	CLOUD_START_QOS,
	CLOUD_RETAIN_STARTS,
	CLOUD_REPORT_QOS,
	CLOUD_SHARED_REPORTS,
	N_CLOUD_PARAMS
};

/* Places in the values of cloud_safeguard_row(). */
enum cloud_safeguard {
	SAFE_PROBE,
	SAFE_DROP_STALE,
	SAFE_PURGE,
	SAFE_PACED_DRAIN,
	SAFE_MESSAGE_EXPIRY,
	SAFE_RETRY_BACKOFF,
	SAFE_IDEMPOTENT,
	SAFE_STAMP,
	SAFE_ASK,
	SAFE_DISCARD,
	SAFE_LIBRARY_EXPIRY,
	SAFE_HEED_CODES,
	N_CLOUD_SAFEGUARDS
};

struct service_settings {
	int api_workers, api_queue;
	sim_ns api_service_time;
	sim_ns confirm_within, finish_margin, print_expected;
	int retries; /* -1: without limit */
	bool resend_unfinished;
	sim_ns reconnect_first, reconnect_most;
	double reconnect_factor;
	sim_ns probe_within, probe_every;
	sim_ns retry_most;
	int retry_budget; /* per minute */
	sim_ns resend_window;
	bool probe, purge, retry_backoff, idempotent, stamp, ask;
	sim_ns drop_stale, paced_drain; /* 0: off */
	uint32_t message_expiry_s;
	int start_qos, report_qos;
	bool retain_starts, heed_codes;
	char shared_reports[64]; /* "": each client has its own printers' reports */
	bool hold_when_down;
};

/* --- jobs --------------------------------------------------------------------------- */

enum job_state {
	JOB_IN_STORE,     /* accepted; not handed to a client, or taken back from one */
	JOB_SENT,         /* handed to a client; nothing heard of it yet */
	JOB_ASKED,        /* not heard of; the printer was asked for its state */
	JOB_WAITING_BUSY, /* refused because the printer was busy */
	JOB_AT_PRINTER, /* the printer has it and asks its person first, or has not begun */
	JOB_BEGUN,      /* reported to print */
	JOB_DONE,
	JOB_NOT_DONE, /* failed, refused for good, or given up */
	JOB_GONE,     /* cancelled or dropped: never sent again, whatever is reported */
};

struct job {
	struct cloud *cloud;
	int64_t task;
	int printer;
	char name[64], file[40], wish_key[64];
	int64_t tapped_utc_ms;
	bool lan; /* its starts carry no ids */
	sim_ns accepted_at;
	enum job_state state;
	int attempts;        /* times handed to a client */
	int silent;          /* of these, since the printer was last heard of it */
	int resends;         /* times sent again although reported begun */
	bool shown_printing; /* job.started was told of the print that runs now */
	bool told_preparing; /* the app was last told "preparing" */
	bool unreachable;    /* the broker said that nobody listened to its last start */
	bool given_up;       /* JOB_NOT_DONE for silence: a report brings it back */
	bool asked;          /* its overdue finish was asked for */
	bool puback;         /* the broker has the last start */
	sim_ns expected_end; /* JOB_BEGUN: when it is overdue */
	trace_id chain;      /* what moved it last: its next event comes from it */
	struct queue_handle timer;
	pile_ticket waiting; /* in its client's store */
	struct job *next_open, *prev_open; /* of its printer, in order of acceptance */
	bool open;
};

struct printer_belief {
	char *name, *serial;
	int client;
	struct job *first_open, *last_open;
	int shown_prompt;
	int64_t alert; /* attr and code of the one that stands, 0: none */
};

/* --- clients ------------------------------------------------------------------------ */

enum client_state {
	CLIENT_OFF,
	CLIENT_PAUSING,
	CLIENT_CONNECTING,
	CLIENT_PROVING,
	CLIENT_UP
};

struct mqtt_client {
	struct cloud *cloud;
	int index;
	char *name, *probe_topic;
	enum client_state state;
	bool has_been_up;
	int failures;              /* attempts since it was last up */
	uint64_t probe;            /* number of the last one sent */
	bool probe_out;            /* its echo is awaited */
	trace_id chain;            /* what the next connect comes from */
	struct queue_handle timer; /* pause, probe's return, or next probe */
	struct queue_handle renew; /* the library instance is to be thrown away */
	bool pacing;
	struct queue_handle pace;
	struct pile store; /* its jobs there: JOB_IN_STORE and JOB_WAITING_BUSY */
	uint32_t *task_of_mid; /* MID_COUNT entries; allocated with the client */
};

enum {
	MID_COUNT = 65536
};

/* --- API ------------------------------------------------------------------------------ */

struct api_call;

struct api {
	double load;    /* calls in it, also other people's: waiting or being served */
	sim_ns load_at; /* when load was last worked out */
	double foreign; /* calls per second from outside */
	sim_ns foreign_until;
	trace_id foreign_cause;
	struct chance admission;
	struct api_call *first, *last; /* admitted and not yet answered */
	struct queue_handle watch;
	int shown_depth, peak_depth; /* of backlog.depth; 0: none shown */
	sim_ns backlog_since;
	/* Of the calls since the API last had a free worker, ours and foreign ones: how many
	 * had to wait how long, and how many were turned away. */
	double waited[PILE_AGES], turned_away;
	sim_ns longest_wait;
};

struct cloud {
	struct queue *queue;
	const struct clock *clock;
	struct skew skew; /* of the service's own wall clock */
	struct trace *trace;
	struct service_settings set;
	struct cloud_outlets out;
	struct mqtt_client *clients;
	int n_clients;
	struct printer_belief *printers;
	int n_printers;
	int *by_serial;    /* indices of printers, sorted by serial */
	struct job **jobs; /* jobs[task - 1]; owned */
	int64_t n_jobs, jobs_capacity, n_open;
	struct api api;
	struct chance jitter;
	int64_t sequence;
	double budget; /* retry_backoff: retries that may be sent now */
	sim_ns budget_at;
	bool stopped;
	struct queue_handle bring_up;
	trace_id restart_cause;
	struct cloud_counts counts;
	struct text payload; /* the message being written */
};

/* What the service's own clock shows. */
static inline int64_t service_utc_ns(const struct cloud *cloud, sim_ns now)
{
	return clock_utc_ns(cloud->clock, now) + skew_at(&cloud->skew, now);
}

/* options.c */
void service_read_settings(struct service_settings *settings, const struct value *values,
			   const struct value *safeguards);

/* api.c */
void api_init(struct cloud *cloud, uint64_t seed);
void api_fini(struct cloud *cloud);
void api_take(struct cloud *cloud, sim_ns now, const struct cloud_call *call);
/* The process ends: calls that it was working on get "unavailable". */
void api_abort(struct cloud *cloud, sim_ns now);

/* store.c: what a call does. */
struct cloud_answer store_submit(struct cloud *cloud, sim_ns now,
				 const struct cloud_call *call);
struct cloud_answer store_cancel(struct cloud *cloud, sim_ns now,
				 const struct cloud_call *call);
struct cloud_answer store_confirm(struct cloud *cloud, sim_ns now,
				  const struct cloud_call *call);
struct cloud_answer store_order(struct cloud *cloud, sim_ns now,
				const struct cloud_call *call);
struct job *store_find(struct cloud *cloud, int64_t task); /* NULL: none */
/* The client is up: what waits in the store for it may leave. */
void store_flush(struct cloud *cloud, sim_ns now, struct mqtt_client *client);
/* The client's library was thrown away: what it held and the broker has not
 * acknowledged is in the store again. */
void store_take_back(struct cloud *cloud, sim_ns now, struct mqtt_client *client);
/* The process ends: its timers are gone, the store remains … */
void store_pause(struct cloud *cloud);
/* … and comes up again, reading the store; purges it first if it is to. */
void store_resume(struct cloud *cloud, sim_ns now, trace_id cause);
void store_fini(struct cloud *cloud);

/* job.c: one job. */
/* Moves it to that state, keeping lists, timer (none afterwards) and the count of what
 * waits. */
void job_enter(struct job *job, sim_ns now, enum job_state state);
void job_set_timer(struct job *job, sim_ns due);
/* It ends as failed, or a safeguard throws it away: event and news. */
void job_fail(struct job *job, sim_ns now, const char *reason, trace_id cause);
void job_drop(struct job *job, sim_ns now, const char *reason, trace_id cause);
struct mqtt_client *job_client(const struct job *job);
void service_news(struct cloud *cloud, sim_ns now, const struct job *job,
		  const char *state, const char *reason, trace_id event);

/* send.c: starts leave the store. */
/* Sends the start now if it may leave, else keeps it in the store. */
void send_or_hold(struct job *job, sim_ns now);
void send_hold(struct job *job, sim_ns now);
/* The broker's acknowledgement of its start said something else than success. */
void send_answered(struct job *job, sim_ns now, int code, const char *reason,
		   trace_id cause);
/* Would drop_stale_on_reconnect throw it away? */
bool send_is_too_old(const struct job *job, sim_ns now);
/* The job's timer fired: nothing was heard in time, or it is too old, by its state. */
void send_timed_out(void *arg, sim_ns now);
/* After a restart: the timer that its state asks for. */
void send_rearm(struct job *job, sim_ns now);
/* The printer reports to be free, with that task as its last (0: none): what was begun
 * there and is not its last was not finished; what waited may go. */
void send_to_free_printer(struct cloud *cloud, sim_ns now, int printer,
			  int64_t last_task);

/* session.c */
void session_start(struct mqtt_client *client, sim_ns now, trace_id cause);
void session_stop(struct mqtt_client *client, sim_ns now, trace_id cause);
void session_connected(struct mqtt_client *client, sim_ns now, int rc, trace_id cause);
void session_disconnected(struct mqtt_client *client, sim_ns now, const char *reason,
			  trace_id cause);
/* A message on the client's own topic. */
void session_echo(struct mqtt_client *client, sim_ns now, const void *payload,
		  size_t length, trace_id cause);
/* May something be handed to its library now? */
bool session_takes(const struct mqtt_client *client);

/* report.c */
void report_read(struct cloud *cloud, sim_ns now, struct mqtt_client *client,
		 const char *topic, const void *payload, size_t length, trace_id cause);

/* message.c: publish to the job's or printer's device/<serial>/request. */
int message_start(struct job *job, sim_ns now, trace_id cause, int *ret_mid);
int message_stop(struct cloud *cloud, sim_ns now, int printer, int64_t task,
		 trace_id cause);
int message_ask(struct cloud *cloud, sim_ns now, int printer, trace_id cause);
/* cause: its order.sent event. */
int message_order(struct cloud *cloud, sim_ns now, const struct cloud_call *call,
		  trace_id cause);
int message_confirm(struct cloud *cloud, sim_ns now, const struct cloud_call *call,
		    trace_id cause);

#endif
