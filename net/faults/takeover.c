/* takeover.c - somebody else connects with the client's identifier. */
#include "net/connection.h"

#include "net/inside.h"

#include <stdlib.h>

enum {
	AS_CLIENT,
	WITH_CLEAN,
	WITHOUT_CLEAN
};

static const char *const cleans[] = {"as_client", "yes", "no", NULL};

enum {
	CLEAN,
	STAY,
	TIMES,
	EVERY,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[CLEAN] = {"clean", PARAM_CHOICE, "", "as_client", 0, 0, cleans,
		   "clean session of the second connection: as_client, yes, no"},
	[STAY] = {"stay", PARAM_DURATION, "s", "0s", 0, 864000, NULL,
		  "it closes after this; 0: it stays until the broker ends it"},
	[TIMES] =
		{"times", PARAM_INT, "", "1", 1, 1000, NULL,
		 "so often, on each link; it comes again only when it has been put out"},
	[EVERY] = {"every", PARAM_DURATION, "s", "10s", 0.001, 86400, NULL,
		   "from one time to the next"},
};

/* One on each link, in the order of first arming. */
struct usurper {
	struct usurper *next;
	struct link *link;
	uint64_t serial; /* of its connection; 0: none */
	int64_t left;
	sim_ns closes, comes;
};
struct usurpers {
	struct usurper *first;
};

static struct conn *conn_of(const struct usurper *usurper)
{
	struct conn *conn = usurper->link->conns;
	while (conn && conn->serial != usurper->serial)
		conn = conn->next;
	return conn && conn->fd < 0 && !conn->dialling ? NULL : conn;
}

/* The client's own CONNECT, without a keep-alive: nobody would answer for it. */
static bool say_hello(const struct fault *fault, const struct conn *own,
		      struct bytes *out)
{
	struct mqtt_packet packet;
	struct edit edit;
	int clean = fault->values[CLEAN].as.choice;
	if (!mqtt_decode(bytes_data(&own->hello), bytes_length(&own->hello), own->version,
			 &packet, NULL))
		return false;
	edit_begin(&edit, &packet);
	bool fine = edit_set(&edit, edit_field_find("keepalive"), EDIT_NUMBER(0), NULL) ==
		    SIM_OK;
	if (clean != AS_CLIENT)
		fine &= edit_set(&edit, edit_field_find("clean"),
				 EDIT_NUMBER(clean == WITH_CLEAN), NULL) == SIM_OK;
	fine = fine && edit_encode(&edit, out, NULL) == SIM_OK;
	edit_end(&edit);
	return fine;
}

static void come(struct fault *fault, struct usurper *usurper, sim_ns now)
{
	struct link *link = usurper->link;
	const struct conn *own = link->conn;
	struct bytes hello = {0};
	if (!own || own->severed || bytes_length(&own->hello) == 0 ||
	    !say_hello(fault, own, &hello))
		return;
	fault_matched(fault);
	trace_id event = fault_acted(fault, link, now, "taken_over", NULL, fault->armed);
	const struct mqtt_span bytes = {bytes_data(&hello), bytes_length(&hello)};
	struct conn *conn = conn_open_beside(link, bytes, event);
	bytes_fini(&hello);
	usurper->serial = conn ? conn->serial : 0;
	usurper->closes = conn && fault->values[STAY].as.ns > 0
				  ? now + fault->values[STAY].as.ns
				  : SIM_NEVER;
	usurper->left--;
}

static void act(struct fault *fault, struct usurper *usurper, sim_ns now)
{
	struct conn *conn = conn_of(usurper);
	if (conn && usurper->closes <= now) {
		conn_close(conn, now, "disconnected", fault->armed);
		conn = NULL;
	}
	if (usurper->closes <= now)
		usurper->closes = SIM_NEVER;
	if (usurper->comes > now)
		return;
	usurper->comes = now + fault->values[EVERY].as.ns;
	if (!conn && usurper->left > 0 && !fault->lifted)
		come(fault, usurper, now);
}

static void act_all(struct fault *fault, sim_ns now)
{
	struct usurpers *usurpers = fault->state;
	sim_ns due = SIM_NEVER;
	for (struct usurper *at = usurpers->first; at; at = at->next) {
		act(fault, at, now);
		if (at->closes < due)
			due = at->closes;
		if (at->left > 0 && !fault->lifted && at->comes < due)
			due = at->comes;
	}
	fault_alarm(fault, due);
}

static void add_usurper(struct fault *fault, struct conn *conn, sim_ns now)
{
	struct usurpers *usurpers = fault->state;
	struct usurper **at = &usurpers->first, *usurper = calloc(1, sizeof(*usurper));
	if (!usurper)
		return;
	*usurper = (struct usurper){.link = conn->link,
				    .left = fault->values[TIMES].as.integer,
				    .closes = SIM_NEVER,
				    .comes = now};
	while (*at)
		at = &(*at)->next;
	*at = usurper;
}

static void leave(struct fault *fault, sim_ns now)
{
	struct usurpers *usurpers = fault->state;
	for (struct usurper *at = usurpers->first; at; at = at->next) {
		struct conn *conn = conn_of(at);
		if (conn)
			conn_close(conn, now, "disconnected", fault->armed);
	}
	(void)now;
	fault_alarm(fault, SIM_NEVER);
}

static void forget(struct fault *fault)
{
	struct usurpers *usurpers = fault->state;
	while (usurpers->first) {
		struct usurper *next = usurpers->first->next;
		free(usurpers->first);
		usurpers->first = next;
	}
}

const struct net_fault fault_of_takeover = {
	.row = {.name = "takeover",
		.summary = "somebody else connects with the client's identifier",
		.help = "A second connection is made to the broker with the CONNECT of the client that "
			"is connected now; the broker must then put out the client's own (MQTT 3.1.1, "
			"3.1.4-2). The intruder says nothing more and acknowledges nothing. A client "
			"that reconnects puts it out in turn; with times it comes again. Lifting ends "
			"it.",
		.params = params,
		.n_params = N_PARAMS},
	.state_size = sizeof(struct usurpers),
	.on_present = add_usurper,
	.on_arm = act_all,
	.on_alarm = act_all,
	.on_lift = leave,
	.on_free = forget,
};
