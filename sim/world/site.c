/* site.c - the broker of a site: its configuration, its turns, and its bridge. */
#include "sim/world/site.h"

#include "net/visitor.h"
#include "sim/core/text.h"
#include "sim/world/exec_words.h"
#include "sim/world/folder.h"
#include "sim/world/world_room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Any would do: the site reaches nobody else. */
#define BRIDGE_PORT 1883

struct site {
	struct site *next;
	struct world *world;
	struct seat seat;
	char name[SITE_NAME_MAX], who[SITE_NAME_MAX + 8], link[SITE_NAME_MAX + 8];
	struct folder folder; /* of the bridge's socket */
	char socket_path[FOLDER_MAX + 12], log_path[4096];
	struct text conf;
	struct visitor *visitor;
	struct queue_handle wake;
};

/* --- before the run ------------------------------------------------------------------- */

static void add_topics(struct text *conf, const char *const *filters,
		       const char *direction, int qos)
{
	for (; *filters; filters++)
		text_addf(conf, "topic %s %s %d\n", *filters, direction, qos);
}

/* Notifications and unsubscribing would be traffic that no scenario asks for; the version
 * bit of try_private is mosquitto's own. Without a second time restart_timeout lets 2.0.11
 * wait between 5 s and 30 s as luck has it, whatever the first one is. */
static bool make_conf(struct site *site, const struct site_options *options)
{
	struct text *conf = &site->conf;

	text_addf(conf, "max_queued_messages %d\nmax_inflight_messages %d\n",
		  options->max_queued, options->max_inflight);
	text_addf(conf, "persistence %s\n", options->persistence ? "true" : "false");
	text_addf(conf, "connection %s\naddress 127.0.0.1:%d\n", site->name, BRIDGE_PORT);
	text_addf(conf, "remote_clientid bridge.%s\nlocal_clientid local.%s\n",
		  site->name, site->name);
	text_addf(conf, "cleansession %s\n", options->clean_session ? "true" : "false");
	text_addf(conf, "keepalive_interval %d\nrestart_timeout %d %d\n",
		  options->keepalive_s, options->restart_s, options->restart_s);
	text_add(conf, "start_type automatic\nnotifications false\ntry_private false\n"
		       "bridge_attempt_unsubscribe false\n");
	text_addf(conf, "bridge_protocol_version %s\n",
		  options->mqtt5 ? "mqttv50" : "mqttv311");
	add_topics(conf, options->down, "in", options->qos);
	add_topics(conf, options->up, "out", options->qos);
	return !conf->failed;
}

static int check_broker(const struct world *world, struct sim_error *error)
{
	const char *broker = world->options.broker;

	if (world->wall)
		return sim_fail(error, SIM_EINVAL,
				"bridge{} needs virtual time, and %s runs in real time",
				broker);
	if (broker && exec_words_of(broker))
		return sim_fail(error, SIM_EINVAL,
				"bridge{} is told to a mosquitto in its configuration; "
				"--broker %s is a command of your own",
				broker);
	return SIM_OK;
}

static int dial(void *arg)
{
	struct site *site = arg;

	return broker_dial(site->seat.broker);
}

static void append(struct world *world, struct site *site)
{
	struct site **end = &world->sites;

	while (*end)
		end = &(*end)->next;
	*end = site;
}

int site_add(struct world *world, const struct site_options *options,
	     struct site **ret_site, struct sim_error *error)
{
	struct site *site;
	int status = check_broker(world, error);

	if (status != SIM_OK)
		return status;
	site = calloc(1, sizeof(*site));
	if (!site)
		return sim_fail(error, SIM_ENOMEM, "no memory for a site");
	append(world, site);
	site->world = world;
	snprintf(site->name, sizeof(site->name), "%s", options->name);
	snprintf(site->who, sizeof(site->who), "broker/%s", site->name);
	snprintf(site->link, sizeof(site->link), "bridge/%s", site->name);
	site->seat.who = site->who;
	status = net_add_hub(world->net, site->who, dial, site, &site->seat.hub, error);
	if (status == SIM_OK && !make_conf(site, options))
		status = sim_fail(error, SIM_ENOMEM, "no memory for a site");
	if (status == SIM_OK)
		status = link_bridge(net_link(world->net, site->link), site->seat.hub,
				     options->up, options->qos, !options->clean_session,
				     error);
	if (status == SIM_OK)
		*ret_site = site;
	return status;
}

