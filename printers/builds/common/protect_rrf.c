/* protect_rrf.c - RepRapFirmware: each 250 ms bad readings, the rise against its heater
 * model, the distance from a reached target on both sides, and the temperature limit. The
 * model is what its tuning would find on this machine: dT/dt = R u - B ((T-Ta)/100)^1.35. */
#include "printers/builds/common/protect.h"

#include <math.h> /* fabs, sqrt */

struct limits {
	double most_c, dead_s; /* dead time of the model */
	double rise_k_s, loss_k_s,
		fan_k_s; /* R, B, F where nothing is known of the heater */
	double factor;   /* of the expected rise must be there */
};
static const struct limits LIMITS[FW_PARTS] = {
	[FW_NOZZLE] = {285, 5.5, 2.43, 0.56, 0.0, 0.6},
	[FW_BED] = {125, 10, 0.13, 0.15, 0.0, 0.3},
};
static const double OPEN_C = -10, SHORT_C = 400;
static const double SPIKE_K_S = 10, CLOSE_C = 1.5, AMBIENT_C = 15, STEP_C = 3;
static const double FAULT_S = 5, AWAY_C = 15, WARM_C = 45;
enum {
	BAD_READINGS = 3,
	OFF = 0,
	HEATING,
	COOLING,
	STABLE,
	PWM_SAMPLES = 20 /* 5 s of them */
};

/* x^1.35 as x times the mean of x^(1/4) and x^(1/2): within 2 % from 0.3 to 4. */
static double bent(double x)
{
	double root = x > 0 ? sqrt(x) : 0.0;
	return x > 0 ? x * (0.6 * sqrt(root) + 0.4 * root) : 0.0;
}

/* Kelvin a second that the model expects, with the fan at full and a cold room. */
static double expected_k_s(const struct fw *fw, int part, double reading_c, double pwm)
{
	double above = (reading_c - AMBIENT_C) / 100.0;
	double rise = LIMITS[part].rise_k_s, loss = LIMITS[part].loss_k_s,
	       fan = LIMITS[part].fan_k_s;
	if (part == FW_NOZZLE && fw->hotend.known) {
		const struct fw_hotend_data *data = &fw->hotend;
		/* A tuning run ends near 200 C: the power that it sees is the hot heater's. */
		rise = data->heater_w / (1.0 + data->heater_alpha * 175.0) /
		       data->block_j_k;
		loss = data->loss_w_k * 100.0 / data->block_j_k;
		fan = (data->loss_fan_w_k - data->loss_w_k) * 100.0 / data->block_j_k;
	} else if (part == FW_BED && fw->bed_data.known) {
		rise = fw->bed_data.heater_w / fw->bed_data.plate_j_k;
		loss = fw->bed_data.loss_w_k * 100.0 / fw->bed_data.plate_j_k;
	}
	return rise * pwm - loss * bent(above) - fan * (above > 0 ? above : 0);
}

static double mean_pwm(struct fw_rrf *m, double pwm)
{
	double sum = 0;
	uint32_t n = ++m->at < PWM_SAMPLES ? m->at : PWM_SAMPLES;
	m->pwm[(m->at - 1) % PWM_SAMPLES] = pwm;
	for (uint32_t i = 0; i < n; i++)
		sum += m->pwm[i];
	return sum / n;
}

static void retarget(struct fw_rrf *m, const struct fw_look *look)
{
	if (look->target_c == m->target_c)
		return;
	m->target_c = look->target_c;
	m->mode = look->target_c <= 0                          ? OFF
		  : look->reading_c < look->target_c - CLOSE_C ? HEATING
		  : look->reading_c > look->target_c + CLOSE_C ? COOLING
							       : STABLE;
	m->began_us = look->now_us;
	m->window_c = look->reading_c;
	m->expected_c = m->bad_s = m->away_s = 0;
}

