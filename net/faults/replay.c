/* replay.c - packets that have passed come again later. */
#include "net/connection.h"

#include "net/inside.h"

#include <stdlib.h>

enum {
	AFTER,
	AGAIN,
	EVERY,
	DUP_FLAG,
	LATER_CONNECTION,
	N_PARAMS
};

static const struct param params[N_PARAMS] = {
	[AFTER] = {"after", PARAM_DURATION, "s", NULL, 0, 864000, NULL,
		   "so long after it passed it comes again"},
	[AGAIN] = {"again", PARAM_INT, "", "1", 1, 1000, NULL, "so often"},
	[EVERY] = {"pace", PARAM_DURATION, "s", "1s", 0, 864000, NULL,
		   "from one time to the next"},
	[DUP_FLAG] = {"dup_flag", PARAM_BOOL, "", "false", 0, 0, NULL,
		      "a PUBLISH with QoS 1 or 2 comes again with the DUP flag"},
	[LATER_CONNECTION] =
		{"later_connection", PARAM_BOOL, "", "true", 0, 0, NULL,
		 "also on a connection made since; one that finds none waits for the next. "
		 "Otherwise it is lost with its connection"},
};

enum {
	RECORDS_MAX = 65536
};

struct record {
	struct record *next;
	struct parcel *parcel;
	int64_t left; /* times still to come */
};
struct records {
	struct record *first; /* by due, then order of passing */
	size_t n;
};

static void put_in_order(struct records *records, struct record *record)
{
	struct record **at = &records->first;
	while (*at && (*at)->parcel->due <= record->parcel->due)
		at = &(*at)->next;
	record->next = *at;
	*at = record;
	records->n++;
}

static void record_packet(struct fault *fault, const struct passing *passing)
{
	struct records *records = fault->state;
	struct record *record = records->n < RECORDS_MAX ? malloc(sizeof(*record)) : NULL;
	struct parcel *parcel = record ? parcel_new(passing) : NULL;
	if (!parcel) {
		free(record);
		return;
	}
	parcel->due = passing->now + fault->values[AFTER].as.ns;
	*record = (struct record){.parcel = parcel,
				  .left = fault->values[AGAIN].as.integer};
	put_in_order(records, record);
}

/* On which connection it may come again; NULL: none now. */
static struct conn *find_conn(const struct fault *fault, const struct parcel *parcel)
{
	struct conn *conn = parcel->link->conn;
	bool same = conn && conn->serial == parcel->conn_serial;
	return conn && conn->attached && (same || fault->values[LATER_CONNECTION].as.yes)
		       ? conn
		       : NULL;
}

static void send_again(struct fault *fault, struct conn *conn, struct parcel *parcel,
		       sim_ns now)
{
	struct mqtt_packet packet;
	struct passing passing;
	struct edit edit;
	if (!parcel_open(parcel, conn, now, &packet, &passing))
		return; /* the later connection speaks another version */
	passing.forged = true;
	edit_begin(&edit, &packet);
	if (fault->values[DUP_FLAG].as.yes && packet.type == MQTT_PUBLISH &&
	    packet.qos > 0)
		edit_set(&edit, edit_field_find("dup"), EDIT_NUMBER(1), NULL);
	trace_id event = fault_altered(fault, &passing, "replayed");
	fault_replace(fault, &passing, &edit, event);
	edit_end(&edit);
	net_wake(conn->link);
}

/* False: nothing more will come of it. */
static bool still_waits(const struct fault *fault, const struct record *record)
{
	const struct conn *conn = record->parcel->link->conn;
	return fault->values[LATER_CONNECTION].as.yes ||
	       (conn && conn->serial == record->parcel->conn_serial);
}

/* One that waits for a connection looks again each second while one is being made. */
static void set_alarm(struct fault *fault, sim_ns now)
{
	const struct records *records = fault->state;
	sim_ns due = SIM_NEVER;
	for (const struct record *at = records->first; at; at = at->next) {
		sim_ns next = at->parcel->due;
		if (next <= now)
			next = at->parcel->link->conn ? now + SIM_S : SIM_NEVER;
		if (next < due)
			due = next;
	}
	fault_alarm(fault, due);
}

/* Takes out what is due. */
static struct record *take_due(struct records *records, sim_ns now)
{
	struct record *due = records->first, **end = &due;
	while (*end && (*end)->parcel->due <= now) {
		end = &(*end)->next;
		records->n--;
	}
	records->first = *end;
	*end = NULL;
	return due;
}

/* False: it has come for the last time. */
static bool come_again(struct fault *fault, struct record *record, sim_ns now)
{
	struct conn *conn = find_conn(fault, record->parcel);
	sim_ns pace = fault->values[EVERY].as.ns;
	int64_t times = !conn ? 0 : pace > 0 ? 1 : record->left;
	record->left -= times;
	for (; times > 0; times--)
		send_again(fault, conn, record->parcel, now);
	if (conn)
		record->parcel->due = now + pace;
	return record->left > 0 && still_waits(fault, record);
}

static void send_due(struct fault *fault, sim_ns now)
{
	struct record *record, *due = take_due(fault->state, now);
	while ((record = due)) {
		due = record->next;
		if (come_again(fault, record, now)) {
			put_in_order(fault->state, record);
			continue;
		}
		free(record->parcel);
		free(record);
	}
	set_alarm(fault, now);
}

static enum fault_verdict listen(struct fault *fault, struct passing *passing)
{
	const struct mqtt_packet *packet = passing->packet;
	const struct records *records = fault->state;
	bool news = packet->type == MQTT_CONNACK && packet->code == 0 && records->first;
	if (fault_fits(fault, passing)) {
		record_packet(fault, passing);
		set_alarm(fault, passing->now);
	}
	if (!news)
		return FAULT_PASS;
	fault_pass_on(fault, passing);
	send_due(fault, passing->now);
	return FAULT_KEEP;
}

static void forget(struct fault *fault)
{
	struct records *records = fault->state;
	while (records->first) {
		struct record *record = records->first;
		records->first = record->next;
		free(record->parcel);
		free(record);
	}
	records->n = 0;
}

static void end(struct fault *fault, sim_ns now)
{
	(void)now;
	forget(fault);
	fault_alarm(fault, SIM_NEVER);
}

const struct net_fault fault_of_replay = {
	.row = {.name = "replay",
		.summary = "packets that have passed come again later",
		.help = "The packets that fit pass, and the link remembers them and sends them again "
			"later, also on a later connection: an acknowledgement from before the "
			"takeover, a print start from yesterday. At most 65,536 are remembered; lifting "
			"forgets them.",
		.params = params,
		.n_params = N_PARAMS},
	.takes_match = true,
	.state_size = sizeof(struct records),
	.on_packet = listen,
	.on_alarm = send_due,
	.on_lift = end,
	.on_free = forget,
};
