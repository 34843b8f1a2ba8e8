/*
 * impact.h - the account of one machine: what it started, met, broke, used and heated.
 *
 * Kept inside struct machine, so that it is saved and taken back with everything else.
 * Sums only; the events say when and why.
 */
#ifndef JOBJAM_PRINTERS_IMPACT_H
#define JOBJAM_PRINTERS_IMPACT_H

#include "printers/machine.h"

/* Plant time has passed; called after it. */
void impact_passed(struct printer *printer, const struct heat_drive *drive, sim_ns dt);
/* A job starts. file: its md5. */
void impact_started(struct machine *machine, const char *file);
void impact_contact(struct machine *machine, const struct motion_contact *contact);
void impact_damage(struct machine *machine, const char *part);
/* Adds what the present job has extruded so far to an account. */
void impact_add_filament(struct printer_impact *impact, const struct motion *motion);

#endif
