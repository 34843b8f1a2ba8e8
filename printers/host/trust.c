/* trust.c - a machine that comes back from a build's process: nothing in it may lead us
 * outside our own memory, or to numbers that no machine can have. */
#include "printers/danger.h"
#include "printers/host/page.h"

#include <string.h>

static bool is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static bool is_memory(const struct machine_nv *nv)
{
	size_t total = 0;
	for (int i = 0; i < NV_KEYS; i++) {
		if (nv->length[i] > 0 && nv->at[i] + nv->length[i] > nv->used)
			return false;
		total += nv->length[i];
	}
	return nv->used <= NV_BYTES && total == nv->used;
}

static bool is_warmth(double c)
{
	return c > -300.0 && c < 100000.0; /* NaN is none */
}

static bool is_share(double share)
{
	return share >= 0.0 && share <= 1.0;
}

static bool is_amount(double amount)
{
	return amount >= 0.0 && amount < 1e15;
}

static bool is_outputs(const struct jobjam_fw_actuators *out)
{
	return is_share(out->nozzle_pwm) && is_share(out->bed_pwm) &&
	       is_share(out->part_fan);
}

static bool is_heat(const struct heat *heat)
{
	return is_warmth(heat->sink_c) && is_amount(heat->energy_j) &&
	       is_amount(heat->clock_s) && heat->lag_first >= 0 &&
	       heat->lag_first < HEAT_LAG_SAMPLES && is_warmth(heat->block_c) &&
	       is_warmth(heat->sensor_c) && is_warmth(heat->plate_c) &&
	       is_warmth(heat->top_c) && is_warmth(heat->bed_sensor_c) &&
	       is_warmth(heat->chamber_c) && is_warmth(heat->room_c) &&
	       heat->lag_n >= 0 && heat->lag_n <= HEAT_LAG_SAMPLES;
}

static bool is_motion(const struct motion *motion)
{
	const uint64_t longest_us = (uint64_t)(100 * SIM_DAY / SIM_US);
	return motion->support <= SUPPORT_AIR && motion->began >= 0 &&
	       motion->began < SIM_NEVER / 2 && motion->move.duration_us <= longest_us &&
	       motion->move.kind <= JOBJAM_FW_MOVE_PRINT && motion->x_mm > -1e4 &&
	       motion->x_mm < 1e4 && motion->y_mm > -1e4 && motion->y_mm < 1e4;
}

static const char *own_name(const char *name)
{
	for (uint32_t kind = 0; kind <= JOBJAM_FW_MOVE_PRINT; kind++)
		if (motion_name(kind) == name) /* the same literal: it is a fork of us */
			return name;
	return NULL;
}

bool host_trust(struct machine *m, const struct machine *before, sim_ns until)
{
	/* What no build has a hand in. */
	m->booted_at = before->booted_at;
	m->skew = before->skew;
	m->plate_sensor = before->plate_sensor;
	m->heat.step = before->heat.step;
	m->heat.room_c = before->heat.room_c;
	m->heat.mains_v = before->heat.mains_v;
	m->heat.noise_c = before->heat.noise_c;
	m->heat.supply_switch = before->heat.supply_switch;
	m->heat.loaded =
		false; /* what is kept between steps is worked out anew, the same */
	return m->now >= before->now && (m->now <= until || m->now == before->now) &&
	       (m->wake > m->now || (m->wake == m->now && !m->dead)) && m->powered &&
	       m->crashes >= 0 && m->crashes < 1000000 && m->plate.n >= 0 &&
	       m->plate.n <= PLATE_MAX &&
	       m->danger[HEAT_NOZZLE] <= danger_count(HEAT_NOZZLE) &&
	       m->danger[HEAT_BED] <= danger_count(HEAT_BED) && is_outputs(&m->out) &&
	       m->n_watches >= 0 && m->n_watches <= WATCHES_MAX && is_heat(&m->heat) &&
	       is_motion(&m->motion) && is_memory(&m->nv) && own_name(m->move_name) &&
	       is_text(m->job_name, sizeof(m->job_name)) &&
	       is_text(m->file, sizeof(m->file)) &&
	       is_text(m->asked_job, sizeof(m->asked_job)) &&
	       is_text(m->asked_file, sizeof(m->asked_file));
}
