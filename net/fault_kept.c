/* fault_kept.c - packets that a fault has taken aside, and how they go on. */
#include "net/fault_row.h"

#include "net/inside.h"

#include <stdlib.h>

/* Kept packets of one fault; more are let pass. */
enum {
	KEPT_MAX = 65536,
	KEPT_BYTES_MAX = 64 * 1024 * 1024
};

bool fault_keep(struct fault *fault, const struct passing *passing)
{
	if (fault->n_kept >= KEPT_MAX ||
	    fault->bytes_kept + passing->length > KEPT_BYTES_MAX)
		return false;
	struct parcel *parcel = parcel_new(passing);
	if (!parcel)
		return false;
	if (fault->kept_last)
		fault->kept_last->next = parcel;
	else
		fault->kept = parcel;
	fault->kept_last = parcel;
	fault->n_kept++;
	fault->bytes_kept += passing->length;
	return true;
}

void fault_drop_kept(struct fault *fault)
{
	parcel_free_all(fault->kept);
	parcel_free_all(fault->going);
	fault->kept = fault->kept_last = fault->going = NULL;
	fault->n_kept = fault->bytes_kept = 0;
	fault_alarm(fault, SIM_NEVER);
}

/* --- going on --------------------------------------------------------------------- */

static void pass_one(struct fault *fault, struct parcel *parcel, sim_ns now)
{
	struct conn *conn = parcel->link->conns;
	struct mqtt_packet packet;
	struct passing passing;
	while (conn && conn->serial != parcel->conn_serial)
		conn = conn->next;
	if (conn && parcel_open(parcel, conn, now, &packet, &passing))
		fault_pass_on(fault, &passing);
	free(parcel);
}

/* What is kept of that link and direction (link NULL: all of it), oldest first. */
static struct parcel *take_out(struct fault *fault, const struct link *link,
			       enum net_dir dir)
{
	struct parcel *taken = NULL, **end = &taken, **at = &fault->kept;
	fault->kept_last = NULL;
	while (*at) {
		struct parcel *parcel = *at;
		if (link && (parcel->link != link || parcel->dir != dir)) {
			fault->kept_last = parcel;
			at = &parcel->next;
			continue;
		}
		*at = parcel->next;
		fault->n_kept--;
		fault->bytes_kept -= parcel->length;
		parcel->next = NULL;
		*end = parcel;
		end = &parcel->next;
	}
	return taken;
}

static struct parcel *reversed(struct parcel *parcel)
{
	struct parcel *newest = NULL;
	while (parcel) {
		struct parcel *next = parcel->next;
		parcel->next = newest;
		newest = parcel;
		parcel = next;
	}
	return newest;
}

/* Each place gets one of those not yet placed. */
static struct parcel *shuffled(struct fault *fault, struct parcel *first)
{
	size_t n = 0;
	for (struct parcel *parcel = first; parcel; parcel = parcel->next)
		n++;
	struct chance *chance = n > 1 ? fault_chance(fault, first->link) : NULL;
	struct parcel **all = chance ? malloc(n * sizeof(struct parcel *)) : NULL;
	if (!all)
		return first;
	for (size_t i = 0; i < n; i++, first = first->next)
		all[i] = first;
	for (size_t i = n - 1; i > 0; i--) {
		size_t j = (size_t)chance_int(chance, 0, (int64_t)i);
		struct parcel *swap = all[i];
		all[i] = all[j];
		all[j] = swap;
	}
	for (size_t i = 0; i < n; i++)
		all[i]->next = i + 1 < n ? all[i + 1] : NULL;
	first = all[0];
	free(all);
	return first;
}

static struct parcel *arranged(struct fault *fault, struct parcel *parcel,
			       enum release_order order)
{
	if (order == RELEASE_NEWEST_FIRST)
		return reversed(parcel);
	return order == RELEASE_SHUFFLED ? shuffled(fault, parcel) : parcel;
}

void fault_go_on(struct fault *fault, sim_ns now)
{
	int64_t burst = fault->release.burst;
	for (int64_t i = 0; fault->going && (burst == 0 || i < burst); i++) {
		struct parcel *parcel = fault->going;
		fault->going = parcel->next;
		pass_one(fault, parcel, now);
	}
	if (fault->going)
		fault_alarm(fault, now + fault->release.pace);
}

void fault_let_go(struct fault *fault, sim_ns now)
{
	/* What passes on may make this fault keep more: that belongs to the next time. */
	bool under_way = fault->going != NULL;
	struct parcel **end = &fault->going;
	while (*end)
		end = &(*end)->next;
	*end = arranged(fault, take_out(fault, NULL, NET_UP), fault->release.order);
	if (!under_way)
		fault_go_on(fault, now);
}

void fault_let_go_of(struct fault *fault, const struct link *link, enum net_dir dir,
		     enum release_order order, sim_ns now)
{
	struct parcel *parcel = arranged(fault, take_out(fault, link, dir), order);
	while (parcel) {
		struct parcel *next = parcel->next;
		pass_one(fault, parcel, now);
		parcel = next;
	}
}

/* --- alarms ----------------------------------------------------------------------- */

static void ring(void *arg, sim_ns now)
{
	struct fault *fault = arg;
	fault->alarm = (struct queue_handle){0};
	fault->net->now = now;
	fault->row->on_alarm(fault, now);
}

void fault_alarm(struct fault *fault, sim_ns due)
{
	struct queue *queue = fault->net->options.queue;
	queue_cancel(queue, &fault->alarm);
	if (due != SIM_NEVER)
		fault->alarm = queue_add(queue, due, ring, fault);
}
