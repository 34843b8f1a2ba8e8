/*
 * jobjam_firmware.h - what a firmware build and the simulated machine say to each other.
 *
 * Version 1.1 of the ABI. Self-contained: a build includes this file and nothing else of
 * jobjam. A build is a shared object that exports one symbol, `jobjam_firmware`: a table
 * of functions. The machine (the "host") calls them; they call back through the table of
 * struct jobjam_fw_host. `jobjam firmware check BUILD.so` tries everything said here.
 *
 * Rules
 *   - Only step() advances time. Everything else happens at the instant of the step that
 *     follows it. Time is a number of microseconds that the host hands in; a build never
 *     asks the operating system for time, chance, environment, files or sockets.
 *   - The same calls give the same answers, callbacks and outputs, bit by bit, in every
 *     instance and every process: nothing may depend on addresses, on uninitialised
 *     memory, or on state outside the instance.
 *   - A trip is data (fault_code and a notice), never exit(), abort() or a signal.
 *   - next_wake_us lets the host skip time. Between two steps all outputs stay as they
 *     are: heaters keep their duty, a move goes on.
 *   - All calls of one instance come from one thread. Callbacks may be used only inside
 *     a call.
 *   - save() and load() must restore every bit that may ever reach an output: the host
 *     runs ahead and comes back.
 *
 * Units: microseconds since the scenario's start, seconds, millimetres, degrees Celsius,
 * grams, metres of filament 1.75 mm thick; duties 0 to 1. Texts are UTF-8, end with 0, and
 * need to live only for the call unless something else is said.
 *
 * Life of an instance
 *
 *	get_info                        once, when the build is loaded
 *	create                          power on; then, if there is a network, net_event(UP)
 *	{ net_rx | net_event | user }   an input: a step at the same instant follows it
 *	step                            at next_wake_us at the latest, often earlier
 *	save … load                     the host looks ahead, and comes back
 *	destroy                         power off (also in the middle of a job), the end
 *
 * What a build answers
 *
 *	OK, WARN   done                 DISCARD    that call changed nothing (a message that
 *	                                           is none, an input that does not fit)
 *	ERROR      the build gives up   FATAL      the same, and not even load() may follow
 *
 * After ERROR and FATAL, any other number, a crash, a call that takes more than a second
 * of processor time, or a system call that it has no business with, the machine is without
 * firmware (event firmware.crashed): outputs stay as the last finished step left them, and
 * what the unfinished call did and said is as if it had not been. A watchdog then boots it
 * anew with all outputs off.
 *
 * Where it runs: a build given as a file runs in a process of its own for each machine; it
 * may allocate (256 MiB), and nothing else of the operating system is left to it.
 *
 * Growth: every struct that crosses begins with its size in bytes. Within major version 1
 * members, notices, moves and flags are only ever added, at the end; none is removed,
 * moved or given another meaning, and 0 in a new member means "as before". Who reads a
 * struct looks only at what its size covers and takes the rest for 0; who writes one that
 * was handed in writes at most the size that stands in it, and sets size to what was
 * written. Elements of arrays are `size` of the first one apart. A loader refuses another
 * major version; a lower or higher minor one is accepted both ways.
 *
 * History: 1.0 first version. 1.1 a print that goes on after a power cut: from_mm of the
 * actuators, notice RESUMED. 1.2 orders to a machine that has a job, or none: notice ORDER.
 */
#ifndef JOBJAM_FIRMWARE_H
#define JOBJAM_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define JOBJAM_FW_ABI_MAJOR 1u
#define JOBJAM_FW_ABI_MINOR 2u
#define JOBJAM_FW_SYMBOL    "jobjam_firmware"
#define JOBJAM_FW_NEVER     UINT64_MAX

/* As in FMI: after ERROR only load() and destroy() may follow, after FATAL only destroy();
 * DISCARD: the call changed nothing. See "What a build answers". */
