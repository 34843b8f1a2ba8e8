/* Peers with bad manners, at either end of a link, without our codec or any library: each
 * hurts only its own link, and what waits for it is bounded. */
#include "net/inside.h"
#include "tests/unit/net/peer.h"

#include <sys/un.h>

enum {
	/* What one direction of a connection may hold: what waits, and one packet whole. */
	BOUND = 2 * (CONN_WAITING_MAX + MQTT_PACKET_MAX),
	FLOOD = 8 * 1024 * 1024
};

/* A client that is nobody's: a stream, written to and read by the test itself. */
static int raw_client(const char *name)
{
	const struct sockaddr_un nowhere = {.sun_family = AF_UNIX, .sun_path = "/b"};
	struct link *link = net_link(w.net, name);
	stream_expect(&link->door);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	stream_expect(NULL);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&nowhere, sizeof(nowhere)),
			 0);
	settle();
	return fd;
}

static const uint8_t CONNECT[] = {0x10, 13, 0, 4,  'M', 'Q', 'T', 'T',
				  4,    2,  0, 60, 0,   1,   'r'};

static void raw_say(int fd, const void *bytes, size_t length)
{
	assert_int_equal(write(fd, bytes, length), length);
	settle();
}

static size_t held(const char *name)
{
	size_t sum = 0;
	for (const struct conn *conn = net_link(w.net, name)->conns; conn;
	     conn = conn->next) {
		sum += bytes_length(&conn->in) + bytes_length(&conn->out) +
		       bytes_length(&conn->left) + conn->up.late_bytes +
		       conn->down.late_bytes;
		if (conn->stream)
			sum += bytes_length(&conn->stream->to_link) +
			       bytes_length(&conn->stream->to_client);
	}
	return sum;
}

/* The neighbour: a real client, whose message and ping must pass as if it were alone. */
static struct witness neighbour;

static void neighbour_moves_in(void)
{
	make_client(&neighbour, "neighbour");
	connect_client(&neighbour);
	client_subscribe(neighbour.client, w.clock.now, "n", 1);
	settle();
}

static void neighbour_is_well(void)
{
	int messages = neighbour.messages, published = neighbour.published;
	publish(&neighbour, "n", "x", 1);
	settle();
	assert_int_equal(neighbour.messages, messages + 1);
	assert_int_equal(neighbour.published, published + 1);
	assert_int_equal(neighbour.disconnects, 0);
}

/* --- clients ---------------------------------------------------------------------- */

static void a_client_that_opens_and_says_nothing(void **state)
{
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("mute");
	run_to(SIM_H);
	neighbour_is_well();
	assert_int_equal(held("mute"), 0);
	assert_int_equal(bytes_length(&w.peers[1].seen), 0);
	assert_true(w.peers[1].fd >= 0); /* the broker judges it, not the link */
	close(fd);
	settle();
	assert_int_equal(w.peers[1].fd, -1);
}

static void a_client_that_sends_one_byte_a_second(void **state)
{
	char answer[8];
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("slow");
	for (size_t i = 0; i < sizeof(CONNECT); i++) {
		assert_int_equal(bytes_length(&w.peers[1].seen), 0);
		raw_say(fd, CONNECT + i, 1);
		run_to(w.clock.now + SIM_S);
		neighbour_is_well();
	}
	assert_int_equal(bytes_length(&w.peers[1].seen), sizeof(CONNECT));
	assert_int_equal(read(fd, answer, sizeof(answer)), 4); /* its CONNACK */
	close(fd);
}

static void a_client_that_never_reads(void **state)
{
	static uint8_t flood[65536];
	size_t sent = 0;
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("deaf");
	raw_say(fd, CONNECT, sizeof(CONNECT));
	flood[0] = 0x30; /* PUBLISHes of 64 KiB less a little */
	flood[1] = 0xfc;
	flood[2] = 0xff;
	flood[3] = 0x03;
	flood[4] = 0;
	flood[5] = 1;
	flood[6] = 'f';
	/* The broker writes until its socket is full; the link takes what it has room for. */
	for (int rounds = 0; rounds < 1000 && sent < FLOOD; rounds++) {
		ssize_t n = write(w.peers[1].fd, flood + sent % sizeof(flood),
				  sizeof(flood) - sent % sizeof(flood));
		sent += n > 0 ? (size_t)n : 0;
		settle();
		assert_true(held("deaf") <= BOUND);
	}
	assert_true(sent < FLOOD); /* it has felt that nobody reads */
	neighbour_is_well();
	static char sink[65536];
	size_t got = 0;
	for (ssize_t n; (n = read(fd, sink, sizeof(sink))) > 0; got += (size_t)n)
		settle();
	/* All but the part of a packet that the broker has not finished, and its CONNACK. */
	assert_true(got >= sent / sizeof(flood) * sizeof(flood));
	close(fd);
}

