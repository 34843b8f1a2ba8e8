/* machine.c - what time and a build's outputs do to the machine, and the end of a job. */
#include "printers/machine.h"

#include "printers/impact.h"

#include <assert.h>
#include <math.h> /* fabs */
#include <string.h>

const char *machine_state_name(uint32_t state)
{
	static const char *const NAMES[] = {
		[JOBJAM_FW_IDLE] = "IDLE",       [JOBJAM_FW_PREPARE] = "PREPARE",
		[JOBJAM_FW_RUNNING] = "RUNNING", [JOBJAM_FW_PAUSE] = "PAUSE",
		[JOBJAM_FW_FINISH] = "FINISH",   [JOBJAM_FW_FAILED] = "FAILED",
	};
	return state < sizeof(NAMES) / sizeof(NAMES[0]) ? NAMES[state] : "UNKNOWN";
}

struct heat_drive machine_drive(const struct machine *machine)
{
	return (struct heat_drive){
		.nozzle_pwm = machine->out.nozzle_pwm,
		.bed_pwm = machine->out.bed_pwm,
		.part_fan = machine->out.part_fan,
		.flow_mm3_s = motion_flow_mm3_s(&machine->motion),
		.motors = machine->powered &&
			  machine->out.motion.kind != JOBJAM_FW_MOVE_PARKED,
		.no_supply = machine->out.supply_off != 0,
		.no_power = !machine->powered,
	};
}

void machine_pass(struct printer *printer, sim_ns t)
{
	struct machine *m = &printer->m;
	assert(t >= m->now);
	if (t == m->now)
		return;
	struct heat_drive drive = machine_drive(m);
	heat_run(&m->heat, printer->model->plant, &drive, t - m->now);
	motion_run(&m->motion, m->now, t - m->now);
	impact_passed(printer, &drive, t - m->now);
	m->now = t;
	machine_look_at_heat(printer);
}

/* --- endings --------------------------------------------------------------------- */

static void say_waste(struct printer *printer)
{
	const struct machine *m = &printer->m;
	const struct motion *motion = &m->motion;
	double ruined = motion->grams_over + motion->grams_air;
	if (motion->grams_air >= 0.01)
		outbox_say(printer->outbox, m->now, SLOT_MOVE, SLOT_NONE,
			   KIND_HARM_SPAGHETTI, F_REAL("grams", motion->grams_air),
			   F_INT("task", m->task));
	if (ruined >= 0.01)
		outbox_say(printer->outbox, m->now, SLOT_ENDED, SLOT_NONE,
			   KIND_HARM_WASTED,
			   F_REAL("grams", ruined + motion->grams_purged),
			   F_REAL("metres", motion->metres_over + motion->metres_air +
						    motion->metres_purged),
			   F_INT("task", m->task));
}

void machine_end_job(struct printer *printer, const char *how, uint32_t layers)
{
	struct machine *m = &printer->m;
	outbox_say(printer->outbox, m->now, SLOT_START, SLOT_ENDED, KIND_FIRMWARE_ENDED,
		   F_INT("task", m->task), F_TEXT("how", how), F_INT("layers", layers));
	say_waste(printer);
	impact_add_filament(&m->impact, &m->motion);
	if (motion_leave_object(&m->motion, &m->plate, m->task))
		outbox_say(printer->outbox, m->now, SLOT_ENDED, SLOT_NONE,
			   KIND_PLATE_OCCUPIED, F_INT("task", m->task),
			   F_TEXT("job", m->job_name), F_INT("objects", m->plate.n),
			   F_REAL("height_mm", plate_top(&m->plate)),
			   F_REAL("grams", plate_grams(&m->plate)));
	m->job = false;
}

/* --- what the outputs begin ------------------------------------------------------ */

static void say_state(struct printer *printer, const struct jobjam_fw_actuators *out)
{
	struct machine *m = &printer->m;
	enum outbox_slot cause = m->job ? SLOT_START : SLOT_ENDED;
	if (out->state != m->out.state)
		outbox_say(printer->outbox, m->now, cause, SLOT_STATE,
			   KIND_FIRMWARE_STATE,
			   F_TEXT("state", machine_state_name(out->state)),
			   F_INT("task", m->task));
	if (out->stage != m->out.stage && m->job)
		outbox_say(printer->outbox, m->now, SLOT_START, SLOT_STAGE,
			   KIND_FIRMWARE_STAGE, F_INT("stage", out->stage),
			   F_INT("task", m->task));
}

static void say_damage(struct printer *printer, const char *part, const char *which)
{
	struct machine *m = &printer->m;
	impact_damage(m, part);
	outbox_say(printer->outbox, m->now, SLOT_TOUCH, SLOT_NONE, KIND_HARM_DAMAGE,
		   F_TEXT("part", part), F_TEXT("which", which), F_INT("task", m->task));
}

static void say_contact(struct printer *printer, const struct motion_contact *contact)
{
	struct machine *m = &printer->m;
	impact_contact(m, contact);
	if (contact->kind == CONTACT_OVER) {
		outbox_say(printer->outbox, m->now, SLOT_MOVE, SLOT_NONE,
			   KIND_HARM_PRINTED_OVER, F_INT("objects", contact->objects),
			   F_REAL("object_mm", contact->object_mm),
			   F_INT("task", m->task),
			   F_INT("object_task", contact->object_task));
		return;
	}
	outbox_say(printer->outbox, m->now, SLOT_MOVE, SLOT_TOUCH, KIND_HARM_COLLISION,
		   F_TEXT("contact",
			  contact->kind == CONTACT_PRESS ? "press" : "lateral"),
		   F_TEXT("part", contact->part),
		   F_REAL("speed_mm_s", contact->speed_mm_s),
		   F_REAL("object_mm", contact->object_mm), F_INT("task", m->task),
		   F_INT("object_task", contact->object_task));
	if (contact->damaged)
		say_damage(printer, contact->damaged, "");
	if (contact->cable) {
		/* From here on it is a matter of heat. */
		say_damage(printer, "cable",
			   contact->thermistor ? "thermistor" : "heater");
		heat_tear_cable(&m->heat, HEAT_NOZZLE, contact->thermistor);
	}
}

