/* printer.c - runs a machine ahead, takes it back when something comes in, and says what
 * it did. */
#include "printers/printer.h"

#include "printers/host/remote.h"
#include "printers/impact.h"
#include "printers/machine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A build that ticks without ever saying anything is not followed further than this in
 * one go. */
static const sim_ns AHEAD_MOST = SIM_H;
/* A machine's own watchdog, where the options do not say otherwise: that of the
 * controllers whose sources are published. */
static const sim_ns WATCHDOG = 4 * SIM_S;
/* Longer messages than any machine has memory for. */
enum {
	MESSAGE_MOST = 256 * 1024
};

/* --- making ---------------------------------------------------------------------- */

static int copy_name(char *to, size_t size, const char *from, const char *what,
		     struct sim_error *error)
{
	size_t length = from ? strlen(from) : 0;
	if (length == 0 || length >= size)
		return sim_fail(error, SIM_EINVAL,
				"a printer's %s must have 1 to %zu bytes", what,
				size - 1);
	memcpy(to, from, length + 1);
	return SIM_OK;
}

static int take_options(struct printer *printer, const struct printer_options *options,
			struct sim_error *error)
{
	int status = copy_name(printer->name, sizeof(printer->name), options->name,
			       "name", error);
	if (!status)
		status = copy_name(printer->serial, sizeof(printer->serial),
				   options->serial, "serial", error);
	if (!status)
		status = firmware_build_values(options->build, options->settings,
					       printer->values, error);
	if (status)
		return status;
	printer->n_values = firmware_build_settings(options->build)->n_params;
	printer->cliff = SIM_NEVER;
	printer->api = firmware_build_api(options->build);
	printer->model = options->model;
	printer->shelf = options->shelf;
	printer->trace = options->trace;
	printer->clock = options->clock;
	printer->outlets = options->outlets;
	printer->watchdog = options->watchdog ? options->watchdog : WATCHDOG;
	if (firmware_build_isolated(options->build))
		return remote_new(options->build, &printer->remote, error);
	return SIM_OK;
}

static void commit(struct printer *printer)
{
	assert(!printer->committing); /* an outlet may not come back in */
	printer->committing = true;
	outbox_commit(printer->outbox, printer->trace, printer->name, &printer->outlets);
	printer->committing = false;
	printer->ahead = false;
}

static int make_room_to_save(struct printer *printer, struct sim_error *error)
{
	if (printer->api->save(printer->firmware, NULL, &printer->firmware_size) ||
	    printer->firmware_size == 0 || printer->firmware_size > 1 << 20)
		return sim_fail(error, SIM_EUNFIT,
				"%s: its firmware build cannot save its state in 1 MiB",
				printer->name);
	printer->saved_firmware = malloc(printer->firmware_size);
	if (!printer->saved_firmware)
		return sim_fail(error, SIM_ENOMEM, "no memory for %s", printer->name);
	return SIM_OK;
}

static int start_machine(struct printer *printer, const struct printer_options *options,
			 struct sim_error *error)
{
	struct machine *m = &printer->m;
	m->now = options->clock->now;
	m->wake = SIM_NEVER;
	m->luck = chance_stream(options->seed, printer->name, "damage");
	m->sensor_luck = chance_stream(options->seed, printer->name, "sensors");
	m->look_luck = chance_stream(options->seed, printer->name, "plate sensor");
	m->sensor_misses = options->sensor_misses;
	m->sensor_false_alarms = options->sensor_false_alarms;
	m->sensor_unavailable = options->sensor_unavailable;
	m->firmware_luck = chance_stream(options->seed, printer->name, "firmware");
	m->move_name = motion_name(JOBJAM_FW_MOVE_PARKED);
	heat_init(&m->heat, printer->model->plant, options->room_c);
	if (options->mains_v > 0.0)
		m->heat.mains_v = options->mains_v;
	if (options->noise_c >= 0.0)
		m->heat.noise_c = options->noise_c;
	motion_init(&m->motion);
	machine_fill_host(printer);
	m->reset_at = SIM_NEVER;
	int status = machine_boot(printer, error);
	if (!status && !printer->remote)
		status = make_room_to_save(printer, error);
	if (!status)
		commit(printer);
	return status;
}

