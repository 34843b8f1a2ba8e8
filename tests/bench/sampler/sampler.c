/*
 * sampler.c - loaded into a program beside its libraries: notes where the program is, at
 * each tick of the kernel's clock that it uses. share.sh counts whose code that was.
 *
 *	LD_PRELOAD=sampler.so SAMPLES=FILE COMMAND …
 *
 * FILE: 64 bit numbers: how many, then offsets into the program; 0 ends them. Its
 * children are sampled too, and theirs are not.
 */
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

enum {
	SAMPLES_MAX = 1 << 20
};

static uint64_t *samples; /* the first one: how many */
static uintptr_t base;
static int generation;

static void on_tick(int signal, siginfo_t *info, void *context)
{
	const ucontext_t *at = context;
	(void)signal;
	(void)info;
#if defined(__x86_64__)
	uint64_t place = (uint64_t)at->uc_mcontext.gregs[REG_RIP];
#else
	uint64_t place = at->uc_mcontext.pc;
#endif
	uint64_t n = __atomic_add_fetch(&samples[0], 1, __ATOMIC_RELAXED);
	if (n < SAMPLES_MAX)
		samples[n] = place - base;
}

static int take_base(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	base = info->dlpi_addr; /* the program comes first */
	return 1;
}

static void tick(void)
{
	const struct itimerval each = {{0, 1000}, {0, 1000}};
	setitimer(ITIMER_PROF, &each, NULL);
}

/* The run is a child of the program; its own children are brokers, whom a tick would kill:
 * timers survive exec, handlers do not. */
static void in_child(void)
{
	if (++generation == 1)
		tick();
}

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("SAMPLES");
	struct sigaction action = {.sa_sigaction = on_tick,
				   .sa_flags = SA_SIGINFO | SA_RESTART};
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	if (fd < 0)
		return;
	if (ftruncate(fd, SAMPLES_MAX * sizeof(*samples)) == 0)
		samples = mmap(NULL, SAMPLES_MAX * sizeof(*samples),
			       PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (!samples || samples == MAP_FAILED)
		return;
	dl_iterate_phdr(take_base, NULL);
	sigaction(SIGPROF, &action, NULL);
	pthread_atfork(NULL, NULL, in_child);
	tick();
}
