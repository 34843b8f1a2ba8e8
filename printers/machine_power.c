/* machine_power.c - on, off, and what the watchdog does. */
#include "printers/host/remote.h"
#include "printers/machine.h"

#include <string.h>

/* So many deaths, each soon after the boot, and it is left off. */
enum {
	CRASHES_MAX = 5
};

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
		if (!machine_taken(printer, status))
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
	if (m->nozzle.on || m->bed.on)
		machine_say_cold(printer);
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
