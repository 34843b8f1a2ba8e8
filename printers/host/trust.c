/* trust.c - a machine that comes back from a build's process: nothing in it may lead us
 * outside our own memory, or to numbers that no machine can have. */
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

static bool is_heat(const struct heat *heat)
{
	return is_warmth(heat->block_c) && is_warmth(heat->sensor_c) &&
	       is_warmth(heat->plate_c) && is_warmth(heat->top_c) &&
	       is_warmth(heat->bed_sensor_c) && is_warmth(heat->chamber_c) &&
	       is_warmth(heat->room_c) && heat->lag_n >= 0 &&
	       heat->lag_n <= HEAT_LAG_SAMPLES;
}

static bool is_motion(const struct motion *motion)
{
	return motion->support <= SUPPORT_AIR &&
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
	m->booted_at = before->booted_at;
	return m->now >= before->now && (m->now <= until || m->now == before->now) &&
	       (m->wake > m->now || (m->wake == m->now && !m->dead)) && m->powered &&
	       m->crashes >= 0 && m->crashes < 1000000 && m->plate.n >= 0 &&
	       m->plate.n <= PLATE_MAX && m->plate_sensor <= PLATE_SENSOR_BLIND &&
	       m->n_watches >= 0 && m->n_watches <= WATCHES_MAX && is_heat(&m->heat) &&
	       is_motion(&m->motion) && is_memory(&m->nv) && own_name(m->move_name) &&
	       is_text(m->job_name, sizeof(m->job_name)) &&
	       is_text(m->file, sizeof(m->file)) &&
	       is_text(m->asked_job, sizeof(m->asked_job)) &&
	       is_text(m->asked_file, sizeof(m->asked_file));
}
