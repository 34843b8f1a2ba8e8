/* heat_batch.c - groups of eight, and the widths of vectors. */
#include "printers/plant/heat_batch.h"

#include "printers/plant/heat_math.h"

#include <assert.h>
#include <stdlib.h>

enum {
	LANES = 8
};

struct lanes {
	double block[LANES], sensor[LANES], sink[LANES], plate[LANES], top[LANES],
		bed_sensor[LANES], chamber[LANES];
	double room[LANES], energy[LANES];
	struct {
		double sensor[LANES], bed_gone[LANES], sink_block[LANES], sink_air[LANES];
		double plate_plate[LANES], plate_top[LANES], top_plate[LANES];
		double top_top[LANES], sensor_plate[LANES], sensor_top[LANES];
		double plate_half[LANES], top_half[LANES];
		double chamber_way[LANES], chamber_w_k[LANES];
	} kept;
	double motors_w[LANES];
	struct {
		double nozzle_w[LANES], bed_w[LANES];
		double per_block_j_k[LANES];
		double block_w_k[LANES], melt_w_k[LANES], coupling[LANES];
		double sensor_per_s[LANES], sink_w_k[LANES], top_w_k[LANES];
		double bottom_w_k[LANES], bed_coupling[LANES], bed_sensor_per_s[LANES];
		double per_sink_w_k[LANES], sink_per_s[LANES];
		double chamber_w[LANES], chamber_w_k[LANES];
	} load;
};

struct heat_batch {
	const struct plant_constants *constants;
	size_t n, n_groups;
	double dt_s; /* for which the sensors' exponentials hold */
	struct lanes *groups;
};

/* --- the step -------------------------------------------------------------------- */

/* bends, enclosed: literals, so that what a class has not is not computed. */
HEAT_INLINE void step_group(const struct plant_constants *constants, struct lanes *l,
			    double dt, bool bends, bool enclosed)
{
	struct plant_constants c = *constants;
	c.loss_exponent = bends ? c.loss_exponent : 0.0;
	c.chamber_j_k = enclosed ? c.chamber_j_k : 0.0;
	for (int i = 0; i < LANES; i++) {
		struct heat_nodes nodes = {l->block[i],  l->sensor[i], l->sink[i],
					   l->plate[i],  l->top[i],    l->bed_sensor[i],
					   l->chamber[i]};
		const struct heat_load load = {
			.nozzle_w = l->load.nozzle_w[i],
			.bed_w = l->load.bed_w[i],
			.per_block_j_k = l->load.per_block_j_k[i],
			.block_w_k = l->load.block_w_k[i],
			.melt_w_k = l->load.melt_w_k[i],
			.coupling = l->load.coupling[i],
			.sensor_per_s = l->load.sensor_per_s[i],
			.sink_w_k = l->load.sink_w_k[i],
			.top_w_k = l->load.top_w_k[i],
			.bottom_w_k = l->load.bottom_w_k[i],
			.bed_coupling = l->load.bed_coupling[i],
			.bed_sensor_per_s = l->load.bed_sensor_per_s[i],
			.per_sink_w_k = l->load.per_sink_w_k[i],
			.chamber_w = l->load.chamber_w[i],
			.chamber_w_k = l->load.chamber_w_k[i],
		};
		const struct heat_kept kept = {
			.sensor = l->kept.sensor[i],
			.bed_gone = l->kept.bed_gone[i],
			.sink_block = l->kept.sink_block[i],
			.sink_air = l->kept.sink_air[i],
			.plate_plate = l->kept.plate_plate[i],
			.plate_top = l->kept.plate_top[i],
			.top_plate = l->kept.top_plate[i],
			.top_top = l->kept.top_top[i],
			.sensor_plate = l->kept.sensor_plate[i],
			.sensor_top = l->kept.sensor_top[i],
			.plate_half = l->kept.plate_half[i],
			.top_half = l->kept.top_half[i],
			.chamber_way = l->kept.chamber_way[i],
			.chamber_w_k = l->kept.chamber_w_k[i],
		};
		struct heat_slopes slopes;
		double x = heat_begin(&c, &load, &nodes, l->room[i], dt, &slopes);
		double power = heat_finish(&c, &load, &nodes, l->room[i], dt, &slopes,
					   heat_exp(x), &kept);
		l->block[i] = nodes.block;
		l->sensor[i] = nodes.sensor;
		l->sink[i] = nodes.sink;
		l->plate[i] = nodes.plate;
		l->top[i] = nodes.top;
		l->bed_sensor[i] = nodes.bed_sensor;
		l->chamber[i] = nodes.chamber;
		l->energy[i] += (power + load.bed_w + l->motors_w[i]) * dt;
	}
}

