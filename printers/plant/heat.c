/* heat.c - one machine's heat: what drive and faults come to, and the steps. */
#include "printers/plant/heat_math.h"

#include <assert.h>

static const double MAINS_LOW_V = 110.0, MAINS_HIGH_V = 220.0;
static const double SWITCH_HYSTERESIS_K = 20.0;

struct heat_faults heat_faults_none(void)
{
	const struct heat_part_faults sound = {.coupling = 1.0, .power = 1.0};
	return (struct heat_faults){
		.part = {sound, sound},
		.part_fan = -1.0,
		.sock = 1.0,
		.draught = 1.0,
		.vent = 1.0,
	};
}

void heat_init(struct heat *heat, const struct plant_constants *constants, double room_c)
{
	double air = room_c;
	if (constants->chamber_j_k > 0.0)
		air += constants->standby_w / constants->chamber_w_k;
	*heat = (struct heat){
		.block_c = air,
		.sensor_c = air,
		.sink_c = air,
		.plate_c = air,
		.top_c = air,
		.bed_sensor_c = air,
		.chamber_c = air,
		.room_c = room_c,
		.mains_v = MAINS_LOW_V,
		.noise_c = constants->noise_c,
		.supply_switch = constants->supply_switch != 0.0,
		.faults = heat_faults_none(),
	};
}

/* --- what drives it -------------------------------------------------------------- */

/* Effect of the part fan on the block: concave, measured points published with the MK3
 * thermal model. */
static double fan_effect(double fan)
{
	static const double AT[] = {0.0, 1.0 / 15, 4.0 / 15, 7.0 / 15, 11.0 / 15, 1.0};
	static const double EFFECT[] = {0.0, 0.11, 0.44, 0.67, 0.87, 1.0};
	if (fan <= 0.0)
		return 0.0;
	for (int i = 1; i < 6; i++)
		if (fan < AT[i])
			return EFFECT[i - 1] + (EFFECT[i] - EFFECT[i - 1]) *
						       (fan - AT[i - 1]) /
						       (AT[i] - AT[i - 1]);
	return 1.0;
}

static const double MELT_J_MM3_K = 0.00232; /* PLA: 1.24 mg/mm3 times 1.87 J/gK */

/* A bed on the mains gives what its row says at 110 and 220 V; below by V squared. */
static double bed_power(const struct plant_constants *c, double volts)
{
	if (c->bed_w == c->bed_220_w)
		return c->bed_w; /* behind a power supply that takes either */
	if (volts <= MAINS_LOW_V)
		return c->bed_w * (volts / MAINS_LOW_V) * (volts / MAINS_LOW_V);
	return c->bed_w + (c->bed_220_w - c->bed_w) * (volts - MAINS_LOW_V) /
				  (MAINS_HIGH_V - MAINS_LOW_V);
}

/* The share of its heater's power that is on. */
static double duty(const struct heat *heat, const struct heat_drive *drive,
		   enum heat_part part)
{
	const struct heat_part_faults *fault = &heat->faults.part[part];
	double pwm = part == HEAT_NOZZLE ? drive->nozzle_pwm : drive->bed_pwm;
	if (drive->no_power || fault->broken)
		return 0.0;
	if (drive->no_supply) /* at least the switches are told to open */
		return fault->stuck_on && !heat->supply_switch ? 1.0 : 0.0;
	return fault->stuck_on ? 1.0 : pwm;
}

bool heat_is_heated(const struct heat *heat, const struct heat_drive *drive)
{
	return duty(heat, drive, HEAT_NOZZLE) > 0.0 || duty(heat, drive, HEAT_BED) > 0.0;
}

