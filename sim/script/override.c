/* override.c - --set name=value, the last layer over what a scenario says. */
#include "sim/script/room.h"

#include "printers/safeguards.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char FROM[] = "command line";

int override_add_all(struct script *script, const char *const *sets,
		     struct sim_error *error)
{
	size_t n = 0;
	while (sets != NULL && sets[n] != NULL)
		n++;
	script->overrides = calloc(n > 0 ? n : 1, sizeof(*script->overrides));
	if (script->overrides == NULL)
		return sim_fail(error, SIM_ENOMEM, "no memory for --set");
	for (size_t i = 0; i < n; i++) {
		const char *equal = strchr(sets[i], '=');
		if (equal == NULL || equal == sets[i])
			return sim_fail(error, SIM_EINVAL,
					"--set %s: wanted name=value, such as "
					"printers.start_expiry=5m",
					sets[i]);
		struct override *override = &script->overrides[script->n_overrides++];
		override->name = strndup(sets[i], (size_t)(equal - sets[i]));
		override->value = strdup(equal + 1);
		if (override->name == NULL || override->value == NULL)
			return sim_fail(error, SIM_ENOMEM, "no memory for --set");
	}
	return SIM_OK;
}

const char *override_param(struct script *script, const char *name)
{
	const char *value = NULL;
	for (size_t i = 0; i < script->n_overrides; i++) {
		if (strcmp(script->overrides[i].name, name) != 0)
			continue;
		script->overrides[i].used = true;
		value = script->overrides[i].value;
	}
	return value;
}

/* --- scopes --------------------------------------------------------------------------- */

/* Sets what a scope's name means: in every group, or every owners{}. */
static int set_printers(struct plan *plan, bool safeguard, const char *name,
			const char *value)
{
	int status = SIM_OK;
	for (int i = 0; status == SIM_OK && i < plan->n_groups; i++) {
		struct plan_group *group = &plan->groups[i];
		status = settings_set(safeguard ? &group->safeguards : &group->options,
				      name, value, FROM, "--set");
	}
	return status;
}

static int set_cloud(struct plan *plan, bool safeguard, const char *name,
		     const char *value)
{
	return settings_set(safeguard ? &plan->cloud_safeguards : &plan->cloud, name,
			    value, FROM, "--set");
}

static int set_people(struct plan *plan, bool safeguard, const char *name,
		      const char *value)
{
	int status = SIM_OK;
	for (int i = 0; status == SIM_OK && i < plan->n_owners; i++) {
		struct plan_owners *owners = &plan->owners[i];
		status = settings_set(safeguard ? &owners->safeguards : &owners->options,
				      name, value, FROM, "--set");
	}
	return status;
}

static int set_broker(struct plan *plan, bool unused, const char *name, const char *value)
{
	(void)unused;
	return settings_set(&plan->broker, name, value, FROM, "--set");
}

static int set_bridge(struct plan *plan, bool unused, const char *name, const char *value)
{
	int status = SIM_OK;
	(void)unused;
	for (int i = 0; status == SIM_OK && i < plan->n_bridges; i++)
		status = settings_set(&plan->bridges[i].options, name, value, FROM,
				      "--set");
	return status;
}

static const struct vocab_row *no_row(void)
{
	static const struct vocab_row NONE = {.name = "none", .summary = ""};
	return &NONE;
}

static const struct scope {
	const char *name;
	const struct vocab_row *(*options)(void);
	const struct vocab_row *(*safeguards)(void);
	int (*set)(struct plan *plan, bool safeguard, const char *name,
		   const char *value);
	const char *word; /* what must have been said for it to mean anything */
} SCOPES[] = {
	{"printers", plan_printers_row, printer_safeguard_row, set_printers,
	 "printers{ }"},
	{"cloud", cloud_row, cloud_safeguard_row, set_cloud, NULL},
	{"people", people_row, people_safeguard_row, set_people, "owners{ }"},
	{"owners", people_row, people_safeguard_row, set_people, "owners{ }"},
	{"broker", plan_broker_row, no_row, set_broker, NULL},
	{"bridge", plan_bridge_row, no_row, set_bridge, "bridge{ }"},
};
enum {
	N_SCOPES = sizeof(SCOPES) / sizeof(SCOPES[0])
};

static const struct scope *scope_of(const char *name)
{
	for (size_t i = 0; i < N_SCOPES; i++) {
		size_t length = strlen(SCOPES[i].name);
		if (strncmp(name, SCOPES[i].name, length) == 0 && name[length] == '.')
			return &SCOPES[i];
	}
	return NULL;
}

/* --- names for "did you mean" ----------------------------------------------------------- */

enum {
	NAMES_MAX = 512,
	NAME_MAX_LENGTH = 64
};

