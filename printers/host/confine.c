/* confine.c - a build's process may compute and talk to us; nothing else. While it is being
 * loaded it may also read files, as a loader must. */
#include "printers/host/page.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
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
	MEMORY_MORE_MIB = 256,  /* beyond what is mapped when it begins */
	LOADING_MORE_MIB = 512, /* the same for all that is loaded, and an instance */
	PROCESSOR_S = 600       /* should the program that watches it be gone */
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
	CALL(seccomp),       CALL(setpgid),
	CALL(setsid),        CALL(wait4),
	CALL(unshare),       CALL(process_vm_writev),
#ifdef SYS_open
	CALL(open),          CALL(fork),
	CALL(vfork),         CALL(time),
	CALL(poll),          CALL(select),
	CALL(alarm),         CALL(pause),
	CALL(unlink),        CALL(rename),
	CALL(mkdir),         CALL(stat),
	CALL(dup2),          CALL(creat),
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
	clearenv(); /* nor may anything depend on it */
}

/* --- the system calls that are left ---------------------------------------------- */

#if defined(ARCHITECTURE) && !SANITIZED

static volatile uint32_t *noted_in;

static void on_forbidden(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	*noted_in = (uint32_t)info->si_syscall + 1;
	host_exit(127);
}

#define LOAD(member)                       \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 (uint32_t)offsetof(struct seccomp_data, member))
#define LOAD_LOW(argument)                 \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, \
		 (uint32_t)(offsetof(struct seccomp_data, args) + (argument)*8))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, what)
#define BEGIN                                                                \
	LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0), \
		RETURN(SECCOMP_RET_KILL_PROCESS), LOAD(nr)
#define ALLOW(name) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), RETURN(SECCOMP_RET_ALLOW)
/* Allowed when the low half of an argument is that; the filter ends there if it is not. */
#define ALLOW_IF(name, argument, value, otherwise)                                 \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 4), LOAD_LOW(argument), \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, 1),      \
		RETURN(SECCOMP_RET_ALLOW), RETURN(otherwise)
/* The same for two arguments. */
#define ALLOW_IF_BOTH(name, one, value, other, value2)                         \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 6), LOAD_LOW(one),  \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), 0, 3),  \
		LOAD_LOW(other),                                               \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value2), 0, 1), \
		RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_TRAP)
/* Allowed when none of those bits is set in the low half. */
#define ALLOW_WITHOUT(name, argument, bits)                                        \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 4), LOAD_LOW(argument), \
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (uint32_t)(bits), 1, 0),      \
		RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_TRAP)

/* prctl: to die with its parent, and to be confined even more. */
#define ALLOW_TO_BE_CONFINED                                                     \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 7), LOAD_LOW(0),       \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 3, 0),       \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_PDEATHSIG, 0, 3),     \
		LOAD_LOW(1), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SIGKILL, 0, 1), \
		RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_TRAP)
/* abort(), also in the processes that come of it; not to us. */
#define ALLOW_ABORT_BUT(who)                                                     \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 6), LOAD_LOW(2),      \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SIGABRT, 0, 3), LOAD_LOW(0), \
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(who), 1, 0),      \
		RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_TRAP)

/* What malloc, free and abort need. */
#define ALLOW_COMPUTING                                                                 \
	ALLOW(munmap), ALLOW(mremap), ALLOW(madvise), ALLOW(brk), ALLOW(exit_group),    \
		ALLOW(exit), ALLOW(rt_sigreturn), ALLOW(rt_sigprocmask), ALLOW(getpid), \
		ALLOW(gettid), ALLOW(restart_syscall)

static void install(const struct sock_filter *rules, size_t n, uint32_t *noted)
{
	struct sock_fprog program = {.len = (unsigned short)n,
				     .filter = (struct sock_filter *)(uintptr_t)rules};
	noted_in = noted;
	/* Without it: limits alone. */
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}
#define INSTALL(rules, noted) install(rules, sizeof(rules) / sizeof((rules)[0]), noted)

/* A constructor runs in here: it may read what a loader reads, and nothing more. The way
 * out of here, a fork for each machine, knows a number that a fork of its own does not. */
static uint32_t ticket;
static void *thread_number; /* where libc keeps it; NULL: cannot be told */

