/* table.c - rows of the table, judged as they are printed. */
#include "tests/validate/table.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>

static int outside, rows;

void title(const char *text)
{
	printf("\n%-46s %10s %15s  %s\n", text, "model", "wanted", "source");
}

void judge(const char *what, double got, double lo, double hi, const char *wanted,
	   const char *source)
{
	bool in = got >= lo && got <= hi;
	rows++;
	outside += !in;
	printf("%-46s %10.2f %15s  %s%s\n", what, got, wanted, source,
	       in ? "" : "  OUTSIDE");
}

void near(const char *what, double got, double wanted, double percent, const char *source)
{
	char text[32];
	double off = fabs(wanted) * percent / 100.0;
	snprintf(text, sizeof(text), "%g ± %g%%", wanted, percent);
	judge(what, got, wanted - off, wanted + off, text, source);
}

void within(const char *what, double got, double wanted, double off, const char *source)
{
	char text[32];
	snprintf(text, sizeof(text), "%.4g ± %g", wanted, off);
	judge(what, got, wanted - off, wanted + off, text, source);
}

void between(const char *what, double got, double lo, double hi, const char *source)
{
	char text[32];
	snprintf(text, sizeof(text), "%g … %g", lo, hi);
	judge(what, got, lo, hi, text, source);
}

int table_sum(void)
{
	printf("\n%d rows, %d outside\n", rows, outside);
	return outside;
}
