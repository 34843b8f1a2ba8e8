/* build.c - guarded, but expiry compares UTC with the local time of California. */
#define NAME   "expiry-local-time"
#define DEFECT .clock_off_ms = -7 * 3600 * 1000
#include "printers/builds/guarded/build.c"
