/* build.c - guarded, but only a finished job arms the plate latch. */
#define NAME   "latch-finished-only"
#define DEFECT .latches_only_finished = true
#include "printers/builds/guarded/build.c"
