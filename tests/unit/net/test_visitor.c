/* test_visitor.c - a program's own connections become connections of its link. */
#include "tests/unit/net/peer.h"

#include "net/fault.h"
#include "net/inside.h"
#include "net/visitor.h"

#include <sys/un.h>

static const uint8_t CONNECT[] = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T',
				  4,    2,  0, 0, 0,   1,   'p'};
static const uint8_t PING[] = {0xc0, 0};

static char folder[64], path[80];
static struct visitor *visitor;

/* --- the program ------------------------------------------------------------------ */

static int visitor_setup(void **state)
{
	struct sim_error error;
	if (world_setup(state) != SIM_OK)
		return 1;
	snprintf(folder, sizeof(folder), "/tmp/jobjam-visitor-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/s", folder);
	return visitor_new(w.net, "printer/001", path, &visitor, &error);
}

static int visitor_teardown(void **state)
{
	visitor_free(visitor);
	unlink(path);
	rmdir(folder);
	return world_teardown(state);
}

static int call(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	memcpy(address.sun_path, path, strlen(path) + 1);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(address)),
			 0);
	return fd;
}

/* As whoever gives the program its turns does after each. */
static void after_its_turn(void)
{
	visitor_look(visitor, w.clock.now);
	settle();
}

static void say(int fd, const void *bytes, size_t length)
{
	assert_int_equal(write(fd, bytes, length), length);
	after_its_turn();
}

static int call_and_connect(void)
{
	uint8_t connack[4];
	int fd = call();
	say(fd, CONNECT, sizeof(CONNECT));
	assert_int_equal(read(fd, connack, sizeof(connack)), 4);
	assert_int_equal(connack[0], 0x20);
	return fd;
}

static void assert_end(int fd)
{
	uint8_t byte;
	assert_int_equal(read(fd, &byte, 1), 0);
}

