/* turns.c - handing the turn to the guest, getting it back, and noticing its end. */
#include "sim/guest/inside.h"

#include <assert.h>
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A guest that dies in its turn cannot say so: it is looked for this often. */
#define SLICE_MS 10
#define KILL_MS \
	10000 /* until a killed process must be gone; the kernel needs microseconds */

/* Politeness of guest_stop: this much virtual time, and this many turns. */
#define STOP_NS    (10 * SIM_S)
#define STOP_TURNS 64

static int64_t host_ms(void)
{
	struct timespec now;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool turn_is_ours(const struct guest *guest)
{
	return __atomic_load_n(&guest->page->turn, __ATOMIC_ACQUIRE) ==
	       GUEST_TURN_SIMULATOR;
}

static void give_turn(struct guest *guest)
{
	__atomic_store_n(&guest->page->turn, GUEST_TURN_GUEST, __ATOMIC_RELEASE);
	syscall(SYS_futex, &guest->page->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* --- ends --- */

/* Without collecting it. */
static bool has_ended(const struct guest *guest)
{
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)guest->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
		return info.si_pid == guest->pid;
	return kill(guest->pid, 0) != 0; /* somebody else collected it */
}

static bool ended_within(const struct guest *guest, int ms)
{
	const struct timespec nap = {.tv_nsec = 1000000};
	struct pollfd end = {.fd = guest->pid_fd, .events = POLLIN};
	struct timespec timeout = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

	if (guest->pid_fd >= 0)
		return syscall(SYS_ppoll, &end, 1, &timeout, NULL, 0) == 1;
	while (!has_ended(guest)) {
		if (ms-- <= 0)
			return false;
		syscall(SYS_nanosleep, &nap, NULL);
	}
	return true;
}

static void tell_end(struct guest *guest)
{
	if (guest->trace)
		trace_say(guest->trace, guest->blame, KIND_GUEST_ENDED, guest->name,
			  F_TEXT("status", guest->status), F_BOOL("asked", guest->asked));
}

/* Collects a process that is known to have ended. What it may have left in its group
 * goes with it, while the number of the group still cannot belong to anyone else. */
static void collect(struct guest *guest, const char *status)
{
	int how = 0;
	pid_t pid;

	kill(-guest->pid, SIGKILL);
	do
		pid = waitpid(guest->pid, &how, 0);
	while (pid < 0 && errno == EINTR);
	guest->alive = false;
	if (status)
		snprintf(guest->status, sizeof(guest->status), "%s", status);
	else if (pid == guest->pid && WIFEXITED(how))
		snprintf(guest->status, sizeof(guest->status), "exit status %d",
			 WEXITSTATUS(how));
	else if (pid == guest->pid && WIFSIGNALED(how))
		snprintf(guest->status, sizeof(guest->status), "signal %d",
			 WTERMSIG(how));
	else /* somebody else in this program waits for every child */
		snprintf(guest->status, sizeof(guest->status),
			 "ended, exit status unknown");
}

void guest_kill(struct guest *guest, const char *status)
{
	if (!guest->alive)
		return;
	kill(-guest->pid, SIGKILL);
	kill(guest->pid, SIGKILL);
	(void)ended_within(guest, KILL_MS);
	collect(guest, status);
}

enum guest_await guest_await(struct guest *guest, int limit_ms)
{
	const struct timespec slice = {.tv_nsec = SLICE_MS * 1000000L};
	int64_t give_up =
		0; /* the clock is only read when the first slice was not enough */

	for (;;) {
		syscall(SYS_futex, &guest->page->turn, FUTEX_WAIT, GUEST_TURN_GUEST,
			&slice, NULL, 0);
		if (turn_is_ours(guest))
			return AWAIT_TURN;
		if (give_up == 0)
			give_up = host_ms() + limit_ms;
		/* Leaving through exit(): its end is near, so that is waited for. */
		if (ended_within(guest, guest->page->exiting ? SLICE_MS : 0)) {
			collect(guest, NULL);
			return AWAIT_ENDED;
		}
		if (host_ms() >= give_up)
			return AWAIT_TIMEOUT;
	}
}

/* --- turns --- */

static void tell_spins(struct guest *guest)
{
	const struct guest_page *page = guest->page;

	if (page->spins < guest->spins_told)
		return;
	guest->spins_told = page->spins * 2;
	if (guest->trace)
		trace_say(guest->trace, 0, KIND_GUEST_SPUN, guest->name,
			  F_INT("reads", page->clock_reads),
			  F_INT("advanced_for_ns",
				page->spins * (uint64_t)page->spin_step_ns));
}

enum guest_rest guest_take_rest(struct guest *guest, sim_ns now, sim_ns horizon)
{
	struct guest_page *page = guest->page;
	bool sent = page->sent != 0;
	sim_ns at = page->now;

	/* The shim keeps to these bounds; the guest around it need not. */
	if (at < now)
		at = now;
	if (at > horizon || !sent)
		at = horizon;
	guest->now = at;
	guest->wake = page->wake;
	if (!sent && guest->wake <= horizon)
		guest->wake = horizon + 1;
	else if (guest->wake < at)
		guest->wake = at;
	tell_spins(guest);
	return sent ? GUEST_SENT : GUEST_RESTS;
}

enum guest_rest guest_turn(struct guest *guest, sim_ns now, sim_ns horizon)
{
	struct guest_page *page = guest->page;
	char status[GUEST_STATUS_MAX];

	if (!guest->alive)
		return guest->end;
	assert(guest->now <= now && now <= horizon);
	page->now = now;
	page->horizon = horizon;
	page->sent = 0;
	guest->now = now;
	give_turn(guest);
	switch (guest_await(guest, guest->watchdog_ms)) {
	case AWAIT_TURN:
		return guest_take_rest(guest, now, horizon);
	case AWAIT_ENDED:
		guest->end = GUEST_ENDED;
		break;
	case AWAIT_TIMEOUT:
		snprintf(status, sizeof(status),
			 "stopped: no rest within %d ms of real time",
			 guest->watchdog_ms);
		guest_kill(guest, status);
		guest->end = GUEST_STUCK;
		break;
	}
	guest->wake = SIM_NEVER;
	tell_end(guest);
	return guest->end;
}

sim_ns guest_now(const struct guest *guest)
{
	return guest->now;
}

sim_ns guest_wake(const struct guest *guest)
{
	return guest->wake;
}

pid_t guest_pid(const struct guest *guest)
{
	return guest->pid;
}

bool guest_alive(const struct guest *guest)
{
	return guest->alive;
}

const char *guest_status(const struct guest *guest)
{
	return guest->status;
}

void guest_signal(struct guest *guest, int signal)
{
	assert(signal > 0 && signal <= 64);
	guest->page->signals |= UINT64_C(1) << (signal - 1);
}

void guest_stop(struct guest *guest)
{
	sim_ns end = guest->now <= SIM_NEVER - STOP_NS ? guest->now + STOP_NS : SIM_NEVER;

	guest->asked = true;
	guest_signal(guest, SIGTERM);
	/* A guest that blocks signals while it waits takes this one when its wait is over,
	 * so time is allowed to pass for it alone. */
	for (int i = 0; i < STOP_TURNS && guest->alive; i++) {
		sim_ns wake = guest->wake < end ? guest->wake : end;

		(void)guest_turn(guest, guest->now,
				 wake > guest->now ? wake : guest->now);
	}
	if (!guest->alive)
		return;
	guest_kill(guest, "killed: it did not stop when asked");
	guest->end = GUEST_ENDED;
	guest->wake = SIM_NEVER;
	tell_end(guest);
}

void guest_kill_asked(struct guest *guest)
{
	if (!guest->alive)
		return;
	guest->asked = true;
	guest_kill(guest, NULL);
	guest->end = GUEST_ENDED;
	guest->wake = SIM_NEVER;
	tell_end(guest);
}

void guest_blame(struct guest *guest, trace_id cause)
{
	guest->blame = cause;
}

struct guest_counts guest_counts(const struct guest *guest)
{
	const struct guest_page *page = guest->page;

	return (struct guest_counts){
		.turns = page->turns,
		.idle_steps = page->idle_steps,
		.clock_reads = page->clock_reads,
		.spins = page->spins,
		.random_bytes = page->random_bytes,
		.send_buffer = page->send_buffer,
		.refusals = page->refusals,
	};
}
