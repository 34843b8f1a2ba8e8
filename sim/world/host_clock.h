/*
 * host_clock.h - how long the simulation takes on this machine. The one clock of the host
 * that sim/world may read, by raw system call (the program's clock_gettime is virtual);
 * nothing read here reaches the trace.
 */
#ifndef JOBJAM_HOST_CLOCK_H
#define JOBJAM_HOST_CLOCK_H

double host_clock_s(void); /* monotonic, arbitrary origin */

#endif