enum jobjam_fw_status {
	JOBJAM_FW_OK = 0,
	JOBJAM_FW_WARN = 1,
	JOBJAM_FW_DISCARD = 2,
	JOBJAM_FW_ERROR = 3,
	JOBJAM_FW_FATAL = 4,
};

/* --- what a build says of itself ------------------------------------------------- */

enum jobjam_fw_cap {
	/* Unknown bits are ignored, so that a newer build can be asked by an older host. */
	JOBJAM_FW_CAP_SAVE = 1 << 0, /* save() and load() work; required in version 1 */
	JOBJAM_FW_CAP_MULTI =
		1 << 1, /* no state outside the instance; required in process */
	JOBJAM_FW_CAP_PROMPTS = 1 << 2 /* may ask a person */
};

enum jobjam_fw_type {
	JOBJAM_FW_BOOL,     /* value.integer 0 or 1 */
	JOBJAM_FW_INT,      /* value.integer */
	JOBJAM_FW_REAL,     /* value.real */
	JOBJAM_FW_DURATION, /* value.integer, microseconds; 0: off, where min is 0 */
	JOBJAM_FW_CHOICE,   /* value.integer, index into choices */
};

/* One switch that a scenario may set. fallback is written as in a script ("5m", "true",
 * "confirm"); min and max in the type's unit, durations in seconds, both 0: unbounded. */
struct jobjam_fw_setting {
	uint32_t size;
	uint32_t type; /* enum jobjam_fw_type */
	const char *name, *unit, *fallback;
	double min, max;
	const char *const *choices; /* NULL-terminated; only for CHOICE */
	const char *help;           /* one sentence */
};

struct jobjam_fw_value {
	int64_t integer;
	double real;
};

struct jobjam_fw_info {
	uint32_t size;
	uint32_t abi_major, abi_minor;
	uint32_t n_settings;
	uint64_t caps; /* enum jobjam_fw_cap */
	const char *name, *version, *about;
	const struct jobjam_fw_setting *settings;
};

/* --- host to build --------------------------------------------------------------- */

/* What the machine is; given at creation, copied by the build. */
struct jobjam_fw_config {
	uint32_t size;
	uint32_t has_plate_sensor; /* 0 or 1 */
	uint32_t full_reports;     /* 1: every status is complete; 0: only what changed */
	uint32_t n_values;
	const char *serial;
	const struct jobjam_fw_value
		*values; /* one for each setting, in the table's order */
	double bed_x_mm, bed_y_mm;
	/* Data sheet of the heaters, as a calibration would find it, for builds that compare
	 * readings with power: P u / (1 + alpha (T - 25 C)) = C dT/dt + G (T - air). 0: not
	 * known (all of them, then). */
	double nozzle_w, nozzle_alpha, nozzle_j_k; /* W at 25 C, 1/K, J/K */
	double nozzle_loss_w_k, nozzle_loss_fan_w_k; /* near 220 C; with the part fan at full */
	double nozzle_sensor_per_s, nozzle_lag_s; /* one over its time constant; dead time */
	double bed_w, bed_j_k, bed_loss_w_k;
};

enum jobjam_fw_plate { /* what the plate sensor says at this instant */
	JOBJAM_FW_PLATE_NO_SENSOR,
	JOBJAM_FW_PLATE_CLEAR,
	JOBJAM_FW_PLATE_OBJECT,
	JOBJAM_FW_PLATE_UNAVAILABLE, /* dirty, unplugged, dark: it cannot tell */
};

enum jobjam_fw_sense {
	JOBJAM_FW_SENSE_FORCE = 1 << 0,     /* the last vertical move touched too early */
	JOBJAM_FW_SENSE_STALL = 1 << 1,     /* the head lost steps in the last move */
	JOBJAM_FW_SENSE_SPAGHETTI = 1 << 2, /* the camera sees loose filament */
};

