/* rules.c - one function a rule, over one row of limits a heater. */
#include "printers/builds/common/rules_view.h"

#include <math.h> /* fabs */

/* A healthy hotend gains 2-4 K/s and a bed 0.3 K/s or more; ranges as in the machines'
 * data sheets plus a little. */
static const struct fw_rule_limits LIMITS[FW_PARTS] = {
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
static const double FILAMENT_MM2 = 2.405; /* 1.75 mm */
static const double WATCHDOG_S = 3, IDLE_S = 1800, ASKING_S = 60;
enum {
	RANGE_SAMPLES = 4,
	FLAT_SAMPLES = 40
};

/* --- the rules -------------------------------------------------------------------- */

typedef bool rule_fn(const struct fw_rule_view *view);

static bool range(const struct fw_rule_view *view)
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
static bool no_gain(const struct fw_rule_view *view)
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

static double dead_s(const struct fw_rule_view *view)
{
	const struct fw_hotend_data *data = &view->fw->hotend;
	return view->part == FW_NOZZLE ? data->lag_s + 2.0 / data->sensor_per_s : 10.0;
}

/* Judged only where the power should gain something worth the name: a heater that is at its
 * limit, with fan, filament and draught against it, may stand still or fall. */
static bool rises_slowly(const struct fw_rule_view *view)
{
	struct fw_ruled *m = view->memory;
	double reading = view->look.reading_c;
	bool near = reading > view->look.target_c - view->limits->near_c;
	if (!fw_rule_has_data(view))
		return no_gain(view);
	if (view->look.target_c <= 0 || near || m->pwm < 0.5) {
		m->heating_s = m->expected_c = m->slow_s = 0;
		m->window_c = reading;
		return false;
	}
	m->heating_s += view->look.dt_s;
	double rate = fw_rule_expected_k_s(view, reading, LOSS_MARGIN);
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
static bool at_its_limit(const struct fw_rule_view *view)
{
	return fw_rule_has_data(view) && view->memory->pwm >= 0.99 &&
	       fw_rule_expected_k_s(view, view->look.reading_c, LOSS_MARGIN) <
		       LEAST_K_S[view->part];
}

static bool leaves_band(const struct fw_rule_view *view)
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
static bool leaves_model(const struct fw_rule_view *view)
{
	struct fw_ruled *m = view->memory;
	const struct fw_hotend_data *data = &view->fw->hotend;
	double dt = view->look.dt_s;
	if (view->part != FW_NOZZLE || !data->known || dt <= 0)
		return false;
	double share = dt / (dt + data->lag_s + 1.0 / data->sensor_per_s);
	m->model_c_s +=
		(fw_rule_expected_k_s(view, m->reading_c, 1.0) - m->model_c_s) * share;
	share = dt / (dt + MODEL_FILTER_S * view->slower);
	m->error_c_s += (view->rate - m->model_c_s - m->error_c_s) * share;
	return fabs(m->error_c_s) > MODEL_K_S * (0.5 + 0.5 * view->slower);
}

static double now_s(const struct fw_rule_view *view)
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
static bool next_mean(const struct fw_rule_view *view, double *ret_k_s)
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
static bool warms_while_off(const struct fw_rule_view *view)
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

static bool stands_still(const struct fw_rule_view *view)
{
	struct fw_ruled *m = view->memory;
	m->same = view->rate == 0.0 && view->look.pwm > 0 ? m->same + 1 : 0;
	return m->same >= FLAT_SAMPLES * view->slower;
}

static bool was_left_alone(const struct fw_rule_view *view)
{
	return view->memory->pwm > 0 && view->look.dt_s > WATCHDOG_S * view->slower;
}

static bool heats_for_nobody(const struct fw_rule_view *view)
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
	[FW_RULE_POWER] = {fw_rule_power_is_odd, "power and temperature disagree",
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
	fw_rule_forget_power(m);
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
static bool is_asleep(const struct fw_rule_view *view)
{
	return view->look.target_c <= 0 && view->look.pwm <= 0 &&
	       view->memory->pwm <= 0 && view->look.reading_c < WARM_C;
}

static bool look_part(struct fw_rules *rules, const struct fw *fw, int part, uint32_t on,
		      double slower, uint64_t dt_us, struct fw_finding *ret_finding)
{
	struct fw_ruled *m = &rules->part[part];
	struct fw_rule_view view = {.fw = fw,
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
		found == FW_RULE_POWER && m->astray < 0 && !fw_rule_creeps(m);
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
