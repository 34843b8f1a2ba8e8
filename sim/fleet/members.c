/* members.c - from the plan's groups to printers, with names, builds, zones and owners. */
#include "sim/fleet/fleet_room.h"

#include "sim/world/exec_words.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct value *values_new(const struct vocab_row *row)
{
	struct value *values = calloc(row->n_params ? row->n_params : 1, sizeof(*values));

	if (values)
		vocab_defaults(row, values);
	return values;
}

const struct value *value_named(const struct vocab_row *row, const struct value *values,
				const char *name)
{
	int index = vocab_find_param(row, name);

	assert(index >= 0);
	return &values[index];
}

/* What would take the broker out of its private socket, or bring others in. */
static const char *const NOT_INCLUDED[] = {
	"listener",   "port",     "bind_address", "bind_interface", "socket_domain",
	"connection", "address",  "addresses",    "include_dir",    "user",
	"log_dest",   "pid_file", "plugin",       "auth_plugin",
};

static int check_line(const char *line, const char *path, struct sim_error *error)
{
	size_t blank = strspn(line, " \t"), length = strcspn(line + blank, " \t\r\n");

	for (size_t i = 0; i < sizeof(NOT_INCLUDED) / sizeof(NOT_INCLUDED[0]); i++)
		if (strlen(NOT_INCLUDED[i]) == length &&
		    strncmp(line + blank, NOT_INCLUDED[i], length) == 0)
			return sim_fail(
				error, SIM_EINVAL,
				"%s: \"%s\" may not be set: the broker of a run listens "
				"on its private socket only and logs to broker.log",
				path, NOT_INCLUDED[i]);
	return SIM_OK;
}

/* A relative path is meant from the folder of the scenario. */
static int include_file(const struct plan *plan, const char *path, struct text *ret_conf,
			struct sim_error *error)
{
	const char *slash =
		plan->path && path[0] != '/' ? strrchr(plan->path, '/') : NULL;
	struct text full = {0};
	char line[1024];
	FILE *file;

	if (slash)
		text_add_bytes(&full, plan->path, (size_t)(slash - plan->path + 1));
	text_add(&full, path);
	file = fopen(text_cstr(&full), "re");
	if (!file) {
		int status =
			sim_fail(error, SIM_ENOENT, "broker { include = \"%s\" }: %s: %s",
				 path, text_cstr(&full), strerror(errno));

		text_fini(&full);
		return status;
	}
	int status = SIM_OK;

	while (status == SIM_OK && fgets(line, sizeof(line), file)) {
		status = check_line(line, text_cstr(&full), error);
		text_add(ret_conf, line);
	}
	text_add_char(ret_conf, '\n');
	fclose(file);
	text_fini(&full);
	return status;
}

/* "1d", "36h": digits and one unit of mosquitto's. Any other text could be a line of its
 * own in the configuration. */
static int check_expiration(const struct setting *said, struct sim_error *error)
{
	size_t digits = strspn(said->value, "0123456789");

	if (said->value[0] == '\0' ||
	    (digits > 0 && digits < 8 && strlen(said->value) == digits + 1 &&
	     strchr("hdwmy", said->value[digits])))
		return SIM_OK;
	return sim_fail(
		error, SIM_EINVAL,
		"%s: persistent_client_expiration is a number with one of h d w m y, as "
		"in \"36h\" or \"2w\"",
		said->where && said->where[0] ? said->where : "broker{}");
}

/* One line for each option that was said, in the words of the scenario: they are those of
 * the broker's own configuration. What an included file says comes last and so counts. */
int fleet_broker_conf(const struct plan *plan, struct text *ret_conf,
		      struct sim_error *error)
{
	const struct vocab_row *row = plan_broker_row();
	const struct setting *include = settings_get(&plan->broker, "include");
	struct value *values = values_new(row);
	int status;

	if (!values)
		return sim_fail(error, SIM_ENOMEM, "no memory for the broker's options");
	status = settings_parse(&plan->broker, row, values, error);
	free(values);
	const struct setting *expiration =
		settings_get(&plan->broker, "persistent_client_expiration");

	if (status == SIM_OK && expiration)
		status = check_expiration(expiration, error);
	for (size_t i = 0; status == SIM_OK && i < plan->broker.n; i++) {
		const struct setting *said = &plan->broker.items[i];

		if (said != include && said->value[0])
			text_addf(ret_conf, "%s %s\n", said->name, said->value);
	}
	if (status == SIM_OK && include && include->value[0])
		status = include_file(plan, include->value, ret_conf, error);
	return status;
}

/* A build is loaded once, however many machines run it. */
static int build_of(struct fleet *fleet, const char *spec,
		    enum firmware_isolation isolation, struct firmware_build **ret_build,
		    struct sim_error *error)
{
	struct fleet_place before;
	int status;

