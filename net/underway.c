/* underway.c - one pile a link; each connection knows which of the tickets are its own. */
#include "net/underway.h"

#include "net/inside.h"

#include <stdlib.h>

/* Tickets that were given back are forgotten before room is made for more. */
static bool make_room(struct conn *conn)
{
	size_t kept = 0;
	if (conn->n_tickets < conn->tickets_capacity)
		return true;
	for (size_t i = 0; i < conn->n_tickets; i++)
		if (pile_holds(&conn->link->pile, conn->tickets[i]))
			conn->tickets[kept++] = conn->tickets[i];
	conn->n_tickets = kept;
	if (kept < conn->tickets_capacity / 2)
		return true;
	size_t capacity = conn->tickets_capacity ? 2 * conn->tickets_capacity : 8;
	pile_ticket *tickets = realloc(conn->tickets, capacity * sizeof(*tickets));
	if (!tickets)
		return kept < conn->tickets_capacity;
	conn->tickets = tickets;
	conn->tickets_capacity = capacity;
	return true;
}

pile_ticket underway_written(struct conn *conn, sim_ns now, size_t bytes, trace_id cause)
{
	if (!make_room(conn))
		return 0;
	pile_ticket ticket = pile_enter(&conn->link->pile, now, bytes, cause);
	if (ticket)
		conn->tickets[conn->n_tickets++] = ticket;
	return ticket;
}

void underway_enter(struct passing *passing)
{
	struct conn *conn = passing->conn;
	if (passing->packet->type == MQTT_PUBLISH &&
	    !pile_holds(&conn->link->pile, passing->ticket))
		passing->ticket = underway_written(conn, passing->now, passing->length,
						   passing->cause);
}

void underway_leave(const struct passing *passing)
{
	if (passing->ticket)
		pile_release(&passing->conn->link->pile, passing->now, passing->ticket,
			     passing->cause);
}

void underway_lose(const struct passing *passing)
{
	if (passing->ticket)
		pile_lose(&passing->conn->link->pile, passing->now, passing->ticket,
			  passing->cause);
}

void underway_over(struct conn *conn, sim_ns now)
{
	for (size_t i = 0; i < conn->n_tickets; i++)
		pile_lose(&conn->link->pile, now, conn->tickets[i], conn->session);
	free(conn->tickets);
	conn->tickets = NULL;
	conn->n_tickets = conn->tickets_capacity = 0;
}
