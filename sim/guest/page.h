/*
 * page.h - the page that simulator and shim share; the only thing both of them know.
 *
 * A memfd of one page for each guest, handed down as an open descriptor that an
 * environment variable names together with the run's id. `turn` says who may run and
 * touch the page; whoever has the turn owns every other field, so these need no
 * atomics: they are published by the release store of `turn`.
 *
 * Instants are nanoseconds since the start of the scenario. The simulator must not
 * trust what it reads here: the guest could have written anything.
 *
 * Fixed-width fields in a pinned order, because shim and simulator are compiled apart.
 * A change of layout or meaning raises GUEST_PAGE_VERSION.
 */
#ifndef JOBJAM_GUEST_PAGE_H
#define JOBJAM_GUEST_PAGE_H

#include <stddef.h>
#include <stdint.h>

#define GUEST_PAGE_MAGIC   UINT64_C(0x656c636f76626f6a) /* "jobvocle" */
#define GUEST_PAGE_VERSION UINT32_C(3)
#define GUEST_PAGE_SIZE    4096

/* "<descriptor>:<run id, 16 hex digits>" */
#define GUEST_PAGE_VARIABLE "JOBJAM_PAGE"
/* The descriptor stays open in the guest, so that a wrapper script may exec it. */
#define GUEST_PAGE_FD       3

/* The shim ends a process that it cannot virtualise with this exit status. */
#define GUEST_EXIT_NO_PAGE 125

#define GUEST_NEVER INT64_MAX

/* Values of turn. */
#define GUEST_TURN_SIMULATOR UINT32_C(0)
#define GUEST_TURN_GUEST     UINT32_C(1)

#define GUEST_REFUSED_MAX 32
#define GUEST_PATH_MAX    108 /* as long as sun_path */

struct guest_page {
	/* Written by the simulator before the guest is executed. */
	uint64_t magic;
	uint32_t version;
	uint32_t size; /* sizeof(struct guest_page) */
	uint64_t run_id;
	int32_t simulator_pid;
	int32_t guest_pid;           /* written by the forked child itself */
	int64_t realtime_offset_ns;  /* CLOCK_REALTIME at instant 0 */
	int64_t monotonic_offset_ns; /* CLOCK_MONOTONIC and CLOCK_BOOTTIME at instant 0 */
	int64_t tick_ns; /* idle time-outs are rounded up to its multiples; 1: exact */
	uint64_t spin_limit;  /* fruitless looks at the clock before it is moved on */
	int64_t spin_step_ns; /* and by how much */

	/* The hand-over. */
	uint32_t turn;         /* a futex; the only atomic field */
	uint32_t shim_version; /* 0 until the shim's constructor has answered */
	int64_t now;           /* the guest's clock */
	int64_t horizon;       /* how far it may move that clock by itself */
	int64_t wake;          /* its next deadline, when it rests; GUEST_NEVER: none */
	uint32_t sent;         /* something left it in this turn */
	uint32_t exiting;      /* exit() has been called: the process will be gone soon */
	uint64_t signals;      /* bit n - 1: raise signal n at the start of the turn */

	/* The guest's own. */
	uint64_t random_state; /* the simulator seeds it */
	uint64_t fruitless;    /* looks at the clock since something last happened */

	/* Counters, for the simulator to read. */
	uint64_t turns;
	uint64_t idle_steps; /* waits that ended by moving the clock inside a turn */
	uint64_t clock_reads;
	uint64_t spins;
	uint64_t random_bytes;
	uint32_t send_buffer; /* smallest SO_SNDBUF an accepted socket got; 0: none yet */
	uint32_t refusals;
	char refused[GUEST_REFUSED_MAX]; /* name of the first refused call */

	/* CLOCK_REALTIME gains this many millionths since that instant. */
	int64_t realtime_rate_ppm;
	int64_t realtime_since;

	/* What is said to 127.0.0.0/8 at this port is said to the socket of that path; 0: no
	 * such peer. Written by the simulator before the guest is executed. */
	uint32_t peer_port;
	char peer_path[GUEST_PATH_MAX];
	/* Where it listens at this port it listens on that path; 0: it has no such port. */
	uint32_t listen_port;
	char listen_path[GUEST_PATH_MAX];
};

/* What CLOCK_REALTIME has at `now` beyond the run's own time. In millionths of a second
 * first, so that a year's worth does not overflow. */
static inline int64_t guest_page_realtime(const struct guest_page *page, int64_t now)
{
	int64_t ns = now - page->realtime_since;

	return page->realtime_offset_ns + ns / 1000000 * page->realtime_rate_ppm +
	       ns % 1000000 * page->realtime_rate_ppm / 1000000;
}

/* The layout is a contract between two separately compiled programs. */
#define GUEST_PAGE_PIN(field, at) \
	_Static_assert(offsetof(struct guest_page, field) == (at), "guest page: " #field)
GUEST_PAGE_PIN(magic, 0);
GUEST_PAGE_PIN(version, 8);
GUEST_PAGE_PIN(size, 12);
GUEST_PAGE_PIN(run_id, 16);
GUEST_PAGE_PIN(simulator_pid, 24);
GUEST_PAGE_PIN(guest_pid, 28);
GUEST_PAGE_PIN(realtime_offset_ns, 32);
GUEST_PAGE_PIN(monotonic_offset_ns, 40);
GUEST_PAGE_PIN(tick_ns, 48);
GUEST_PAGE_PIN(spin_limit, 56);
GUEST_PAGE_PIN(spin_step_ns, 64);
GUEST_PAGE_PIN(turn, 72);
GUEST_PAGE_PIN(shim_version, 76);
GUEST_PAGE_PIN(now, 80);
GUEST_PAGE_PIN(horizon, 88);
GUEST_PAGE_PIN(wake, 96);
GUEST_PAGE_PIN(sent, 104);
GUEST_PAGE_PIN(exiting, 108);
GUEST_PAGE_PIN(signals, 112);
GUEST_PAGE_PIN(random_state, 120);
GUEST_PAGE_PIN(fruitless, 128);
GUEST_PAGE_PIN(turns, 136);
GUEST_PAGE_PIN(idle_steps, 144);
GUEST_PAGE_PIN(clock_reads, 152);
GUEST_PAGE_PIN(spins, 160);
GUEST_PAGE_PIN(random_bytes, 168);
GUEST_PAGE_PIN(send_buffer, 176);
GUEST_PAGE_PIN(refusals, 180);
GUEST_PAGE_PIN(refused, 184);
GUEST_PAGE_PIN(realtime_rate_ppm, 216);
GUEST_PAGE_PIN(realtime_since, 224);
GUEST_PAGE_PIN(peer_port, 232);
GUEST_PAGE_PIN(peer_path, 236);
GUEST_PAGE_PIN(listen_port, 344);
GUEST_PAGE_PIN(listen_path, 348);
_Static_assert(sizeof(struct guest_page) == 456, "guest page: size");
_Static_assert(sizeof(struct guest_page) <= GUEST_PAGE_SIZE, "guest page: fits a page");
#undef GUEST_PAGE_PIN

#endif