	for (int i = 0; i < fleet->n_builds; i++) {
		if (strcmp(fleet->build_specs[i], spec) == 0 &&
		    fleet->build_isolations[i] == isolation) {
			*ret_build = fleet->builds[i];
			return SIM_OK;
		}
	}
	if (fleet->n_builds == FLEET_BUILDS_MAX)
		return sim_fail(error, SIM_ELIMIT,
				"more than %d firmware builds in one run",
				FLEET_BUILDS_MAX);
	before = fleet_enter(fleet, (struct fleet_place){.inside = INSIDE_LOADING,
							 .firmware = spec});
	status = firmware_build_open(spec, fleet->options.firmware_dir, isolation,
				     ret_build, error);
	fleet_enter(fleet, before);
	if (status != SIM_OK)
		return status;
	fleet->builds[fleet->n_builds] = *ret_build;
	fleet->build_isolations[fleet->n_builds] = isolation;
	snprintf(fleet->build_specs[fleet->n_builds++], sizeof(fleet->build_specs[0]),
		 "%s", spec);
	return SIM_OK;
}

/* Each name once, in order of the machines. */
static void add_name(struct fleet *fleet, const char *name)
{
	char *names = fleet->firmware_names;
	size_t length = strlen(name);

	for (const char *at = names; (at = strstr(at, name)) != NULL; at++)
		if ((at == names || at[-1] == ' ') &&
		    (at[length] == '\0' || at[length] == ','))
			return;
	if (names[0])
		strncat(names, ", ", sizeof(fleet->firmware_names) - strlen(names) - 1);
	strncat(names, name, sizeof(fleet->firmware_names) - strlen(names) - 1);
}

/* What a scenario names is a build, or a file beside the scenario. */
static void spec_in_scenario(const struct plan *plan, const char *spec, char *ret_spec,
			     size_t size)
{
	const char *slash = plan->path ? strrchr(plan->path, '/') : NULL;

	if (slash && spec[0] != '/' && strchr(spec, '/') && !exec_words_of(spec))
		snprintf(ret_spec, size, "%.*s%s", (int)(slash - plan->path + 1),
			 plan->path, spec);
	else
		snprintf(ret_spec, size, "%s", spec);
}

/* --firmware a,b gives the machines a and b in turn; without it the group decides. */
static void spec_of(const struct fleet *fleet, const char *of_group, int index,
		    char *ret_spec, size_t size)
{
	const char *list = fleet->options.firmware;
	int entries = 1, wanted;
	size_t length;

	if (!list) {
		spec_in_scenario(fleet->plan, of_group, ret_spec, size);
		return;
	}
	/* A command may have commas in it, so it is the last of the list. */
	for (const char *c = list; *c && !exec_words_of(c); c++)
		entries += *c == ',';
	wanted = index % entries;
	while (wanted-- > 0)
		list = strchr(list, ',') + 1;
	length = exec_words_of(list) ? strlen(list) : strcspn(list, ",");
	snprintf(ret_spec, size, "%.*s", (int)length, list);
}

static const char *where_of(const struct settings *settings, const char *name)
{
	const struct setting *setting = settings_get(settings, name);

	return setting && setting->where ? setting->where : "printers{}";
}

/* Puts the place that said so in front of what is in *error. Returns its code. */
static int at_place(const struct settings *settings, const char *name,
		    struct sim_error *error)
{
	struct sim_error said = *error;

	return sim_fail(error, said.code, "%.200s: %.800s", where_of(settings, name),
			said.text);
}

/* The build must know every switch that was set; a switch that it lacks would be a silent
 * wish. */
static int check_safeguards(const struct plan_group *group,
			    const struct firmware_build *build, struct sim_error *error)
{
	const struct vocab_row *row = firmware_build_settings(build);
	struct value *values;
	int status;

	if (firmware_build_unfit(build))
		return SIM_OK; /* it runs nowhere; the machine's own event says so */
	for (size_t i = 0; i < group->safeguards.n; i++) {
		const struct setting *setting = &group->safeguards.items[i];

		if (vocab_find_param(row, setting->name) < 0)
			return sim_fail(error, SIM_EINVAL,
					"%s: firmware %s has no safeguard \"%s\"; %s",
					setting->where ? setting->where : "printers{}",
					firmware_build_name(build), setting->name,
					row->n_params ? "see jobjam doc for those it has"
						      : "the build \"guarded\" has it");
	}
	values = values_new(row);
	if (!values)
		return sim_fail(error, SIM_ENOMEM, "no memory for the fleet");
	status = settings_parse(&group->safeguards, row, values, error);
	free(values);
	return status;
}

static int make_owner(struct member *member, struct sim_error *error)
{
	const struct plan *plan = member->fleet->plan;
	const struct plan_owners *owners = NULL;
	int status;

	for (int i = 0; i < plan->n_owners;
	     i++) /* the last that fits: later ones refine */
		if (text_glob(plan->owners[i].of, member->name))
			owners = &plan->owners[i];
	if (!owners)
		return SIM_OK;
	member->owner_values = values_new(people_row());
	member->owner_safeguards = values_new(people_safeguard_row());
	if (!member->owner_values || !member->owner_safeguards)
		return sim_fail(error, SIM_ENOMEM, "no memory for the owners");
	member->has_owner = true;
	status = settings_parse(&owners->options, people_row(), member->owner_values,
				error);
	if (status != SIM_OK)
		return status;
	return settings_parse(&owners->safeguards, people_safeguard_row(),
			      member->owner_safeguards, error);
}

