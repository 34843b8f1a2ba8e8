/* build.c - protections as Marlin has them by default, on a board whose power supply it can
 * switch (PS_ON). MARLIN_DEFECTS and BED_STAYS_ON are
 * for the mutants, which include this file. */
#include "printers/builds/common/reference.h"

#ifndef NAME
#define NAME "ref-marlin"
#endif
#ifndef MARLIN_DEFECTS
#define MARLIN_DEFECTS 0
#endif
#ifndef BED_STAYS_ON
#define BED_STAYS_ON false
#endif

static const struct fw_marlin_defects DEFECTS = {MARLIN_DEFECTS};
static const struct fw_reference REFERENCE = {.protection = &fw_protect_marlin,
					      .tuning = &DEFECTS,
					      .bed_stays_on = BED_STAYS_ON};
static const struct jobjam_fw_setting SETTINGS[] = {FW_SUPPLY_RELAY("true")};

FW_REFERENCE_BUILD(NAME, "Marlin's default thermal protection; starts if it is idle",
		   SETTINGS, REFERENCE);
