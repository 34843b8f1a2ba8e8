/* fault_acts.c - what a fault says when it fits and when it acts; what it keeps. */
#include "net/fault_row.h"

#include "net/inside.h"

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
	if (!passing->packet && (fault->preset || fault->match))
		return false;
	if (fault->preset && !match_fits(fault->preset, &sight))
		return false;
	if (fault->match && !match_fits(fault->match, &sight))
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

enum fault_admission fault_admit_or(struct fault *fault, struct link *link, sim_ns now,
				    int64_t times, const char *action,
				    enum fault_admission verdict, trace_id *cause)
{
	if (times > 0 && fault->affected >= (uint64_t)times)
		return FAULT_ADMIT;
	fault_matched(fault);
	*cause = fault_acted(fault, link, now, action, NULL, *cause);
	return verdict;
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
