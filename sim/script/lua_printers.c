/* lua_printers.c - printers{}: groups of machines, and what the plan calls them. */
#include "sim/script/room.h"

#include "printers/safeguards.h"

#include <stdio.h>

/* --- the plan's machines -------------------------------------------------------------------- */

static int group_count(const struct plan_group *group)
{
	const struct setting *count = settings_get(&group->options, "count");
	int64_t n = 1;
	return count != NULL && text_read_int(count->value, &n) ? (int)n : 1;
}

int plan_printer_count(const struct plan *plan)
{
	int n = 0;
	for (int i = 0; i < plan->n_groups; i++)
		n += group_count(&plan->groups[i]);
	return n;
}

const struct plan_group *plan_printer_group(const struct plan *plan, int index)
{
	for (int i = 0; i < plan->n_groups; i++) {
		int n = group_count(&plan->groups[i]);
		if (index < n)
			return &plan->groups[i];
		index -= n;
	}
	return NULL;
}

void plan_printer_name(const struct plan *plan, int index, char *ret_name, size_t size)
{
	int width = 3;
	for (int n = 1000; n <= plan_printer_count(plan); n *= 10)
		width++;
	/* The two numbers are small; the remainders let the compiler see it. */
	snprintf(ret_name, size, "printer/%0*d", width % 10, (index + 1) % 1000000);
}

/* --- printers{} ------------------------------------------------------------------------------- */

/* Names that rows cannot know: models and zones. */
static void check_names(lua_State *L, const struct settings *options, const char *what)
{
	const struct setting *model = settings_get(options, "model");
	const struct setting *zone = settings_get(options, "timezone");
	struct sim_error error;
	const struct plan *plan = script_of(L)->plan;
	if (model != NULL && plan_model_find(plan, model->value) == NULL) {
		plan_model_unknown(plan, model->value, &error);
		luaL_error(L, "%s: %s: %s", model->where, what, error.text);
	}
	if (zone != NULL) {
		struct zone *opened = NULL;
		if (zone_open(zone->value, &opened, &error) != SIM_OK) {
			lua_pushfstring(L, "%s: %s: timezone: %s", zone->where, what,
					error.text);
			lua_error(L);
		}
		zone_free(opened);
	}
}

/* One table, the group's or the common one, into a group. */
static void take_group(lua_State *L, int table, struct plan_group *group,
		       const char *where, bool list_allowed)
{
	static const char *const OTHERS[] = {"safeguards", NULL};
	const struct take take = {.what = "printers",
				  .where = where,
				  .rows = {plan_printers_row()},
				  .others = OTHERS,
				  .list_allowed = list_allowed};
	char inside[64];

	table = lua_absindex(L, table);
	take_settings(L, table, &take, (struct settings *[]){&group->options});
	if (lua_getfield(L, table, "safeguards") != LUA_TNIL) {
		snprintf(inside, sizeof(inside), "%s%ssafeguards", where,
			 where[0] != '\0' ? "." : "");
		const struct take safeguards = {.what = "printers: safeguards",
						.where = inside,
						.rows = {printer_safeguard_row()}};
		take_table(L, lua_gettop(L), "printers: safeguards",
			   "{ start_expiry = \"5m\" }");
		take_settings(L, -1, &safeguards,
			      (struct settings *[]){&group->safeguards});
	}
	lua_pop(L, 1);
}

static struct plan_group *add_group(lua_State *L)
{
	struct plan *plan = script_of(L)->plan;
	if (plan->n_groups == PLAN_GROUPS_MAX)
		take_refuse(L, "printers", "more than %d groups", PLAN_GROUPS_MAX);
	return &plan->groups[plan->n_groups++];
}

/* printers { { group }, …, common keys } -> fleet                          [-1, +1, e] */
int word_printers(lua_State *L)
{
	struct plan *plan = script_of(L)->plan;
	if (!script_loading(L))
		take_refuse(L, "printers", "belongs to the file itself");
	if (plan->n_groups > 0)
		take_refuse(L, "printers",
			    "has been said already; list all groups in one call, as in "
			    "printers { { count = 6 }, { count = 2 } }");
	take_table(L, 1, "printers", "{ count = 6, model = \"x1c\" }");
	lua_Integer n = (lua_Integer)lua_rawlen(L, 1);
	for (lua_Integer i = 1; i <= n || (n == 0 && i == 1); i++) {
		char where[16] = "";
		struct plan_group *group = add_group(L);
		/* What is common comes first, so that the group has the last word. */
		take_group(L, 1, group, "", n > 0);
		if (n == 0)
			break;
		if (lua_rawgeti(L, 1, i) != LUA_TTABLE)
			take_refuse(L, "printers",
				    "entry %d of the list is a %s, not a group "
				    "such as { count = 6 }",
				    (int)i, luaL_typename(L, -1));
		snprintf(where, sizeof(where), "#%d", (int)i);
		take_group(L, -1, group, where, false);
		lua_pop(L, 1);
	}
	for (int i = 0; i < plan->n_groups; i++)
		check_names(L, &plan->groups[i].options, "printers");
	fleet_push(L, "printer/*");
	return 1;
}
