/*
 * danger.h - documented temperatures above which something is at stake, told from the
 * plant's true temperatures when they are passed upward (heat.danger), so that checks need
 * to know nothing of any firmware.
 *
 * Nozzle (block): 260 C recommended limit of a PTFE liner, whose degradation is reported
 * from 240 C on; 285 C limit of common hotend assemblies; 300 C limit of nozzles and
 * firmwares, strong off-gassing of PTFE; 320 C, where flash ignition of polyethylene and
 * polystyrene (341-360 C) is near; 350 C, within it; 400 C, self-ignition of ABS and PLA
 * (390-470 C, believed). Bed: 115 C above every bed target; 125 C common firmware limit;
 * 140 and 160 C, glue and cable insulation.
 */
#ifndef JOBJAM_PRINTERS_DANGER_H
#define JOBJAM_PRINTERS_DANGER_H

#include "printers/machine.h"

/* Says what was passed since the last look, highest last. Called whenever plant time has
 * passed; a threshold counts again once it was undershot by 5 C. */
void machine_look_at_danger(struct printer *printer);

/* How many thresholds a part has. */
uint32_t danger_count(enum heat_part part);
/* The highest threshold below that temperature; 0: none. */
double danger_limit(enum heat_part part, double c);

#endif
