/* check.c - the table of the conformance suite, and running it. */
#include "printers/firmware/check_room.h"

#include "printers/firmware/build.h"
#include "printers/host/page.h"
#include "printers/host/template.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* clang-format off */
static const struct {
	const char *name, *what, *advice;
	check_file_fn *file;
	check_abi_fn *abi;
} CHECKS[] = {
	{"loads", "exports a complete table of ABI version 1, and says its name",
	 "export `const struct jobjam_fw_api jobjam_firmware`, compiled against the "
	 "installed jobjam_firmware.h", check_loads, NULL},
	{"imports", "asks the operating system for neither time, chance, files nor processes",
	 "take time from sensors->now_us, chance from host->rand64, the date from "
	 "host->utc_ms, memory that lasts from host->nv_read and nv_write", check_imports, NULL},
	{"struct_sizes", "keeps within the sizes that structs say, smaller and larger ones",
	 "write at most ret_actuators->size bytes, and set size to what was written",
	 NULL, check_struct_sizes},
	{"no_time_no_change", "a step of no time, without input, changes and says nothing",
	 "let only dt_us and what came in change the state", NULL, check_no_time_no_change},
	{"same_twice", "the same inputs give the same outputs, in every instance",
	 "keep all state in the instance, and none of it uninitialised or an address",
	 NULL, check_same_twice},
	{"save_and_load", "goes on the same after load(), here and in a new instance",
	 "save every bit that may ever reach an output, and no pointers", NULL,
	 check_save_and_load},
	{"malformed", "survives broken, deep, binary and huge messages, and stays cold",
	 "answer DISCARD (or OK) and change nothing", NULL, check_malformed},
	{"next_wake", "asks for its next step later than now, and may be stepped earlier",
	 "set next_wake_us beyond sensors->now_us, or JOBJAM_FW_NEVER", NULL, check_next_wake},
	{"idle_is_cold", "heats nothing before a start, online for an hour",
	 "keep duties and targets at 0 while no job runs", check_idle_is_cold, NULL},
	{"start_is_heard", "says START, REFUSED or WAITING to a request to print",
	 "read project_file on net_rx and call host->notice (printers/DIALECT.md)",
	 check_start_is_heard, NULL},
	{"one_job_at_a_time", "begins no second job while one runs",
	 "refuse or keep a start that comes while busy", check_one_job_at_a_time, NULL},
	{"off_after_the_end", "its heaters are off once a job has ended by itself",
	 "set duties and targets to 0 and say ENDED", check_off_after_the_end, NULL},
	{"off_after_a_stop", "its heaters are off at once after a stop",
	 "end the job within the step that follows the stop", check_off_after_a_stop, NULL},
	{"cold_after_a_power_cut", "heats nothing when the power returns, unless somebody asks",
	 "create() begins with heaters off, whatever the non-volatile records say",
	 check_cold_after_a_power_cut, NULL},
	{"pause_and_resume", "what it says it pauses is PAUSE, and a resume lets it come to its end",
	 "say ORDER only of what is done; hold the job in state PAUSE, and go on with it",
	 check_pause_and_resume, NULL},
	{"temperature_is_said", "heats by a gcode_line only if it says that it obeys",
	 "say ORDER, with the target, in the call that sets it", check_temperature_is_said, NULL},
	{"cold_after_a_trip", "after a trip no resume and no temperature from far away heats",
	 "obey what heats only once somebody at the machine has acknowledged the fault",
	 check_cold_after_a_trip, NULL},
};
/* clang-format on */

enum {
	CHECK_CPU_S = 4, /* a hundred times what all checks of a sound build take */
	LOOK_EVERY_MS = 100,
	STUCK_LOOKS = 600
};

bool check_loads(const char *path, char why[CHECK_WHY])
{
	struct firmware_build *build = NULL;
	struct sim_error error = {0};
	if (firmware_build_open(path, "", FIRMWARE_PROCESS, &build, &error) != SIM_OK) {
		snprintf(why, CHECK_WHY, "%.500s", error.text);
		return false;
	}
	const char *unfit = firmware_build_unfit(build);
	bool ok = unfit == NULL;
	if (ok)
		snprintf(why, CHECK_WHY, "%.60s %.60s, %zu settings",
			 firmware_build_name(build), firmware_build_version(build),
			 firmware_build_settings(build)->n_params);
	else
		snprintf(why, CHECK_WHY, "%.500s", unfit);
	firmware_build_free(build);
	return ok;
}

/* --- in a process of its own ------------------------------------------------------- */

