/* build.c - ref-marlin whose protection periods are ten times as long. */
#define NAME           "period-x10"
#define MARLIN_DEFECTS .slower = 10
#include "printers/builds/ref-marlin/build.c"
