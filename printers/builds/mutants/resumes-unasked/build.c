/* build.c - guarded, but with power_resume it goes on after a cut without asking. */
#define NAME   "resumes-unasked"
#define DEFECT .resumes_unasked = true
#include "printers/builds/guarded/build.c"
