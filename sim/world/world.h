/*
 * world.h - the main loop: what is due, the guest's turn, the links, until nothing moves;
 * then the next instant.
 *
 *	for each instant:
 *		run what the queue has due
 *		settle: drain links, give the broker a turn, or the brokers of sites (site.h), or
 *			programs (program.h), until no byte moves
 *		grant the broker the time up to the next due event; it idles there by
 *		itself, or stops earlier because it sent something: then that is the instant
 *
 * Time never moves past an undelivered byte.
 */
#ifndef JOBJAM_WORLD_H
#define JOBJAM_WORLD_H

#include "net/net.h"
#include "sim/core/queue.h"
#include "sim/core/trace.h"
#include "sim/guest/guest.h"

#include <signal.h>

struct world;

struct world_options {
	int64_t start_utc_ns;
	sim_ns length;
	uint64_t seed;
	enum trace_level level;
	bool tick_exact;
	/* A path, a command name or "exec:COMMAND"; NULL: "mosquitto". Or "mqtt://HOST:PORT", one
	 * that runs elsewhere: then the run takes as long as it says (wall.c). */
	const char *broker;
	const char *broker_conf; /* further lines of its configuration; NULL: none */
	const char *shim_path;
	const char
		*log_path; /* where broker.log goes; NULL: stays in the private folder */
	int core;          /* pin program and guest to this core; -1: leave them */
	int watchdog_ms;   /* of one turn of the guest; 0: its default */
	int settle_rounds; /* exchanges at one instant before it is a livelock; 0: a million */
	const volatile sig_atomic_t
		*interrupted; /* looked at between instants; may be NULL */
	void (*progress)(void *arg, sim_ns now); /* now and then; may be NULL */
	void *progress_arg;
	_Atomic int64_t *instant; /* where each new instant is posted; may be NULL */
	void (*library)(void *arg, const char *client); /* as net_options */
	void *library_arg;
	int instant_events; /* at one instant before it counts as endless; 0: a million */
};

enum world_end {
	WORLD_REACHED, /* the end of the run */
	WORLD_INTERRUPTED,
	WORLD_STOPPED, /* world_stop: a script failed */
	WORLD_BROKER_ENDED,
	WORLD_BROKER_STUCK,
	WORLD_LIVELOCK, /* bytes kept moving at one instant without end */
	WORLD_ENDLESS,  /* events kept coming at one instant: time could not pass */
};

/* Makes clock, queue, trace, network; nothing runs yet. */
int world_new(const struct world_options *options, struct world **ret_world,
	      struct sim_error *error);
void world_free(struct world *world);

/* Starts the broker (virtual instant 0). Errors as guest_start. */
int world_start(struct world *world, struct sim_error *error);
/* Runs to the end. The sentence in *error says more unless WORLD_REACHED. */
enum world_end world_run(struct world *world, struct sim_error *error);
/* From inside an event: the run ends after this instant. error is copied. */
void world_stop(struct world *world, const struct sim_error *error);
/* Stops the broker politely and closes what is open. Before the trace is closed. */
void world_end(struct world *world);

/* In real time: nothing of it repeats, and the broker is no guest. */
bool world_is_wall(const struct world *world);

const struct clock *world_clock(const struct world *world);
struct queue *world_queue(struct world *world);
struct trace *world_trace(struct world *world);
struct net *world_net(struct world *world);
struct guest *world_broker(struct world *world); /* NULL before world_start */
const char *world_broker_path(const struct world *world);
const char *world_broker_version(
	const struct world *world); /* "mosquitto version 2.0.11" */

/* Host time spent, for the line that says how long it took; never in the trace. */
struct world_times {
	double events_s, network_s, broker_s, idle_s;
	uint64_t instants, settles;
};
struct world_times world_times(const struct world *world);

#endif