HEAT_INLINE void step_all(struct heat_batch *batch, double dt)
{
	const struct plant_constants *c = batch->constants;
	bool bends = c->loss_exponent > 0.0, enclosed = c->chamber_j_k > 0.0;
	size_t n = batch->n_groups;
	if (bends && enclosed)
		for (size_t g = 0; g < n; g++)
			step_group(c, &batch->groups[g], dt, true, true);
	else if (bends)
		for (size_t g = 0; g < n; g++)
			step_group(c, &batch->groups[g], dt, true, false);
	else if (enclosed)
		for (size_t g = 0; g < n; g++)
			step_group(c, &batch->groups[g], dt, false, true);
	else
		for (size_t g = 0; g < n; g++)
			step_group(c, &batch->groups[g], dt, false, false);
}

static void step_plain(struct heat_batch *batch, double dt)
{
	step_all(batch, dt);
}

typedef void step_fn(struct heat_batch *batch, double dt);

/* Wider vectors, not other operations: no multiply-add is contracted (-ffp-contract=off). */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target("avx2"))) static void step_avx2(struct heat_batch *batch, double dt)
{
	step_all(batch, dt);
}

__attribute__((target("avx512f,avx512dq,avx512vl,prefer-vector-width=512"))) static void
step_avx512(struct heat_batch *batch, double dt)
{
	step_all(batch, dt);
}

static const struct {
	const char *name;
	step_fn *step;
} WAYS[] = {{"128 bit", step_plain}, {"256 bit", step_avx2}, {"512 bit", step_avx512}};

int heat_batch_ways(void)
{
	bool avx512 = __builtin_cpu_supports("avx512f") &&
		      __builtin_cpu_supports("avx512dq") &&
		      __builtin_cpu_supports("avx512vl");
	return avx512 ? 3 : __builtin_cpu_supports("avx2") ? 2 : 1;
}
#else
static const struct {
	const char *name;
	step_fn *step;
} WAYS[] = {{"plain", step_plain}};

int heat_batch_ways(void)
{
	return 1;
}
#endif

const char *heat_batch_way(int way)
{
	assert(way >= 0 && way < heat_batch_ways());
	return WAYS[way].name;
}

static void keep(const struct plant_constants *c, struct lanes *l, size_t lane, double dt)
{
	const struct heat_load load = {
		.per_plate_j_k = heat_per_j_k(c->plate_j_k),
		.per_top_j_k = heat_per_j_k(c->top_j_k),
		.per_chamber_j_k = heat_per_j_k(c->chamber_j_k),
		.per_sink_w_k = l->load.per_sink_w_k[lane],
		.sink_per_s = l->load.sink_per_s[lane],
		.block_w_k = l->load.block_w_k[lane],
		.sensor_per_s = l->load.sensor_per_s[lane],
		.sink_w_k = l->load.sink_w_k[lane],
		.top_w_k = l->load.top_w_k[lane],
		.bottom_w_k = l->load.bottom_w_k[lane],
		.bed_coupling = l->load.bed_coupling[lane],
		.bed_sensor_per_s = l->load.bed_sensor_per_s[lane],
		.chamber_w_k = l->load.chamber_w_k[lane],
	};
	struct heat_kept kept = heat_keep(c, &load, dt);
	l->kept.sensor[lane] = kept.sensor;
	l->kept.bed_gone[lane] = kept.bed_gone;
	l->kept.sink_block[lane] = kept.sink_block;
	l->kept.sink_air[lane] = kept.sink_air;
	l->kept.plate_plate[lane] = kept.plate_plate;
	l->kept.plate_top[lane] = kept.plate_top;
	l->kept.top_plate[lane] = kept.top_plate;
	l->kept.top_top[lane] = kept.top_top;
	l->kept.sensor_plate[lane] = kept.sensor_plate;
	l->kept.sensor_top[lane] = kept.sensor_top;
	l->kept.plate_half[lane] = kept.plate_half;
	l->kept.top_half[lane] = kept.top_half;
	l->kept.chamber_way[lane] = kept.chamber_way;
	l->kept.chamber_w_k[lane] = kept.chamber_w_k;
}

