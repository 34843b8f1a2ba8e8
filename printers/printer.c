/* printer.c - runs a machine ahead, takes it back when something comes in, and says what
 * it did. */
#include "printers/printer.h"

#include "printers/machine.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A build that ticks without ever saying anything is not followed further than this in
 * one go. */
static const sim_ns AHEAD_MOST = SIM_H;

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
	printer->api = firmware_build_api(options->build);
	printer->model = options->model;
	printer->shelf = options->shelf;
	printer->trace = options->trace;
	printer->clock = options->clock;
	printer->outlets = options->outlets;
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

static int start_machine(struct printer *printer, const struct printer_options *options,
			 struct sim_error *error)
{
	struct machine *m = &printer->m;
	m->now = options->clock->now;
	m->wake = SIM_NEVER;
	m->luck = chance_stream(options->seed, printer->name, "damage");
	m->firmware_luck = chance_stream(options->seed, printer->name, "firmware");
	m->move_name = motion_name(JOBJAM_FW_MOVE_PARKED);
	heat_init(&m->heat, printer->model->plant, options->room_c);
	motion_init(&m->motion);
	machine_fill_host(printer);
	int status = machine_boot(printer, error);
	if (status)
		return status;
	if (printer->api->save(printer->firmware, NULL, &printer->firmware_size) ||
	    printer->firmware_size == 0 || printer->firmware_size > 1 << 20)
		return sim_fail(error, SIM_EUNFIT,
				"%s: its firmware build cannot save its state in 1 MiB",
				printer->name);
	printer->saved_firmware = malloc(printer->firmware_size);
	if (!printer->saved_firmware)
		return sim_fail(error, SIM_ENOMEM, "no memory for %s", printer->name);
	commit(printer);
	return SIM_OK;
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
	outbox_free(printer->outbox);
	free(printer->saved_firmware);
	free(printer);
}

/* --- ahead and back -------------------------------------------------------------- */

static void save(struct printer *printer)
{
	size_t size = printer->firmware_size;
	printer->saved = printer->m;
	int status =
		printer->api->save(printer->firmware, printer->saved_firmware, &size);
	assert(status == JOBJAM_FW_OK);
	(void)status;
}

static void rewind_to_saved(struct printer *printer)
{
	printer->m = printer->saved;
	int status = printer->api->load(printer->firmware, printer->saved_firmware,
					printer->firmware_size);
	assert(status == JOBJAM_FW_OK);
	(void)status;
	outbox_drop(printer->outbox);
	printer->ahead = false;
}

static void run(struct printer *printer, sim_ns until)
{
	while (outbox_is_empty(printer->outbox) && printer->m.wake <= until)
		machine_step(printer, printer->m.wake);
}

sim_ns printer_due(struct printer *printer, sim_ns now)
{
	if (!printer->m.powered)
		return printer->power_back;
	if (printer->ahead)
		return printer->due;
	if (printer->m.wake == SIM_NEVER)
		return SIM_NEVER;
	save(printer);
	run(printer, now + AHEAD_MOST);
	printer->ahead = true;
	printer->due =
		outbox_is_empty(printer->outbox) ? printer->m.wake : printer->m.now;
	return printer->due;
}

static void power_on(struct printer *printer, sim_ns now)
{
	machine_pass(printer, now);
	printer->power_back = SIM_NEVER;
	machine_boot(printer, NULL); /* one that does not come up stays dark */
	commit(printer);
}

void printer_advance(struct printer *printer, sim_ns now)
{
	sim_ns due;
	while ((due = printer_due(printer, now)) <= now) {
		assert(due == now); /* nothing may be said too late */
		if (printer->m.powered)
			commit(printer);
		else
			power_on(printer, now);
	}
}

/* Plant and firmware stand at now, everything up to it has been said. */
static void bring_to(struct printer *printer, sim_ns now)
{
	printer_advance(printer, now);
	if (printer->ahead) {
		rewind_to_saved(printer);
		run(printer, now);
		assert(outbox_is_empty(printer->outbox));
	}
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

static void end_input(struct printer *printer, sim_ns now)
{
	machine_step(printer, now);
	commit(printer);
}

void printer_message(struct printer *printer, sim_ns now, const void *payload,
		     size_t length, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	if (!printer->firmware || printer->m.dead)
		return;
	uint64_t number = ++printer->messages;
	outbox_set_slot(printer->outbox, SLOT_OF_MESSAGE(number), cause);
	printer->api->net_rx(printer->firmware, payload, length, number);
	end_input(printer, now);
}

void printer_online(struct printer *printer, sim_ns now, bool online, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	printer->online = online;
	if (!printer->firmware || printer->m.dead)
		return;
	printer->api->net_event(printer->firmware,
				online ? JOBJAM_FW_NET_UP : JOBJAM_FW_NET_DOWN);
	end_input(printer, now);
}

static void tell(struct printer *printer, sim_ns now, uint32_t event, uint32_t arg)
{
	if (!printer->firmware || printer->m.dead)
		return;
	printer->api->user(printer->firmware, event, arg);
	end_input(printer, now);
}

void printer_answer(struct printer *printer, sim_ns now, int prompt, bool yes,
		    const char *who, trace_id cause)
{
	begin_input(printer, now, who, cause);
	if (prompt > 0)
		tell(printer, now, yes ? JOBJAM_FW_USER_YES : JOBJAM_FW_USER_NO,
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
	tell(printer, now, JOBJAM_FW_USER_PLATE_EMPTY, 0);
	commit(printer); /* also without power */
}

void printer_press_stop(struct printer *printer, sim_ns now, const char *who,
			trace_id cause)
{
	begin_input(printer, now, who, cause);
	tell(printer, now, JOBJAM_FW_USER_STOP, 0);
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

void printer_set_clock_skew(struct printer *printer, sim_ns now, sim_ns skew,
			    trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	printer->m.skew = skew;
}

void printer_set_plate_sensor(struct printer *printer, sim_ns now,
			      enum plate_sensor_state state, trace_id cause)
{
	begin_input(printer, now, NULL, cause);
	printer->m.plate_sensor = state;
}

/* --- looking --------------------------------------------------------------------- */

void printer_look(struct printer *printer, sim_ns now, struct printer_view *ret_view)
{
	printer_advance(printer, now);
	if (printer->ahead) {
		rewind_to_saved(printer);
		run(printer, now);
		assert(outbox_is_empty(printer->outbox));
	}
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

void printer_impact(const struct printer *printer, struct printer_impact *ret_impact)
{
	const struct machine *m = printer->ahead ? &printer->saved : &printer->m;
	struct printer_impact impact = m->impact;
	if (m->job) {
		const struct motion *motion = &m->motion;
		impact.grams_printed += motion->grams_good;
		impact.grams_wasted +=
			motion->grams_over + motion->grams_air + motion->grams_purged;
		impact.metres_wasted +=
			motion->metres_over + motion->metres_air + motion->metres_purged;
	}
	impact.energy_j = m->heat.energy_j;
	*ret_impact = impact;
}

uint64_t printer_steps(const struct printer *printer)
{
	return printer->steps;
}
