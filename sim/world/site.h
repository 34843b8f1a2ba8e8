/*
 * site.h - a second broker in the same world, at a site, bridged to the first.
 *
 * It is a mosquitto like the broker of the run (the same SPEC), with a folder, a log and a
 * clock of its own. Machines may be its clients (site_hub). The bridge is made by it: it
 * dials the cloud's broker, keeps trying, subscribes there to what goes down and publishes
 * what goes up. Its connection is a link like any other, bridge/NAME.
 *
 * Sites get their turns after the cloud's broker, in the order in which they were added, one
 * instant at a time.
 */
#ifndef JOBJAM_WORLD_SITE_H
#define JOBJAM_WORLD_SITE_H

#include "net/hub.h"
#include "sim/world/world.h"

#define SITE_NAME_MAX   40
#define SITE_TOPICS_MAX 16

struct site;

struct site_options {
	const char *name; /* "site": letters, digits, '.', '-', '_' */
	/* NULL-terminated filters, QoS of both directions. */
	const char *const *down, *const *up;
	int qos;
	bool mqtt5;
	bool clean_session; /* neither end keeps anything while the bridge is down */
	int keepalive_s, restart_s;
	int max_queued, max_inflight; /* of the site's broker; 0: no limit */
	bool persistence;
};

/* Before world_start(), which starts it. Copies the options; the world owns it. SIM_EINVAL
 * when the broker of the run cannot have one: it is no mosquitto of ours. */
int site_add(struct world *world, const struct site_options *options,
	     struct site **ret_site, struct sim_error *error);
struct hub *site_hub(struct site *site);
/* "broker/site": who in the trace. */
const char *site_who(const struct site *site);
struct guest *site_guest(const struct site *site); /* NULL before world_start() */
/* In the order of adding; NULL past the end. */
struct site *site_at(const struct world *world, size_t index);

#endif
