/* test_proxy.c - the proxy's parts that need no socket: addresses, names, passing links. */
#include "tests/unit/net/peer.h"

#include "net/fault.h"
#include "net/inside.h"
#include "net/proxy/endpoint.h"
#include "net/proxy/name.h"

/* --- addresses -------------------------------------------------------------------- */

static void addresses_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *text, *host, *shown;
		bool tls, local, loopback;
	} good[] = {
		{"127.0.0.1:1883", "127.0.0.1", "127.0.0.1:1883", false, false, true},
		{"[::1]:1883", "::1", "[::1]:1883", false, false, true},
		{"0.0.0.0:1", "0.0.0.0", "0.0.0.0:1", false, false, false},
		{"tls:127.0.0.1:8883", "127.0.0.1", "tls:127.0.0.1:8883", true, false,
		 true},
		{"mqtts://127.0.0.1:8883", "127.0.0.1", "tls:127.0.0.1:8883", true, false,
		 true},
		{"mqtt://127.0.0.1:0", "127.0.0.1", "127.0.0.1:0", false, false, true},
		{"tcp:127.9.9.9:65535", "127.9.9.9", "127.9.9.9:65535", false, false,
		 true},
		{"unix:/a/b", "/a/b", "unix:/a/b", false, true, true},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct endpoint endpoint;
		struct sim_error error = {0};
		assert_int_equal(endpoint_parse("--listen", good[i].text, &endpoint,
						&error),
				 SIM_OK);
		assert_string_equal(endpoint.host, good[i].host);
		assert_string_equal(endpoint.text, good[i].shown);
		assert_int_equal(endpoint.tls, good[i].tls);
		assert_int_equal(endpoint.local, good[i].local);
		assert_int_equal(endpoint.loopback, good[i].loopback);
	}
}

static void what_is_no_address_is_refused_with_an_example(void **state)
{
	static const char *const bad[] = {
		"",
		"1883",
		":1883",
		"host:",
		"host:x",
		"::1:1",
		"127.0.0.1:65536",
		"[::1:1883",
		"[]:1883",
		"[::1]x:1",
		"tls:",
		"unix:",
		"tls:unix:/x",
		"host:-1",
		"a:1883 ",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct endpoint endpoint;
		struct sim_error error = {0};
		int status = endpoint_parse("--listen", bad[i], &endpoint, &error);
		assert_true(status == SIM_EINVAL || status == SIM_ENOENT);
		assert_non_null(strstr(error.text, "--listen"));
	}
}

/* --- names ------------------------------------------------------------------------ */

static enum name_answer name_of(const char *id, size_t length, int version,
				char ret_name[LINK_NAME_MAX])
{
	struct bytes bytes = {0};
	const struct mqtt_packet packet = {
		.type = MQTT_CONNECT,
		.version = version,
		.connect = {.version = version,
			    .clean = true,
			    .client_id = {(const uint8_t *)id, length}},
	};
	assert_true(mqtt_encode(&packet, &bytes));
	for (size_t n = 0; n < bytes_length(&bytes); n++)
		assert_int_equal(name_of_client(bytes_data(&bytes), n, ret_name),
				 NAME_WAIT);
	enum name_answer answer =
		name_of_client(bytes_data(&bytes), bytes_length(&bytes), ret_name);
	bytes_fini(&bytes);
	return answer;
}

static void a_link_is_called_after_the_client_id(void **state)
{
	char name[LINK_NAME_MAX], other[LINK_NAME_MAX];
	char longest[LINK_ID_MAX + 2];
	(void)state;
	assert_int_equal(name_of("printer-7", 9, MQTT_311, name), NAME_KNOWN);
	assert_string_equal(name, "client/printer-7");
	assert_int_equal(name_of("x", 1, MQTT_5, name), NAME_KNOWN);
	assert_string_equal(name, "client/x");
	assert_int_equal(name_of("", 0, MQTT_311, name), NAME_NONE);

	memset(longest, 'a', sizeof(longest));
	assert_int_equal(name_of(longest, LINK_ID_MAX, MQTT_311, name), NAME_KNOWN);
	assert_int_equal(strlen(name), strlen("client/") + LINK_ID_MAX);
	/* Beyond that the rest is told by a hash: two that differ at the end differ. */
	assert_int_equal(name_of(longest, LINK_ID_MAX + 2, MQTT_311, name), NAME_KNOWN);
	longest[LINK_ID_MAX + 1] = 'b';
	assert_int_equal(name_of(longest, LINK_ID_MAX + 2, MQTT_311, other), NAME_KNOWN);
	assert_string_not_equal(name, other);
	assert_int_equal(strlen(name), strlen("client/") + LINK_ID_MAX + 1 + 16);
}

