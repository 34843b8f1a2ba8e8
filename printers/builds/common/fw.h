/*
 * fw.h - what the shipped firmware builds have in common: requests, reports, the start
 * sequence, heater control. What a build decides (start, refuse, ask) is its policy, in
 * its own build.c.
 *
 * All state is in struct fw_state and the policy's memory behind it, without a pointer in
 * either, so that saving is copying.
 */
#ifndef JOBJAM_BUILDS_FW_H
#define JOBJAM_BUILDS_FW_H

#include "printers/firmware/jobjam_firmware.h"

#include <stdbool.h>

#define FW_S        UINT64_C(1000000)
#define FW_TEXT_MAX 16384 /* longest request that is read */

/* A request to print. Texts are cut at their size, ids are kept as they were written. */
struct fw_start {
	uint64_t message;
	int64_t task;
	int64_t sent_at_ms; /* 0: unstamped */
	char sequence[24], task_text[24], subtask[24];
	char name[64], md5[40], url[128], job_key[48];
};

struct fw_confirm {
	int64_t task, epoch, not_after_ms; /* 0: not given */
	uint32_t prompt;
	bool yes;
};

/* An order to the machine as it is. What a gcode_line says is read as a whole: first what
 * ends a fault, then the targets. */
enum fw_order_kind {
	FW_PAUSE,
	FW_RESUME,
	FW_GCODE
};
enum fw_line {
	FW_LINE_NOZZLE = 1 << 0,  /* M104, M109: nozzle_c */
	FW_LINE_BED = 1 << 1,     /* M140, M190: bed_c */
	FW_LINE_M562 = 1 << 2,    /* a heater fault is over */
	FW_LINE_RESTART = 1 << 3, /* FIRMWARE_RESTART */
	FW_LINE_M80 = 1 << 4,     /* the supply on */
	FW_LINE_OTHER = 1 << 5    /* anything else */
};
struct fw_order {
	enum fw_order_kind kind;
	uint32_t lines; /* enum fw_line */
	uint64_t message;
	int64_t sent_at_ms; /* 0: unstamped */
	double nozzle_c, bed_c;
	char sequence[24];
};

enum fw_request_kind {
	FW_START,
	FW_ORDER,
	FW_STOP,
	FW_CONFIRM,
	FW_PUSHALL
};

struct fw_request {
	enum fw_request_kind kind;
	uint64_t message;
	char sequence[24];
	union {
		struct fw_start start;
		struct fw_confirm confirm;
		struct fw_order order;
		int64_t stop_task; /* 0: whatever prints */
	} as;
};

/* false: not a request that this machine knows; *ret_why says so for the log. */
bool fw_request_read(const void *payload, size_t length, struct fw_request *ret_request,
		     const char **ret_why);

/* One heater's controller. */
struct fw_heater {
	double target_c, pwm, integral;
	bool reached; /* since the target was set */
};

/* What the last status said, so that a P1 sends only what changed. Tenths of a degree. */
struct fw_status {
	int64_t task;
	int nozzle_dc, nozzle_target_dc, bed_dc, bed_target_dc;
	int percent, remaining_min, layer, layers, stage, error;
	uint32_t state, prompt, alert;
	uint64_t name; /* hash of subtask_id, name and fail_reason */
	bool sent;
};

struct fw_prompt {
	uint32_t id; /* 0: none waits */
	uint32_t where;
	uint64_t until_us; /* JOBJAM_FW_NEVER: no limit */
	int64_t not_after_ms, epoch, task;
	char what[16];
};

enum {
	FW_INBOX = 4
};

struct fw_state {
	uint64_t now_us;
	bool online;
	uint32_t state; /* enum jobjam_fw_state */
	int stage;
	/* the job: being done, or the last one */
	bool busy;
	struct fw_start job;
	struct jobjam_fw_file file;
	int step;
	uint64_t step_began_us;
	uint32_t layer, percent;
	uint32_t from_layer; /* so many were there when it began; 0: a fresh job */
	bool paused, pausing; /* pausing: as soon as there is a first layer */
	int print_error;
	char fail_reason[24];
	/* outputs */
	struct fw_heater nozzle, bed;
	double part_fan;
	bool supply_off;
	uint32_t fault_code;
	uint32_t alert; /* health code shown in the status, 0: none */
	struct jobjam_fw_motion motion;
	/* a question to a person */
	struct fw_prompt prompt;
	/* reports */
	struct fw_status last;
	uint64_t next_report_us;
	uint32_t report_number;
	bool report_due, report_full;
	/* requests since the last step */
	uint32_t n_inbox, n_users;
	struct fw_request inbox[FW_INBOX];
	struct {
		uint32_t event, arg;
	} users[FW_INBOX];
};

/* What the control of a heater knows of it: P u / (1 + alpha (T - 25)) = C dT/dt + G (T - air).
 * From the machine's data sheet (struct jobjam_fw_config); known is false where it gave none. */
