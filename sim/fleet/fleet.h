/*
 * fleet.h - everybody at once: printers with their clients, owners and links, and the
 * cloud with its own. The only room that knows them all; it holds no behaviour.
 */
#ifndef JOBJAM_FLEET_H
#define JOBJAM_FLEET_H

#include "printers/printer.h"
#include "sim/cloud/cloud.h"
#include "sim/fleet/plan.h"
#include "sim/people/people.h"
#include "sim/world/world.h"

struct fleet;

/* Whose code runs. Builds and the MQTT client library live in this process, so that one
 * which crashes takes everything with it; whoever watches the process can then still say
 * whose doing it was. */
enum fleet_inside {
	INSIDE_JOBJAM,
	INSIDE_LOADING,
	INSIDE_FIRMWARE,
	INSIDE_SCRIPT,
	INSIDE_CLIENT
};
struct fleet_place {
	enum fleet_inside inside;
	const char *firmware; /* LOADING: what was asked for; FIRMWARE: the build's name */
	const char *printer;  /* FIRMWARE */
	const char *client;   /* CLIENT: on whose behalf, "cloud/command-a" */
};

struct fleet_options {
	const char *shim_path;    /* vclock.so */
	const char *firmware_dir; /* where shipped builds lie */
	const char *
		firmware; /* --firmware: replaces every group's build; NULL; "a,b" mixes */
	enum trace_level level;
	const char *broker;      /* --broker */
	const char *events_path; /* events.ndjson; NULL: memory only */
	const char *log_path;
	int core;
	const volatile sig_atomic_t *interrupted;
	void (*progress)(void *arg, sim_ns now);
	void *progress_arg;
	/* Told whenever the process goes into code that is not jobjam's own, and comes back;
	 * it may be NULL. Borrowed for the call, but the texts live as long as the fleet (while
	 * a build loads: as long as the call). */
	void (*entered)(void *arg, const struct fleet_place *place);
	void *entered_arg;
	_Atomic int64_t *instant; /* as world_options */
};

/* Builds everything from the plan (borrowed for the fleet's life); nothing runs yet. All
 * refusals that concern the plan come from here: an empty fleet, unknown model or zone,
 * a build that lacks a safeguard that was set, more descriptors needed than there are. */
int fleet_new(const struct plan *plan, const struct fleet_options *options,
	      struct fleet **ret_fleet, struct sim_error *error);
void fleet_free(struct fleet *fleet);

/* Broker up, clients connected, people awake, deeds in the queue. */
int fleet_start(struct fleet *fleet, struct sim_error *error);
enum world_end fleet_run(struct fleet *fleet, struct sim_error *error);
/* Emits receipts and stops the broker. */
void fleet_end(struct fleet *fleet);

struct world *fleet_world(struct fleet *fleet);
struct cloud *fleet_cloud(struct fleet *fleet);
struct people *fleet_people(struct fleet *fleet);

int fleet_count(const struct fleet *fleet);
struct fleet_printer {
	const char *name, *serial, *owner, *app;
	const char *zone_name, *firmware, *client;
	const struct printer_model *model;
	struct printer *printer;
	const struct zone *zone;
};
const struct fleet_printer *fleet_printer(const struct fleet *fleet, int index);
int fleet_find(const struct fleet *fleet,
	       const char *name); /* "printer/007" -> index, -1 */
/* After an input to a printer made from outside the fleet: look anew when it is due. */
void fleet_touched(struct fleet *fleet, int index, sim_ns now);

/* From here on this is whose code runs; returns what was, to be given back afterwards:
 *	struct fleet_place before = fleet_enter_printer(fleet, index);
 *	printer_look(…);
 *	fleet_enter(fleet, before); */
struct fleet_place fleet_enter(struct fleet *fleet, struct fleet_place place);
struct fleet_place fleet_enter_printer(struct fleet *fleet, int index);

/* Names of the builds in use ("stock-2023-07", or "a, b") and of the cloud's. */
const char *fleet_firmware_names(const struct fleet *fleet);
const char *fleet_cloud_build(const struct fleet *fleet);
/* Do all settings stand as the builds ship them? Then known_bad applies. */
bool fleet_as_built(const struct fleet *fleet);
/* Every setting that a report should name: all safeguards, and the options that scenario
 * or command line said. scope: "printers", "cloud", "people", "broker", "param"; with
 * several groups "printers/2". Index order is stable; false past the end. Borrowed. */
struct fleet_setting {
	const char *scope, *name, *value, *from;
};
bool fleet_setting_at(const struct fleet *fleet, size_t index,
		      struct fleet_setting *ret_setting);
/* Descriptors that this plan's fleet needs in this process. */
long fleet_descriptors(const struct plan *plan);

#endif
