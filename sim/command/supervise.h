/*
 * supervise.h - every run lives in a child process of the command, and the command watches.
 *
 * Why a child: a script can hang inside one C call that no hook of the interpreter sees,
 * the clock and network symbols of the process are global, and several runs shall go on at
 * once. So the parent keeps to waiting, watching and printing:
 *
 *   - The child posts where it is in a shared page (struct bulletin). Beats that stop while
 *     the child goes on using processor time mean that some call never returns: SIGKILL.
 *     Processor time, so that a loaded machine cuts nobody off; a much longer limit of
 *     real time catches a child that is blocked.
 *   - What the child prints is kept in memory and shown when every earlier one has been:
 *     output comes in order, whatever --jobs.
 *   - The child has a process group of its own, so that Ctrl-C on a terminal reaches the
 *     command alone and not the brokers; the command passes the first SIGINT or SIGTERM on
 *     (the run ends early and still reports) and kills at the second.
 *   - It also posts whose code it is in: firmware builds and the MQTT client library live in
 *     the child, and one that crashes, hangs or calls exit() is a system under test that
 *     died, no fault of jobjam and none of the script.
 *   - The child asks the kernel to be killed when the command dies, and the broker asks the
 *     same of the child: after kill -9 of the command no process is left. What a killed
 *     child leaves in $TMPDIR is swept by its parent, or by the next call of the command.
 */
#ifndef JOBJAM_COMMAND_SUPERVISE_H
#define JOBJAM_COMMAND_SUPERVISE_H

#include "sim/checks/exit_status.h"
#include "sim/command/variant.h"
#include "sim/fleet/fleet.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

enum stage { STAGE_LOADING, STAGE_STARTING, STAGE_RUNNING, STAGE_REPORTING, STAGE_DONE };

/* Written by the child alone, and after its end by the parent, who then knows how it ended
 * when the child could not say so; the parent trusts its lengths no further than the arrays. */
struct bulletin {
	_Atomic uint64_t beats;
	_Atomic int stage;   /* enum stage */
	_Atomic int64_t now; /* virtual instant */
	_Atomic int inside;  /* enum fleet_inside: whose code runs */
	char firmware[256], printer[64], client[64]; /* as struct fleet_place */
	int64_t length, start_utc_ns;
	uint64_t events;
	char name[96];       /* of the scenario */
	char about[1024];
	char directory[VARIANT_PATH_MAX]; /* of the run; "": none was made */
	char sentence[640];  /* how it ended */
};

/* The child is alive and at this instant. Cheap. */
void bulletin_beat(struct bulletin *bulletin, sim_ns now);
void bulletin_stage(struct bulletin *bulletin, enum stage stage);
/* Whose code runs from here on. Cheap. */
void bulletin_enter(struct bulletin *bulletin, const struct fleet_place *place);
/* Copies text into one of the arrays, cut off where it is full. */
void bulletin_write(char *place, size_t size, const char *text);

/* How a child ended. Borrowed for the call. */
struct ending {
	enum exit_status status;
	const struct bulletin *bulletin;
	const char *output, *errors; /* what it printed; NUL-terminated */
	size_t output_length, errors_length;
	double elapsed_s;
};

struct supervision {
	size_t n;
	int jobs;
	int watchdog_ms;
	bool progress; /* a progress line on stderr */
	bool pin;      /* children with --jobs are given a core each */
	void *arg;
	/* In the child: does task number index and returns the status to exit with. core: the
	 * processor that is its own, or -1. */
	enum exit_status (*work)(void *arg, size_t index, int core, struct bulletin *bulletin);
	/* In the parent, in order of index. */
	void (*done)(void *arg, size_t index, const struct ending *ending);
};

/* Returns the worst status of all (EXIT_HELD when n is 0). After an interruption the tasks
 * not yet begun are left out. */
enum exit_status supervise(const struct supervision *supervision);

/* For the child's work: has it been asked to end early? */
const volatile sig_atomic_t *supervise_interrupted(void);

#endif
