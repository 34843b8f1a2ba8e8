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

/* Names of the builds in use ("stock-2023-07", or "a, b") and of the cloud's. */
const char *fleet_firmware_names(const struct fleet *fleet);
const char *fleet_cloud_build(const struct fleet *fleet);
/* Do all settings stand as the builds ship them? Then known_bad applies. */
bool fleet_as_built(const struct fleet *fleet);
/* Every setting in force that a report should name: scope ("printers", "cloud", "people",
 * "broker"), name, value, from. Index order is stable; false past the end. */
struct fleet_setting {
	const char *scope, *name, *value, *from;
};
bool fleet_setting_at(const struct fleet *fleet, size_t index,
		      struct fleet_setting *ret_setting);
/* Descriptors that this plan's fleet needs in this process. */
long fleet_descriptors(const struct plan *plan);

#endif
