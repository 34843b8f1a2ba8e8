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

/* exp(x) for x <= 700, flat below -700; to 1e-14. Rounding to the nearest integer by adding
 * 1.5 * 2^52 leaves that integer in the low bits. */
HEAT_INLINE double heat_exp(double x)
{
	const double shift = 0x1.8p52;
	x = x < -700.0 ? -700.0 : x;
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

/* exp of four numbers between -700 and 700, two at a time in one vector register. The same
 * operations as heat_exp(), so the same bits. */
typedef double heat_pair __attribute__((vector_size(16)));
typedef uint64_t heat_pair_bits __attribute__((vector_size(16)));

HEAT_INLINE heat_pair heat_exp_pair(heat_pair x)
{
	const double shift = 0x1.8p52;
	heat_pair shifted = x * 0x1.71547652b82fep+0 + shift;
	heat_pair k = shifted - shift;
	heat_pair r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33;
	heat_pair_bits bits;
	memcpy(&bits, &shifted, sizeof(bits));
	bits = (bits + 1023) << 52;
	heat_pair scale;
	memcpy(&scale, &bits, sizeof(scale));
	heat_pair r2 = r * r, r4 = r2 * r2;
	heat_pair low = (1.0 + r) + r2 * (1.0 / 2 + r * (1.0 / 6));
	heat_pair mid = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
	heat_pair high = (1.0 / 40320 + r * (1.0 / 362880)) +
			 r2 * (1.0 / 3628800 + r * (1.0 / 39916800));
	return (low + r4 * (mid + r4 * high)) * scale;
}

/* Where the i-th oldest of what the sensor showed lies. */
static inline int heat_lag_place(const struct heat *heat, int i)
{
	return (heat->lag_first + i + HEAT_LAG_SAMPLES) % HEAT_LAG_SAMPLES;
}

struct heat_nodes {
	double block, sensor, sink, plate, top, bed_sensor, chamber;
};

/* Flows (W) and conductances (W/K) at the start of a step: a node is on its way by
 * flow / g, and gets there at the rate g / C. */
struct heat_slopes {
	double air, power;
	double block_flow, block_g, plate_flow, plate_g, top_g, chamber_g;
	double top_w_k, bottom_w_k, block_w_k;
};

/* Block, plate, top, chamber. */
enum {
	HEAT_EXPS = 4
};

HEAT_INLINE double heat_bed_factor(double plate, double air)
{
	double rise = heat_most((plate - air) * (1.0 / 50.0), 0.0);
	double factor = heat_most(sqrt(sqrt(rise)), 0.6);
	return factor * (1.0 + heat_most(plate - 100.0, 0.0) * (1.0 / 400.0));
}

/* First half: slopes, and the exponents of which the second half needs exp(). The
 * constants' chamber_j_k and loss_exponent decide alone what is computed. */
HEAT_INLINE void heat_begin(const struct plant_constants *c, const struct heat_load *load,
			    const struct heat_nodes *now, double room, double dt,
			    struct heat_slopes *s, double x[HEAT_EXPS])
{
	s->air = c->chamber_j_k > 0.0 ? now->chamber : room;
	double over = now->block - s->air;
	double g = load->block_w_k, bent = g;
	if (c->loss_exponent > 0.0) { /* linear below 1 K */
		double rise = heat_most(fabs(over), 1.0) * (1.0 / HEAT_LOSS_AT_K);
		g = g * heat_exp(c->loss_exponent * heat_log(rise));
		bent = g * (1.0 + c->loss_exponent);
	}
	double bend = 1.0 / (1.0 + c->heater_alpha * (now->block - HEAT_REFERENCE_C));
	s->power = load->nozzle_w * bend;
	s->block_w_k = g;
	s->block_flow = s->power - (g + load->melt_w_k) * over -
			c->heatbreak_w_k * (now->block - now->sink);
	s->block_g = bent + load->melt_w_k + c->heatbreak_w_k +
		     s->power * c->heater_alpha * bend;

	double factor = heat_bed_factor(now->plate, s->air);
	s->top_w_k = load->top_w_k * factor;
	s->bottom_w_k = load->bottom_w_k * factor;
	s->plate_g = c->plate_top_w_k + s->bottom_w_k;
	s->plate_flow = load->bed_w - c->plate_top_w_k * (now->plate - now->top) -
			s->bottom_w_k * (now->plate - s->air);
	s->top_g = c->plate_top_w_k + s->top_w_k;
	s->chamber_g = s->top_w_k + s->bottom_w_k + g + load->sink_w_k + load->chamber_w_k;
	x[0] = heat_most(-s->block_g * load->per_block_j_k * dt, -700.0);
	x[1] = heat_most(-s->plate_g * load->per_plate_j_k * dt, -700.0);
	x[2] = heat_most(-s->top_g * load->per_top_j_k * dt, -700.0);
	x[3] = heat_most(-s->chamber_g * load->per_chamber_j_k * dt, -700.0);
}

/* A node that takes flow and gives g (its capacity the other way up, e = exp(-k dt)), and
 * behind it a first-order sensor that sees it by its coupling, else the air; r, e_r: the
 * sensor's. One division for both. */
HEAT_INLINE void heat_lag(double *node, double *sensor, double flow, double g,
			  double per_j_k, double e, double coupling, double air, double r,
			  double e_r, double dt)
{
	double gap = r - g * per_j_k;
	bool same = fabs(gap) < 1e-6 * r; /* the two exponentials are one: the limit */
	double apart = same ? 1.0 : gap;
	double inverse = 1.0 / (g * apart);
	double way = flow * apart * inverse; /* to where it would end */
	double away = -(coupling * way);
	double end = coupling * *node + (1.0 - coupling) * air - away;
	double b = -(r * coupling * flow * inverse);
	double two = end + (*sensor - end - b) * e_r + b * e;
	double one = end + (*sensor - end + r * away * dt) * e_r;
	*sensor = same ? one : two;
	*node = *node + way * (1.0 - e);
}

HEAT_INLINE struct heat_kept heat_keep(const struct heat_load *load, double dt)
{
	return (struct heat_kept){
		heat_exp(-load->sensor_per_s * dt),
		heat_exp(-load->bed_sensor_per_s * dt),
		heat_exp(-load->sink_per_s * dt),
	};
}

/* Second half. */
HEAT_INLINE void heat_finish(const struct plant_constants *c, const struct heat_load *load,
			     struct heat_nodes *now, double room, double dt,
			     const struct heat_slopes *s, const double e[HEAT_EXPS],
			     const struct heat_kept *kept)
{
	double block = now->block, plate = now->plate;
	heat_lag(&now->block, &now->sensor, s->block_flow, s->block_g,
		 load->per_block_j_k, e[0], load->coupling, s->air, load->sensor_per_s,
		 kept->sensor, dt);

	double hot = 0.5 * (block + now->block); /* its mean over the step */
	double sink = c->heatbreak_w_k * (hot - now->sink) -
		      load->sink_w_k * (now->sink - s->air);
	now->sink = now->sink + sink * load->per_sink_w_k * (1.0 - kept->sink);

	heat_lag(&now->plate, &now->bed_sensor, s->plate_flow, s->plate_g,
		 load->per_plate_j_k, e[1], load->bed_coupling, s->air,
		 load->bed_sensor_per_s, kept->bed_sensor, dt);
	double under = 0.5 * (plate + now->plate);
	double top = c->plate_top_w_k * (under - now->top) -
		     s->top_w_k * (now->top - s->air);
	now->top = now->top + top / s->top_g * (1.0 - e[2]);

	if (c->chamber_j_k > 0.0) {
		double in = s->top_w_k * (now->top - now->chamber) +
			    s->bottom_w_k * (now->plate - now->chamber) +
			    s->block_w_k * (now->block - now->chamber) +
			    load->sink_w_k * (now->sink - now->chamber) -
			    load->chamber_w_k * (now->chamber - room) + load->chamber_w;
		now->chamber = now->chamber + in / s->chamber_g * (1.0 - e[3]);
	} else {
		now->chamber = room;
	}
}

/* Brings heat->load up to date with drive and faults. */
void heat_set_load(struct heat *heat, const struct plant_constants *constants,
		   const struct heat_drive *drive);

#endif