struct fw_hotend_data {
	bool known;
	double heater_w, heater_alpha, block_j_k, sensor_per_s, lag_s, loss_w_k, loss_fan_w_k;
};
struct fw_bed_data {
	bool known;
	double heater_w, plate_j_k, loss_w_k;
};

struct fw {
	struct fw_state *s; /* state, and the policy's memory right behind it */
	void *memory;
	const struct jobjam_fw_host *host;
	const struct jobjam_fw_sensors *sensors; /* only during a step */
	struct jobjam_fw_value values[48];
	bool has_plate_sensor, full_reports;
	double bed_x_mm, bed_y_mm;
	struct fw_hotend_data hotend;
	struct fw_bed_data bed_data;
};

struct fw_finding; /* protect.h */

/* A build's decisions. All hooks may be NULL except start. */
struct fw_policy {
	const struct jobjam_fw_info *info;
	size_t memory_size;
	const struct fw_reference *reference; /* of a reference build; else NULL */
	void (*boot)(struct fw *fw);
	void (*start)(struct fw *fw, const struct fw_start *start);
	/* false: not accepted; *ret_reason goes into the reply. */
	bool (*confirm)(struct fw *fw, const struct fw_confirm *confirm,
			const char **ret_reason);
	/* Why such an order is not obeyed; NULL: it is, if the machine can. */
	const char *(*order)(struct fw *fw, const struct fw_order *order);
	void (*stop)(struct fw *fw,
		     int64_t task); /* nothing prints, but something may wait */
	void (*user)(struct fw *fw, uint32_t event, uint32_t arg);
	void (*ended)(struct fw *fw);                /* after every ending of a job */
	void (*tick)(struct fw *fw, uint64_t dt_us); /* after heater control */
	uint64_t (*next_wake)(const struct fw *fw);
};
extern const struct fw_policy fw_policy; /* the build's own */

/* --- for policies ---------------------------------------------------------------- */

/* Begins a job: false when its file is not there (refused and answered). prompt: the one
 * that released it, or 0. */
bool fw_begin(struct fw *fw, const struct fw_start *start, uint32_t prompt, bool answer);
void fw_refuse(struct fw *fw, const struct fw_start *start, const char *reason,
	       uint32_t prompt);
/* The reply to a start. */
void fw_answer(struct fw *fw, const struct fw_start *start, bool success,
	       const char *reason);
/* Ends the present job. how: finished failed cancelled aborted. */
void fw_end(struct fw *fw, const char *how, const char *fail_reason, int print_error);
/* After a power cut: the job with so many layers done is on hold (PAUSE), nothing heats or
 * moves. false: its file is not there, or there is nothing to go on with. */
bool fw_hold(struct fw *fw, const struct fw_start *start, uint32_t layer);
/* Goes on with the job on hold. prompt: the one that allowed it. */
void fw_resume(struct fw *fw, uint32_t prompt);
/* The highest target that an order sets, or that it goes on with; 0: it heats nothing. */
double fw_order_heats_c(const struct fw *fw, const struct fw_order *order);
bool fw_has_file(struct fw *fw, const struct fw_start *start);
void fw_notice(struct fw *fw, uint32_t kind, struct jobjam_fw_notice notice);
void fw_log(struct fw *fw, const char *text);
void fw_heaters_off(struct fw *fw);
/* Raises the alert for a finding, once: while one stands, another says nothing new. */
void fw_alert(struct fw *fw, const struct fw_finding *finding);
/* Says that a finding trips the machine, and raises its alert. What is switched off is the
 * caller's. */
void fw_trip(struct fw *fw, const struct fw_finding *finding);
void fw_report_soon(struct fw *fw); /* a status at the end of this step */
bool fw_same(const char *a, const char *b);
/* FNV-1a over a text, its end included. */
#define FW_HASH_START UINT64_C(0xcbf29ce484222325)
uint64_t fw_hash(uint64_t hash, const char *text);

/* --- between the files of this folder -------------------------------------------- */

void fw_sequence_begin(struct fw *fw);
void fw_sequence_run(struct fw *fw);
uint64_t fw_sequence_wake(const struct fw *fw);
bool fw_sequence_printing(const struct fw *fw); /* in the printing itself */
/* Stops where it is, warm; and goes on once the nozzle is as the file wants it. */
void fw_sequence_pause(struct fw *fw);
void fw_sequence_go_on(struct fw *fw);
/* Height at which the printing begins. */
double fw_sequence_from_mm(const struct fw *fw);
/* How much of the printing itself was done before it began. */
uint64_t fw_sequence_before_us(const struct fw *fw);
void fw_heat(struct fw *fw, uint64_t dt_us);
void fw_set_targets(struct fw *fw, double nozzle_c, double bed_c);
bool fw_heat_steady(const struct fw *fw);
void fw_do_order(struct fw *fw, const struct fw_order *order);
/* false: a word of it is out of range. */
bool fw_read_lines(const char *text, struct fw_order *order);
void fw_report_status(struct fw *fw, bool full, bool routine, uint64_t message);
void fw_report_reply(struct fw *fw, const char *command, const char *sequence,
		     const char *task, bool success, const char *reason,
		     uint64_t message);

#endif
