/* faults.c - the table of machine faults. */
#include "printers/faults.h"

#include "printers/machine.h"

#include <assert.h>

typedef int apply_fn(struct printer *printer, sim_ns now, const struct value *values,
		     trace_id cause, struct sim_error *error);

static int apply_clock_skew(struct printer *printer, sim_ns now,
			    const struct value *values, trace_id cause,
			    struct sim_error *error)
{
	(void)error;
	sim_ns by = values[0].as.ns;
	printer_set_clock_skew(printer, now, values[1].as.choice == 0 ? -by : by, cause);
	return SIM_OK;
}

static int apply_plate_sensor(struct printer *printer, sim_ns now,
			      const struct value *values, trace_id cause,
			      struct sim_error *error)
{
	if (!printer->model->has_plate_sensor)
		return sim_fail(error, SIM_EINVAL,
				"%s is a %s and has no plate sensor that could fail",
				printer->name, printer->model->name);
	printer_set_plate_sensor(printer, now,
				 (enum plate_sensor_state)values[0].as.choice, cause);
	return SIM_OK;
}

static int apply_power_cut(struct printer *printer, sim_ns now,
			   const struct value *values, trace_id cause,
			   struct sim_error *error)
{
	(void)error;
	printer_power_cut(printer, now, values[0].as.ns, cause);
	return SIM_OK;
}

/* clang-format off */
static const char *const DIRECTIONS[] = {"slow", "fast", NULL};
static const struct param CLOCK_SKEW[] = {
	{.name = "by", .type = PARAM_DURATION, .unit = "s", .min = 0, .max = 31536000,
	 .help = "how far the machine's clock is off; 0 puts it right"},
	{.name = "direction", .type = PARAM_CHOICE, .unit = "", .fallback = "slow",
	 .choices = DIRECTIONS, .help = "slow: it shows an earlier time than it is"},
};

/* In the order of enum plate_sensor_state. */
static const char *const SENSOR_STATES[] = {"works", "unavailable", "blind", NULL};
static const struct param PLATE_SENSOR[] = {
	{.name = "state", .type = PARAM_CHOICE, .unit = "", .fallback = "unavailable",
	 .choices = SENSOR_STATES,
	 .help = "unavailable: it cannot tell and says so; blind: it reports a clear plate"},
};

static const struct param POWER_CUT[] = {
	{.name = "lasts", .type = PARAM_DURATION, .unit = "s", .fallback = "10s", .min = 0.001,
	 .max = 31536000, .help = "power is back after this long"},
};

#define PARAMS(table) .params = (table), .n_params = sizeof(table) / sizeof((table)[0])

static const struct {
	struct vocab_row row;
	apply_fn *apply;
} FAULTS[] = {
	{{.name = "clock_skew",
	  .summary = "the machine's clock is off",
	  .help = "Makes a stale start look fresh (slow), or a fresh one stale (fast).",
	  PARAMS(CLOCK_SKEW)},
	 apply_clock_skew},
	{{.name = "plate_sensor",
	  .summary = "the plate sensor fails",
	  .help = "Acts on models that have one.",
	  PARAMS(PLATE_SENSOR)},
	 apply_plate_sensor},
	{{.name = "power_cut",
	  .summary = "the machine loses its power, and gets it back",
	  .help = "A running job ends where it is; what was printed stays on the plate.",
	  PARAMS(POWER_CUT)},
	 apply_power_cut},
};
/* clang-format on */

const struct vocab_row *printer_fault_row(size_t index)
{
	return index < sizeof(FAULTS) / sizeof(FAULTS[0]) ? &FAULTS[index].row : NULL;
}

int printer_fault_apply(struct printer *printer, const struct vocab_row *row,
			const struct value *values, struct queue *queue, sim_ns now,
			trace_id cause, struct sim_error *error)
{
	(void)queue;
	for (size_t i = 0; i < sizeof(FAULTS) / sizeof(FAULTS[0]); i++)
		if (row == &FAULTS[i].row)
			return FAULTS[i].apply(printer, now, values, cause, error);
	assert(!"a row of this table");
	return SIM_EINVAL;
}
