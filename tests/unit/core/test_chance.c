/* test_chance.c - luck that repeats and that nobody shares. */
#include "tests/testing.h"

#include "sim/core/chance.h"

#include <math.h>

static void the_same_names_give_the_same_luck(void **state)
{
	(void)state;
	struct chance a = chance_stream(1, "owner/007", "bedtime");
	struct chance b = chance_stream(1, "owner/007", "bedtime");
	for (int i = 0; i < 100; i++)
		assert_true(chance_u64(&a) == chance_u64(&b));
}

static void every_part_of_the_key_counts(void **state)
{
	(void)state;
	struct chance streams[] = {
		chance_stream(1, "owner/007", "bedtime"),
		chance_stream(2, "owner/007", "bedtime"),
		chance_stream(1, "owner/008", "bedtime"),
		chance_stream(1, "owner/007", "resend"),
		chance_stream(1, "owner/007b", "edtime"),
		chance_stream(1, "", "owner/007bedtime"),
	};
	uint64_t first[6];
	for (int i = 0; i < 6; i++) {
		first[i] = chance_u64(&streams[i]);
		for (int j = 0; j < i; j++)
			assert_true(first[i] != first[j]);
	}
}

/* Pinned: a change here is a change of every recorded run. */
static void the_streams_never_change(void **state)
{
	(void)state;
	struct chance chance = chance_stream(1, "owner/007", "bedtime");
	static const uint64_t PINNED[] = {
		UINT64_C(0x345d1b25c502d388),
		UINT64_C(0x8a5904624442b477),
		UINT64_C(0xa59b8c56be1617d9),
		UINT64_C(0x806d9b9d8f758c5f),
	};
	for (size_t i = 0; i < sizeof(PINNED) / sizeof(PINNED[0]); i++)
		assert_true(chance_u64(&chance) == PINNED[i]);
	assert_true(chance_unit(&chance) == 0x1.e8738f3dfe02ap-2);
	assert_int_equal(chance_int(&chance, -5, 1000), 297);
	assert_true(chance_log_normal(&chance, 240.0, 0.5) == 0x1.999a66417fc8cp+7);
}

static void adding_an_entity_shifts_nobody(void **state)
{
	(void)state;
	uint64_t alone[8], together[8];
	struct chance a = chance_stream(3, "printer/001", "print");
	for (int i = 0; i < 8; i++)
		alone[i] = chance_u64(&a);
	struct chance b = chance_stream(3, "printer/001", "print");
	struct chance c = chance_stream(3, "printer/002", "print");
	for (int i = 0; i < 8; i++) {
		together[i] = chance_u64(&b);
		chance_u64(&c);
	}
	assert_memory_equal(alone, together, sizeof(alone));
}

static void integers_reach_both_ends_evenly(void **state)
{
	(void)state;
	struct chance chance = chance_stream(4, "test", "int");
	int seen[6] = {0};
	for (int i = 0; i < 60000; i++)
		seen[chance_int(&chance, -2, 3) + 2]++;
	for (int i = 0; i < 6; i++)
		assert_near(seen[i], 10000, 400); /* more than four sigma */
	assert_int_equal(chance_int(&chance, 9, 9), 9);
	bool negative = false;
	for (int i = 0; i < 64; i++)
		negative |= chance_int(&chance, INT64_MIN, INT64_MAX) < 0;
	assert_true(negative);
	/* three quarters of all 64-bit values: a plain remainder would favour the first third */
	const int64_t third = INT64_C(1) << 62;
	int first = 0;
	for (int i = 0; i < 9000; i++)
		first += chance_int(&chance, INT64_MIN, third - 1) < INT64_MIN + third;
	assert_near(first, 3000, 200);
}

static void units_stay_below_one(void **state)
{
	(void)state;
	struct chance chance = chance_stream(5, "test", "unit");
	double sum = 0;
	for (int i = 0; i < 10000; i++) {
		double u = chance_unit(&chance);
		assert_true(u >= 0.0 && u < 1.0);
		sum += u;
	}
	assert_near(sum / 10000, 0.5, 0.015);
	assert_false(chance_bool(&chance, 0.0));
	assert_true(chance_bool(&chance, 1.0));
}

static void the_log_normal_has_its_median_and_spread(void **state)
{
	(void)state;
	enum {
		N = 20000
	};
	struct chance chance = chance_stream(6, "test", "log-normal");
	int below = 0, within = 0;
	for (int i = 0; i < N; i++) {
		double x = chance_log_normal(&chance, 240.0, 0.5);
		assert_true(x > 0.0);
		below += x < 240.0;
		within += fabs(log(x / 240.0)) < 0.5; /* one sigma: 68.27 % */
	}
	assert_near((double)below / N, 0.5, 0.015);
	assert_near((double)within / N, 0.6827, 0.015);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_names_give_the_same_luck),
		cmocka_unit_test(every_part_of_the_key_counts),
		cmocka_unit_test(the_streams_never_change),
		cmocka_unit_test(adding_an_entity_shifts_nobody),
		cmocka_unit_test(integers_reach_both_ends_evenly),
		cmocka_unit_test(units_stay_below_one),
		cmocka_unit_test(the_log_normal_has_its_median_and_spread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
