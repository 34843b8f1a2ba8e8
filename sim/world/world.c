/* world.c - the main loop of a run. */
#include "sim/world/world.h"

#include "sim/world/broker_faults.h"
#include "sim/world/host_clock.h"
#include "sim/world/world_room.h"

#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Rounds of "links, then broker" at one instant before it is called a livelock. A flush of
 * 100,000 packets takes a few thousand. */
enum {
	SETTLE_ROUNDS_MAX = 1000000,
	INSTANT_EVENTS_MAX = 1000000,
	PROGRESS_EVERY = 256,
	EVENTS_PROGRESS_EVERY = 16384
};

static int dial_broker(void *arg)
{
	struct world *world = arg;

	return world->wall ? wall_dial(world) : broker_dial(world->seat.broker);
}

int world_new(const struct world_options *options, struct world **ret_world,
	      struct sim_error *error)
{
	struct world *world = calloc(1, sizeof(*world));
	int status = SIM_ENOMEM;

	if (!world)
		return sim_fail(error, SIM_ENOMEM, "no memory for a run");
	world->options = *options;
	world->clock.start_utc_s = options->start_utc_ns / SIM_S;
	world->queue = queue_new();
	world->trace = trace_new(&world->clock, options->level);
	if (!world->queue || !world->trace) {
		sim_fail(error, SIM_ENOMEM, "no memory for a run");
		goto fail;
	}
	struct net_options net = {
		.queue = world->queue,
		.clock = &world->clock,
		.trace = world->trace,
		.seed = options->seed,
		.dial = dial_broker,
		.dial_arg = world,
		.library = options->library,
		.library_arg = options->library_arg,
	};
	status = wall_read(world, error);
	net.wall = world->wall;
	if (status == SIM_OK)
		status = net_new(&net, &world->net, error);
	if (status != SIM_OK)
		goto fail;
	world->seat.who = "broker";
	world->seat.hub = net_hub(world->net);
	*ret_world = world;
	return SIM_OK;
fail:
	world_free(world);
	return status;
}

void world_free(struct world *world)
{
	if (!world)
		return;
	programs_free(world);
	sites_free(world);
	net_free(world->net);
	broker_faults_free(world);
	broker_free(world->seat.broker);
	trace_free(world->trace);
	queue_free(world->queue);
	free(world->upstream);
	free(world);
}

/* Program and guest take turns, so one core serves both best: no migration, no wake-up of
 * another core. A host that refuses costs speed only. */
