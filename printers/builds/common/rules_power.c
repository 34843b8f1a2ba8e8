/* rules_power.c - what a heater's power should do, and the rule that asks whether it does. */
#include "printers/builds/common/rules_view.h"

static const double POWER_S = 60, POWER_SHARE = 0.35, POWER_STILL_C = 4,
		    POWER_FROM_C = 150;
/* POWER: it creeps up by so much in all, a little each window, and never by a jump. */
static const double CREEP_SHARE = 0.15, CREEP_LEAST = 0.01, CREEP_MOST = 0.1;
static const double MELT_J_MM3_K = 0.00232;
enum {
	POWER_WINDOWS = 2,
	CREEP_WINDOWS = 4
};

static double loss_w_k(const struct fw_hotend_data *data, double fan, double flow_mm3_s)
{
	/* Most of the fan's effect comes early. */
	double effect = fan > 0 ? 1.0 - (1.0 - fan) * (1.0 - fan) : 0.0;
	return data->loss_w_k + (data->loss_fan_w_k - data->loss_w_k) * effect +
	       MELT_J_MM3_K * flow_mm3_s;
}

static double given_w(const struct fw_rule_view *view, double reading_c)
{
	const struct fw_hotend_data *data = &view->fw->hotend;
	return data->heater_w * view->memory->pwm /
	       (1.0 + data->heater_alpha * (reading_c - 25.0));
}

static double lost_w(const struct fw_rule_view *view, double reading_c)
{
	return loss_w_k(&view->fw->hotend, view->memory->fan, view->memory->flow_mm3_s) *
	       (reading_c - view->fw->sensors->chamber_c);
}

double fw_rule_expected_k_s(const struct fw_rule_view *view, double reading_c,
			    double losses)
{
	const struct fw_bed_data *bed = &view->fw->bed_data;
	if (view->part == FW_NOZZLE)
		return (given_w(view, reading_c) - losses * lost_w(view, reading_c)) /
		       view->fw->hotend.block_j_k;
	return (bed->heater_w * view->memory->pwm -
		losses * bed->loss_w_k * (reading_c - view->fw->sensors->chamber_c)) /
	       bed->plate_j_k;
}

bool fw_rule_has_data(const struct fw_rule_view *view)
{
	return view->part == FW_NOZZLE ? view->fw->hotend.known
				       : view->fw->bed_data.known;
}

bool fw_rule_creeps(const struct fw_ruled *m)
{
	return m->creeping >= CREEP_WINDOWS && m->crept > CREEP_SHARE;
}

/* A draught and a lost sock come at once; a reading that drifts away asks for a little more
 * power minute by minute, with the block as much hotter. */
static bool creeps_on(struct fw_ruled *m, double ratio)
{
	double by = ratio - m->ratio;
	bool little = m->ratio > 0 && by > CREEP_LEAST && by < CREEP_MOST;
	m->crept = little ? m->crept + by : 0;
	m->creeping = little ? m->creeping + 1 : 0;
	m->ratio = ratio;
	return fw_rule_creeps(m);
}

void fw_rule_forget_power(struct fw_ruled *m)
{
	m->window_s = m->given_j = m->needed_j = m->ratio = m->crept = 0;
	m->astray = m->creeping = 0;
}

/* Only where nothing changes much: then what is given is what is lost. */
bool fw_rule_power_is_odd(const struct fw_rule_view *view)
{
	struct fw_ruled *m = view->memory;
	double reading = view->look.reading_c, dt = view->look.dt_s;
	if (view->part != FW_NOZZLE || !view->fw->hotend.known || !m->reached ||
	    reading < POWER_FROM_C) {
		fw_rule_forget_power(m);
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
	bool drifts = creeps_on(m, ratio);
	if (still && ratio < 1.0 - POWER_SHARE)
		m->astray = m->astray > 0 ? m->astray + 1 : 1;
	else if (still && ratio > 1.0 + POWER_SHARE)
		m->astray = m->astray < 0 ? m->astray - 1 : -1;
	else
		m->astray = 0;
	m->window_s = m->given_j = m->needed_j = 0;
	return drifts || m->astray >= POWER_WINDOWS || m->astray <= -POWER_WINDOWS;
}
