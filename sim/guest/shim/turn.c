/* turn.c - waiting: idle by oneself up to the horizon, or hand over the turn. */
#include "sim/guest/shim/schedule.h"

#include <linux/futex.h>

#define SIG_BLOCKED_SET 2 /* SIG_SETMASK */
#define SIGSET_SIZE     sizeof(shim_sigset)

/* A parked guest looks this often whether its parent still lives: changing user clears
 * the parent-death signal. */
static const struct timespec PARENT_CHECK = {.tv_sec = 0, .tv_nsec = 250 * 1000 * 1000};

void shim_sent(void)
{
	struct guest_page *page = shim_page();

	page->sent = 1;
	page->fruitless = 0;
}

/* The kernel's struct sigaction; only the handler is of interest. */
struct disposition {
	unsigned long handler;
	unsigned long rest[8];
};

static bool has_handler(int signal)
{
	struct disposition old = {0};

	/* 0: the default, 1: ignored; neither interrupts a wait. */
	return raw4(__NR_rt_sigaction, signal, 0, &old, SIGSET_SIZE) == 0 &&
	       old.handler > 1;
}

/* Whether a signal in the set has a handler. */
static bool any_handled(shim_sigset set)
{
	for (int signal = 1; set; signal++, set >>= 1)
		if ((set & 1) && has_handler(signal))
			return true;
	return false;
}

static shim_sigset blocked_now(void)
{
	shim_sigset set = 0;

	raw4(__NR_rt_sigprocmask, SIG_BLOCKED_SET, 0, &set, SIGSET_SIZE);
	return set;
}

/* Changes the mask; true when that lets a pending signal run its handler. */
static bool set_mask(shim_sigset mask, shim_sigset *ret_old)
{
	shim_sigset pending = 0;
	bool handled;

	raw2(__NR_rt_sigpending, &pending, SIGSET_SIZE);
	handled = any_handled(pending & ~mask);
	raw4(__NR_rt_sigprocmask, SIG_BLOCKED_SET, &mask, ret_old, SIGSET_SIZE);
	return handled;
}

/* Raises what the simulator asked for. True when a handler ran. */
static bool raise_signals(struct guest_page *page)
{
	shim_sigset asked = page->signals;
	bool handled;

	if (!asked)
		return false;
	page->signals = 0;
	handled = any_handled(asked & ~blocked_now());
	for (int signal = 1; asked; signal++, asked >>= 1)
		if (asked & 1)
			raw3(__NR_tgkill, raw0(__NR_getpid), raw0(__NR_gettid), signal);
	return handled;
}

/* Gives the turn away and waits for it. True when a signal handler ran on return. */
static bool hand_over(struct guest_page *page, int64_t wake)
{
	page->wake = wake;
	page->fruitless = 0;
	page->turns++;
	__atomic_store_n(&page->turn, GUEST_TURN_SIMULATOR, __ATOMIC_RELEASE);
	raw3(__NR_futex, &page->turn, FUTEX_WAKE, 1);
	while (__atomic_load_n(&page->turn, __ATOMIC_ACQUIRE) != GUEST_TURN_GUEST) {
		raw4(__NR_futex, &page->turn, FUTEX_WAIT, GUEST_TURN_SIMULATOR,
		     &PARENT_CHECK);
		if (raw0(__NR_getppid) != page->simulator_pid)
			shim_exit(GUEST_EXIT_NO_PAGE);
	}
	return raise_signals(page);
}

shim_schedule *jobjam_schedule;

enum shim_passed jobjam_pass_time(int64_t deadline)
{
	struct guest_page *page = shim_page();

	if (page->sent || deadline > page->horizon)
		return hand_over(page, deadline) ? SHIM_INTERRUPTED : SHIM_LOOK;
	page->now = deadline;
	page->idle_steps++;
	page->fruitless = 0;
	return SHIM_ALONE;
}

static long wait_masked(struct guest_page *page, shim_ready *ready, void *arg,
			int64_t deadline)
{
	if (jobjam_schedule)
		return jobjam_schedule(ready, arg, deadline);
	while (page->now < deadline) {
		enum shim_passed passed = jobjam_pass_time(deadline);
		long result = passed == SHIM_LOOK && ready ? ready(arg) : 0;

		if (passed == SHIM_INTERRUPTED)
			return -EINTR;
		if (result != 0)
			return result;
	}
	return 0;
}

long shim_wait(shim_ready *ready, void *arg, int64_t deadline, const shim_sigset *mask)
{
	struct guest_page *page = shim_page();
	long result = ready ? ready(arg) : 0;
	shim_sigset old;

	if (result != 0) {
		page->fruitless = 0;
		return result;
	}
	if (page->now >= deadline)
		shim_fruitless(page,
			       64); /* a system call is that much dearer than a look */
	if (!mask)
		return wait_masked(page, ready, arg, deadline);
	if (set_mask(*mask, &old))
		result = -EINTR;
	else
		result = wait_masked(page, ready, arg, deadline);
	raw4(__NR_rt_sigprocmask, SIG_BLOCKED_SET, &old, 0, SIGSET_SIZE);
	return result;
}

long shim_sleep_until(int64_t deadline)
{
	return shim_wait(NULL, NULL, deadline, NULL);
}

void shim_fruitless(struct guest_page *page, unsigned weight)
{
	page->fruitless += weight;
	if (page->fruitless < page->spin_limit)
		return;
	page->fruitless = 0;
	page->spins++;
	(void)wait_masked(page, NULL, NULL, page->now + page->spin_step_ns);
}
