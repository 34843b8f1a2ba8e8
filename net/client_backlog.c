/* client_backlog.c - what waits in a client's library, and where in it.
 *
 * The library tells nobody. But what was handed to it, what passes the link and what is
 * acknowledged can be counted from outside: a message is in the queue until its bytes are
 * first written, then in the window until it is acknowledged; while the socket takes
 * nothing, those that the library has already made into packets (the first of the window,
 * and all of QoS 0) are in its write buffer. What the socket took and nobody has read yet
 * is under way in the link. */
#include "net/client_parts.h"
#include "net/inside.h"
#include "net/underway.h"

#include <mosquitto.h>

static struct pile *pile_of(struct client *client, enum place part)
{
	return part == PLACE_LIBRARY_WINDOW   ? &client->in_window
	       : part == PLACE_LIBRARY_BUFFER ? &client->buffer
					      : &client->queue;
}

void client_piles_init(struct client *client)
{
	struct trace *trace = client->net->options.trace;
	struct queue *queue = client->net->options.queue;
	const char *who = client->name;
	pile_init(&client->all, trace, queue, who, PLACE_LIBRARY, 2);
	pile_init(&client->queue, trace, queue, who, PLACE_LIBRARY_QUEUE, 2);
	pile_init(&client->in_window, trace, queue, who, PLACE_LIBRARY_WINDOW, 2);
	pile_init(&client->buffer, trace, queue, who, PLACE_LIBRARY_BUFFER, 2);
}

void client_piles_fini(struct client *client)
{
	pile_fini(&client->all);
	pile_fini(&client->queue);
	pile_fini(&client->in_window);
	pile_fini(&client->buffer);
}

void client_close_piles(struct client *client)
{
	sim_ns now = client->net->now;
	pile_close(&client->all, now);
	pile_close(&client->queue, now);
	pile_close(&client->in_window, now);
	pile_close(&client->buffer, now);
}

size_t client_backlog(const struct client *client, sim_ns now, sim_ns *ret_oldest_age)
{
	const struct outbox_entry *oldest = outbox_oldest(&client->link->outbox);
	if (ret_oldest_age)
		*ret_oldest_age = oldest ? now - oldest->queued_at : 0;
	return client->link->outbox.n_waiting;
}

/* --- one message ------------------------------------------------------------------ */

static void move(struct client *client, struct outbox_entry *entry, enum place part,
		 trace_id cause)
{
	sim_ns now = client->net->now;
	pile_release(pile_of(client, entry->part), now, entry->in_part, cause);
	entry->part = part;
	entry->in_part =
		pile_enter(pile_of(client, part), now, entry->bytes, entry->queued);
}

static void done(struct client *client, const struct outbox_entry *entry, trace_id cause)
{
	sim_ns now = client->net->now;
	pile_release(pile_of(client, entry->part), now, entry->in_part, cause);
	pile_release(&client->all, now, entry->in_all, cause);
}

void client_given_up(struct client *client, const struct outbox_entry *entry,
		     bool too_old, trace_id cause)
{
	sim_ns now = client->net->now;
	void (*leave)(struct pile *, sim_ns, pile_ticket, trace_id) =
		too_old ? pile_expire : pile_lose;
	leave(pile_of(client, entry->part), now, entry->in_part, cause);
	leave(&client->all, now, entry->in_all, cause);
}

void client_back_in_queue(struct client *client, struct outbox_entry *entry)
{
	if (entry->part != PLACE_LIBRARY_QUEUE)
		move(client, entry, PLACE_LIBRARY_QUEUE, entry->queued);
	client->fresh = true;
}