static void follow_dt(struct heat_batch *batch, double dt)
{
	if (batch->dt_s == dt)
		return;
	batch->dt_s = dt;
	for (size_t i = 0; i < batch->n_groups * LANES; i++)
		keep(batch->constants, &batch->groups[i / LANES], i % LANES, dt);
}

void heat_batch_step_as(struct heat_batch *batch, double dt_s, int way)
{
	assert(dt_s > 0.0 && way >= 0 && way < heat_batch_ways());
	follow_dt(batch, dt_s);
	WAYS[way].step(batch, dt_s);
}

void heat_batch_step(struct heat_batch *batch, double dt_s)
{
	heat_batch_step_as(batch, dt_s, heat_batch_ways() - 1);
}

/* --- in and out ------------------------------------------------------------------ */

int heat_batch_new(size_t n, const struct plant_constants *constants, double room_c,
		   struct heat_batch **ret_batch)
{
	struct heat_batch *batch = calloc(1, sizeof(*batch));
	size_t groups = (n + LANES - 1) / LANES;
	if (!batch)
		return SIM_ENOMEM;
	batch->constants = constants;
	batch->n = n;
	batch->n_groups = groups;
	batch->groups = calloc(groups, sizeof(*batch->groups));
	if (!batch->groups && groups > 0) {
		free(batch);
		return SIM_ENOMEM;
	}
	struct heat heat;
	struct heat_drive off = {0};
	heat_init(&heat, constants, room_c);
	batch->n = groups * LANES; /* the last group is filled up */
	for (size_t i = 0; i < batch->n; i++)
		heat_batch_put(batch, i, &heat, &off);
	batch->n = n;
	*ret_batch = batch;
	return SIM_OK;
}

void heat_batch_free(struct heat_batch *batch)
{
	if (!batch)
		return;
	free(batch->groups);
	free(batch);
}

void heat_batch_put(struct heat_batch *batch, size_t i, const struct heat *heat,
		    const struct heat_drive *drive)
{
	assert(i < batch->n);
	struct lanes *l = &batch->groups[i / LANES];
	size_t lane = i % LANES;
	struct heat copy = *heat;
	heat_changed(&copy);
	heat_set_load(&copy, batch->constants, drive);
	const struct heat_load *load = &copy.load;

	l->block[lane] = heat->block_c;
	l->sensor[lane] = heat->sensor_c;
	l->sink[lane] = heat->sink_c;
	l->plate[lane] = heat->plate_c;
	l->top[lane] = heat->top_c;
	l->bed_sensor[lane] = heat->bed_sensor_c;
	l->chamber[lane] = heat->chamber_c;
	l->room[lane] = heat->room_c;
	l->energy[lane] = heat->energy_j;
	l->motors_w[lane] =
		drive->motors && !drive->no_power ? batch->constants->motors_w : 0.0;
	l->load.nozzle_w[lane] = load->nozzle_w;
	l->load.bed_w[lane] = load->bed_w;
	l->load.per_block_j_k[lane] = load->per_block_j_k;
	l->load.block_w_k[lane] = load->block_w_k;
	l->load.melt_w_k[lane] = load->melt_w_k;
	l->load.coupling[lane] = load->coupling;
	l->load.sensor_per_s[lane] = load->sensor_per_s;
	l->load.sink_w_k[lane] = load->sink_w_k;
	l->load.top_w_k[lane] = load->top_w_k;
	l->load.bottom_w_k[lane] = load->bottom_w_k;
	l->load.bed_coupling[lane] = load->bed_coupling;
	l->load.bed_sensor_per_s[lane] = load->bed_sensor_per_s;
	l->load.per_sink_w_k[lane] = load->per_sink_w_k;
	l->load.sink_per_s[lane] = load->sink_per_s;
	l->load.chamber_w[lane] = load->chamber_w;
	l->load.chamber_w_k[lane] = load->chamber_w_k;
	batch->dt_s = 0.0;
}

void heat_batch_get(const struct heat_batch *batch, size_t i, struct heat *heat)
{
	assert(i < batch->n);
	const struct lanes *l = &batch->groups[i / LANES];
	size_t lane = i % LANES;
	heat->block_c = l->block[lane];
	heat->sensor_c = l->sensor[lane];
	heat->sink_c = l->sink[lane];
	heat->plate_c = l->plate[lane];
	heat->top_c = l->top[lane];
	heat->bed_sensor_c = l->bed_sensor[lane];
	heat->chamber_c = l->chamber[lane];
	heat->energy_j = l->energy[lane];
}