static void name_member(struct member *member, int width)
{
	int number = member->index + 1;
	char digits
		[16]; /* one width for the whole fleet, so that names sort as numbers do */

	snprintf(digits, sizeof(digits), "%0*d", width < 9 ? width : 9, number);
	snprintf(member->name, sizeof(member->name), "printer/%s", digits);
	snprintf(member->owner, sizeof(member->owner), "owner/%s", digits);
	snprintf(member->app, sizeof(member->app), "app/%s", digits);
	snprintf(member->serial, sizeof(member->serial), "SIM%05d", number);
	snprintf(member->request_topic, sizeof(member->request_topic),
		 "device/%s/request", member->serial);
	snprintf(member->report_topic, sizeof(member->report_topic), "device/%s/report",
		 member->serial);
}

static int make_member(struct fleet *fleet, const struct plan_group *group,
		       const struct value *values, int width, struct sim_error *error)
{
	const struct vocab_row *row = plan_printers_row();
	struct member *member = &fleet->members[fleet->n_members];
	const char *model = value_named(row, values, "model")->as.text;
	char spec[FLEET_SPEC_MAX];
	int status;

	member->fleet = fleet;
	member->group = group;
	member->index = fleet->n_members++;
	name_member(member, width);
	member->view.model = plan_model_find(fleet->plan, model);
	if (!member->view.model) {
		plan_model_unknown(fleet->plan, model, error);
		return at_place(&group->options, "model", error);
	}
	status = zone_open(value_named(row, values, "timezone")->as.text, &member->zone,
			   error);
	if (status != SIM_OK)
		return at_place(&group->options, "timezone", error);
	spec_of(fleet, value_named(row, values, "firmware")->as.text, member->index, spec,
		sizeof(spec));
	status = wire_program_take(member, spec, sizeof(spec), error);
	if (status != SIM_OK)
		return status;
	status = build_of(
		fleet, spec,
		(enum firmware_isolation)value_named(row, values, "isolation")->as.choice,
		&member->build, error);
	if (status != SIM_OK)
		return fleet->options.firmware
			       ? status
			       : at_place(&group->options, "firmware", error);
	status = member->command ? SIM_OK : check_safeguards(group, member->build, error);
	if (status == SIM_OK)
		status = make_owner(member, error);
	if (status != SIM_OK)
		return status;
	member->view.name = member->name;
	member->view.serial = member->serial;
	member->view.owner = member->has_owner ? member->owner : "";
	member->view.app = member->app;
	member->view.zone = member->zone;
	member->view.zone_name = zone_name(member->zone);
	member->view.firmware =
		member->command ? member->command : firmware_build_name(member->build);
	add_name(fleet, member->command ? "a program" : member->view.firmware);
	return SIM_OK;
}

static int members_of_group(struct fleet *fleet, const struct plan_group *group,
			    int *total, int width, struct sim_error *error)
{
	const struct vocab_row *row = plan_printers_row();
	struct value *values = values_new(row);
	int status, count;

	if (!values)
		return sim_fail(error, SIM_ENOMEM, "no memory for the fleet");
	status = settings_parse(&group->options, row, values, error);
	count = status == SIM_OK ? (int)value_named(row, values, "count")->as.integer : 0;
	for (int i = 0; status == SIM_OK && fleet->members && i < count; i++)
		status = make_member(fleet, group, values, width, error);
	*total += count;
	free(values);
	return status;
}

int fleet_make_members(struct fleet *fleet, struct sim_error *error)
{
	const struct plan *plan = fleet->plan;
	int total = 0, width = 3, status = SIM_OK;

	for (int i = 0; status == SIM_OK && i < plan->n_groups; i++)
		status = members_of_group(fleet, &plan->groups[i], &total, 0, error);
	if (status != SIM_OK)
		return status;
	if (total == 0)
		return sim_fail(error, SIM_EINVAL,
				"%s: the fleet is empty: every count is 0",
				plan->path ? plan->path : plan->name);
	for (int n = 1000; n <= total; n *= 10)
		width++;
	fleet->members = calloc((size_t)total, sizeof(*fleet->members));
	if (!fleet->members)
		return sim_fail(error, SIM_ENOMEM, "no memory for %d printers", total);
	for (int i = 0; status == SIM_OK && i < plan->n_groups; i++)
		status = members_of_group(fleet, &plan->groups[i], &total, width, error);
	return status;
}

void fleet_free_members(struct fleet *fleet)
{
	for (int i = 0; i < fleet->n_members; i++) {
		struct member *member = &fleet->members[i];

		if (member->printer) {
			struct fleet_place before =
				fleet_enter_printer(fleet, member->index);

			printer_free(member->printer);
			fleet_enter(fleet, before);
		}
		inbox_fini(member);
		zone_free(member->zone);
		free(member->command);
		free(member->owner_values);
		free(member->owner_safeguards);
	}
	free(fleet->members);
	fleet->members = NULL;
	fleet->n_members = 0;
}
