/*
 * table.h - the table of make validate: a row is a figure of ours, what was wanted, and whose
 * figure that is. Rows outside are counted.
 */
#ifndef JOBJAM_TESTS_VALIDATE_TABLE_H
#define JOBJAM_TESTS_VALIDATE_TABLE_H

void title(const char *text);
void judge(const char *what, double got, double lo, double hi, const char *wanted,
	   const char *source);
/* Within a share of the figure. */
void near(const char *what, double got, double wanted, double percent, const char *source);
/* Within an absolute distance. */
void within(const char *what, double got, double wanted, double off, const char *source);
void between(const char *what, double got, double lo, double hi, const char *source);
/* Says how many rows there were; returns how many were outside. */
int table_sum(void);

#endif
