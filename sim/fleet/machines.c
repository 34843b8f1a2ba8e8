/* machines.c - the models that a scenario may name: those that are built in, and its own. */
#include "sim/fleet/plan.h"

#include "printers/classes.h"
#include "printers/model.h"

#include <stdlib.h>
#include <string.h>

/* In one piece, so that it never moves: machines point into it. */
struct plan_machine {
	struct printer_model model;
	struct plant_constants plant;
	char name[64], summary[96];
};

const struct printer_model *plan_model_at(const struct plan *plan, size_t index)
{
	size_t built_in = 0;

	for (; printer_model_at(built_in); built_in++)
		if (built_in == index)
			return printer_model_at(index);
	index -= built_in;
	return index < plan->n_machines ? &plan->machines[index]->model : NULL;
}

const struct printer_model *plan_model_find(const struct plan *plan, const char *name)
{
	const struct printer_model *model;

	for (size_t i = 0; (model = plan_model_at(plan, i)) != NULL; i++)
		if (strcmp(model->name, name) == 0)
			return model;
	return NULL;
}

static const char *next_model(const void *arg, size_t i)
{
	const struct printer_model *model = plan_model_at(arg, i);

	return model ? model->name : NULL;
}

int plan_model_unknown(const struct plan *plan, const char *name, struct sim_error *error)
{
	return vocab_unknown(error, "model", name, next_model, plan);
}

int plan_add_machine(struct plan *plan, const struct value *values,
		     struct sim_error *error)
{
	const struct vocab_row *row = plant_machine_row();
	const char *name = values[vocab_find_param(row, "name")].as.text;
	const char *like = values[vocab_find_param(row, "like")].as.text;
	const struct printer_model *model = plan_model_find(plan, like);
	struct plan_machine *machine;
	int status;

	if (plan->n_machines == PLAN_MACHINES_MAX)
		return sim_fail(error, SIM_EINVAL, "more than %d machines",
				PLAN_MACHINES_MAX);
	if (name[0] == '\0' || strlen(name) >= sizeof(machine->name))
		return sim_fail(error, SIM_EINVAL, "name must have 1 to %zu bytes",
				sizeof(machine->name) - 1);
	if (plan_model_find(plan, name))
		return sim_fail(error, SIM_EINVAL, "there is a model \"%s\" already",
				name);
	if (!model) {
		struct sim_error unknown;

		plan_model_unknown(plan, like, &unknown);
		return sim_fail(error, SIM_ENOENT, "like: %s", unknown.text);
	}
	machine = calloc(1, sizeof(*machine));
	if (!machine)
		return sim_fail(error, SIM_ENOMEM, "no memory for a machine");
	strcpy(machine->name, name);
	strcpy(machine->summary, "the scenario's own");
	machine->model = *model;
	machine->plant = *model->plant;
	machine->model.name = machine->plant.name = machine->name;
	machine->model.summary = machine->summary;
	machine->model.plant = &machine->plant;
	status = plant_constants_take(&machine->plant, values, error);
	if (status) {
		free(machine);
		return status;
	}
	plan->machines[plan->n_machines++] = machine;
	return SIM_OK;
}

void plan_free_machines(struct plan *plan)
{
	while (plan->n_machines > 0)
		free(plan->machines[--plan->n_machines]);
}
