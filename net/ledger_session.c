/* ledger_session.c - connections and subscriptions, as CONNECT, CONNACK and SUBACK say. */
#include "net/ledger_book.h"

#include "net/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The connection is gone: the broker keeps what nobody acknowledged. */
static void take_back(struct ledger *ledger, struct session *session, struct owed *owed,
		      sim_ns now)
{
	pile_lose(&session->window, now, owed->ticket, 0);
	owed_keep(ledger, owed, &session->kept, now);
	owed->sent = false;
	session->owed.n_sent--;
}

/* --- connections ------------------------------------------------------------------- */

void book_connect(struct ledger *ledger, const struct passing *passing)
{
	const struct mqtt_connect *connect = &passing->packet->connect;
	struct conn *conn = passing->conn;
	char id[160];
	if (connect->client_id.length == 0)
		snprintf(id, sizeof(id), "\n%llu", (unsigned long long)conn->serial);
	else
		snprintf(id, sizeof(id), "%.*s", (int)connect->client_id.length,
			 (const char *)connect->client_id.data);
	if (conn->member) /* a second CONNECT: the broker will end this */
		return;
	struct session *session = conn->member =
		book_session(ledger, id, conn->link->name,
			     conn->link->near ? PLACE_BRIDGE : PLACE_SESSION);
	if (!session)
		return;
	session->n_conns++;
	int64_t expiry = passing->packet->has_properties
				 ? mqtt_property(passing->packet->properties,
						 MQTT_PROPERTY_SESSION_EXPIRY)
				 : -1;
	conn->member_expiry_s = connect->version != MQTT_5
					? (connect->clean ? 0 : UINT32_MAX)
					: (expiry > 0 ? (uint32_t)expiry : 0);
}

void book_leave(struct ledger *ledger, struct session *session, sim_ns now,
		trace_id cause)
{
	session->conn = NULL;
	session->left_at = now;
	if (session->ends_with_conn && session == ledger->bridge) {
		book_lose_all(ledger, session, now, cause);
		return; /* its subscriptions stand in the broker's own configuration */
	}
	if (session->ends_with_conn) {
		book_wipe(ledger, session, now, cause);
		return;
	}
	for (struct owed *owed = session->owed.first; owed; owed = owed->next)
		if (owed->sent)
			take_back(ledger, session, owed, now);
}

void book_accepted(struct ledger *ledger, const struct passing *passing)
{
	struct conn *conn = passing->conn;
	struct session *session = conn->member;
	if (!session || passing->packet->code != 0)
		return;
	if (session->conn && session->conn != conn) /* taken over */
		book_leave(ledger, session, passing->now, passing->cause);
	if (!passing->packet->session_present)
		book_wipe(ledger, session, passing->now, passing->cause);
	int64_t override = passing->packet->has_properties
				   ? mqtt_property(passing->packet->properties,
						   MQTT_PROPERTY_SESSION_EXPIRY)
				   : -1;
	session->conn = conn;
	session->expiry_s = override >= 0 ? (uint32_t) override : conn->member_expiry_s;
	session->ends_with_conn = session->expiry_s == 0;
	session->idle_since = passing->now;
}

void ledger_gone(struct ledger *ledger, struct conn *conn, sim_ns now)
{
	struct session *session = conn->member;
	if (!session)
		return;
	conn->member = NULL;
	if (session->conn == conn)
		book_leave(ledger, session, now, conn->session);
	session->n_conns--;
	book_drop_empty(ledger, session);
}

/* --- subscriptions ----------------------------------------------------------------- */

void book_ask(struct session *session, const struct mqtt_packet *packet)
{
	struct asked *asked = calloc(1, sizeof(*asked));
	struct mqtt_span filter;
	uint8_t options;
	size_t at = 0;
	struct text text = {0};
	while (asked && mqtt_next_filter(packet, &at, &filter, &options)) {
		text_add_char(&text, (char)('0' + (options & 3)));
		text_add_bytes(&text, (const char *)filter.data, filter.length);
		text_add_char(&text, '\0');
		asked->n++;
	}
	if (!asked || text.failed || text.length == 0) {
		text_fini(&text);
		free(asked);
		return;
	}
	asked->mid = packet->mid;
	asked->leaves = packet->type == MQTT_UNSUBSCRIBE;
	asked->size = text.length;
	asked->filters = malloc(text.length);
	if (asked->filters)
		memcpy(asked->filters, text_cstr(&text), text.length);
	text_fini(&text);
	asked->next = session->asked;
	session->asked = asked;
}

void book_granted(struct ledger *ledger, struct session *session,
		  const struct passing *passing)
{
	const struct mqtt_packet *packet = passing->packet;
	struct asked **at = &session->asked;
	while (*at && (*at)->mid != packet->mid)
		at = &(*at)->next;
	struct asked *asked = *at;
	if (!asked)
		return;
	*at = asked->next;
	const char *filter = asked->filters;
	for (size_t i = 0; asked->filters && i < asked->n; i++) {
		int code = i < packet->entries.length ? packet->entries.data[i] : 0;
		if (asked->leaves)
			book_unsubscribe(ledger, session, filter + 1, passing->now);
		else if (code < 0x80)
			book_subscribe(ledger, session, filter + 1, code);
		filter += strlen(filter) + 1;
	}
	free(asked->filters);
	free(asked);
}
