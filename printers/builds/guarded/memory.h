/*
 * memory.h - what the guarded build remembers: over power cuts (struct nv), and while it has
 * power. Plain data, as everything that is saved.
 */
#ifndef JOBJAM_BUILDS_GUARDED_MEMORY_H
#define JOBJAM_BUILDS_GUARDED_MEMORY_H

#include "printers/builds/common/rules.h"

enum {
	SEEN_MAX = 64,
	QUEUE_MAX = 4,
	NV_KEY = 1,
	NV_VERSION = 1,
	NV_JOB_KEY = 2,
	NV_JOB_VERSION = 1
};

/* What survives a power cut. */
struct nv {
	uint32_t version;
	uint32_t epoch;       /* what has lain on the plate, counted */
	uint32_t latched;     /* a job ended; nothing says that the plate is clear */
	uint32_t prompts;     /* numbers given out */
	uint32_t trip;        /* its alert, until it is acknowledged */
	uint32_t n_seen;      /* the oldest is overwritten */
	uint32_t running;     /* a job was on when this was written */
	uint32_t supply_open; /* until somebody acknowledges */
	int64_t task;         /* of that job */
	int64_t newest_ms;    /* the latest stamp of a start that was accepted */
	uint64_t seen[SEEN_MAX];
};

/* With power_resume: the job that is on, or that a cut ended and somebody is asked about;
 * written at its start and at each layer. */
struct nv_job {
	uint32_t version; /* 0: none */
	uint32_t layer;   /* so many are done */
	struct fw_start start;
};

enum asking {
	ASKING_NOBODY,
	ASKING_START,
	ASKING_TRIP,
	ASKING_RESUME
};

struct guard {
	struct nv nv;
	struct nv_job job;
	enum asking asking;
	bool plate_asked; /* the question is about the plate */
	struct fw_start waiting;
	int n_queue;
	struct fw_start queue[QUEUE_MAX]; /* only with busy_refusal off */
	uint64_t queue_us;                /* when the first of it is looked at */
	uint64_t watch_us;                /* when the rules look next */
	int64_t order_ms;                 /* the latest stamp of an order that was obeyed */
	bool warmed; /* an order from far away has set a target since the last question */
	uint32_t confirmed_prompt;        /* the last one that the app answered */
	bool was_online;
	struct fw_rules rules;
	bool off_rises; /* tripped: is anything still rising? */
	uint64_t tripped_us;
	uint64_t since_us; /* when these readings were taken */
	double since_c[FW_PARTS];
};

#endif
