/* ledger_book.c - who is subscribed to what, and what is owed to whom. */
#include "net/ledger_book.h"

#include "net/crossing.h"
#include "net/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t book_hash(const void *topic, size_t length)
{
	return crossing_hash(topic, length, "", 0);
}

/* --- what is owed ----------------------------------------------------------------- */

struct owed *owed_add(struct ledger *ledger, struct owed_list *list)
{
	struct owed *owed =
		ledger->n_owed < LEDGER_ROOM ? calloc(1, sizeof(*owed)) : NULL;
	if (!owed)
		return NULL;
	ledger->n_owed++;
	owed->previous = list->last;
	*(list->last ? &list->last->next : &list->first) = owed;
	list->last = owed;
	return owed;
}

/* The debt stays on the list: who knows what the broker does. */
static void owed_expires(void *arg, sim_ns now)
{
	struct owed *owed = arg;
	owed->expiry = (struct queue_handle){0};
	pile_expire(owed->kept, now, owed->ticket, 0);
}

void owed_keep(struct ledger *ledger, struct owed *owed, struct pile *pile, sim_ns now)
{
	owed->kept = pile;
	owed->ticket = pile_enter(pile, now, owed->bytes, owed->event);
	if (owed->expires != SIM_NEVER)
		owed->expiry = queue_add(ledger->queue,
					 owed->expires > now ? owed->expires : now,
					 owed_expires, owed);
}

void owed_remove(struct ledger *ledger, struct owed_list *list, struct owed *owed)
{
	queue_cancel(ledger->queue, &owed->expiry);
	*(owed->previous ? &owed->previous->next : &list->first) = owed->next;
	*(owed->next ? &owed->next->previous : &list->last) = owed->previous;
	list->n_sent -= owed->sent;
	ledger->n_owed--;
	free(owed);
}

static void free_list(struct ledger *ledger, struct owed_list *list)
{
	while (list->first)
		owed_remove(ledger, list, list->first);
}

/* --- subscriptions ---------------------------------------------------------------- */

static struct sub **chain_of(struct ledger *ledger, const char *filter)
{
	if (strpbrk(filter, "+#"))
		return &ledger->wild;
	return &ledger->exact[book_hash(filter, strlen(filter)) % LEDGER_CHAINS];
}

/* $share/NAME/FILTER: the name is that of the group together with its filter. */
static struct group *group_of(struct ledger *ledger, const char *name, size_t length)
{
	char who[160];
	struct group *group = ledger->groups;
	snprintf(who, sizeof(who), "%s/%.*s", ledger->who, (int)length, name);
	while (group && strcmp(group->who, who) != 0)
		group = group->next;
	if (group)
		return group;
	group = calloc(1, sizeof(*group));
	if (!group || !(group->who = strdup(who))) {
		free(group);
		return NULL;
	}
	pile_init(&group->pile, ledger->trace, ledger->queue, group->who, PLACE_SHARED,
		  2);
	group->next = ledger->groups;
	ledger->groups = group;
	return group;
}

static const char *split_share(const char *filter, size_t *ret_name_length)
{
	const char *name = filter + strlen("$share/");
	const char *slash = strncmp(filter, "$share/", 7) == 0 ? strchr(name, '/') : NULL;
	*ret_name_length = slash ? (size_t)(slash - name) : 0;
	return slash ? slash + 1 : filter;
}

static struct sub *find_sub(const struct session *session, const char *filter,
			    bool shared)
{
	struct sub *sub = session->subs;
	while (sub &&
	       (strcmp(sub->filter, filter) != 0 || (sub->group != NULL) != shared))
		sub = sub->next_of_session;
	return sub;
}

void book_subscribe(struct ledger *ledger, struct session *session, const char *filter,
		    int qos)
{
	size_t length;
	const char *plain = split_share(filter, &length);
	struct sub *sub = find_sub(session, plain, length > 0);
	if (sub) {
		sub->qos = qos;
		return;
	}
	sub = calloc(1, sizeof(*sub));
	if (!sub || !(sub->filter = strdup(plain))) {
		free(sub);
		return;
	}
	sub->session = session;
	sub->qos = qos;
	if (length > 0) {
		sub->group = group_of(ledger, filter + strlen("$share/"), length);
		if (sub->group)
			sub->group->n_members++;
	}
	struct sub **chain = chain_of(ledger, plain);
	sub->next_in_chain = *chain;
	*chain = sub;
	sub->next_of_session = session->subs;
	session->subs = sub;
}

