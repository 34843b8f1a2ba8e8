/* lua_packet_write.c - what a function of net.on changes in a packet, for replace(). */
#include "sim/script/lua_packet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct edit *begin_edit(lua_State *L, struct shown *shown)
{
	if (!shown->may_write)
		luaL_error(L,
			   "packet: only a function of net.on changes packets; one for "
			   "when just looks");
	if (!shown->edited)
		edit_begin(&shown->edit, shown->sight->packet);
	shown->edited = true;
	return &shown->edit;
}

static _Noreturn void refuse_value(lua_State *L, int index, const char *name,
				   const char *wanted)
{
	char got[120];
	luaL_error(L, "packet.%s: wanted %s, got %s", name, wanted,
		   take_describe(L, index, got, sizeof(got)));
	abort();
}

static struct edit_value check_value(lua_State *L, int index, const char *name, bool flag,
				     bool text)
{
	struct edit_value value = {0};
	int exact = 0;
	if (flag) {
		if (!lua_isboolean(L, index))
			refuse_value(L, index, name, "true or false");
		value.number = lua_toboolean(L, index);
	} else if (text) {
		if (lua_type(L, index) != LUA_TSTRING)
			refuse_value(L, index, name, "a text");
		value.text.data =
			(const uint8_t *)lua_tolstring(L, index, &value.text.length);
	} else {
		if (lua_type(L, index) == LUA_TNUMBER)
			value.number = lua_tointegerx(L, index, &exact);
		if (!exact)
			refuse_value(L, index, name, "a whole number");
	}
	return value;
}

static void check_edit(lua_State *L, int status, const struct sim_error *error)
{
	if (status == SIM_ENOMEM)
		luaL_error(L, "not enough memory");
	if (status != SIM_OK)
		luaL_error(L, "packet: %s", error->text);
}

static void write_field(lua_State *L, struct shown *shown, const char *name, int value)
{
	struct sim_error error;
	const struct edit_field *field = edit_field_find(name);
	if (packet_is_fact(name))
		luaL_error(L, "packet.%s cannot be changed", name);
	if (field == NULL)
		packet_refuse_field(L, name);
	struct edit *edit = begin_edit(L, shown);
	if (lua_isnil(L, value)) {
		check_edit(L, edit_remove(edit, field, &error), &error);
		return;
	}
	struct edit_value what = check_value(L, value, name, field->kind == EDIT_IS_FLAG,
					     field->kind == EDIT_IS_TEXT);
	check_edit(L, edit_set(edit, field, what, &error), &error);
}

/* packet.topic = "…"                                                       [-3, +0, e] */
int packet_write(lua_State *L)
{
	struct shown *shown = packet_check(L);
	write_field(L, shown, take_string(L, 2, "packet", "the name of a field"), 3);
	return 0;
}

/* Pushes the JSON text of a value.                                         [-0, +1, e] */
static const char *push_json(lua_State *L, int index, const char *path)
{
	luaL_Buffer buffer;
	size_t length;
	switch (lua_type(L, index)) {
	case LUA_TBOOLEAN:
		return lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
	case LUA_TNUMBER:
		if (!lua_isinteger(L, index) && !isfinite(lua_tonumber(L, index)))
			luaL_error(L, "packet: JSON has no number for \"%s\"", path);
		lua_pushvalue(L, index);
		return lua_tostring(L, -1);
	case LUA_TSTRING:
		break;
	default:
		refuse_value(L, index, path, "a text, a number, true or false, or nil");
	}
	const char *bytes = lua_tolstring(L, index, &length);
	budget_charge(L, length / 16);
	char *room = luaL_buffinitsize(L, &buffer, TEXT_JSON_MAX(length));
	luaL_pushresultsize(&buffer, (size_t)(text_put_json(room, bytes, length) - room));
	return lua_tostring(L, -1);
}

static void write_json(lua_State *L, struct shown *shown, const char *path, int value)
{
	struct edit *edit = begin_edit(L, shown);
	struct sim_error error;
	if (lua_isnil(L, value)) {
		check_edit(L, edit_json_remove(edit, path, &error), &error);
		return;
	}
	const char *json = push_json(L, value, path);
	check_edit(L, edit_json_set(edit, path, json, &error), &error);
	lua_pop(L, 1);
}

static void write_property(lua_State *L, struct shown *shown, int name, int value,
			   const char *what)
{
	struct sim_error error;
	const char *user;
	const struct mqtt_property *property =
		packet_check_property(L, name, what, &user);
	struct edit *edit = begin_edit(L, shown);
	if (lua_isnil(L, value)) {
		check_edit(L, edit_remove_property(edit, property, user, &error), &error);
		return;
	}
	struct edit_value set = check_value(L, value, property->name, false,
					    property->shape >= MQTT_PROPERTY_TEXT);
	check_edit(L, edit_set_property(edit, property, user, set, &error), &error);
}

/* packet:set_json(path, value)                                             [-3, +0, e] */
int packet_set_json(lua_State *L)
{
	struct shown *shown = packet_check(L);
	const char *path =
		take_string(L, 2, "packet:set_json", "a path such as \"print.command\"");
	lua_settop(L, 3);
	write_json(L, shown, path, 3);
	return 0;
}

/* packet:set_property(name, value)                                         [-3, +0, e] */
int packet_set_property(lua_State *L)
{
	struct shown *shown = packet_check(L);
	lua_settop(L, 3);
	write_property(L, shown, 2, 3, "packet:set_property");
	return 0;
}

static void write_group(lua_State *L, struct shown *shown, const char *group, int table)
{
	bool json = strcmp(group, "json") == 0;
	if (lua_type(L, table) != LUA_TTABLE)
		refuse_value(L, table, group,
			     json ? "a table such as { [\"print.task_id\"] = \"7\" }"
				  : "a table such as { message_expiry = 60 }");
	sandbox_push_keys(L, table);
	int keys = lua_gettop(L);
	for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, keys); i++) {
		lua_rawgeti(L, keys, i);
		lua_pushvalue(L, -1);
		lua_rawget(L, table);
		if (json)
			write_json(L, shown,
				   take_string(L, keys + 1, "replace", "a path"),
				   keys + 2);
		else
			write_property(L, shown, keys + 1, keys + 2, "replace");
		lua_settop(L, keys);
	}
	lua_pop(L, 1);
}

void packet_replace(lua_State *L, struct shown *shown, int table)
{
	luaL_checkstack(L, 12, NULL);
	sandbox_push_keys(L, table);
	int keys = lua_gettop(L);
	for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, keys); i++) {
		lua_rawgeti(L, keys, i);
		lua_pushvalue(L, -1);
		lua_rawget(L, table);
		const char *name = take_string(L, keys + 1, "replace",
					       "the name of a field, json or properties");
		if (strcmp(name, "json") == 0 || strcmp(name, "properties") == 0)
			write_group(L, shown, name, keys + 2);
		else
			write_field(L, shown, name, keys + 2);
		lua_settop(L, keys);
	}
	lua_pop(L, 1);
}
