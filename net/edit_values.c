/* edit_values.c - what a script says about fields, done to a packet. */
#include "net/edit_values.h"

#include "net/json_spot.h"

#include <stdio.h>
#include <string.h>

enum {
	NAME_SIZE = 128
};

static const char *next_name(const void *unused, size_t i)
{
	(void)unused;
	if (i < EDIT_N_FIELDS)
		return edit_field_row(i)->name;
	const struct mqtt_property *row = mqtt_property_row(i - EDIT_N_FIELDS);
	return row ? row->name : NULL;
}

/* The next of a list of names apart at commas; *at begins at its start. */
static bool next_of_list(const char **at, char name[NAME_SIZE])
{
	size_t length = *at ? strcspn(*at, ",") : 0;
	if (length == 0)
		return false;
	snprintf(name, NAME_SIZE, "%.*s", (int)length, *at);
	*at += length + ((*at)[length] == ',');
	return true;
}

static const char *list_of(const struct value *values, size_t index)
{
	return values[index].given && values[index].as.text ? values[index].as.text : "";
}

static const char *json_path(const char *name)
{
	return strncmp(name, "json:", 5) == 0 ? name + 5 : NULL;
}

bool edit_values_any(const struct value *values)
{
	for (size_t i = 0; i < EDIT_N_PARAMS; i++)
		if (values[i].given)
			return true;
	return false;
}

static uint32_t of_property(const struct mqtt_property *property, bool legal)
{
	static const uint32_t pings = EDIT_OF(MQTT_PINGREQ) | EDIT_OF(MQTT_PINGRESP);
	return legal ? property->types : ~pings;
}

uint32_t edit_values_types(const struct value *values, bool legal)
{
	static const uint32_t payloads = EDIT_OF(MQTT_PUBLISH) | EDIT_OF(MQTT_CONNECT);
	uint32_t types = EDIT_EVERY;
	char name[NAME_SIZE];
	for (size_t i = 0; i < EDIT_N_FIELDS; i++)
		if (values[i].given)
			types &= edit_field_row(i)->types;
	for (size_t i = EDIT_N_FIELDS; i < EDIT_VALUE_JSON; i++)
		if (values[i].given)
			types &= of_property(mqtt_property_row(i - EDIT_N_FIELDS), legal);
	if (values[EDIT_VALUE_JSON].given)
		types &= payloads;
	for (const char *at = list_of(values, EDIT_VALUE_REMOVE);
	     next_of_list(&at, name);) {
		const struct edit_field *field = edit_field_find(name);
		types &= json_path(name) ? payloads
			 : field         ? field->types
					 : of_property(mqtt_property_find(name), legal);
	}
	return types;
}

static int check_names(const char *list, bool properties_only, struct sim_error *error)
{
	char name[NAME_SIZE];
	while (next_of_list(&list, name)) {
		const struct edit_field *field = edit_field_find(name);
		bool known = mqtt_property_find(name) ||
			     (!properties_only && (json_path(name) || field));
		if (!known)
			return vocab_unknown(error, "field or property", name, next_name,
					     NULL),
			       SIM_EINVAL;
		if (field && !mqtt_property_find(name) && !field->removable)
			return sim_fail(error, SIM_EINVAL,
					"remove: no packet is without its %s", name);
	}
	return SIM_OK;
}

static int check_pair(const char *param, const char *text, bool json,
		      struct sim_error *error)
{
	const char *is = strchr(text, '=');
	if (!is || is == text)
		return sim_fail(error, SIM_EINVAL, "%s: \"%.80s\" is no %s", param, text,
				json ? "path=value" : "name=value");
	if (json && !json_spot_is_value(mqtt_text(is + 1)))
		return sim_fail(error, SIM_EINVAL,
				"%s: \"%.80s\" is no JSON value; text needs its quotes",
				param, is + 1);
	return SIM_OK;
}

