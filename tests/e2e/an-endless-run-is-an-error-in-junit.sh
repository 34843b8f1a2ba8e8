. "$E2E/helpers.sh"

# Its trace looks like that of a run without trouble: nothing was broken until it was cut off.
cat >wedge.c <<'C'
#include "printers/builds/common/fw.h"
static void start(struct fw *fw, const struct fw_start *asked)
{
	(void)fw, (void)asked;
	for (;;)
		;
}
static const struct jobjam_fw_info INFO = {
	.size = sizeof(INFO), .abi_major = JOBJAM_FW_ABI_MAJOR, .abi_minor = JOBJAM_FW_ABI_MINOR,
	.caps = JOBJAM_FW_CAP_SAVE | JOBJAM_FW_CAP_MULTI, .name = "wedge", .version = "1",
	.about = "never comes back from a start",
};
const struct fw_policy fw_policy = { .info = &INFO, .start = start };
C
firmware wedge
take evening.lua
jobjam run evening.lua --firmware ./wedge.so --watchdog 1s --set printers.isolation=inside --junit all.xml
status_is 4
file_has all.xml 'tests="1" failures="0" errors="1"'
file_has all.xml '<error message="at 2023-'
file_has all.xml 'the firmware wedge of printer/'
! grep -q ATTACHMENT all.xml || fail "a report is attached that nobody wrote"
# On a good day the case has the same name, and its report is there.
grep -o 'classname="[^"]*" name="[^"\[]*' all.xml >name-of-bad
jobjam run evening.lua --junit good.xml
status_is 0
file_has good.xml 'errors="0"'
file_has good.xml ATTACHMENT
grep -o 'classname="[^"]*" name="[^"\[]*' good.xml >name-of-good
cmp -s name-of-bad name-of-good || fail "the names differ: $(cat name-of-bad name-of-good)"
no_process_left
