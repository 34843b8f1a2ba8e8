/*
 * heat_math.h - the arithmetic of one step, for one machine and for many side by side.
 *
 * heat.c calls it for one machine, heat_batch.c in a loop over many that the compiler
 * turns into vectors. Both get the same bits: there are no branches that depend on a
 * temperature, no libm but sqrt and fabs, and every sum has a fixed order.
 */
#ifndef JOBJAM_PLANT_HEAT_MATH_H
#define JOBJAM_PLANT_HEAT_MATH_H

#include "printers/plant/heat.h"

#include <math.h> /* sqrt, fabs: exact */
#include <string.h>

#define HEAT_INLINE static inline __attribute__((always_inline))

static const double HEAT_REFERENCE_C = 25.0; /* of the PTC's coefficient */
static const double HEAT_LOSS_AT_K = 195.0;  /* where A0 and A255 were measured */

/* exp(x) for -700 <= x <= 700; to 1e-14. Rounding to the nearest integer by adding
 * 1.5 * 2^52 leaves that integer in the low bits. */
HEAT_INLINE double heat_exp(double x)
{
	const double shift = 0x1.8p52;
	double shifted = x * 0x1.71547652b82fep+0 + shift;
	double k = shifted - shift;
	double r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
	uint64_t bits;
	memcpy(&bits, &shifted, sizeof(bits));
	bits = (bits + 1023) << 52;
	double scale;
	memcpy(&scale, &bits, sizeof(scale));
	/* Taylor to r^11 in pairs (|r| <= 0.35): short chains */
	double r2 = r * r, r4 = r2 * r2;
	double low = (1.0 + r) + r2 * (1.0 / 2 + r * (1.0 / 6));
	double mid = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
	double high = (1.0 / 40320 + r * (1.0 / 362880)) +
		      r2 * (1.0 / 3628800 + r * (1.0 / 39916800));
	return (low + r4 * (mid + r4 * high)) * scale;
}

/* log(x) for normal x > 0; to 1e-13. */
HEAT_INLINE double heat_log(double x)
{
	uint64_t bits, exponent;
	memcpy(&bits, &x, sizeof(bits));
	exponent = (bits >> 52) | UINT64_C(0x4330000000000000); /* 2^52 + it */
	double k;
	memcpy(&k, &exponent, sizeof(k));
	k = (k - 0x1p52) - 1023.0;
	bits = (bits & UINT64_C(0x000fffffffffffff)) | UINT64_C(0x3ff0000000000000);
	double m;
	memcpy(&m, &bits, sizeof(m));
	double half = m > 1.4142135623730951 ? 0.5 : 1.0;
	k = k + (m > 1.4142135623730951 ? 1.0 : 0.0);
	m = m * half;
	double s = (m - 1.0) / (m + 1.0), z = s * s, z2 = z * z;
	double sum = (2.0 + z * (2.0 / 3)) + z2 * (2.0 / 5 + z * (2.0 / 7)) +
		     (z2 * z2) * ((2.0 / 9 + z * (2.0 / 11)) +
				  z2 * (2.0 / 13 + z * (2.0 / 15)));
	return k * 0x1.62e42fefa39efp-1 + s * sum;
}

HEAT_INLINE double heat_most(double a, double b)
{
	return a > b ? a : b;
}

HEAT_INLINE double heat_least(double a, double b)
{
	return a < b ? a : b;
}

/* Less than the capacity of a milligram of metal counts as that. */
static inline double heat_per_j_k(double j_k)
{
	return 1.0 / heat_most(j_k, 1e-3);
}

/* Where the i-th oldest of what the sensor showed lies. */
static inline int heat_lag_place(const struct heat *heat, int i)
{
	return (heat->lag_first + i + HEAT_LAG_SAMPLES) % HEAT_LAG_SAMPLES;
}

struct heat_nodes {
	double block, sensor, sink, plate, top, bed_sensor, chamber;
};

/* --- what is kept from step to step ------------------------------------------------ */

/* The bed's losses are led by a factor that bends with its temperature. What is kept holds
 * for this one; the distance from it is a source, taken at the middle of a step. */
static const double HEAT_FACTOR = 1.0;

/* 1 - exp(-k dt), over k. */
HEAT_INLINE double heat_way(double k, double e)
{
	return (1.0 - e) / k;
}

/* What a sensor of rate r has seen of 1 K/s that fades at the rate k; e, e_r: exp(-k dt)
 * and exp(-r dt). Where the two are one, the limit. */
