/* ledger_bridge.c - the broker of this ledger as the client of another one. */
#include "net/ledger_book.h"

#include "net/inside.h"

bool ledger_expect_bridge(struct ledger *ledger, const char *who,
			  const char *const *filters, int qos, bool keeps)
{
	struct session *session = book_session(ledger, "\nbridge", who, PLACE_BRIDGE);
	if (!session)
		return false;
	session->n_conns =
		1; /* never forgotten: the broker's own configuration says it */
	session->expiry_s = UINT32_MAX;
	session->ends_with_conn = !keeps;
	for (; *filters; filters++)
		book_subscribe(ledger, session, *filters, qos);
	ledger->bridge = session;
	return true;
}

/* The far broker has let it in. */
static void attach(struct ledger *ledger, const struct passing *passing)
{
	struct session *bridge = ledger->bridge;
	if (bridge->conn && bridge->conn != passing->conn)
		book_leave(ledger, bridge, passing->now, passing->cause);
	bridge->conn = passing->conn;
	bridge->idle_since = passing->now;
}

void ledger_bridge_in(struct ledger *ledger, const struct passing *passing,
		      trace_id event)
{
	if (passing->packet->type == MQTT_CONNACK && passing->packet->code == 0)
		attach(ledger, passing);
	else
		book_in(ledger, ledger->bridge, passing, event);
}

void ledger_bridge_out(struct ledger *ledger, const struct passing *passing)
{
	if (ledger->bridge->conn == passing->conn)
		book_out(ledger, ledger->bridge, passing);
}

void ledger_bridge_gone(struct ledger *ledger, const struct conn *conn, sim_ns now)
{
	if (ledger->bridge->conn == conn)
		book_leave(ledger, ledger->bridge, now, conn->session);
}