struct names {
	char text[NAMES_MAX][NAME_MAX_LENGTH];
	size_t n;
};

static void add_name(struct names *names, const char *scope, const char *name)
{
	if (names->n < NAMES_MAX)
		snprintf(names->text[names->n++], NAME_MAX_LENGTH, "%s%s%s", scope,
			 scope[0] != '\0' ? "." : "", name);
}

static void add_row(struct names *names, const char *scope, const struct vocab_row *row)
{
	for (size_t i = 0; i < row->n_params; i++)
		add_name(names, scope, row->params[i].name);
}

static const char *next_name(const void *arg, size_t i)
{
	const struct names *names = arg;
	return i < names->n ? names->text[i] : NULL;
}

static int refuse_unknown(const struct script *script, const char *name,
			  struct sim_error *error)
{
	struct names *names = calloc(1, sizeof(*names));
	if (names == NULL)
		return sim_fail(error, SIM_ENOMEM, "no memory for --set");
	for (size_t i = 0; i < script->plan->n_params; i++)
		add_name(names, "", script->plan->params[i].name);
	add_row(names, "scenario", plan_scenario_row());
	for (size_t i = 0; i < N_SCOPES; i++) {
		add_row(names, SCOPES[i].name, SCOPES[i].options());
		add_row(names, SCOPES[i].name, SCOPES[i].safeguards());
	}
	const char *near = text_nearest(name, next_name, names);
	if (near != NULL)
		sim_fail(error, SIM_EINVAL,
			 "--set %s: unknown name; did you mean \"%s\"?", name, near);
	else
		sim_fail(
			error, SIM_EINVAL,
			"--set %s: unknown name; it reaches what the scenario declares with "
			"param(), and scenario.…, printers.…, cloud.…, people.…, broker.…, "
			"bridge.…",
			name);
	free(names);
	return SIM_EINVAL;
}

/* --- applying ----------------------------------------------------------------------------- */

/* Checks the value and writes it the way a script's would be written. */
static int check_value(const struct override *override, const struct param *param,
		       struct sim_error *error)
{
	struct sim_error why;
	if (setting_check(param, override->value, &why) == SIM_OK)
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL, "--set %s: %.900s", override->name, why.text);
}

int override_scenario(struct script *script, struct sim_error *error)
{
	static const char SCOPE[] = "scenario.";
	const struct vocab_row *row = plan_scenario_row();
	for (size_t i = 0; i < script->n_overrides; i++) {
		struct override *override = &script->overrides[i];
		if (strncmp(override->name, SCOPE, strlen(SCOPE)) != 0)
			continue;
		const char *name = override->name + strlen(SCOPE);
		int at = vocab_find_param(row, name);
		if (at < 0)
			return refuse_unknown(script, override->name, error);
		int status = check_value(override, &row->params[at], error);
		if (status != SIM_OK)
			return status;
		override->used = true;
		if (settings_set(&script->plan->scenario, name, override->value, FROM,
				 "--set") != SIM_OK)
			return sim_fail(error, SIM_ENOMEM, "no memory for --set");
	}
	return SIM_OK;
}

static int apply(struct script *script, struct override *override,
		 struct sim_error *error)
{
	const struct scope *scope = scope_of(override->name);
	if (scope == NULL)
		return refuse_unknown(script, override->name, error);
	const char *name = override->name + strlen(scope->name) + 1;
	const struct vocab_row *row = scope->options();
	bool safeguard = false;
	int at = vocab_find_param(row, name);
	if (at < 0) {
		row = scope->safeguards();
		safeguard = true;
		at = vocab_find_param(row, name);
	}
	if (at < 0)
		return refuse_unknown(script, override->name, error);
	int status = check_value(override, &row->params[at], error);
	if (status != SIM_OK)
		return status;
	bool said = scope->set == set_printers ? script->plan->n_groups > 0
		    : scope->set == set_people ? script->plan->n_owners > 0
		    : scope->set == set_bridge ? script->plan->n_bridges > 0
					       : true;
	if (!said)
		return sim_fail(error, SIM_EINVAL,
				"--set %s: the scenario has no %s for it to change",
				override->name, scope->word);
	if (scope->set(script->plan, safeguard, name, override->value) != SIM_OK)
		return sim_fail(error, SIM_ENOMEM, "no memory for --set");
	return SIM_OK;
}

int override_rest(struct script *script, struct sim_error *error)
{
	for (size_t i = 0; i < script->n_overrides; i++) {
		int status = script->overrides[i].used
				     ? SIM_OK
				     : apply(script, &script->overrides[i], error);
		if (status != SIM_OK)
			return status;
	}
	return SIM_OK;
}
