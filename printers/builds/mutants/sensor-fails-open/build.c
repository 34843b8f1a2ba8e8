/* build.c - guarded, but a plate sensor that cannot tell counts as clear. */
#define NAME   "sensor-fails-open"
#define DEFECT .sensor_fails_open = true
#include "printers/builds/guarded/build.c"
