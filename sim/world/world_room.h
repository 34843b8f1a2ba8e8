/*
 * world_room.h - what the files of this room share. Nobody else includes it.
 */
#ifndef JOBJAM_WORLD_ROOM_H
#define JOBJAM_WORLD_ROOM_H

#include "sim/world/broker.h"
#include "sim/world/world.h"

struct broker_deed;
struct endpoint;
struct programs;

struct world {
	struct world_options options;
	struct clock clock;
	struct queue *queue;
	struct trace *trace;
	struct net *net;
	struct broker *broker;
	bool wall;                /* real time; then there is no broker of ours … */
	struct endpoint *upstream; /* … but this one; owned */
	enum world_end trouble; /* WORLD_REACHED while all is well */
	struct sim_error error; /* the first trouble, in words */
	bool stopped;
	bool paused; /* the broker gets no turns … */
	bool owed;   /* … and something has been written to it since its last one */
	struct broker_deed *deeds; /* faults of the broker, in order; owned */
	struct programs *programs;  /* NULL: none; owned */
	int events_now; /* that have run at this instant */
	struct world_times times;
	double lap_s; /* host time up to which everything has been booked in times */
};

/* The broker has been told to go, or could not come back: the run goes on without it. */
void world_broker_trouble(struct world *world, const struct sim_error *error);

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
