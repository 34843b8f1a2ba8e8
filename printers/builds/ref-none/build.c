/* build.c - no thermal protection at all: what physics does when nobody looks. */
#include "printers/builds/common/reference.h"

static const struct fw_reference REFERENCE = {.protection = NULL};
static const struct jobjam_fw_setting SETTINGS[] = {FW_SUPPLY_RELAY("false")};

FW_REFERENCE_BUILD("ref-none", "no thermal protection; starts if it is idle", SETTINGS,
		   REFERENCE);
