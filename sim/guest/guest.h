/*
 * guest.h - a real process that lives in virtual time: the broker, above all.
 *
 * The process runs under the preload shim (sim/guest/shim, built as vclock.so), which
 * answers its clock calls from one shared page (page.h) and turns every wait into "is
 * something ready now? else may I move my clock to the deadline by myself? else I hand
 * over". So exactly one of simulator and guest runs at any moment.
 *
 * One turn: guest_turn(guest, now, horizon) sets the guest's clock to now and lets it
 * run. It comes back when the guest waits for something that is not there and
 *   - its next deadline lies beyond the horizon (GUEST_RESTS, clock == horizon), or
 *   - it has sent, shut down or closed something at an earlier instant (GUEST_SENT,
 *     clock == that instant): the caller must look at the sockets before time goes on.
 * With horizon == now the guest just consumes its input and replies.
 *
 * Not here: what the bytes mean, and which sockets exist; that is the network's.
 */
#ifndef JOBJAM_GUEST_H
#define JOBJAM_GUEST_H

#include "sim/core/status.h"
#include "sim/core/time.h"
#include "sim/core/trace.h"

#include <sys/types.h>

struct guest;

enum guest_rest {
	GUEST_RESTS, /* waits, and nothing left it */
	GUEST_SENT,  /* waits, and something left it at guest_now() */
	GUEST_ENDED, /* the process is gone: guest_status() */
	GUEST_STUCK, /* the watchdog's real time ran out in its turn; it has been killed */
};

struct guest_options {
	const char *name; /* "broker": who in the trace; copied */
	const char *const *
		argv; /* NULL-terminated; argv[0] is looked up in PATH if it has no slash */
	const char *shim_path;   /* vclock.so */
	const char *work_dir;    /* current directory of the guest */
	const char *output_path; /* its stdout and stderr go here (created) */
	int64_t start_utc_ns;    /* CLOCK_REALTIME at virtual 0 */
	uint64_t seed;           /* of its getrandom */
	bool threads;    /* it may have several, which then take turns (vthreads.so, beside
			  * vclock.so; glibc only); false: they are refused by name */
	bool tick_exact; /* false: idle time-outs are rounded up to whole virtual seconds */
	int core;        /* pin guest to this core, -1: leave it */
	int watchdog_ms;  /* real time a turn may take; 0: 10,000 */
	int handshake_ms; /* real time until the shim must have answered; 0: 5,000 */
	struct trace *
		trace; /* borrowed, may be NULL; guest.started, guest.spun, guest.ended */
	sim_ns start_at; /* virtual instant of the start; other than 0 for a restart */
	bool append_output; /* to what an earlier life has written there */
	trace_id cause;     /* of guest.started; 0: none */
	/* The one host that it can reach: loopback at this port is the AF_UNIX socket of that
	 * path. 0 and NULL: none. */
	uint16_t peer_port;
	const char *peer_path;
	/* Its own port: where it listens at loopback, or anywhere, at this port, it listens on
	 * the AF_UNIX socket of that path. 0 and NULL: none. */
	uint16_t listen_port;
	const char *listen_path;
};

/* Starts the process and runs it at instant start_at up to its first rest. Copies the
 * options. Errors, each a sentence that says what to do: SIM_ENOENT (no such binary),
 * SIM_EUNFIT (static or setuid binary, foreign architecture, no handshake: it would have
 * run on real time), SIM_EDIED (ended before its first rest; the message quotes the end
 * of its output), SIM_ESTUCK, SIM_ELIMIT, SIM_ENOMEM, SIM_EIO. On failure no process is
 * left behind. */
int guest_start(const struct guest_options *options, struct guest **ret_guest,
		struct sim_error *error);
/* Kills (SIGKILL, waits) if alive, and releases. NULL is fine. */
void guest_free(struct guest *guest);

/* One turn; see above. Requires guest_now() <= now <= horizon. After GUEST_ENDED or
 * GUEST_STUCK further turns return the same. */
enum guest_rest guest_turn(struct guest *guest, sim_ns now, sim_ns horizon);

sim_ns guest_now(const struct guest *guest);  /* where its clock stands */
sim_ns guest_wake(const struct guest *guest); /* its own next deadline; SIM_NEVER: none */
pid_t guest_pid(const struct guest *guest);
bool guest_alive(const struct guest *guest);
/* How it ended, in words ("exit status 3", "signal 11"); "" while alive. */
const char *guest_status(const struct guest *guest);
/* Raises the signal at the start of its next turn. */
void guest_signal(struct guest *guest, int signal);
/* Stops it politely: SIGTERM at its next turn, runs it until it ends, kills if it does
 * not. Not an error of the guest: recorded with asked = true. */
void guest_stop(struct guest *guest);
/* SIGKILL, now, whoever's turn it is. Not an error of the guest either. */
void guest_kill_asked(struct guest *guest);
/* What stands behind an end that is asked for next: the cause of guest.ended. */
void guest_blame(struct guest *guest, trace_id cause);
/* Its wall clock (CLOCK_REALTIME, time()) jumps by step_ns at `now` and from then on gains
 * rate_ppm millionths (negative: loses). Its monotonic clocks, and all waiting, know
 * nothing of it. */
void guest_set_clock(struct guest *guest, sim_ns now, int64_t step_ns, int rate_ppm);
/* Its wall clock at `now`, less the run's own time: start_utc_ns as long as nobody set it. */
int64_t guest_clock_offset(const struct guest *guest, sim_ns now);
/* Full: every file that it writes to refuses to grow (EFBIG, which stands in for ENOSPC).
 * SIM_EIO: the host would not. */
int guest_fill_disk(struct guest *guest, bool full, struct sim_error *error);
/* Counters of the run so far: hand-overs, local idle steps, clock reads. */
struct guest_counts {
	uint64_t turns, idle_steps, clock_reads, spins;
	uint64_t random_bytes; /* handed out of the seeded stream */
	uint32_t
		send_buffer; /* bytes, the smallest an accepted socket got; 0: none accepted */
	uint32_t refusals; /* calls that cannot be virtualised, refused by name */
};
struct guest_counts guest_counts(const struct guest *guest);
/* Name of the first call that was refused because it cannot be virtualised
 * ("timerfd_create"); "" when none was. Inert text. */
const char *guest_refused(const struct guest *guest);

/* Ties the calling thread, and the guests it starts, to one core: a hand-over is then a
 * switch instead of a wake-up across cores. SIM_EIO: the host refused. */
int guest_pin_simulator(int core, struct sim_error *error);

/* Can this binary be run in virtual time at all? Looks, does not start: PT_INTERP,
 * architecture, setuid and file capabilities. SIM_OK, SIM_ENOENT or SIM_EUNFIT. */
int guest_inspect(const char *binary, struct sim_error *error);
/* Full path of a command as the shell would find it (PATH, then /usr/sbin and
 * /usr/local/sbin, where Debian keeps brokers). SIM_ENOENT. */
int guest_find(const char *command, char *ret_path, size_t size, struct sim_error *error);

#endif
