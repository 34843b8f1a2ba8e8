/*
 * fault_row.h - what a fault is made of; private to this room.
 *
 * A new fault is one file in net/faults/ that defines one `const struct net_fault`, and
 * one line in net/fault_table.c. The row gives its name, parameters and help; the hooks
 * say when it acts. Hooks that are NULL are never missed. A fault keeps what it must
 * remember in `state` (zeroed, of state_size), and nobody else may look at it.
 *
 * Order: packets are shown to the faults of their link in the order of arming, until one
 * does not let them pass; then the byte faults say how late they are; then they are
 * delivered. A packet that a fault kept goes on behind that fault (fault_pass_on).
 *
 * When something is done: fault_matched() when the fault's condition fits, fault_acted()
 * when it changed something. Both keep the receipt; the latter writes the trace.
 */
#ifndef JOBJAM_NET_FAULT_ROW_H
#define JOBJAM_NET_FAULT_ROW_H

#include "net/edit.h"
#include "net/fault.h"
#include "net/match_fits.h"
#include "sim/core/chance.h"
#include "sim/core/queue.h"
#include "sim/core/pile.h"

struct conn;

enum fault_ending {
	ENDING_NONE,
	ENDING_RESET, /* both ends break; bytes on their way are lost */
	ENDING_CLOSE, /* both ends see the end of the stream behind what has passed */
};

/* A packet, or (packet == NULL) a piece of a stream that is no longer framed, on its way
 * through the faults of one connection. Borrowed by everyone who is shown it. */
struct passing {
	struct conn *conn;
	enum net_dir dir;
	const struct mqtt_packet *packet;
	const uint8_t *bytes;
	size_t length;
	uint64_t hash;          /* PUBLISH: crossing_hash */
	trace_id cause;         /* a fault may put its own event in between */
	enum trace_level level; /* of the events about it */
	sim_ns now;
	pile_ticket ticket; /* among what is under way; copies have the same */
	sim_ns delay;  /* faults add to it; order within the direction is kept … */
	bool overtake; /* … unless this is set: later packets may then pass it */
	size_t skip;   /* so many of its first bytes have gone ahead of it */
	/* A fault ends the connection here: cut_at bytes still pass, then it happens. */
	enum fault_ending ending;
	size_t cut_at;
	/* A fault lets it arrive in pieces of so many bytes, 0: whole; this long apart. */
	size_t piece;
	sim_ns gap;
	bool forged;   /* neither end has sent it */
};

/* Bytes that go first must have been read before the end is heard. */
#define FAULT_ENDING_AFTER SIM_MS

enum fault_verdict {
	FAULT_PASS, /* not mine, or changed in place: show it to the next one */
	FAULT_DROP, /* gone */
	FAULT_KEEP, /* the fault has taken a copy, or has passed it on itself */
	FAULT_CUT,  /* gone, and the connection with it */
};

enum fault_admission {
	FAULT_ADMIT,  /* not mine: ask the next one, at last the broker */
	FAULT_REFUSE, /* as if nobody listened */
	FAULT_ANSWER, /* the broker is not dialled: on_answer() plays it */
	FAULT_HANG,   /* nobody answers: it stays pending, and dials when lifted */
};

/* One thing that a named fault arms: a primitive, and what it is given, written as words
 * apart at spaces: "type=PUBACK dir=down by=$by" (parameters and parts of the matcher;
 * $by stands for the named fault's own parameter of that name). */
struct fault_part {
	const char *fault, *options; /* a list ends with {NULL, NULL} */
};

