/* build.c - ref-marlin that looks at its maximum only while it heats. */
#define NAME           "blind-at-0"
#define MARLIN_DEFECTS .blind_at_0 = true
#include "printers/builds/ref-marlin/build.c"