static void work_out(const struct heat *heat, const struct plant_constants *c,
		     const struct heat_drive *drive, struct heat_load *ret_load)
{
	const struct heat_faults *faults = &heat->faults;
	const struct heat_part_faults *nozzle = &faults->part[HEAT_NOZZLE],
				      *bed = &faults->part[HEAT_BED];
	double fan = faults->part_fan >= 0.0 ? faults->part_fan : drive->part_fan;
	double turning = drive->no_power ? 0.0 : 1.0;
	double sink = c->sink_w_k + c->sink_fan_w_k;
	double through = c->heatbreak_w_k * sink / (c->heatbreak_w_k + sink);
	double still = (c->loss_w_k - through) * faults->sock;
	double blown = c->loss_fan_w_k - c->loss_w_k;
	double sink_now = c->sink_w_k * faults->draught +
			  (faults->hotend_fan_stalled ? 0.0 : c->sink_fan_w_k * turning);

	*ret_load = (struct heat_load){
		.nozzle_full_w = c->heater_w * nozzle->power,
		.bed_full_w = bed_power(c, heat->mains_v) * bed->power,
		.per_block_j_k = heat_per_j_k(c->block_j_k + faults->blob_j_k),
		.per_sink_w_k = 1.0 / (c->heatbreak_w_k + sink_now),
		.sink_per_s = (c->heatbreak_w_k + sink_now) * heat_per_j_k(c->sink_j_k),
		.per_plate_j_k = heat_per_j_k(c->plate_j_k),
		.per_top_j_k = heat_per_j_k(c->top_j_k),
		.per_chamber_j_k = heat_per_j_k(c->chamber_j_k),
		.block_w_k =
			(still + blown * fan_effect(fan * turning)) * faults->draught,
		.melt_w_k = MELT_J_MM3_K * drive->flow_mm3_s * turning,
		.coupling = nozzle->coupling,
		.sensor_per_s = nozzle->sensor_per_s > 0.0 ? nozzle->sensor_per_s
							   : c->sensor_per_s,
		.sink_w_k = sink_now,
		.top_w_k = c->top_air_w_k * faults->draught,
		.bottom_w_k = c->plate_air_w_k * faults->draught,
		.bed_coupling = bed->coupling,
		.bed_sensor_per_s =
			bed->sensor_per_s > 0.0 ? bed->sensor_per_s : c->bed_sensor_per_s,
		.chamber_w = drive->no_power ? 0.0
			     : drive->motors ? c->motors_w
					     : c->standby_w,
		.chamber_w_k = c->chamber_w_k * faults->vent,
	};
}

void heat_changed(struct heat *heat)
{
	heat->loaded = false;
}

void heat_set_load(struct heat *heat, const struct plant_constants *c,
		   const struct heat_drive *drive)
{
	const struct heat_drive *old = &heat->drive;
	if (!heat->loaded || drive->part_fan != old->part_fan ||
	    drive->flow_mm3_s != old->flow_mm3_s || drive->motors != old->motors ||
	    drive->no_supply != old->no_supply || drive->no_power != old->no_power) {
		work_out(heat, c, drive, &heat->load);
		heat->loaded = true;
		heat->dt_s = 0.0;
	}
	heat->drive = *drive;
	heat->load.nozzle_w = heat->load.nozzle_full_w * duty(heat, drive, HEAT_NOZZLE);
	heat->load.bed_w = heat->bed_switch_open
				   ? 0.0
				   : heat->load.bed_full_w * duty(heat, drive, HEAT_BED);
}

/* --- one step -------------------------------------------------------------------- */

static struct heat_nodes get_nodes(const struct heat *heat)
{
	return (struct heat_nodes){heat->block_c,  heat->sensor_c, heat->sink_c,
				   heat->plate_c,  heat->top_c,    heat->bed_sensor_c,
				   heat->chamber_c};
}

/* Returns the power that it took. */
static double step_nodes(struct heat *heat, const struct plant_constants *c,
			 struct heat_nodes *nodes, double dt)
{
	struct heat_slopes slopes;
	if (heat->dt_s != dt) {
		heat->dt_s = dt;
		heat->kept = heat_keep(c, &heat->load, dt);
	}
	double x = heat_begin(c, &heat->load, nodes, heat->room_c, dt, &slopes);
	double power = heat_finish(c, &heat->load, nodes, heat->room_c, dt, &slopes,
				   heat_exp(x), &heat->kept);
	return power + heat->load.bed_w;
}

/* Keeps what the dead time needs: at most one sample each 1/(N-2) of it. */
static void remember(struct heat *heat, const struct plant_constants *c)
{
	if (c->sensor_lag_s <= 0.0)
		return;
	double apart = c->sensor_lag_s / (HEAT_LAG_SAMPLES - 2);
	int n = heat->lag_n, last = heat_lag_place(heat, n - 1);
	/* The last one stays unless it is too near the one before it. */
	if (n < 2 ||
	    heat->lag_at_s[last] - heat->lag_at_s[heat_lag_place(heat, n - 2)] >= apart) {
		if (n == HEAT_LAG_SAMPLES)
			heat->lag_first = heat_lag_place(heat, 1);
		else
			heat->lag_n = ++n;
		last = heat_lag_place(heat, n - 1);
	}
	heat->lag_at_s[last] = heat->clock_s;
	heat->lag_c[last] = heat->sensor_c;
}

