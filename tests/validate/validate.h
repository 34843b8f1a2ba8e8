/*
 * validate.h - the parts of make validate that have files of their own.
 */
#ifndef JOBJAM_TESTS_VALIDATE_H
#define JOBJAM_TESTS_VALIDATE_H

void autotunes(void); /* rows: a published tuning procedure finds our constants again */
/* Not gating. */
void machines(void); /* what the machines do */
void speed(void);    /* what a step costs */

#endif
