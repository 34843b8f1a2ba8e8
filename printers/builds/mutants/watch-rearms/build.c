/* build.c - ref-marlin whose heating watch is armed anew whatever was gained. */
#define NAME           "watch-rearms"
#define MARLIN_DEFECTS .watch_rearms = true
#include "printers/builds/ref-marlin/build.c"