int edit_values_check(const struct value *values, struct sim_error *error)
{
	int rc = check_names(list_of(values, EDIT_VALUE_REMOVE), false, error);
	if (rc == SIM_OK)
		rc = check_names(list_of(values, EDIT_VALUE_TWICE), true, error);
	if (rc == SIM_OK && values[EDIT_VALUE_JSON].given)
		rc = check_pair("set_json", values[EDIT_VALUE_JSON].as.text, true, error);
	for (size_t i = EDIT_N_FIELDS; i < EDIT_VALUE_JSON && rc == SIM_OK; i++) {
		const struct mqtt_property *row = mqtt_property_row(i - EDIT_N_FIELDS);
		if (row->identifier == MQTT_PROPERTY_USER && values[i].given)
			rc = check_pair("set_user_property", values[i].as.text, false,
					error);
	}
	if (rc == SIM_OK && edit_values_types(values, false) == 0)
		rc = sim_fail(error, SIM_EINVAL,
			      "no packet has all of these fields; arm one fault for each "
			      "kind of packet");
	return rc;
}

/* --- doing it --------------------------------------------------------------------- */

static int set_property(struct edit *edit, const struct mqtt_property *row,
			const struct value *value, struct sim_error *error)
{
	char name[NAME_SIZE];
	const char *text = value->as.text, *is;
	if (row->shape <= MQTT_PROPERTY_VARINT)
		return edit_set_property(edit, row, NULL, EDIT_NUMBER(value->as.integer),
					 error);
	if (row->shape != MQTT_PROPERTY_PAIR || !(is = strchr(text, '=')))
		return edit_set_property(edit, row, NULL, EDIT_TEXT(text), error);
	snprintf(name, sizeof(name), "%.*s", (int)(is - text), text);
	return edit_set_property(edit, row, name, EDIT_TEXT(is + 1), error);
}

static int set_json(struct edit *edit, const char *text, struct sim_error *error)
{
	char path[NAME_SIZE];
	const char *is = strchr(text, '=');
	snprintf(path, sizeof(path), "%.*s", (int)(is - text), text);
	return edit_json_set(edit, path, is + 1, error);
}

static int remove_one(struct edit *edit, const char *name, struct sim_error *error)
{
	const struct edit_field *field = edit_field_find(name);
	if (json_path(name))
		return edit_json_remove(edit, json_path(name), error);
	if (field)
		return edit_remove(edit, field, error);
	return edit_remove_property(edit, mqtt_property_find(name), NULL, error);
}

static int write_twice(struct edit *edit, const char *name, struct sim_error *error)
{
	struct mqtt_property_value value;
	const struct mqtt_property *row = mqtt_property_find(name);
	struct edit_value again = {0};
	char first[NAME_SIZE] = "";
	if (!mqtt_property_get(edit->packet.properties, row->identifier, &value))
		return sim_fail(error, SIM_EINVAL, "%s: it is not there once", name);
	again.number = value.number;
	again.text = value.text;
	if (row->shape == MQTT_PROPERTY_PAIR) {
		snprintf(first, sizeof(first), "%.*s", (int)value.text.length,
			 (const char *)value.text.data);
		again.text = value.second;
	}
	return edit_add_property(edit, row, first, again, error);
}

static int set_fields(struct edit *edit, const struct value *values,
		      struct sim_error *error)
{
	int rc = SIM_OK;
	for (size_t i = 0; i < EDIT_N_FIELDS && rc == SIM_OK; i++) {
		const struct edit_field *field = edit_field_row(i);
		struct edit_value value = {0};
		if (!values[i].given)
			continue;
		if (field->kind == EDIT_IS_TEXT)
			value.text = mqtt_text(values[i].as.text);
		else
			value.number = field->kind == EDIT_IS_FLAG ? values[i].as.yes
								   : values[i].as.integer;
		rc = edit_set(edit, field, value, error);
	}
	return rc;
}

int edit_values_apply(struct edit *edit, const struct value *values,
		      struct sim_error *error)
{
	char name[NAME_SIZE];
	const char *at;
	int rc = set_fields(edit, values, error);
	for (size_t i = EDIT_N_FIELDS; i < EDIT_VALUE_JSON && rc == SIM_OK; i++)
		if (values[i].given)
			rc = set_property(edit, mqtt_property_row(i - EDIT_N_FIELDS),
					  &values[i], error);
	if (rc == SIM_OK && values[EDIT_VALUE_JSON].given)
		rc = set_json(edit, values[EDIT_VALUE_JSON].as.text, error);
	at = list_of(values, EDIT_VALUE_REMOVE);
	while (rc == SIM_OK && next_of_list(&at, name))
		rc = remove_one(edit, name, error);
	at = list_of(values, EDIT_VALUE_TWICE);
	while (rc == SIM_OK && next_of_list(&at, name))
		rc = write_twice(edit, name, error);
	return rc;
}
