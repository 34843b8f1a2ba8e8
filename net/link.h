/*
 * link.h - one client's named path to the broker, and what lies in wait on it.
 *
 * A link outlives its connections. Without faults it is transparent byte for byte;
 * packets are still framed (net/codec.h) for the trace. With faults, each packet is
 * shown to them in the order in which they were armed, until one keeps it.
 *
 * Causes cross the broker by lock-step order and equal bytes (net/crossing.h): messages
 * are never marked.
 */
#ifndef JOBJAM_NET_LINK_H
#define JOBJAM_NET_LINK_H

#include "net/fault.h"
#include "net/net.h"

const char *link_name(const struct link *link);
/* Does a live connection of this client reach the broker? The truth, for tests and the
 * trace; nobody in cloud or printers may ask. */
bool link_attached(const struct link *link);

#endif
