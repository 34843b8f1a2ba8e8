/*
 * probe_questions.h - what a broker is asked, one row each; and what it does with packets that
 * nobody may send.
 */
#ifndef JOBJAM_COMMAND_PROBE_QUESTIONS_H
#define JOBJAM_COMMAND_PROBE_QUESTIONS_H

#include "sim/command/probe_bench.h"

struct answer {
	char text[160];
};
void answer_say(struct answer *answer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

struct question {
	const char *group, *name;
	void (*ask)(struct probe_bench *bench, struct answer *answer); /* NULL: words are said */
	sim_ns waits;      /* for time to pass, where it takes long */
	const char *words; /* after a CONNECT of 3.1.1, or instead of it if it begins with 10 */
};

/* In the order in which they are asked; NULL past the end. Each wants a broker of its own. */
const struct question *question_at(size_t index);
/* The packets, likewise. */
const struct question *malformed_at(size_t index);
/* Asks it on this bench. */
void question_ask(const struct question *question, struct probe_bench *bench,
		  struct answer *ret_answer);

#endif
