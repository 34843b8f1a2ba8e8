/*
 * fleet_room.h - what the files of this room share. Nobody else includes it.
 *
 * fleet.c builds and runs; members.c makes printers, owners and their names from the plan;
 * wire_printer.c, wire_cloud.c and wire_people.c lead what one says to the other;
 * settings.c says what was in force.
 */
#ifndef JOBJAM_FLEET_ROOM_H
#define JOBJAM_FLEET_ROOM_H

#include "net/client.h"
#include "sim/core/pile.h"
#include "sim/fleet/fleet.h"
#include "sim/world/program.h"

#define FLEET_NAME_MAX    48
#define FLEET_CLIENTS_MAX 16
#define FLEET_BUILDS_MAX  16
#define FLEET_SPEC_MAX    1024

/* Starts that were delivered to a machine, until it says that it begins or refuses them. */
enum {
	FLEET_INBOX_MAX = 64
};
struct fleet_inbox {
	struct pile pile;
	struct {
		trace_id delivery;
		pile_ticket ticket;
	} waiting[FLEET_INBOX_MAX];
	size_t n;
};

struct member { /* one printer with everything that is its own */
	struct fleet *fleet;
	int index;
	struct fleet_printer view;
	char name[FLEET_NAME_MAX], serial[FLEET_NAME_MAX];
	char owner[FLEET_NAME_MAX], app[FLEET_NAME_MAX];
	char request_topic[96], report_topic[96];
	const struct plan_group *group;
	struct firmware_build *build; /* borrowed from fleet->builds */
	struct zone *zone;
	char *command;           /* of a firmware that is a program; NULL: a build; owned */
	struct program *program; /* … once it has been started; the world owns it */
	int64_t said_started;    /* the task that it says it prints */
	struct printer *printer;
	struct client *client; /* NULL: a program has its own */
	struct queue_handle due, redial, notice;
	sim_ns due_at;
	sim_ns clock_skew;   /* of its clock, ahead of the truth */
	sim_ns redial_after; /* the next wait before it dials again */
	trace_id noticed;    /* the event that a person in the room would notice */
	int report_qos;      /* at least */
	bool powered;        /* as it was when last looked at */
	struct fleet_inbox inbox;
	bool has_owner;
	bool attended; /* and since then: */
	double heated_s, heated_alone_s;
	struct queue_handle moved;
	struct value *owner_values, *owner_safeguards; /* owned; NULL without an owner */
};

struct cloud_wire { /* one MQTT client of the service */
	struct fleet *fleet;
	int index;
	char name[FLEET_NAME_MAX];
	struct client *client;
};

struct ticket { /* one call of an app that the API has not answered yet */
	struct fleet *fleet;
	uint64_t number;
	struct ticket *previous, *next;
};

struct fleet {
	const struct plan *plan;
	struct fleet_options options;
	struct fleet_place place; /* whose code runs */
	struct fleet_place before_library; /* whose it was before the client library's */
	struct world *world;
	struct job_shelf *shelf;
	struct firmware_build *builds[FLEET_BUILDS_MAX];
	char build_specs[FLEET_BUILDS_MAX][FLEET_SPEC_MAX]; /* what each was loaded from */
	enum firmware_isolation build_isolations[FLEET_BUILDS_MAX]; /* and where to */
	int n_builds;
	struct member *members;
	int n_members;
	struct cloud *cloud;
	struct cloud_wire wires[FLEET_CLIENTS_MAX];
	int n_wires;
	struct value *cloud_values, *cloud_safeguards;
	struct settings
		cloud_in_force; /* safeguards: build, then scenario, then command line */
	int keepalive_s;
	struct people *people;
	struct ticket tickets; /* head of a ring */
	uint64_t files_sliced;
	char firmware_names[256], cloud_build[64];
	struct in_force *in_force; /* see settings.c; in the order of the reports */
	size_t n_in_force;
	struct text broker_conf; /* the world borrows it until the broker has started */
};

/* members.c */
int fleet_make_members(struct fleet *fleet, struct sim_error *error);
void fleet_free_members(struct fleet *fleet);
int fleet_broker_conf(const struct plan *plan, struct text *ret_conf,
		      struct sim_error *error);
/* The value of that name among values of row; asserts that the row has it. */
const struct value *value_named(const struct vocab_row *row, const struct value *values,
				const char *name);
struct value *values_new(const struct vocab_row *row);

/* sites.c */
int fleet_make_sites(struct fleet *fleet, struct sim_error *error);
void fleet_join_site(struct member *member);

/* settings.c */
int fleet_gather_settings(struct fleet *fleet, struct sim_error *error);

/* wire_printer.c */
int wire_printers(struct fleet *fleet, struct sim_error *error);
void wire_printers_start(struct fleet *fleet, sim_ns now);
void wire_touched(struct member *member, sim_ns now);

/* wire_program.c. take: if spec is a command, keeps it and puts the name of the build that
 * its machine gets in its place. */
int wire_program_take(struct member *member, char *spec, size_t size,
		      struct sim_error *error);
int wire_program_start(struct member *member, struct sim_error *error);
void wire_program_news(struct fleet *fleet, sim_ns now, const struct cloud_news *news);

/* wire_cloud.c */
int wire_cloud(struct fleet *fleet, struct sim_error *error);
void wire_cloud_fini(struct fleet *fleet);

/* inbox.c: an observer of the trace. */
void inbox_start(struct fleet *fleet);
void inbox_end(struct fleet *fleet);
void inbox_fini(struct member *member);

/* account.c: the last observer of the trace, and the last to speak. */
void account_start(struct fleet *fleet);
void account_end(struct fleet *fleet);

/* wire_people.c */
int wire_people(struct fleet *fleet, struct sim_error *error);
void wire_people_news(struct fleet *fleet, sim_ns now, const struct cloud_news *news);

#endif
