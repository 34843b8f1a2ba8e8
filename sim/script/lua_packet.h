/*
 * lua_packet.h - packets as handles, between lua_on.c, which shows them, lua_packet.c,
 * where they are read, and lua_packet_write.c, where they are changed.
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


/* ---- between the two files about packets ---- */
/* The showing of the packet at index 1; raises when it is over. */
struct shown *packet_check(lua_State *L);
/* With what has been changed so far. */
const struct mqtt_packet *packet_as_it_is(const struct shown *shown);
/* A field that is about the packet, not in it: type, dir, size, version. */
bool packet_is_fact(const char *name);
_Noreturn void packet_refuse_field(lua_State *L, const char *name);
/* A property's name at index; *ret_user: of the user property "user:job", else NULL. */
const struct mqtt_property *packet_check_property(lua_State *L, int index, const char *what,
						  const char **ret_user);
int packet_write(lua_State *L); /* __newindex */
int packet_set_json(lua_State *L);
int packet_set_property(lua_State *L);

#endif