struct jobjam_fw_sensors {
	uint32_t size;
	uint32_t plate; /* enum jobjam_fw_plate */
	uint32_t flags; /* enum jobjam_fw_sense */
	uint32_t reserved;
	uint64_t now_us;                   /* since the scenario's start */
	double nozzle_c, bed_c, chamber_c; /* readings, not truths */
	double probe_spread_mm; /* highest minus lowest point of the last probing */
};

/* What the machine knows of a sliced file. */
struct jobjam_fw_file {
	uint32_t size;
	uint32_t layers;
	char name[64], md5[40];
	double x0_mm, y0_mm, x1_mm, y1_mm, height_mm, layer_mm;
	uint64_t print_us; /* the printing itself, without the start sequence */
	double grams, metres, nozzle_c, bed_c;
};

/* --- build to host --------------------------------------------------------------- */

enum jobjam_fw_state { /* gcode_state of the dialect */
	JOBJAM_FW_IDLE,
	JOBJAM_FW_PREPARE,
	JOBJAM_FW_RUNNING,
	JOBJAM_FW_PAUSE,
	JOBJAM_FW_FINISH,
	JOBJAM_FW_FAILED,
};

enum jobjam_fw_move {
	JOBJAM_FW_MOVE_PARKED, /* nothing moves; the bed is low, the head at its corner */
	JOBJAM_FW_MOVE_HOME_XY, /* with the bed low */
	JOBJAM_FW_MOVE_PURGE,   /* into the chute: feed */
	JOBJAM_FW_MOVE_WIPE,    /* beside the plate */
	JOBJAM_FW_MOVE_HOME_Z,  /* travel to (x0, y0) at z, then down until it touches */
	JOBJAM_FW_MOVE_PROBE,   /* travel to the box at z, then touch all over it */
	JOBJAM_FW_MOVE_SCAN,    /* travel over the box at z, looking */
	JOBJAM_FW_MOVE_PRIME,   /* a line along the box with feed */
	JOBJAM_FW_MOVE_PRINT,   /* layers within the box up to z, feed all the while */
};

/* The present move. A change of seq begins a new one; it lasts duration_us unless another
 * replaces it. Heights count from the build's own zero: where it last touched. */
struct jobjam_fw_motion {
	uint32_t seq;
	uint32_t kind; /* enum jobjam_fw_move */
	double x0_mm, y0_mm, x1_mm, y1_mm, z_mm;
	double speed_mm_s;  /* of the travel */
	double feed_mm_s;   /* of filament, 1.75 mm thick */
	double grams_per_m; /* of that filament */
	uint64_t duration_us;
};

struct jobjam_fw_actuators {
	uint32_t size;
	uint32_t state;      /* enum jobjam_fw_state */
	int32_t stage;       /* stg_cur of the dialect */
	uint32_t prompt;     /* number of the prompt on the screen, 0: none */
	uint32_t fault_code; /* 0: none; else a trip that has not been acknowledged */
	uint32_t supply_off; /* 1: the second path has cut the heaters' supply */
	double nozzle_pwm, bed_pwm;           /* 0..1 */
	double nozzle_target_c, bed_target_c; /* 0: off; for the record only */
	double part_fan;                      /* 0..1 */
	struct jobjam_fw_motion motion;
	uint64_t next_wake_us; /* the latest instant of the next step; JOBJAM_FW_NEVER */
	/* Of a MOVE_PRINT: the height above the build's zero at which it begins; read when the
	 * move does. 0: on the plate. Since 1.1. */
	double from_mm;
};

/* What a build decided, said when it decides. message: the number of the message that it
 * answers (0: none); prompt: the prompt concerned (0: none). Texts may be NULL and need
 * to live only for the call. */
