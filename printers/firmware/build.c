/* build.c - finds, opens and checks firmware builds. */
#include "printers/firmware/build.h"

#include "printers/firmware/instance.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SHIPPED_MAX = 64,
	PATH_LONGEST = 1024
};

struct firmware_build {
	void *library;
	const struct jobjam_fw_api *api;
	const struct jobjam_fw_info *info;
	struct vocab_row row;
	struct param params[FIRMWARE_SETTINGS_MAX];
};

/* --- which builds there are ------------------------------------------------------ */

struct shipped {
	char names[SHIPPED_MAX][64];
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void list_shipped(const char *dir, struct shipped *ret_shipped)
{
	ret_shipped->n = 0;
	DIR *stream = opendir(dir);
	if (!stream)
		return;
	struct dirent *entry;
	while ((entry = readdir(stream)) != NULL && ret_shipped->n < SHIPPED_MAX) {
		size_t length = strlen(entry->d_name);
		if (length < 4 || length - 3 >= 64 ||
		    strcmp(entry->d_name + length - 3, ".so") != 0)
			continue;
		memcpy(ret_shipped->names[ret_shipped->n], entry->d_name, length - 3);
		ret_shipped->names[ret_shipped->n++][length - 3] = '\0';
	}
	closedir(stream);
	qsort(ret_shipped->names, ret_shipped->n, sizeof(ret_shipped->names[0]), by_name);
}

static const char *next_name(const void *arg, size_t i)
{
	const struct shipped *shipped = arg;
	return i < shipped->n ? shipped->names[i] : NULL;
}

const char *firmware_build_shipped(const char *dir, size_t index)
{
	static struct shipped shipped; /* names stay good until the next call */
	list_shipped(dir, &shipped);
	return next_name(&shipped, index);
}

static bool is_path(const char *spec)
{
	size_t length = strlen(spec);
	return strchr(spec, '/') || (length > 3 && strcmp(spec + length - 3, ".so") == 0);
}

static int find(const char *spec, const char *dir, char path[PATH_LONGEST],
		struct sim_error *error)
{
	struct shipped shipped;
	int length = is_path(spec) ? snprintf(path, PATH_LONGEST, "%s%s",
					      strchr(spec, '/') ? "" : "./", spec)
				   : snprintf(path, PATH_LONGEST, "%s/%s.so", dir, spec);
	if (length < 0 || length >= PATH_LONGEST)
		return sim_fail(error, SIM_EINVAL,
				"the firmware build's path is too long");
	if (access(path, R_OK) == 0)
		return SIM_OK;
	if (is_path(spec))
		return sim_fail(error, SIM_ENOENT,
				"firmware build %s: there is no such file", path);
	list_shipped(dir, &shipped);
	return vocab_unknown(error, "firmware build", spec, next_name, &shipped);
}

/* --- checks ---------------------------------------------------------------------- */

static int check_api(const char *path, const struct jobjam_fw_api *api,
		     struct sim_error *error)
{
	if (api->size < offsetof(struct jobjam_fw_api, get_info))
		return sim_fail(
			error, SIM_EUNFIT,
			"%s: its symbol %s says a size of %u bytes and is no table "
			"of functions",
			path, JOBJAM_FW_SYMBOL, api->size);
	if (api->abi_major != JOBJAM_FW_ABI_MAJOR)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s speaks version %u.%u of the firmware ABI; this program "
			"speaks %u.%u. Build it against the installed jobjam_firmware.h",
			path, api->abi_major, api->abi_minor, JOBJAM_FW_ABI_MAJOR,
			JOBJAM_FW_ABI_MINOR);
	if (api->size < sizeof(*api) || !api->get_info || !api->create || !api->step ||
	    !api->net_rx || !api->net_event || !api->user || !api->save || !api->load ||
	    !api->destroy)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s: its table %s is incomplete; every function of version 1 "
			"must be there",
			path, JOBJAM_FW_SYMBOL);
	return SIM_OK;
}

static int check_info(const char *path, const struct jobjam_fw_info *info,
		      struct sim_error *error)
{
	const uint64_t needed = JOBJAM_FW_CAP_SAVE | JOBJAM_FW_CAP_MULTI;
	if (!info || info->size < sizeof(*info) || !info->name || !info->version)
		return sim_fail(error, SIM_EUNFIT,
				"%s: get_info() gives no name and version", path);
	if ((info->caps & needed) != needed)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s: it must be able to save its state and to run many times "
			"in one process (capabilities SAVE and MULTI)",
			path);
	if (info->n_settings > FIRMWARE_SETTINGS_MAX ||
	    (info->n_settings > 0 && !info->settings))
		return sim_fail(error, SIM_EUNFIT, "%s: %u settings; at most %d are read",
				path, info->n_settings, FIRMWARE_SETTINGS_MAX);
	return SIM_OK;
}

static const struct jobjam_fw_setting *setting_at(const struct jobjam_fw_info *info,
						  size_t i)
{
	const char *first = (const char *)info->settings;
	return (const struct jobjam_fw_setting *)(const void *)(first +
								i * info->settings->size);
}

