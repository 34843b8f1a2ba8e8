/* build.c - ref-marlin without its maximum temperature. */
#define NAME           "maxtemp-off"
#define MARLIN_DEFECTS .no_maxtemp = true
#include "printers/builds/ref-marlin/build.c"
