/*
 * shim.h - what the files of vclock.so share.
 *
 * The shim is preloaded into a guest and answers in the libc's place for everything
 * that tells time or waits. It calls no library: not the libc it is loaded beside (it
 * must work with any, and inside its start), nor memcpy. Three things are borrowed
 * from whatever libc is there, all weak: the variable `environ`, the address of errno,
 * without which a failed call could not say why, and getaddrinfo, which alone can make
 * what freeaddrinfo takes apart.
 *
 * Single-threaded by design: a guest that wants a thread or a child is refused by name.
 */
#ifndef JOBJAM_SHIM_H
#define JOBJAM_SHIM_H

#include "sim/guest/page.h"
#include "sim/guest/shim/raw.h"

#include <asm/errno.h>
#include <linux/time.h>
#include <stdbool.h>

#define SHIM_EXPORT __attribute__((visibility("default"))) extern
#define SHIM_S      INT64_C(1000000000)

typedef uint64_t shim_sigset; /* the kernel's signal set */

/* --- page.c --- */

/* The shared page; attaches at the first call, which may come before our constructor.
 * Ends the process when there is none: it would run on real time. */
struct guest_page *shim_page(void);
/* Returns the kernel's result as a libc would: -1 and errno, or the value. */
long shim_result(long result);
void shim_set_errno(int error);
void shim_say(const char *a, const char *b, const char *c);
/* Says on descriptor 2 that a call is not virtualised, notes its name in the page, sets
 * errno to error. Returns -1. */
int shim_refuse(const char *name, int error);
_Noreturn void shim_exit(int status);

/* --- turn.c --- */

/* Waits until ready() says something other than 0, the deadline passes, or a signal
 * handler has run. deadline: an instant, GUEST_NEVER, or 0 for "only look". mask: signals
 * blocked meanwhile, or NULL. Returns what ready() returned, 0 at the deadline, -EINTR. */
typedef long shim_ready(void *arg);
long shim_wait(shim_ready *ready, void *arg, int64_t deadline, const shim_sigset *mask);
/* The same with nothing to look at. */
long shim_sleep_until(int64_t deadline);
/* Something left the guest: time may not pass before the simulator has looked. */
void shim_sent(void);
/* Counts a look at the clock that found nothing new; moves the clock on when there have
 * been too many. */
void shim_fruitless(struct guest_page *page, unsigned weight);

/* --- clock.c --- */

/* now + ns, rounded up to the guest's tick; saturates at GUEST_NEVER. */
int64_t shim_deadline_after(int64_t ns, bool rounded);
/* Where a clock stands at instant 0; false: no such clock. */
bool shim_clock_offset(int clock, int64_t *ret_offset);
/* Nanoseconds of a relative time, GUEST_NEVER when it overflows; -1: not a time. */
int64_t shim_timespec_ns(const struct timespec *time);
void shim_ns_timespec(int64_t ns, struct timespec *ret_time);

/* --- send.c --- */

/* Room for large bursts in what this AF_UNIX socket sends. */
void shim_widen(int fd);

/* memcpy: there is no libc to bring one. */
void *shim_copy(void *to, const void *from, unsigned long length);

#endif
