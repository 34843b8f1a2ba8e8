/* real.c - exp and log by argument reduction and a Taylor series, in a fixed order. */
#include "sim/core/real.h"

#include <assert.h>
#include <float.h>
#include <math.h> /* floor, isnan, isinf: exact */
#include <stdint.h>
#include <string.h>

/* ln 2 in two parts: HIGH has 32 significant bits, so that k * HIGH is exact for every
 * exponent k of a double. */
static const double LN2_HIGH = 0x1.62e42feep-1;
static const double LN2_LOW = 0x1.a39ef35793c76p-33;
static const double ONE_OVER_LN2 = 0x1.71547652b82fep+0;

/* 1/n! for n = 14 down to 2; |r| <= ln2/2 leaves an error below 2^-58 of the sum. */
static const double EXP_TERMS[] = {
	1.0 / 87178291200.0, 1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0,
	1.0 / 3628800.0,     1.0 / 362880.0,     1.0 / 40320.0,     1.0 / 5040.0,
	1.0 / 720.0,         1.0 / 120.0,        1.0 / 24.0,        1.0 / 6.0,
	1.0 / 2.0,
};

/* 2/(2n+1) for n = 11 down to 1, the series of log((1+s)/(1-s)) / s without its 2;
 * s*s <= 0.0295 leaves an error below 2^-60. */
static const double LOG_TERMS[] = {
	2.0 / 23.0, 2.0 / 21.0, 2.0 / 19.0, 2.0 / 17.0, 2.0 / 15.0, 2.0 / 13.0,
	2.0 / 11.0, 2.0 / 9.0,  2.0 / 7.0,  2.0 / 5.0,  2.0 / 3.0,
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static double horner(const double *terms, size_t n, double x)
{
	double sum = terms[0];
	for (size_t i = 1; i < n; i++)
		sum = sum * x + terms[i];
	return sum;
}

/* 2^k for -1022 <= k <= 1023. */
static double power_of_two(int k)
{
	uint64_t bits = (uint64_t)(k + 1023) << 52;
	double value;
	memcpy(&value, &bits, sizeof(value));
	return value;
}

double real_exp(double x)
{
	if (isnan(x))
		return x;
	if (x > 709.782712893384) /* log(DBL_MAX), rounded up */
		return DBL_MAX;
	if (x < -745.2) /* below half of the smallest subnormal */
		return 0.0;

	/* exp(x) = 2^k exp(r); the rest of r that its rounding lost is kept in lost. */
	double k = floor(x * ONE_OVER_LN2 + 0.5);
	double high = x - k * LN2_HIGH;
	double low = k * LN2_LOW;
	double r = high - low;
	double lost = (high - r) - low;
	double tail = r * r * horner(EXP_TERMS, LENGTH(EXP_TERMS), r);
	double result = 1.0 + (r + (tail + lost));

	int exponent = (int)k;
	if (exponent > 1023)
		result = result * 2.0 * power_of_two(1023);
	else if (exponent >= -1022)
		result = result * power_of_two(exponent);
	else
		result = result * power_of_two(exponent + 64) * power_of_two(-64);
	return result > DBL_MAX ? DBL_MAX : result;
}

double real_log(double x)
{
	assert(x > 0.0);
	if (isinf(x))
		return x;

	/* x = 2^k (1 + f), with 1 + f between sqrt(1/2) and sqrt(2) */
	int k = 0;
	if (x < DBL_MIN) {
		x *= 0x1p54;
		k = -54;
	}
	uint64_t bits;
	memcpy(&bits, &x, sizeof(bits));
	k += (int)(bits >> 52) - 1023;
	bits = (bits & ((UINT64_C(1) << 52) - 1)) | (UINT64_C(1023) << 52);
	double m;
	memcpy(&m, &bits, sizeof(m));
	if (m > 0x1.6a09e667f3bcdp+0) {
		m *= 0.5;
		k++;
	}

	/* s = f/(2+f): log(1+f) = 2s + s R(s^2), and 2s = f - f^2/2 + s f^2/2, in which
	 * the rounding of s weighs less. */
	double f = m - 1.0;
	double s = f / (2.0 + f);
	double z = s * s;
	double rest = z * horner(LOG_TERMS, LENGTH(LOG_TERMS), z);
	double half = 0.5 * f * f;
	double dk = (double)k;
	return dk * LN2_HIGH - ((half - (s * (half + rest) + dk * LN2_LOW)) - f);
}

double real_pow(double base, double exponent)
{
	assert(base >= 0.0);
	if (exponent == 0.0)
		return 1.0;
	if (base == 0.0)
		return exponent > 0.0 ? 0.0 : DBL_MAX;
	return real_exp(exponent * real_log(base));
}