static void a_long_name_ends_at_a_whole_character(void **state)
{
	char name[LINK_NAME_MAX], id[LINK_ID_MAX + 3] = "x";
	(void)state;
	for (size_t i = 1; i + 1 < sizeof(id); i += 2)
		memcpy(id + i, "\xc3\xa9", 2);
	assert_int_equal(name_of(id, LINK_ID_MAX + 1, MQTT_311, name), NAME_KNOWN);
	assert_int_equal(strcspn(name, "~"), strlen("client/") + LINK_ID_MAX - 1);
}

static void what_does_not_begin_with_connect_has_no_name(void **state)
{
	char name[LINK_NAME_MAX];
	static const char *const noise[] = {"GET / HTTP/1.1", "\x30\x03\0\1t",
					    "\x16\x03\x01", "\x10\xff\xff\xff\xff\x01"};
	(void)state;
	for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++)
		assert_int_equal(name_of_client((const uint8_t *)noise[i], 6, name),
				 NAME_NONE);
}

/* --- links that pass -------------------------------------------------------------- */

static void come_and_go(const char *name)
{
	struct link *link = net_link_passing(w.net, name);
	assert_non_null(link);
	net_wake(link);
	net_drain(w.net, w.clock.now); /* it has no connection: it is idle again */
}

static void names_of_clients_that_are_gone_are_bounded(void **state)
{
	char name[32];
	(void)state;
	for (int i = 0; i < LINKS_IDLE_MAX + 500; i++) {
		snprintf(name, sizeof(name), "client/%d", i);
		come_and_go(name);
	}
	assert_int_equal(w.net->n_links, LINKS_IDLE_MAX);
	/* The oldest have gone, the newest are known, and each answers to its own name. */
	snprintf(name, sizeof(name), "client/%d", LINKS_IDLE_MAX + 499);
	assert_string_equal(link_name(net_link(w.net, name)), name);
	assert_int_equal(w.net->n_links, LINKS_IDLE_MAX);
	assert_string_equal(link_name(net_link(w.net, "client/0")), "client/0");
	assert_int_equal(w.net->n_links, LINKS_IDLE_MAX + 1);
}

static void a_renamed_link_has_the_faults_of_its_new_name(void **state)
{
	const struct vocab_row *row = fault_find("next_connect");
	struct value values[16];
	struct fault *fault;
	struct sim_error error;
	char name[32];
	(void)state;
	vocab_defaults(row, values);
	values[0] = (struct value){.given = true, .as.choice = 1};
	assert_int_equal(fault_arm(w.net, "client/*", row, values, NULL, 0, 0, &fault,
				   &error),
			 SIM_OK);
	struct link *first = net_link_passing(w.net, "client/first");
	fault_spend(fault, first);
	net_wake(first);
	net_drain(w.net, w.clock.now);
	for (int i = 0; i < LINKS_IDLE_MAX; i++) {
		snprintf(name, sizeof(name), "client/%d", i);
		come_and_go(name);
	}
	/* The same struct, another client: what the first one used up is not its loss. */
	assert_string_not_equal(link_name(first), "client/first");
	assert_int_equal(first->n_faults, 1);
	assert_false(fault_is_spent(fault, first));
}

static void a_link_whose_packets_are_kept_keeps_its_name(void **state)
{
	char name[32];
	(void)state;
	struct link *link = net_link_passing(w.net, "client/kept");
	pile_ticket ticket = pile_enter(&link->pile, w.clock.now, 10, 0);
	net_wake(link);
	net_drain(w.net, w.clock.now);
	for (int i = 0; i < LINKS_IDLE_MAX + 10; i++) {
		snprintf(name, sizeof(name), "client/%d", i);
		come_and_go(name);
	}
	assert_string_equal(link_name(link), "client/kept");
	pile_release(&link->pile, w.clock.now, ticket, 0);
	come_and_go("client/one-more");
	assert_string_equal(link_name(link), "client/one-more");
	/* What is told later is told of the new name. */
	pile_enter(&link->pile, w.clock.now, 10, 0);
	pile_enter(&link->pile, w.clock.now, 10, 0);
	run_to(w.clock.now + 10 * SIM_S);
	const struct trace_event *last = trace_at(w.trace, trace_count(w.trace) - 1);
	assert_int_equal(last->kind, KIND_BACKLOG_DEPTH);
	assert_non_null(strstr(last->who, "client/one-more"));
}

