/*
 * match_test.h - one condition on a named value, as a property or a JSON member has it.
 *
 *	name            it is there
 *	!name           it is not
 *	name=value      also != < <= > >=; fits only if it is there
 *
 * Numbers compare by value ("7.0" is "7"), everything else byte by byte; < and > ask for
 * numbers. The value may stand in double quotes, which are taken off.
 */
#ifndef JOBJAM_NET_MATCH_TEST_H
#define JOBJAM_NET_MATCH_TEST_H

#include "net/codec.h"
#include "sim/core/status.h"

#define MATCH_TEST_MAX 160

enum match_op {
	MATCH_IS_THERE,
	MATCH_IS_NOT_THERE,
	MATCH_EQUAL,
	MATCH_DIFFERENT,
	MATCH_LESS,
	MATCH_LESS_OR_EQUAL,
	MATCH_GREATER,
	MATCH_GREATER_OR_EQUAL,
};

struct match_test {
	enum match_op op;
	char name[MATCH_TEST_MAX], value[MATCH_TEST_MAX];
};

/* what: the part's name, for the sentence of SIM_EINVAL. */
int match_test_parse(const char *what, const char *text, struct match_test *ret_test,
		     struct sim_error *error);
/* Does the value that is there fit? text: without quotes. */
bool match_test_fits(const struct match_test *test, struct mqtt_span text);
/* Does it fit that nothing is there? */
static inline bool match_test_fits_none(const struct match_test *test)
{
	return test->op == MATCH_IS_NOT_THERE;
}

#endif