void client_kept(struct client *client, struct outbox_entry *entry, size_t bytes)
{
	struct outbox *outbox = &client->link->outbox;
	sim_ns now = client->net->now;
	struct outbox_entry *same = entry->mid ? outbox_of_mid(outbox, entry->mid) : NULL;
	if (same)
		done(client, same, entry->queued);
	entry->bytes = (uint32_t)bytes;
	entry->part = PLACE_LIBRARY_QUEUE;
	if (entry->mid != 0 || outbox->n_unconfirmed < OUTBOX_UNCONFIRMED) {
		entry->in_all = pile_enter(&client->all, now, bytes, entry->queued);
		entry->in_part = pile_enter(&client->queue, now, bytes, entry->queued);
	}
	client->fresh = true;
	outbox_add(outbox, entry);
}

void client_wrote(struct client *client, struct outbox_entry *entry)
{
	if (entry->mid == 0)
		done(client, entry, entry->queued);
	else if (entry->part != PLACE_LIBRARY_WINDOW)
		move(client, entry, PLACE_LIBRARY_WINDOW, entry->queued);
}

void client_acknowledged(struct client *client, int mid, trace_id cause)
{
	struct outbox *outbox = &client->link->outbox;
	struct outbox_entry *entry = outbox_of_mid(outbox, (uint16_t)mid);
	if (!entry)
		return;
	done(client, entry, cause);
	outbox_done(outbox, (uint16_t)mid);
}

/* --- all of them ------------------------------------------------------------------ */

static bool unwritten(const struct outbox_entry *entry)
{
	return !entry->done && entry->in_part != 0 && entry->part != PLACE_LIBRARY_WINDOW;
}

/* Taken by the socket: the library has done with it but for its acknowledgement. */
static void written(struct client *client, struct outbox_entry *entry)
{
	entry->in_link = underway_written(client->link->conn, client->net->now,
					  entry->bytes, entry->queued);
	client_wrote(client, entry);
	if (entry->mid == 0)
		entry->in_part = entry->in_all = 0;
}

void client_look_at_socket(struct client *client)
{
	struct outbox *outbox = &client->link->outbox;
	size_t room = (size_t)client->window;
	if (!client->fresh || !client->connected)
		return;
	client->fresh = false;
	bool stuck = mosquitto_want_write(client->mosq);
	for (size_t i = outbox->first; i < outbox->end; i++) {
		struct outbox_entry *entry = &outbox->entries[i];
		bool packet = entry->mid == 0 || room > 0;
		if (entry->done)
			continue;
		room -= entry->mid != 0 && room > 0;
		if (!packet || !unwritten(entry))
			continue;
		if (!stuck)
			written(client, entry);
		else if (entry->part != PLACE_LIBRARY_BUFFER)
			move(client, entry, PLACE_LIBRARY_BUFFER, entry->queued);
	}
}

void client_unwritten_is_lost(struct client *client, trace_id cause)
{
	struct outbox *outbox = &client->link->outbox;
	sim_ns now = client->net->now;
	for (size_t i = outbox->first;
	     i < outbox->end && (client->buffer.depth > 0 || outbox->n_unconfirmed > 0);
	     i++) {
		struct outbox_entry *entry = &outbox->entries[i];
		if (!unwritten(entry) ||
		    (entry->mid != 0 && entry->part != PLACE_LIBRARY_BUFFER))
			continue;
		pile_lose(pile_of(client, entry->part), now, entry->in_part, cause);
		entry->in_part = 0;
		if (entry->mid == 0) {
			pile_lose(&client->all, now, entry->in_all, cause);
			entry->in_all = 0;
			continue;
		}
		/* The packet is lost, the message is not. */
		entry->part = PLACE_LIBRARY_QUEUE;
		entry->in_part =
			pile_enter(&client->queue, now, entry->bytes, entry->queued);
	}
}

void client_all_is_lost(struct client *client, trace_id cause)
{
	sim_ns now = client->net->now;
	pile_lose_all(&client->all, now, cause);
	pile_lose_all(&client->queue, now, cause);
	pile_lose_all(&client->in_window, now, cause);
	pile_lose_all(&client->buffer, now, cause);
}