HEAT_INLINE double heat_seen(double k, double e, double r, double e_r, double dt)
{
	double gap = r - k;
	double both = fabs(gap) < 1e-6 * r ? dt * e_r : (e - e_r) / gap;
	return ((1.0 - e_r) - r * both) / k;
}

HEAT_INLINE double heat_fade(double k, double dt)
{
	return heat_exp(heat_most(-k * dt, -700.0));
}

/* Plate and top together, exactly: a function of their matrix by its two eigenvalues,
 * given its values there, makes of a pair of rates even * rate + odd * (what the other
 * gives). */
static inline void heat_keep_bed(const struct plant_constants *c,
				 const struct heat_load *load, double dt, double e_r,
				 struct heat_kept *kept)
{
	double r = load->bed_sensor_per_s;
	double from_top = c->plate_top_w_k * load->per_plate_j_k;
	double from_plate = c->plate_top_w_k * load->per_top_j_k;
	double plate = from_top + HEAT_FACTOR * load->bottom_w_k * load->per_plate_j_k;
	double top = from_plate + HEAT_FACTOR * load->top_w_k * load->per_top_j_k;
	double mean = 0.5 * (plate + top), lean = 0.5 * (plate - top);
	double root = sqrt(lean * lean + from_top * from_plate);
	double fast = mean + root, slow = heat_most(mean - root, mean * 1e-14);
	double e_slow = heat_fade(slow, dt), e_fast = heat_fade(fast, dt);
	double way_slow = heat_way(slow, e_slow), way_fast = heat_way(fast, e_fast);
	double seen_slow = heat_seen(slow, e_slow, r, e_r, dt);
	double seen_fast = heat_seen(fast, e_fast, r, e_r, dt);
	double even = 0.5 * (way_slow + way_fast), odd = 0.5 * (way_slow - way_fast) / root;
	kept->plate_plate = (even - odd * lean) * load->per_plate_j_k;
	kept->plate_top = odd * from_top * load->per_top_j_k;
	kept->top_plate = odd * from_plate * load->per_plate_j_k;
	kept->top_top = (even + odd * lean) * load->per_top_j_k;
	kept->plate_half = 0.5 * (kept->plate_plate * load->bottom_w_k +
				  kept->plate_top * load->top_w_k);
	kept->top_half = 0.5 * (kept->top_plate * load->bottom_w_k +
				kept->top_top * load->top_w_k);
	even = 0.5 * (seen_slow + seen_fast) * load->bed_coupling;
	odd = 0.5 * (seen_slow - seen_fast) / root * load->bed_coupling;
	kept->sensor_plate = (even - odd * lean) * load->per_plate_j_k;
	kept->sensor_top = odd * from_top * load->per_top_j_k;
}

static inline struct heat_kept heat_keep(const struct plant_constants *c,
					 const struct heat_load *load, double dt)
{
	double e_bed = heat_fade(load->bed_sensor_per_s, dt);
	struct heat_kept kept = {
		.sensor = heat_fade(load->sensor_per_s, dt),
		.bed_gone = 1.0 - e_bed,
	};
	double sink = (1.0 - heat_fade(load->sink_per_s, dt)) * load->per_sink_w_k;
	kept.sink_block = sink * c->heatbreak_w_k;
	kept.sink_air = sink * load->sink_w_k;
	heat_keep_bed(c, load, dt, e_bed, &kept);
	if (c->chamber_j_k > 0.0) {
		kept.chamber_w_k = HEAT_FACTOR * (load->top_w_k + load->bottom_w_k) +
				   load->block_w_k + load->sink_w_k + load->chamber_w_k;
		double k = kept.chamber_w_k * load->per_chamber_j_k;
		kept.chamber_way =
			heat_way(k, heat_fade(k, dt)) * load->per_chamber_j_k;
	}
	return kept;
}

/* --- the step ---------------------------------------------------------------------- */

/* What it begins with: flows (W), conductances (W/K). */
struct heat_slopes {
	double air, power, bend; /* bend: of the heater's resistance */
	double block_over, block_flow, block_g, block_w_k, block_bent_w_k;
	double block_curve;	     /* half the second derivative of block_flow, W/K2 */
	double factor, factor_per_k; /* on the bed's losses; and what 1 K more adds */
};

/* The bed's losses: more by free convection, more again above 100 C. And what has a
 * divisor, by one division: 1 / x is the product of the others over that of all. */
