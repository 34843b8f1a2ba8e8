/* sites.c - from the plan's bridges to brokers of sites, and who is their client. */
#include "sim/fleet/fleet_room.h"
#include "sim/world/site.h"

#include <string.h>

struct filters {
	char texts[PLAN_FILTERS_MAX][PLAN_FILTER_MAX];
	const char *list[PLAN_FILTERS_MAX + 1];
};

static const char *const *split(const struct value *value, struct filters *filters)
{
	int n = plan_split_filters(value->as.text, filters->texts);

	for (int i = 0; i < n; i++)
		filters->list[i] = filters->texts[i];
	filters->list[n > 0 ? n : 0] = NULL;
	return filters->list;
}

static int make_site(struct fleet *fleet, const struct value *values,
		     struct sim_error *error)
{
	struct filters down, up;
	struct site *site;
	struct site_options options = {
		.name = plan_bridge_value(values, "name")->as.text,
		.down = split(plan_bridge_value(values, "down"), &down),
		.up = split(plan_bridge_value(values, "up"), &up),
		.qos = (int)plan_bridge_value(values, "qos")->as.integer,
		.mqtt5 = plan_bridge_value(values, "protocol")->as.choice > 0,
		.clean_session = plan_bridge_value(values, "clean_session")->as.yes,
		.keepalive_s =
			(int)(plan_bridge_value(values, "keepalive")->as.ns / SIM_S),
		.restart_s = (int)(plan_bridge_value(values, "retry")->as.ns / SIM_S),
		.max_queued =
			(int)plan_bridge_value(values, "max_queued_messages")->as.integer,
		.max_inflight = (int)plan_bridge_value(values, "max_inflight_messages")
					->as.integer,
		.persistence = plan_bridge_value(values, "persistence")->as.yes,
	};

	return site_add(fleet->world, &options, &site, error);
}

int fleet_make_sites(struct fleet *fleet, struct sim_error *error)
{
	const struct plan *plan = fleet->plan;
	struct value values[PLAN_BRIDGE_VALUES];
	int status = plan_check_bridges(plan, error);

	for (int i = 0; status == SIM_OK && i < plan->n_bridges; i++) {
		status = settings_parse(&plan->bridges[i].options, plan_bridge_row(),
					values, error);
		if (status == SIM_OK)
			status = make_site(fleet, values, error);
	}
	return status;
}

/* Its link leads to the broker of its site, if its group says one. */
void fleet_join_site(struct member *member)
{
	struct world *world = member->fleet->world;
	const struct setting *said = settings_get(&member->group->options, "broker");
	struct site *site;

	for (size_t i = 0; said && (site = site_at(world, i)) != NULL; i++)
		if (strcmp(strchr(site_who(site), '/') + 1, said->value) == 0)
			link_join(net_link(world_net(world), member->name),
				  site_hub(site));
}
