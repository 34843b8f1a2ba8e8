/* machine_step.c - one step: readings for the build, its answer, and its death. */
#include "printers/machine.h"

#include <assert.h>
#include <string.h>

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

/* Soon after its boot: counts as the same trouble. */
static const sim_ns SOON = SIM_MIN;

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
bool machine_taken(struct printer *printer, int status)
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
	if (machine_taken(printer, status)) {
		if (out->size < FW_SIZE_1_0(struct jobjam_fw_actuators, next_wake_us) ||
		    out->size > FW_SIZE_MOST) {
			machine_die(printer, "wrong_answer",
				    "it set a size that its actuators cannot have",
				    false);
		} else {
			fill_up(out);
			machine_follow(printer, out);
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
	if (machine_taken(printer, status))
		machine_step(printer, printer->m.now);
}
