/*
 * ledger.h - what the broker must be holding, worked out from outside; private to net/.
 *
 * The broker is a real process and is never asked. But every message that enters it and
 * every one that comes out passes a link here, and so do subscriptions, acknowledgements
 * and the ends of connections. From these alone the ledger keeps, as an accountant would:
 *
 *	session        entered, and not yet come out towards a client that is owed it
 *	bridge         the same, where that client is another broker
 *	broker_window  come out, and not acknowledged
 *	retained       the last retained message of each topic
 *	shared         entered for a group ($share/group/filter), not come out on any member
 *
 * Only QoS 1 and 2 are kept; what a subscription grants bounds the message. The ledger
 * assumes of the broker what MQTT promises: sessions as CONNECT and CONNACK say, messages
 * of one session in order. What later messages have overtaken, or what had not come out
 * when the broker next spoke to an idle, attached client, was dropped there: it is counted
 * as lost. What had a message expiry is counted as expired when that has passed, by the
 * clock of the run, on whatever the broker keeps for later, sent before or not: it will
 * never be let go. That is no news of the broker's memory: mosquitto (2.0.11 to 2.1.2) looks
 * only when the client is back, and until then what has expired there still takes up its
 * limits. If it comes out all the same, as it may where the broker's clock is set back, that
 * is counted like any other.
 *
 * Bounded: LEDGER_ROOM messages in all; more are not counted.
 */
#ifndef JOBJAM_NET_LEDGER_H
#define JOBJAM_NET_LEDGER_H

#include "net/connection.h"

#define LEDGER_ROOM (1024 * 1024)

struct ledger;

/* who: the broker, for what it keeps for nobody in particular; borrowed. NULL: no memory. */
struct ledger *ledger_new(struct trace *trace, struct queue *queue, const char *who);
void ledger_free(struct ledger *ledger);

/* The run ends: tells what is left. */
void ledger_close(struct ledger *ledger, sim_ns now);

/* A packet of a client goes into the broker. event: what stands for it in the trace. */
void ledger_up(struct ledger *ledger, const struct passing *passing, trace_id event);
/* A packet has come out of the broker for this connection; before any fault sees it. */
void ledger_down(struct ledger *ledger, const struct passing *passing);
/* The broker's end of the connection is closed. */
void ledger_gone(struct ledger *ledger, struct conn *conn, sim_ns now);

/* The broker itself is the client of another one: it hands over what fits the filters, with
 * at most that quality of service, from its start on, and if it keeps it also what comes
 * while the bridge is down. Once a ledger. False: no memory. */
bool ledger_expect_bridge(struct ledger *ledger, const char *who,
			  const char *const *filters, int qos, bool keeps);
/* A packet of the far broker has reached it; it has said one to the far broker; its
 * connection there is over. Only after ledger_expect_bridge(). */
void ledger_bridge_in(struct ledger *ledger, const struct passing *passing,
		      trace_id event);
void ledger_bridge_out(struct ledger *ledger, const struct passing *passing);
void ledger_bridge_gone(struct ledger *ledger, const struct conn *conn, sim_ns now);

#endif
