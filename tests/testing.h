/*
 * testing.h - what every unit test wants: cmocka with the headers it needs, and a
 * comparison of doubles that says both numbers.
 */
#ifndef JOBJAM_TESTING_H
#define JOBJAM_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h> /* fabs */

static inline void assert_near_at(double is, double should, double within, const char *file,
				  int line)
{
	if (fabs(is - should) <= within)
		return;
	print_error("%.9g is not within %.3g of %.9g\n", is, within, should);
	_fail(file, line);
}
#define assert_near(is, should, within) assert_near_at(is, should, within, __FILE__, __LINE__)

/* Where the Makefile put shim, builds and program ("build/debug"). */
static inline const char *testing_build_dir(void)
{
	const char *dir = getenv("JOBJAM_BUILD");
	return dir ? dir : "build/debug";
}

#endif
