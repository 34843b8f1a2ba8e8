/* build.c - guarded, but a heater fault keeps only jobs from heating, and no line of G-code. */
#define NAME   "heats-when-told"
#define DEFECT .heats_when_told = true
#include "printers/builds/guarded/build.c"
