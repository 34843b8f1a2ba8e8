/* ledger.c - entries for what goes into the broker and what comes out of it. */
#include "net/ledger_book.h"

#include "net/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ledger *ledger_new(struct trace *trace, struct queue *queue, const char *who)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));
	if (!ledger)
		return NULL;
	ledger->trace = trace;
	ledger->queue = queue;
	ledger->who = who;
	ledger->last_session = &ledger->sessions;
	pile_init(&ledger->retained_pile, trace, queue, who, PLACE_RETAINED, 1);
	return ledger;
}

void ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return;
	book_free(ledger);
	free(ledger);
}

void ledger_close(struct ledger *ledger, sim_ns now)
{
	for (struct session *session = ledger->sessions; session;
	     session = session->next) {
		pile_close(&session->kept, now);
		pile_close(&session->window, now);
	}
	for (struct group *group = ledger->groups; group; group = group->next)
		pile_close(&group->pile, now);
	pile_close(&ledger->retained_pile, now);
}

/* --- one debt --------------------------------------------------------------------- */

static void lose(struct ledger *ledger, struct session *session, struct owed *owed,
		 sim_ns now, trace_id cause)
{
	pile_lose(owed->sent ? &session->window : &session->kept, now, owed->ticket,
		  cause);
	owed_remove(ledger, &session->owed, owed);
}

/* It comes out: from the kept ones into the window. */
static void hand_out(struct ledger *ledger, struct session *session, struct owed *owed,
		     uint16_t mid, sim_ns now, trace_id cause)
{
	queue_cancel(ledger->queue, &owed->expiry);
	pile_release(&session->kept, now, owed->ticket, cause);
	owed->ticket = pile_enter(&session->window, now, owed->bytes, owed->event);
	owed->sent = true;
	owed->mid = mid;
	session->owed.n_sent++;
}

/* When that message expires, if it does. */
static sim_ns expiry_of(const struct passing *passing)
{
	int64_t expiry =
		passing->packet->has_properties
			? mqtt_property(passing->packet->properties, MQTT_PROPERTY_EXPIRY)
			: -1;
	return expiry >= 0 ? passing->now + expiry * SIM_S : SIM_NEVER;
}

/* --- publishing -------------------------------------------------------------------- */

static struct owed *enter(struct ledger *ledger, struct owed_list *list,
			  struct pile *pile, const struct passing *passing,
			  trace_id event)
{
	struct owed *owed = owed_add(ledger, list);
	if (!owed)
		return NULL;
	owed->hash = passing->hash;
	owed->entered = passing->now;
	owed->event = event;
	owed->bytes = (uint32_t)passing->length;
	owed->expires = expiry_of(passing);
	owed_keep(ledger, owed, pile, passing->now);
	return owed;
}

/* Nobody is there, and the session is none that keeps anything, or its time has run out
 * while nobody saw. */
static bool is_over(const struct session *session, sim_ns now)
{
	return !session->conn && (session->ends_with_conn ||
				  (session->expiry_s != UINT32_MAX &&
				   now - session->left_at > session->expiry_s * SIM_S));
}

static void give(struct ledger *ledger, const struct sub *sub,
		 const struct passing *passing, trace_id event)
{
	struct session *session = sub->session;
	if (sub->qos == 0 || session->routed == ledger->n_published ||
	    is_over(session, passing->now))
		return;
	if (session == ledger->bridge && passing->conn->link->near)
		return; /* it has come that way */
	session->routed = ledger->n_published;
	enter(ledger, &session->owed, &session->kept, passing, event);
}

static void give_group(struct ledger *ledger, const struct sub *sub,
		       const struct passing *passing, trace_id event,
		       const struct group **last)
{
	struct group *group = sub->group;
	/* The members of a group follow each other in no particular order. */
	if (sub->qos == 0 || *last == group ||
	    (group->owed.last && group->owed.last->event == event))
		return;
	*last = group;
	enter(ledger, &group->owed, &group->pile, passing, event);
}

static void expire(void *arg, sim_ns now)
{
	struct retained *retained = arg;
	retained->expiry = (struct queue_handle){0};
	book_forget(retained, now, 0);
}

static void retain(struct ledger *ledger, const struct passing *passing, trace_id event)
{
	const struct mqtt_span topic = passing->packet->topic;
	sim_ns expires = expiry_of(passing);
	struct retained *old = ledger->retained;
	while (old && (strlen(old->topic) != topic.length ||
		       memcmp(old->topic, topic.data, topic.length) != 0))
		old = old->next;
	if (old)
		book_forget(old, passing->now, event);
	if (passing->packet->payload.length == 0)
		return;
	struct retained *retained = calloc(1, sizeof(*retained));
	if (!retained ||
	    !(retained->topic = strndup((const char *)topic.data, topic.length))) {
		free(retained);
		return;
	}
	retained->ledger = ledger;
	retained->hash = passing->hash;
	retained->ticket =
		pile_enter(&ledger->retained_pile, passing->now, passing->length, event);
	if (expires != SIM_NEVER)
		retained->expiry = queue_add(ledger->queue, expires, expire, retained);
	retained->next = ledger->retained;
	ledger->retained = retained;
}

