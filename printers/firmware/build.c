/* build.c - finds, opens and checks firmware builds. */
#include "printers/firmware/build.h"

#include "printers/firmware/instance.h"
#include "printers/host/page.h"
#include "printers/host/template.h"

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
	bool isolated;
	/* in a process of its own */
	struct template *template;
	struct host_description *description; /* what info and params point into */
	struct jobjam_fw_info described;
	struct jobjam_fw_setting settings[FIRMWARE_SETTINGS_MAX];
	const char *choices[FIRMWARE_SETTINGS_MAX][9];
	char unfit[640], own_name[64];
	/* in this one */
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
	if (api->size < FW_SIZE_1_0(struct jobjam_fw_api, destroy) || !api->get_info ||
	    !api->create || !api->step || !api->net_rx || !api->net_event || !api->user ||
	    !api->save || !api->load || !api->destroy)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s: its table %s is incomplete; every function of version 1 "
			"must be there",
			path, JOBJAM_FW_SYMBOL);
	return SIM_OK;
}

static int check_info(const char *path, const struct jobjam_fw_info *info, bool isolated,
		      struct sim_error *error)
{
	const uint64_t needed =
		JOBJAM_FW_CAP_SAVE | (isolated ? 0 : (uint64_t)JOBJAM_FW_CAP_MULTI);
	if (!info || info->size < FW_SIZE_1_0(struct jobjam_fw_info, settings) ||
	    !info->name || !info->version)
		return sim_fail(error, SIM_EUNFIT,
				"%s: get_info() gives no name and version", path);
	if ((info->caps & needed) != needed)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s: it must be able to save its state%s (capabilities SAVE%s)",
			path, isolated ? "" : " and to run many times in one process",
			isolated ? "" : " and MULTI");
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
		if (setting->size < FW_SIZE_1_0(struct jobjam_fw_setting, help) ||
		    !setting->name || !setting->fallback ||
		    setting->type > JOBJAM_FW_CHOICE ||
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

static int open_library(const char *path, bool isolated, void **ret_library,
			const struct jobjam_fw_api **ret_api, struct sim_error *error)
{
	void *library = dlopen(path, RTLD_LOCAL | RTLD_NOW);
	if (!library)
		return sim_fail(error, SIM_EUNFIT, "%s cannot be loaded: %s", path,
				dlerror());
	*ret_library = library;
	*ret_api = dlsym(library, JOBJAM_FW_SYMBOL);
	if (!*ret_api)
		return sim_fail(
			error, SIM_EUNFIT,
			"%s is no firmware build: it has no symbol %s (a const struct "
			"jobjam_fw_api, see jobjam_firmware.h)",
			path, JOBJAM_FW_SYMBOL);
	int status = check_api(path, *ret_api, error);
	return status ? status
		      : check_info(path, (*ret_api)->get_info(), isolated, error);
}

static int load_inside(struct firmware_build *build, const char *path,
		       struct sim_error *error)
{
	int status = open_library(path, false, &build->library, &build->api, error);
	if (status)
		return status;
	build->info = build->api->get_info();
	return take_settings(build, path, error);
}

/* --- in a process of its own ------------------------------------------------------ */

static void copy_text(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%.*s", (int)size - 1, from ? from : "");
}

static void describe_setting(const struct jobjam_fw_setting *setting,
			     struct host_setting *ret)
{
	ret->type = setting->type;
	copy_text(ret->name, sizeof(ret->name), setting->name);
	copy_text(ret->unit, sizeof(ret->unit), setting->unit);
	copy_text(ret->fallback, sizeof(ret->fallback), setting->fallback);
	copy_text(ret->help, sizeof(ret->help), setting->help);
	ret->min = setting->min;
	ret->max = setting->max;
	if (setting->type == JOBJAM_FW_CHOICE && setting->choices)
		while (ret->n_choices < 8 && setting->choices[ret->n_choices]) {
			copy_text(ret->choices[ret->n_choices], sizeof(ret->choices[0]),
				  setting->choices[ret->n_choices]);
			ret->n_choices++;
		}
}

void firmware_describe(const char *path, struct host_description *ret_description,
		       const struct jobjam_fw_api **ret_api)
{
	struct sim_error error = {0};
	void *library;
	int status = open_library(path, true, &library, ret_api, &error);
	ret_description->status = status;
	copy_text(ret_description->error, sizeof(ret_description->error), error.text);
	if (status)
		return;
	const struct jobjam_fw_info *info = (*ret_api)->get_info();
	copy_text(ret_description->name, sizeof(ret_description->name), info->name);
	copy_text(ret_description->version, sizeof(ret_description->version),
		  info->version);
	copy_text(ret_description->about, sizeof(ret_description->about), info->about);
	ret_description->caps = info->caps;
	ret_description->n_settings = info->n_settings;
	for (uint32_t i = 0; i < info->n_settings; i++)
		describe_setting(setting_at(info, i), &ret_description->settings[i]);
}

/* The description was copied out of the process, but it is the process that filled it. */
static void end_texts(struct host_description *description)
{
#define END(text) ((text)[sizeof(text) - 1] = '\0')
	END(description->error);
	END(description->name);
	END(description->version);
	END(description->about);
	if (description->n_settings > FIRMWARE_SETTINGS_MAX)
		description->n_settings = FIRMWARE_SETTINGS_MAX;
	for (uint32_t i = 0; i < description->n_settings; i++) {
		struct host_setting *setting = &description->settings[i];
		END(setting->name);
		END(setting->unit);
		END(setting->fallback);
		END(setting->help);
		if (setting->n_choices > 8)
			setting->n_choices = 8;
		for (uint32_t c = 0; c < setting->n_choices; c++)
			END(setting->choices[c]);
	}
#undef END
}

static void take_description(struct firmware_build *build)
{
	struct host_description *said = build->description;
	for (uint32_t i = 0; i < said->n_settings; i++) {
		const struct host_setting *from = &said->settings[i];
		for (uint32_t c = 0; c < from->n_choices; c++)
			build->choices[i][c] = from->choices[c];
		build->settings[i] = (struct jobjam_fw_setting){
			.size = sizeof(build->settings[i]),
			.type = from->type,
			.name = from->name,
			.unit = from->unit,
			.fallback = from->fallback,
			.min = from->min,
			.max = from->max,
			.choices = build->choices[i],
			.help = from->help,
		};
	}
	build->described = (struct jobjam_fw_info){
		.size = sizeof(build->described),
		.abi_major = JOBJAM_FW_ABI_MAJOR,
		.abi_minor = JOBJAM_FW_ABI_MINOR,
		.n_settings = said->n_settings,
		.caps = said->caps,
		.name = said->name,
		.version = said->version,
		.about = said->about,
		.settings = build->settings,
	};
	build->info = &build->described;
}

/* Named after its file: "builds/mine.so" is "mine". */
static void take_unfit(struct firmware_build *build, const char *path, const char *why)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t length = strlen(base);
	if (length > 3 && strcmp(base + length - 3, ".so") == 0)
		length -= 3;
	snprintf(build->own_name, sizeof(build->own_name), "%.*s", (int)length, base);
	/* Without the path: the same words wherever it lies. */
	size_t prefix = strlen(path);
	bool named = strncmp(why, path, prefix) == 0;
	if (named)
		why += prefix + strspn(why + prefix, ": ");
	snprintf(build->unfit, sizeof(build->unfit), "%s%.600s",
		 named && why[-2] != ':' ? "it " : "", why);
	build->described = (struct jobjam_fw_info){.size = sizeof(build->described),
						   .name = build->own_name,
						   .version = "?",
						   .about = ""};
	build->info = &build->described;
	build->row = (struct vocab_row){.name = build->own_name, .summary = ""};
	template_free(build->template);
	build->template = NULL;
}

