/* match_named.c - the parts that ask for a value by its name: fields, properties, JSON. */
#include "net/match_parts.h"

#include "net/json_spot.h"
#include "net/properties.h"
#include "sim/core/text.h"

#include <string.h>

#define READER_PARAMETERS                                                    \
	const struct value *value, struct match *match, uint32_t *ret_types, \
		struct sim_error *error

/* --- any other field ---------------------------------------------------------------- */

static const char *next_field(const void *unused, size_t i)
{
	(void)unused;
	const struct edit_field *row = edit_field_row(i);
	return row ? row->name : NULL;
}

int match_read_field(READER_PARAMETERS)
{
	struct match_test *test = &match->field;
	int rc = match_test_parse("field", value->as.text, test, error);
	if (rc != SIM_OK)
		return rc;
	match->field_row = edit_field_find(test->name);
	if (!match->field_row) {
		struct sim_error unknown;
		vocab_unknown(&unknown, "field", test->name, next_field, NULL);
		return sim_fail(error, SIM_EINVAL, "field: %s", unknown.text);
	}
	*ret_types &= match->field_row->types;
	return SIM_OK;
}

bool match_fits_field(const struct match *match, const struct net_sight *sight)
{
	char digits[TEXT_INT_MAX];
	struct edit_value value;
	if (!edit_field_is_of(match->field_row, sight->packet->type))
		return false;
	if (!edit_get(sight->packet, match->field_row, &value))
		return match_test_fits_none(&match->field);
	if (match->field_row->kind == EDIT_IS_FLAG)
		value.text = mqtt_text(value.number ? "true" : "false");
	if (match->field_row->kind == EDIT_IS_NUMBER)
		value.text =
			(struct mqtt_span){(const uint8_t *)digits,
					   (size_t)(text_put_int(digits, value.number) -
						    digits)};
	return match_test_fits(&match->field, value.text);
}

/* --- properties of MQTT 5.0 -------------------------------------------------------- */

static const char *next_property(const void *unused, size_t i)
{
	(void)unused;
	const struct mqtt_property *row = mqtt_property_row(i);
	return row ? row->name : NULL;
}

/* "user:job" stands in the test's name as "job" (any user property: ""). */
int match_read_property(READER_PARAMETERS)
{
	struct match_test *test = &match->property;
	int rc = match_test_parse("property", value->as.text, test, error);
	if (rc != SIM_OK)
		return rc;
	char *of_user = strncmp(test->name, "user:", 5) == 0 ? test->name + 5 : NULL;
	match->property_row = mqtt_property_find(
		of_user || !strcmp(test->name, "user") ? "user_property" : test->name);
	if (!match->property_row) {
		struct sim_error unknown;
		vocab_unknown(&unknown, "property", test->name, next_property, NULL);
		return sim_fail(error, SIM_EINVAL, "property: %s", unknown.text);
	}
	const struct mqtt_property *row = match->property_row;
	*ret_types &= row->types;
	if (row->shape != MQTT_PROPERTY_PAIR)
		return SIM_OK;
	if (of_user)
		memmove(test->name, of_user, strlen(of_user) + 1);
	else
		test->name[0] = '\0';
	return SIM_OK;
}

static bool is_sought(const struct match *match, const struct mqtt_property_value *found)
{
	const char *name = match->property.name;
	if (found->identifier != match->property_row->identifier)
		return false;
	return match->property_row->shape != MQTT_PROPERTY_PAIR || name[0] == '\0' ||
	       (found->text.length == strlen(name) &&
		memcmp(found->text.data, name, found->text.length) == 0);
}

static bool property_value_fits(const struct match *match,
				const struct mqtt_property_value *found)
{
	char digits[TEXT_INT_MAX];
	if (match->property_row->shape == MQTT_PROPERTY_PAIR)
		return match_test_fits(&match->property, found->second);
	if (match->property_row->shape == MQTT_PROPERTY_TEXT ||
	    match->property_row->shape == MQTT_PROPERTY_BINARY)
		return match_test_fits(&match->property, found->text);
	size_t length = (size_t)(text_put_int(digits, found->number) - digits);
	return match_test_fits(&match->property,
			       (struct mqtt_span){(const uint8_t *)digits, length});
}

/* Is one of the list what is asked for? *any: one of that name is there. */
static bool list_fits(const struct match *match, struct mqtt_span list, bool *any)
{
	struct mqtt_property_value found;
	for (size_t at = 0; mqtt_property_next(list, &at, &found);) {
		if (!is_sought(match, &found))
			continue;
		*any = true;
		if (property_value_fits(match, &found))
			return true;
	}
	return false;
}

/* One is enough, when there are several of that name; those of a will count, too. */
bool match_fits_property(const struct match *match, const struct net_sight *sight)
{
	bool any = false;
	return list_fits(match, sight->packet->properties, &any) ||
	       list_fits(match, sight->packet->connect.will_properties, &any) ||
	       (!any && match_test_fits_none(&match->property));
}

/* --- members of a JSON payload ------------------------------------------------------ */

static int read_condition(const char *text, struct match_test *test,
			  struct sim_error *error)
{
	int rc = match_test_parse("json", text, test, error);
	if (rc != SIM_OK)
		return rc;
	size_t length = strlen(test->name);
	if (test->name[0] == '.' || test->name[length - 1] == '.' ||
	    strstr(test->name, ".."))
		return sim_fail(
			error, SIM_EINVAL,
			"json: a part of the path \"%.80s\" is empty; write it as "
			"\"print.command\"",
			test->name);
	return SIM_OK;
}

/* "print.command=project_file & print.task_id=7" */
int match_read_json(READER_PARAMETERS)
{
	static const char AND[] = " & ";
	char one[2 * MATCH_TEST_MAX];
	int rc = SIM_OK;
	(void)ret_types;
	for (const char *text = value->as.text; text && rc == SIM_OK;) {
		const char *end = strstr(text, AND);
		size_t length = end ? (size_t)(end - text) : strlen(text);
		if (match->n_json == MATCH_JSON_MAX || length >= sizeof(one))
			return sim_fail(
				error, SIM_EINVAL,
				"json: at most %d conditions of at most %zu bytes "
				"can be joined by \"&\"; a predicate (when) knows no "
				"bounds",
				MATCH_JSON_MAX, sizeof(one) - 1);
		memcpy(one, text, length);
		one[length] = '\0';
		rc = read_condition(one, &match->json[match->n_json++], error);
		text = end ? end + strlen(AND) : NULL;
	}
	return rc;
}

static bool condition_fits(const struct match_test *test, struct mqtt_span payload)
{
	struct json_spot spot;
	if (!json_spot_find(payload, test->name, &spot, NULL))
		return false;
	if (!spot.found)
		return match_test_fits_none(test);
	struct mqtt_span found = {payload.data + spot.value, spot.value_end - spot.value};
	if (found.length >= 2 && found.data[0] == '"') {
		found.data++;
		found.length -= 2;
	}
	return match_test_fits(test, found);
}

/* A payload that is no JSON fits nothing, not even "!name". */
bool match_fits_json(const struct match *match, const struct net_sight *sight)
{
	for (size_t i = 0; i < match->n_json; i++)
		if (!condition_fits(&match->json[i], sight->packet->payload))
			return false;
	return true;
}
