/*
 * pattern.h - matching of Lua patterns with every step counted.
 *
 * The library's matcher may need exponential time inside one call, where no hook sees it.
 * This one understands the same patterns (Lua 5.4 manual, 6.4.1), counts each comparison
 * of a character, and gives up when told to. Letters are ASCII whatever the locale. It
 * knows nothing of Lua's API.
 */
#ifndef JOBJAM_SCRIPT_PATTERN_H
#define JOBJAM_SCRIPT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATTERN_CAPTURES_MAX 32
#define PATTERN_DEPTH_MAX    200 /* nested repetitions and captures */

struct pattern_capture {
	const char *start;
	ptrdiff_t length; /* or one of these */
#define PATTERN_OPEN     (-1)
#define PATTERN_POSITION (-2)
};

struct pattern {
	/* To be set: both borrowed, neither needs a NUL. */
	const char *text, *text_end;
	const char *subject, *subject_end;
	/* Told of each batch of steps; false: give up. arg is handed to it. */
	bool (*count)(void *arg, uint64_t steps);
	void *arg;

	/* Of the last match. */
	struct pattern_capture captures[PATTERN_CAPTURES_MAX];
	int n_captures;
	const char *error; /* what is wrong with the pattern, in words; NULL: nothing */
	bool gave_up;
	uint64_t steps; /* not yet told */
	int depth;
};

/* Does text match at this place of the subject? Returns the end of the match, or NULL.
 * Whoever calls deals with a '^' in front and sets text behind it. */
const char *pattern_match(struct pattern *pattern, const char *at);
/* Tells the steps that are left over. */
void pattern_settle(struct pattern *pattern);
/* No character of it has a meaning of its own. */
bool pattern_is_plain(const char *text, size_t length);

#endif
