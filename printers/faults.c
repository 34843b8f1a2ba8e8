/* faults.c - the table of machine faults. */
#include "printers/faults.h"
#include "printers/fault_params.h"

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
	printer_set_clock_skew(printer, now, values[1].as.choice == 0 ? -by : by,
			       values[2].as.integer, cause);
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

/* --- heat ------------------------------------------------------------------------ */

/* The plant at this instant, to be broken somewhere. */
static struct heat_part_faults *part_of(struct printer *printer, sim_ns now,
					const struct value *part, trace_id cause)
{
	struct heat *heat = printer_heat(printer, now, cause);
	return &heat->faults.part[part->as.choice == 0 ? HEAT_NOZZLE : HEAT_BED];
}

#define APPLY(name)                                                                      \
	static int name(struct printer *printer, sim_ns now, const struct value *values, \
			trace_id cause, struct sim_error *error)

APPLY(apply_bed_switch_opens)
{
	(void)error;
	printer_heat(printer, now, cause)->faults.bed_switch_c = values[0].as.real;
	return SIM_OK;
}

APPLY(apply_cable_tears)
{
	(void)error;
	heat_tear_cable(printer_heat(printer, now, cause),
			values[0].as.choice == 0 ? HEAT_NOZZLE : HEAT_BED,
			values[1].as.choice != 1);
	return SIM_OK;
}

APPLY(apply_chamber_vents_blocked)
{
	if (printer->model->plant->chamber_j_k <= 0.0)
		return sim_fail(error, SIM_EINVAL, "%s is a %s and has no chamber",
				printer->name, printer->model->name);
	printer_heat(printer, now, cause)->faults.vent = values[0].as.real;
	return SIM_OK;
}

APPLY(apply_cold_sheet)
{
	(void)error;
	printer_heat(printer, now, cause)->top_c = values[0].as.real; /* another sheet */
	return SIM_OK;
}

APPLY(apply_door_opens)
{
	struct heat_faults *faults = &printer_heat(printer, now, cause)->faults;
	(void)error;
	faults->vent = values[0].as.real;
	faults->draught = values[1].as.real;
	return SIM_OK;
}

APPLY(apply_draught)
{
	(void)error;
	printer_heat(printer, now, cause)->faults.draught = values[0].as.real;
	return SIM_OK;
}

APPLY(apply_firmware_hangs)
{
	(void)error;
	(void)values;
	printer_hang(printer, now, cause);
	return SIM_OK;
}

APPLY(apply_heater_breaks)
{
	(void)error;
	part_of(printer, now, &values[0], cause)->broken = true;
	return SIM_OK;
}

APPLY(apply_heater_shorts)
{
	(void)error;
	part_of(printer, now, &values[0], cause)->broken = true;
	printer_power_cut(printer, now, values[1].as.ns, cause);
	return SIM_OK;
}

APPLY(apply_heater_switch_sticks)
{
	(void)error;
	printer_switch_sticks(printer, now, values[0].as.choice == 1, cause);
	return SIM_OK;
}

APPLY(apply_heater_weakens)
{
	(void)error;
	part_of(printer, now, &values[0], cause)->power = values[1].as.real;
	return SIM_OK;
}

APPLY(apply_hotend_fan_stalls)
{
	(void)error;
	(void)values;
	printer_heat(printer, now, cause)->faults.hotend_fan_stalled = true;
	return SIM_OK;
}

APPLY(apply_mains_voltage)
{
	(void)error;
	printer_heat(printer, now, cause)->mains_v = values[0].as.real;
	return SIM_OK;
}

APPLY(apply_mended)
{
	(void)error;
	printer_heat(printer, now, cause)->faults = heat_faults_none();
	const struct machine *m = &printer->m;
	/* A trip's question, then; never one about the plate. */
	if (values[0].as.yes && m->out.fault_code != 0 &&
	    m->out.prompt == m->screen_prompt)
		printer_answer(printer, now, (int)m->out.prompt, true, "somebody", cause);
	return SIM_OK;
}

APPLY(apply_nozzle_blob)
{
	struct heat_faults *faults = &printer_heat(printer, now, cause)->faults;
	(void)error;
	faults->blob_j_k = values[0].as.real;
	faults->part[HEAT_NOZZLE].coupling = values[1].as.real;
	faults->sock = values[2].as.real;
	return SIM_OK;
}

APPLY(apply_nozzle_is_set)
{
	(void)error;
	printer_turn_nozzle(printer, now, (int)values[0].as.integer, cause);
	return SIM_OK;
}

APPLY(apply_part_fan_sticks)
{
	(void)error;
	printer_heat(printer, now, cause)->faults.part_fan = values[0].as.real;
	return SIM_OK;
}

APPLY(apply_reading_freezes)
{
	(void)error;
	printer_heat(printer, now, cause);
	machine_freeze(printer, values[0].as.choice == 0 ? HEAT_NOZZLE : HEAT_BED);
	return SIM_OK;
}

