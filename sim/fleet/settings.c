/* settings.c - what was in force, for reports, and whether the builds stand as shipped.
 *
 * Named are all safeguards, on or off, and of the other options those that somebody said:
 * the rest stands in the documentation of this version. */
#include "sim/fleet/fleet_room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct in_force {
	struct fleet_setting setting;
	char scope[32];
};

/* Running out of memory is told by the caller: the list is then short. */
static bool add(struct fleet *fleet, const char *scope, const char *name,
		const char *value, const char *from)
{
	struct in_force *grown = realloc(fleet->in_force, (fleet->n_in_force +
							   1) * sizeof(*fleet->in_force));
	struct in_force *one;

	if (!grown)
		return false;
	fleet->in_force = grown;
	one = &grown[fleet->n_in_force++];
	snprintf(one->scope, sizeof(one->scope), "%s", scope);
	one->setting = (struct fleet_setting){.name = name, .value = value, .from = from};
	return true;
}

static bool add_row(struct fleet *fleet, const char *scope, const struct vocab_row *row,
		    const struct settings *settings, bool also_unsaid)
{
	for (size_t i = 0; i < row->n_params; i++) {
		const struct param *param = &row->params[i];
		const struct setting *said = settings_get(settings, param->name);

		if (!said && !also_unsaid)
			continue;
		if (!add(fleet, scope, param->name, said ? said->value : param->fallback,
			 said ? said->from : "build"))
			return false;
	}
	return true;
}

/* "printers", or "printers/2" where there are several groups. */
static const char *scope_of(char scope[32], const char *what, int index, int n)
{
	if (n > 1)
		snprintf(scope, 32, "%s/%d", what, index + 1);
	else
		snprintf(scope, 32, "%s", what);
	return scope;
}

static const struct firmware_build *build_of_group(const struct fleet *fleet,
						   const struct plan_group *group)
{
	for (int i = 0; i < fleet->n_members; i++)
		if (fleet->members[i].group == group)
			return fleet->members[i].build;
	return NULL; /* a group of none */
}

static bool add_groups(struct fleet *fleet)
{
	const struct plan *plan = fleet->plan;
	char scope[32];

	for (int i = 0; i < plan->n_groups; i++) {
		const struct plan_group *group = &plan->groups[i];
		const struct firmware_build *build = build_of_group(fleet, group);

		scope_of(scope, "printers", i, plan->n_groups);
		if (build && (!add_row(fleet, scope, plan_printers_row(), &group->options,
				       false) ||
			      !add_row(fleet, scope, firmware_build_settings(build),
				       &group->safeguards, true)))
			return false;
	}
	return true;
}

static bool add_owners(struct fleet *fleet)
{
	const struct plan *plan = fleet->plan;
	char scope[32];

	for (int i = 0; i < plan->n_owners; i++) {
		const struct plan_owners *owners = &plan->owners[i];

		scope_of(scope, "people", i, plan->n_owners);
		if (!add_row(fleet, scope, people_row(), &owners->options, false) ||
		    !add_row(fleet, scope, people_safeguard_row(), &owners->safeguards,
			     true))
			return false;
	}
	return true;
}

static bool add_bridges(struct fleet *fleet)
{
	const struct plan *plan = fleet->plan;
	char scope[32];

	for (int i = 0; i < plan->n_bridges; i++)
		if (!add_row(fleet, scope_of(scope, "bridge", i, plan->n_bridges),
			     plan_bridge_row(), &plan->bridges[i].options, true))
			return false;
	return true;
}

static bool add_params(struct fleet *fleet)
{
	const struct plan *plan = fleet->plan;

	for (size_t i = 0; i < plan->n_params; i++)
		if (!add(fleet, "param", plan->params[i].name, plan->params[i].value,
			 plan->params[i].overridden ? "command line" : "scenario"))
			return false;
	return true;
}

int fleet_gather_settings(struct fleet *fleet, struct sim_error *error)
{
	const struct plan *plan = fleet->plan;
	bool whole = add_groups(fleet) &&
		     add_row(fleet, "cloud", cloud_row(), &plan->cloud, false) &&
		     add_row(fleet, "cloud", cloud_safeguard_row(),
			     &fleet->cloud_in_force, true) &&
		     add_owners(fleet) &&
		     add_row(fleet, "broker", plan_broker_row(), &plan->broker, true) &&
		     add_bridges(fleet) && add_params(fleet);

	return whole ? SIM_OK : sim_fail(error, SIM_ENOMEM, "no memory for the settings");
}

bool fleet_setting_at(const struct fleet *fleet, size_t index,
		      struct fleet_setting *ret_setting)
{
	if (index >= fleet->n_in_force)
		return false;
	*ret_setting = fleet->in_force[index].setting;
	ret_setting->scope = fleet->in_force[index].scope;
	return true;
}

static bool any_said(const struct settings *settings)
{
	for (size_t i = 0; i < settings->n; i++)
		if (strcmp(settings->items[i].from, "build") != 0)
			return true;
	return false;
}

bool fleet_as_built(const struct fleet *fleet)
{
	const struct plan *plan = fleet->plan;

	if (any_said(&fleet->cloud_in_force))
		return false;
	for (int i = 0; i < plan->n_groups; i++)
		if (any_said(&plan->groups[i].safeguards))
			return false;
	for (int i = 0; i < plan->n_owners; i++)
		if (any_said(&plan->owners[i].safeguards))
			return false;
	/* A parameter changed on the command line makes an experiment of the run. */
	for (size_t i = 0; i < plan->n_params; i++)
		if (plan->params[i].overridden)
			return false;
	return true;
}
