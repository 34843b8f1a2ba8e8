/* A link without faults is transparent; malformed bytes are told and passed on. */
#include "tests/unit/net/packets.h"
#include "tests/unit/net/peer.h"

#include "net/inside.h"

/* A client that is no library: this test writes to its stream itself. */
struct plain {
	struct link *link;
	int fd;
};

static void plain_connect(struct plain *plain, const char *name)
{
	struct sockaddr_un {
		sa_family_t family;
		char path[108];
	} address = {.family = AF_UNIX, .path = "/jobjam-link/x"};
	plain->link = net_link(w.net, name);
	stream_expect(&plain->link->door);
	plain->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_true(plain->fd >= 0);
	assert_int_equal(connect(plain->fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
}

/* Reads what there is into *into; returns false at the end of the stream. */
static bool plain_read(const struct plain *plain, struct bytes *into)
{
	uint8_t buffer[4096];
	ssize_t n;
	while ((n = read(plain->fd, buffer, sizeof(buffer))) > 0)
		assert_true(bytes_add(into, buffer, (size_t)n));
	return n < 0 && errno == EAGAIN;
}

/* A long session of legal packets in that direction. */
static void make_session(struct chance *chance, int version, bool up, size_t wanted,
			 struct bytes *ret_session)
{
	struct sample samples[SAMPLES_MAX];
	static char payload[300 * 1024];
	size_t n = make_samples(version, samples);
	memset(payload, 'p', sizeof(payload));
	assert_true(mqtt_encode(&samples[up ? 1 : 2].packet, ret_session));
	while (bytes_length(ret_session) < wanted) {
		struct mqtt_packet packet =
			samples[chance_int(chance, 3, (int64_t)n - 1)].packet;
		if (packet.type == MQTT_PUBLISH && chance_bool(chance, 0.02))
			packet.payload =
				span_of(payload,
					(size_t)chance_int(chance, 0, sizeof(payload)));
		assert_true(mqtt_encode(&packet, ret_session));
	}
}

/* Sends pieces of random size both ways until all has gone. */
static void exchange(struct plain *plain, struct chance *chance, const struct bytes *up,
		     const struct bytes *down, struct bytes *ret_down)
{
	size_t sent_up = 0, sent_down = 0;
	for (int round = 0; sent_up < bytes_length(up) || sent_down < bytes_length(down);
	     round++) {
		size_t piece = (size_t)chance_int(chance, 1,
						  chance_bool(chance, 0.1) ? 90000 : 300);
		if (piece > bytes_length(up) - sent_up)
			piece = bytes_length(up) - sent_up;
		ssize_t n = piece ? write(plain->fd, bytes_data(up) + sent_up, piece) : 0;
		sent_up += n > 0 ? (size_t)n : 0;
		settle();
		piece = (size_t)chance_int(chance, 1,
					   chance_bool(chance, 0.1) ? 90000 : 300);
		if (piece > bytes_length(down) - sent_down)
			piece = bytes_length(down) - sent_down;
		n = piece ? write(w.peers[0].fd, bytes_data(down) + sent_down, piece) : 0;
		sent_down += n > 0 ? (size_t)n : 0;
		if (round % 7 == 0)
			plain_read(plain, ret_down);
		settle();
	}
	while (plain_read(plain, ret_down) && bytes_length(ret_down) < bytes_length(down))
		settle();
}

static void long_random_sessions_pass_byte_for_byte(void **state)
{
	static const int versions[] = {MQTT_311, MQTT_5};
	(void)state;
	w.silent = true;
	for (int i = 0; i < 2; i++) {
		struct chance chance = chance_stream(7, "link", "session");
		struct plain plain;
		struct bytes up = {0}, down = {0}, seen = {0};
		make_session(&chance, versions[i], true, 3 << 20, &up);
		make_session(&chance, versions[i], false, 3 << 20, &down);
		w.n_peers = 0;
		plain_connect(&plain, i ? "five" : "four");
		exchange(&plain, &chance, &up, &down, &seen);
		assert_int_equal(bytes_length(&w.peers[0].seen), bytes_length(&up));
		assert_memory_equal(bytes_data(&w.peers[0].seen), bytes_data(&up),
				    bytes_length(&up));
		assert_int_equal(bytes_length(&seen), bytes_length(&down));
		assert_memory_equal(bytes_data(&seen), bytes_data(&down),
				    bytes_length(&down));
		assert_int_equal(count_events(KIND_MQTT_MALFORMED), 0);
		close(plain.fd);
		settle();
		assert_int_equal(w.peers[0].fd, -1);
		bytes_fini(&w.peers[0].seen);
		bytes_fini(&up);
		bytes_fini(&down);
		bytes_fini(&seen);
	}
}

static const uint8_t hello[] = "\x10\x0e\x00\x04MQTT\x04\x02\x00\x3c\x00\x02id";
enum {
	HELLO = sizeof(hello) - 1
};

static void malformed_bytes_from_the_broker_are_told_and_passed_on(void **state)
{
	struct plain plain;
	struct bytes seen = {0};
	static const uint8_t noise[] = {0x20, 2, 0, 0, 0x00, 0xff, 0x31, 'x', 'y'};
	(void)state;
	w.silent = true;
	plain_connect(&plain, "a");
	write(plain.fd, hello, HELLO);
	settle();
	write(w.peers[0].fd, noise, sizeof(noise));
	settle();
	plain_read(&plain, &seen);
	assert_int_equal(bytes_length(&seen), sizeof(noise));
	assert_memory_equal(bytes_data(&seen), noise, sizeof(noise));
	const struct trace_event *event = last_event(KIND_MQTT_MALFORMED);
	assert_string_equal(event->who, "link/a");
	assert_string_equal(trace_text(event, "dir", ""), "down");
	assert_int_equal(trace_int(event, "offset", -1), 4);
	assert_string_equal(trace_text(event, "reason", ""), "packet type 0 is reserved");
	/* That direction is not framed any more; the other one is. */
	write(w.peers[0].fd, "more", 4);
	write(plain.fd, "\xc0\x00", 2);
	settle();
	plain_read(&plain, &seen);
	assert_int_equal(bytes_length(&seen), sizeof(noise) + 4);
	assert_int_equal(count_events(KIND_MQTT_MALFORMED), 1);
	assert_string_equal(trace_text(last_event(KIND_MQTT_PACKET), "type", ""),
			    "PINGREQ");
	close(plain.fd);
	bytes_fini(&seen);
}

static void the_start_of_a_packet_passes_when_its_sender_ends(void **state)
{
	struct plain plain;
	(void)state;
	w.silent = true;
	plain_connect(&plain, "a");
	write(plain.fd, hello, HELLO);
	write(plain.fd, "\x30\x50\x00\x01t", 5); /* 80 bytes were announced */
	settle();
	assert_int_equal(bytes_length(&w.peers[0].seen), HELLO);
	close(plain.fd);
	settle();
	assert_int_equal(bytes_length(&w.peers[0].seen), HELLO + 5);
	assert_int_equal(w.peers[0].fd, -1);
}

static void a_first_packet_that_is_no_connect_is_passed_on(void **state)
{
	struct plain plain;
	(void)state;
	w.silent = true;
	plain_connect(&plain, "a");
	write(plain.fd, "GET / HTTP/1.0\r\n", 16);
	settle();
	assert_int_equal(bytes_length(&w.peers[0].seen), 16);
	assert_int_equal(count_events(KIND_MQTT_MALFORMED), 1);
	close(plain.fd);
}

static void the_clients_end_sees_the_brokers_last_words(void **state)
{
	struct plain plain;
	struct bytes seen = {0};
	(void)state;
	w.silent = true;
	plain_connect(&plain, "a");
	write(plain.fd, hello, HELLO);
	settle();
	write(w.peers[0].fd, "\x20\x02\x00\x05", 4);
	close(w.peers[0].fd);
	w.peers[0].fd = -1;
	settle();
	assert_false(plain_read(&plain, &seen));
	assert_int_equal(bytes_length(&seen), 4);
	close(plain.fd);
	bytes_fini(&seen);
}

static void a_client_that_does_not_read_stops_the_broker(void **state)
{
	struct plain plain;
	static const uint8_t packet[1002] = {0x30, 0xe7, 0x07, 0, 1, 't'};
	size_t sent = 0;
	(void)state;
	w.silent = true;
	plain_connect(&plain, "a");
	write(plain.fd, hello, HELLO);
	settle();
	for (int i = 0; i < 20000; i++) {
		ssize_t n = write(w.peers[0].fd, packet, sizeof(packet));
		if (n != (ssize_t)sizeof(packet))
			break;
		sent += (size_t)n;
		settle();
	}
	assert_true(sent > 200000 && sent < 8000000);
	struct bytes seen = {0};
	for (size_t before = 1;
	     bytes_length(&seen) != before;) { /* room again: the rest comes */
		before = bytes_length(&seen);
		plain_read(&plain, &seen);
		settle();
	}
	assert_true(bytes_length(&seen) >= sent);
	bytes_fini(&seen);
	close(plain.fd);
}

static void a_second_link_of_that_name_is_the_same(void **state)
{
	(void)state;
	struct link *link = net_link(w.net, "a");
	assert_ptr_equal(net_link(w.net, "a"), link);
	assert_ptr_equal(net_link_at(w.net, 0), link);
	assert_null(net_link_at(w.net, 1));
	assert_string_equal(link_name(link), "a");
	assert_false(link_attached(link));
}

static void other_descriptors_are_the_kernels(void **state)
{
	int pair[2];
	char buffer[4];
	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(write(pair[0], "abc", 3), 3);
	assert_int_equal(read(pair[1], buffer, 3), 3);
	assert_int_equal(send(pair[1], "de", 2, 0), 2);
	assert_int_equal(recv(pair[0], buffer, 4, MSG_DONTWAIT), 2);
	assert_int_equal(shutdown(pair[0], SHUT_WR), 0);
	assert_int_equal(read(pair[1], buffer, 1), 0);
	close(pair[0]);
	close(pair[1]);
	assert_int_equal(close(pair[1]), -1);
	assert_int_equal(errno, EBADF);
	assert_int_equal(read(0x60000000 + 5, buffer, 1),
			 -1); /* a stream that is not there */
	assert_int_equal(errno, EBADF);
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(long_random_sessions_pass_byte_for_byte),
		WORLD_TEST(malformed_bytes_from_the_broker_are_told_and_passed_on),
		WORLD_TEST(the_start_of_a_packet_passes_when_its_sender_ends),
		WORLD_TEST(a_first_packet_that_is_no_connect_is_passed_on),
		WORLD_TEST(the_clients_end_sees_the_brokers_last_words),
		WORLD_TEST(a_client_that_does_not_read_stops_the_broker),
		WORLD_TEST(a_second_link_of_that_name_is_the_same),
		WORLD_TEST(other_descriptors_are_the_kernels),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
