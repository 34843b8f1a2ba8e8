/* build.c - the firmware of the summer of 2023: a start is carried out if the machine is
 * idle. It looks at no time stamp, no plate and no history. */
#include "printers/builds/common/fw.h"

static void start(struct fw *fw, const struct fw_start *asked)
{
	if (fw->s->busy)
		fw_refuse(fw, asked, "busy", 0);
	else
		fw_begin(fw, asked, 0, true);
}

static const struct jobjam_fw_info INFO = {
	.size = sizeof(INFO),
	.abi_major = JOBJAM_FW_ABI_MAJOR,
	.abi_minor = JOBJAM_FW_ABI_MINOR,
	.caps = JOBJAM_FW_CAP_SAVE | JOBJAM_FW_CAP_MULTI,
	.name = "stock-2023-07",
	.version = "2023.07",
	.about = "starts whatever it is told to start, if it is idle",
};

const struct fw_policy fw_policy = {.info = &INFO, .start = start};
