/* protect_prusa.c - Prusa's 8-bit firmware: range each 0.27 s, preheat and runaway checks
 * each 2 s, and the thermal model of the MK3 each 0.27 s. The model's error stays, as the
 * others do; there it could clear again. */
#include "printers/builds/common/protect.h"

#include <math.h> /* fabs */

struct limits {
	double most_c, least_c;
	uint64_t
		least_delay_us; /* the minimum counts from this long after heating began */
	double hysteresis_c;
	int timeout_s;
	int window;      /* looks in one preheat window, less one */
	int bad_windows; /* more than so many in a row */
};
static const struct limits LIMITS[FW_PARTS] = {
	[FW_NOZZLE] = {305, 10, 15 * FW_S, 15, 45, 8, 5},
	[FW_BED] = {125, 10, 50 * FW_S, 5, 360, 16, 3},
};
static const uint64_t LOOK_US = 2 * FW_S;
enum {
	INACTIVE,
	PREHEAT,
	ACTIVE
};

/* What a window must gain. */
static double needed_c(int part, double reading_c)
{
	if (part == FW_NOZZLE)
		return 2.0;
	return reading_c > 105 ? 0.6 : reading_c > 90 ? 2.0 : 3.0;
}

static const char *preheat(const struct limits *limits, int part, struct fw_prusa *m,
			   const struct fw_look *look)
{
	if (++m->count <= limits->window)
		return NULL;
	bool gained = look->reading_c - m->start_c >= needed_c(part, look->reading_c);
	m->errors = gained ? 0 : m->errors + 1;
	m->start_c = look->reading_c;
	m->count = 0;
	return m->errors > limits->bad_windows ? "preheat error" : NULL;
}

static const char *check(const struct limits *limits, int part, struct fw_prusa *m,
			 const struct fw_look *look)
{
	double error = look->reading_c - look->target_c;
	if (look->pwm == 0)
		m->errors = 0;
	if (look->target_c != m->target_c) {
		m->target_c = look->target_c;
		m->state = look->target_c > 0 ? PREHEAT : INACTIVE;
		m->start_c = look->reading_c;
		m->count = m->errors = 0;
		m->heated_us = look->now_us;
	}
	if (m->state == INACTIVE)
		return NULL;
	if (m->state == PREHEAT && error < 0) {
		const char *rule = preheat(limits, part, m, look);
		if (rule)
			return rule;
	}
	if (m->state == PREHEAT && error > -limits->hysteresis_c) {
		m->state = ACTIVE;
		m->count = 0;
	}
	if (m->state != ACTIVE)
		return NULL;
	if (fabs(error) <= limits->hysteresis_c)
		m->count = 0;
	else if (look->pwm > 0)
		m->count++;
	return m->count * 2 > limits->timeout_s ? "thermal runaway" : NULL;
}

static bool look_part(const struct fw *fw, int part, struct fw_prusa *m, uint64_t dt_us,
		      struct fw_finding *ret_finding)
{
	const struct limits *limits = &LIMITS[part];
	struct fw_look look = fw_look_at(fw, part, dt_us);
	bool heated = look.target_c > 0 && look.target_c == m->target_c &&
		      look.now_us - m->heated_us >= limits->least_delay_us;

	if (!(look.reading_c <= limits->most_c))
		return fw_found(fw, part, FW_HEATER_TOO_HOT, "maxtemp", ret_finding);
	if (look.reading_c < limits->least_c && heated)
		return fw_found(fw, part, FW_SENSOR_OPEN, "mintemp", ret_finding);
	if (!fw_due(&m->next_us, look.now_us, LOOK_US))
		return false;
	return fw_found(fw, part, FW_HEATER_ASTRAY, check(limits, part, m, &look),
			ret_finding);
}

/* --- the thermal model ------------------------------------------------------------ */

static const double MODEL_S = 0.27, ERROR_K_S = 1.74, ERROR_SHARE = 0.05;
static const double ROOM_C = 25.0, HOT_C = 220.0;

