/*
 * driver.h - a probe as a guest, in a directory of its own, and what it said.
 *
 * A test may use one rig at a time; rig_fini() leaves neither process nor file behind.
 */
#ifndef JOBJAM_TEST_GUEST_DRIVER_H
#define JOBJAM_TEST_GUEST_DRIVER_H

#include "tests/unit/stage.h"

#include "sim/guest/guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_UTC_S INT64_C(1692025200) /* 2023-08-14T15:00:00Z */

struct rig {
	char dir[64], socket[96], output[96], shim[256];
	struct clock clock;
	struct trace *trace;
	struct guest_options options; /* to be changed before rig_start() */
	struct guest *guest;
	struct sim_error error;
	char said[16384];
};

static inline void rig_init(struct rig *rig)
{
	*rig = (struct rig){.clock = {.start_utc_s = START_UTC_S}};
	snprintf(rig->dir, sizeof(rig->dir), "/tmp/jobjam-guest-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	snprintf(rig->socket, sizeof(rig->socket), "%s/b.sock", rig->dir);
	snprintf(rig->output, sizeof(rig->output), "%s/output", rig->dir);
	snprintf(rig->shim, sizeof(rig->shim), "%.200s/vclock.so", testing_build_dir());
	rig->trace = trace_new(&rig->clock, TRACE_FULL);
	assert_non_null(rig->trace);
	assert_int_equal(chmod(rig->dir, 0777), 0); /* guests may change user */
	rig->options = (struct guest_options){
		.name = "probe",
		.shim_path = rig->shim,
		.work_dir = rig->dir,
		.output_path = rig->output,
		.start_utc_ns = START_UTC_S * SIM_S,
		.seed = 1,
		.core = -1,
		.watchdog_ms = 60000, /* no test is to fail because the machine is slow */
		.handshake_ms = 60000,
		.trace = rig->trace,
	};
}

static inline void rig_fini(struct rig *rig)
{
	DIR *dir = opendir(rig->dir);

	guest_free(rig->guest);
	trace_free(rig->trace);
	for (struct dirent *entry; dir && (entry = readdir(dir));)
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	(void)rmdir(rig->dir);
}

/* Where a probe was built, made absolute: a guest has a working directory of its own. */
static inline const char *probe_path(const char *name, char path[PATH_MAX])
{
	char relative[PATH_MAX];

	snprintf(relative, sizeof(relative), "%.200s/tests/probes/%.50s",
		 testing_build_dir(), name);
	assert_non_null(realpath(relative, path));
	return path;
}

/* words: the probe's name and its arguments, NULL at the end. */
static inline int rig_start(struct rig *rig, const char *const *words)
{
	char path[PATH_MAX];
	const char *argv[8] = {0};

	argv[0] = strchr(words[0], '/') ? words[0] : probe_path(words[0], path);
	for (int i = 1; i < 7 && words[i]; i++)
		argv[i] = words[i];
	rig->options.argv = argv;
	return guest_start(&rig->options, &rig->guest, &rig->error);
}

static inline void rig_must_start(struct rig *rig, const char *const *words)
{
	if (rig_start(rig, words) != SIM_OK)
		fail_msg("%s", rig->error.text);
}
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static inline const char *rig_said(struct rig *rig)
{
	int fd = open(rig->output, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, rig->said, sizeof(rig->said) - 1);

	if (fd >= 0)
		close(fd);
	rig->said[n > 0 ? n : 0] = '\0';
	return rig->said;
}

/* Starts a probe, gives it a day that begins five seconds after the start, and compares
 * all it said with what it should. It must have ended well. */
static inline void assert_probe_says(bool tick_exact, const char *const *words,
				     const char *should)
{
	struct rig rig;

	rig_init(&rig);
	rig.options.tick_exact = tick_exact;
	rig_must_start(&rig, words);
	for (int i = 0; i < 100 && guest_alive(rig.guest); i++) {
		sim_ns now = i == 0 ? 5 * SIM_S : guest_now(rig.guest);

		(void)guest_turn(rig.guest, now, SIM_DAY);
	}
	assert_string_equal(rig_said(&rig), should);
	assert_string_equal(guest_status(rig.guest), "exit status 0");
	rig_fini(&rig);
}

/* A connection to the guest's socket that never blocks. */
static inline int rig_connect(const struct rig *rig)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", rig->socket);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* The only event of its kind; fails when there is none or another. */
static inline const struct trace_event *rig_event(const struct rig *rig,
						  enum trace_kind kind)
{
	assert_int_equal(stage_count(rig->trace, kind), 1);
	return stage_last(rig->trace, kind);
}

#endif
