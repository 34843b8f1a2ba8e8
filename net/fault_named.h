/*
 * fault_named.h - named faults: rows that arm primitives with given parameters; private
 * to this room.
 *
 * To add one: a row in net/named_transport.c or net/named_mqtt.c. It needs no code:
 *
 *	{.row = {.name = "puback_lost", .summary = "…", .help = "…",
 *		 PARAMS({"by", PARAM_DURATION, …})},
 *	 PARTS({"drop", "type=PUBACK dir=down"}, …),
 *	 .takes_match = true},
 *
 * Parts are written as a script would write them (struct fault_part); "$by" hands on the
 * row's own parameter. With takes_match a script may narrow it further: { nth = 3 }. The
 * rows are sorted into the vocabulary by themselves, and a test arms each of them.
 */
#ifndef JOBJAM_NET_FAULT_NAMED_H
#define JOBJAM_NET_FAULT_NAMED_H

#include "net/fault_row.h"

struct named_list {
	const struct net_fault *rows;
	size_t n_rows;
};
extern const struct named_list named_transport, named_mqtt;

#define PARTS(...) .parts = (const struct fault_part[]){__VA_ARGS__, {NULL, NULL}}
#define PARAMS(...)                                      \
	.params = (const struct param[]){__VA_ARGS__}, \
	.n_params = sizeof((const struct param[]){__VA_ARGS__}) / sizeof(struct param)
#define NAMED_LIST(rows) {rows, sizeof(rows) / sizeof((rows)[0])}

#endif
