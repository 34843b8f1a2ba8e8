/* rules.c - one function a rule, over one row of limits a heater. */
#include "printers/builds/common/rules.h"

#include <math.h> /* fabs, sqrt */

struct limits {
	double most_c, least_c;
	double gain_c, gain_s; /* RISE without data, at full power */
	double factor, step_c; /* RISE: of the expected rise, judged once it is step_c */
	double near_c;         /* RISE looks away this near the target */
	double band_c, band_s;
	bool band_below; /* BAND: a reading below the target counts, too */
	double off_gain_c;
};
/* A healthy hotend gains 2-4 K/s and a bed 0.3 K/s or more; ranges as in the machines'
 * data sheets plus a little. */
static const struct limits LIMITS[FW_PARTS] = {
	[FW_NOZZLE] = {305, -10, 2.0, 20, 0.6, 5, 10, 15, 5, true, 12},
	[FW_BED] = {125, -10, 1.5, 60, 0.5, 3, 5, 15, 30, false, 8},
};
static const double SHORT_C = 5, SHORT_C_S = 120;
static const double REACHED_C = 3, RANGE_S = 1.2, SLOW_S = 5, WARM_C = 50;
/* A draught or a lost sock may take half as much again as the data sheet says. What full
 * power can do against that is all that may be expected. */
static const double LOSS_MARGIN = 1.5, LEAST_K_S[FW_PARTS] = {0.5, 0.1};
static const double MODEL_K_S = 1.74, MODEL_FILTER_S = 2.0;
static const double OFF_K_S = 0.3, OFF_AFTER_S = 10, OFF_S = 5, OFF_MEAN_S = 2.4;
static const double POWER_S = 60, POWER_SHARE = 0.35, POWER_STILL_C = 4,
		    POWER_FROM_C = 150;
/* POWER: it creeps up by so much in all, a little each window, and never by a jump. */
static const double CREEP_SHARE = 0.15, CREEP_LEAST = 0.01, CREEP_MOST = 0.1;
static const double WATCHDOG_S = 3, IDLE_S = 1800, ASKING_S = 60;
static const double MELT_J_MM3_K = 0.00232, FILAMENT_MM2 = 2.405; /* 1.75 mm */
enum {
	RANGE_SAMPLES = 4,
	FLAT_SAMPLES = 40,
	POWER_WINDOWS = 2,
	CREEP_WINDOWS = 4
};

struct view {
	const struct fw *fw;
	const struct limits *limits;
	struct fw_ruled *memory;
	struct fw_look look;
	int part;
	double slower;
	double rate; /* of the reading, K/s */
};

/* --- what the power should do ----------------------------------------------------- */

static double loss_w_k(const struct fw_hotend_data *data, double fan, double flow_mm3_s)
{
	/* Most of the fan's effect comes early. */
	double effect = fan > 0 ? 1.0 - (1.0 - fan) * (1.0 - fan) : 0.0;
	return data->loss_w_k + (data->loss_fan_w_k - data->loss_w_k) * effect +
	       MELT_J_MM3_K * flow_mm3_s;
}

static double given_w(const struct view *view, double reading_c)
{
	const struct fw_hotend_data *data = &view->fw->hotend;
	return data->heater_w * view->memory->pwm /
	       (1.0 + data->heater_alpha * (reading_c - 25.0));
}

static double lost_w(const struct view *view, double reading_c)
{
	return loss_w_k(&view->fw->hotend, view->memory->fan, view->memory->flow_mm3_s) *
	       (reading_c - view->fw->sensors->chamber_c);
}

/* Kelvin a second of the heated body under the power of the last while, if it loses so many
 * times what the data sheet says. */
static double expected_k_s(const struct view *view, double reading_c, double losses)
{
	const struct fw_bed_data *bed = &view->fw->bed_data;
	if (view->part == FW_NOZZLE)
		return (given_w(view, reading_c) - losses * lost_w(view, reading_c)) /
		       view->fw->hotend.block_j_k;
	return (bed->heater_w * view->memory->pwm -
		losses * bed->loss_w_k * (reading_c - view->fw->sensors->chamber_c)) /
	       bed->plate_j_k;
}

