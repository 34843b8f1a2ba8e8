/* settings.c - what was in force, for reports, and whether the builds stand as shipped. */
#include "sim/fleet/fleet_room.h"

#include <string.h>

/* The i-th parameter of a row, as set or as the build has it. */
static bool from_row(const struct vocab_row *row, const struct settings *settings,
		     size_t i, const char *scope, struct fleet_setting *ret)
{
	const struct setting *said;

	if (i >= row->n_params)
		return false;
	said = settings_get(settings, row->params[i].name);
	*ret = (struct fleet_setting){
		.scope = scope,
		.name = row->params[i].name,
		.value = said ? said->value : row->params[i].fallback,
		.from = said ? said->from : "build",
	};
	return true;
}

/* One stretch of settings after another: the machine of the first group, the service,
 * the people of the first owners{}, the broker, the scenario's own parameters. */
bool fleet_setting_at(const struct fleet *fleet, size_t index,
		      struct fleet_setting *ret_setting)
{
	const struct plan *plan = fleet->plan;
	const struct settings none = {0};
	const struct {
		const char *scope;
		const struct vocab_row *row;
		const struct settings *settings;
	} stretches[] = {
		{"printers", firmware_build_settings(fleet->members[0].build),
		 &fleet->members[0].group->safeguards},
		{"cloud", cloud_safeguard_row(), &fleet->cloud_in_force},
		{"people", people_safeguard_row(),
		 plan->n_owners ? &plan->owners[0].safeguards : &none},
		{"broker", plan_broker_row(), &plan->broker},
	};

	for (size_t s = 0; s < sizeof(stretches) / sizeof(stretches[0]); s++) {
		const struct vocab_row *row = stretches[s].row;

		if (from_row(row, stretches[s].settings, index, stretches[s].scope,
			     ret_setting))
			return true;
		index -= row->n_params;
	}
	if (index >= plan->n_params)
		return false;
	*ret_setting = (struct fleet_setting){
		.scope = "param",
		.name = plan->params[index].name,
		.value = plan->params[index].value,
		.from = plan->params[index].overridden ? "command line" : "scenario",
	};
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