static void a_link_with_a_connection_keeps_its_name(void **state)
{
	struct stream stream = {.limit = 1024, .connected = true};
	char name[32];
	(void)state;
	struct link *busy = net_link_passing(w.net, "client/busy");
	stream.door = &busy->door;
	assert_int_equal(conn_open(busy, &stream, w.clock.now), 0);
	settle();
	for (int i = 0; i < LINKS_IDLE_MAX + 10; i++) {
		snprintf(name, sizeof(name), "client/%d", i);
		come_and_go(name);
	}
	assert_string_equal(link_name(busy), "client/busy");
	stream.door->closed(stream.door->arg, &stream);
	settle();
	assert_null(busy->conns);
	assert_true(busy->idle);
	bytes_fini(&stream.to_client);
}

/* --- packets longer than anybody looks into ----------------------------------------- */

static void a_huge_packet_passes_and_framing_goes_on_behind_it(void **state)
{
	struct stream stream = {.limit = SIZE_MAX, .connected = true};
	struct link *link = net_link(w.net, "client/huge");
	const uint8_t connect[] = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T',
				   4,    2,  0, 0, 0,   1,   'h'};
	const size_t rest = MQTT_PACKET_MAX + 100;
	const uint8_t header[] = {0x30,
				  (uint8_t)(rest & 0x7f) | 0x80,
				  (uint8_t)((rest >> 7) & 0x7f) | 0x80,
				  (uint8_t)(rest >> 14),
				  0,
				  1,
				  't'};
	uint8_t *payload = calloc(1, rest - 3);
	(void)state;
	stream.door = &link->door;
	assert_int_equal(conn_open(link, &stream, w.clock.now), 0);
	assert_true(bytes_add(&stream.to_link, connect, sizeof(connect)));
	assert_true(bytes_add(&stream.to_link, header, sizeof(header)));
	for (size_t sent = 0; sent < rest - 3; sent += 50000) {
		size_t piece = rest - 3 - sent < 50000 ? rest - 3 - sent : 50000;
		assert_true(bytes_add(&stream.to_link, payload + sent, piece));
		net_wake(link);
		settle();
	}
	assert_true(bytes_add(&stream.to_link, "\xc0\0", 2));
	net_wake(link);
	settle();
	free(payload);
	assert_int_equal(bytes_length(&w.peers[0].seen),
			 sizeof(connect) + sizeof(header) + rest - 3 + 2);
	const struct trace_event *last = trace_at(w.trace, trace_count(w.trace) - 1);
	assert_string_equal(trace_text(last, "type", ""), "PINGREQ");
	for (size_t i = 0; i < trace_count(w.trace); i++)
		assert_int_not_equal(trace_at(w.trace, i)->kind, KIND_MQTT_MALFORMED);
	stream.door->closed(stream.door->arg, &stream);
	settle();
	bytes_fini(&stream.to_client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_as_people_write_them),
		cmocka_unit_test(what_is_no_address_is_refused_with_an_example),
		cmocka_unit_test(a_link_is_called_after_the_client_id),
		cmocka_unit_test(a_long_name_ends_at_a_whole_character),
		cmocka_unit_test(what_does_not_begin_with_connect_has_no_name),
		cmocka_unit_test_setup_teardown(
			names_of_clients_that_are_gone_are_bounded, world_setup,
			world_teardown),
		cmocka_unit_test_setup_teardown(
			a_renamed_link_has_the_faults_of_its_new_name, world_setup,
			world_teardown),
		cmocka_unit_test_setup_teardown(
			a_link_whose_packets_are_kept_keeps_its_name, world_setup,
			world_teardown),
		cmocka_unit_test_setup_teardown(a_link_with_a_connection_keeps_its_name,
						world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
			a_huge_packet_passes_and_framing_goes_on_behind_it, world_setup,
			world_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
