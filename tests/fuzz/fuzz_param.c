/* fuzz_param.c - values as people write them, of every type. The first byte chooses the
 * parameter. What is taken keeps to its bounds; what is not is told in a sentence. */
#include "tests/fuzz/fuzz.h"

#include "sim/core/vocab.h"

#include <assert.h>
#include <string.h>

static const char *const CHOICES[] = {"first", "second", "third", NULL};

static const struct param PARAMS[] = {
	{"bool", PARAM_BOOL, "", "true", 0, 0, NULL, ""},
	{"int", PARAM_INT, "messages", "5", -3, 1000000, NULL, ""},
	{"unbounded", PARAM_INT, "", "0", 0, 0, NULL, ""},
	{"real", PARAM_REAL, "mm", "0.5", -1e9, 1e9, NULL, ""},
	{"signed", PARAM_REAL, "s", "-5m", -86400, 86400, NULL, ""},
	{"duration", PARAM_DURATION, "s", "5m", 0, 7 * 86400.0, NULL, ""},
	{"long", PARAM_DURATION, "s", "0s", 0, 0, NULL, ""},
	{"text", PARAM_TEXT, "", "", 0, 0, NULL, ""},
	{"choice", PARAM_CHOICE, "", "second", 0, 0, CHOICES, ""},
	{"span", PARAM_SPAN, "s", "45m..3h", 60, 7 * 86400.0, NULL, ""},
	{"hours", PARAM_HOURS, "", "23:00-07:00", 0, 0, NULL, ""},
	{"names", PARAM_NAMES, "", "a,b", 0, 0, NULL, ""},
	{"instant", PARAM_INSTANT, "", "+3h", 0, 0, NULL, ""},
	{"function", PARAM_FUNCTION, "", "story.lua:3", 0, 0, NULL, ""},
};
enum {
	N_PARAMS = sizeof(PARAMS) / sizeof(PARAMS[0])
};

static void check_taken(const struct param *param, const struct value *value)
{
	struct sim_error error = {0};
	struct text text = {0};

	assert(value->given);
	if (param->type != PARAM_FUNCTION && param->type != PARAM_INSTANT)
		assert(param_check(param, value, &error) == SIM_OK);
	if (param->type == PARAM_CHOICE)
		assert(value->as.choice >= 0 && value->as.choice < 3);
	if (param->type == PARAM_SPAN)
		assert(value->as.span.lo <= value->as.span.hi);
	if (param->type == PARAM_HOURS)
		assert(value->as.hours.from_s >= 0 && value->as.hours.to_s <= 86400);
	param_add_text(&text, param, value);
	assert(!text.failed);
	text_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char text[4096];
	struct value value = {0};
	struct sim_error error = {0};

	if (size < 1 || size > sizeof(text))
		return 0;
	const struct param *param = &PARAMS[bytes[0] % N_PARAMS];
	memcpy(text, bytes + 1, size - 1);
	text[size - 1] = '\0';
	if (param_parse(param, text, &value, &error) == SIM_OK)
		check_taken(param, &value);
	else
		assert(error.code != SIM_OK && error.text[0] != '\0');
	return 0;
}
