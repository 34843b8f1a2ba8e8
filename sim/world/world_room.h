/*
 * world_room.h - what the files of this room share. Nobody else includes it.
 */
#ifndef JOBJAM_WORLD_ROOM_H
#define JOBJAM_WORLD_ROOM_H

#include "net/hub.h"
#include "sim/world/broker.h"
#include "sim/world/world.h"

struct broker_deed;
struct endpoint;
struct programs;
struct site;

/* A broker of this world: the cloud's, or that of a site. */
struct seat {
	const char *who;  /* "broker", "broker/site" */
	struct hub *hub;  /* as the network knows it */
	struct broker *broker; /* owned by whoever holds the seat; NULL before its start */
	bool paused; /* it gets no turns … */
	bool owed;   /* … and something has been written to it since its last one */
};

struct world {
	struct world_options options;
	struct clock clock;
	struct queue *queue;
	struct trace *trace;
	struct net *net;
	struct seat seat; /* of the cloud's broker */
	bool wall;                /* real time; then there is no broker of ours … */
	struct endpoint *upstream; /* … but this one; owned */
	enum world_end trouble; /* WORLD_REACHED while all is well */
	struct sim_error error; /* the first trouble, in words */
	bool stopped;
	struct broker_deed *deeds; /* faults of the broker, in order; owned */
	struct programs *programs;  /* NULL: none; owned */
	struct site *sites;         /* in order of adding; owned */
	int events_now; /* that have run at this instant */
	struct world_times times;
	double lap_s; /* host time up to which everything has been booked in times */
};

/* The broker has been told to go, or could not come back: the run goes on without it. */
void world_broker_trouble(struct world *world, const struct sim_error *error);
/* It has ended in its turn, and nobody had asked for that: the run has a trouble. */
void world_seat_is_gone(struct world *world, struct seat *seat, enum guest_rest rest);

/* site.c: a turn for each that was sent something; returns whether any was. */
bool sites_settle(struct world *world, sim_ns now);
/* like: what they have in common with the cloud's broker, which has been started. */
int sites_start(struct world *world, const struct broker_options *like,
		struct sim_error *error);
struct seat *site_seat(struct site *site);
void sites_stop(struct world *world);
void sites_free(struct world *world); /* before the network */

/* wall.c: does the option name a broker elsewhere? Then real time it is. */
int wall_read(struct world *world, struct sim_error *error);
int wall_dial(const struct world *world);
int wall_start(struct world *world, struct sim_error *error);
enum world_end wall_run(struct world *world, struct sim_error *error);

/* program.c: a turn for each that was sent something; returns whether any was. */
bool programs_settle(struct world *world, sim_ns now);
void programs_stop(struct world *world);
void programs_free(struct world *world); /* before the network */

#endif