static void pin_to_core(int core)
{
	cpu_set_t set;

	if (core < 0 || core >= CPU_SETSIZE)
		return;
	CPU_ZERO(&set);
	CPU_SET((unsigned)core, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

int world_start(struct world *world, struct sim_error *error)
{
	struct broker_options broker = {
		.command = world->options.broker,
		.conf = world->options.broker_conf,
		.shim_path = world->options.shim_path,
		.log_path = world->options.log_path,
		.start_utc_ns = world->options.start_utc_ns,
		.seed = world->options.seed,
		.tick_exact = world->options.tick_exact,
		.core = world->options.core,
		.watchdog_ms = world->options.watchdog_ms,
		.trace = world->trace,
	};

	assert(!world->seat.broker);
	if (world->wall)
		return wall_start(world, error);
	pin_to_core(world->options.core);
	int status = broker_start(&broker, &world->seat.broker, error);
	return status == SIM_OK ? sites_start(world, &broker, error) : status;
}

static struct guest *guest_of(const struct seat *seat)
{
	return seat->broker ? broker_guest(seat->broker) : NULL;
}

/* The first trouble decides how the run is called; the run itself goes on without the
 * broker, so that one sees what its loss does. */
void world_seat_is_gone(struct world *world, struct seat *seat, enum guest_rest rest)
{
	const char *status = guest_status(guest_of(seat));

	if (world->trouble == WORLD_REACHED && rest == GUEST_STUCK) {
		world->trouble = WORLD_BROKER_STUCK;
		sim_fail(&world->error, SIM_ESTUCK,
			 "the %s never came to rest in its turn and was killed; its last "
			 "words are in its log",
			 seat->who);
	} else if (world->trouble == WORLD_REACHED) {
		world->trouble = WORLD_BROKER_ENDED;
		sim_fail(&world->error, SIM_EDIED,
			 "the %s ended by itself (%s); its last words are in its log",
			 seat->who, status);
	}
	hub_gone(seat->hub, world->clock.now);
}

void world_broker_trouble(struct world *world, const struct sim_error *error)
{
	if (world->trouble != WORLD_REACHED)
		return;
	world->trouble = WORLD_BROKER_ENDED;
	world->error = *error;
}

/* Is there anybody to give a turn to? */
static bool broker_can_run(const struct world *world)
{
	const struct guest *guest = guest_of(&world->seat);

	return !world->seat.paused && guest && guest_alive(guest);
}

/* One turn of the broker up to the horizon, or up to the instant at which it sent. */
static void broker_turn(struct world *world, sim_ns horizon)
{
	struct guest *guest = guest_of(&world->seat);
	enum guest_rest rest = guest_turn(guest, world->clock.now, horizon);

	world->clock.now =
		guest_now(guest) > world->clock.now ? guest_now(guest) : world->clock.now;
	if (rest == GUEST_ENDED || rest == GUEST_STUCK)
		world_seat_is_gone(world, &world->seat, rest);
}

/* Books the host's time since the last call. One look at the clock for each change of
 * hands: there are millions. */
static void book(struct world *world, double *ret_part_s)
{
	double now_s = host_clock_s();

	*ret_part_s += now_s - world->lap_s;
	world->lap_s = now_s;
}

/* Until no byte moves and the broker rests. Returns false on a livelock. */
static bool settle(struct world *world)
{
	int most = world->options.settle_rounds > 0 ? world->options.settle_rounds
						    : SETTLE_ROUNDS_MAX;

	for (int round = 0; round < most; round++) {
		bool moved = net_drain(world->net, world->clock.now);

		world->seat.owed |= net_take_broker_input(world->net);
		book(world, &world->times.network_s);
		world->times.settles++;
		if (world->seat.owed && broker_can_run(world)) {
			world->seat.owed = false;
			broker_turn(world, world->clock.now);
			book(world, &world->times.broker_s);
		} else if (!sites_settle(world, world->clock.now) &&
			   !programs_settle(world, world->clock.now) && !moved) {
			return true;
		}
	}
	return false;
}

static void tell_progress(const struct world *world)
{
	if (world->options.progress)
		world->options.progress(world->options.progress_arg, world->clock.now);
}

/* Returns false when there is no end to them: each one brings about another that is due
 * at once, so that time cannot pass. */
static bool run_due_events(struct world *world)
{
	int most = world->options.instant_events > 0 ? world->options.instant_events
						     : INSTANT_EVENTS_MAX;

	while (!world->stopped && world->events_now < most &&
	       queue_run_one(world->queue, world->clock.now)) {
		world->events_now++;
		if (world->events_now % EVENTS_PROGRESS_EVERY == 0)
			tell_progress(world);
	}
	book(world, &world->times.events_s);
	return world->stopped || world->events_now < most;
}

static void fail_endless(struct world *world)
{
	char instant[INSTANT_TEXT_MAX];

	sim_fail(&world->error, SIM_ESTUCK,
		 "at %s more than %d events came one after another without time passing; "
		 "something makes itself due again at once, such as after(\"0s\", …) in "
		 "its own function",
		 instant_text(world->options.start_utc_ns + world->clock.now, instant),
		 world->events_now - 1);
}

/* Every instant begins here. */
static void begin_instant(struct world *world, sim_ns before)
{
	if (world->clock.now == before)
		return;
	world->events_now = 0;
	if (world->options.instant)
		atomic_store_explicit(world->options.instant, world->clock.now,
				      memory_order_relaxed);
}

/* Lets time pass up to the next instant at which something happens. */
static void pass_time(struct world *world)
{
	sim_ns next = queue_next_due(world->queue), before = world->clock.now;

	if (next > world->options.length)
		next = world->options.length;
	if (broker_can_run(world))
		broker_turn(world, next);
	else
		world->clock.now = next;
	begin_instant(world, before);
	book(world, &world->times.idle_s);
	world->times.instants++;
}

static bool interrupted(const struct world *world)
{
	return world->options.interrupted && *world->options.interrupted;
}

static enum world_end finish(struct world *world, enum world_end end,
			     struct sim_error *error)
{
	if (end != WORLD_REACHED && error)
		*error = world->error;
	return end;
}

enum world_end world_run(struct world *world, struct sim_error *error)
{
	if (world->wall)
		return wall_run(world, error);
	assert(world->seat.broker);
	world->lap_s = host_clock_s();
	for (uint64_t turn = 0;; turn++) {
		if (!run_due_events(world)) {
			fail_endless(world);
			return finish(world, WORLD_ENDLESS, error);
		}
		if (world->stopped)
			return finish(world, WORLD_STOPPED, error);
		if (!settle(world)) {
			sim_fail(&world->error, SIM_ESTUCK,
				 "bytes kept moving between the broker and its clients "
				 "at one "
				 "instant without coming to rest");
			return finish(world, WORLD_LIVELOCK, error);
		}
		if (interrupted(world)) {
			sim_fail(&world->error, SIM_OK, "interrupted by a signal");
			return finish(world, WORLD_INTERRUPTED, error);
		}
		if (turn % PROGRESS_EVERY == 0)
			tell_progress(world);
		if (queue_next_due(world->queue) <= world->clock.now)
			continue;
		if (world->clock.now >= world->options.length)
			return finish(world, world->trouble, error);
		pass_time(world);
	}
}

void world_stop(struct world *world, const struct sim_error *error)
{
	if (world->stopped)
		return; /* the first reason is the one to tell */
	world->stopped = true;
	world->error = *error;
}

void world_end(struct world *world)
{
	programs_stop(world);
	sites_stop(world);
	if (world->seat.broker)
		broker_stop(world->seat.broker);
}

bool world_is_wall(const struct world *world)
{
	return world->wall;
}

const struct clock *world_clock(const struct world *world)
{
	return &world->clock;
}

struct queue *world_queue(struct world *world)
{
	return world->queue;
}

struct trace *world_trace(struct world *world)
{
	return world->trace;
}

struct net *world_net(struct world *world)
{
	return world->net;
}

struct guest *world_broker(struct world *world)
{
	return guest_of(&world->seat);
}

const char *world_broker_path(const struct world *world)
{
	if (world->wall)
		return world->options.broker;
	return world->seat.broker ? broker_path(world->seat.broker) : "";
}

const char *world_broker_version(const struct world *world)
{
	if (world->wall)
		return "unknown (it runs elsewhere)";
	return world->seat.broker ? broker_version(world->seat.broker) : "";
}

struct world_times world_times(const struct world *world)
{
	return world->times;
}
