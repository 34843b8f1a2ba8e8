/*
 * peer.h - a small world for tests of the network: a queue, a clock, a trace, a net, and
 * a scripted broker at the other end of socket pairs.
 *
 * The broker here does what it is told by its switches and forgets nothing: every byte
 * that reached it is kept. It is no MQTT broker: subscriptions are topics compared whole.
 */
#ifndef JOBJAM_TESTS_NET_PEER_H
#define JOBJAM_TESTS_NET_PEER_H

#include "tests/unit/stage.h"

#include "net/client.h"
#include "net/codec.h"
#include "net/link.h"

#include <dirent.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Every test uses its own choice of what follows. */
#pragma GCC diagnostic ignored "-Wunused-function"

enum {
	PEERS_MAX = 700,
	SEEN_MAX = 4096
};

struct peer {
	int fd;
	int version;
	struct bytes seen; /* every byte, ever */
	size_t reads, largest_read;
	size_t framed;     /* of them, dealt with */
	char topic[64];    /* subscribed to; "" none */
	uint16_t next_mid;
};

struct small_world {
	struct clock clock;
	struct queue *queue;
	struct trace *trace;
	struct net *net;
	struct peer peers[PEERS_MAX];
	size_t n_peers;
	/* switches */
	bool silent; /* no answer to anything */
	bool no_pong, no_puback, no_connack;
	int connack_code;
	int dial_error; /* negative errno: refuse */
	int backlog;    /* > 0: so many unserved connections, then EAGAIN */
	int unserved;
	size_t asked; /* dials */
	const char *in_library; /* the client for whom the library runs; NULL: it does not */
	size_t library_calls;
	/* what it saw */
	struct {
		size_t peer;
		enum mqtt_type type;
		uint16_t mid;
		bool dup;
		char topic[48], payload[48];
		sim_ns at;
	} seen[SEEN_MAX];
	size_t n_seen;
};

static struct small_world w;

/* In, and out again: never twice the same. */
static void saw_library(void *arg, const char *client)
{
	(void)arg;
	assert_true((client != NULL) != (w.in_library != NULL));
	w.in_library = client;
	w.library_calls++;
}

static int peer_dial(void *arg)
{
	int pair[2];
	(void)arg;
	assert_null(w.in_library);
	w.asked++;
	if (w.dial_error)
		return w.dial_error;
	if (w.backlog > 0 && w.unserved == w.backlog)
		return -EAGAIN;
	w.unserved++;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	assert_true(w.n_peers < PEERS_MAX);
	w.peers[w.n_peers++] = (struct peer){.fd = pair[1]};
	return pair[0];
}

static void peer_say(struct peer *peer, const struct mqtt_packet *packet)
{
	struct bytes bytes = {0};
	assert_true(mqtt_encode(packet, &bytes));
	assert_int_equal(write(peer->fd, bytes_data(&bytes), bytes_length(&bytes)),
			 bytes_length(&bytes));
	bytes_fini(&bytes);
}

static void peer_forward(const struct mqtt_packet *packet)
{
	for (size_t i = 0; i < w.n_peers; i++) {
		struct peer *to = &w.peers[i];
		if (to->fd < 0 || strlen(to->topic) != packet->topic.length ||
		    memcmp(to->topic, packet->topic.data, packet->topic.length) != 0)
			continue;
		struct mqtt_packet copy = {.type = MQTT_PUBLISH,
					   .version = to->version,
					   .qos = packet->qos,
					   .mid = packet->qos ? ++to->next_mid : 0,
					   .topic = packet->topic,
					   .payload = packet->payload};
		peer_say(to, &copy);
	}
}

static void peer_note(size_t index, const struct mqtt_packet *packet)
{
	assert_true(w.n_seen < SEEN_MAX);
	w.seen[w.n_seen].peer = index;
	w.seen[w.n_seen].type = packet->type;
	w.seen[w.n_seen].mid = packet->mid;
	w.seen[w.n_seen].dup = packet->dup;
	w.seen[w.n_seen].at = w.clock.now;
	snprintf(w.seen[w.n_seen].topic, 48, "%.*s", (int)packet->topic.length,
		 packet->topic.data ? (const char *)packet->topic.data : "");
	snprintf(w.seen[w.n_seen].payload, 48, "%.*s", (int)packet->payload.length,
		 packet->payload.data ? (const char *)packet->payload.data : "");
	w.n_seen++;
}

static void peer_answer_subscribe(struct peer *peer, const struct mqtt_packet *packet)
{
	struct mqtt_span filter;
	uint8_t options, codes[16];
	size_t at = 0, n = 0;
	while (n < 16 && mqtt_next_filter(packet, &at, &filter, &options)) {
		snprintf(peer->topic, sizeof(peer->topic), "%.*s", (int)filter.length,
			 (const char *)filter.data);
		codes[n++] = options & 3;
	}
	const struct mqtt_packet ack = {.type = MQTT_SUBACK,
					.version = peer->version,
					.mid = packet->mid,
					.entries = {codes, n}};
	peer_say(peer, &ack);
}

