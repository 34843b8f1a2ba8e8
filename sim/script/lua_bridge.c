/* lua_bridge.c - bridge{}: a site with a broker of its own. */
#include "sim/script/room.h"

/* bridge { name = …, … }                                                   [-1, +0, e] */
int word_bridge(lua_State *L)
{
	const struct take take = {.what = "bridge", .rows = {plan_bridge_row()}};
	struct plan *plan = script_of(L)->plan;
	struct sim_error error;

	if (!script_loading(L))
		take_refuse(L, "bridge", "belongs to the file itself");
	if (plan->n_groups > 0)
		take_refuse(L, "bridge",
			    "comes before printers{ }, whose groups may name it");
	if (plan->n_bridges == PLAN_BRIDGES_MAX)
		take_refuse(L, "bridge", "more than %d", PLAN_BRIDGES_MAX);
	take_table(L, 1, "bridge", "{ name = \"site\" }");
	struct plan_bridge *bridge = &plan->bridges[plan->n_bridges];
	take_settings(L, 1, &take, (struct settings *[]){&bridge->options});
	plan->n_bridges++;
	script_check(L, plan_check_bridges(plan, &error), &error);
	return 0;
}