static void take(struct heat *heat, const struct plant_constants *c,
		 const struct heat_drive *drive, const struct heat_nodes *nodes,
		 double power, double dt)
{
	heat->block_c = nodes->block;
	heat->sensor_c = nodes->sensor;
	heat->sink_c = nodes->sink;
	heat->plate_c = nodes->plate;
	heat->top_c = nodes->top;
	heat->bed_sensor_c = nodes->bed_sensor;
	heat->chamber_c = nodes->chamber;
	if (drive->motors && !drive->no_power)
		power += c->motors_w;
	heat->energy_j += power * dt;
	heat->clock_s += dt;
	remember(heat, c);
}

static bool switch_acts(const struct heat *heat, const struct plant_constants *c,
			double plate_c)
{
	double opens = heat->faults.bed_switch_c > 0.0 ? heat->faults.bed_switch_c
						       : c->bed_switch_c;
	if (opens <= 0.0)
		return false;
	return heat->bed_switch_open ? plate_c <= opens - SWITCH_HYSTERESIS_K
				     : plate_c >= opens;
}

/* Where in this step the plate passes the temperature at which its switch acts. Found by
 * halving: each try is exact. */
static double until_switch(struct heat *heat, const struct plant_constants *c, double dt)
{
	double lo = 0.0, hi = dt;
	for (int i = 0; i < 30; i++) {
		struct heat_nodes nodes = get_nodes(heat);
		double mid = 0.5 * (lo + hi);
		step_nodes(heat, c, &nodes, mid);
		if (switch_acts(heat, c, nodes.plate))
			hi = mid;
		else
			lo = mid;
	}
	return hi;
}

void heat_step(struct heat *heat, const struct plant_constants *constants,
	       const struct heat_drive *drive, double dt_s)
{
	assert(dt_s > 0.0);
	/* The switch may act a few times in one long step, never for ever. */
	for (int i = 0; dt_s > 0.0 && i < 64; i++) {
		heat_set_load(heat, constants, drive);
		struct heat_nodes nodes = get_nodes(heat);
		double part = dt_s, power = step_nodes(heat, constants, &nodes, dt_s);
		bool acts = switch_acts(heat, constants, nodes.plate);
		if (acts) {
			part = until_switch(heat, constants, dt_s);
			nodes = get_nodes(heat);
			step_nodes(heat, constants, &nodes, part);
		}
		take(heat, constants, drive, &nodes, power, part);
		if (acts)
			heat->bed_switch_open = !heat->bed_switch_open;
		dt_s -= part;
	}
}

/* --- a stretch of time ----------------------------------------------------------- */

/* Below this change in ten seconds (K) there is nothing left to follow. */
static const double STILL_C = 1e-5;

static bool at_rest(const struct heat *now, const struct heat_nodes *before)
{
	return fabs(now->block_c - before->block) < STILL_C &&
	       fabs(now->sink_c - before->sink) < STILL_C &&
	       fabs(now->plate_c - before->plate) < STILL_C &&
	       fabs(now->top_c - before->top) < STILL_C &&
	       fabs(now->chamber_c - before->chamber) < STILL_C;
}

void heat_run(struct heat *heat, const struct plant_constants *constants,
	      const struct heat_drive *drive, sim_ns duration)
{
	bool off = !heat_is_heated(heat, drive) && !drive->motors;
	sim_ns longest = off ? 10 * SIM_S : 2 * SIM_S;
	if (heat->step > 0 && heat->step < longest)
		longest = heat->step;
	while (duration > 0) {
		sim_ns part = duration < longest ? duration : longest;
		struct heat_nodes before = get_nodes(heat);
		heat_step(heat, constants, drive, (double)part / 1e9);
		duration -= part;
		if (off && part == 10 * SIM_S && at_rest(heat, &before)) {
			heat->clock_s += (double)duration / 1e9;
			remember(heat, constants);
			return;
		}
	}
}