HEAT_INLINE void heat_begin_divided(const struct plant_constants *c,
				    const struct heat_nodes *now, struct heat_slopes *s)
{
	double rise = heat_most((now->plate - s->air) * (1.0 / 50.0), 0.1296);
	double beyond = heat_most(now->plate - 100.0, 0.0) * (1.0 / 400.0);
	double over = 1.0, bow = sqrt(sqrt(rise));
	/* no row gets to the 0.1 (classes.c); no branch on alpha: it would part the vectors */
	double bend = heat_most(1.0 + c->heater_alpha * (now->block - HEAT_REFERENCE_C), 0.1);
	if (c->loss_exponent > 0.0) /* near 0 K the loss bends too fast: only a part of it */
		over = fabs(s->block_over) < 20.0 ? 20.0 : s->block_over;
	double inverse = 1.0 / (rise * (bend * over)), curve = inverse * (rise * bend);
	s->bend = inverse * (rise * over);
	s->block_curve = -0.5 * s->block_w_k * c->loss_exponent * (1.0 + c->loss_exponent) *
			 curve;
	s->factor = bow + bow * beyond;
	double steeper = rise > 0.1296 ? 0.25 / 50.0 * (inverse * (bend * over)) : 0.0;
	s->factor_per_k = s->factor * steeper + (beyond > 0.0 ? bow * (1.0 / 400.0) : 0.0);
}

/* First half: slopes, and the exponent of which the second half needs exp(). The
 * constants' chamber_j_k, heater_alpha and loss_exponent decide alone what is computed. */
HEAT_INLINE double heat_begin(const struct plant_constants *c, const struct heat_load *load,
			      const struct heat_nodes *now, double room, double dt,
			      struct heat_slopes *s)
{
	double g = load->block_w_k, bent = g;
	s->air = c->chamber_j_k > 0.0 ? now->chamber : room;
	s->block_over = now->block - s->air;
	if (c->loss_exponent > 0.0) { /* linear below 1 K */
		double rise = heat_most(fabs(s->block_over), 1.0) * (1.0 / HEAT_LOSS_AT_K);
		g = g * heat_exp(c->loss_exponent * heat_log(rise));
		bent = g * (1.0 + c->loss_exponent);
	}
	s->block_w_k = g;
	s->block_bent_w_k = bent + load->melt_w_k;
	heat_begin_divided(c, now, s);
	double alpha = c->heater_alpha * s->bend;
	s->power = load->nozzle_w * s->bend;
	s->block_flow = s->power - (g + load->melt_w_k) * s->block_over -
			c->heatbreak_w_k * (now->block - now->sink);
	s->block_g = s->block_bent_w_k + c->heatbreak_w_k + s->power * alpha;
	s->block_curve = s->block_curve + s->power * (alpha * alpha);
	return heat_most(-s->block_g * load->per_block_j_k * dt, -700.0);
}

/* Exponential Rosenbrock, and what the bend of the source adds; the sensor sees all but
 * that. As heat_way() and heat_seen(), with one division. Returns K per W of surplus. */
HEAT_INLINE double heat_finish_block(const struct heat_load *load, struct heat_nodes *now,
				     double dt, const struct heat_slopes *s, double e,
				     double e_r)
{
	double k = s->block_g * load->per_block_j_k, r = load->sensor_per_s;
	double gap = r - k;
	bool same = fabs(gap) < 1e-6 * r;
	double apart = same ? 1.0 : gap, inverse = 1.0 / (k * apart);
	double per_g = inverse * apart * load->per_block_j_k, way = per_g * (1.0 - e);
	double move = s->block_flow * way, gone = 1.0 - e_r;
	double both = same ? dt * e_r : (e - e_r) * (inverse * k);
	double seen = s->block_flow * per_g * (gone - r * both);
	double at = load->coupling * now->block + (1.0 - load->coupling) * s->air;
	now->sensor = now->sensor + (at - now->sensor) * gone + load->coupling * seen;
	now->block =
		now->block + move + (1.0 / 3) * way * (move * move) * s->block_curve;
	return way;
}

/* Where the losses are not those of HEAT_FACTOR, the way is as much shorter as half of the
 * difference makes it: right to the second order, and stable however fast the bed. */