static bool has_data(const struct view *view)
{
	return view->part == FW_NOZZLE ? view->fw->hotend.known
				       : view->fw->bed_data.known;
}

/* --- the rules -------------------------------------------------------------------- */

typedef bool rule_fn(const struct view *view);

static bool range(const struct view *view)
{
	struct fw_ruled *m = view->memory;
	if (fw_range(view->look.reading_c, view->limits->least_c, view->limits->most_c) ==
	    FW_HEATER_WELL) {
		m->bad = 0;
		m->bad_s = 0;
		return false;
	}
	if (m->bad++ > 0)
		m->bad_s += view->look.dt_s;
	return m->bad_s >= RANGE_S * view->slower ||
	       m->bad >= RANGE_SAMPLES * view->slower;
}

/* Without data: far from the target and at full power at least so much gain in so much time. */
static bool no_gain(const struct view *view)
{
	struct fw_ruled *m = view->memory;
	if (view->look.pwm < 0.99 ||
	    view->look.reading_c > view->look.target_c - view->limits->near_c) {
		m->climbing = false;
		return false;
	}
	m->climb_s += view->look.dt_s;
	if (!m->climbing || view->look.reading_c >= m->climb_c + view->limits->gain_c) {
		m->climbing = true;
		m->climb_c = view->look.reading_c;
		m->climb_s = 0;
		return false;
	}
	return m->climb_s >= view->limits->gain_s * view->slower;
}

static double dead_s(const struct view *view)
{
	const struct fw_hotend_data *data = &view->fw->hotend;
	return view->part == FW_NOZZLE ? data->lag_s + 2.0 / data->sensor_per_s : 10.0;
}

/* Judged only where the power should gain something worth the name: a heater that is at its
 * limit, with fan, filament and draught against it, may stand still or fall. */
static bool rises_slowly(const struct view *view)
{
	struct fw_ruled *m = view->memory;
	double reading = view->look.reading_c;
	bool near = reading > view->look.target_c - view->limits->near_c;
	if (!has_data(view))
		return no_gain(view);
	if (view->look.target_c <= 0 || near || m->pwm < 0.5) {
		m->heating_s = m->expected_c = m->slow_s = 0;
		m->window_c = reading;
		return false;
	}
	m->heating_s += view->look.dt_s;
	double rate = expected_k_s(view, reading, LOSS_MARGIN);
	if (m->heating_s < 2 * dead_s(view) || rate < LEAST_K_S[view->part]) {
		m->window_c = reading;
		m->expected_c = m->slow_s = 0;
		return false;
	}
	m->expected_c += rate * view->look.dt_s;
	if (m->expected_c < view->limits->step_c)
		return false;
	if (reading - m->window_c >= m->expected_c * view->limits->factor) {
		m->window_c = reading;
		m->expected_c = m->slow_s = 0;
		return false;
	}
	m->slow_s += view->look.dt_s;
	return m->slow_s > SLOW_S * view->slower;
}

/* Full power, and no more is to be expected of it. */
static bool at_its_limit(const struct view *view)
{
	return has_data(view) && view->memory->pwm >= 0.99 &&
	       expected_k_s(view, view->look.reading_c, LOSS_MARGIN) <
		       LEAST_K_S[view->part];
}

static bool leaves_band(const struct view *view)
{
	struct fw_ruled *m = view->memory;
	double error = view->look.reading_c - view->look.target_c;
	if (view->look.target_c <= 0)
		return false;
	bool below = view->limits->band_below && error < -view->limits->band_c &&
		     !at_its_limit(view);
	bool away = error > view->limits->band_c || below;
	m->away_s = m->reached && away ? m->away_s + view->look.dt_s : 0;
	/* Or nearer, for as much longer. */
	bool short_of =
		view->limits->band_below && error < -SHORT_C && !at_its_limit(view);
	m->short_c_s = m->reached && short_of
			       ? m->short_c_s - (error + SHORT_C) * view->look.dt_s
			       : 0;
	return m->away_s >= view->limits->band_s * view->slower ||
	       m->short_c_s >= SHORT_C_S * view->slower;
}

