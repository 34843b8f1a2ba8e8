/* heat_sense.c - from the bead to the number that the firmware gets.
 *
 * A thermistor of 100 kOhm at 25 C and B = 4267 K, pulled up by 4.7 kOhm to the
 * converter's reference; the build's own table turns the count back into a temperature.
 * Without noise a reading is ideal, as long as the circuit is in order: a converter
 * without noise would stand still bit for bit, which no real sensor does. */
#include "printers/plant/heat_math.h"

static const double BEAD_OHM = 100e3, BEAD_BETA_K = 4267.0;
static const double PULL_UP_OHM = 4700.0;
static const double COUNTS = 16384.0; /* 12 bits, sampled often enough for 14 */
static const double ZERO_K = 273.15, NOMINAL_K = 298.15;
/* The ends of the build's table: what it says of an open and of a shorted circuit. */
static const double TABLE_LOW_C = -20.0, TABLE_HIGH_C = 450.0;

static double resistance(double c)
{
	double kelvin = heat_most(c + ZERO_K, 100.0);
	return BEAD_OHM * heat_exp(BEAD_BETA_K * (1.0 / kelvin - 1.0 / NOMINAL_K));
}

static double count_of(double ohm)
{
	return floor(COUNTS * ohm / (ohm + PULL_UP_OHM) + 0.5);
}

static double by_table(double count, double beta_k)
{
	if (count >= COUNTS - 0.5)
		return TABLE_LOW_C;
	if (count < 0.5)
		return TABLE_HIGH_C;
	double ohm = PULL_UP_OHM * count / (COUNTS - count);
	double kelvin = 1.0 / (1.0 / NOMINAL_K + heat_log(ohm / BEAD_OHM) / beta_k);
	double c = kelvin - ZERO_K;
	return c < TABLE_LOW_C ? TABLE_LOW_C : c > TABLE_HIGH_C ? TABLE_HIGH_C : c;
}

/* The sensor as it was a dead time ago. */
static double delayed(const struct heat *heat, const struct plant_constants *c)
{
	int n = heat->lag_n;
	if (c->sensor_lag_s <= 0.0 || n == 0)
		return heat->sensor_c;
	double at = heat->clock_s - c->sensor_lag_s;
	int later = heat_lag_place(heat, n - 1);
	if (at >= heat->lag_at_s[later])
		return heat->lag_c[later];
	for (int i = n - 2; i >= 0; i--) {
		int here = heat_lag_place(heat, i);
		double from = heat->lag_at_s[here], to = heat->lag_at_s[later];
		if (at >= from)
			return heat->lag_c[here] +
			       (heat->lag_c[later] - heat->lag_c[here]) * (at - from) /
				       (to - from);
		later = here;
	}
	return heat->lag_c[later];
}

/* Sum of twelve uniform numbers: near enough to a normal one, and the same everywhere. */
static double normal(struct chance *luck)
{
	double sum = -6.0;
	for (int i = 0; i < 12; i++)
		sum += chance_unit(luck);
	return sum;
}

static bool is_open(const struct heat *heat, const struct heat_part_faults *fault)
{
	if (fault->circuit != HEAT_CIRCUIT_FLICKERS)
		return fault->circuit == HEAT_CIRCUIT_OPEN;
	double turns = heat->clock_s / fault->flicker_s;
	return turns - floor(turns) < fault->flicker_share;
}

double heat_reading(struct heat *heat, const struct plant_constants *constants,
		    enum heat_part part, struct chance *luck)
{
	const struct heat_part_faults *fault = &heat->faults.part[part];
	if (fault->frozen)
		return fault->frozen_c;
	double c = part == HEAT_NOZZLE ? delayed(heat, constants) : heat->bed_sensor_c;
	c += fault->drift_c_s * (heat->clock_s - fault->drift_since_s) + fault->offset_c;
	if (heat->noise_c > 0.0)
		c += heat->noise_c * normal(luck);
	bool open = is_open(heat, fault), shorted = fault->circuit == HEAT_CIRCUIT_SHORT;
	if (!open && !shorted && fault->beta_k <= 0.0 && heat->noise_c <= 0.0)
		return c;
	double count = open ? COUNTS : shorted ? 0.0 : count_of(resistance(c));
	return by_table(count, fault->beta_k > 0.0 ? fault->beta_k : BEAD_BETA_K);
}

void heat_freeze(struct heat *heat, const struct plant_constants *constants,
		 enum heat_part part, struct chance *luck)
{
	struct heat_part_faults *fault = &heat->faults.part[part];
	fault->frozen = false;
	fault->frozen_c = heat_reading(heat, constants, part, luck);
	fault->frozen = true;
}

/* --- cables ---------------------------------------------------------------------- */

static const double HANGING_COUPLING = 0.05, HANGING_S = 25.0;

void heat_tear_cable(struct heat *heat, enum heat_part part, bool thermistor)
{
	struct heat_part_faults *fault = &heat->faults.part[part];
	if (thermistor) {
		fault->coupling = HANGING_COUPLING;
		fault->sensor_per_s = 1.0 / HANGING_S;
	} else {
		fault->broken = true;
	}
	heat_changed(heat);
}
