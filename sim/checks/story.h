/*
 * story.h - what the trace has told so far: wishes, tasks, machines, connections.
 *
 * A bookkeeper for the properties: it is shown every event in order and keeps, for each
 * person's wish, the taps, the cancel and the starts; for each machine, what lies on its
 * plate, whether it prints and where its owner is; for each MQTT client of the service,
 * what the service believes and what is true. It judges nothing.
 *
 * To whom a start belongs: the task number leads to the job's acceptance and from there
 * back through the causes to the tap; a start whose task the service never accepted is
 * followed back through its own causes. So a start that the service sent because the
 * machine had just become free belongs to who asked for it, not to whose print ended.
 */
#ifndef JOBJAM_CHECKS_STORY_H
#define JOBJAM_CHECKS_STORY_H

#include "sim/checks/roll.h"
#include "sim/core/trace.h"

struct wish { /* one intent */
	int64_t intent;
	const char *printer; /* "" when the tap did not say */
	trace_id first_tap, last_tap;
	sim_ns first_at, last_at;
	int taps;
	trace_id cancel, cancelled, dropped, satisfied; /* 0: not yet */
	bool told_no; /* dropped because he was told that it will not print, not by his own wish */
	const struct wish *before; /* the refused wish that this one makes anew; NULL: none */
	sim_ns cancelled_at;
	uint64_t starts;
	trace_id first_start;
	sim_ns first_start_at;
	sim_ns busy_at_tap; /* machine.busy_total when it was first tapped */
};

struct task {
	int64_t number;
	struct wish *wish; /* NULL: accepted without any tap behind it */
	trace_id accepted;
	sim_ns accepted_at;
	bool settled; /* started, finished, failed, cancelled or dropped, as the service knows */
};

struct machine {
	const char *name;
	const char *owner;  /* NULL: nobody was ever heard of */
	const char *client; /* that last carried a job to it; NULL: none yet */
	bool asleep, away;  /* its owner */
	trace_id
		object; /* the plate.occupied that was not cleared; 0: the plate is clear */
	trace_id unsensed; /* plate.sensed unavailable, and nobody asked since; 0: none */
	bool busy;         /* between firmware.start and firmware.ended */
	sim_ns busy_since, busy_total; /* total without the present print */
	uint64_t starts;
};

struct session { /* of one MQTT client, of the service or of a printer */
	const char *client;
	bool believed; /* session.up was the service's last word */
	bool known;    /* was its link ever heard of? */
	bool attached;
	trace_id believed_event, attached_event; /* the last change of each */
	sim_ns believed_at, attached_at;
};

struct book { /* records in order of first appearance; each keeps its address */
	struct roll roll;
	void **records;
	size_t room;
};

struct story {
	const struct trace *trace;
	struct book wishes, tasks, machines, sessions;
};

void story_init(struct story *story, const struct trace *trace); /* borrows trace */
void story_fini(struct story *story);
/* Takes the next event in; before the properties see it. */
void story_tell(struct story *story, const struct trace_event *event);

/* Each NULL when it was never heard of. */
struct wish *story_wish(const struct story *story, int64_t intent);
struct task *story_task(const struct story *story, int64_t number);
struct machine *story_machine(const struct story *story, const char *name);
struct session *story_session(const struct story *story, const char *client);

/* Whose wish an event serves: by its field intent, else by its task, else by its causes. */
struct wish *story_wish_of(const struct story *story, const struct trace_event *event);
/* Is somebody awake at the machine? */
bool story_attended(const struct machine *machine);
/* How long the machine has printed until now, all prints together. */
sim_ns story_busy(const struct machine *machine, sim_ns now);
/* "cloud/command-a" of "link/cloud/command-a". */
const char *story_client_of_link(const char *who);
/* Is this a start order that leaves a client of the service for the broker? */
bool story_is_start_publish(const struct trace *trace, const struct trace_event *event);

#endif
