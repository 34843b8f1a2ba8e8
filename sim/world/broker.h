/*
 * broker.h - the broker as a guest: its private folder, configuration, socket and log.
 *
 * Everything lives in one mkdtemp folder of mode 0700 that is removed at the end; the
 * listening socket is AF_UNIX there, so nothing of a run is reachable from a network.
 */
#ifndef JOBJAM_BROKER_H
#define JOBJAM_BROKER_H

#include "sim/guest/guest.h"

struct broker;

struct broker_options {
	const char *name;    /* who in the trace; NULL: "broker"; borrowed */
	const char *command; /* NULL: "mosquitto"; or "exec:COMMAND" (exec_words.h) */
	const char *conf;    /* more lines of configuration; NULL: none */
	const char *shim_path, *log_path;
	int64_t start_utc_ns;
	uint64_t seed;
	bool tick_exact;
	int core, watchdog_ms;
	struct trace *trace;
	/* The one host that it can reach, as in guest_options; borrowed. */
	uint16_t peer_port;
	const char *peer_path;
};

/* Errors as guest_start; SIM_EIO when the folder cannot be made. */
int broker_start(const struct broker_options *options, struct broker **ret_broker,
		 struct sim_error *error);
/* A fresh process at `now` in the same folder, when the old one has ended. keep: it finds
 * what that one had saved; otherwise everything in the folder that jobjam did not put there
 * is gone. Errors as broker_start; there is then no broker. */
int broker_restart(struct broker *broker, sim_ns now, bool keep, trace_id cause,
		   struct sim_error *error);
/* SIGTERM, its last turn, and the folder removed. */
void broker_stop(struct broker *broker);
void broker_free(struct broker *broker);

/* A non-blocking connection: a descriptor, or a negative errno (-EAGAIN: backlog full). */
int broker_dial(struct broker *broker);
struct guest *broker_guest(const struct broker *broker);
const char *broker_path(const struct broker *broker); /* or "exec:COMMAND" */
/* As its log says it ("mosquitto version 2.0.11"); "unknown" otherwise. */
const char *broker_version(const struct broker *broker);

#endif
