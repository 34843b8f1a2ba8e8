/*
 * crossing.h - how a cause gets across the broker, which knows nothing of causes.
 *
 * Messages are never marked. Instead each PUBLISH that enters the broker is remembered by
 * a hash of topic and payload; when equal bytes come out on some link, the earliest
 * entry that this link has not been given yet is taken as the cause. Lock-step order
 * makes that exact as long as the broker keeps the order of equal messages.
 *
 * Bounded: the newest CROSSING_ROOM entries of either trace level are kept, apart from
 * each other, so that routine reports never push out a command that waits for hours in
 * the broker's queue. What was pushed out is delivered without a cause.
 */
#ifndef JOBJAM_NET_CROSSING_H
#define JOBJAM_NET_CROSSING_H

#include "net/codec.h"
#include "sim/core/trace.h"

#define CROSSING_ROOM 65536

struct crossing;

struct crossing *crossing_new(void); /* NULL: no memory */
void crossing_free(struct crossing *crossing);

/* Not text_hash: this one reads eight bytes at a time, because every message of the
 * fleet passes it twice. It never reaches the trace. */
uint64_t crossing_hash(const void *topic, size_t topic_length, const void *payload,
		       size_t payload_length);

/* A PUBLISH with that hash enters the broker; event is its mqtt.publish (or what stands
 * for it in the chain). Without memory it is forgotten. */
void crossing_enter(struct crossing *crossing, uint64_t hash, trace_id event,
		    enum trace_level level);
/* Equal bytes leave on that link. again: the broker says DUP, so the entry this link was
 * given last comes first. False: nothing known. */
bool crossing_leave(struct crossing *crossing, uint64_t hash, uint32_t link, bool again,
		    trace_id *ret_event, enum trace_level *ret_level);

#endif
