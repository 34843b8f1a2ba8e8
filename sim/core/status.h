/*
 * status.h - what a function answers when the world refuses.
 *
 * Three kinds of wrong (README, "How the code reads"): a bug of ours is asserted, a
 * refusal from outside is one of these negative codes plus a sentence in a sim_error,
 * and a fault the scenario asked for is neither: it is an event in the trace.
 */
#ifndef JOBJAM_CORE_STATUS_H
#define JOBJAM_CORE_STATUS_H

enum sim_status {
	SIM_OK = 0,
	SIM_EINVAL = -1, /* what was asked for makes no sense; the error says why */
	SIM_ENOMEM = -2, /* no memory */
	SIM_EIO = -3,    /* the host refused to read or write */
	SIM_ENOENT = -4, /* no such name, file, printer, build */
	SIM_ELIMIT = -5, /* a bound was reached: descriptors, buffers, packets */
	SIM_EDIED = -6,  /* a guest process or a firmware instance ended by itself */
	SIM_ESTUCK = -7, /* a guest never came to rest */
	SIM_EUNFIT = -8, /* a binary that cannot be run in virtual time */
};

/* Room for one message that says what, where, and what to do. */
struct sim_error {
	int code; /* one of enum sim_status */
	char text[1024];
};

/* Writes the sentence (cut off when too long, never overrun) and returns code, so that
 * a caller can write: return sim_fail(error, SIM_ENOENT, "…"). error may be NULL. */
int sim_fail(struct sim_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* For the few places without which nothing can go on (queue, trace): says so on stderr
 * and ends the program with status 70, without running exit handlers. */
_Noreturn void sim_out_of_memory(const char *what);

#endif
