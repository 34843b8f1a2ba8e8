. "$E2E/helpers.sh"

take evening.lua
# Builds that are trusted to run inside the program; by itself a path runs in its own process.
# wrong NAME STATEMENT: a build whose start does that.
wrong() {
	cat >"$1.c" <<C
#include "printers/builds/common/fw.h"
#include <stdlib.h>
static void start(struct fw *fw, const struct fw_start *asked)
{
	(void)fw, (void)asked;
	$2;
}
static const struct jobjam_fw_info INFO = {
	.size = sizeof(INFO), .abi_major = JOBJAM_FW_ABI_MAJOR, .abi_minor = JOBJAM_FW_ABI_MINOR,
	.caps = JOBJAM_FW_CAP_SAVE | JOBJAM_FW_CAP_MULTI, .name = "$1", .version = "1",
	.about = "wrong",
};
const struct fw_policy fw_policy = { .info = &INFO, .start = start };
C
	firmware "$1"
	jobjam run evening.lua --firmware "./$1.so" --watchdog 1s --set printers.isolation=inside
	status_is 4
	err_has "the firmware $1 of printer/"
	err_lacks "a fault of jobjam"
	err_lacks "script"
	no_process_left
}
wrong pointer '*(volatile int *)0 = 1'
# A sanitizer meets the signal first, tells of it, and leaves by exit(1).
grep -q "AddressSanitizer" errors || err_has "ended the process: signal 11"
err_has "ended the process: "
wrong aborts 'abort()'
err_has "ended the process: signal 6"
wrong leaves 'exit(0)'
err_has "ended the process: exit(0)"
wrong spins 'for (;;) { }'
err_has "never came back"