/* Heat resistance falls with the fan as measured on the MK3: most of it early. */
static double loss_w_k(const struct fw_hotend_data *data, double fan)
{
	static const double AT[] = {0.0, 1.0 / 15, 4.0 / 15, 7.0 / 15, 11.0 / 15, 1.0};
	static const double EFFECT[] = {0.0, 0.11, 0.44, 0.67, 0.87, 1.0};
	double effect = fan > 0.0 ? 1.0 : 0.0;
	for (int i = 1; i < 6 && fan > 0.0; i++)
		if (fan <= AT[i]) {
			effect = EFFECT[i - 1] + (EFFECT[i] - EFFECT[i - 1]) *
							 (fan - AT[i - 1]) /
							 (AT[i] - AT[i - 1]);
			break;
		}
	return data->loss_w_k + (data->loss_fan_w_k - data->loss_w_k) * effect;
}

/* Power factor U T + V, the line through the heater's own curve at 25 and 220 C. */
static double power_factor(const struct fw_hotend_data *data, double reading_c)
{
	double hot = 1.0 / (1.0 + data->heater_alpha * (HOT_C - ROOM_C));
	double u = (hot - 1.0) / (HOT_C - ROOM_C);
	return 1.0 + u * (reading_c - ROOM_C);
}

static double lagged(const struct fw_hotend_data *data, struct fw_prusa_model *m,
		     double rate)
{
	uint32_t lag = (uint32_t)(data->lag_s / MODEL_S);
	if (lag >= PRUSA_LAG_MAX)
		lag = PRUSA_LAG_MAX - 1;
	m->delayed[m->at % PRUSA_LAG_MAX] = rate;
	double late = m->at >= lag ? m->delayed[(m->at - lag) % PRUSA_LAG_MAX] : 0.0;
	m->at++;
	return late;
}

/* The reading's rate less the model's, both filtered. */
static bool model_errs(const struct fw *fw, struct fw_prusa_model *m,
		       const struct fw_look *look)
{
	const struct fw_hotend_data *data = &fw->hotend;
	double steps = look->dt_s /
		       MODEL_S; /* more than one where it was looked at less often */
	if (!data->known || steps < 0.5)
		return false;
	if (!m->begun) {
		m->begun = true;
		m->reading_c = look->reading_c;
		return false;
	}
	double power = data->heater_w * look->pwm * power_factor(data, look->reading_c);
	double loss = loss_w_k(data, fw->s->part_fan) *
		      (look->reading_c - fw->sensors->chamber_c);
	double share = data->sensor_per_s * look->dt_s;
	m->filtered += ((power - loss) / data->block_j_k - m->filtered) *
		       (share < 1.0 ? share : 1.0);
	double error = (look->reading_c - m->reading_c) / look->dt_s -
		       lagged(data, m, m->filtered);
	m->reading_c = look->reading_c;
	m->error += (error - m->error) * ERROR_SHARE * (steps < 8.0 ? steps : 8.0);
	return fabs(m->error) > ERROR_K_S;
}

static bool look(const struct fw *fw, const void *tuning, union fw_protect_memory *memory,
		 uint64_t dt_us, struct fw_finding *ret_finding)
{
	(void)tuning;
	bool with_model = fw->values[1].integer != 0; /* setting thermal_model */
	struct fw_look nozzle = fw_look_at(fw, FW_NOZZLE, dt_us);
	for (int part = 0; part < FW_PARTS; part++)
		if (look_part(fw, part, &memory->prusa.part[part], dt_us, ret_finding))
			return true;
	if (with_model && model_errs(fw, &memory->prusa.model, &nozzle))
		return fw_found(fw, FW_NOZZLE, FW_HEATER_ASTRAY, "thermal model",
				ret_finding);
	return false;
}

const struct fw_protection fw_protect_prusa = {.period_us = 270000, .look = look};