enum jobjam_fw_notice_kind {
	JOBJAM_FW_NOTICE_START,   /* task, job, file, message, prompt that released it */
	JOBJAM_FW_NOTICE_REFUSED, /* task, reason, message, prompt */
	JOBJAM_FW_NOTICE_WAITING, /* task, reason, job, file, message: a prompt follows */
	/* prompt, what, where, task, message. what "resume": may that job go on? What is there
	 * of it must stay on the plate. */
	JOBJAM_FW_NOTICE_SHOWN,
	JOBJAM_FW_NOTICE_ANSWERED, /* prompt, yes, where (the one it came from), task */
	JOBJAM_FW_NOTICE_LAPSED, /* prompt, task: no answer in time, or no longer needed */
	JOBJAM_FW_NOTICE_ENDED, /* task, reason (finished failed cancelled aborted), layers */
	JOBJAM_FW_NOTICE_TRIP,   /* code, what (nozzle, bed), reading_c, reason (the check) */
	JOBJAM_FW_NOTICE_SENSED, /* plate, task, message: it asked its plate sensor */
	JOBJAM_FW_NOTICE_ALERT,  /* code, what, reading_c: it raises an alert for its owner */
	/* task, job, file, layers (done before), prompt that allowed it: goes on with a job that
	 * a power cut had ended; no second start. Since 1.1. */
	JOBJAM_FW_NOTICE_RESUMED,
	/* what (pause, resume, gcode_line), message, task (of the job on it), yes: it obeys, else
	 * reason: why not; reading_c: the highest target that it sets or goes on with, 0: it heats
	 * nothing. Said of every order that is none of the above. Since 1.2. */
	JOBJAM_FW_NOTICE_ORDER,
};

enum jobjam_fw_where {
	JOBJAM_FW_AT_MACHINE = 1 << 0,
	JOBJAM_FW_IN_APP = 1 << 1,
};

struct jobjam_fw_notice {
	uint32_t size;
	uint32_t kind; /* enum jobjam_fw_notice_kind */
	uint64_t message;
	int64_t task;
	uint32_t prompt, where, yes, code, plate, layers;
	double reading_c;
	const char *reason, *what, *job, *file;
};

enum jobjam_fw_tx {
	JOBJAM_FW_TX_ROUTINE = 1 << 0, /* nothing but passing time made it say so */
};

/* Callbacks, all with arg first. The table lives as long as the instance, and every
 * pointer in it that its size covers is there. abi_minor: what the host was built with. */
struct jobjam_fw_host {
	uint32_t size;
	uint32_t abi_minor;
	void *arg;
	/* A line for the machine's log; recorded only in full traces. */
	void (*log)(void *arg, const char *text);
	/* Publishes on device/<serial>/report. message: which one it answers, or 0.
	 * flags: enum jobjam_fw_tx. The bytes are copied. Left out, with a line in the log:
	 * more than 64 KiB, a qos other than 0 to 2. Without network it is lost. */
	void (*net_tx)(void *arg, const void *payload, size_t length, int qos,
		       uint32_t flags, uint64_t message);
	/* Memory that survives a power cut: 4 KiB in all, records named by key < 8.
	 * nv_read returns how many bytes are stored under key (at most size are copied), 0:
	 * none. nv_write replaces the record, size 0 removes it; returns 0, or -1 when it
	 * does not fit, and then the old one stays. */
	uint32_t (*nv_read)(void *arg, uint32_t key, void *bytes, uint32_t size);
	int (*nv_write)(void *arg, uint32_t key, const void *bytes, uint32_t size);
	/* The machine's own chance: the same numbers in every run of one seed. */
	uint64_t (*rand64)(void *arg);
	/* Unix milliseconds as the machine believes them; may be wrong, may jump. */
	int64_t (*utc_ms)(void *arg);
	/* Looks a sliced file up by md5, then by url; either may be NULL or "". 0 and
	 * *ret_file (whose size the caller has set, and which is filled that far), or -1:
	 * not there. */
	int (*file)(void *arg, const char *md5, const char *url,
		    struct jobjam_fw_file *ret_file);
	/* What the build decides, said in the call that decides it. The machine's record and
	 * the judgement of a run rest on these. */
	void (*notice)(void *arg, const struct jobjam_fw_notice *notice);
};