static const char *heating(const struct fw *fw, int part, struct fw_rrf *m,
			   const struct fw_look *look, double mean)
{
	double since_s = (double)(look->now_us - m->began_us) / 1e6;
	double pwm = mean < look->pwm ? mean : look->pwm;
	if (look->reading_c >= look->target_c - CLOSE_C) {
		m->mode = STABLE;
		return NULL;
	}
	if (since_s < 2 * LIMITS[part].dead_s) {
		m->window_c = look->reading_c;
		return NULL;
	}
	double rate = expected_k_s(fw, part, look->reading_c, pwm);
	if (rate <= 0)
		return NULL;
	/* Over as long as it takes to expect 3 K; then each look that is short of it counts,
	 * and each that is not takes one back. */
	m->expected_c += rate * look->dt_s;
	if (m->expected_c < STEP_C)
		return NULL;
	if (look->reading_c - m->window_c < m->expected_c * LIMITS[part].factor) {
		m->bad_s += look->dt_s;
		return m->bad_s > FAULT_S ? "rises too slowly" : NULL;
	}
	m->bad_s = m->bad_s > look->dt_s ? m->bad_s - look->dt_s : 0;
	m->window_c = look->reading_c;
	m->expected_c = 0;
	return NULL;
}

static const char *stable(struct fw_rrf *m, const struct fw_look *look)
{
	bool away = fabs(look->reading_c - look->target_c) > AWAY_C &&
		    look->target_c > WARM_C;
	m->away_s = away ? m->away_s + look->dt_s : 0;
	return m->away_s > FAULT_S ? "temperature excursion" : NULL;
}

static const char *by_mode(const struct fw *fw, int part, struct fw_rrf *m,
			   const struct fw_look *look)
{
	double mean = mean_pwm(m, look->pwm);
	retarget(m, look);
	if (m->mode == HEATING)
		return heating(fw, part, m, look, mean);
	if (m->mode == COOLING && look->reading_c <= look->target_c + CLOSE_C)
		m->mode = STABLE;
	return m->mode == STABLE ? stable(m, look) : NULL;
}

/* Spikes are discarded, but not for ever: they count as bad readings. */
static bool is_bad(struct fw_rrf *m, const struct fw_look *look)
{
	double step = fabs(look->reading_c - m->reading_c);
	bool spike = m->begun && look->dt_s > 0 && step > SPIKE_K_S * look->dt_s;
	bool bad = !(look->reading_c > OPEN_C && look->reading_c < SHORT_C);
	if (!spike || bad || m->bad_readings >= BAD_READINGS)
		m->reading_c = look->reading_c;
	m->begun = true;
	return bad || spike;
}

static bool look_part(const struct fw *fw, int part, struct fw_rrf *m, uint64_t dt_us,
		      struct fw_finding *ret_finding)
{
	struct fw_look look = fw_look_at(fw, part, dt_us);
	enum fw_heater_fault range = fw_range(look.reading_c, OPEN_C, SHORT_C);
	bool bad = is_bad(m, &look);

	m->bad_readings = bad ? m->bad_readings + 1 : 0;
	if (range != FW_HEATER_WELL && m->bad_readings > BAD_READINGS)
		return fw_found(fw, part, range, "bad readings", ret_finding);
	if (bad && m->bad_readings <= BAD_READINGS)
		return false;
	if (!(look.reading_c <= LIMITS[part].most_c))
		return fw_found(fw, part, FW_HEATER_TOO_HOT, "over limit", ret_finding);
	return fw_found(fw, part, FW_HEATER_ASTRAY, by_mode(fw, part, m, &look),
			ret_finding);
}

static bool look(const struct fw *fw, const void *tuning, union fw_protect_memory *memory,
		 uint64_t dt_us, struct fw_finding *ret_finding)
{
	(void)tuning;
	for (int part = 0; part < FW_PARTS; part++)
		if (look_part(fw, part, &memory->rrf[part], dt_us, ret_finding))
			return true;
	return false;
}

const struct fw_protection fw_protect_rrf = {.period_us = 250000, .look = look};
