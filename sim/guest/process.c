/* process.c - making the process: a clean environment, no stray descriptors, no orphan. */
#include "sim/guest/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ERROR_FD (GUEST_PAGE_FD + 1)
#define FD_AWAY  16 /* beyond every descriptor that is put in place below */
#define FD_GUESS 65536

/* What went wrong in the child, told through the pipe that exec closes. */
enum step {
	STEP_PARENT,
	STEP_OUTPUT,
	STEP_DIRECTORY,
	STEP_CORE,
	STEP_EXEC
};
static const char *const step_words[] = {
	[STEP_PARENT] = "its parent is gone",
	[STEP_OUTPUT] = "its descriptors could not be put in place",
	[STEP_DIRECTORY] = "its working directory could not be entered",
	[STEP_CORE] = "it could not be tied to its core",
	[STEP_EXEC] = "it could not be executed",
};
struct report {
	int step, error;
};

static _Noreturn void give_up(int error_fd, enum step step)
{
	struct report report = {(int)step, errno};
	ssize_t n = write(error_fd, &report, sizeof(report));

	(void)n; /* nobody left to tell */
	_exit(127);
}

/* An ignored signal would stay ignored across exec. */
static void reset_signals(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		sigaction(number, &standard, NULL);
	signal(SIGXFSZ, SIG_IGN); /* a full disk fails a write, and kills nobody */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void reset_limits(void)
{
	struct rlimit files, core = {0, 0};

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	setrlimit(RLIMIT_CORE, &core);
	umask(022);
	/* Addresses that repeat; a container may forbid it, which costs nothing. */
	personality(ADDR_NO_RANDOMIZE);
}

/* Puts every descriptor where the guest expects it and closes all others. The sources
 * may already lie in the way, so they are first moved out of it. */
static bool place_descriptors(const struct guest_launch *launch, int *error_fd)
{
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int input = fcntl(null_fd, F_DUPFD_CLOEXEC, FD_AWAY);
	int output = fcntl(launch->output_fd, F_DUPFD_CLOEXEC, FD_AWAY);
	int page = fcntl(launch->page_fd, F_DUPFD_CLOEXEC, FD_AWAY);
	int errors = fcntl(*error_fd, F_DUPFD_CLOEXEC, FD_AWAY);

	if (input < 0 || output < 0 || page < 0 || errors < 0)
		return false;
	*error_fd = errors;
	if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 ||
	    dup2(page, GUEST_PAGE_FD) < 0 || dup3(errors, ERROR_FD, O_CLOEXEC) < 0)
		return false;
	*error_fd = ERROR_FD;
	if (syscall(SYS_close_range, ERROR_FD + 1, ~0U, 0) != 0) /* Linux 5.9 */
		for (int fd = ERROR_FD + 1; fd < FD_GUESS; fd++)
			close(fd);
	return true;
}

static bool tie_to_core(int core)
{
	cpu_set_t set;

	if (core < 0)
		return true;
	CPU_ZERO(&set);
	if (core < CPU_SETSIZE)
		CPU_SET(core, &set);
	return sched_setaffinity(0, sizeof(set), &set) == 0;
}

static _Noreturn void become_guest(const struct guest_launch *launch, int error_fd,
				   char *const *environment)
{
	pid_t parent = launch->page->simulator_pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) /* it died before the line above */
		give_up(error_fd, STEP_PARENT);
	setpgid(0, 0);
	reset_signals();
	reset_limits();
	launch->page->guest_pid = getpid();
	if (!place_descriptors(launch, &error_fd))
		give_up(error_fd, STEP_OUTPUT);
	if (launch->work_dir && chdir(launch->work_dir) != 0)
		give_up(error_fd, STEP_DIRECTORY);
	if (!tie_to_core(launch->core))
		give_up(error_fd, STEP_CORE);
	/* execve() promises not to change what it is given; its type is older than const. */
	execve(launch->path, (char *const *)(uintptr_t)launch->argv, environment);
	give_up(error_fd, STEP_EXEC);
}

static int pipe_result(int fd, struct sim_error *error, const char *path)
{
	struct report report;
	ssize_t n;

	do
		n = read(fd, &report, sizeof(report));
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return SIM_OK; /* exec closed it */
	if (n != sizeof(report) || report.step < 0 || report.step > STEP_EXEC)
		return sim_fail(error, SIM_EIO, "%s could not be started", path);
	return sim_fail(error, SIM_EIO, "%s could not be started: %s (%s)", path,
			step_words[report.step], strerror(report.error));
}

int guest_launch(const struct guest_launch *launch, pid_t *ret_pid,
		 struct sim_error *error)
{
	char preload[2 * PATH_MAX + 16], variable[64];
	/* Nothing of the user's environment reaches the guest. */
	char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	char asan[] = "ASAN_OPTIONS=verify_asan_link_order=0";
	char *environment[] = {path, preload, variable, asan, NULL};
	int ends[2], status;
	pid_t pid;

	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", launch->preload);
	snprintf(variable, sizeof(variable), GUEST_PAGE_VARIABLE "=%d:%016llx",
		 GUEST_PAGE_FD, (unsigned long long)launch->page->run_id);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return sim_fail(error, SIM_ELIMIT, "no descriptors left to start %s (%s)",
				launch->path, strerror(errno));
	fflush(NULL); /* the child never writes what the parent had buffered */
	pid = fork();
	if (pid == 0)
		become_guest(launch, ends[1], environment);
	close(ends[1]);
	if (pid < 0) {
		status = sim_fail(error, SIM_ELIMIT, "no process can be made for %s (%s)",
				  launch->path, strerror(errno));
	} else {
		*ret_pid = pid;
		status = pipe_result(ends[0], error, launch->path);
	}
	close(ends[0]);
	return status;
}
