/* Faults that act by a timetable, link by link. */
#include "net/inside.h"
#include "tests/unit/net/peer.h"

enum {
	CLIENTS = 6
};

static struct witness all[CLIENTS];

static void connect_all(void)
{
	static char names[CLIENTS][24];
	for (int i = 0; i < CLIENTS; i++) {
		snprintf(names[i], sizeof(names[i]), "printer/%03d", i + 1);
		make_client(&all[i], names[i]);
		connect_client(&all[i]);
		all[i].reconnect = true;
	}
}

static int count(bool connected)
{
	int n = 0;
	for (int i = 0; i < CLIENTS; i++)
		n += client_connected(all[i].client) == connected;
	return n;
}

/* Everybody says something: does the broker hear it? Answers as a set of bits. */
static unsigned heard(void)
{
	unsigned set = 0;
	size_t before = w.n_seen;
	char payload[16];
	for (int i = 0; i < CLIENTS; i++) {
		snprintf(payload, sizeof(payload), "%d", i);
		publish(&all[i], "t", payload, 0);
	}
	settle();
	for (size_t i = before; i < w.n_seen; i++)
		if (w.seen[i].type == MQTT_PUBLISH && w.seen[i].at == w.clock.now)
			set |= 1u << atoi(w.seen[i].payload);
	return set;
}

static int bits(unsigned set)
{
	return __builtin_popcount(set);
}

static void links_are_parted_one_by_one_and_healed_in_another_order(void **state)
{
	unsigned parting[CLIENTS] = {0}, healing[CLIENTS] = {0};
	int moved = 0;
	(void)state;
	connect_all();
	struct fault *fault = arm("printer/*", "swizzle", "gap=2s hold=10s");
	for (int i = 0; i < CLIENTS; i++) {
		parting[i] = heard();
		assert_int_equal(bits(parting[i]), CLIENTS - 1 - i);
		run_to(w.clock.now + 2 * SIM_S);
	}
	run_to(20 * SIM_S - 1); /* the last parting at 10 s, and the hold */
	assert_int_equal(heard(), 0);
	run_to(20 * SIM_S);
	for (int i = 0; i < CLIENTS; i++) {
		healing[i] = heard();
		run_to(w.clock.now + 2 * SIM_S);
	}
	assert_int_equal(bits(heard()), CLIENTS);
	for (int i = 0; i + 1 < CLIENTS; i++) {
		assert_true((parting[i] & parting[i + 1]) == parting[i + 1]);
		moved += (~healing[i] & 0x3f) != parting[i];
	}
	assert_true(moved > 0); /* not in the order of parting */
	assert_int_equal(receipt_of(fault).affected, CLIENTS);
	net_receipts(w.net, w.clock.now);
	assert_string_equal(trace_text(last_event(KIND_FAULT_RECEIPT), "parts", ""),
			    "partition x6 6/6");
}

static void a_share_of_the_links_is_drawn(void **state)
{
	(void)state;
	connect_all();
	struct fault *fault = arm("printer/*", "swizzle", "gap=0s hold=10s share=0.5");
	settle();
	assert_int_equal(bits(heard()), CLIENTS - 3);
	fault_lift(fault, w.clock.now); /* heals what is parted */
	settle();
	assert_int_equal(bits(heard()), CLIENTS);
	run_to(SIM_MIN);
	assert_int_equal(bits(heard()), CLIENTS);
}

static void connections_go_and_come(void **state)
{
	(void)state;
	connect_all();
	for (int i = 0; i < CLIENTS; i++)
		all[i].reconnect = false;
	struct fault *fault = arm("printer/*", "flap", "down=5s up=10s times=2");
	settle();
	assert_int_equal(count(true), 0);
	connect_client(&all[0]);
	assert_int_equal(all[0].connects, 1); /* refused */
	run_to(5 * SIM_S);
	for (int i = 0; i < CLIENTS; i++)
		connect_client(&all[i]);
	assert_int_equal(count(true), CLIENTS);
	run_to(15 * SIM_S);
	assert_int_equal(count(true), 0);
	run_to(SIM_MIN);
	for (int i = 0; i < CLIENTS; i++)
		connect_client(&all[i]);
	assert_int_equal(count(true), CLIENTS);
	net_receipts(w.net, w.clock.now);
	assert_string_equal(trace_text(last_event(KIND_FAULT_RECEIPT), "parts", ""),
			    "refuse x2 1/1, reset x2 12/12");
	assert_int_equal(receipt_of(fault).affected, 13);
}

