/*
 * inside.h - what the files of this room share: the guest itself, and how it is awaited.
 *
 * Host calls that the program may have replaced with its own (net/ answers clock calls
 * and waits for the client libraries) are made through syscall() here.
 */
#ifndef JOBJAM_GUEST_INSIDE_H
#define JOBJAM_GUEST_INSIDE_H

#include "sim/guest/guest.h"
#include "sim/guest/page.h"

#include <limits.h>

#define GUEST_NAME_MAX   64
#define GUEST_STATUS_MAX 96

struct guest {
	char name[GUEST_NAME_MAX];
	char output_path[PATH_MAX];
	struct guest_page *page; /* shared with the guest: never trusted */
	int page_fd, pid_fd;
	pid_t pid;
	bool alive, asked;   /* asked: its end is wanted */
	enum guest_rest end; /* what further turns answer once it is not alive */
	char status[GUEST_STATUS_MAX];
	char refused[GUEST_REFUSED_MAX];
	int watchdog_ms;
	sim_ns now, wake;
	uint64_t spins_told; /* the next count of spins that is worth an event */
	struct trace *trace;
	trace_id blame; /* of its end */
};

/* --- turns.c --- */

enum guest_await {
	AWAIT_TURN,
	AWAIT_ENDED,
	AWAIT_TIMEOUT
};

/* Waits until the guest hands over, ends, or limit_ms of real time are gone. A guest that
 * ended has been collected (alive is false, status says how). */
enum guest_await guest_await(struct guest *guest, int limit_ms);
/* After AWAIT_TURN: reads off what the turn left, bounded to now..horizon. */
enum guest_rest guest_take_rest(struct guest *guest, sim_ns now, sim_ns horizon);
/* SIGKILL to the whole group, and collects it. status: what to record, or NULL for how the
 * process really ended. */
void guest_kill(struct guest *guest, const char *status);

/* --- process.c --- */

struct guest_launch {
	const char *path; /* of the binary */
	const char *const *argv;
	const char *preload; /* absolute paths, apart at blanks */
	const char *work_dir;  /* NULL: the simulator's */
	int output_fd, page_fd, core;
	struct guest_page *page;
};

/* Forks and executes. SIM_EIO when that fails; the sentence says what. */
int guest_launch(const struct guest_launch *launch, pid_t *ret_pid,
		 struct sim_error *error);

/* --- inspect.c --- */

/* "build-id 1f2e…" of an ELF file, for the record; "unknown" without. */
void guest_build_id(const char *path, char *ret_text, size_t size);

/* --- words.c --- */

struct text;

/* Adds the last lines of a file, made inert, each on a line of its own; nothing when the
 * file is empty. */
void guest_add_last_words(struct text *text, const char *path);
/* The same, for untrusted text of bounded length: printable ASCII stays. */
void guest_copy_inert(char *to, size_t size, const char *from, size_t length);

#endif