struct net_fault {
	struct vocab_row row; /* first: a row of the vocabulary is its fault */
	/* A named fault: these are armed with it and lifted with it; its own hooks, if any,
	 * act as well. takes_match then hands the script's matcher on to them. */
	const struct fault_part *parts;
	bool takes_match;
	size_t state_size;
	size_t place_size; /* of what it remembers for each link (fault_place) */
	/* Parameters that contradict each other: SIM_EINVAL and a sentence. */
	int (*check)(const struct value *values, struct sim_error *error);
	/* The same, of parameters and what the script's matcher says. */
	int (*check_match)(const struct value *values, const struct match *match,
			   struct sim_error *error);
	/* Once, when armed, for each matching link that has a connection then. */
	void (*on_present)(struct fault *fault, struct conn *conn, sim_ns now);
	/* A client of a matching link connects. *cause is that of the attempt; the fault's
	 * own event may take its place. */
	enum fault_admission (*on_connect)(struct fault *fault, struct link *link,
					   sim_ns now, trace_id *cause);
	enum fault_verdict (*on_packet)(struct fault *fault, struct passing *passing);
	/* How late these bytes are; bytes never overtake each other by this. It may also set
	 * piece and gap, or ending and cut_at. */
	sim_ns (*on_bytes)(struct fault *fault, struct passing *passing);
	/* Does it keep what is on its way from passing just now? Nothing is lost: its sender
	 * is not read any more, and goes on when the fault is lifted. */
	bool (*stalls)(struct fault *fault, struct conn *conn, enum net_dir dir);
	/* One end has closed (up: the client's), and the other is about to hear of it: how
	 * much later does it? Asked once. */
	sim_ns (*on_end)(struct fault *fault, struct conn *conn, enum net_dir dir,
			 sim_ns now);
	/* Upward traffic of a connection whose far end this fault plays. */
	void (*on_answer)(struct fault *fault, struct passing *passing);
	bool can_release; /* fault_release() lets go what fault_keep() kept */
	/* Once, when armed, after on_present and the parts: for what runs by itself. */
	void (*on_arm)(struct fault *fault, sim_ns now);
	/* Once, when lifted, before what it keeps goes on. */
	void (*on_lift)(struct fault *fault, sim_ns now);
	/* Frees what its state owns. */
	void (*on_free)(struct fault *fault);
	/* The instant that fault_alarm() asked for; also after it was lifted. */
	void (*on_alarm)(struct fault *fault, sim_ns now);
};

/* How what was kept goes on. */
enum release_order {
	RELEASE_IN_ORDER,
	RELEASE_NEWEST_FIRST,
	RELEASE_SHUFFLED, /* from the fault's chance on the link of the oldest */
};
struct release {
	enum release_order order;
	int64_t burst; /* so many at a time; 0: all at once */
	sim_ns pace;   /* from one burst to the next; needs on_alarm = fault_go_on */
};

/* A packet set aside: by a fault, or on its way late. */
struct parcel {
	struct parcel *next;
	struct link *link;
	uint64_t conn_serial; /* parcels never outlive their connection's use of them */
	sim_ns due;
	enum net_dir dir;
	bool framed, forged;
	uint64_t hash;
	trace_id cause;
	enum trace_level level;
	size_t skip, piece; /* as in struct passing */
	sim_ns gap;
	enum fault_ending ending; /* what follows its last byte */
	pile_ticket ticket;
	size_t length;
	uint8_t bytes[];
};

struct fault {
	const struct net_fault *row;
	char *name; /* in trace and receipt: the row's, or one of its own; owned */
	struct net *net;
	int number;
	struct fault *whole; /* that this is a part of; NULL: none */
	struct fault *parts, *parts_last, *next_part; /* in the order of arming */
	char *glob;
	struct value *values; /* by index of the row's params; owned, with their texts */
	struct match *match;  /* owned; NULL: every packet */
	struct match *preset; /* of a part: what its whole is about; owned; NULL: nothing */
	bool lifted;
	trace_id armed; /* event */
	void *state;
	struct parcel *kept, *kept_last;
	size_t n_kept, bytes_kept;
	struct release release;
	struct parcel *going; /* released, and waiting for its burst */
	struct queue_handle alarm;
	struct chance *chances; /* by index of link; seeded as they are first asked for */
	bool *has_chance;
	bool *spent;     /* by index of link */
	uint8_t *places; /* by index of link: place_size each */
	size_t n_places;
	/* receipt */
	uint64_t matched, affected, bytes;
	sim_ns first, last;
	trace_id told; /* its first act, in the story */
	bool acted;
	size_t n_links, n_conns; /* links that fit the glob; connections seen on them */
};

