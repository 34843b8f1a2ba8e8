/*
 * lua_packet.h - packets as handles, between lua_on.c, which shows them, and
 * lua_packet.c, which knows their fields.
 */
#ifndef JOBJAM_SCRIPT_LUA_PACKET_H
#define JOBJAM_SCRIPT_LUA_PACKET_H

#include "sim/script/room.h"

#include "net/edit.h"
#include "net/sight.h"

/* One showing of a packet to a function. Showings nest: what a function of net.on does
 * may let other packets pass. */
struct shown {
	struct shown *outer;
	uint64_t number; /* of all showings, from 1 */
	const struct net_sight *sight;
	bool may_write;
	bool edited; /* edit has begun: end it */
	struct edit edit;
};

/* A handle of that showing.                                                [-0, +1, m] */
void packet_push(lua_State *L, const struct shown *shown);
/* Writes what the table at that absolute index says: fields, json = { path = value },
 * properties = { name = value }.                                           [-0, +0, e] */
void packet_replace(lua_State *L, struct shown *shown, int table);

/* The fields, for the manual; NULL past the end. */
const char *packet_field_type(size_t index);

#endif
