/* facts.c - filling a run's facts. */
#include "sim/command/facts.h"

#include "sim/core/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A word for the shell: as it is when harmless, else in single quotes. */
static void add_word(struct text *text, const char *word)
{
	static const char harmless[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789_@%+=:,./-";

	text_add_char(text, ' ');
	if (*word && strspn(word, harmless) == strlen(word)) {
		text_add(text, word);
		return;
	}
	text_add_char(text, '\'');
	for (const char *c = word; *c; c++) {
		if (*c == '\'')
			text_add(text, "'\\''");
		else
			text_add_char(text, *c);
	}
	text_add_char(text, '\'');
}

void facts_reproduce(const struct plan *plan, const struct options *options,
		     struct text *ret_command)
{
	text_add(ret_command, "jobjam run");
	if (plan->path && plan->path[0] == '-')
		text_add(ret_command, " ./");
	add_word(ret_command, plan->path ? plan->path : plan->name);
	text_addf(ret_command, " --seed %llu", (unsigned long long)plan->seed);
	if (options->firmware) {
		text_add(ret_command, " --firmware");
		add_word(ret_command, options->firmware);
	}
	if (options->broker) {
		text_add(ret_command, " --broker");
		add_word(ret_command, options->broker);
	}
	for (size_t i = 0; i < options->n_sets; i++) {
		text_add(ret_command, " --set");
		add_word(ret_command, options->sets[i]);
	}
	if (options->tick_exact)
		text_add(ret_command, " --tick exact");
	if (options->wall)
		text_add(ret_command, " --clock wall");
}

static int gather_settings(const struct fleet *fleet, struct facts *facts)
{
	struct fleet_setting setting;
	size_t n = 0;

	while (fleet_setting_at(fleet, n, &setting))
		n++;
	facts->settings = calloc(n ? n : 1, sizeof(*facts->settings));
	facts->setting_names = calloc(n ? n : 1, sizeof(*facts->setting_names));
	if (!facts->settings || !facts->setting_names)
		return SIM_ENOMEM;
	for (size_t i = 0; i < n && fleet_setting_at(fleet, i, &setting); i++) {
		snprintf(facts->setting_names[i], sizeof(facts->setting_names[i]),
			 "%s.%s", setting.scope, setting.name);
		facts->settings[i] = (struct run_setting){
			.name = facts->setting_names[i],
			.value = setting.value ? setting.value : "",
			.from = setting.from,
		};
	}
	facts->run.settings = facts->settings;
	facts->run.n_settings = n;
	return SIM_OK;
}

static int gather_printers(const struct fleet *fleet, struct facts *facts)
{
	int n = fleet_count(fleet);

	facts->printers = calloc(n > 0 ? (size_t)n : 1, sizeof(*facts->printers));
	if (!facts->printers)
		return SIM_ENOMEM;
	for (int i = 0; i < n; i++) {
		const struct fleet_printer *printer = fleet_printer(fleet, i);

		facts->printers[i] = (struct run_printer){
			.name = printer->name,
			.model = printer->model->name,
			.zone = printer->zone_name,
			.owner = printer->owner,
			.firmware = printer->firmware,
			.client = printer->client,
		};
	}
	facts->run.printers = facts->printers;
	facts->run.n_printers = (size_t)n;
	return SIM_OK;
}

int facts_gather(const struct plan *plan, struct fleet *fleet,
		 const struct options *options, const char *variant,
		 const char *directory, struct facts *ret_facts, struct sim_error *error)
{
	struct facts *facts = ret_facts;
	const struct setting *tick = settings_get(&plan->scenario, "tick");
	const char *broker = world_broker_path(fleet_world(fleet));

	*facts = (struct facts){0};
	facts_reproduce(plan, options, &facts->reproduce);
	facts->run = (struct run_facts){
		.tool_version = JOBJAM_VERSION,
		.scenario = plan->name,
		.scenario_path = plan->path ? plan->path : "",
		.about = plan->about ? plan->about : "",
		.scenario_hash = plan->hash ? plan->hash : "",
		.published = (const char *const *)plan->published,
		.n_published = plan->n_published,
		.assumptions = (const char *const *)plan->assumptions,
		.n_assumptions = plan->n_assumptions,
		.seed = plan->seed,
		.start_utc_ns = plan->start_utc_ns,
		.length = plan->length,
		.clock_mode = world_is_wall(fleet_world(fleet)) ? "wall" : "virtual",
		.tick = tick && strcmp(tick->value, "exact") == 0 ? "exact"
								  : "whole seconds",
		.broker = *broker           ? broker
			  : options->broker ? options->broker
					    : "mosquitto",
		.broker_version = world_broker_version(fleet_world(fleet)),
		.firmware = fleet_firmware_names(fleet),
		.cloud = fleet_cloud_build(fleet),
		.zone_data = zone_data_version(),
		.variant = variant,
		.directory = directory,
		.reproduce = text_cstr(&facts->reproduce),
	};
	if (gather_settings(fleet, facts) || gather_printers(fleet, facts) ||
	    facts->reproduce.failed)
		return sim_fail(error, SIM_ENOMEM, "no memory for the facts of the run");
	return SIM_OK;
}

void facts_fini(struct facts *facts)
{
	free(facts->settings);
	free(facts->setting_names);
	free(facts->printers);
	text_fini(&facts->reproduce);
	text_fini(&facts->schedule);
	*facts = (struct facts){0};
}
