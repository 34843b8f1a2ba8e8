/* take_time.c - durations and instants among a word's arguments. */
#include "sim/script/room.h"

#include "sim/core/zone.h"

#include <stdio.h>
#include <string.h>

sim_ns take_duration(lua_State *L, int index, const char *what)
{
	static const struct param DURATION = {.name = "duration", .type = PARAM_DURATION};
	struct value value;
	if (lua_isboolean(L, index))
		take_refuse(L, what, "wanted a duration such as \"5m\", got a boolean");
	const struct take take = {.what = what};
	const char *text = take_text(L, index, &DURATION, &take);
	if (param_parse(&DURATION, text, &value, NULL) != SIM_OK)
		take_refuse(L, what, "\"%s\" is no duration", text);
	lua_pop(L, 1);
	return value.as.ns;
}

/* The first instant not before the start at which clocks of the zone (NULL: UTC) show
 * that time of day. */
static sim_ns first_time_of_day(const struct plan *plan, const struct zone *zone,
				int32_t second_of_day)
{
	int64_t start_s = plan->start_utc_ns / SIM_S;
	for (int day = -1; day <= 2; day++) {
		struct civil civil;
		int64_t utc_s = start_s + day * 86400;
		if (zone != NULL)
			zone_local(zone, utc_s, &civil);
		else
			civil_from_utc_s(utc_s, &civil);
		civil.hour = second_of_day / 3600;
		civil.minute = second_of_day / 60 % 60;
		civil.second = second_of_day % 60;
		utc_s = zone != NULL ? zone_to_utc_s(zone, &civil)
				     : civil_to_utc_s(&civil);
		if (utc_s * SIM_S >= plan->start_utc_ns)
			return utc_s * SIM_S - plan->start_utc_ns;
	}
	return SIM_NEVER;
}

/* "22:30 Europe/Berlin" and "2023-08-15T02:30 Europe/Berlin". */
static bool local_instant(lua_State *L, const char *text, const char *what,
			  sim_ns *ret_at)
{
	const struct plan *plan = script_of(L)->plan;
	const char *blank = strchr(text, ' ');
	char time[48];
	struct zone *zone = NULL;
	struct sim_error error;
	if (blank == NULL || (size_t)(blank - text) + 2 > sizeof(time))
		return false;
	snprintf(time, sizeof(time), "%.*s", (int)(blank - text), text);
	if (zone_open(blank + 1, &zone, &error) != SIM_OK)
		take_refuse(L, what, "%s", error.text);

	int32_t second;
	bool is_utc, known = false;
	int64_t utc_ns;
	if (time_of_day_parse(time, &second, &is_utc) == SIM_OK && !is_utc) {
		*ret_at = first_time_of_day(plan, zone, second);
		known = true;
	} else if (time[strlen(time) - 1] != 'Z') {
		strcat(time, "Z");
		if (instant_parse_iso(time, &utc_ns) == SIM_OK) {
			struct civil civil;
			civil_from_utc_s(utc_ns / SIM_S, &civil);
			*ret_at = zone_to_utc_s(zone, &civil) * SIM_S + utc_ns % SIM_S -
				  plan->start_utc_ns;
			known = true;
		}
	}
	zone_free(zone);
	return known;
}

static sim_ns read_instant(lua_State *L, const char *text, const char *what)
{
	const struct plan *plan = script_of(L)->plan;
	int64_t utc_ns;
	int32_t second;
	bool is_utc;
	sim_ns at;

	if (text[0] == '+' && duration_parse(text + 1, &at) == SIM_OK)
		return at;
	if (instant_parse_iso(text, &utc_ns) == SIM_OK)
		return utc_ns - plan->start_utc_ns;
	if (time_of_day_parse(text, &second, &is_utc) == SIM_OK) {
		if (!is_utc)
			take_refuse(
				L, what,
				"\"%s\" does not say whose time: write \"%sZ\" for UTC, or "
				"\"%s Europe/Berlin\"",
				text, text, text);
		return first_time_of_day(plan, NULL, second);
	}
	if (local_instant(L, text, what, &at))
		return at;
	take_refuse(L, what,
		    "\"%.60s\" is no instant: write \"2023-08-15T02:30Z\", \"10:03Z\", "
		    "\"22:30 Europe/Berlin\", \"+3h\" or seconds after the start",
		    text);
}

sim_ns take_instant(lua_State *L, int index, const char *what)
{
	const struct script *script = script_of(L);
	const struct plan *plan = script->plan;
	char first[INSTANT_TEXT_MAX], last[INSTANT_TEXT_MAX], got[120];
	sim_ns at;

	if (!plan->has_scenario)
		take_refuse(L, what,
			    "scenario{ } must come first: it says when the run is");
	if (lua_type(L, index) == LUA_TNUMBER) {
		double seconds = lua_tonumber(L, index);
		if (!(seconds >= -1e9 && seconds <= 1e9))
			take_refuse(L, what, "%g seconds is no instant", seconds);
		at = (sim_ns)(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5));
	} else if (lua_type(L, index) == LUA_TSTRING) {
		at = read_instant(L, lua_tostring(L, index), what);
	} else {
		take_refuse(L, what, "wanted an instant such as \"10:03Z\", got %s",
			    take_describe(L, index, got, sizeof(got)));
	}
	if (at < 0 || at > plan->length) {
		lua_pushvalue(L, index);
		take_refuse(L, what, "%s lies outside the run, which is from %s to %s",
			    lua_tostring(L, -1), instant_text(plan->start_utc_ns, first),
			    instant_text(plan->start_utc_ns + plan->length, last));
	}
	if (at < script_now(script)) {
		lua_pushvalue(L, index);
		take_refuse(L, what, "%s has passed: it is %s", lua_tostring(L, -1),
			    instant_text(plan->start_utc_ns + script_now(script), first));
	}
	return at;
}
