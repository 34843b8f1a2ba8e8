/* build.c - protections as Klipper has them by default: verify_heater and range checks. */
#include "printers/builds/common/reference.h"

static const struct fw_reference REFERENCE = {.protection = &fw_protect_klipper,
					      .ended_by = FW_LINE_RESTART};
static const struct jobjam_fw_setting SETTINGS[] = {FW_SUPPLY_RELAY("false")};

FW_REFERENCE_BUILD("ref-klipper",
		   "Klipper's default heater verification; starts if it is idle",
		   SETTINGS, REFERENCE);