struct hub *site_hub(struct site *site)
{
	return site->seat.hub;
}

const char *site_who(const struct site *site)
{
	return site->who;
}

struct guest *site_guest(const struct site *site)
{
	return site->seat.broker ? broker_guest(site->seat.broker) : NULL;
}

struct site *site_at(const struct world *world, size_t index)
{
	struct site *site = world->sites;

	while (site && index-- > 0)
		site = site->next;
	return site;
}

struct seat *site_seat(struct site *site)
{
	return &site->seat;
}

/* --- turns ------------------------------------------------------------------------------ */

static void on_wake(void *arg, sim_ns now);

/* One instant. Of one that is gone the ends of its connections are still to be seen. */
static void take_turn(struct site *site, sim_ns now)
{
	struct queue *queue = site->world->queue;
	struct guest *guest = site_guest(site);
	enum guest_rest rest = GUEST_RESTS;
	sim_ns wake;

	queue_cancel(queue, &site->wake);
	if (guest && guest_alive(guest)) {
		rest = guest_turn(guest, now, now);
		wake = guest_wake(guest);
		if (guest_alive(guest) && wake != SIM_NEVER)
			site->wake = queue_add(queue, wake > now ? wake : now + 1,
					       on_wake, site);
	}
	visitor_look(site->visitor, now);
	if (rest == GUEST_ENDED || rest == GUEST_STUCK)
		world_seat_is_gone(site->world, &site->seat, rest);
}

static void on_wake(void *arg, sim_ns now)
{
	struct site *site = arg;

	site->wake = (struct queue_handle){0};
	if (site->seat.paused)
		site->seat.owed = true;
	else
		take_turn(site, now);
}

bool sites_settle(struct world *world, sim_ns now)
{
	bool moved = false;

	for (struct site *site = world->sites; site; site = site->next) {
		struct seat *seat = &site->seat;

		seat->owed |= hub_take_input(seat->hub);
		seat->owed |= visitor_take_input(site->visitor);
		if (!seat->owed || seat->paused)
			continue;
		seat->owed = false;
		take_turn(site, now);
		moved = true;
	}
	return moved;
}

/* --- beginning and ending ----------------------------------------------------------------- */

/* Beside broker.log. */
static const char *log_of(struct site *site)
{
	const char *log = site->world->options.log_path;
	const char *slash = log ? strrchr(log, '/') : NULL;

	if (!log)
		return NULL;
	snprintf(site->log_path, sizeof(site->log_path), "%.*sbroker-%s.log",
		 slash ? (int)(slash - log + 1) : 0, log, site->name);
	return site->log_path;
}

static int start(struct site *site, const struct broker_options *like,
		 struct sim_error *error)
{
	struct world *world = site->world;
	struct broker_options options = *like;
	int status = folder_make(&site->folder, error);

	if (status != SIM_OK)
		return status;
	snprintf(site->socket_path, sizeof(site->socket_path), "%s/b", site->folder.path);
	status = visitor_new(world->net, site->link, site->socket_path, &site->visitor,
			     error);
	if (status != SIM_OK)
		return status;
	options.name = site->who;
	options.conf = text_cstr(&site->conf);
	options.log_path = log_of(site);
	options.seed = text_hash(world->options.seed, site->name, strlen(site->name));
	options.peer_port = BRIDGE_PORT;
	options.peer_path = site->socket_path;
	site->seat.owed = true; /* it has dialled already */
	return broker_start(&options, &site->seat.broker, error);
}

int sites_start(struct world *world, const struct broker_options *like,
		struct sim_error *error)
{
	int status = SIM_OK;

	for (struct site *site = world->sites; status == SIM_OK && site;
	     site = site->next)
		status = start(site, like, error);
	return status;
}

void sites_stop(struct world *world)
{
	for (struct site *site = world->sites; site; site = site->next)
		if (site->seat.broker)
			broker_stop(site->seat.broker);
}

void sites_free(struct world *world)
{
	while (world->sites) {
		struct site *site = world->sites;

		world->sites = site->next;
		broker_free(site->seat.broker);
		visitor_free(site->visitor);
		folder_remove(&site->folder);
		text_fini(&site->conf);
		free(site);
	}
}
