/* wait.c - epoll, poll and select: look without waiting, then wait in virtual time. */
#include "sim/guest/shim/shim.h"

#include <asm/poll.h>
#include <asm/signal.h>
#include <linux/eventpoll.h>

#define SIGSET_SIZE sizeof(shim_sigset)

SHIM_EXPORT int epoll_wait(int fd, struct epoll_event *events, int n, int timeout_ms);
SHIM_EXPORT int epoll_pwait(int fd, struct epoll_event *events, int n, int timeout_ms,
			    const shim_sigset *mask);
SHIM_EXPORT int epoll_pwait2(int fd, struct epoll_event *events, int n,
			     const struct timespec *timeout, const shim_sigset *mask);
SHIM_EXPORT int poll(struct pollfd *fds, unsigned long n, int timeout_ms);
SHIM_EXPORT int ppoll(struct pollfd *fds, unsigned long n, const struct timespec *timeout,
		      const shim_sigset *mask);
SHIM_EXPORT int __poll_chk(struct pollfd *fds, unsigned long n, int timeout_ms,
			   unsigned long room);
SHIM_EXPORT int __ppoll_chk(struct pollfd *fds, unsigned long n,
			    const struct timespec *timeout, const shim_sigset *mask,
			    unsigned long room);
SHIM_EXPORT int select(int n, void *readable, void *writable, void *exceptional,
		       struct timeval *timeout);
SHIM_EXPORT int pselect(int n, void *readable, void *writable, void *exceptional,
			const struct timespec *timeout, const shim_sigset *mask);
SHIM_EXPORT int pause(void);
SHIM_EXPORT int sigsuspend(const shim_sigset *mask);

/* Only waits that watch something are rounded to the tick; a wait for nothing at all is
 * how old programs sleep. */
static int64_t deadline_ms(int timeout_ms, bool watches)
{
	if (timeout_ms < 0)
		return GUEST_NEVER;
	return shim_deadline_after((int64_t)timeout_ms * 1000000, watches);
}

/* False: not a time. No time at all is for ever. */
static bool deadline_timespec(const struct timespec *timeout, bool watches,
			      int64_t *ret_deadline)
{
	int64_t ns = timeout ? shim_timespec_ns(timeout) : GUEST_NEVER;

	if (ns < 0)
		return false;
	*ret_deadline = ns == GUEST_NEVER ? ns : shim_deadline_after(ns, watches);
	return true;
}

/* --- epoll --- */

struct epoll_wait {
	int fd, n;
	struct epoll_event *events;
};

static long epoll_ready(void *arg)
{
	const struct epoll_wait *wait = arg;

	return raw6_of(__NR_epoll_pwait, wait->fd, wait->events, wait->n, 0, 0,
		       SIGSET_SIZE);
}

int epoll_wait(int fd, struct epoll_event *events, int n, int timeout_ms)
{
	return epoll_pwait(fd, events, n, timeout_ms, NULL);
}

int epoll_pwait(int fd, struct epoll_event *events, int n, int timeout_ms,
		const shim_sigset *mask)
{
	struct epoll_wait wait = {fd, n, events};

	return (int)shim_result(
		shim_wait(epoll_ready, &wait, deadline_ms(timeout_ms, true), mask));
}

int epoll_pwait2(int fd, struct epoll_event *events, int n,
		 const struct timespec *timeout, const shim_sigset *mask)
{
	struct epoll_wait wait = {fd, n, events};
	int64_t deadline;

	if (!deadline_timespec(timeout, true, &deadline))
		return (int)shim_result(-EINVAL);
	return (int)shim_result(shim_wait(epoll_ready, &wait, deadline, mask));
}

/* --- poll --- */

struct poll_wait {
	struct pollfd *fds;
	unsigned long n;
};

static long poll_ready(void *arg)
{
	const struct poll_wait *wait = arg;
	struct timespec zero = {0};

	return raw5(__NR_ppoll, wait->fds, wait->n, &zero, 0, SIGSET_SIZE);
}

int poll(struct pollfd *fds, unsigned long n, int timeout_ms)
{
	struct poll_wait wait = {fds, n};

	return (int)shim_result(
		shim_wait(poll_ready, &wait, deadline_ms(timeout_ms, n > 0), NULL));
}

