/* fault_table.c - one line a primitive; the named ones sort themselves in. */
#include "net/fault_table.h"

#include "net/fault_named.h"

#include <assert.h>
#include <string.h>

/* clang-format off */
#define FAULTS(FAULT) \
	FAULT(accept_silence) \
	FAULT(bandwidth) \
	FAULT(close) \
	FAULT(coalesce) \
	FAULT(connect_hang) \
	FAULT(corrupt) \
	FAULT(cut_packet) \
	FAULT(delay) \
	FAULT(drop) \
	FAULT(duplicate) \
	FAULT(flap) \
	FAULT(forge) \
	FAULT(half_open) \
	FAULT(hold) \
	FAULT(latency) \
	FAULT(limit_data) \
	FAULT(next_connect) \
	FAULT(one_way) \
	FAULT(reconnect_storm) \
	FAULT(refuse) \
	FAULT(reorder) \
	FAULT(replay) \
	FAULT(reset) \
	FAULT(retarget) \
	FAULT(rewrite) \
	FAULT(slice) \
	FAULT(slow_close) \
	FAULT(stall) \
	FAULT(swizzle) \
	FAULT(takeover) \
	FAULT(thundering_herd) \
	FAULT(timeout)
/* clang-format on */

#define DECLARE(name) extern const struct net_fault fault_of_##name;
FAULTS(DECLARE)
#define ADDRESS(name) &fault_of_##name,
static const struct net_fault *const primitives[] = {FAULTS(ADDRESS)};

enum {
	N_PRIMITIVES = sizeof(primitives) / sizeof(primitives[0]),
	FAULTS_MAX = 256
};

static struct {
	const struct net_fault *rows[FAULTS_MAX];
	size_t n;
} table;

static void put(const struct net_fault *row)
{
	size_t at = table.n;
	assert(table.n < FAULTS_MAX);
	for (; at > 0 && strcmp(table.rows[at - 1]->row.name, row->row.name) > 0; at--)
		table.rows[at] = table.rows[at - 1];
	table.rows[at] = row;
	table.n++;
}

static void put_all(const struct named_list *list)
{
	for (size_t i = 0; i < list->n_rows; i++)
		put(&list->rows[i]);
}

const struct net_fault *fault_table(size_t index)
{
	for (size_t i = 0; i < N_PRIMITIVES && table.n < N_PRIMITIVES; i++)
		put(primitives[i]);
	if (table.n == N_PRIMITIVES) {
		put_all(&named_transport);
		put_all(&named_mqtt);
	}
	return index < table.n ? table.rows[index] : NULL;
}