int printer_new(const struct printer_options *options, struct printer **ret_printer,
		struct sim_error *error)
{
	struct printer *printer = calloc(1, sizeof(*printer));
	if (!printer)
		return sim_fail(error, SIM_ENOMEM, "no memory for a printer");
	printer->power_back = SIM_NEVER;
	printer->outbox = outbox_new();
	int status = SIM_OK;
	if (!printer->outbox)
		status = sim_fail(error, SIM_ENOMEM, "no memory for a printer");
	if (!status)
		status = take_options(printer, options, error);
	if (!status)
		status = start_machine(printer, options, error);
	if (status) {
		printer_free(printer);
		return status;
	}
	*ret_printer = printer;
	return SIM_OK;
}

void printer_free(struct printer *printer)
{
	if (!printer)
		return;
	if (printer->firmware)
		printer->api->destroy(printer->firmware);
	remote_free(printer->remote);
	outbox_free(printer->outbox);
	free(printer->saved_firmware);
	free(printer);
}

/* --- ahead and back -------------------------------------------------------------- */

static void save(struct printer *printer)
{
	size_t size = printer->firmware_size;
	int status =
		printer->api->save(printer->firmware, printer->saved_firmware, &size);
	assert(status == JOBJAM_FW_OK);
	(void)status;
}

static void run(struct printer *printer, sim_ns until)
{
	while (outbox_is_empty(printer->outbox) && machine_next(printer) <= until)
		machine_go(printer);
}

static void restore(struct printer *printer)
{
	if (printer->m.dead) { /* after FATAL nothing but destroy() may follow */
		printer->api->destroy(printer->firmware);
		printer->m = printer->saved;
		int status = machine_create(printer);
		assert(status == JOBJAM_FW_OK || status == JOBJAM_FW_WARN);
		(void)status;
	}
	printer->m = printer->saved;
	int status = printer->api->load(printer->firmware, printer->saved_firmware,
					printer->firmware_size);
	assert(status == JOBJAM_FW_OK);
	(void)status;
}

/* Back from ahead, to now. */
static void go_back(struct printer *printer, sim_ns now)
{
	if (printer->m.dead)
		printer->cliff = printer->m.now;
	outbox_drop(printer->outbox);
	printer->ahead = false;
	if (printer->remote) {
		printer->m = printer->saved;
		remote_back(printer, now);
		commit(printer); /* a build that does not do the same again has died */
		return;
	}
	restore(printer);
	outbox_drop(printer->outbox);
	run(printer, now);
	assert(outbox_is_empty(printer->outbox));
}

/* The edge of a cliff is stepped over only when its instant has come: on the way there an
 * input may still lead elsewhere, and every look over it costs a process. */
static sim_ns horizon(struct printer *printer, sim_ns now)
{
	if (printer->cliff <= now)
		printer->cliff = SIM_NEVER;
	return printer->cliff <= now + AHEAD_MOST ? printer->cliff - 1 : now + AHEAD_MOST;
}

/* When a machine without a running build gets one. */
static sim_ns starts_at(const struct printer *printer)
{
	return printer->m.powered ? printer->m.reset_at : printer->power_back;
}

sim_ns printer_due(struct printer *printer, sim_ns now)
{
	if (printer->ahead)
		return printer->due;
	if (!outbox_is_empty(printer->outbox))
		return now; /* the plant said something while it was brought here */
	if (!machine_runs(&printer->m)) {
		sim_ns plant = machine_plant_due(printer), back = starts_at(printer);
		return plant < back ? plant : back;
	}
	if (machine_next(printer) == SIM_NEVER)
		return SIM_NEVER;
	sim_ns until = horizon(printer, now);
	printer->saved = printer->m;
	if (printer->remote) {
		remote_ahead(printer, until);
	} else {
		save(printer);
		run(printer, until);
	}
	printer->ahead = true;
	printer->due =
		outbox_is_empty(printer->outbox) ? machine_next(printer) : printer->m.now;
	return printer->due;
}

static void power_on(struct printer *printer, sim_ns now)
{
	machine_pass(printer, now);
	printer->power_back = SIM_NEVER;
	machine_boot(printer,
		     NULL); /* one that does not come up dies, and is tried again */
	commit(printer);
}

static void reset(struct printer *printer, sim_ns now)
{
	machine_pass(printer, now);
	machine_reset(printer);
	commit(printer);
}

void printer_advance(struct printer *printer, sim_ns now)
{
	sim_ns due;
	while ((due = printer_due(printer, now)) <= now) {
		assert(due == now); /* nothing may be said too late */
		if (printer->ahead || !outbox_is_empty(printer->outbox))
			commit(printer);
		else if (starts_at(printer) > now)
			machine_pass(printer, now); /* nobody runs, but something heats */
		else if (printer->m.powered)
			reset(printer, now);
		else
			power_on(printer, now);
	}
}