static void filter_loading(int control, uint32_t *noted)
{
	const uint32_t changes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
	const pid_t parent = getppid();
	struct sigaction trap = {.sa_sigaction = on_forbidden, .sa_flags = SA_SIGINFO};
	struct sock_filter rules[] = {
		BEGIN,
		ALLOW_WITHOUT(openat, 2, changes),
#ifdef SYS_open
		ALLOW_WITHOUT(open, 1, changes),
		ALLOW(stat),
		ALLOW(access),
		ALLOW(readlink),
#endif
		ALLOW(read),
		ALLOW(pread64),
		ALLOW(lseek),
		ALLOW(fstat),
		ALLOW(newfstatat),
		ALLOW(faccessat),
		ALLOW(readlinkat),
		ALLOW(getcwd),
		ALLOW(close),
		ALLOW(close_range),
		ALLOW(mmap),
		ALLOW(mprotect),
		ALLOW(futex),
		/* what serving needs, and an instance before it is confined */
		ALLOW_IF(recvmsg, 0, control, SECCOMP_RET_TRAP),
		ALLOW(recvfrom),
		ALLOW(sendto),
		ALLOW(wait4),
		ALLOW(getppid),
		ALLOW_IF(clone, 2, ticket, SECCOMP_RET_TRAP),
		ALLOW_IF(dup3, 1, HOST_CHANNEL_FD, SECCOMP_RET_TRAP),
		ALLOW_IF(prlimit64, 0, 0, SECCOMP_RET_TRAP),
		ALLOW_TO_BE_CONFINED,
		ALLOW_ABORT_BUT(parent),
		ALLOW_IF(write, 0, -1, SECCOMP_RET_ERRNO | EBADF),
		ALLOW_COMPUTING,
		RETURN(SECCOMP_RET_TRAP),
	};
	sigaction(SIGSYS, &trap, NULL);
	INSTALL(rules, noted);
}

/* A print to standard output fails, and is not worth a death. */
static void filter_calls(struct host_page *page)
{
	struct sock_filter rules[] = {
		BEGIN,
		ALLOW_IF(recvfrom, 0, HOST_CHANNEL_FD, SECCOMP_RET_TRAP),
		ALLOW_IF(sendto, 0, HOST_CHANNEL_FD, SECCOMP_RET_TRAP),
		ALLOW_IF(mmap, 4, -1, SECCOMP_RET_TRAP),
		ALLOW_IF_BOTH(tgkill, 0, getpid(), 2, SIGABRT),
		ALLOW_IF(write, 0, -1, SECCOMP_RET_ERRNO | EBADF),
		ALLOW_COMPUTING,
		RETURN(SECCOMP_RET_TRAP),
	};
	INSTALL(rules, &page->forbidden);
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

static void limit_memory(int more_mib)
{
	rlim_t mapped = mapped_now();
	if (mapped > 0)
		limit(RLIMIT_AS, mapped + (rlim_t)more_mib * 1024 * 1024);
}

void host_confine_loading(int control, uint32_t *noted)
{
	uint32_t number = 0;
	limit_memory(LOADING_MORE_MIB);
	limit(RLIMIT_FSIZE, 0);
	syscall(SYS_getrandom, &number, sizeof(number), 0);
	ticket = number | 1;
	if (prctl(PR_GET_TID_ADDRESS, &thread_number) != 0)
		thread_number = NULL;
	filter_loading(control, noted);
}

/* As fork(), where that is no longer allowed. */
pid_t host_fork(void)
{
	unsigned long flags = SIGCHLD;
	if (thread_number)
		flags |= CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
#if defined(__x86_64__)
	return (pid_t)syscall(SYS_clone, flags, 0, (unsigned long)ticket, thread_number,
			      0);
#else
	return (pid_t)syscall(SYS_clone, flags, 0, (unsigned long)ticket, 0,
			      thread_number);
#endif
}

bool firmware_build_confines(void)
{
	/* A filter that is none: EFAULT where filters are known, EINVAL where they are not. */
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) != 0 && errno == EFAULT;
}

void host_confine(struct host_page *page)
{
	limit_memory(MEMORY_MORE_MIB);
	limit(RLIMIT_CPU, PROCESSOR_S);
	limit(RLIMIT_NOFILE, 1);
	limit(RLIMIT_FSIZE, 0);
	filter_calls(page);
}

#else

void host_confine_loading(int control, uint32_t *noted)
{
	(void)control;
	(void)noted;
	limit(RLIMIT_FSIZE, 0);
}

pid_t host_fork(void)
{
	return fork();
}

bool firmware_build_confines(void)
{
	return false;
}

void host_confine(struct host_page *page)
{
	(void)page;
	limit(RLIMIT_CPU, PROCESSOR_S);
	limit(RLIMIT_FSIZE, 0);
}

#endif
