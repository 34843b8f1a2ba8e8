/*
 * alias.h - topic aliases of MQTT 5.0 (3.3.2.3.4): which topic a number stands for, in one
 * direction of one connection.
 *
 * A PUBLISH may say its topic by a number that an earlier one has set. Matchers, the trace
 * and causes want the topic, so a packet that was read is given it; its bytes stay as they
 * are. What is known is what the sender has said: a fault that changes or loses the PUBLISH
 * that sets an alias leaves the receiver with another idea of it, as it should be.
 *
 * Bounded: ALIASES_MAX numbers, ALIASES_BYTES_MAX bytes; topics of more stay empty.
 */
#ifndef JOBJAM_NET_ALIAS_H
#define JOBJAM_NET_ALIAS_H

#include "net/codec.h"

#define ALIASES_MAX       256
#define ALIASES_BYTES_MAX ((size_t)256 * 1024)

struct aliases; /* NULL: none so far */

/* Remembers the alias that the PUBLISH sets. */
void aliases_learn(struct aliases **aliases, const struct mqtt_packet *packet);
/* Gives the PUBLISH the topic that its alias stands for, if it has none of its own. The
 * topic is borrowed until the next aliases_learn(). */
void aliases_resolve(const struct aliases *aliases, struct mqtt_packet *packet);
void aliases_free(struct aliases *aliases);

#endif