static void peer_answer(size_t index, const struct mqtt_packet *packet)
{
	struct peer *peer = &w.peers[index];
	struct mqtt_packet answer = {.version = peer->version, .mid = packet->mid};
	if (packet->type == MQTT_CONNECT && !w.no_connack) {
		answer.type = MQTT_CONNACK;
		answer.has_code = true;
		answer.code = (uint8_t)w.connack_code;
		answer.has_properties = peer->version == MQTT_5;
		peer_say(peer, &answer);
	} else if (packet->type == MQTT_PINGREQ && !w.no_pong) {
		answer.type = MQTT_PINGRESP;
		peer_say(peer, &answer);
	} else if (packet->type == MQTT_PUBREC || packet->type == MQTT_PUBREL) {
		answer.type = packet->type == MQTT_PUBREC ? MQTT_PUBREL : MQTT_PUBCOMP;
		peer_say(peer, &answer);
	} else if (packet->type == MQTT_SUBSCRIBE) {
		peer_answer_subscribe(peer, packet);
	} else if (packet->type == MQTT_PUBLISH) {
		answer.type = packet->qos == 2 ? MQTT_PUBREC : MQTT_PUBACK;
		if (packet->qos > 0 && !w.no_puback)
			peer_say(peer, &answer);
		peer_forward(packet);
	}
}

/* The broker's turn: reads what is there, answers. Returns whether anything came. */
static bool peers_turn(void)
{
	bool any = w.unserved > 0;
	uint8_t buffer[65536];
	w.unserved = 0;
	for (size_t i = 0; i < w.n_peers; i++) {
		struct peer *peer = &w.peers[i];
		ssize_t n;
		while (peer->fd >= 0 &&
		       (n = read(peer->fd, buffer, sizeof(buffer))) >= 0) {
			any = true;
			if (n == 0) {
				close(peer->fd);
				peer->fd = -1;
				break;
			}
			assert_true(bytes_add(&peer->seen, buffer, (size_t)n));
			peer->reads++;
			if ((size_t)n > peer->largest_read)
				peer->largest_read = (size_t)n;
		}
		if (peer->fd >= 0 && errno != EAGAIN) {
			close(peer->fd);
			peer->fd = -1;
			any = true;
		}
		size_t length, whole;
		while (!w.silent &&
		       (length = bytes_length(&peer->seen) - peer->framed) > 0) {
			const uint8_t *data = bytes_data(&peer->seen) + peer->framed;
			struct mqtt_packet packet;
			if (mqtt_frame(data, length, &whole, NULL) != MQTT_FRAME_WHOLE ||
			    !mqtt_decode(data, whole, peer->version, &packet, NULL))
				break;
			peer->version = packet.version;
			peer->framed += whole;
			peer_note(i, &packet);
			if (peer->fd >= 0)
				peer_answer(i, &packet);
		}
	}
	return any;
}

static void settle(void)
{
	bool any = true;
	for (int rounds = 0; any; rounds++) {
		assert_true(rounds < 10000);
		any = false;
		while (queue_run_one(w.queue, w.clock.now))
			any = true;
		while (net_drain(w.net, w.clock.now))
			any = true;
		if (net_take_broker_input(w.net))
			any = peers_turn() || any;
	}
}

/* Lets the world live until that instant. */
static void run_to(sim_ns until)
{
	settle();
	while (queue_next_due(w.queue) <= until) {
		w.clock.now = queue_next_due(w.queue);
		settle();
	}
	w.clock.now = until;
	settle();
}

