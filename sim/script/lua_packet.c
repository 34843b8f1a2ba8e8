/* lua_packet.c - a packet as a function of net.on sees it: fields, JSON, properties. */
#include "sim/script/lua_packet.h"

#include "net/json_spot.h"
#include "net/properties.h"
#include "sim/json/json.h"

#include <stdlib.h>
#include <string.h>

static const char PACKET[] = "Packet";

/* Not the packet itself, but which showing of one: it does not outlive the call. */
struct packet_box {
	struct sandbox_box box;
	uint64_t showing;
};

void packet_push(lua_State *L, const struct shown *shown)
{
	struct packet_box *box = box_new(L, PACKET, sizeof(*box));
	box->showing = shown->number;
}

struct shown *packet_check(lua_State *L)
{
	const struct packet_box *box = box_check(L, 1, PACKET);
	struct shown *shown = script_of(L)->shown;
	while (shown != NULL && shown->number != box->showing)
		shown = shown->outer;
	if (shown == NULL)
		luaL_error(L,
			   "this packet is gone: it can be read only inside the function "
			   "that was called with it; keep what you need of it in locals");
	return shown;
}

const struct mqtt_packet *packet_as_it_is(const struct shown *shown)
{
	return shown->edited ? &shown->edit.packet : shown->sight->packet;
}

/* --- fields that are no part of the bytes ------------------------------------------ */

static void push_dir(lua_State *L, const struct shown *shown)
{
	lua_pushstring(L, net_dir_name(shown->sight->dir));
}

static void push_size(lua_State *L, const struct shown *shown)
{
	lua_pushinteger(L, (lua_Integer)shown->sight->packet->bytes.length);
}

static void push_type(lua_State *L, const struct shown *shown)
{
	lua_pushstring(L, mqtt_type_name(shown->sight->packet->type));
}

static void push_version(lua_State *L, const struct shown *shown)
{
	int version = shown->sight->packet->version;
	lua_pushstring(L, version == MQTT_5     ? "5.0"
			  : version == MQTT_311 ? "3.1.1"
						: "3.1");
}

static const struct {
	struct vocab_row row;
	const char *type;
	void (*push)(lua_State *L, const struct shown *shown);
} FACTS[] = {
	{{.name = "dir", .summary = "\"up\" from the client, or \"down\" to it"},
	 "string",
	 push_dir},
	{{.name = "size", .summary = "bytes of the whole packet as it came"},
	 "integer",
	 push_size},
	{{.name = "type", .summary = "\"PUBLISH\", \"PUBACK\", …"}, "string", push_type},
	{{.name = "version", .summary = "of MQTT: \"3.1\", \"3.1.1\", \"5.0\""},
	 "string",
	 push_version},
};

bool packet_is_fact(const char *name)
{
	for (size_t i = 0; i < WORD_COUNT(FACTS); i++)
		if (strcmp(FACTS[i].row.name, name) == 0)
			return true;
	return false;
}

const struct vocab_row *packet_field_row(size_t index)
{
	static struct vocab_row rows[64];
	if (index < WORD_COUNT(FACTS))
		return &FACTS[index].row;
	index -= WORD_COUNT(FACTS);
	const struct edit_field *field = index < 64 ? edit_field_row(index) : NULL;
	if (field == NULL)
		return NULL;
	rows[index] = (struct vocab_row){.name = field->name, .summary = field->help};
	return &rows[index];
}

const char *packet_field_type(size_t index)
{
	static const char *const TYPES[] = {[EDIT_IS_FLAG] = "boolean",
					    [EDIT_IS_NUMBER] = "integer",
					    [EDIT_IS_TEXT] = "string"};
	if (index < WORD_COUNT(FACTS))
		return FACTS[index].type;
	return TYPES[edit_field_row(index - WORD_COUNT(FACTS))->kind];
}

/* --- reading ------------------------------------------------------------------------ */

static void push_bytes(lua_State *L, struct mqtt_span span)
{
	lua_pushlstring(L, span.data != NULL ? (const char *)span.data : "", span.length);
}

