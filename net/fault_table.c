/* fault_table.c - one line a fault, sorted by name. */
#include "net/fault_table.h"

/* clang-format off */
#define FAULTS(FAULT) \
	FAULT(delay) \
	FAULT(drop) \
	FAULT(duplicate) \
	FAULT(hold) \
	FAULT(latency) \
	FAULT(next_connect) \
	FAULT(refuse) \
	FAULT(reset) \
	FAULT(timeout)
/* clang-format on */

#define DECLARE(name) extern const struct net_fault fault_of_##name;
FAULTS(DECLARE)
#define ADDRESS(name) &fault_of_##name,
static const struct net_fault *const table[] = {FAULTS(ADDRESS)};

const struct net_fault *fault_table(size_t index)
{
	return index < sizeof(table) / sizeof(table[0]) ? table[index] : NULL;
}
