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
#include "sim/core/skew.h"

enum {
	NV_KEYS = 8,
	NV_BYTES = 4096,
	STARTED_MAX = 64
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

struct machine_watch {
	struct printer_watch what;
	int number;
};

/* How the plate sensor errs: one look an input. */
struct machine_look {
	bool misses, false_alarm, unavailable;
};

struct machine {
	sim_ns now;  /* plant and firmware stand here */
	sim_ns wake; /* the next step; SIM_NEVER */
	uint64_t stepped_us;
	bool powered, dead; /* dead: the build is gone; its outputs stay as they are */
	sim_ns booted_at, reset_at; /* reset_at: when the watchdog boots a dead one; SIM_NEVER */
	int crashes;                /* one soon after the other */
	struct heat heat;
	struct plate plate;
	struct motion motion;
	struct chance look_luck, luck, firmware_luck;
	enum plate_sensor_state plate_sensor;
	struct machine_look look; /* of the plate sensor, at the last input */
	double sensor_misses, sensor_false_alarms, sensor_unavailable;
	struct skew skew; /* of its wall clock */
	struct jobjam_fw_actuators out;
	struct machine_part nozzle, bed;
	bool job;
	int64_t task;
	char job_name[64], file[40];
	int64_t asked_task; /* of the start that waits, or the last one that did */
	char asked_job[64], asked_file[40];
	uint32_t screen_prompt; /* the last one that may be answered at the machine */
	bool asks_to_resume;    /* that is what the last question is about */
	const char *move_name;  /* one of motion_name()'s literals */
	struct printer_impact impact;
	uint64_t started[STARTED_MAX]; /* hashes of files, the oldest is overwritten */
	uint32_t n_started;
	struct machine_nv nv;
	struct chance sensor_luck; /* noise of the readings */
	struct machine_watch watch[WATCHES_MAX];
	int n_watches, watches_said; /* waiting; how many were ever set */
	uint32_t danger[2];          /* thresholds passed, nozzle and bed (danger.h) */
};

/* What a build in a process of its own leaves behind when it dies: where it was, and the
 * machine as it stood when that call began. */
enum machine_call {
	CALL_NONE,
	CALL_CREATE,
	CALL_STEP,
	CALL_NET_RX,
	CALL_NET_EVENT,
	CALL_USER,
	CALL_SAVE,
	CALL_LOAD
};
struct machine_mark {
	uint32_t call; /* enum machine_call: in the build now */
	uint32_t kept; /* 1: before holds the machine, the call has changed it since */
	uint64_t calls;
	struct machine before;
};

/* An input for the build. */
struct machine_input {
	enum machine_call call; /* NET_RX, NET_EVENT, USER */
	uint32_t event, arg;
	const void *payload;
	size_t length;
	uint64_t message;
};

struct remote;

struct printer {
	struct machine m;
	/* checkpoint: valid while ahead */
	bool ahead, committing;
	sim_ns due;
	struct machine saved;
	void *saved_firmware;
	size_t firmware_size;
	/* never undone */
	struct jobjam_fw *firmware; /* NULL: no power, or in a process of its own */
	const struct jobjam_fw_api *api;
	struct remote *remote; /* the build's own process (host/remote.h); NULL: in here */
	sim_ns watchdog;       /* SIM_NEVER: has none */
	sim_ns cliff; /* a death seen while ahead, and taken back; SIM_NEVER */
	/* only in a process of its own, else NULL */
	struct machine_mark *mark;
	struct jobjam_fw_sensors *sensors;
	struct jobjam_fw_actuators *actuators;
	const struct job_file *(*find_file)(struct printer *printer, const char *key);
	struct jobjam_fw_host host;
	struct jobjam_fw_value values[FIRMWARE_SETTINGS_MAX];
	size_t n_values;
	struct outbox *outbox;
	uint64_t messages, steps;
	uint32_t dying_in; /* enum machine_call: the last one entered */
	bool online;       /* as last told, also while there is no power */
	bool said_too_much; /* in the present call of the build */
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
/* Sets the outputs that the build wants, within bounds, and says what begins with them. */
void machine_follow(struct printer *printer, struct jobjam_fw_actuators *out);
/* Both heaters are off, whatever they were. */
void machine_say_cold(struct printer *printer);
/* The status that a call of the build ended with; false: that was the end of the build. */
bool machine_taken(struct printer *printer, int status);
/* Power on: a cold start of the build, and its first step. */
int machine_boot(struct printer *printer, struct sim_error *error);
void machine_power_off(struct printer *printer);
/* Hands the build an input, and steps it at the present instant. */
void machine_input(struct printer *printer, const struct machine_input *input);
/* Does a build run in it? */
bool machine_runs(const struct machine *machine);
/* The build is gone: its outputs stay, heat follows, the watchdog boots it in a while.
 * how: crashed hung gave_up wrong_answer forbidden unfit. asked: a fault wanted it. */
void machine_die(struct printer *printer, const char *how, const char *detail, bool asked);
/* What the watchdog does: everything off, and a cold start. */
void machine_reset(struct printer *printer);
/* A build is about to change the machine from inside a call. */
void machine_keep(struct printer *printer);
/* One call of the build, by name; only notes it. */
void machine_enter(struct printer *printer, enum machine_call call);
void machine_leave(struct printer *printer);
/* create() with the machine's own config; OK or the build's status. */
int machine_create(struct printer *printer);
/* When the plant must be looked at although the build sleeps: something heats, or is
 * watched. SIM_NEVER: not. */
sim_ns machine_plant_due(const struct printer *printer);
/* The next instant at which build or plant has something to do, and doing it. */
sim_ns machine_next(const struct printer *printer);
void machine_go(struct printer *printer);
/* Says what is watched and has come; called whenever plant time has passed. */
void machine_look_at_heat(struct printer *printer);
/* The reading of a part stands still from now on. */
void machine_freeze(struct printer *printer, enum heat_part part);
/* The drive of the plant under the present outputs. */
struct heat_drive machine_drive(const struct machine *machine);
/* The callbacks that the build gets (host.c). */
void machine_fill_host(struct printer *printer);
/* The present job is over (also said by the host when the power goes). */
void machine_end_job(struct printer *printer, const char *how, uint32_t layers);
const char *machine_state_name(uint32_t state);

#endif
