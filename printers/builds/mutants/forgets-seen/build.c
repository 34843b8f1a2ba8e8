/* build.c - guarded, but a power cut makes it forget which jobs it has printed. */
#define NAME   "forgets-seen"
#define DEFECT .forgets_seen_at_power_up = true
#include "printers/builds/guarded/build.c"