APPLY(apply_sock_falls_off)
{
	(void)error;
	printer_heat(printer, now, cause)->faults.sock = values[0].as.real;
	return SIM_OK;
}

APPLY(apply_thermistor_drifts)
{
	struct heat *heat = printer_heat(printer, now, cause);
	struct heat_part_faults *fault =
		&heat->faults.part[values[0].as.choice == 0 ? HEAT_NOZZLE : HEAT_BED];
	(void)error;
	/* What it has drifted so far stays. */
	fault->offset_c += fault->drift_c_s * (heat->clock_s - fault->drift_since_s);
	fault->drift_c_s = values[1].as.real;
	fault->drift_since_s = heat->clock_s;
	return SIM_OK;
}

APPLY(apply_thermistor_falls_out)
{
	struct heat_part_faults *fault = part_of(printer, now, &values[0], cause);
	(void)error;
	fault->coupling = values[1].as.real;
	fault->sensor_per_s = 1e9 / (double)values[2].as.ns;
	return SIM_OK;
}

APPLY(apply_thermistor_flickers)
{
	struct heat_part_faults *fault = part_of(printer, now, &values[0], cause);
	(void)error;
	fault->circuit = HEAT_CIRCUIT_FLICKERS;
	fault->flicker_s = (double)values[1].as.ns / 1e9;
	fault->flicker_share = values[2].as.real;
	return SIM_OK;
}

APPLY(apply_thermistor_loosens)
{
	(void)error;
	part_of(printer, now, &values[0], cause)->coupling = values[1].as.real;
	return SIM_OK;
}

APPLY(apply_thermistor_opens)
{
	(void)error;
	part_of(printer, now, &values[0], cause)->circuit = HEAT_CIRCUIT_OPEN;
	return SIM_OK;
}

APPLY(apply_thermistor_shorts)
{
	(void)error;
	part_of(printer, now, &values[0], cause)->circuit = HEAT_CIRCUIT_SHORT;
	return SIM_OK;
}

APPLY(apply_thermistor_table_wrong)
{
	struct heat_part_faults *fault = part_of(printer, now, &values[0], cause);
	(void)error;
	fault->beta_k = values[1].as.real;
	fault->offset_c = values[2].as.real;
	return SIM_OK;
}

/* --- the table ------------------------------------------------------------------- */

/* clang-format off */
#define PARAMS(table) .params = (table), .n_params = sizeof(table) / sizeof((table)[0])

/* The names in brackets are those of the usual catalogue: H sensor, P power, F fans, air
 * and the rest. */