/* Plant and firmware stand at now, everything up to it has been said. */
static void bring_to(struct printer *printer, sim_ns now)
{
	printer_advance(printer, now);
	if (printer->ahead)
		go_back(printer, now);
	machine_pass(printer, now);
}

/* --- inputs ---------------------------------------------------------------------- */

static void begin_input(struct printer *printer, sim_ns now, const char *who,
			trace_id cause)
{
	bring_to(printer, now);
	size_t length = who ? strnlen(who, sizeof(printer->person) - 1) : 0;
	memcpy(printer->person, who ? who : "", length);
	printer->person[length] = '\0';
	outbox_set_slot(printer->outbox, SLOT_INPUT, cause);
}

static void end_input(struct printer *printer, const struct machine_input *input)
{
	if (!machine_runs(&printer->m))
		return;
	if (printer->remote)
		remote_input(printer, input);
	else
		machine_input(printer, input);
	commit(printer);
}

void printer_message(struct printer *printer, sim_ns now, const void *payload,
		     size_t length, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	if (!machine_runs(&printer->m))
		return;
	if (length > MESSAGE_MOST) {
		outbox_say(printer->outbox, now, SLOT_INPUT, SLOT_NONE, KIND_FIRMWARE_LOG,
			   F_TEXT("text", "a message longer than 256 KiB was left out"));
		commit(printer);
		return;
	}
	uint64_t number = ++printer->messages;
	outbox_set_slot(printer->outbox, SLOT_OF_MESSAGE(number), cause);
	end_input(printer, &(struct machine_input){.call = CALL_NET_RX,
						   .payload = payload,
						   .length = length,
						   .message = number});
}

void printer_online(struct printer *printer, sim_ns now, bool online, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	printer->online = online;
	end_input(printer, &(struct machine_input){.call = CALL_NET_EVENT,
						   .event = online ? JOBJAM_FW_NET_UP
								   : JOBJAM_FW_NET_DOWN});
}

static void tell(struct printer *printer, uint32_t event, uint32_t arg)
{
	end_input(printer,
		  &(struct machine_input){.call = CALL_USER, .event = event, .arg = arg});
}

void printer_answer(struct printer *printer, sim_ns now, int prompt, bool yes,
		    const char *who, trace_id cause)
{
	begin_input(printer, now, who, cause);
	if (prompt > 0)
		tell(printer, yes ? JOBJAM_FW_USER_YES : JOBJAM_FW_USER_NO,
		     (uint32_t)prompt);
}

void printer_take_object(struct printer *printer, sim_ns now, const char *who,
			 trace_id cause)
{
	begin_input(printer, now, who, cause);
	struct machine *m = &printer->m;
	if (m->plate.n > 0)
		outbox_say(printer->outbox, now, SLOT_INPUT, SLOT_NONE,
			   KIND_PLATE_CLEARED, F_TEXT("by", printer->person),
			   F_INT("objects", m->plate.n));
	plate_clear(&m->plate);
	tell(printer, JOBJAM_FW_USER_PLATE_EMPTY, 0);
	commit(printer); /* also without power */
}

void printer_press_stop(struct printer *printer, sim_ns now, const char *who,
			trace_id cause)
{
	begin_input(printer, now, who, cause);
	tell(printer, JOBJAM_FW_USER_STOP, 0);
}

void printer_switch_sticks(struct printer *printer, sim_ns now, bool bed, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	struct machine *m = &printer->m;
	m->heat.faults.part[bed ? HEAT_BED : HEAT_NOZZLE].stuck_on = true;
	heat_changed(&m->heat);
	outbox_say(printer->outbox, now, SLOT_INPUT, SLOT_NONE, KIND_HEAT_STUCK,
		   F_TEXT("part", bed ? "bed" : "nozzle"),
		   F_TEXT("supply", m->heat.supply_switch ? "switched" : "unswitched"));
	commit(printer); /* also without power */
}

void printer_turn_nozzle(struct printer *printer, sim_ns now, int target_c,
			 trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	tell(printer, JOBJAM_FW_USER_NOZZLE, (uint32_t)target_c);
}

void printer_power(struct printer *printer, sim_ns now, bool on, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	if (on == printer->m.powered)
		return;
	printer->power_back = SIM_NEVER;
	if (on) {
		power_on(printer, now);
		return;
	}
	machine_power_off(printer);
	commit(printer);
}

bool printer_powered(const struct printer *printer)
{
	return printer->m.powered;
}

