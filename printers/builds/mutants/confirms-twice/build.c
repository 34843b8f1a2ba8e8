/* build.c - guarded, but an answer in the app counts a second time. */
#define NAME   "confirms-twice"
#define DEFECT .confirms_twice = true
#include "printers/builds/guarded/build.c"
