/* machine.c - one step: plant up to the instant, build, and what its outputs begin. */
#include "printers/machine.h"

#include "printers/host/remote.h"
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

static void begin_move(struct printer *printer, const struct jobjam_fw_motion *move)
{
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

static void follow(struct printer *printer, struct jobjam_fw_actuators *out)
{
	struct machine *m = &printer->m;
	bound(out);
	say_state(printer, out);
	say_supply(printer, out);
	begin_move(printer, &out->motion);
	say_heat(printer, "bed", &m->bed, out->bed_pwm, out->bed_target_c,
		 m->heat.bed_sensor_c);
	say_heat(printer, "nozzle", &m->nozzle, out->nozzle_pwm, out->nozzle_target_c,
		 m->heat.sensor_c);
	m->out = *out;
}

/* --- the step -------------------------------------------------------------------- */

static uint32_t sense_plate(const struct printer *printer)
{
	const struct machine *m = &printer->m;
	if (!printer->model->has_plate_sensor)
		return JOBJAM_FW_PLATE_NO_SENSOR;
	switch (m->plate_sensor) {
	case PLATE_SENSOR_UNAVAILABLE:
		return JOBJAM_FW_PLATE_UNAVAILABLE;
	case PLATE_SENSOR_BLIND:
		return JOBJAM_FW_PLATE_CLEAR;
	case PLATE_SENSOR_WORKS:
		break;
	}
	if (m->look.unavailable)
		return JOBJAM_FW_PLATE_UNAVAILABLE;
	bool sees = plate_is_visible(&m->plate) ? !m->look.misses : m->look.false_alarm;
	return sees ? JOBJAM_FW_PLATE_OBJECT : JOBJAM_FW_PLATE_CLEAR;
}

/* Only inputs raise questions. A perfect sensor draws no luck. */
static void look_anew(struct machine *m)
{
	m->look = (struct machine_look){
		.misses = m->sensor_misses > 0.0 &&
			  chance_unit(&m->look_luck) < m->sensor_misses,
		.false_alarm = m->sensor_false_alarms > 0.0 &&
			       chance_unit(&m->look_luck) < m->sensor_false_alarms,
		.unavailable = m->sensor_unavailable > 0.0 &&
			       chance_unit(&m->look_luck) < m->sensor_unavailable,
	};
}

static struct jobjam_fw_sensors read_sensors(struct printer *printer)
{
	struct machine *m = &printer->m;
	const struct plant_constants *plant = printer->model->plant;
	return (struct jobjam_fw_sensors){
		.size = sizeof(struct jobjam_fw_sensors),
		.plate = sense_plate(printer),
		.flags = m->motion.sense,
		.now_us = (uint64_t)(m->now / SIM_US),
		.nozzle_c = heat_reading(&m->heat, plant, HEAT_NOZZLE, &m->sensor_luck),
		.bed_c = heat_reading(&m->heat, plant, HEAT_BED, &m->sensor_luck),
		.chamber_c = m->heat.chamber_c,
		.probe_spread_mm = m->motion.probe_spread_mm,
	};
}

static sim_ns wake_after(sim_ns now, uint64_t wake_us)
{
	if (wake_us >= (uint64_t)(INT64_MAX / SIM_US))
		return SIM_NEVER;
	sim_ns wake = (sim_ns)wake_us * SIM_US;
	return wake > now ? wake : now + SIM_MS; /* a build that never lets time pass */
}

/* --- a build that is gone -------------------------------------------------------- */

/* Soon after its boot: counts as the same trouble. So many, and it is left off. */
static const sim_ns SOON = SIM_MIN;
enum {
	CRASHES_MAX = 5
};

static const char *call_name(const struct printer *printer)
{
	static const char *const NAMES[] = {
		[CALL_NONE] = "",
		[CALL_CREATE] = "create",
		[CALL_STEP] = "step",
		[CALL_NET_RX] = "net_rx",
		[CALL_NET_EVENT] = "net_event",
		[CALL_USER] = "user",
		[CALL_SAVE] = "save",
		[CALL_LOAD] = "load",
	};
	uint32_t call = printer->dying_in;
	return call < sizeof(NAMES) / sizeof(NAMES[0]) ? NAMES[call] : "";
}

void machine_die(struct printer *printer, const char *how, const char *detail, bool asked)
{
	struct machine *m = &printer->m;
	m->dead = true;
	m->wake = SIM_NEVER;
	m->crashes = m->now - m->booted_at < SOON ? m->crashes + 1 : 1;
	m->reset_at = printer->watchdog < SIM_NEVER - m->now ? m->now + printer->watchdog
							     : SIM_NEVER;
	outbox_event(printer->outbox, m->now, m->job ? SLOT_START : SLOT_INPUT,
		     SLOT_STATE, SLOT_ENDED, KIND_FIRMWARE_CRASHED,
		     TRACE_FIELDS(F_TEXT("how", how), F_TEXT("detail", detail),
				  F_TEXT("call", call_name(printer)),
				  F_INT("task", m->job ? m->task : 0),
				  F_BOOL("asked", asked)));
	printer->dying_in = CALL_NONE;
}

bool machine_runs(const struct machine *machine)
{
	return machine->powered && !machine->dead;
}

void machine_enter(struct printer *printer, enum machine_call call)
{
	printer->dying_in = call;
	printer->said_too_much = false;
	if (!printer->mark)
		return;
	printer->mark->kept = 0;
	printer->mark->calls++;
	printer->mark->call = call;
}

void machine_leave(struct printer *printer)
{
	if (printer->mark)
		printer->mark->call = CALL_NONE;
}

void machine_keep(struct printer *printer)
{
	struct machine_mark *mark = printer->mark;
	if (!mark || mark->kept)
		return;
	mark->before = printer->m;
	mark->kept = 1;
}

/* false: that was the end of it. */
static bool taken(struct printer *printer, int status)
{
	if (printer->said_too_much) {
		machine_die(printer, "wrong_answer",
			    "it says more than anybody can at one instant", false);
		return false;
	}
	switch (status) {
	case JOBJAM_FW_OK:
	case JOBJAM_FW_WARN:
	case JOBJAM_FW_DISCARD:
		return true;
	case JOBJAM_FW_ERROR:
		machine_die(printer, "gave_up", "it answered ERROR", false);
		return false;
	case JOBJAM_FW_FATAL:
		machine_die(printer, "gave_up", "it answered FATAL", false);
		return false;
	default:
		machine_die(printer, "wrong_answer",
			    "it answered with no status of the ABI", false);
		return false;
	}
}

/* --- the step -------------------------------------------------------------------- */

/* What an older build does not know of reads as 0. */
static void fill_up(struct jobjam_fw_actuators *out)
{
	size_t size = out->size;
	if (size < sizeof(*out))
		memset((char *)out + size, 0, sizeof(*out) - size);
	out->size = sizeof(*out);
}

void machine_step(struct printer *printer, sim_ns t)
{
	struct machine *m = &printer->m;
	machine_pass(printer, t);
	if (m->dead || !printer->firmware)
		return;

	struct jobjam_fw_sensors own_sensors;
	struct jobjam_fw_actuators own_out;
	struct jobjam_fw_sensors *sensors =
		printer->sensors ? printer->sensors : &own_sensors;
	struct jobjam_fw_actuators *out =
		printer->actuators ? printer->actuators : &own_out;
	uint64_t now_us = (uint64_t)(m->now / SIM_US);
	*sensors = read_sensors(printer);
	*out = m->out;
	out->size = sizeof(*out);
	printer->steps++;
	outbox_hold_reports(printer->outbox);
	machine_enter(printer, CALL_STEP);
	int status = printer->api->step(printer->firmware, sensors,
					now_us - m->stepped_us, out);
	machine_leave(printer);
	m->stepped_us = now_us;
	if (taken(printer, status)) {
		if (out->size < FW_SIZE_1_0(struct jobjam_fw_actuators, next_wake_us) ||
		    out->size > FW_SIZE_MOST) {
			machine_die(printer, "wrong_answer",
				    "it set a size that its actuators cannot have",
				    false);
		} else {
			fill_up(out);
			follow(printer, out);
			m->wake = wake_after(m->now, out->next_wake_us);
		}
	}
	outbox_append_reports(printer->outbox);
}

void machine_input(struct printer *printer, const struct machine_input *input)
{
	const struct jobjam_fw_api *api = printer->api;
	int status = JOBJAM_FW_OK;
	look_anew(&printer->m);
	machine_enter(printer, input->call);
	switch (input->call) {
	case CALL_NET_RX:
		status = api->net_rx(printer->firmware, input->payload, input->length,
				     input->message);
		break;
	case CALL_NET_EVENT:
		status = api->net_event(printer->firmware, input->event);
		break;
	case CALL_USER:
		status = api->user(printer->firmware, input->event, input->arg);
		break;
	default:
		assert(!"an input");
	}
	machine_leave(printer);
	if (taken(printer, status))
		machine_step(printer, printer->m.now);
}

/* --- power ----------------------------------------------------------------------- */

/* The supply is taken to be the lower one, as heat_init() does. */
static void add_data_sheet(struct jobjam_fw_config *config,
			   const struct plant_constants *plant)
{
	config->nozzle_w = plant->heater_w;
	config->nozzle_alpha = plant->heater_alpha;
	config->nozzle_j_k = plant->block_j_k;
	config->nozzle_loss_w_k = plant->loss_w_k;
	config->nozzle_loss_fan_w_k = plant->loss_fan_w_k;
	config->nozzle_sensor_per_s = plant->sensor_per_s;
	config->nozzle_lag_s = plant->sensor_lag_s;
	config->bed_w = plant->bed_w;
	config->bed_j_k = plant->plate_j_k + plant->top_j_k;
	config->bed_loss_w_k = plant->top_air_w_k + plant->plate_air_w_k;
}

int machine_create(struct printer *printer)
{
	struct machine *m = &printer->m;
	struct jobjam_fw_config config = {
		.size = sizeof(config),
		.has_plate_sensor = printer->model->has_plate_sensor,
		.full_reports = printer->model->full_reports,
		.n_values = (uint32_t)printer->n_values,
		.serial = printer->serial,
		.values = printer->values,
		.bed_x_mm = printer->model->bed_x_mm,
		.bed_y_mm = printer->model->bed_y_mm,
	};
	add_data_sheet(&config, printer->model->plant);
	printer->firmware = NULL;
	machine_enter(printer, CALL_CREATE);
	int status =
		printer->api->create(&printer->host, &config, (uint64_t)(m->now / SIM_US),
				     &printer->firmware);
	machine_leave(printer);
	if (status != JOBJAM_FW_OK && status != JOBJAM_FW_WARN)
		printer->firmware = NULL;
	else if (!printer->firmware)
		status = JOBJAM_FW_ERROR;
	return status;
}

static void begin_boot(struct machine *m)
{
	m->powered = true;
	m->dead = false;
	m->booted_at = m->now;
	m->reset_at = SIM_NEVER;
	m->stepped_us = (uint64_t)(m->now / SIM_US);
	memset(&m->out, 0, sizeof(m->out));
}

int machine_boot(struct printer *printer, struct sim_error *error)
{
	struct machine *m = &printer->m;
	begin_boot(m);
	if (printer->remote) {
		remote_boot(printer);
		return SIM_OK;
	}
	int status = machine_create(printer);
	if (status != JOBJAM_FW_OK && status != JOBJAM_FW_WARN) {
		machine_die(printer, "gave_up", "create() failed", false);
		return sim_fail(error, SIM_EUNFIT,
				"%s: its firmware build does not start (%d)",
				printer->name, status);
	}
	if (printer->online) {
		machine_enter(printer, CALL_NET_EVENT);
		status = printer->api->net_event(printer->firmware, JOBJAM_FW_NET_UP);
		machine_leave(printer);
		if (!taken(printer, status))
			return SIM_OK;
	}
	machine_step(printer, m->now);
	return SIM_OK;
}

/* Everything off at once: what was being done ends where it is. */
static void fall_dark(struct printer *printer)
{
	struct machine *m = &printer->m;
	if (m->job)
		machine_end_job(printer, "aborted", 0);
	if (m->out.prompt)
		outbox_say(printer->outbox, m->now, SLOT_OF_PROMPT(m->out.prompt),
			   SLOT_NONE, KIND_PROMPT_EXPIRED, F_INT("prompt", m->out.prompt),
			   F_INT("task", m->task));
	if (m->nozzle.on || m->bed.on) {
		say_heat(printer, "bed", &m->bed, 0.0, 0.0, m->heat.bed_sensor_c);
		say_heat(printer, "nozzle", &m->nozzle, 0.0, 0.0, m->heat.sensor_c);
	}
	if (printer->remote)
		remote_end(printer);
	else
		printer->api->destroy(printer->firmware);
	printer->firmware = NULL;
	memset(&m->out, 0, sizeof(m->out));
	m->motion.move = (struct jobjam_fw_motion){.kind = JOBJAM_FW_MOVE_PARKED};
	m->move_name = motion_name(JOBJAM_FW_MOVE_PARKED);
	m->wake = SIM_NEVER;
}

void machine_power_off(struct printer *printer)
{
	struct machine *m = &printer->m;
	fall_dark(printer);
	m->powered = m->dead = false;
	m->reset_at = SIM_NEVER;
	m->crashes = 0;
}

void machine_reset(struct printer *printer)
{
	struct machine *m = &printer->m;
	bool boots = m->crashes < CRASHES_MAX;
	outbox_event(printer->outbox, m->now, SLOT_STATE, SLOT_STATE, SLOT_INPUT,
		     KIND_FIRMWARE_RESET,
		     TRACE_FIELDS(F_BOOL("boots", boots), F_INT("crashes", m->crashes)));
	fall_dark(printer);
	m->reset_at = SIM_NEVER;
	if (boots)
		machine_boot(printer, NULL); /* one that does not come up dies anew */
}
