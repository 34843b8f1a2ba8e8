/*
 * host_time.h - the machine's own time, for watching over runs and for saying how long one
 * took. By raw system call: the program's clock symbols answer in virtual time. Nothing
 * read here reaches a trace.
 */
#ifndef JOBJAM_COMMAND_HOST_TIME_H
#define JOBJAM_COMMAND_HOST_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

double host_time_s(void); /* monotonic, arbitrary origin */
/* Processor time that a process has used (all of its threads); negative: no such process. */
double host_time_used_s(pid_t pid);

/* A descriptor that turns readable when that child has ended, or a negative errno. */
int host_process_open(pid_t pid);
/* Waits until one of the descriptors is readable, a signal came, or the time is over. */
void host_wait(const int *descriptors, size_t n, int milliseconds);

/* The processors this process may run on, in order; index may run over: it wraps, starting
 * at the one in use now. -1 when unknown. */
int host_core(size_t index);

#endif