/* The reading's rate less the model's, which passes through the sensor's lag first. */
static bool leaves_model(const struct view *view)
{
	struct fw_ruled *m = view->memory;
	const struct fw_hotend_data *data = &view->fw->hotend;
	double dt = view->look.dt_s;
	if (view->part != FW_NOZZLE || !data->known || dt <= 0)
		return false;
	double share = dt / (dt + data->lag_s + 1.0 / data->sensor_per_s);
	m->model_c_s += (expected_k_s(view, m->reading_c, 1.0) - m->model_c_s) * share;
	share = dt / (dt + MODEL_FILTER_S * view->slower);
	m->error_c_s += (view->rate - m->model_c_s - m->error_c_s) * share;
	return fabs(m->error_c_s) > MODEL_K_S * (0.5 + 0.5 * view->slower);
}

static double now_s(const struct view *view)
{
	return (double)view->look.now_us / 1e6;
}

static void forget_means(struct fw_ruled *m)
{
	m->sum_c = m->sum_t_s = m->sum_s = 0;
	m->sum_n = 0;
}

/* The mean of the readings of the last while, which noise cannot move far; false: that while
 * is not over. *ret_k_s: how fast it moved since the one before. */
static bool next_mean(const struct view *view, double *ret_k_s)
{
	struct fw_ruled *m = view->memory;
	m->sum_c += view->look.reading_c;
	m->sum_t_s += now_s(view);
	m->sum_s += view->look.dt_s;
	m->sum_n++;
	if (m->sum_s < OFF_MEAN_S)
		return false;
	double mean_c = m->sum_c / m->sum_n, mean_s = m->sum_t_s / m->sum_n;
	bool begun = m->off_s > m->sum_s;
	*ret_k_s = begun ? (mean_c - m->mean_c) / (mean_s - m->mean_s) : 0;
	m->mean_c = mean_c;
	m->mean_s = mean_s;
	forget_means(m);
	return true;
}

/* Also while a target is below the reading: no power is no power. */
static bool warms_while_off(const struct view *view)
{
	struct fw_ruled *m = view->memory;
	double rate;
	if (view->look.pwm > 0 || m->pwm > 0) {
		m->off_s = m->rising_s = 0;
		forget_means(m);
		m->lowest_c = view->look.reading_c;
		return false;
	}
	if (view->look.reading_c < m->lowest_c || m->off_s == 0)
		m->lowest_c = view->look.reading_c;
	m->off_s += view->look.dt_s;
	double since_s = m->sum_s + view->look.dt_s;
	if (next_mean(view, &rate)) {
		/* One reading that came late only rouses suspicion, and half the rise does. */
		bool late = since_s >= 2 * OFF_MEAN_S;
		bool rising =
			m->off_s >= OFF_AFTER_S && rate > (late ? OFF_K_S / 2 : OFF_K_S);
		m->rising_s = rising ? m->rising_s + (late ? 0.1 : since_s) : 0;
	}
	return m->rising_s >= OFF_S * view->slower ||
	       (view->look.target_c <= 0 && view->look.reading_c > WARM_C &&
		view->look.reading_c >
			m->lowest_c + view->limits->off_gain_c * view->slower);
}

/* A draught and a lost sock come at once; a reading that drifts away asks for a little more
 * power minute by minute, with the block as much hotter. */
static bool creeps(struct fw_ruled *m, double ratio)
{
	double by = ratio - m->ratio;
	bool little = m->ratio > 0 && by > CREEP_LEAST && by < CREEP_MOST;
	m->crept = little ? m->crept + by : 0;
	m->creeping = little ? m->creeping + 1 : 0;
	m->ratio = ratio;
	return m->creeping >= CREEP_WINDOWS && m->crept > CREEP_SHARE;
}