static void begin_move(struct printer *printer, const struct jobjam_fw_actuators *out)
{
	const struct jobjam_fw_motion *move = &out->motion;
	struct machine *m = &printer->m;
	struct motion_contact contacts[MOTION_CONTACTS_MAX];
	const char *name = motion_name(move->kind);

	if (move->seq == m->out.motion.seq)
		return;
	if (name != m->move_name)
		outbox_say(printer->outbox, m->now, m->job ? SLOT_STAGE : SLOT_ENDED,
			   SLOT_MOVE, KIND_MOTION_STAGE, F_TEXT("stage", name),
			   F_INT("task", m->task));
	m->move_name = name;
	m->motion.nozzle_c = m->heat.block_c;
	m->motion.from_mm = out->from_mm;
	int n = motion_begin(&m->motion, &m->plate, printer->model, move, m->now,
			     &m->luck, contacts);
	for (int i = 0; i < n; i++)
		say_contact(printer, &contacts[i]);
}

static void say_heat(struct printer *printer, const char *name, struct machine_part *part,
		     double pwm, double target_c, double reading_c)
{
	struct machine *m = &printer->m;
	enum outbox_slot cause = m->job ? SLOT_STAGE : SLOT_ENDED;
	bool on = pwm > 0.0 || target_c > 0.0;
	if (on && !part->on)
		outbox_say(printer->outbox, m->now, cause, SLOT_NONE, KIND_HEAT_ON,
			   F_TEXT("part", name), F_REAL("target_c", target_c),
			   F_INT("task", m->task));
	if (!on && part->on)
		outbox_say(printer->outbox, m->now, cause, SLOT_NONE, KIND_HEAT_OFF,
			   F_TEXT("part", name), F_REAL("c", reading_c));
	if (target_c != part->target_c)
		part->reached = false;
	if (on && target_c > 0.0 && !part->reached && fabs(reading_c - target_c) < 2.0) {
		outbox_say(printer->outbox, m->now, cause, SLOT_NONE, KIND_HEAT_REACHED,
			   F_TEXT("part", name), F_REAL("c", reading_c),
			   F_INT("task", m->task));
		part->reached = true;
	}
	part->on = on;
	part->target_c = target_c;
}

static double in_range(double value, double lo, double hi)
{
	return value > lo ? (value < hi ? value : hi) : lo; /* NaN becomes lo */
}

/* A build that is not ours may say anything. */
static void bound(struct jobjam_fw_actuators *out)
{
	out->nozzle_pwm = in_range(out->nozzle_pwm, 0, 1);
	out->bed_pwm = in_range(out->bed_pwm, 0, 1);
	out->part_fan = in_range(out->part_fan, 0, 1);
	out->nozzle_target_c = in_range(out->nozzle_target_c, 0, 1000);
	out->bed_target_c = in_range(out->bed_target_c, 0, 1000);
	struct jobjam_fw_motion *move = &out->motion;
	move->x0_mm = in_range(move->x0_mm, -1000, 1000);
	move->y0_mm = in_range(move->y0_mm, -1000, 1000);
	move->x1_mm = in_range(move->x1_mm, move->x0_mm, 1000);
	move->y1_mm = in_range(move->y1_mm, move->y0_mm, 1000);
	move->z_mm = in_range(move->z_mm, 0, 1000);
	out->from_mm = in_range(out->from_mm, 0, move->z_mm);
	move->speed_mm_s = in_range(move->speed_mm_s, 0, 2000);
	move->feed_mm_s = in_range(move->feed_mm_s, 0, 1000);
	move->grams_per_m = in_range(move->grams_per_m, 0, 100);
	if (move->duration_us > (uint64_t)(100 * SIM_DAY / SIM_US))
		move->duration_us = (uint64_t)(100 * SIM_DAY / SIM_US);
}

/* The second way to shut off: its own switch, where the machine has one. */
static void say_supply(struct printer *printer, const struct jobjam_fw_actuators *out)
{
	struct machine *m = &printer->m;
	bool has_switch = printer->model->plant->supply_switch != 0.0;
	if ((out->supply_off != 0) == (m->out.supply_off != 0))
		return;
	outbox_say(printer->outbox, m->now, out->fault_code ? SLOT_TRIP : SLOT_STATE,
		   SLOT_NONE, KIND_HEAT_SUPPLY,
		   F_TEXT("state", !out->supply_off ? "on"
				   : has_switch     ? "cut"
						    : "cannot_cut"));
}

void machine_follow(struct printer *printer, struct jobjam_fw_actuators *out)
{
	struct machine *m = &printer->m;
	bound(out);
	say_state(printer, out);
	say_supply(printer, out);
	begin_move(printer, out);
	say_heat(printer, "bed", &m->bed, out->bed_pwm, out->bed_target_c,
		 m->heat.bed_sensor_c);
	say_heat(printer, "nozzle", &m->nozzle, out->nozzle_pwm, out->nozzle_target_c,
		 m->heat.sensor_c);
	m->out = *out;
}

void machine_say_cold(struct printer *printer)
{
	struct machine *m = &printer->m;
	say_heat(printer, "bed", &m->bed, 0.0, 0.0, m->heat.bed_sensor_c);
	say_heat(printer, "nozzle", &m->nozzle, 0.0, 0.0, m->heat.sensor_c);
}
