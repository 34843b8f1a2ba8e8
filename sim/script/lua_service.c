/* lua_service.c - cloud{} and the running service. */
#include "sim/script/room.h"

static const char SERVICE[] = "Service";

static const struct param RESTART_PARAMS[] = {
	{.name = "down_for",
	 .type = PARAM_DURATION,
	 .fallback = "30s",
	 .max = 86400.0 * 30,
	 .help = "How long it is away."},
};
static const struct param LOAD_PARAMS[] = {
	{.name = "rate",
	 .type = PARAM_REAL,
	 .unit = "1/s",
	 .min = 0,
	 .max = 1e6,
	 .help = "Requests per second of people outside the fleet."},
	{.name = "lasts", .type = PARAM_DURATION, .help = "For how long they come."},
};
static const struct param CLOCK_PARAMS[] = {
	{.name = "step",
	 .type = PARAM_REAL,
	 .unit = "s",
	 .fallback = "0",
	 .min = -1e9,
	 .max = 1e9,
	 .help = "Its clock jumps by so much, once; \"-5m\": backwards."},
	{.name = "drift",
	 .type = PARAM_INT,
	 .unit = "ppm",
	 .fallback = "0",
	 .min = -100000,
	 .max = 100000,
	 .help = "From now on it gains so many microseconds each second; 0: none."},
};
enum {
	CLOCK,
	LOAD,
	RESTART
};
static const struct vocab_row ACTIONS[] = {
	[CLOCK] =
		{.name = "clock_skew",
		 .summary = "The clock of the service's hosts jumps or drifts.",
		 .help = "It judges the age of wishes by it (drop_stale_on_reconnect), and stamps "
			 "those whose tap it was not told. Timers go on as before.",
		 .params = CLOCK_PARAMS,
		 .n_params = WORD_COUNT(CLOCK_PARAMS)},
	[LOAD] = {.name = "foreign_load",
		  .summary = "Other people's requests load the API for a while.",
		  .params = LOAD_PARAMS,
		  .n_params = WORD_COUNT(LOAD_PARAMS)},
	[RESTART] =
		{.name = "restart",
		 .summary =
			 "An operator stops the whole service and brings it up again; its MQTT "
			 "clients are made anew.",
		 .params = RESTART_PARAMS,
		 .n_params = WORD_COUNT(RESTART_PARAMS)},
};

const struct vocab_row *service_row(size_t index)
{
	return index < WORD_COUNT(ACTIONS) ? &ACTIONS[index] : NULL;
}

/* cloud { build = …, clients = { … }, safeguards = { … }, … } -> service   [-1, +1, e] */
int word_cloud(lua_State *L)
{
	static const char *const OTHERS[] = {"safeguards", NULL};
	const struct take take = {.what = "cloud",
				  .rows = {cloud_row()},
				  .others = OTHERS};
	const struct take safeguards = {.what = "cloud: safeguards",
					.where = "safeguards",
					.rows = {cloud_safeguard_row()}};
	struct plan *plan = script_of(L)->plan;

	if (!script_loading(L))
		take_refuse(L, "cloud", "belongs to the file itself");
	if (plan->has_cloud)
		take_refuse(L, "cloud", "has been said already");
	plan->has_cloud = true;
	take_table(L, 1, "cloud", "{ build = \"2023-07\" }");
	take_settings(L, 1, &take, (struct settings *[]){&plan->cloud});
	if (lua_getfield(L, 1, "safeguards") != LUA_TNIL) {
		take_table(L, 2, "cloud: safeguards", "{ retry_backoff = true }");
		take_settings(L, 2, &safeguards,
			      (struct settings *[]){&plan->cloud_safeguards});
	}
	box_new(L, SERVICE, sizeof(struct sandbox_box));
	return 1;
}

/* service:restart { down_for = … }                                         [-2, +0, e] */
static int service_restart(lua_State *L)
{
	const struct take take = {.what = "service:restart", .rows = {&ACTIONS[RESTART]}};
	struct value values[SCRIPT_VALUES_MAX];
	box_check(L, 1, SERVICE);
	take_table(L, 2, take.what, "{ down_for = \"30s\" }");
	take_values(L, 2, &take, (struct value *[]){values});
	lua_settop(L, 2);
	if (script_loading(L)) {
		actor_defer(L, service_restart);
		return 0;
	}
	script_need_run(L, take.what);
	struct script *script = script_of(L);
	trace_id acted = service_fault(L, &ACTIONS[RESTART], values, values[0].as.ns);
	cloud_restart(fleet_cloud(script->fleet), script_now(script), values[0].as.ns,
		      acted);
	return 0;
}

/* service:clock_skew { step = …, drift = … }                               [-2, +0, e] */
static int service_clock(lua_State *L)
{
	const struct take take = {.what = "service:clock_skew",
				  .rows = {&ACTIONS[CLOCK]}};
	struct value values[SCRIPT_VALUES_MAX];
	box_check(L, 1, SERVICE);
	take_table(L, 2, take.what, "{ step = \"-5m\" }");
	take_values(L, 2, &take, (struct value *[]){values});
	if (script_loading(L)) {
		lua_settop(L, 2);
		actor_defer(L, service_clock);
		return 0;
	}
	script_need_run(L, take.what);
	struct script *script = script_of(L);
	(void)service_fault(L, &ACTIONS[CLOCK], values, 0);
	cloud_set_clock(fleet_cloud(script->fleet), script_now(script),
			(sim_ns)(values[0].as.real * (double)SIM_S),
			values[1].as.integer);
	return 0;
}

/* service:foreign_load { rate = …, lasts = … }                             [-2, +0, e] */
static int service_load(lua_State *L)
{
	const struct take take = {.what = "service:foreign_load",
				  .rows = {&ACTIONS[LOAD]}};
	struct value values[SCRIPT_VALUES_MAX];
	box_check(L, 1, SERVICE);
	take_table(L, 2, take.what, "{ rate = 100, lasts = \"10m\" }");
	take_values(L, 2, &take, (struct value *[]){values});
	lua_settop(L, 2);
	if (script_loading(L)) {
		actor_defer(L, service_load);
		return 0;
	}
	script_need_run(L, take.what);
	struct script *script = script_of(L);
	trace_id acted = service_fault(L, &ACTIONS[LOAD], values, values[1].as.ns);
	cloud_foreign_load(fleet_cloud(script->fleet), script_now(script),
			   values[0].as.real, values[1].as.ns, acted);
	return 0;
}

void open_service(lua_State *L)
{
	box_class(L, SERVICE, NULL, NULL);
}

static const struct script_word WORDS[] = {
	{{.name = "clock_skew",
	  .summary = "The clock of the service's hosts jumps or drifts."},
	 "options: jobjam.ServiceClockSkewOptions",
	 NULL,
	 service_clock},
	{{.name = "foreign_load",
	  .summary = "Other people's requests load the API for a while."},
	 "options: jobjam.ForeignLoadOptions",
	 NULL,
	 service_load},
	{{.name = "restart",
	  .summary = "Stops the whole service and brings it up again."},
	 "options?: jobjam.RestartOptions",
	 NULL,
	 service_restart},
};

const struct script_class SCRIPT_SERVICE = {
	.name = SERVICE,
	.summary = "The print service, as cloud{ } returns it.",
	.kind = CLASS_HANDLE,
	.words = WORDS,
	.n_words = WORD_COUNT(WORDS),
};
