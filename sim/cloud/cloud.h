/*
 * cloud.h - the print service: an API of finite capacity, a job store, and MQTT clients
 * that each carry the commands and the reports of their share of the fleet.
 *
 * The service knows only what it can know: what the API is asked, what its clients'
 * callbacks say, what reports arrive. It never learns of a fault. A start is confirmed by
 * the printer's report, not by PUBACK; without one in time it is sent again; a job that
 * the printer refused because it was busy stays in the store and goes again when the
 * printer is free. Dialect: printers/DIALECT.md (written here from the document, not
 * shared code: service and machine are built by different people).
 *
 * Knows neither people nor printers nor sockets: outlets lead there (sim/fleet wires).
 */
#ifndef JOBJAM_CLOUD_H
#define JOBJAM_CLOUD_H

#include "sim/core/queue.h"
#include "sim/core/trace.h"
#include "sim/core/vocab.h"

struct cloud;

enum cloud_op {
	CLOUD_SUBMIT,
	CLOUD_CANCEL,
	CLOUD_CONFIRM,
	CLOUD_ORDER
};

struct cloud_answer {
	bool ok;
	const char *reason; /* "", "busy", "time-out", "no such job", … */
	int64_t task;       /* the job it became, or 0 */
	trace_id event;     /* what this answer comes from */
};

/* One call of an app to the API. Strings are copied. */
struct cloud_call {
	enum cloud_op op;
	int printer;            /* index in cloud_options.printers */
	const char *job, *file; /* SUBMIT: name, md5 */
	const char *command, *param; /* ORDER: pause, resume, gcode_line; and its lines */
	int64_t tapped_utc_ms;  /* SUBMIT, ORDER: when the person tapped, as the app says */
	const char
		*wish_key; /* SUBMIT: the app's key for this wish; NULL: app has none */
	bool lan;          /* SUBMIT: as a local job, with no ids of its own */
	int64_t task;      /* CANCEL, CONFIRM */
	int prompt, plate_epoch;  /* CONFIRM */
	bool yes;                 /* CONFIRM */
	int64_t not_after_utc_ms; /* CONFIRM */
	trace_id cause;           /* the app.request event */
	/* Exactly once, later or at once; not after cloud_free. NULL is fine. */
	void (*done)(void *arg, sim_ns now, const struct cloud_answer *answer);
	void *arg;
};

/* What the service pushes to the app of a printer's owner: its belief. */
struct cloud_news {
	int printer;
	int64_t task;
	const char *
		state; /* "sent", "waiting", "preparing", "printing", "finished", "failed",
			    * "cancelled", "prompt", "offline" */
	const char *reason;
	int prompt, plate_epoch; /* state "prompt" */
	int64_t not_after_utc_ms;
	trace_id event;
};

/* How a message is to be sent. The last four only by MQTT 5.0; 0 or NULL: not there. */
struct cloud_manner {
	int qos;
	bool retain;
	uint32_t expiry_s;
	const char *response_topic, *correlation; /* where the reply comes, and its number */
	int64_t task;
};

struct cloud_outlets {
	void *arg;
	/* Hands a message to MQTT client i; returns the library's code; *ret_mid. */
	int (*publish)(void *arg, sim_ns now, int client, const char *topic,
		       const char *payload, size_t length,
		       const struct cloud_manner *manner, trace_id cause, int *ret_mid);
	void (*connect)(void *arg, sim_ns now, int client, trace_id cause);
	void (*subscribe)(void *arg, sim_ns now, int client, const char *filter, int qos);
	/* Throws the client's library instance away with what it holds; returns how many
	 * messages were lost. The client is then disconnected. */
	size_t (*recreate)(void *arg, sim_ns now, int client, trace_id cause);
	void (*news)(void *arg, sim_ns now, const struct cloud_news *news);
};

struct cloud_printer {
	const char *name, *serial; /* "printer/007", "SIM00007" */
	int client;                /* which MQTT client carries it */
};

struct cloud_options {
	struct queue *queue;
	const struct clock *clock;
	struct trace *trace;
	uint64_t seed;
	const struct value *values;     /* of cloud_row() */
	const struct value *safeguards; /* of cloud_safeguard_row() */
	const char *const *clients;     /* "cloud/command-a", … */
	int n_clients;
	const struct cloud_printer *printers; /* copied */
	int n_printers;
	struct cloud_outlets outlets;
};

