/* live.c - a script that acts on a network of real clients: no scenario, no fleet, no end. */
#include "sim/script/room.h"

#include <stdio.h>

/* So far instants may lie ahead. Long, but sums with it stay far from the largest number. */
#define LIVE_LENGTH (10 * 365 * SIM_DAY)

void live_prepare(struct script *script, const struct script_stage *stage)
{
	struct plan *plan = script->plan;
	script->live = true;
	script->stage = *stage;
	plan->has_scenario = true;
	plan->start_utc_ns = clock_utc_ns(stage->clock, 0);
	plan->length = LIVE_LENGTH;
	plan->seed = script->seed;
	snprintf(plan->name, sizeof(plan->name), "proxy");
}

/* The first word that was said and needs a fleet; NULL: none. */
static const char *needs_fleet(const struct plan *plan)
{
	const struct {
		bool said;
		const char *word;
	} WORDS[] = {
		{plan->n_groups > 0, "printers"},
		{plan->has_cloud, "cloud"},
		{plan->n_owners > 0, "owners"},
		{plan->broker.n > 0, "broker"},
		{plan->n_bridges > 0, "bridge"},
		{plan->n_jobs > 0, "job"},
		{plan->n_machines > 0, "machine"},
		{plan->n_expectations > 0, "expect"},
		{plan->n_known_bads > 0, "known_bad"},
	};
	for (size_t i = 0; i < WORD_COUNT(WORDS); i++)
		if (WORDS[i].said)
			return WORDS[i].word;
	return NULL;
}

int live_begin(struct script *script, const struct script_stage *stage,
	       struct sim_error *error)
{
	const struct plan *plan = script->plan;
	const char *word = needs_fleet(plan);
	if (word != NULL)
		return sim_fail(
			error, SIM_EINVAL,
			"%s: %s has no place in a live script: clients, machines and "
			"broker are real ones here; net, at, after, every, wait, "
			"wait_until and note are what it can say",
			script->file, word);
	int status = override_rest(script, error);
	if (status != SIM_OK)
		return status;
	script->phase = SCRIPT_RUNNING;
	for (size_t i = 0; i < plan->n_deeds; i++) {
		const struct plan_deed *deed = &plan->deeds[i];
		sim_ns now = stage->clock->now;
		queue_add(stage->queue, deed->at > now ? deed->at : now, deed->fn,
			  deed->arg);
	}
	trace_observe(stage->trace, script_notice, script);
	return SIM_OK;
}
