/* confine.c - a build's process may compute and talk to us; nothing else. */
#include "printers/host/page.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* A sanitizer reserves terabytes and calls what it likes: its builds are not confined. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

enum {
	MEMORY_MORE_MIB = 256, /* beyond what is mapped when it begins */
	PROCESSOR_S = 600      /* should the program that watches it be gone */
};

static const struct {
	uint32_t number;
	const char *name;
} NAMES[] = {
#define CALL(name)                \
	{                         \
		SYS_##name, #name \
	}
	CALL(socket),        CALL(socketpair),
	CALL(dup),           CALL(dup3),
	CALL(lseek),         CALL(connect),
	CALL(bind),          CALL(listen),
	CALL(openat),        CALL(read),
	CALL(write),         CALL(close),
	CALL(ioctl),         CALL(clone),
	CALL(clone3),        CALL(execve),
	CALL(execveat),      CALL(kill),
	CALL(tgkill),        CALL(ptrace),
	CALL(nanosleep),     CALL(clock_nanosleep),
	CALL(clock_gettime), CALL(gettimeofday),
	CALL(getrandom),     CALL(futex),
	CALL(ppoll),         CALL(sched_yield),
	CALL(rt_sigaction),  CALL(prctl),
	CALL(mmap),          CALL(mprotect),
	CALL(sendto),        CALL(recvfrom),
	CALL(setitimer),     CALL(timer_create),
	CALL(getrusage),     CALL(uname),
	CALL(newfstatat),    CALL(fstat),
	CALL(unlinkat),      CALL(renameat),
	CALL(mkdirat),       CALL(memfd_create),
	CALL(setrlimit),     CALL(prlimit64),
	CALL(seccomp),
#ifdef SYS_open
	CALL(open),          CALL(fork),
	CALL(vfork),         CALL(time),
	CALL(poll),          CALL(select),
	CALL(alarm),         CALL(pause),
	CALL(unlink),        CALL(rename),
	CALL(mkdir),         CALL(stat),
#endif
#undef CALL
};

const char *host_call_name(uint32_t number, char ret_text[32])
{
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (NAMES[i].number == number)
			return NAMES[i].name;
	snprintf(ret_text, 32, "system call %u", number);
	return ret_text;
}

static void limit(int what, rlim_t most)
{
	struct rlimit both = {most, most};
	setrlimit(what, &both);
}

void host_confine_template(void)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t none;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setpgid(0, 0); /* a terminal's interrupt is for us, not for it */
	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	limit(RLIMIT_CORE, 0);
}

/* --- the system calls that are left ---------------------------------------------- */

#if defined(ARCHITECTURE) && !SANITIZED

static struct host_page *noted_in;

static void on_forbidden(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	noted_in->forbidden = (uint32_t)info->si_syscall + 1;
	host_exit(127);
}

#define LOAD(member)                       \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 (uint32_t)offsetof(struct seccomp_data, member))
#define LOAD_LOW(argument)                 \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 (uint32_t)(offsetof(struct seccomp_data, args) + (argument)*8))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define ALLOW(name) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), RETURN(SECCOMP_RET_ALLOW)
/* Allowed when the low half of an argument is that; the filter ends there if it is not. */
#define ALLOW_IF(name, argument, value, otherwise)                                 \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 4), LOAD_LOW(argument), \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, 1),      \
		RETURN(SECCOMP_RET_ALLOW), RETURN(otherwise)

/* What malloc, abort and the channel need. A print to standard output fails, and is not
 * worth a death. */
static void filter_calls(struct host_page *page)
{
	uint32_t self = (uint32_t)getpid();
	struct sock_filter rules[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
		ALLOW_IF(recvfrom, 0, HOST_CHANNEL_FD, SECCOMP_RET_TRAP),
		ALLOW_IF(sendto, 0, HOST_CHANNEL_FD, SECCOMP_RET_TRAP),
		ALLOW_IF(mmap, 4, -1, SECCOMP_RET_TRAP),
		ALLOW_IF(tgkill, 0, self, SECCOMP_RET_TRAP),
		ALLOW_IF(write, 0, -1, SECCOMP_RET_ERRNO | EBADF),
		ALLOW(munmap),
		ALLOW(mremap),
		ALLOW(madvise),
		ALLOW(brk),
		ALLOW(exit_group),
		ALLOW(exit),
		ALLOW(rt_sigreturn),
		ALLOW(rt_sigprocmask),
		ALLOW(getpid),
		ALLOW(gettid),
		ALLOW(restart_syscall),
		RETURN(SECCOMP_RET_TRAP),
	};
	struct sock_fprog program = {.len = sizeof(rules) / sizeof(rules[0]),
				     .filter = rules};
	struct sigaction trap = {.sa_sigaction = on_forbidden, .sa_flags = SA_SIGINFO};
	noted_in = page;
	sigaction(SIGSYS, &trap, NULL);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER,
	      &program); /* without it: limits alone */
}

/* Bytes that are mapped now; 0: cannot be told. */
static rlim_t mapped_now(void)
{
	char text[64] = "";
	unsigned long pages = 0;
	int fd = (int)syscall(SYS_openat, -100, "/proc/self/statm", 0, 0);
	if (fd < 0)
		return 0;
	long n = syscall(SYS_read, fd, text, sizeof(text) - 1);
	host_close(fd);
	for (long i = 0; i < n && text[i] >= '0' && text[i] <= '9'; i++)
		pages = pages * 10 + (unsigned long)(text[i] - '0');
	return (rlim_t)pages * HOST_PAGE;
}

void host_confine(struct host_page *page)
{
	rlim_t mapped = mapped_now();
	if (mapped > 0)
		limit(RLIMIT_AS, mapped + (rlim_t)MEMORY_MORE_MIB * 1024 * 1024);
	limit(RLIMIT_CPU, PROCESSOR_S);
	limit(RLIMIT_NOFILE, 1);
	limit(RLIMIT_FSIZE, 0);
	filter_calls(page);
}

#else

void host_confine(struct host_page *page)
{
	(void)page;
	limit(RLIMIT_CPU, PROCESSOR_S);
	limit(RLIMIT_FSIZE, 0);
}

#endif