static void a_client_that_announces_256_mib_and_stops(void **state)
{
	static const uint8_t PROMISE[] = {0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 't'};
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("big");
	raw_say(fd, CONNECT, sizeof(CONNECT));
	raw_say(fd, PROMISE, sizeof(PROMISE));
	run_to(SIM_H);
	assert_true(held("big") <= BOUND);
	/* Longer than the link reads packets: it is passed on as bytes. */
	assert_int_equal(bytes_length(&w.peers[1].seen),
			 sizeof(CONNECT) + sizeof(PROMISE));
	neighbour_is_well();
	close(fd);
}

static void a_client_that_keeps_a_promise_of_256_mib(void **state)
{
	static uint8_t chunk[65536];
	static const uint8_t PROMISE[] = {0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 't'};
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("big");
	raw_say(fd, CONNECT, sizeof(CONNECT));
	raw_say(fd, PROMISE, sizeof(PROMISE));
	for (int i = 0; i < 512; i++) { /* 32 MiB of it */
		raw_say(fd, chunk, sizeof(chunk));
		assert_true(held("big") <= BOUND);
	}
	assert_int_equal(bytes_length(&w.peers[1].seen),
			 sizeof(CONNECT) + sizeof(PROMISE) + 512 * sizeof(chunk));
	neighbour_is_well();
	close(fd);
}

static void a_client_that_closes_in_mid_packet(void **state)
{
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("rude");
	raw_say(fd, CONNECT, 7);
	close(fd);
	settle();
	assert_int_equal(bytes_length(&w.peers[1].seen), 7); /* the broken rest is told */
	assert_int_equal(w.peers[1].fd, -1);
	neighbour_is_well();
}

static void a_client_that_speaks_something_else(void **state)
{
	static const char HTTP[] = "GET / HTTP/1.1\r\nHost: broker\r\n\r\n";
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("web");
	raw_say(fd, HTTP, sizeof(HTTP) - 1);
	assert_int_equal(bytes_length(&w.peers[1].seen), sizeof(HTTP) - 1);
	assert_int_equal(count_events(KIND_MQTT_MALFORMED), 1);
	neighbour_is_well();
	close(fd);
}

/* --- brokers ---------------------------------------------------------------------- */

static void a_broker_that_never_reads(void **state)
{
	static uint8_t chunk[60000];
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("a");
	raw_say(fd, CONNECT, sizeof(CONNECT));
	int full = w.peers[1].fd;
	w.peers[1].fd = -1; /* out of the scripted broker's sight: nobody reads it */
	size_t sent = 0;
	chunk[0] = 0x30;
	chunk[1] = 0xdd; /* 59,997 */
	chunk[2] = 0xd4;
	chunk[3] = 0x03;
	chunk[4] = 0;
	chunk[5] = 1;
	chunk[6] = 'c';
	for (int rounds = 0; rounds < 1000; rounds++) {
		ssize_t n = write(fd, chunk + sent % sizeof(chunk),
				  sizeof(chunk) - sent % sizeof(chunk));
		if (n < 0)
			break;
		sent += (size_t)n;
		settle();
		assert_true(held("a") <= BOUND);
	}
	assert_int_equal(errno, EAGAIN); /* the client feels it … */
	assert_true(sent < FLOOD);
	neighbour_is_well(); /* … and nobody else */
	close(full);
	settle();
	neighbour_is_well();
	close(fd);
}

static void a_broker_that_ends_its_side_only(void **state)
{
	char answer[8];
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("a");
	raw_say(fd, CONNECT, sizeof(CONNECT));
	assert_int_equal(read(fd, answer, sizeof(answer)), 4);
	shutdown(w.peers[1].fd, SHUT_WR);
	settle();
	assert_int_equal(read(fd, answer, sizeof(answer)), 0); /* the end is told */
	neighbour_is_well();
	close(fd);
	settle();
	assert_int_equal(held("a"), 0);
}

