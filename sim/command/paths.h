/*
 * paths.h - where the program's own pieces lie, told from where the program lies: a build
 * folder (build/debug/jobjam, beside vclock.so and firmware/) or an installation
 * (PREFIX/bin/jobjam, PREFIX/lib/jobjam, PREFIX/share/jobjam).
 */
#ifndef JOBJAM_COMMAND_PATHS_H
#define JOBJAM_COMMAND_PATHS_H

#define PATHS_MAX 4096

/* All stay valid for the life of the program. */
const char *paths_shim(void);      /* …/vclock.so */
const char *paths_firmware(void);  /* the folder of shipped builds */
/* The folder of shipped scenarios: "scenarios" below the working directory if there is
 * one, else the installed one, else that of the source tree around the build folder. */
const char *paths_scenarios(void);

/* A broker as it was named on the command line: a path becomes absolute, because brokers
 * run in a folder of their own; a bare name stays one. NULL stays NULL. */
const char *paths_broker(const char *spec, char buffer[PATHS_MAX]);

/* For scandir(): by bytes, because alphasort() would ask the locale. */
struct dirent;
int paths_by_bytes(const struct dirent **a, const struct dirent **b);

/* Makes the folder and those above it. 0 or a negative errno. */
int paths_make(const char *path);

#endif
