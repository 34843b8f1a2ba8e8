/*
 * machine.h - the inside of a printer: everything that is saved, and one step of it.
 *
 * struct machine is plain data: copying it, together with the firmware's own saved
 * bytes, is a checkpoint. What must not be undone (slots, outlets, the firmware's
 * handle) stands in struct printer.
 */
#ifndef JOBJAM_PRINTERS_MACHINE_H
#define JOBJAM_PRINTERS_MACHINE_H

#include "printers/firmware/instance.h"
#include "printers/outbox.h"
#include "printers/plant/heat.h"
#include "printers/plant/motion.h"

enum {
	NV_KEYS = 8,
	NV_BYTES = 4096
};

/* Survives a power cut: records one after the other, in no particular order. */
struct machine_nv {
	uint16_t used;
	uint16_t at[NV_KEYS], length[NV_KEYS];
	uint8_t bytes[NV_BYTES];
};

struct machine_part { /* what was last said about a heater */
	bool on, reached;
	double target_c;
};

struct machine {
	sim_ns now;  /* plant and firmware stand here */
	sim_ns wake; /* the next step; SIM_NEVER */
	uint64_t stepped_us;
	bool powered, dead; /* dead: the build gave up; its outputs stay */
	struct heat heat;
	struct plate plate;
	struct motion motion;
	struct chance luck, firmware_luck;
	enum plate_sensor_state plate_sensor;
	sim_ns skew;
	struct jobjam_fw_actuators out;
	struct machine_part nozzle, bed;
	bool job;
	int64_t task;
	char job_name[64], file[40];
	int64_t asked_task; /* of the start that waits, or the last one that did */
	char asked_job[64], asked_file[40];
	uint32_t screen_prompt; /* the last one that may be answered at the machine */
	const char *move_name;  /* one of motion_name()'s literals */
	struct printer_impact impact;
	struct machine_nv nv;
};

struct printer {
	struct machine m;
	/* checkpoint: valid while ahead */
	bool ahead, committing;
	sim_ns due;
	struct machine saved;
	void *saved_firmware;
	size_t firmware_size;
	/* never undone */
	struct jobjam_fw *firmware; /* NULL: no power */
	const struct jobjam_fw_api *api;
	struct jobjam_fw_host host;
	struct jobjam_fw_value values[FIRMWARE_SETTINGS_MAX];
	size_t n_values;
	struct outbox *outbox;
	uint64_t messages, steps;
	bool online;       /* as last told, also while there is no power */
	sim_ns power_back; /* SIM_NEVER: nobody turns it on again by itself */
	char person[64];   /* who acts in the present input */
	char name[64], serial[64];
	const struct printer_model *model;
	const struct job_shelf *shelf;
	struct trace *trace;
	const struct clock *clock;
	struct printer_outlets outlets;
};

/* Lets plant and filament pass up to t, under the present outputs. */
void machine_pass(struct printer *printer, sim_ns t);
/* One step of plant and firmware, up to t >= now; outputs and events follow. */
void machine_step(struct printer *printer, sim_ns t);
/* Power on: a cold start of the build, and its first step. */
int machine_boot(struct printer *printer, struct sim_error *error);
void machine_power_off(struct printer *printer);
/* The drive of the plant under the present outputs. */
struct heat_drive machine_drive(const struct machine *machine);
/* The callbacks that the build gets (host.c). */
void machine_fill_host(struct printer *printer);
/* The present job is over (also said by the host when the power goes). */
void machine_end_job(struct printer *printer, const char *how, uint32_t layers);
const char *machine_state_name(uint32_t state);

#endif
