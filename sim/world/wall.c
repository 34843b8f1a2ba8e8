/* wall.c - a run in real time, against a broker that runs elsewhere. */
#include "net/proxy/endpoint.h"
#include "sim/world/host_clock.h"
#include "sim/world/world_room.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
	EVENTS_AT_ONCE = 100000
};
/* So that a beat is posted and a signal is seen, whatever happens. */
#define WAIT_MAX (200 * SIM_MS)

int wall_read(struct world *world, struct sim_error *error)
{
	const char *broker = world->options.broker;

	if (!broker || strncmp(broker, "mqtt://", 7) != 0)
		return SIM_OK;
	world->wall = true;
	world->upstream = calloc(1, sizeof(*world->upstream));
	if (!world->upstream)
		return sim_fail(error, SIM_ENOMEM, "no memory for a run");
	return endpoint_parse("--broker", broker, world->upstream, error);
}

int wall_dial(const struct world *world)
{
	return endpoint_dial(world->upstream);
}

int wall_start(struct world *world, struct sim_error *error)
{
	if (endpoint_probe(world->upstream, error) == SIM_OK)
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL,
			"the broker %s does not answer; is it running?",
			world->options.broker);
}

static sim_ns real_now(double began_s)
{
	return (sim_ns)((host_clock_s() - began_s) * 1e9);
}

static void be_at(struct world *world, sim_ns instant)
{
	if (instant > world->clock.now)
		world->clock.now = instant;
	if (world->options.instant)
		atomic_store_explicit(world->options.instant, world->clock.now,
				      memory_order_relaxed);
}

/* Each in its own instant, as in virtual time: whoever looks at the clock sees when the
 * event was due, and not how late the machine is. */
static void run_due(struct world *world, sim_ns real)
{
	for (int i = 0; i < EVENTS_AT_ONCE && !world->stopped; i++) {
		sim_ns due = queue_next_due(world->queue);

		if (due > real)
			return;
		be_at(world, due);
		queue_run_one(world->queue, world->clock.now);
	}
}

static sim_ns idle_time(const struct world *world, sim_ns real)
{
	sim_ns due = queue_next_due(world->queue);

	if (net_busy(world->net))
		return 0;
	if (due > world->options.length)
		due = world->options.length;
	if (due <= real)
		return 0;
	return due - real < WAIT_MAX ? due - real : WAIT_MAX;
}

enum world_end wall_run(struct world *world, struct sim_error *error)
{
	double began_s = host_clock_s();

	for (;;) {
		sim_ns real = real_now(began_s);

		if (real > world->options.length)
			real = world->options.length;
		run_due(world, real);
		if (world->stopped) {
			*error = world->error;
			return WORLD_STOPPED;
		}
		if (queue_next_due(world->queue) > real)
			be_at(world, real);
		net_drain(world->net, world->clock.now);
		if (world->options.interrupted && *world->options.interrupted) {
			sim_fail(error, SIM_OK, "interrupted by a signal");
			return WORLD_INTERRUPTED;
		}
		if (world->options.progress)
			world->options.progress(world->options.progress_arg,
						world->clock.now);
		if (world->clock.now >= world->options.length && !net_busy(world->net) &&
		    queue_next_due(world->queue) > world->options.length)
			return WORLD_REACHED;
		net_wait(world->net, idle_time(world, real_now(began_s)));
		world->times.instants++;
	}
}