int ppoll(struct pollfd *fds, unsigned long n, const struct timespec *timeout,
	  const shim_sigset *mask)
{
	struct poll_wait wait = {fds, n};
	int64_t deadline;

	if (!deadline_timespec(timeout, n > 0, &deadline))
		return (int)shim_result(-EINVAL);
	return (int)shim_result(shim_wait(poll_ready, &wait, deadline, mask));
}

/* The libc's hardened entry points: room is the size of the array, in bytes. */
static void check_room(unsigned long n, unsigned long room)
{
	if (room / sizeof(struct pollfd) >= n)
		return;
	shim_say("buffer overflow detected in poll", "", "");
	raw3(__NR_tgkill, raw0(__NR_getpid), raw0(__NR_gettid), SIGABRT);
	shim_exit(127);
}

int __poll_chk(struct pollfd *fds, unsigned long n, int timeout_ms, unsigned long room)
{
	check_room(n, room);
	return poll(fds, n, timeout_ms);
}

int __ppoll_chk(struct pollfd *fds, unsigned long n, const struct timespec *timeout,
		const shim_sigset *mask, unsigned long room)
{
	check_room(n, room);
	return ppoll(fds, n, timeout, mask);
}

/* --- select --- */

#define SELECT_MAX   4096 /* descriptors; the libc's own limit is 1,024 */
#define SELECT_WORDS (SELECT_MAX / 64)

struct select_wait {
	int n;
	uint64_t *sets[3];
	uint64_t wanted[3][SELECT_WORDS];
};

static unsigned long select_bytes(int n)
{
	return ((unsigned long)n + 63) / 64 * 8;
}

/* The kernel overwrites the sets, so each look starts from what was wanted. */
static long select_ready(void *arg)
{
	struct select_wait *wait = arg;
	struct timespec zero = {0};

	for (int i = 0; i < 3; i++)
		if (wait->sets[i])
			shim_copy(wait->sets[i], wait->wanted[i], select_bytes(wait->n));
	return raw6_of(__NR_pselect6, wait->n, wait->sets[0], wait->sets[1],
		       wait->sets[2], &zero, 0);
}

static long select_until(int n, void *const sets[3], int64_t deadline,
			 const shim_sigset *mask)
{
	struct select_wait wait;

	if (n < 0 || n > SELECT_MAX)
		return -EINVAL;
	wait.n = n;
	for (int i = 0; i < 3; i++) {
		wait.sets[i] = sets[i];
		if (sets[i])
			shim_copy(wait.wanted[i], sets[i], select_bytes(n));
	}
	return shim_wait(select_ready, &wait, deadline, mask);
}

int select(int n, void *readable, void *writable, void *exceptional,
	   struct timeval *timeout)
{
	void *const sets[3] = {readable, writable, exceptional};
	struct timespec relative, left;
	int64_t deadline, rest;
	long result;

	if (timeout) {
		if (timeout->tv_usec < 0)
			return (int)shim_result(-EINVAL);
		/* Linux lets the microseconds of select hold more than a second. */
		relative.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000;
		relative.tv_nsec = timeout->tv_usec % 1000000 * 1000;
	}
	if (!deadline_timespec(timeout ? &relative : NULL, n > 0, &deadline))
		return (int)shim_result(-EINVAL);
	result = select_until(n, sets, deadline, NULL);
	if (timeout) { /* and leaves in it what was not slept */
		rest = deadline - shim_page()->now;
		shim_ns_timespec(rest > 0 ? rest : 0, &left);
		timeout->tv_sec = left.tv_sec;
		timeout->tv_usec = left.tv_nsec / 1000;
	}
	return (int)shim_result(result);
}

int pselect(int n, void *readable, void *writable, void *exceptional,
	    const struct timespec *timeout, const shim_sigset *mask)
{
	void *const sets[3] = {readable, writable, exceptional};
	int64_t deadline;

	if (!deadline_timespec(timeout, n > 0, &deadline))
		return (int)shim_result(-EINVAL);
	return (int)shim_result(select_until(n, sets, deadline, mask));
}

/* --- waiting for a signal alone --- */

int pause(void)
{
	return (int)shim_result(shim_sleep_until(GUEST_NEVER));
}

int sigsuspend(const shim_sigset *mask)
{
	return (int)shim_result(shim_wait(NULL, NULL, GUEST_NEVER, mask));
}