static void publish(struct ledger *ledger, const struct passing *passing, trace_id event)
{
	const struct mqtt_span topic = passing->packet->topic;
	const struct group *last = NULL;
	if (passing->packet->retain)
		retain(ledger, passing, event);
	if (passing->packet->qos == 0)
		return;
	ledger->n_published++;
	uint64_t chain = book_hash(topic.data, topic.length) % LEDGER_CHAINS;
	for (const struct sub *sub = ledger->exact[chain]; sub;
	     sub = sub->next_in_chain) {
		if (strlen(sub->filter) != topic.length ||
		    memcmp(sub->filter, topic.data, topic.length) != 0)
			continue;
		if (sub->group)
			give_group(ledger, sub, passing, event, &last);
		else
			give(ledger, sub, passing, event);
	}
	for (const struct sub *sub = ledger->wild; sub; sub = sub->next_in_chain) {
		if (!text_topic_matches(sub->filter, (const char *)topic.data,
					topic.length))
			continue;
		if (sub->group)
			give_group(ledger, sub, passing, event, &last);
		else
			give(ledger, sub, passing, event);
	}
}

/* --- coming out -------------------------------------------------------------------- */

static struct owed *find_owed(const struct owed_list *list, uint64_t hash, bool sent)
{
	struct owed *owed = list->first;
	while (owed && (owed->hash != hash || owed->sent != sent))
		owed = owed->next;
	return owed;
}

/* Older ones of an earlier instant will not come any more: messages of a session keep
 * their order. (Those of one instant may have reached the broker in another one.) */
static void overtake(struct ledger *ledger, struct session *session,
		     const struct owed *by, sim_ns now, trace_id cause)
{
	for (struct owed *owed = session->owed.first, *next; owed && owed != by;
	     owed = next) {
		next = owed->next;
		if (!owed->sent && owed->entered < by->entered)
			lose(ledger, session, owed, now, cause);
	}
}

/* A member of the group gets it: from now on it is that session's. */
static void take_from_group(struct ledger *ledger, struct session *session,
			    const struct passing *passing)
{
	for (const struct sub *sub = session->subs; sub; sub = sub->next_of_session) {
		struct owed *owed =
			sub->group ? find_owed(&sub->group->owed, passing->hash, false)
				   : NULL;
		if (!owed)
			continue;
		struct owed *own = owed_add(ledger, &session->owed);
		pile_release(&sub->group->pile, passing->now, owed->ticket,
			     passing->cause);
		if (own) {
			own->hash = owed->hash;
			own->entered = owed->entered;
			own->event = owed->event;
			own->bytes = owed->bytes;
			own->expires = owed->expires;
			hand_out(ledger, session, own, passing->packet->mid, passing->now,
				 passing->cause);
		}
		owed_remove(ledger, &sub->group->owed, owed);
		return;
	}
}

static void publish_out(struct ledger *ledger, struct session *session,
			const struct passing *passing)
{
	const struct mqtt_packet *packet = passing->packet;
	if (packet->retain) {
		for (struct retained *r = ledger->retained; r; r = r->next)
			if (r->hash == passing->hash)
				pile_copy_out(&ledger->retained_pile, passing->now,
					      r->ticket);
		return; /* of no subscription's queue */
	}
	if (packet->qos == 0)
		return;
	struct owed *owed = find_owed(&session->owed, passing->hash, false);
	if (!owed) {
		take_from_group(ledger, session, passing);
		return;
	}
	if (!packet->dup)
		overtake(ledger, session, owed, passing->now, passing->cause);
	hand_out(ledger, session, owed, packet->mid, passing->now, passing->cause);
}

/* The broker has spoken to a client that owes it no acknowledgement, at a later instant
 * than that at which these came in: it would have sent them. */
static void settle(struct ledger *ledger, struct session *session, sim_ns now)
{
	if (session->owed.n_sent > 0 || session->idle_since >= now)
		return;
	for (struct owed *owed = session->owed.first, *next; owed; owed = next) {
		next = owed->next;
		if (owed->entered < now)
			lose(ledger, session, owed, now, 0);
	}
}

static void acknowledged(struct ledger *ledger, struct session *session,
			 const struct passing *passing)
{
	struct owed *owed = session->owed.first;
	while (owed && (!owed->sent || owed->mid != passing->packet->mid))
		owed = owed->next;
	if (!owed)
		return;
	pile_release(&session->window, passing->now, owed->ticket, passing->cause);
	owed_remove(ledger, &session->owed, owed);
	session->idle_since = passing->now;
}

/* --- the doors --------------------------------------------------------------------- */

void book_in(struct ledger *ledger, struct session *session,
	     const struct passing *passing, trace_id event)
{
	const struct mqtt_packet *packet = passing->packet;
	if (packet->type == MQTT_PUBLISH) {
		publish(ledger, passing, event);
		return;
	}
	if (!session)
		return;
	if (packet->type == MQTT_PUBACK || packet->type == MQTT_PUBCOMP ||
	    (packet->type == MQTT_PUBREC && packet->code >= 0x80))
		acknowledged(ledger, session, passing);
	else if (packet->type == MQTT_SUBSCRIBE || packet->type == MQTT_UNSUBSCRIBE)
		book_ask(session, packet);
}

void book_out(struct ledger *ledger, struct session *session,
	      const struct passing *passing)
{
	const struct mqtt_packet *packet = passing->packet;
	if (packet->type == MQTT_PUBLISH)
		publish_out(ledger, session, passing);
	else if (packet->type == MQTT_SUBACK || packet->type == MQTT_UNSUBACK)
		book_granted(ledger, session, passing);
	settle(ledger, session, passing->now);
}

void ledger_up(struct ledger *ledger, const struct passing *passing, trace_id event)
{
	if (passing->packet->type == MQTT_CONNECT)
		book_connect(ledger, passing);
	else
		book_in(ledger, book_session_of(ledger, passing->conn), passing, event);
}

void ledger_down(struct ledger *ledger, const struct passing *passing)
{
	struct session *session = book_session_of(ledger, passing->conn);
	if (passing->packet->type == MQTT_CONNACK)
		book_accepted(ledger, passing);
	else if (session)
		book_out(ledger, session, passing);
}