static int take_settings(struct firmware_build *build, const char *path,
			 struct sim_error *error)
{
	static const enum param_type TYPES[] = {
		[JOBJAM_FW_BOOL] = PARAM_BOOL,     [JOBJAM_FW_INT] = PARAM_INT,
		[JOBJAM_FW_REAL] = PARAM_REAL,     [JOBJAM_FW_DURATION] = PARAM_DURATION,
		[JOBJAM_FW_CHOICE] = PARAM_CHOICE,
	};
	const struct jobjam_fw_info *info = build->info;
	for (size_t i = 0; i < info->n_settings; i++) {
		const struct jobjam_fw_setting *setting = setting_at(info, i);
		struct value value;
		if (setting->size < sizeof(*setting) || !setting->name ||
		    !setting->fallback || setting->type > JOBJAM_FW_CHOICE ||
		    (setting->type == JOBJAM_FW_CHOICE && !setting->choices))
			return sim_fail(
				error, SIM_EUNFIT,
				"%s: setting %zu has no name, default or known type",
				path, i + 1);
		build->params[i] = (struct param){
			.name = setting->name,
			.type = TYPES[setting->type],
			.unit = setting->unit ? setting->unit : "",
			.fallback = setting->fallback,
			.min = setting->min,
			.max = setting->max,
			.choices = setting->choices,
			.help = setting->help ? setting->help : "",
		};
		if (param_parse(&build->params[i], setting->fallback, &value, error))
			return SIM_EUNFIT;
	}
	build->row = (struct vocab_row){
		.name = info->name,
		.summary = info->about ? info->about : "",
		.params = build->params,
		.n_params = info->n_settings,
	};
	return SIM_OK;
}

/* --- loading --------------------------------------------------------------------- */

static int open_library(struct firmware_build *build, const char *path,
			struct sim_error *error)
{
	build->library = dlopen(path, RTLD_LOCAL | RTLD_NOW);
	if (!build->library)
		return sim_fail(error, SIM_EUNFIT, "%s cannot be loaded: %s", path,
				dlerror());
	build->api = dlsym(build->library, JOBJAM_FW_SYMBOL);
	if (!build->api)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s is no firmware build: it has no symbol %s (a const struct "
			"jobjam_fw_api, see jobjam_firmware.h)",
			path, JOBJAM_FW_SYMBOL);
	int status = check_api(path, build->api, error);
	if (status)
		return status;
	build->info = build->api->get_info();
	status = check_info(path, build->info, error);
	return status ? status : take_settings(build, path, error);
}

int firmware_build_load(const char *spec, const char *dir,
			struct firmware_build **ret_build, struct sim_error *error)
{
	char path[PATH_LONGEST];
	int status = find(spec, dir, path, error);
	if (status)
		return status;
	struct firmware_build *build = calloc(1, sizeof(*build));
	if (!build)
		return sim_fail(error, SIM_ENOMEM, "no memory for a firmware build");
	status = open_library(build, path, error);
	if (status) {
		firmware_build_free(build);
		return status;
	}
	*ret_build = build;
	return SIM_OK;
}

void firmware_build_free(struct firmware_build *build)
{
	if (!build)
		return;
	if (build->library)
		dlclose(build->library);
	free(build);
}

const char *firmware_build_name(const struct firmware_build *build)
{
	return build->info->name;
}

const char *firmware_build_version(const struct firmware_build *build)
{
	return build->info->version;
}

const struct vocab_row *firmware_build_settings(const struct firmware_build *build)
{
	return &build->row;
}

const struct jobjam_fw_api *firmware_build_api(const struct firmware_build *build)
{
	return build->api;
}

/* --- settings of one instance ---------------------------------------------------- */

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

static int set_one(const struct firmware_build *build, const char *line, size_t length,
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
	int at = vocab_find_param(&build->row, text);
	if (at < 0)
		return vocab_unknown(error, "firmware setting", text, param_name,
				     &build->row);
	int status = param_parse(&build->params[at],
				 in_words(&build->params[at], equals + 1), &value, error);
	if (!status)
		values[at] = plain(&build->params[at], &value);
	return status;
}

int firmware_build_values(const struct firmware_build *build, const char *settings,
			  struct jobjam_fw_value ret_values[FIRMWARE_SETTINGS_MAX],
			  struct sim_error *error)
{
	struct value value;
	for (size_t i = 0; i < build->row.n_params; i++) {
		int status = param_parse(&build->params[i], build->params[i].fallback,
					 &value, error);
		if (status)
			return status;
		ret_values[i] = plain(&build->params[i], &value);
	}
	while (settings && *settings) {
		size_t length = strcspn(settings, "\n");
		int status = length > 0
				     ? set_one(build, settings, length, ret_values, error)
				     : SIM_OK;
		if (status)
			return status;
		settings += length + (settings[length] == '\n');
	}
	return SIM_OK;
}
