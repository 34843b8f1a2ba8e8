/* fault_act.c - what faults do when a packet or a connection is shown to them: whether it
 * fits, what is told of it, how it goes on, and what they keep for each link. */
#include "net/fault_row.h"

#include "net/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const fault_dirs[] = {"both", "up", "down", NULL};

bool fault_is_dir(int choice, enum net_dir dir)
{
	return choice == FAULT_DIR_BOTH || choice == (int)dir;
}

/* --- acting ----------------------------------------------------------------------- */

void fault_matched(struct fault *fault)
{
	fault->matched++;
}

struct net_sight fault_sight(const struct passing *passing)
{
	const struct link *link = passing->conn->link;
	return (struct net_sight){
		.packet = passing->packet,
		.dir = passing->dir,
		.link = link->name,
		.who = link->who,
		.link_index = link->index,
		.now = passing->now,
		.cause = passing->cause,
	};
}

bool fault_fits(struct fault *fault, const struct passing *passing)
{
	const struct net_sight sight = fault_sight(passing);
	if (!passing->packet && (fault->has_preset || fault->has_match))
		return false;
	if (fault->has_preset && !match_fits(&fault->preset, &sight))
		return false;
	if (fault->has_match && !match_fits(&fault->match, &sight))
		return false;
	fault->matched++;
	return true;
}

/* Counts the bytes and tells of it at that level. */
static trace_id tell(struct fault *fault, struct link *link, sim_ns now,
		     const char *action, const struct passing *passing,
		     enum trace_level level, trace_id cause)
{
	const struct mqtt_packet *packet = passing ? passing->packet : NULL;
	const struct fault *top = fault;
	while (top->whole)
		top = top->whole;
	fault->acted = true;
	fault->bytes += passing ? passing->length : 0;
	if (fault->first == SIM_NEVER)
		fault->first = now;
	fault->last = now;
	trace_id event = trace_emit_at(
		fault->net->options.trace, level, cause, KIND_FAULT_ACTED, link->who,
		TRACE_FIELDS(F_TEXT("fault", top->name), F_INT("number", top->number),
			     F_TEXT("action", action),
			     F_TEXT("type", packet ? mqtt_type_name(packet->type) : ""),
			     F_TEXT("dir", passing ? net_dir_name(passing->dir) : "")));
	if (fault->told == 0)
		fault->told = event;
	if (link->conn) /* one that is not recorded is told by the first */
		link->conn->blame = event != cause ? event : fault->told;
	return event;
}

static enum trace_level once(const struct fault *fault)
{
	return fault->acted ? TRACE_FULL : TRACE_STORY;
}

trace_id fault_followed(struct fault *fault, struct link *link, sim_ns now,
			const char *action, const struct passing *passing, trace_id cause)
{
	return tell(fault, link, now, action, passing, once(fault), cause);
}

trace_id fault_acted(struct fault *fault, struct link *link, sim_ns now,
		     const char *action, const struct passing *passing, trace_id cause)
{
	fault->affected++;
	return tell(fault, link, now, action, passing, once(fault), cause);
}

trace_id fault_altered(struct fault *fault, const struct passing *passing,
		       const char *action)
{
	bool message = passing->packet && passing->packet->type == MQTT_PUBLISH;
	enum trace_level level =
		message && passing->level == TRACE_STORY ? TRACE_STORY : once(fault);

	fault->affected++;
	return tell(fault, passing->conn->link, passing->now, action, passing, level,
		    passing->cause);
}

void fault_pass_on(struct fault *fault, struct passing *passing)
{
	conn_pass(passing, fault->number);
}

static uint64_t hash_of(const struct mqtt_packet *packet)
{
	return packet->type != MQTT_PUBLISH
		       ? 0
		       : crossing_hash(packet->topic.data, packet->topic.length,
				       packet->payload.data, packet->payload.length);
}

bool fault_replace(struct fault *fault, const struct passing *passing,
		   const struct edit *edit, trace_id cause)
{
	struct bytes bytes = {0};
	struct mqtt_packet packet;
	struct passing other = *passing;
	bool fine = edit_encode(edit, &bytes, NULL) == SIM_OK;
	if (fine) {
		bool whole = mqtt_decode(bytes_data(&bytes), bytes_length(&bytes),
					 passing->conn->version, &packet, NULL);
		if (whole)
			aliases_resolve(passing->dir == NET_UP
						? passing->conn->up.aliases
						: passing->conn->down.aliases,
					&packet);
		other.packet = whole ? &packet : NULL;
		other.bytes = bytes_data(&bytes);
		other.length = bytes_length(&bytes);
		other.hash = whole ? hash_of(&packet) : 0;
		other.cause = cause;
		fault_pass_on(fault, &other);
	}
	bytes_fini(&bytes);
	return fine;
}

/* --- per link --------------------------------------------------------------------- */

/* An array of n things more of that size; those that are new are zero. */
static bool widen(void *array, size_t had, size_t n, size_t size)
{
	void *old;
	memcpy(&old, array, sizeof(old));
	uint8_t *wide = realloc(old, n * size + 1);
	if (!wide)
		return false;
	memset(wide + had * size, 0, (n - had) * size);
	memcpy(array, &wide, sizeof(wide));
	return true;
}

static bool make_places(struct fault *fault)
{
	size_t n = fault->net->n_links, had = fault->n_places;
	if (had >= n)
		return true;
	if (!widen(&fault->chances, had, n, sizeof(*fault->chances)) ||
	    !widen(&fault->has_chance, had, n, sizeof(*fault->has_chance)) ||
	    !widen(&fault->spent, had, n, sizeof(*fault->spent)) ||
	    !widen(&fault->places, had, n, fault->row->place_size))
		return false;
	fault->n_places = n;
	return true;
}

void *fault_place(struct fault *fault, const struct link *link)
{
	if (!make_places(fault))
		return NULL;
	return fault->places + link->index * fault->row->place_size;
}

struct chance *fault_chance(struct fault *fault, struct link *link)
{
	char purpose[64];
	if (!make_places(fault))
		return NULL;
	if (!fault->has_chance[link->index]) {
		snprintf(purpose, sizeof(purpose), "%s %d", fault->row->row.name,
			 fault->number);
		fault->chances[link->index] =
			chance_stream(fault->net->options.seed, link->who, purpose);
		fault->has_chance[link->index] = true;
	}
	return &fault->chances[link->index];
}

bool fault_is_spent(const struct fault *fault, const struct link *link)
{
	return link->index < fault->n_places && fault->spent[link->index];
}

void fault_spend(struct fault *fault, struct link *link)
{
	if (make_places(fault))
		fault->spent[link->index] = true;
}