HEAT_INLINE void heat_finish_bed(const struct plant_constants *c,
				 const struct heat_load *load, struct heat_nodes *now,
				 const struct heat_slopes *s, const struct heat_kept *kept)
{
	double across = c->plate_top_w_k * (now->plate - now->top);
	double plate_over = now->plate - s->air, top_over = now->top - s->air;
	double plate = (load->bed_w - across) - load->bottom_w_k * s->factor * plate_over;
	double top = across - load->top_w_k * s->factor * top_over;
	double at = load->bed_coupling * now->plate + (1.0 - load->bed_coupling) * s->air;
	double off = s->factor - HEAT_FACTOR, steeper = s->factor_per_k * top_over;
	double plate_part = 1.0 + kept->plate_half * (off + s->factor_per_k * plate_over);
	double top_part = 1.0 + kept->top_half * (off + steeper);
	double inverse = 1.0 / (plate_part * top_part);
	double move = kept->plate_plate * plate + kept->plate_top * top;
	double moves = kept->top_plate * plate + kept->top_top * top;
	now->bed_sensor = now->bed_sensor + (at - now->bed_sensor) * kept->bed_gone +
			  (kept->sensor_plate * plate + kept->sensor_top * top);
	now->plate = now->plate + move * (inverse * top_part);
	/* it is the plate's move that the factor follows */
	moves = moves + 0.5 * kept->top_top * load->top_w_k * steeper * (moves - move);
	now->top = now->top + moves * (inverse * plate_part);
}

/* Heatsink and chamber, with the mean of block and bed. */
HEAT_INLINE void heat_finish_slow(const struct plant_constants *c,
				  const struct heat_load *load,
				  const struct heat_nodes *was, struct heat_nodes *now,
				  double room, const struct heat_slopes *s,
				  const struct heat_kept *kept)
{
	double block = 0.5 * (was->block + now->block);
	now->sink = was->sink + (kept->sink_block * (block - was->sink) -
				 kept->sink_air * (was->sink - s->air));
	now->chamber = room;
	if (c->chamber_j_k > 0.0) {
		double plate = 0.5 * (was->plate + now->plate);
		double top = 0.5 * (was->top + now->top);
		double factor = s->factor + s->factor_per_k * (plate - was->plate);
		double g = factor * (load->top_w_k + load->bottom_w_k) +
			   (s->block_w_k + load->sink_w_k + load->chamber_w_k);
		double in = factor * (load->top_w_k * top + load->bottom_w_k * plate) +
			    (s->block_w_k * block +
			     load->sink_w_k * (0.5 * (was->sink + now->sink))) +
			    (load->chamber_w_k * room + load->chamber_w) - g * s->air;
		double off = 0.5 * kept->chamber_way * (kept->chamber_w_k - g);
		now->chamber = s->air + kept->chamber_way * in * (1.0 + off);
	}
}

/* What was held at its start has moved meanwhile: half of that, for the whole step. (From
 * plate to top and back such a small thing does not get in one step.) */
HEAT_INLINE void heat_correct(const struct plant_constants *c,
			      const struct heat_load *load, const struct heat_nodes *was,
			      struct heat_nodes *now, const struct heat_slopes *s,
			      const struct heat_kept *kept, double block_way)
{
	double air = c->chamber_j_k > 0.0 ? 0.5 * (now->chamber - was->chamber) : 0.0;
	double sink = 0.5 * (now->sink - was->sink);
	now->block = now->block + block_way * (s->block_bent_w_k * air +
					       c->heatbreak_w_k * sink);
	if (c->chamber_j_k > 0.0) {
		double plate = s->factor + s->factor_per_k * (was->plate - s->air);
		double top = s->factor + s->factor_per_k * (was->top - s->air);
		/* a node cannot follow the air by more than the air has moved */
		plate = heat_least(kept->plate_plate * load->bottom_w_k * plate, 1.0);
		top = heat_least(kept->top_top * load->top_w_k * top, 1.0);
		now->plate = now->plate + plate * air;
		now->top = now->top + top * air;
		now->sink = now->sink + kept->sink_air * air;
		now->sensor = now->sensor +
			      (1.0 - load->coupling) * (1.0 - kept->sensor) * air;
		now->bed_sensor = now->bed_sensor +
				  (1.0 - load->bed_coupling) * kept->bed_gone * air;
	}
}

/* Second half; e: exp() of what the first returned. Returns the mean power of the nozzle's
 * heater. */
HEAT_INLINE double heat_finish(const struct plant_constants *c,
			       const struct heat_load *load, struct heat_nodes *now,
			       double room, double dt, const struct heat_slopes *s, double e,
			       const struct heat_kept *kept)
{
	const struct heat_nodes was = *now;
	double block_way = heat_finish_block(load, now, dt, s, e, kept->sensor);
	heat_finish_bed(c, load, now, s, kept);
	heat_finish_slow(c, load, &was, now, room, s, kept);
	heat_correct(c, load, &was, now, s, kept, block_way);
	double warmer = 0.5 * (now->block - was.block);
	return s->power - s->power * (c->heater_alpha * s->bend) * warmer;
}

/* Brings heat->load up to date with drive and faults. */
void heat_set_load(struct heat *heat, const struct plant_constants *constants,
		   const struct heat_drive *drive);

#endif