void printer_power_cut(struct printer *printer, sim_ns now, sim_ns length, trace_id cause)
{
	printer_power(printer, now, false, cause);
	printer->power_back = length < SIM_NEVER - now ? now + length : SIM_NEVER;
}

void printer_set_clock_skew(struct printer *printer, sim_ns now, sim_ns off, int64_t ppm,
			    trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	skew_set(&printer->m.skew, now, off, ppm);
}

void printer_set_plate_sensor(struct printer *printer, sim_ns now,
			      enum plate_sensor_state state, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	printer->m.plate_sensor = state;
}

void printer_hang(struct printer *printer, sim_ns now, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	if (!machine_runs(&printer->m))
		return;
	printer->dying_in = CALL_NONE;
	machine_die(printer, "hung", "a fault wanted it", true);
	commit(printer);
}

struct heat *printer_heat(struct printer *printer, sim_ns now, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	heat_changed(&printer->m.heat);
	return &printer->m.heat;
}

int printer_watch(struct printer *printer, sim_ns now, const struct printer_watch *watch,
		  trace_id cause, int *ret_number, struct sim_error *error)
{
	struct machine *m = &printer->m;
	begin_input(printer, now, NULL, cause);
	if (m->n_watches == WATCHES_MAX)
		return sim_fail(error, SIM_EINVAL,
				"%s: at most %d temperatures can be waited for at a time",
				printer->name, WATCHES_MAX);
	*ret_number = ++m->watches_said;
	m->watch[m->n_watches++] =
		(struct machine_watch){.what = *watch, .number = *ret_number};
	machine_look_at_heat(printer); /* it may be so already */
	return SIM_OK;
}

bool printer_watch_came(const struct printer *printer, int number)
{
	const struct machine *m = printer->ahead ? &printer->saved : &printer->m;
	for (int i = 0; i < m->n_watches; i++)
		if (m->watch[i].number == number)
			return false;
	return true;
}

/* --- looking --------------------------------------------------------------------- */

void printer_look(struct printer *printer, sim_ns now, struct printer_view *ret_view)
{
	printer_advance(printer, now);
	if (printer->ahead)
		go_back(printer, now);
	/* On a copy: a look must not cut the steps of the run. */
	const struct machine *m = &printer->m;
	struct heat heat = m->heat;
	struct heat_drive drive = machine_drive(m);
	heat_run(&heat, printer->model->plant, &drive, now - m->now);

	bool asked = !m->job && m->out.prompt != 0;
	*ret_view = (struct printer_view){
		.state = m->powered ? machine_state_name(m->out.state) : "OFF",
		.printing = m->job,
		.task = m->job  ? m->task
			: asked ? m->asked_task
				: 0,
		.objects = m->plate.n,
		.prompt = m->out.prompt == m->screen_prompt ? (int)m->out.prompt : 0,
		.asks_to_resume = asked && m->asks_to_resume,
		.nozzle_c = heat.block_c,
		.bed_c = heat.plate_c,
		.start_event = outbox_slot(printer->outbox, SLOT_START),
	};
	if (m->job || asked) {
		memcpy(ret_view->job, m->job ? m->job_name : m->asked_job,
		       sizeof(ret_view->job));
		memcpy(ret_view->file, m->job ? m->file : m->asked_file,
		       sizeof(ret_view->file));
	}
}

static void sum_impact(const struct machine *m, const struct motion *motion,
		       const struct heat *heat, struct printer_impact *ret_impact)
{
	*ret_impact = m->impact;
	if (m->job)
		impact_add_filament(ret_impact, motion);
	ret_impact->energy_j = heat->energy_j;
}

void printer_impact(const struct printer *printer, struct printer_impact *ret_impact)
{
	const struct machine *m = printer->ahead ? &printer->saved : &printer->m;
	sum_impact(m, &m->motion, &m->heat, ret_impact);
}

void printer_impact_at(struct printer *printer, sim_ns now,
		       struct printer_impact *ret_impact)
{
	printer_advance(printer, now);
	if (printer->ahead)
		go_back(printer, now);
	/* On copies, as for a look. */
	const struct machine *m = &printer->m;
	struct heat heat = m->heat;
	struct motion motion = m->motion;
	struct heat_drive drive = machine_drive(m);
	heat_run(&heat, printer->model->plant, &drive, now - m->now);
	motion_run(&motion, m->now, now - m->now);
	sum_impact(m, &motion, &heat, ret_impact);
	if (heat_is_heated(&heat, &drive))
		ret_impact->heated_s += (double)(now - m->now) / 1e9;
}

uint64_t printer_steps(const struct printer *printer)
{
	return printer->steps;
}