enum jobjam_fw_net {
	JOBJAM_FW_NET_DOWN,
	JOBJAM_FW_NET_UP
};

enum jobjam_fw_user {               /* a person at the machine */
	JOBJAM_FW_USER_NO,          /* arg: prompt */
	JOBJAM_FW_USER_YES,         /* arg: prompt */
	JOBJAM_FW_USER_STOP,        /* the stop button */
	JOBJAM_FW_USER_PLATE_EMPTY, /* took what lay on the plate, and says so */
	JOBJAM_FW_USER_NOZZLE,      /* arg: another nozzle target, whole C; at rest: preheat */
};

struct jobjam_fw; /* an instance; the build's own */

/* --- the exported table ---------------------------------------------------------- */

struct jobjam_fw_api {
	uint32_t size;
	uint32_t abi_major, abi_minor; /* JOBJAM_FW_ABI_MAJOR, JOBJAM_FW_ABI_MINOR */
	uint32_t reserved;             /* 0 */
	/* Callable before anything else, also without any instance; the answer and what it
	 * points to live as long as the shared object. Never NULL. */
	const struct jobjam_fw_info *(*get_info)(void);
	/* Power on at now_us: a cold start, outputs off. May read the non-volatile records
	 * and say notices. Copies what it needs of config, keeps host (which outlives the
	 * instance). OK or WARN and *ret_fw; else the machine does not come up. */
	int (*create)(const struct jobjam_fw_host *host,
		      const struct jobjam_fw_config *config, uint64_t now_us,
		      struct jobjam_fw **ret_fw);
	/* The one function that advances time: by dt_us, up to sensors->now_us. dt_us may be
	 * 0, and anything up to what next_wake_us asked for. Works off what came in since the
	 * last step, then sets every output: the host has put the present ones there, and
	 * actuators->size. Readings are what the sensors say; they may be wrong. A value out
	 * of range is cut to it, next_wake_us <= now_us counts as 1 ms later. sensors is gone
	 * after the call. */
	int (*step)(struct jobjam_fw *fw, const struct jobjam_fw_sensors *sensors,
		    uint64_t dt_us, struct jobjam_fw_actuators *ret_actuators);
	/* A message on device/<serial>/request: any bytes at all, up to 256 KiB, numbered
	 * from 1. The bytes are gone after the call. Several may come before a step. */
	int (*net_rx)(struct jobjam_fw *fw, const void *payload, size_t length,
		      uint64_t message);
	/* enum jobjam_fw_net: the MQTT connection is there, or is known to be lost. The same
	 * may come twice. After create() it counts as DOWN. */
	int (*net_event)(struct jobjam_fw *fw, uint32_t event);
	/* enum jobjam_fw_user: a person at the machine. arg as said there, else 0; the prompt
	 * may be gone by now. */
	int (*user)(struct jobjam_fw *fw, uint32_t event, uint32_t arg);
	/* bytes == NULL: *size becomes what is needed, 1 byte to 1 MiB, always the same in
	 * one instance. Else writes at most *size bytes and sets *size to what was written.
	 * ERROR and nothing written: too small. Changes nothing, calls nothing back. The
	 * state of the network and unread messages belong to it; the non-volatile records,
	 * chance and the clock do not (the host keeps those). */
	int (*save)(const struct jobjam_fw *fw, void *bytes, size_t *size);
	/* Restores what save() of the same build wrote, into any instance that was created
	 * with the same config, also in another process; also after ERROR. Calls nothing
	 * back. ERROR: these are no such bytes. */
	int (*load)(struct jobjam_fw *fw, const void *bytes, size_t size);
	/* Power off, or the end: nothing is called back any more. NULL is fine. */
	void (*destroy)(struct jobjam_fw *fw);
};

extern const struct jobjam_fw_api jobjam_firmware;

#ifdef __cplusplus
}
#endif

#endif
