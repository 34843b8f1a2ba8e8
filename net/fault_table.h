/*
 * fault_table.h - every kind of fault, sorted by name; private to this room.
 */
#ifndef JOBJAM_NET_FAULT_TABLE_H
#define JOBJAM_NET_FAULT_TABLE_H

#include "net/fault_row.h"

/* NULL past the end. */
const struct net_fault *fault_table(size_t index);

#endif
