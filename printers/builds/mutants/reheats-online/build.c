/* build.c - guarded, but what a heater fault ended goes on when the network returns. */
#define NAME   "reheats-online"
#define DEFECT .reheats_online = true
#include "printers/builds/guarded/build.c"
