/* The tables behind causes: what crosses the broker, what a client has handed over. */
#include "tests/testing.h"

#include "net/crossing.h"
#include "net/outbox.h"

static uint64_t hash_of(const char *topic, const char *payload)
{
	return crossing_hash(topic, strlen(topic), payload, strlen(payload));
}

static trace_id leave(struct crossing *crossing, uint64_t hash, uint32_t link, bool again)
{
	trace_id event = 0;
	enum trace_level level;
	return crossing_leave(crossing, hash, link, again, &event, &level) ? event : 0;
}

static void equal_messages_cross_in_the_order_of_entering(void **state)
{
	struct crossing *crossing = crossing_new();
	uint64_t hash = hash_of("t", "x");
	(void)state;
	crossing_enter(crossing, hash, 10, TRACE_STORY);
	crossing_enter(crossing, hash_of("t", "y"), 11, TRACE_STORY);
	crossing_enter(crossing, hash, 12, TRACE_STORY);
	assert_int_equal(leave(crossing, hash, 0, false), 10);
	assert_int_equal(leave(crossing, hash, 1, false),
			 10); /* each link has its own turn */
	assert_int_equal(leave(crossing, hash, 0, false), 12);
	assert_int_equal(leave(crossing, hash, 1, true),
			 10); /* told again: as last time */
	assert_int_equal(leave(crossing, hash, 1, false), 12);
	assert_int_equal(leave(crossing, hash, 0, false),
			 12); /* more than ever entered */
	assert_int_equal(leave(crossing, hash_of("t", "z"), 0, false), 0);
	crossing_free(crossing);
}

static void a_message_to_many_links_is_remembered_for_each(void **state)
{
	struct crossing *crossing = crossing_new();
	uint64_t hash = hash_of("all", "x");
	(void)state;
	crossing_enter(crossing, hash, 1, TRACE_STORY);
	crossing_enter(crossing, hash, 2, TRACE_STORY);
	for (uint32_t link = 0; link < 1000; link += 3)
		assert_int_equal(leave(crossing, hash, link, false), 1);
	for (uint32_t link = 0; link < 1000; link++)
		assert_int_equal(leave(crossing, hash, link, false),
				 link % 3 == 0 ? 2 : 1);
	crossing_free(crossing);
}

static void routine_traffic_pushes_out_no_command(void **state)
{
	struct crossing *crossing = crossing_new();
	uint64_t command = hash_of("device/1/request", "start");
	uint64_t report = hash_of("device/1/report", "0");
	trace_id event;
	enum trace_level level;
	char payload[16];
	(void)state;
	crossing_enter(crossing, command, 1, TRACE_STORY);
	crossing_enter(crossing, report, 2, TRACE_FULL);
	for (int i = 1; i <= CROSSING_ROOM; i++) {
		snprintf(payload, sizeof(payload), "%d", i);
		crossing_enter(crossing, hash_of("device/1/report", payload), 3,
			       TRACE_FULL);
	}
	assert_int_equal(leave(crossing, report, 0, false), 0); /* the oldest is gone */
	assert_int_equal(leave(crossing, hash_of("device/1/report", "1"), 0, false), 3);
	assert_true(crossing_leave(crossing, command, 0, false, &event, &level));
	assert_int_equal(event, 1);
	assert_int_equal(level, TRACE_STORY);
	crossing_free(crossing);
}

static void the_hash_knows_where_the_topic_ends(void **state)
{
	(void)state;
	assert_true(hash_of("ab", "c") != hash_of("a", "bc"));
	assert_true(hash_of("a", "") != hash_of("", "a"));
	assert_true(hash_of("12345678", "12345678") != hash_of("12345678", "12345679"));
}

static struct outbox_entry entry_of(uint16_t mid, uint64_t hash, trace_id event)
{
	return (struct outbox_entry){.hash = hash,
				     .mid = mid,
				     .event = event,
				     .queued = event,
				     .queued_at = mid};
}

static void an_outbox_knows_the_oldest_that_waits(void **state)
{
	struct outbox outbox = {0};
	(void)state;
	for (uint16_t mid = 1; mid <= 100; mid++) {
		struct outbox_entry entry = entry_of(mid, mid, mid);
		outbox_add(&outbox, &entry);
	}
	assert_int_equal(outbox.n_waiting, 100);
	outbox_done(&outbox, 2);
	assert_int_equal(outbox_oldest(&outbox)->mid, 1);
	outbox_done(&outbox, 1);
	assert_int_equal(outbox_oldest(&outbox)->mid, 3);
	assert_null(outbox_of_mid(&outbox, 2));
	assert_int_equal(outbox_of_mid(&outbox, 50)->event, 50);
	outbox_done(&outbox, 50);
	outbox_done(&outbox, 50);
	assert_int_equal(outbox.n_waiting, 97);
	assert_int_equal(outbox_clear(&outbox), 97);
	assert_null(outbox_oldest(&outbox));
}

static void one_that_is_stuck_does_not_fill_the_outbox(void **state)
{
	struct outbox outbox = {0};
	struct outbox_entry stuck = entry_of(65535, 1, 1);
	(void)state;
	outbox_add(&outbox, &stuck);
	for (int i = 0; i < 500000; i++) {
		struct outbox_entry entry = entry_of((uint16_t)(i % 60000 + 1), 2, 2);
		outbox_add(&outbox, &entry);
		outbox_done(&outbox, entry.mid);
	}
	assert_int_equal(outbox.n_waiting, 1);
	assert_true(outbox.capacity <= 64);
	assert_non_null(outbox_of_mid(&outbox, 65535));
	outbox_fini(&outbox);
}

static void unconfirmed_ones_are_found_by_their_bytes(void **state)
{
	struct outbox outbox = {0};
	struct outbox_entry taken;
	(void)state;
	for (int i = 0; i < OUTBOX_UNCONFIRMED + 10; i++) {
		struct outbox_entry entry = entry_of(0, (uint64_t)i, (trace_id)i + 1);
		outbox_add(&outbox, &entry);
	}
	assert_int_equal(outbox.n_unconfirmed, OUTBOX_UNCONFIRMED);
	assert_false(outbox_take_unconfirmed(&outbox, 3, &taken)); /* pushed out */
	assert_true(outbox_take_unconfirmed(&outbox, 700, &taken));
	assert_int_equal(taken.event, 701);
	assert_false(outbox_take_unconfirmed(&outbox, 700, &taken));
	assert_null(outbox_oldest(&outbox)); /* they wait for nothing */
	outbox_fini(&outbox);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_messages_cross_in_the_order_of_entering),
		cmocka_unit_test(a_message_to_many_links_is_remembered_for_each),
		cmocka_unit_test(routine_traffic_pushes_out_no_command),
		cmocka_unit_test(the_hash_knows_where_the_topic_ends),
		cmocka_unit_test(an_outbox_knows_the_oldest_that_waits),
		cmocka_unit_test(one_that_is_stuck_does_not_fill_the_outbox),
		cmocka_unit_test(unconfirmed_ones_are_found_by_their_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