static void forget_power(struct fw_ruled *m)
{
	m->window_s = m->given_j = m->needed_j = m->ratio = m->crept = 0;
	m->astray = m->creeping = 0;
}

/* Only where nothing changes much: then what is given is what is lost. */
static bool power_is_odd(const struct view *view)
{
	struct fw_ruled *m = view->memory;
	double reading = view->look.reading_c, dt = view->look.dt_s;
	if (view->part != FW_NOZZLE || !view->fw->hotend.known || !m->reached ||
	    reading < POWER_FROM_C) {
		forget_power(m);
		return false;
	}
	if (m->window_s == 0)
		m->highest_c = m->deepest_c = reading;
	m->highest_c = reading > m->highest_c ? reading : m->highest_c;
	m->deepest_c = reading < m->deepest_c ? reading : m->deepest_c;
	m->given_j += given_w(view, reading) * dt;
	m->needed_j += lost_w(view, reading) * dt;
	m->window_s += dt;
	if (m->window_s < POWER_S * view->slower)
		return false;
	bool still = m->highest_c - m->deepest_c < POWER_STILL_C && m->needed_j > 0;
	double ratio = still ? m->given_j / m->needed_j : 0;
	bool drifts = creeps(m, ratio);
	if (still && ratio < 1.0 - POWER_SHARE)
		m->astray = m->astray > 0 ? m->astray + 1 : 1;
	else if (still && ratio > 1.0 + POWER_SHARE)
		m->astray = m->astray < 0 ? m->astray - 1 : -1;
	else
		m->astray = 0;
	m->window_s = m->given_j = m->needed_j = 0;
	return drifts || m->astray >= POWER_WINDOWS || m->astray <= -POWER_WINDOWS;
}

static bool stands_still(const struct view *view)
{
	struct fw_ruled *m = view->memory;
	m->same = view->rate == 0.0 && view->look.pwm > 0 ? m->same + 1 : 0;
	return m->same >= FLAT_SAMPLES * view->slower;
}

static bool was_left_alone(const struct view *view)
{
	return view->memory->pwm > 0 && view->look.dt_s > WATCHDOG_S * view->slower;
}

static bool heats_for_nobody(const struct view *view)
{
	struct fw_ruled *m = view->memory;
	const struct fw_state *state = view->fw->s;
	bool idle = !state->busy && view->look.target_c > 0;
	m->idle_s = idle ? m->idle_s + view->look.dt_s : 0;
	return m->idle_s >= (state->prompt.id ? ASKING_S : IDLE_S) * view->slower;
}

static const struct {
	rule_fn *broken;
	const char *name;
	enum fw_heater_fault fault;
} HEAT_RULES[FW_N_RULES] = {
	[FW_RULE_RANGE] = {range, "range", FW_HEATER_TOO_HOT},
	[FW_RULE_RISE] = {rises_slowly, "rises too slowly", FW_HEATER_ASTRAY},
	[FW_RULE_BAND] = {leaves_band, "left its band", FW_HEATER_ASTRAY},
	[FW_RULE_MODEL] = {leaves_model, "left its model", FW_HEATER_ASTRAY},
	[FW_RULE_OFF] = {warms_while_off, "warms while off", FW_HEATER_ASTRAY},
	[FW_RULE_POWER] = {power_is_odd, "power and temperature disagree",
			   FW_HEATER_FULL_LOAD},
	[FW_RULE_FLAT_LINE] = {stands_still, "reading stands still", FW_SENSOR_OPEN},
	[FW_RULE_WATCHDOG] = {was_left_alone, "control was not called", FW_HEATER_ASTRAY},
	[FW_RULE_IDLE] = {heats_for_nobody, "heats without a job", FW_HEATER_ASTRAY},
};

/* --- looking ---------------------------------------------------------------------- */