static const struct {
	struct vocab_row row;
	apply_fn *apply;
} FAULTS[] = {
	{{.name = "bed_switch_opens",
	  .summary = "the bed's thermal switch opens too early (F8)",
	  .help = "In series with the bed's heater, whatever the firmware wants.",
	  PARAMS(BED_SWITCH_OPENS)},
	 apply_bed_switch_opens},
	{{.name = "cable_tears",
	  .summary = "a cable of the head or bed tears, as in a collision (F6)",
	  .help = "The thermistor hangs in the air, or the heater has no current.",
	  PARAMS(CABLE_TEARS)},
	 apply_cable_tears},
	{{.name = "chamber_vents_blocked",
	  .summary = "the chamber cannot lose its heat (F7)",
	  .help = "Acts on models that have one. Readings of nozzle and bed are right.",
	  PARAMS(CHAMBER_VENTS_BLOCKED)},
	 apply_chamber_vents_blocked},
	{{.name = "clock_skew",
	  .summary = "the machine's clock is off",
	  .help = "Makes a stale start look fresh (slow), or a fresh one stale (fast). With drift "
		  "it goes further and further wrong, from by onwards (0s: from right).",
	  PARAMS(CLOCK_SKEW)},
	 apply_clock_skew},
	{{.name = "cold_sheet",
	  .summary = "a cold sheet is laid on the hot bed (F4)",
	  .help = "The bed's reading dips for a minute or two. No reason to trip.",
	  PARAMS(COLD_SHEET)},
	 apply_cold_sheet},
	{{.name = "door_opens",
	  .summary = "the door is opened (F3)",
	  .help = "No reason to trip. vent = 1, draught = 1 shuts it.",
	  PARAMS(DOOR_OPENS)},
	 apply_door_opens},
	{{.name = "draught",
	  .summary = "air moves over the machine (F3)",
	  .help = "No reason to trip.",
	  PARAMS(DRAUGHT)},
	 apply_draught},
	{{.name = "firmware_hangs",
	  .summary = "the firmware hangs with its outputs as they are (P6)",
	  .help = "Heaters keep their duty until a watchdog boots the machine."},
	 apply_firmware_hangs},
	{{.name = "heater_breaks",
	  .summary = "a heater or its cable is open (P3)",
	  .help = "It gives no heat any more.",
	  PARAMS(ONE_PART)},
	 apply_heater_breaks},
	{{.name = "heater_shorts",
	  .summary = "a heater shorts, the power supply trips (P5)",
	  .help = "The machine is off; when it is on again, that heater is broken.",
	  PARAMS(HEATER_SHORTS)},
	 apply_heater_shorts},
	{{.name = "heater_switch_sticks",
	  .summary = "a heater's switch sticks: full power whatever the firmware wants (P1, P2)",
	  .help = "Only the supply's own switch stops it, on machines that have one: on the "
		  "others no firmware can.",
	  PARAMS(ONE_PART)},
	 apply_heater_switch_sticks},
	{{.name = "heater_weakens",
	  .summary = "a heater gives a part of its power (P4)",
	  .help = "Slow to heat, and a higher duty in between.",
	  PARAMS(HEATER_WEAKENS)},
	 apply_heater_weakens},
	{{.name = "hotend_fan_stalls",
	  .summary = "the fan of the heatsink stops (F2)",
	  .help = "The block does not notice; filament softens where it must not.",},
	 apply_hotend_fan_stalls},
	{{.name = "mains_voltage",
	  .summary = "another voltage comes out of the wall (P4)",
	  .help = "Beds that run on the mains feel it: 90 V, or 220 V instead of 110 V.",
	  PARAMS(MAINS_VOLTAGE)},
	 apply_mains_voltage},
	{{.name = "mended",
	  .summary = "all that was broken in heaters, sensors and fans is put right",
	  .help = "Also door and draught; not the mains.",
	  PARAMS(MENDED)},
	 apply_mended},
	{{.name = "nozzle_blob",
	  .summary = "plastic wraps round the nozzle (F5)",
	  .help = "Sluggish, takes more power, and the thermistor sees less.",
	  PARAMS(NOZZLE_BLOB)},
	 apply_nozzle_blob},
	{{.name = "nozzle_is_set",
	  .summary = "somebody sets another nozzle target at the screen",
	  .help = "In the printing itself, as for another filament; or at rest, a preheat that "
		  "somebody may forget. No reason to trip.",
	  PARAMS(NOZZLE_IS_SET)},
	 apply_nozzle_is_set},
	{{.name = "part_fan_sticks",
	  .summary = "the part fan does not do what it is told (F1)",
	  .help = "Stuck on it takes 6 to 13 W from a nozzle of 220 °C.",
	  PARAMS(PART_FAN_STICKS)},
	 apply_part_fan_sticks},
	{{.name = "plate_sensor",
	  .summary = "the plate sensor fails",
	  .help = "Acts on models that have one.",
	  PARAMS(PLATE_SENSOR)},
	 apply_plate_sensor},
	{{.name = "power_cut",
	  .summary = "the machine loses its power, and gets it back (P7)",
	  .help = "A running job ends where it is; what was printed stays on the plate.",
	  PARAMS(POWER_CUT)},
	 apply_power_cut},
	{{.name = "reading_freezes",
	  .summary = "a reading stands still, bit for bit (H7)",
	  .help = "The converter or its bus has died.",
	  PARAMS(ONE_PART)},
	 apply_reading_freezes},
	{{.name = "sock_falls_off",
	  .summary = "the block loses its silicone sock (F3)",
	  .help = "Takes more power; no reason to trip.",
	  PARAMS(SOCK_FALLS_OFF)},
	 apply_sock_falls_off},
	{{.name = "thermistor_drifts",
	  .summary = "a thermistor ages while one watches (H8)",
	  .help = "The reading looks well; the truth is elsewhere.",
	  PARAMS(THERMISTOR_DRIFTS)},
	 apply_thermistor_drifts},
	{{.name = "thermistor_falls_out",
	  .summary = "a thermistor falls out and hangs in the air (H1; before heating: H3)",
	  .help = "The reading falls, so the firmware heats on.",
	  PARAMS(THERMISTOR_FALLS_OUT)},
	 apply_thermistor_falls_out},
	{{.name = "thermistor_flickers",
	  .summary = "a thermistor's cable breaks contact now and then (H6)",
	  .help = "Spikes to the cold end of the table.",
	  PARAMS(THERMISTOR_FLICKERS)},
	 apply_thermistor_flickers},
	{{.name = "thermistor_loosens",
	  .summary = "a thermistor sits loosely (H2)",
	  .help = "A dip, then a normal reading of a block that is too hot.",
	  PARAMS(THERMISTOR_LOOSENS)},
	 apply_thermistor_loosens},
	{{.name = "thermistor_opens",
	  .summary = "a thermistor's circuit is open (H4)",
	  .help = "Reads as colder than any room.",
	  PARAMS(ONE_PART)},
	 apply_thermistor_opens},
	{{.name = "thermistor_shorts",
	  .summary = "a thermistor's circuit is shorted (H5)",
	  .help = "Reads as hotter than any nozzle.",
	  PARAMS(ONE_PART)},
	 apply_thermistor_shorts},
	{{.name = "thermistor_table_wrong",
	  .summary = "the build's table is for another thermistor (H9)",
	  .help = "Right at 25 °C, and further off the hotter it is.",
	  PARAMS(THERMISTOR_TABLE_WRONG)},
	 apply_thermistor_table_wrong},
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