/* Arms one more part of a whole, on a glob of its own: for faults that are patterns. */
int fault_arm_part(struct fault *whole, const char *glob, const struct fault_part *part,
		   sim_ns now, struct fault **ret_part, struct sim_error *error);

/* The packet as those above may see it. */
struct net_sight fault_sight(const struct passing *passing);

/* Counts one packet or connection that fitted. */
void fault_matched(struct fault *fault);
/* Does the matcher (if any) fit? Counts it as matched. */
bool fault_fits(struct fault *fault, const struct passing *passing);

/* It did something to `passing` (NULL: to the connection or attempt): counts, and emits
 * fault.acted, the first time as part of the story. Returns that event. */
trace_id fault_acted(struct fault *fault, struct link *link, sim_ns now,
		     const char *action, const struct passing *passing, trace_id cause);
/* The same for what follows from something already counted (an answer within a lie): the
 * bytes count, `affected` does not. */
trace_id fault_followed(struct fault *fault, struct link *link, sim_ns now,
			const char *action, const struct passing *passing,
			trace_id cause);
/* The same for a packet that goes on, later or more than once, with the returned event as
 * its cause. A message of the story tells of it each time: its chain must say who kept it. */
trace_id fault_altered(struct fault *fault, const struct passing *passing,
		       const char *action);

/* Shows the packet to the faults behind this one and delivers it. */
void fault_pass_on(struct fault *fault, struct passing *passing);
/* The same with an edited packet (net/edit.h) in place of what passed: at the same level,
 * with the hash of its new bytes (net/crossing.h), so that the cause crosses the broker
 * with it. cause: the fault's event. The fault answers FAULT_KEEP after it. What cannot be
 * decoded any more goes on unframed, past byte faults alone. False: no memory, or longer
 * than a packet may be; nothing was passed on. */
bool fault_replace(struct fault *fault, const struct passing *passing,
		   const struct edit *edit, trace_id cause);
/* Takes a copy and keeps it in order. False: full, or no memory (let it pass then). */
bool fault_keep(struct fault *fault, const struct passing *passing);
/* Passes on all that is kept, as fault->release says; what belongs to ended connections is
 * lost. */
void fault_let_go(struct fault *fault, sim_ns now);
void fault_go_on(struct fault *fault, sim_ns now); /* the next burst */
/* Only what is kept of that link and direction, now. */
void fault_let_go_of(struct fault *fault, const struct link *link, enum net_dir dir,
		     enum release_order order, sim_ns now);
void fault_drop_kept(struct fault *fault); /* and the alarm */
/* on_alarm at that instant; the last one asked for counts. SIM_NEVER: not at all. */
void fault_alarm(struct fault *fault, sim_ns due);

/* This fault's luck on this link, unmoved by what other links do. */
struct chance *fault_chance(struct fault *fault, struct link *link);
/* What it remembers of this link: zeroed, of place_size; valid until the next call. NULL
 * without memory. */
void *fault_place(struct fault *fault, const struct link *link);
/* For faults of new connections that act `times` times over all their links (0: without
 * end): admits once that is done, and before says what was done and gives the verdict. */
#define FAULT_TIMES_PARAM                                                                \
	{"times", PARAM_INT, "", "0", 0, 1e9, NULL,                                      \
	 "so many connections, over all links of the fault; 0: all while armed"}
enum fault_admission fault_admit_or(struct fault *fault, struct link *link, sim_ns now,
				    int64_t times, const char *action,
				    enum fault_admission verdict, trace_id *cause);
/* A mark per link, for faults that are used up. */
bool fault_is_spent(const struct fault *fault, const struct link *link);
void fault_spend(struct fault *fault, struct link *link);

/* Shared `dir` parameter: "both", "up", "down". */
extern const char *const fault_dirs[];
bool fault_is_dir(int choice, enum net_dir dir);
enum {
	FAULT_DIR_BOTH,
	FAULT_DIR_UP,
	FAULT_DIR_DOWN
};

#endif
