. "$E2E/helpers.sh"

take evening.lua
jobjam run evening.lua --firmware "$(dirname "$JOBJAM")/vclock.so" --set printers.isolation=inside
status_is 2
err_has "vclock.so"
err_has "firmware build"
err_lacks "a fault of jobjam"
# One that ends the process as soon as it is loaded.
cat >trap.c <<'C'
#include <stdlib.h>
__attribute__((constructor)) static void begin(void)
{
	abort();
}
C
${CC:-cc} -shared -fPIC -o trap.so trap.c || fail "no trap.so"
jobjam run evening.lua --firmware ./trap.so --set printers.isolation=inside
status_is 2
err_has "loading ./trap.so as a firmware build ended the process: signal 6"
# In a process of its own it is that printer's affair, and the run goes on.
jobjam run evening.lua --firmware ./trap.so
status_is 4
err_has "dies while it is loaded"
# What is not there at all is nobody's affair but the command line's.
jobjam run evening.lua --firmware ./nowhere.so
status_is 2
err_has "nowhere.so"