static void push_value(lua_State *L, const struct edit_field *field,
		       const struct edit_value *value)
{
	switch (field->kind) {
	case EDIT_IS_FLAG:
		lua_pushboolean(L, value->number != 0);
		break;
	case EDIT_IS_NUMBER:
		lua_pushinteger(L, (lua_Integer)value->number);
		break;
	case EDIT_IS_TEXT:
		push_bytes(L, value->text);
		break;
	}
}

static const char *next_field(const void *unused, size_t i)
{
	(void)unused;
	const struct vocab_row *row = packet_field_row(i);
	if (row != NULL)
		return row->name;
	for (size_t n = 0; packet_field_row(n) != NULL; n++)
		i--;
	return i < SCRIPT_PACKET.n_words ? SCRIPT_PACKET.words[i].row.name : NULL;
}

_Noreturn void packet_refuse_field(lua_State *L, const char *name)
{
	struct sim_error error;
	vocab_unknown(&error, "field", name, next_field, NULL);
	luaL_error(L, "packet: %s", error.text);
	abort(); /* luaL_error does not return, but is not declared so */
}

/* packet.topic: nil when this type of packet has none.                     [-2, +1, e] */
static int packet_read(lua_State *L)
{
	const struct shown *shown = packet_check(L);
	struct edit_value value;
	if (lua_type(L, 2) != LUA_TSTRING)
		luaL_error(L, "packet: a field is a name, not a %s", luaL_typename(L, 2));
	const char *name = lua_tostring(L, 2);
	for (size_t i = 0; i < WORD_COUNT(FACTS); i++)
		if (strcmp(FACTS[i].row.name, name) == 0) {
			FACTS[i].push(L, shown);
			return 1;
		}
	const struct edit_field *field = edit_field_find(name);
	if (field == NULL)
		packet_refuse_field(L, name);
	if (edit_field_is_of(field, shown->sight->packet->type) &&
	    edit_get(packet_as_it_is(shown), field, &value))
		push_value(L, field, &value);
	else
		lua_pushnil(L);
	return 1;
}

/* A string as it is written, without its quotes. Room for it is there before anything
 * is held that Lua does not know of.                                       [-0, +1, e] */
static void push_json_text(lua_State *L, const char *found, size_t length)
{
	luaL_Buffer buffer;
	if (memchr(found, '\\', length) == NULL) {
		lua_pushlstring(L, found + 1, length - 2);
		return;
	}
	char *room = luaL_buffinitsize(L, &buffer, length);
	struct json *value = json_parse(found, length, NULL);
	const char *text = json_text(value, "");
	size_t n = strlen(text);
	memcpy(room, text, n); /* an escape is never shorter than what it stands for */
	json_free(value);
	luaL_pushresultsize(&buffer, n);
}

static void push_json_number(lua_State *L, const char *found, size_t length)
{
	struct json *value = json_parse(found, length, NULL);
	int64_t integer = json_int(value, INT64_MIN);
	double real = json_real(value, 0);
	json_free(value);
	if (integer != INT64_MIN)
		lua_pushinteger(L, (lua_Integer)integer);
	else
		lua_pushnumber(L, real);
}

/* packet:json(path) -> text, number, boolean; the JSON text of an object or array; nil when
 * it is not there, or null.                                                [-2, +1, e] */
static int packet_json(lua_State *L)
{
	const struct shown *shown = packet_check(L);
	const char *path =
		take_string(L, 2, "packet:json", "a path such as \"print.command\"");
	struct mqtt_span payload = packet_as_it_is(shown)->payload;
	struct json_spot spot = {0};
	budget_charge(L, payload.length / 16);
	if (shown->sight->packet->type == MQTT_PUBLISH)
		json_spot_find(payload, path, &spot, NULL);
	const char *found = (const char *)payload.data + spot.value;
	size_t length = spot.value_end - spot.value;
	switch (spot.found ? *found : 'n') {
	case '"':
		push_json_text(L, found, length);
		break;
	case '{':
	case '[':
		lua_pushlstring(L, found, length);
		break;
	case 't':
	case 'f':
		lua_pushboolean(L, *found == 't');
		break;
	case 'n':
		lua_pushnil(L);
		break;
	default:
		push_json_number(L, found, length);
		break;
	}
	return 1;
}

