/*
 * match_parts.h - the table of the matcher's parts; private to match*.c.
 *
 * A new part is a place in enum match_part_index, a field of struct match, and one row.
 */
#ifndef JOBJAM_NET_MATCH_PARTS_H
#define JOBJAM_NET_MATCH_PARTS_H

#include "net/match_fits.h"

#define MATCH_TYPE_BIT(type) (UINT32_C(1) << (type))
#define MATCH_TYPES_ALL      UINT32_C(0xfffe)

struct match_part {
	struct param param;
	/* Packets in which it can be found; 0: it is no matter of what the packet is. */
	uint32_t types;
	/* Copies a value that was given into *match. May be asked for the packets that this
	 * value can be found in, if they are fewer than `types`: *ret_types. */
	int (*read)(const struct value *value, struct match *match, uint32_t *ret_types,
		    struct sim_error *error);
	/* NULL: not asked of the packet. Only for packets of `types`. */
	bool (*fits)(const struct match *match, const struct net_sight *sight);
};

extern const struct match_part match_parts[N_MATCH_PARTS];

/* In match_named.c. */
int match_read_field(const struct value *value, struct match *match, uint32_t *ret_types,
		     struct sim_error *error);
bool match_fits_field(const struct match *match, const struct net_sight *sight);
int match_read_property(const struct value *value, struct match *match, uint32_t *ret_types,
			struct sim_error *error);
bool match_fits_property(const struct match *match, const struct net_sight *sight);
int match_read_json(const struct value *value, struct match *match, uint32_t *ret_types,
		    struct sim_error *error);
bool match_fits_json(const struct match *match, const struct net_sight *sight);

#endif
