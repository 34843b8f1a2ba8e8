/* half_open.c - one end of the present connection is gone, the other believes in it. */
#include "net/connection.h"

#include "net/inside.h"

enum {
	ALIVE,
	PINGS,
	N_PARAMS
};
enum {
	CLIENT,
	BROKER
};

static const char *const ends[] = {"client", "broker", NULL};

static const struct param params[N_PARAMS] = {
	[ALIVE] = {"alive", PARAM_CHOICE, "", NULL, 0, 0, ends,
		   "the end that goes on believing; the other one's connection breaks"},
	[PINGS] =
		{"pings", PARAM_DURATION, "s", "0s", 0, 86400, NULL,
		 "client alive: over 0, its PINGREQs are answered on the way; broker alive: "
		 "so often a PINGREQ keeps the dead client's session online"},
};

struct pinger {
	struct queue_handle timer;
};

static void break_off(struct fault *fault, struct conn *conn, sim_ns now)
{
	bool client = fault->values[ALIVE].as.choice == CLIENT;
	fault_matched(fault);
	trace_id event =
		fault_acted(fault, conn->link, now,
			    client ? "broker_lost" : "client_lost", NULL, fault->armed);
	conn_sever(conn, now, "half_open", event, fault);
	if (client)
		conn_lose_broker(conn);
	else
		conn_lose_client(conn);
}

static void answer(struct fault *fault, struct passing *passing)
{
	const struct mqtt_packet *packet = passing->packet;
	if (!packet || packet->type != MQTT_PINGREQ || fault->values[PINGS].as.ns == 0) {
		fault_followed(fault, passing->conn->link, passing->now, "swallowed",
			       passing, passing->cause);
		return;
	}
	trace_id event = fault_followed(fault, passing->conn->link, passing->now,
					"answered", passing, passing->cause);
	const struct mqtt_packet pong = {.type = MQTT_PINGRESP,
					 .version = passing->conn->version};
	conn_answer(passing->conn, &pong, passing->now, event);
}

/* In the name of those who are gone. */
static void ping(void *arg, sim_ns now)
{
	struct fault *fault = arg;
	struct pinger *pinger = fault->state;
	static const uint8_t PINGREQ[] = {MQTT_PINGREQ << 4, 0};
	bool any = false;
	for (size_t i = 0; i < fault->net->n_links; i++) {
		struct conn *conn = fault->net->links[i]->conns;
		for (; conn; conn = conn->next) {
			if (conn->answerer != fault || conn->fd < 0)
				continue;
			any = true;
			fault_followed(fault, conn->link, now, "pinged", NULL,
				       conn->session);
			if (bytes_add(&conn->out, PINGREQ, sizeof(PINGREQ)))
				net_wake(conn->link);
		}
	}
	pinger->timer = (struct queue_handle){0};
	if (any)
		pinger->timer = queue_add(fault->net->options.queue,
					  now + fault->values[PINGS].as.ns, ping, fault);
}

static void begin_pings(struct fault *fault, sim_ns now)
{
	struct pinger *pinger = fault->state;
	sim_ns period = fault->values[PINGS].as.ns;
	if (fault->values[ALIVE].as.choice == BROKER && period > 0)
		pinger->timer =
			queue_add(fault->net->options.queue, now + period, ping, fault);
}

static void end_pings(struct fault *fault, sim_ns now)
{
	struct pinger *pinger = fault->state;
	(void)now;
	queue_cancel(fault->net->options.queue, &pinger->timer);
}

const struct net_fault fault_of_half_open = {
	.row = {.name = "half_open",
		.summary = "one end is gone, and the other believes in the connection",
		.help = "Client alive: the broker's connection breaks (it sends the will at once), the "
			"client is told nothing and finds out by its pings, or never when they are "
			"answered. Broker alive: the client's connection breaks, the broker keeps the "
			"session online until one and a half keep-alives have passed, or for ever when "
			"pings are sent in the client's name, and queues messages for nobody: those in "
			"flight and max_queued_messages, after which it drops. A client that comes "
			"back under its name takes the session over. Lifting ends the pings.",
		.params = params,
		.n_params = N_PARAMS},
	.state_size = sizeof(struct pinger),
	.on_present = break_off,
	.on_answer = answer,
	.on_arm = begin_pings,
	.on_lift = end_pings,
};