static const char *next_property(const void *unused, size_t i)
{
	(void)unused;
	const struct mqtt_property *row = mqtt_property_row(i);
	return row != NULL ? row->name : NULL;
}

const struct mqtt_property *packet_check_property(lua_State *L, int index,
						  const char *what, const char **ret_user)
{
	const char *name =
		take_string(L, index, what,
			    "a property such as \"message_expiry\" or \"user:job\"");
	struct sim_error error;
	*ret_user = strncmp(name, "user:", 5) == 0 ? name + 5 : NULL;
	const struct mqtt_property *property =
		mqtt_property_find(*ret_user != NULL ? "user_property" : name);
	if (property == NULL) {
		vocab_unknown(&error, "property", name, next_property, NULL);
		take_refuse(L, what, "%s", error.text);
	}
	if (property->shape == MQTT_PROPERTY_PAIR && *ret_user == NULL)
		take_refuse(L, what, "a user property has a name: write \"user:name\"");
	return property;
}

static bool is_named(const struct mqtt_property_value *value, const char *user)
{
	return user == NULL || (value->text.length == strlen(user) &&
				memcmp(value->text.data, user, value->text.length) == 0);
}

/* packet:property(name) -> number or text, nil when it is not there.       [-2, +1, e] */
static int packet_property(lua_State *L)
{
	const struct shown *shown = packet_check(L);
	const char *user;
	const struct mqtt_property *property =
		packet_check_property(L, 2, "packet:property", &user);
	struct mqtt_span list = packet_as_it_is(shown)->properties;
	struct mqtt_property_value value;
	for (size_t at = 0; mqtt_property_next(list, &at, &value);) {
		if (value.identifier != property->identifier || !is_named(&value, user))
			continue;
		if (property->shape == MQTT_PROPERTY_PAIR)
			push_bytes(L, value.second);
		else if (property->shape >= MQTT_PROPERTY_TEXT)
			push_bytes(L, value.text);
		else
			lua_pushinteger(L, (lua_Integer)value.number);
		return 1;
	}
	lua_pushnil(L);
	return 1;
}

/* --- the class -------------------------------------------------------------------------- */

static int packet_show(lua_State *L)
{
	const struct shown *shown = packet_check(L);
	lua_pushfstring(L, "packet %s %s", mqtt_type_name(shown->sight->packet->type),
			net_dir_name(shown->sight->dir));
	return 1;
}

void open_packet(lua_State *L)
{
	box_class(L, PACKET, packet_read, packet_show);
	luaL_getmetatable(L, PACKET);
	lua_pushcfunction(L, packet_write);
	lua_setfield(L, -2, "__newindex");
	lua_pop(L, 1);
}

static const struct script_word PACKET_WORDS[] = {
	{{.name = "json",
	  .summary =
		  "A member of a payload that is JSON; nil when it is not there, or null.",
	  .help = "Path: \"print.command\", \"print.ams_mapping.0\". An object or an array is "
		  "given as its JSON text."},
	 "path: string",
	 "string|number|boolean|nil",
	 packet_json},
	{{.name = "property",
	  .summary =
		  "A property of MQTT 5.0: \"message_expiry\", \"user:job\"; nil when it is "
		  "not there."},
	 "name: string",
	 "string|integer|nil",
	 packet_property},
	{{.name = "set_json",
	  .summary =
		  "Changes, adds or (nil) takes out a member of the payload, for replace()."},
	 "path: string, value: string|number|boolean|nil",
	 NULL,
	 packet_set_json},
	{{.name = "set_property",
	  .summary = "Changes, adds or (nil) takes out a property, for replace()."},
	 "name: string, value: string|integer|nil",
	 NULL,
	 packet_set_property},
};

const struct script_class SCRIPT_PACKET = {
	.name = PACKET,
	.summary =
		"A packet on its way, for as long as the function that was called with it "
		"runs. Fields that this type of packet has not are nil; what is assigned to "
		"them goes on with return replace().",
	.kind = CLASS_HANDLE,
	.words = PACKET_WORDS,
	.n_words = WORD_COUNT(PACKET_WORDS),
};
