/*
 * host_clock.h - how long the simulation takes on this machine. The one clock of the host
 * that sim/world may read: the C library's (the program's own clock_gettime is virtual),
 * which costs no system call, for it is read at each change of hands. Nothing read here
 * reaches the trace.
 */
#ifndef JOBJAM_HOST_CLOCK_H
#define JOBJAM_HOST_CLOCK_H

double host_clock_s(void); /* monotonic, arbitrary origin */

#endif
