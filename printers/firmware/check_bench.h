/*
 * check_bench.h - an instance of a build on a bench: its inputs, and a hash of everything
 * that it ever says or sets. No plant: readings follow the duties in a crude way.
 */
#ifndef JOBJAM_FIRMWARE_CHECK_BENCH_H
#define JOBJAM_FIRMWARE_CHECK_BENCH_H

#include "printers/firmware/check_room.h"

struct bench {
	const struct jobjam_fw_api *api;
	struct jobjam_fw *fw;
	struct jobjam_fw_host host;
	struct jobjam_fw_sensors sensors;
	struct jobjam_fw_actuators out;
	uint64_t hash, chance, message, said;
	uint32_t nv_length[8];
	uint8_t nv[8][4096];
	int status;
};

/* A new instance, with settings that switch on what can be; false: create() refuses. */
bool bench_open(struct bench *bench, const struct jobjam_fw_api *api, char why[CHECK_WHY]);
/* A step after dt. */
void bench_step(struct bench *bench, uint64_t dt_us);
int bench_hear(struct bench *bench, const char *text, size_t length);
void bench_start(struct bench *bench, int task); /* a request to print */
/* The i-th part of a busy life of BENCH_LIFE parts: whatever i, always the same. */
void bench_live(struct bench *bench, int i);
enum {
	BENCH_LIFE = 6000
};
/* Did all steps so far answer OK or WARN? */
bool bench_no_error(const struct bench *bench, char why[CHECK_WHY]);

#endif
