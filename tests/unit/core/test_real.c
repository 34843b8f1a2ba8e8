/* test_real.c - exp, log and powers: near libm, and the same bits everywhere. */
#include "tests/testing.h"

#include "sim/core/chance.h"
#include "sim/core/real.h"

#include <float.h>
#include <math.h>

/* How many doubles lie between the two. */
static uint64_t ulps(double a, double b)
{
	int64_t x, y;
	memcpy(&x, &a, sizeof(x));
	memcpy(&y, &b, sizeof(y));
	return x > y ? (uint64_t)(x - y) : (uint64_t)(y - x);
}

static void exp_is_within_two_ulp_of_libm(void **state)
{
	(void)state;
	struct chance chance = chance_stream(1, "test", "exp");
	for (int i = 0; i < 200000; i++) {
		double range = i % 2 ? 708.0 : 2.0;
		double x = (2.0 * chance_unit(&chance) - 1.0) * range;
		assert_true(ulps(real_exp(x), exp(x)) <= 2);
	}
}

static void log_is_within_two_ulp_of_libm(void **state)
{
	(void)state;
	struct chance chance = chance_stream(1, "test", "log");
	for (int i = 0; i < 200000; i++) {
		double x = i % 2 ? exp(1400.0 * chance_unit(&chance) - 700.0)
				 : 0.5 + chance_unit(&chance);
		double is = real_log(x), should = log(x);
		assert_true(signbit(is) == signbit(should));
		assert_true(ulps(fabs(is), fabs(should)) <= 2);
	}
}

static void the_ends_are_clamped(void **state)
{
	(void)state;
	assert_true(real_exp(0.0) == 1.0);
	assert_true(real_exp(-800.0) == 0.0);
	assert_true(real_exp(-INFINITY) == 0.0);
	assert_true(real_exp(800.0) == DBL_MAX);
	assert_true(real_exp(INFINITY) == DBL_MAX);
	assert_true(isnan(real_exp(NAN)));
	assert_true(real_exp(-740.0) > 0.0); /* a subnormal */
	assert_true(ulps(real_exp(-740.0), exp(-740.0)) <= 2);
	assert_true(ulps(real_exp(709.7), exp(709.7)) <= 2);
	assert_true(real_log(1.0) == 0.0);
	assert_near(real_log(0x1p-1074), -744.44007192138122, 1e-12);
	assert_true(isinf(real_log(INFINITY)));
}

static void powers_follow_exp_and_log(void **state)
{
	(void)state;
	assert_true(real_pow(0.0, 2.0) == 0.0);
	assert_true(real_pow(7.0, 0.0) == 1.0);
	assert_true(real_pow(0.0, -1.0) == DBL_MAX);
	assert_near(real_pow(2.0, 10.0), 1024.0, 1e-12 * 1024);
	assert_near(real_pow(293.15, 4.0), 293.15 * 293.15 * 293.15 * 293.15, 1e-3);
}

/* Pinned: a change here is a change of every recorded run. */
static void the_bits_never_change(void **state)
{
	(void)state;
	static const struct {
		double (*fn)(double);
		double x, y;
	} PINNED[] = {
		{real_exp, 1, 0x1.5bf0a8b14576ap+1},
		{real_exp, -1, 0x1.78b56362cef38p-2},
		{real_exp, 0.10000000000000001, 0x1.1aec7b35a00d4p+0},
		{real_exp, -0.0033, 0x1.fe502ce0a21d3p-1},
		{real_exp, 10.5, 0x1.1bb7015e84d3bp+15},
		{real_exp, -37.25, 0x1.3278bcd70e981p-54},
		{real_exp, 1.8584999999999998, 0x1.9a80c0795449fp+2},
		{real_exp, 2.6018999999999997, 0x1.afa8b39ad0423p+3},
		{real_exp, 22.6737, 0x1.a31fd5bf97d5cp+32},
		{real_exp, 300, 0x1.c05c0a7166b4ap+432},
		{real_exp, -700.125, 0x1.e8cfc0420616bp-1011},
		{real_log, 2, 0x1.62e42fefa39efp-1},
		{real_log, 10, 0x1.26bb1bbb55516p+1},
		{real_log, 0.10000000000000001, -0x1.26bb1bbb55515p+1},
		{real_log, 1.0000001000000001, 0x1.ad7f2847b6492p-24},
		{real_log, 0.75, -0x1.269621134db92p-2},
		{real_log, 300000000, 0x1.384f063602546p+4},
		{real_log, 1e-300, -0x1.5963447f87fb5p+9},
		{real_log, 1.4142135623730951, 0x1.62e42fefa39fp-2},
	};
	for (size_t i = 0; i < sizeof(PINNED) / sizeof(PINNED[0]); i++)
		assert_true(PINNED[i].fn(PINNED[i].x) == PINNED[i].y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exp_is_within_two_ulp_of_libm),
		cmocka_unit_test(log_is_within_two_ulp_of_libm),
		cmocka_unit_test(the_ends_are_clamped),
		cmocka_unit_test(powers_follow_exp_and_log),
		cmocka_unit_test(the_bits_never_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