struct verdict { /* shared with it */
	bool done, ok;
	uint32_t forbidden; /* number of a system call, + 1 */
	char why[CHECK_WHY];
};

static _Noreturn void look(const char *path, check_abi_fn *fn, int channel,
			   struct verdict *verdict)
{
	static struct host_description description;
	const struct jobjam_fw_api *api = NULL;
	host_confine_template();
	if (channel > 0)
		syscall(SYS_close_range, 0, channel - 1, 0);
	if (syscall(SYS_close_range, channel + 1, ~0U, 0) != 0)
		errno = 0; /* costs tidiness only */
	host_confine_loading(channel, &verdict->forbidden);
	firmware_describe(path, &description, &api);
	if (description.status == SIM_OK)
		verdict->ok = fn(api, verdict->why);
	else
		snprintf(verdict->why, CHECK_WHY, "it does not load");
	verdict->done = true;
	host_exit(0);
}

static bool await(int channel, pid_t pid)
{
	char byte;
	ssize_t n;
	int looks = 0;
	host_patience(channel, LOOK_EVERY_MS);
	while ((n = host_receive(channel, &byte, 1)) == -2)
		if (++looks > STUCK_LOOKS ||
		    host_cpu_ns(pid) > CHECK_CPU_S * INT64_C(1000000000))
			return false;
	return true;
}

static void tell_end(const struct verdict *verdict, int status, char why[CHECK_WHY])
{
	char text[32];
	if (verdict->done)
		memcpy(why, verdict->why, CHECK_WHY);
	else if (why[0] != '\0')
		return; /* known already */
	else if (verdict->forbidden > 0)
		snprintf(why, CHECK_WHY, "it calls %s (%.400s)",
			 host_call_name(verdict->forbidden - 1, text), verdict->why);
	else if (WIFSIGNALED(status))
		snprintf(why, CHECK_WHY, "it dies of %s (%.400s)",
			 strsignal(WTERMSIG(status)), verdict->why);
	else
		snprintf(why, CHECK_WHY, "its process ended by itself (%.400s)",
			 verdict->why);
}

enum check_end check_apart(const char *path, check_abi_fn *fn, char why[CHECK_WHY])
{
	int ends[2], status = 0;
	struct verdict last = {0},
		       *verdict = mmap(NULL, sizeof(*verdict), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (verdict == MAP_FAILED || host_pair(ends, false) != 0) {
		snprintf(why, CHECK_WHY, "no memory or descriptors for a process");
		return CHECK_DIED;
	}
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0)
		look(path, fn, ends[1], verdict);
	host_close(ends[1]);
	if (pid < 0) {
		snprintf(why, CHECK_WHY, "no process can be made");
	} else {
		if (!await(ends[0], pid)) {
			kill(pid, SIGKILL);
			snprintf(why, CHECK_WHY, "a call does not come to an end");
		}
		syscall(SYS_wait4, pid, &status, 0, NULL);
		last = *verdict;
		last.why[CHECK_WHY - 1] = '\0';
		tell_end(&last, status, why);
	}
	host_close(ends[0]);
	munmap(verdict, sizeof(*verdict));
	return !last.done ? CHECK_DIED : last.ok ? CHECK_HOLDS : CHECK_FAILS;
}

int firmware_check(const char *path,
		   void (*tell)(void *arg, const struct firmware_finding *finding),
		   void *arg, size_t *ret_failed, struct sim_error *error)
{
	/* One that never sleeps would take minutes for an hour on a machine. */
	bool sleeps = true;
	*ret_failed = 0;
	if (access(path, R_OK) != 0)
		return sim_fail(error, SIM_ENOENT, "%.900s: there is no such file", path);
	for (size_t i = 0; i < sizeof(CHECKS) / sizeof(CHECKS[0]); i++) {
		struct firmware_finding finding = {.name = CHECKS[i].name,
						   .what = CHECKS[i].what,
						   .advice = CHECKS[i].advice};
		enum check_end end = CHECK_DIED;
		if (!CHECKS[i].file)
			end = check_apart(path, CHECKS[i].abi, finding.why);
		else if (sleeps)
			end = CHECKS[i].file(path, finding.why) ? CHECK_HOLDS
								: CHECK_FAILS;
		else
			snprintf(finding.why, CHECK_WHY,
				 "not tried: next_wake comes first");
		if (CHECKS[i].abi == check_next_wake)
			sleeps = end != CHECK_FAILS;
		finding.ok = end == CHECK_HOLDS;
		*ret_failed += !finding.ok;
		tell(arg, &finding);
		if (i == 0 && !finding.ok)
			break; /* nothing else can be tried */
	}
	return SIM_OK;
}