static void a_broker_that_announces_256_mib_and_sends_slowly(void **state)
{
	static const uint8_t PROMISE[] = {0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 't'};
	char got[64];
	(void)state;
	neighbour_moves_in();
	int fd = raw_client("a");
	raw_say(fd, CONNECT, sizeof(CONNECT));
	assert_int_equal(read(fd, got, sizeof(got)), 4);
	for (size_t i = 0; i < sizeof(PROMISE); i++) {
		assert_int_equal(write(w.peers[1].fd, PROMISE + i, 1), 1);
		run_to(w.clock.now + SIM_S);
		neighbour_is_well();
	}
	assert_true(held("a") <= BOUND);
	assert_int_equal(read(fd, got, sizeof(got)), sizeof(PROMISE)); /* passed on */
	close(fd);
}

/* Writes PUBLISHes until it feels that nobody takes them, or for FLOOD bytes. */
static size_t flood(int fd)
{
	static uint8_t packet[65536] = {0x30, 0xfc, 0xff, 0x03, 0, 1, 'f'};
	size_t sent = 0;
	while (sent < FLOOD) {
		ssize_t n = write(fd, packet + sent % sizeof(packet),
				  sizeof(packet) - sent % sizeof(packet));
		if (n < 0)
			break;
		sent += (size_t)n;
		settle();
	}
	return sent;
}

/* What the broker has said waits for a client that has gone, and what that had said is still
 * on its way: the broker's own end is heard at once all the same. */
static void a_broker_that_ends_behind_a_flood_for_nobody(void **state)
{
	static const uint8_t LAST[1000] = {0x30, 0xe5, 0x07, 0, 1, 't'};
	static const struct {
		const char *early, *options, *late, *late_options;
	} paths[] = {
		{"one_byte_segments", "", NULL, NULL},
		{"latency", "delay=3600s", NULL, NULL},
		{"latency", "delay=3600s dir=down", "one_way", "dir=up"},
		{"bandwidth", "rate=1000", NULL, NULL},
		{"stall", "", NULL, NULL},
		{"stall", "dir=down", "one_way", "dir=up"},
	};
	(void)state;
	neighbour_moves_in();
	int before = open_descriptors();
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		int fd = raw_client("gone");
		raw_say(fd, CONNECT, sizeof(CONNECT));
		struct fault *early = arm("gone", paths[i].early, paths[i].options);
		struct fault *late =
			paths[i].late ? arm("gone", paths[i].late, paths[i].late_options)
				      : NULL;
		raw_say(fd, LAST, sizeof(LAST));
		struct peer *broker = &w.peers[w.n_peers - 1];
		assert_true(flood(broker->fd) < FLOOD);
		close(fd);
		settle();
		assert_true(broker->fd >= 0); /* it has not heard of that */
		assert_true(flood(broker->fd) >= FLOOD);
		assert_true(held("gone") <= BOUND);
		close(broker->fd);
		broker->fd = -1;
		settle();
		assert_null(net_link(w.net, "gone")->conns);
		assert_int_equal(open_descriptors(), before);
		fault_lift(early, w.clock.now);
		if (late)
			fault_lift(late, w.clock.now);
	}
	/* What is thrown away is not taken for packets. */
	assert_int_equal(count_events(KIND_MQTT_MALFORMED), 0);
	neighbour_is_well();
}

/* --- many of them ----------------------------------------------------------------- */

static void a_hundred_of_them_leave_nothing_behind(void **state)
{
	int before = open_descriptors();
	size_t streams = stream_count();
	(void)state;
	for (int i = 0; i < 100; i++) {
		int fd = raw_client("crowd");
		raw_say(fd, CONNECT, (size_t)(i % (int)sizeof(CONNECT)));
		close(fd);
		settle();
	}
	assert_int_equal(open_descriptors(), before);
	assert_int_equal(stream_count(), streams);
	assert_int_equal(held("crowd"), 0);
	assert_null(net_link(w.net, "crowd")->conns);
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(a_client_that_opens_and_says_nothing),
		WORLD_TEST(a_client_that_sends_one_byte_a_second),
		WORLD_TEST(a_client_that_never_reads),
		WORLD_TEST(a_client_that_announces_256_mib_and_stops),
		WORLD_TEST(a_client_that_keeps_a_promise_of_256_mib),
		WORLD_TEST(a_client_that_closes_in_mid_packet),
		WORLD_TEST(a_client_that_speaks_something_else),
		WORLD_TEST(a_broker_that_never_reads),
		WORLD_TEST(a_broker_that_ends_its_side_only),
		WORLD_TEST(a_broker_that_announces_256_mib_and_sends_slowly),
		WORLD_TEST(a_broker_that_ends_behind_a_flood_for_nobody),
		WORLD_TEST(a_hundred_of_them_leave_nothing_behind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