static int load_process(struct firmware_build *build, const char *path,
			struct sim_error *error)
{
	struct sim_error why = {0};
	build->isolated = true;
	build->description = calloc(1, sizeof(*build->description));
	if (!build->description)
		return sim_fail(error, SIM_ENOMEM, "no memory for a firmware build");
	int status = template_new(path, build->description, &build->template, &why);
	if (status && status != SIM_EUNFIT)
		return sim_fail(error, status, "%s", why.text);
	end_texts(build->description);
	if (!status && build->description->status)
		status = sim_fail(&why, SIM_EUNFIT, "%s", build->description->error);
	if (!status) {
		take_description(build);
		status = take_settings(build, path, &why);
	}
	if (status)
		take_unfit(build, path, why.text);
	return SIM_OK;
}

int firmware_build_open(const char *spec, const char *dir,
			enum firmware_isolation isolation,
			struct firmware_build **ret_build, struct sim_error *error)
{
	char path[PATH_LONGEST];
	int status = find(spec, dir, path, error);
	if (status)
		return status;
	struct firmware_build *build = calloc(1, sizeof(*build));
	if (!build)
		return sim_fail(error, SIM_ENOMEM, "no memory for a firmware build");
	if (isolation == FIRMWARE_PROCESS ||
	    (isolation == FIRMWARE_AUTO && is_path(spec)))
		status = load_process(build, path, error);
	else
		status = load_inside(build, path, error);
	if (status) {
		firmware_build_free(build);
		return status;
	}
	*ret_build = build;
	return SIM_OK;
}

int firmware_build_load(const char *spec, const char *dir,
			struct firmware_build **ret_build, struct sim_error *error)
{
	return firmware_build_open(spec, dir, FIRMWARE_INSIDE, ret_build, error);
}

bool firmware_build_isolated(const struct firmware_build *build)
{
	return build->isolated;
}

const char *firmware_build_unfit(const struct firmware_build *build)
{
	return build->unfit[0] ? build->unfit : NULL;
}

struct template *firmware_build_template(const struct firmware_build *build)
{
	return build->template;
}

void firmware_build_free(struct firmware_build *build)
{
	if (!build)
		return;
	if (build->library)
		dlclose(build->library);
	template_free(build->template);
	free(build->description);
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
