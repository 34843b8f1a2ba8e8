/*
 * threads.h - what the files of vthreads.so share: the threads of a guest, one at a time.
 *
 * The threads are real, but only the one that has the baton runs. It keeps it until it
 * waits for something that is not there; then the next thread in a fixed order whose wait
 * is over gets it. When no wait is over, time passes for all of them (schedule.h). So the
 * guest runs the same way each time, as if it had one thread, and the memory of mutexes
 * and semaphores can be worked on without atomic instructions.
 *
 * For glibc on 64-bit Linux alone: the layout of its mutexes, semaphores and conditions is
 * used here (sync.c). Not reached: waits by raw futex calls and spinning without
 * sched_yield; the watchdog ends these. Preloaded only where jobjam was told that the
 * guest may have threads.
 */
#ifndef JOBJAM_SHIM_THREADS_H
#define JOBJAM_SHIM_THREADS_H

#include "sim/guest/shim/schedule.h"

/* Waits until ready() is not 0 or the deadline is there; returns what ready() said, 0 or
 * -EINTR. The baton may go round meanwhile. */
long threads_wait(shim_ready *ready, void *arg, int64_t deadline);
/* The same, going on after a signal handler has run. */
long threads_wait_on(shim_ready *ready, void *arg, int64_t deadline);
/* The number of the thread that runs: 0 is the first. */
int threads_current(void);

/* A deadline from an absolute time of one of the clocks. False: not a time or no clock. */
bool threads_deadline(int clock, const struct timespec *time, int64_t *ret_deadline);

#endif