static void assert_open(int fd)
{
	uint8_t byte;
	assert_int_equal(read(fd, &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
}

/* --- what passes ------------------------------------------------------------------ */

static void what_a_program_says_reaches_the_broker_and_the_answer_comes_back(void **state)
{
	uint8_t pong[2];
	(void)state;
	assert_int_equal(visitor_count(visitor), 0);
	int fd = call_and_connect();
	assert_int_equal(visitor_count(visitor), 1);
	assert_true(link_attached(net_link(w.net, "printer/001")));
	assert_string_equal(last_event(KIND_SESSION_ATTACHED)->who, "link/printer/001");
	visitor_take_input(visitor);
	assert_false(visitor_take_input(visitor)); /* it has been told */
	after_its_turn();
	assert_false(visitor_take_input(visitor)); /* and nothing is new */
	say(fd, PING, sizeof(PING));
	assert_true(visitor_take_input(visitor)); /* the program is to have a turn */
	assert_int_equal(read(fd, pong, sizeof(pong)), 2);
	assert_int_equal(bytes_length(&w.peers[0].seen), sizeof(CONNECT) + sizeof(PING));
	close(fd);
}

static void a_packet_in_two_turns_is_one_packet(void **state)
{
	(void)state;
	int fd = call_and_connect();
	say(fd, PING, 1);
	assert_int_equal(bytes_length(&w.peers[0].seen), sizeof(CONNECT));
	say(fd, PING + 1, 1);
	assert_int_equal(count_seen(MQTT_PINGREQ), 1);
	close(fd);
}

static void what_is_more_than_fits_waits_for_the_program(void **state)
{
	static uint8_t payload[60000], got[4096];
	struct mqtt_packet packet = {.type = MQTT_PUBLISH,
				     .version = MQTT_311,
				     .topic = mqtt_text("t"),
				     .payload = {payload, sizeof(payload)}};
	struct bytes all = {0};
	ssize_t n;
	(void)state;
	int fd = call_and_connect();
	for (int i = 0; i < 3; i++) {
		for (size_t k = 0; k < sizeof(payload); k++)
			payload[k] = (uint8_t)(k + (size_t)i);
		assert_true(mqtt_encode(&packet, &all));
		peer_say(&w.peers[0], &packet);
		settle();
	}
	for (size_t at = 0; at < bytes_length(&all); at += (size_t)n) {
		n = read(fd, got, sizeof(got));
		if (n < 0)
			after_its_turn();
		if (n < 0)
			n = read(fd, got, sizeof(got));
		assert_true(n > 0);
		assert_memory_equal(got, bytes_data(&all) + at, n);
	}
	assert_open(fd);
	bytes_fini(&all);
	close(fd);
}

/* --- ends ------------------------------------------------------------------------- */

static void a_program_that_closes_is_gone_at_the_broker_too(void **state)
{
	(void)state;
	int fd = call_and_connect();
	assert_int_equal(write(fd, PING, sizeof(PING)), 2); /* still gets through */
	close(fd);
	after_its_turn();
	assert_int_equal(visitor_count(visitor), 0);
	assert_int_equal(count_seen(MQTT_PINGREQ), 1);
	assert_int_equal(w.peers[0].fd, -1);
	assert_string_equal(trace_text(last_event(KIND_SESSION_DETACHED), "reason", ""),
			    "client_closed");
}

static void a_program_that_stops_sending_is_taken_for_gone(void **state)
{
	(void)state;
	int fd = call_and_connect();
	shutdown(fd, SHUT_WR);
	after_its_turn();
	assert_int_equal(visitor_count(visitor), 0);
	assert_int_equal(w.peers[0].fd, -1);
	close(fd);
}

static void the_brokers_end_reaches_the_program(void **state)
{
	(void)state;
	int fd = call_and_connect();
	visitor_take_input(visitor);
	close(w.peers[0].fd);
	w.peers[0].fd = -1;
	settle();
	assert_true(visitor_take_input(visitor));
	assert_int_equal(visitor_count(visitor), 0);
	assert_end(fd);
	close(fd);
}

static void a_refusal_is_an_end_right_after_connect(void **state)
{
	(void)state;
	w.dial_error = -ECONNREFUSED;
	int fd = call();
	after_its_turn();
	assert_true(visitor_take_input(visitor));
	assert_int_equal(visitor_count(visitor), 0);
	assert_end(fd);
	close(fd);
	w.dial_error = 0;
	fd = call_and_connect(); /* and may come again */
	assert_int_equal(visitor_count(visitor), 1);
	close(fd);
}

static void a_reset_ends_the_one_that_is_there(void **state)
{
	(void)state;
	int fd = call_and_connect();
	struct fault *fault = arm("printer/001", "reset", "");
	settle();
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_int_equal(visitor_count(visitor), 0);
	assert_end(fd);
	close(fd);
}

static void two_calls_are_two_connections_of_one_link(void **state)
{
	(void)state;
	int first = call_and_connect(), second = call();
	say(second, CONNECT, sizeof(CONNECT));
	assert_int_equal(visitor_count(visitor), 2);
	assert_int_equal(w.n_peers, 2);
	say(first, PING, sizeof(PING));
	assert_int_equal(w.seen[w.n_seen - 1].peer, 0);
	say(second, PING, sizeof(PING));
	assert_int_equal(w.seen[w.n_seen - 1].peer, 1);
	close(first);
	after_its_turn();
	assert_int_equal(visitor_count(visitor), 1);
	assert_true(w.peers[1].fd >= 0);
	close(second);
}

static void a_visitor_that_goes_first_says_nothing(void **state)
{
	(void)state;
	int fd = call_and_connect();
	size_t before = trace_count(w.trace);
	visitor_free(visitor);
	visitor = NULL;
	assert_int_equal(trace_count(w.trace), before);
	close(fd);
}

static void a_path_that_is_too_long_is_refused_with_a_reason(void **state)
{
	struct visitor *other;
	struct sim_error error;
	char longer[300];
	(void)state;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	int before = open_descriptors();
	assert_int_equal(visitor_new(w.net, "printer/002", longer, &other, &error),
			 SIM_EIO);
	assert_non_null(strstr(error.text, "too long"));
	assert_int_equal(visitor_new(w.net, "printer/002", path, &other, &error),
			 SIM_EIO); /* taken */
	assert_non_null(strstr(error.text, path));
	assert_int_equal(open_descriptors(), before);
}

#define VISITOR_TEST(name) \
	cmocka_unit_test_setup_teardown(name, visitor_setup, visitor_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VISITOR_TEST(
			what_a_program_says_reaches_the_broker_and_the_answer_comes_back),
		VISITOR_TEST(a_packet_in_two_turns_is_one_packet),
		VISITOR_TEST(what_is_more_than_fits_waits_for_the_program),
		VISITOR_TEST(a_program_that_closes_is_gone_at_the_broker_too),
		VISITOR_TEST(a_program_that_stops_sending_is_taken_for_gone),
		VISITOR_TEST(the_brokers_end_reaches_the_program),
		VISITOR_TEST(a_refusal_is_an_end_right_after_connect),
		VISITOR_TEST(a_reset_ends_the_one_that_is_there),
		VISITOR_TEST(two_calls_are_two_connections_of_one_link),
		VISITOR_TEST(a_visitor_that_goes_first_says_nothing),
		VISITOR_TEST(a_path_that_is_too_long_is_refused_with_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
