. "$E2E/helpers.sh"

take evening.lua
jobjam run evening.lua --firmware "$(dirname "$JOBJAM")/vclock.so"
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
jobjam run evening.lua --firmware ./trap.so
status_is 2
err_has "loading ./trap.so as a firmware build ended the process: signal 6"