static void everybody_is_cut_off_within_a_moment(void **state)
{
	sim_ns first = SIM_NEVER, last = 0;
	(void)state;
	connect_all();
	size_t dialled = w.asked;
	struct fault *fault =
		arm("printer/*", "reconnect_storm", "within=10s times=2 every=1m");
	run_to(10 * SIM_S);
	for (int i = 0; i < CLIENTS; i++) {
		assert_int_equal(all[i].disconnects, 1);
		first = all[i].lost_at < first ? all[i].lost_at : first;
		last = all[i].lost_at > last ? all[i].lost_at : last;
	}
	assert_true(first < last && last <= 10 * SIM_S);
	assert_int_equal(w.asked - dialled, CLIENTS); /* and all are back */
	assert_int_equal(count(true), CLIENTS);
	run_to(2 * SIM_MIN);
	assert_int_equal(w.asked - dialled, 2 * CLIENTS);
	assert_int_equal(receipt_of(fault).matched, 2 * CLIENTS);
}

static void one_more_link_shifts_nobody_elses_luck(void **state)
{
	static struct witness more;
	sim_ns before[CLIENTS];
	(void)state;
	connect_all();
	arm("printer/*", "reconnect_storm", "within=10s");
	run_to(10 * SIM_S);
	for (int i = 0; i < CLIENTS; i++)
		before[i] = all[i].lost_at;
	world_teardown(NULL);
	world_setup(NULL);
	make_client(&more, "printer/000");
	connect_client(&more);
	connect_all();
	arm("printer/*", "reconnect_storm", "within=10s");
	run_to(10 * SIM_S);
	for (int i = 0; i < CLIENTS; i++)
		assert_int_equal(all[i].lost_at, before[i]);
	assert_int_equal(more.disconnects, 1);
}

static void the_herd_comes_in_at_one_instant(void **state)
{
	(void)state;
	connect_all();
	size_t dialled = w.asked;
	arm("printer/*", "thundering_herd", "after=30s");
	run_to(30 * SIM_S - 1);
	assert_int_equal(count(true), 0);
	assert_int_equal(w.asked - dialled, 0);
	size_t before = w.n_seen;
	run_to(30 * SIM_S);
	assert_int_equal(count(true), CLIENTS);
	for (size_t i = before; i < w.n_seen; i++)
		assert_int_equal(w.seen[i].at, 30 * SIM_S);
	assert_int_equal(count_events(KIND_FAULT_LIFTED), 1); /* by itself */
	net_receipts(w.net, w.clock.now);
	assert_string_equal(trace_text(last_event(KIND_FAULT_RECEIPT), "parts", ""),
			    "connect_hang 6/6, reset 6/6");
}

static void a_pattern_that_is_lifted_takes_no_more_steps(void **state)
{
	(void)state;
	connect_all();
	struct fault *fault =
		arm("printer/*", "reconnect_storm", "within=10s times=5 every=1m");
	run_to(10 * SIM_S);
	fault_lift(fault, w.clock.now);
	run_to(SIM_H);
	for (int i = 0; i < CLIENTS; i++)
		assert_int_equal(all[i].disconnects, 1);
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(links_are_parted_one_by_one_and_healed_in_another_order),
		WORLD_TEST(a_share_of_the_links_is_drawn),
		WORLD_TEST(connections_go_and_come),
		WORLD_TEST(everybody_is_cut_off_within_a_moment),
		WORLD_TEST(one_more_link_shifts_nobody_elses_luck),
		WORLD_TEST(the_herd_comes_in_at_one_instant),
		WORLD_TEST(a_pattern_that_is_lifted_takes_no_more_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