/* Nobody is left to get what a group without members was owed. */
static void leave_group(struct ledger *ledger, struct group *group, sim_ns now)
{
	if (--group->n_members > 0)
		return;
	pile_lose_all(&group->pile, now, 0);
	free_list(ledger, &group->owed);
}

static void drop_sub(struct ledger *ledger, struct sub *sub, sim_ns now)
{
	struct sub **at = chain_of(ledger, sub->filter);
	while (*at != sub)
		at = &(*at)->next_in_chain;
	*at = sub->next_in_chain;
	at = &sub->session->subs;
	while (*at != sub)
		at = &(*at)->next_of_session;
	*at = sub->next_of_session;
	if (sub->group)
		leave_group(ledger, sub->group, now);
	free(sub->filter);
	free(sub);
}

void book_unsubscribe(struct ledger *ledger, struct session *session, const char *filter,
		      sim_ns now)
{
	size_t length;
	const char *plain = split_share(filter, &length);
	struct sub *sub = find_sub(session, plain, length > 0);
	if (sub)
		drop_sub(ledger, sub, now);
}

/* --- sessions --------------------------------------------------------------------- */

struct session *book_session(struct ledger *ledger, const char *id, const char *who,
			     enum place place)
{
	struct session *session = ledger->sessions;
	while (session && strcmp(session->id, id) != 0)
		session = session->next;
	if (session)
		return session;
	session = calloc(1, sizeof(*session));
	if (session) {
		session->id = strdup(id);
		session->who = strdup(who);
	}
	if (!session || !session->id || !session->who) {
		if (session)
			free(session->id);
		free(session);
		return NULL;
	}
	pile_init(&session->kept, ledger->trace, ledger->queue, session->who, place, 2);
	pile_init(&session->window, ledger->trace, ledger->queue, session->who,
		  PLACE_BROKER_WINDOW, 2);
	*ledger->last_session = session;
	ledger->last_session = &session->next;
	return session;
}

struct session *book_session_of(struct ledger *ledger, const struct conn *conn)
{
	(void)ledger;
	return conn->member && conn->member->conn == conn ? conn->member : NULL;
}

static void free_asked(struct session *session)
{
	while (session->asked) {
		struct asked *asked = session->asked;
		session->asked = asked->next;
		free(asked->filters);
		free(asked);
	}
}

static void free_session(struct session *session)
{
	pile_fini(&session->kept);
	pile_fini(&session->window);
	free_asked(session);
	free(session->id);
	free(session->who);
	free(session);
}

void book_drop_empty(struct ledger *ledger, struct session *session)
{
	struct session **at = &ledger->sessions;
	if (session->n_conns > 0 || session->subs || session->owed.first)
		return;
	while (*at != session)
		at = &(*at)->next;
	*at = session->next;
	if (!session->next)
		ledger->last_session = at;
	free_session(session);
}

void book_lose_all(struct ledger *ledger, struct session *session, sim_ns now,
		   trace_id cause)
{
	pile_lose_all(&session->kept, now, cause);
	pile_lose_all(&session->window, now, cause);
	free_list(ledger, &session->owed);
}

void book_wipe(struct ledger *ledger, struct session *session, sim_ns now, trace_id cause)
{
	book_lose_all(ledger, session, now, cause);
	free_asked(session);
	while (session->subs)
		drop_sub(ledger, session->subs, now);
}

void book_forget(struct retained *retained, sim_ns now, trace_id cause)
{
	struct ledger *ledger = retained->ledger;
	struct retained **at = &ledger->retained;
	while (*at != retained)
		at = &(*at)->next;
	*at = retained->next;
	queue_cancel(ledger->queue, &retained->expiry);
	pile_lose(&ledger->retained_pile, now, retained->ticket, cause);
	free(retained->topic);
	free(retained);
}

void book_free(struct ledger *ledger)
{
	while (ledger->sessions) {
		struct session *session = ledger->sessions;
		ledger->sessions = session->next;
		free_list(ledger, &session->owed);
		while (session->subs) {
			struct sub *sub = session->subs;
			session->subs = sub->next_of_session;
			free(sub->filter);
			free(sub);
		}
		free_session(session);
	}
	while (ledger->groups) {
		struct group *group = ledger->groups;
		ledger->groups = group->next;
		pile_fini(&group->pile);
		free_list(ledger, &group->owed);
		free(group->who);
		free(group);
	}
	while (ledger->retained) {
		struct retained *retained = ledger->retained;
		ledger->retained = retained->next;
		queue_cancel(ledger->queue, &retained->expiry);
		free(retained->topic);
		free(retained);
	}
	pile_fini(&ledger->retained_pile);
}
