/* lua_machine.c - machine{}: a model of the scenario's own, given by its constants. */
#include "sim/script/room.h"

#include "printers/classes.h"

/* machine { name = …, like = …, constants }                                [-1, +0, e] */
int word_machine(lua_State *L)
{
	const struct take take = {.what = "machine", .rows = {plant_machine_row()}};
	struct value values[SCRIPT_VALUES_MAX];
	struct sim_error error;

	if (!script_loading(L))
		take_refuse(L, "machine", "belongs to the file itself");
	take_table(L, 1, "machine", "{ name = \"mine\", like = \"p1p\", heater_w = 60 }");
	take_values(L, 1, &take, (struct value *[]){values});
	for (size_t i = 0; i < 2; i++)
		if (!values[i].given)
			take_refuse(L, "machine", "%s is missing",
				    plant_machine_row()->params[i].name);
	if (plan_add_machine(script_of(L)->plan, values, &error) != SIM_OK)
		take_refuse(L, "machine", "%s", error.text);
	return 0;
}
