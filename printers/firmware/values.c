/* values.c - a build's settings for one machine, from lines of name=value. */
#include "printers/firmware/build.h"
#include "printers/firmware/instance.h"

#include <stdio.h>
#include <string.h>

static struct jobjam_fw_value plain(const struct param *param, const struct value *value)
{
	struct jobjam_fw_value out = {0};
	switch (param->type) {
	case PARAM_BOOL:
		out.integer = value->as.yes;
		break;
	case PARAM_INT:
		out.integer = value->as.integer;
		break;
	case PARAM_REAL:
		out.real = value->as.real;
		break;
	case PARAM_DURATION:
		out.integer = value->as.ns / SIM_US;
		break;
	case PARAM_CHOICE:
		out.integer = value->as.choice;
		break;
	default:
		break;
	}
	return out;
}

static const char *param_name(const void *arg, size_t i)
{
	const struct vocab_row *row = arg;
	return i < row->n_params ? row->params[i].name : NULL;
}

/* "start_expiry=off": a duration that may be 0 may be switched off in words. */
static const char *in_words(const struct param *param, const char *text)
{
	if (param->type == PARAM_DURATION && param->min == 0.0 &&
	    strcmp(text, "off") == 0)
		return "0s";
	return text;
}

static int set_one(const struct vocab_row *row, const char *line, size_t length,
		   struct jobjam_fw_value *values, struct sim_error *error)
{
	char text[128];
	struct value value;
	if (length >= sizeof(text))
		return sim_fail(error, SIM_EINVAL,
				"a firmware setting is longer than %zu bytes",
				sizeof(text) - 1);
	memcpy(text, line, length);
	text[length] = '\0';
	char *equals = strchr(text, '=');
	if (!equals)
		return sim_fail(error, SIM_EINVAL,
				"firmware setting \"%s\": write it as name=value", text);
	*equals = '\0';
	int at = vocab_find_param(row, text);
	if (at < 0)
		return vocab_unknown(error, "firmware setting", text, param_name, row);
	int status = param_parse(&row->params[at], in_words(&row->params[at], equals + 1),
				 &value, error);
	if (!status)
		values[at] = plain(&row->params[at], &value);
	return status;
}

int firmware_build_values(const struct firmware_build *build, const char *settings,
			  struct jobjam_fw_value ret_values[FIRMWARE_SETTINGS_MAX],
			  struct sim_error *error)
{
	const struct vocab_row *row = firmware_build_settings(build);
	struct value value;
	for (size_t i = 0; i < row->n_params; i++) {
		int status = param_parse(&row->params[i], row->params[i].fallback, &value,
					 error);
		if (status)
			return status;
		ret_values[i] = plain(&row->params[i], &value);
	}
	while (settings && *settings) {
		size_t length = strcspn(settings, "\n");
		int status = length > 0
				     ? set_one(row, settings, length, ret_values, error)
				     : SIM_OK;
		if (status)
			return status;
		settings += length + (settings[length] == '\n');
	}
	return SIM_OK;
}
