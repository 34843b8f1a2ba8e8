/* build.c - protections as RepRapFirmware has them by default; its power supply is switched
 * (the ATX output), and a heater fault switches it off. */
#include "printers/builds/common/reference.h"

static const struct fw_reference REFERENCE = {.protection = &fw_protect_rrf,
					      .ended_by = FW_LINE_M562};
static const struct jobjam_fw_setting SETTINGS[] = {FW_SUPPLY_RELAY("true")};

FW_REFERENCE_BUILD(
	"ref-rrf",
	"RepRapFirmware's default heater fault detection; starts if it is idle", SETTINGS,
	REFERENCE);