/* Options of cloud{} (capacity, time-outs, retry, reconnect, keepalive, clients, build). */
const struct vocab_row *cloud_row(void);
/* probe_before_connected drop_stale_on_reconnect purge_before_bringup paced_drain
 * message_expiry retry_backoff idempotent_resend stamp_starts ask_before_resend
 * discard_on_session_loss heed_reason_codes. */
const struct vocab_row *cloud_safeguard_row(void);
/* Builds of the service: a name and what it switches on. NULL past the end. The choice
 * "build" of cloud_row() is an index of this list. */
struct cloud_build {
	const char *name, *summary;
	const char *
		settings; /* "probe_before_connected=true\n…", of cloud_safeguard_row() */
};
const struct cloud_build *cloud_build_at(size_t index);

/* What whoever makes the MQTT clients must know of the settings. */
struct cloud_session {
	int keepalive_s;
	bool clean_session;
	int protocol; /* 5 when said, or when a safeguard needs it; else 4 (MQTT 3.1.1) */
	uint32_t session_expiry_s; /* UINT32_MAX: never */
	int receive_max, window;
	bool discard_on_session_loss;
	sim_ns library_expiry; /* 0: never */
};
/* "auto", "3.1.1", "5.0", "5": index 2 and above is MQTT 5.0. Printers take them, too. */
extern const char *const cloud_protocols[];
/* SIM_EINVAL: 3.1.1 was asked for, and something else that it has not. */
int cloud_check_protocol(const struct value *values, const struct value *safeguards,
			 struct sim_error *error);
void cloud_session_of(const struct value *values, const struct value *safeguards,
		      struct cloud_session *ret_session);

/* Copies what it needs of options, except queue, clock and trace, which it borrows.
 * SIM_EINVAL: no client, a printer without client, two printers with one serial. */
int cloud_new(const struct cloud_options *options, struct cloud **ret_cloud,
	      struct sim_error *error);
void cloud_free(struct cloud *cloud);
/* Brings the service up: connects its clients. Once, at the start of the run. */
void cloud_start(struct cloud *cloud, sim_ns now);
/* An operator stops the whole service and brings it up again: clients are recreated, the
 * store survives, calls are refused as "unavailable" meanwhile. What was sent and not
 * acknowledged is sent anew when the clients are up (unless purge_before_bringup). A stop
 * while stopped moves the bring-up. Not from inside an MQTT client's callback. */
void cloud_restart(struct cloud *cloud, sim_ns now, sim_ns down_for, trace_id cause);
/* The clock of the service's hosts jumps by step and from now on gains ppm microseconds in
 * each second: it judges the age of wishes by it, and stamps those whose tap it was not told. */
void cloud_set_clock(struct cloud *cloud, sim_ns now, sim_ns step, int64_t ppm);

void cloud_request(struct cloud *cloud, sim_ns now, const struct cloud_call *call);

/* From the MQTT clients' callbacks. */
void cloud_connected(struct cloud *cloud, sim_ns now, int client, int rc, trace_id cause);
void cloud_disconnected(struct cloud *cloud, sim_ns now, int client, const char *reason,
			trace_id cause);
void cloud_message(struct cloud *cloud, sim_ns now, int client, const char *topic,
		   const void *payload, size_t length, trace_id cause);
void cloud_published(struct cloud *cloud, sim_ns now, int client, int mid,
		     trace_id cause);
/* Before cloud_published, when the broker's PUBACK says something else than success (MQTT
 * 5.0): 0x10 nobody has subscribed, from 0x80 on it did not take the message. */
void cloud_answered(struct cloud *cloud, sim_ns now, int client, int mid, int code,
		    const char *reason, trace_id cause);

/* Load on the API from outside the fleet ("abnormal traffic"): requests per second of
 * other people, for a while. A condition of the world, set by a scenario. */
void cloud_foreign_load(struct cloud *cloud, sim_ns now, double requests_per_s,
			sim_ns lasts, trace_id cause);

/* The run ends: tells what waits in the store (backlog.left). */
void cloud_backlogs_left(struct cloud *cloud, sim_ns now);

struct cloud_counts {
	uint64_t calls, shed, dispatches, retries, jobs, open_jobs;
	uint64_t
		ignored; /* messages that made no sense: not JSON, wrong types, unknown ids */
};
struct cloud_counts cloud_counts(const struct cloud *cloud);

#endif
