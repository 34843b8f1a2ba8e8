/* heat.c - the builds' heater control: full power far below the target, PI near it. */
#include "printers/builds/common/reference.h"

/* Tuned on the class A hotend (2.5 K/s at full power, sensor 2 s) and a 300 W bed
 * (0.4 K/s); crossover well below one over the sensor's lag plus one 2 s tick. */
struct tuning {
	double gain;       /* duty per kelvin */
	double integral;   /* duty per kelvin and second */
	double band_c;     /* the integral works only this near the target */
	double hold_per_c; /* duty that holds one kelvin above the room, roughly */
	double fan_per_c;  /* more of it when the part fan runs at full */
	double reached_c;  /* this near counts as reached */
};
static const struct tuning NOZZLE = {0.06, 0.002, 10.0, 0.0019, 0.0024, 2.0};
static const struct tuning BED = {0.20, 0.003, 5.0, 0.0040, 0.0, 1.0};
static const double ROOM_C = 25.0;

static double clamp_unit(double value)
{
	return value < 0.0 ? 0.0 : value > 1.0 ? 1.0 : value;
}

static void control(const struct tuning *tuning, struct fw_heater *heater,
		    double reading_c, double fan, double dt_s)
{
	if (heater->target_c <= 0.0) {
		heater->pwm = 0.0;
		return;
	}
	double error = heater->target_c - reading_c;
	double forward = tuning->fan_per_c * (heater->target_c - ROOM_C) * fan;
	double duty = tuning->gain * error + heater->integral + forward;
	/* Integrating while saturated would only have to be undone. */
	if (error < tuning->band_c && error > -tuning->band_c && duty > 0.0 && duty < 1.0)
		heater->integral =
			clamp_unit(heater->integral + tuning->integral * error * dt_s);
	heater->pwm = clamp_unit(duty);
	if (error < tuning->reached_c && error > -tuning->reached_c)
		heater->reached = true;
}

static void set_target(const struct tuning *tuning, struct fw_heater *heater,
		       double target_c)
{
	if (heater->target_c == target_c)
		return;
	heater->target_c = target_c;
	heater->reached = false;
	heater->integral = clamp_unit((target_c - ROOM_C) * tuning->hold_per_c);
}

void fw_heat(struct fw *fw, uint64_t dt_us)
{
	double dt_s = (double)dt_us / 1e6;
	control(&NOZZLE, &fw->s->nozzle, fw->sensors->nozzle_c, fw->s->part_fan, dt_s);
	control(&BED, &fw->s->bed, fw->sensors->bed_c, 0.0, dt_s);
}

static double cut(double target_c, double most_c)
{
	return most_c > 0.0 && target_c > most_c ? most_c : target_c;
}

void fw_set_targets(struct fw *fw, double nozzle_c, double bed_c)
{
	const struct fw_reference *reference = fw_policy.reference;
	if (reference && reference->protection) {
		nozzle_c = cut(nozzle_c, reference->protection->most_nozzle_c);
		bed_c = cut(bed_c, reference->protection->most_bed_c);
	}
	set_target(&NOZZLE, &fw->s->nozzle, nozzle_c);
	set_target(&BED, &fw->s->bed, bed_c);
}

void fw_heaters_off(struct fw *fw)
{
	fw_set_targets(fw, 0.0, 0.0);
	fw->s->nozzle.pwm = fw->s->bed.pwm = 0.0;
}

bool fw_heat_steady(const struct fw *fw)
{
	double nozzle = fw->s->nozzle.target_c - fw->sensors->nozzle_c;
	double bed = fw->s->bed.target_c - fw->sensors->bed_c;
	return nozzle < 1.0 && nozzle > -1.0 && bed < 1.0 && bed > -1.0;
}