static int open_descriptors(void)
{
	int n = 0;
	DIR *dir = opendir("/proc/self/fd");
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void make_net(enum trace_level level)
{
	w.trace = trace_new(&w.clock, level);
	const struct net_options options = {.queue = w.queue,
					    .clock = &w.clock,
					    .trace = w.trace,
					    .seed = 1,
					    .dial = peer_dial,
					    .library = saw_library};
	assert_int_equal(net_new(&options, &w.net, NULL), SIM_OK);
}

/* Before anybody connects: from now on the trace keeps the story alone. */
static inline void keep_the_story_alone(void)
{
	net_free(w.net);
	trace_free(w.trace);
	make_net(TRACE_STORY);
}

static int world_setup(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	w.clock.start_utc_s = 1692000000;
	w.queue = queue_new();
	make_net(TRACE_FULL);
	return 0;
}

static int world_teardown(void **state)
{
	(void)state;
	net_free(w.net);
	assert_null(w.in_library);
	trace_free(w.trace);
	queue_free(w.queue);
	for (size_t i = 0; i < w.n_peers; i++) {
		if (w.peers[i].fd >= 0)
			close(w.peers[i].fd);
		bytes_fini(&w.peers[i].seen);
	}
	return 0;
}

/* --- a client that notes what it is told ------------------------------------------ */

struct witness {
	struct client *client;
	const char *name;
	int connects, disconnects, messages, published;
	int rc; /* of the last of either */
	bool reconnect, session_present;
	sim_ns lost_at;
	char last[64];
	trace_id cause;
};

static void saw_connected(void *arg, sim_ns now, int rc, bool session_present,
			  trace_id cause)
{
	struct witness *witness = arg;
	assert_int_equal(now, w.clock.now);
	assert_null(w.in_library);
	witness->connects += rc == 0;
	witness->rc = rc;
	witness->session_present = session_present;
	witness->cause = cause;
}

static void saw_disconnected(void *arg, sim_ns now, int rc, const char *reason,
			     trace_id cause)
{
	struct witness *witness = arg;
	assert_non_null(reason);
	assert_null(w.in_library);
	witness->disconnects++;
	witness->rc = rc;
	witness->lost_at = now;
	witness->cause = cause;
	if (witness->reconnect)
		client_connect(witness->client, now, cause);
}

static void saw_message(void *arg, sim_ns now, const char *topic, const void *payload,
			size_t length, int qos, bool retain, trace_id cause)
{
	struct witness *witness = arg;
	(void)now;
	(void)topic;
	(void)qos;
	(void)retain;
	assert_null(w.in_library);
	witness->messages++;
	witness->cause = cause;
	snprintf(witness->last, sizeof(witness->last), "%.*s", (int)length,
		 (const char *)payload);
}

static void saw_published(void *arg, sim_ns now, int mid, trace_id cause)
{
	struct witness *witness = arg;
	(void)now;
	(void)mid;
	witness->published++;
	witness->cause = cause;
}

static void make_client_of(struct witness *witness, const char *name, int protocol,
			   int keepalive_s)
{
	struct sim_error error;
	*witness = (struct witness){.name = name};
	const struct client_options options = {.name = name,
					       .keepalive_s = keepalive_s,
					       .clean_session = false,
					       .protocol = protocol,
					       .events = {witness, saw_connected,
							  saw_disconnected, saw_message,
							  saw_published}};
	assert_int_equal(client_new(w.net, &options, &witness->client, &error), SIM_OK);
}

static void make_client(struct witness *witness, const char *name)
{
	make_client_of(witness, name, 4, 60);
}

static void connect_client(struct witness *witness)
{
	client_connect(witness->client, w.clock.now, 0);
	settle();
}

/* Two that are connected; the second listens to "t". */
static inline void join_both(struct witness *from, const char *from_name,
			     struct witness *to, const char *to_name, int qos)
{
	make_client(from, from_name);
	make_client(to, to_name);
	connect_client(from);
	connect_client(to);
	client_subscribe(to->client, w.clock.now, "t", qos);
	settle();
}

static int publish(struct witness *witness, const char *topic, const char *payload,
		   int qos)
{
	const struct client_message message = {.topic = topic,
					       .payload = payload,
					       .length = strlen(payload),
					       .qos = qos};
	return client_publish(witness->client, w.clock.now, &message, 0, NULL);
}

/* --- looking back ----------------------------------------------------------------- */

static size_t count_events(enum trace_kind kind)
{
	return stage_count(w.trace, kind);
}

static const struct trace_event *last_event(enum trace_kind kind)
{
	return stage_last(w.trace, kind);
}

static size_t count_seen(enum mqtt_type type)
{
	size_t n = 0;
	for (size_t i = 0; i < w.n_seen; i++)
		n += w.seen[i].type == type;
	return n;
}

/* --- arming as a script would ------------------------------------------------------ */

/* options: "name=value name=value", parameters and parts of the matcher mixed. */
static struct fault *arm(const char *glob, const char *name, const char *options)
{
	struct sim_error error = {0};
	struct value values[64], parts[64];
	struct match match;
	char text[16][128], *save = NULL, copy[512];
	size_t n = 0;
	bool matching = false;
	const struct vocab_row *row = fault_find(name);
	assert_non_null(row);
	vocab_defaults(row, values);
	vocab_defaults(match_row(), parts);
	snprintf(copy, sizeof(copy), "%s", options);
	for (char *word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		char *is = strchr(word, '=');
		*is = '\0';
		snprintf(text[n], sizeof(text[n]), "%s", is + 1);
		int i = vocab_find_param(row, word);
		int j = vocab_find_param(match_row(), word);
		if (i < 0)
			matching = true;
		assert_true(i >= 0 || j >= 0);
		const struct param *param =
			i >= 0 ? &row->params[i] : &match_row()->params[j];
		int rc = param_parse(param, text[n++], i >= 0 ? &values[i] : &parts[j],
				     &error);
		if (rc != SIM_OK)
			fail_msg("%s", error.text);
		(i >= 0 ? &values[i] : &parts[j])->given = true;
	}
	assert_int_equal(match_from_values(parts, &match, &error), SIM_OK);
	struct fault *fault;
	int rc = fault_arm(w.net, glob, row, values, matching ? &match : NULL,
			   w.clock.now, 0, &fault, &error);
	if (rc != SIM_OK)
		fail_msg("%s", error.text);
	return fault;
}

static struct receipt receipt_of(const struct fault *fault)
{
	struct receipt receipt;
	fault_receipt(fault, &receipt);
	return receipt;
}

#endif
