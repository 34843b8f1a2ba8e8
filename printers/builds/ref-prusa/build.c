/* build.c - protections as Prusa's 8-bit firmware has them, with or without the thermal
 * model of the MK3. */
#include "printers/builds/common/reference.h"

static const struct fw_reference REFERENCE = {.protection = &fw_protect_prusa};
static const struct jobjam_fw_setting SETTINGS[] = {
	FW_SUPPLY_RELAY("false"),
	{.size = sizeof(struct jobjam_fw_setting),
	 .type = JOBJAM_FW_BOOL,
	 .name = "thermal_model",
	 .unit = "",
	 .fallback = "true",
	 .help = "compare the hotend with a model of it as well, where its data are known"},
};

FW_REFERENCE_BUILD("ref-prusa",
		   "the heater checks of Prusa's MK3 firmware; starts if it is idle",
		   SETTINGS, REFERENCE);
