/* build.c - ref-marlin that trips and leaves the bed on. */
#define NAME         "bed-stays-on"
#define BED_STAYS_ON true
#include "printers/builds/ref-marlin/build.c"
