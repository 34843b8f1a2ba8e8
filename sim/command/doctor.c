/* doctor.c - jobjam doctor: can this machine do it? One line a question. */
#include "net/net.h"
#include "printers/firmware/build.h"
#include "sim/command/host_time.h"
#include "sim/command/paths.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/core/zone.h"
#include "sim/fleet/fleet.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct visit {
	const struct options *options;
	bool colour;
	bool broker_found;
	char broker[PATHS_MAX];
	int problems;
};

/* advice: what to do about it; NULL with ok. */
static void say(struct visit *visit, bool ok, const char *about, const char *words,
		const char *advice)
{
	struct text text = {0};

	if (visit->colour)
		text_add(&text, ok ? "\033[32m" : "\033[31m");
	text_addf(&text, "%-8s", ok ? "ok" : "problem");
	if (visit->colour)
		text_add(&text, "\033[0m");
	text_addf(&text, " %-12s ", about);
	text_add_plain(&text, words);
	text_add(&text, "\n");
	if (advice) {
		text_addf(&text, "%21s → ", "");
		text_add_plain(&text, advice);
		text_add(&text, "\n");
	}
	fputs(text_cstr(&text), stdout);
	fflush(stdout); /* the next question may take a while */
	text_fini(&text);
	visit->problems += !ok;
}

static void ask_broker(struct visit *visit)
{
	const char *given = visit->options->broker;
	char buffer[PATHS_MAX];
	const char *command = given ? paths_broker(given, buffer) : "mosquitto";
	struct sim_error error;

	if (strncmp(command, "exec:", 5) == 0) { /* its words are tried by starting it */
		snprintf(visit->broker, sizeof(visit->broker), "%s", command);
		visit->broker_found = true;
		return;
	}
	if (guest_find(command, visit->broker, sizeof(visit->broker), &error)) {
		say(visit, false, "broker", error.text,
		    "install mosquitto (apt-get install mosquitto), or name one with --broker");
		return;
	}
	if (guest_inspect(visit->broker, &error)) {
		say(visit, false, "broker", error.text,
		    "a dynamically linked binary of this machine's architecture is needed");
		return;
	}
	visit->broker_found = true;
	say(visit, true, "broker", visit->broker, NULL);
}

/* A real start: private folder, configuration, handshake, one virtual second. */
static void ask_shim(struct visit *visit)
{
	struct world_options options = {
		.length = SIM_S,
		.broker = visit->broker,
		.shim_path = paths_shim(),
		.core = -1,
	};
	struct world *world = NULL;
	struct sim_error error = {0};
	double began = host_time_s();
	char words[PATHS_MAX + 256];
	enum world_end end = WORLD_STOPPED;

	if (access(paths_shim(), R_OK) < 0) {
		snprintf(words, sizeof(words), "%s is not there", paths_shim());
		say(visit, false, "shim", words,
		    "build it (make) or install jobjam completely");
		return;
	}
	if (!visit->broker_found)
		return;
	if (!world_new(&options, &world, &error) && !world_start(world, &error)) {
		end = world_run(world, &error);
		snprintf(words, sizeof(words),
			 "%s runs in virtual time (trial start and one second: %.0f ms)",
			 world_broker_version(world), (host_time_s() - began) * 1e3);
		world_end(world);
	}
	if (end == WORLD_REACHED)
		say(visit, true, "shim", words, NULL);
	else
		say(visit, false, "shim", error.text,
		    "jobjam needs a broker that loads a preloaded library and waits with poll or "
		    "epoll; try another build with --broker");
	world_free(world);
}

static void ask_libraries(struct visit *visit)
{
	struct sim_error error;
	char words[128];

	if (net_selftest(&error))
		say(visit, false, "clock", error.text,
		    "the program must be linked with its own clock symbols exported "
		    "(net/exports.list)");
	else
		say(visit, true, "clock", "the MQTT library asks jobjam for the time",
		    NULL);
	snprintf(words, sizeof(words), "glibc %s", gnu_get_libc_version());
	say(visit, true, "libc", words, NULL);
}

static void ask_limits(struct visit *visit)
{
	struct rlimit limit = {0};
	struct plan *plan = plan_new();
	long base = plan ? fleet_descriptors(plan) : 0, printers;
	char words[160];

	plan_free(plan);
	getrlimit(RLIMIT_NOFILE, &limit);
	printers = ((long)limit.rlim_cur - base) / NET_DESCRIPTORS_PER_LINK;
	if (limit.rlim_cur == RLIM_INFINITY)
		snprintf(words, sizeof(words), "no limit");
	else
		snprintf(words, sizeof(words),
			 "%ld (hard limit %ld): room for %ld printers",
			 (long)limit.rlim_cur, (long)limit.rlim_max,
			 printers > 0 ? printers : 0L);
	say(visit, limit.rlim_cur == RLIM_INFINITY || printers >= 24, "descriptors",
	    words,
	    limit.rlim_cur == RLIM_INFINITY || printers >= 24
		    ? NULL
		    : "raise the hard limit (ulimit -Hn, /etc/security/limits.conf)");
}

static void ask_zones(struct visit *visit)
{
	struct zone *zone = NULL;
	struct sim_error error;
	char words[64];

	if (zone_open("Europe/Berlin", &zone, &error)) {
		say(visit, false, "time zones", error.text, "apt-get install tzdata");
	} else {
		snprintf(words, sizeof(words), "tzdata %s", zone_data_version());
		say(visit, true, "time zones", words, NULL);
	}
	zone_free(zone);
}

static void ask_firmware(struct visit *visit)
{
	struct text text = {0};
	const char *name;
	bool ok = true;

	for (size_t i = 0; (name = firmware_build_shipped(paths_firmware(), i)); i++) {
		struct firmware_build *build = NULL;
		struct sim_error error;

		text_addf(&text, "%s%s", i ? ", " : "", name);
		if (firmware_build_load(name, paths_firmware(), &build, &error)) {
			text_addf(&text, " (%s)", error.text);
			ok = false;
		}
		firmware_build_free(build);
	}
	if (!text.length) {
		text_addf(&text, "no build in %s", paths_firmware());
		ok = false;
	}
	say(visit, ok, "firmware", text_cstr(&text),
	    ok ? NULL : "build them (make) or install jobjam completely");
	text_fini(&text);
}

/* Not being able to is no problem of shipped builds. */
static void ask_confinement(struct visit *visit)
{
	say(visit, true, "confinement",
	    firmware_build_confines()
		    ? "a build of yours may compute, and make no system call beyond"
		    : "a build of yours is held by limits alone: no system call filters here",
	    NULL);
}

enum exit_status verb_doctor(const struct options *options)
{
	struct visit visit = {.options = options,
			      .colour = options_colour(options, STDOUT_FILENO)};

	ask_broker(&visit);
	ask_shim(&visit);
	ask_libraries(&visit);
	ask_limits(&visit);
	ask_zones(&visit);
	ask_firmware(&visit);
	ask_confinement(&visit);
	return visit.problems ? EXIT_USAGE : EXIT_HELD;
}