static void retarget(struct fw_ruled *m, const struct fw_look *look)
{
	double error = look->reading_c - look->target_c;
	if (look->target_c == m->target_c) {
		m->reached |= error < REACHED_C && error > -REACHED_C;
		return;
	}
	m->target_c = look->target_c;
	m->reached = false; /* full power stays full power: a climb goes on */
	m->away_s = m->short_c_s = 0;
	forget_power(m);
}

static void remember(struct fw_ruled *m, const struct fw *fw, const struct fw_look *look)
{
	m->begun = true;
	m->reading_c = look->reading_c;
	m->pwm = look->pwm;
	m->fan = fw->s->part_fan;
	m->flow_mm3_s = fw->s->motion.feed_mm_s * FILAMENT_MM2;
}

/* Cold and unwanted: nothing else can be found. */
static bool is_asleep(const struct view *view)
{
	return view->look.target_c <= 0 && view->look.pwm <= 0 &&
	       view->memory->pwm <= 0 && view->look.reading_c < WARM_C;
}

static bool look_part(struct fw_rules *rules, const struct fw *fw, int part, uint32_t on,
		      double slower, uint64_t dt_us, struct fw_finding *ret_finding)
{
	struct fw_ruled *m = &rules->part[part];
	struct view view = {.fw = fw,
			    .limits = &LIMITS[part],
			    .memory = m,
			    .look = fw_look_at(fw, part, dt_us),
			    .part = part,
			    .slower = slower};
	int found = FW_N_RULES;

	if (m->begun && view.look.dt_s > 0)
		view.rate = (view.look.reading_c - m->reading_c) / view.look.dt_s;
	retarget(m, &view.look);
	if (is_asleep(&view)) {
		m->model_c_s = m->error_c_s = 0;
		on &= 1u << FW_RULE_RANGE | 1u << FW_RULE_OFF;
	}
	for (int i = 0; i < FW_N_RULES && on >> i; i++)
		if (on & 1u << i && HEAT_RULES[i].broken(&view) && found == FW_N_RULES)
			found = i;
	remember(m, fw, &view.look);
	if (found == FW_N_RULES)
		return false;
	enum fw_heater_fault fault = HEAT_RULES[found].fault;
	if (found == FW_RULE_RANGE)
		fault = fw_range(view.look.reading_c, view.limits->least_c,
				 view.limits->most_c);
	fw_found(fw, part, fault, HEAT_RULES[found].name, ret_finding);
	ret_finding->warms_off = found == FW_RULE_OFF;
	ret_finding->idles = found == FW_RULE_IDLE;
	ret_finding->warns =
		found == FW_RULE_POWER && m->astray < 0 && m->creeping < CREEP_WINDOWS;
	return true;
}

bool fw_rules_look(struct fw_rules *rules, const struct fw *fw, uint32_t on,
		   double slower, uint64_t dt_us, struct fw_finding *ret_finding)
{
	struct fw_finding bed;
	bool nozzle_bad = look_part(rules, fw, FW_NOZZLE, on, slower, dt_us, ret_finding);
	bool bed_bad = look_part(rules, fw, FW_BED, on, slower, dt_us, &bed);
	if (bed_bad && (!nozzle_bad || ret_finding->warns))
		*ret_finding = bed;
	return nozzle_bad || bed_bad;
}

bool fw_rules_uneasy(const struct fw_rules *rules, bool wanted)
{
	for (int i = 0; i < FW_PARTS; i++) {
		const struct fw_ruled *m = &rules->part[i];
		if (m->rising_s > 0)
			return true;
		if (wanted && (m->bad > 0 || m->away_s > 0 || m->slow_s > 0 ||
			       fabs(m->error_c_s) > MODEL_K_S / 2))
			return true;
	}
	return false;
}

bool fw_rules_warm(const struct fw *fw)
{
	return fw->sensors->nozzle_c > WARM_C || fw->sensors->bed_c > WARM_C;
}
