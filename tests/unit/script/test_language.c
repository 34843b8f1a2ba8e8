#include "tests/unit/script/loading.h"

#include "sim/core/chance.h"

#define STORY \
	"scenario { start = \"2023-08-14T15:00:00Z\", length = \"29h\", seed = 7 }\n"

/* The text of a setting; "" when it was not said. */
static const char *said(const struct settings *settings, const char *name)
{
	const struct setting *setting = settings_get(settings, name);
	return setting != NULL ? setting->value : "";
}

static const char STORY_OF_THE_DESIGN[] =
	"scenario {\n"
	"  name = \"job-jamming-2023-08-15\", start = \"2023-08-14T15:00:00Z\", length = \"29h\", "
	"seed = 1,\n"
	"  about = \"One of the clients is told it has reconnected when it has not.\",\n"
	"}\n"
	"local fleet = printers {\n"
	"  { count = 6, model = \"x1c\", timezone = \"America/Los_Angeles\" },\n"
	"  { count = 6, model = \"p1p\", timezone = \"Europe/Berlin\" },\n"
	"  firmware = \"stock-2023-07\",\n"
	"}\n"
	"local service = cloud { build = \"2023-07\", clients = { \"command-a\", \"command-b\" }, "
	"keepalive = \"60s\" }\n"
	"local people  = owners { of = fleet, asleep = { \"23:00\", \"07:00\" }, resend_after = "
	"\"4m\" }\n"
	"people:send_jobs { each = 1, between = { \"18:00\", \"22:30\" } }\n"
	"at(\"2023-08-15T02:30Z\", function()\n"
	"  local link = net.link \"cloud/command-a\"\n"
	"  link:next_connect { connack = \"false_success\", answer_pings = true }\n"
	"  link:timeout()\n"
	"end)\n"
	"at(\"2023-08-15T11:10Z\", function()\n"
	"  net.link \"cloud/command-a\":reset()\n"
	"end)\n"
	"expect.never \"stale_start\" { older_than = \"10m\" }\n"
	"expect.never \"start_on_occupied_plate\"\n"
	"expect.never \"duplicate_start\"\n"
	"expect.sometimes \"backlog\" { at_least = 5 }\n"
	"known_bad { firmware = \"stock-2023-07\", cloud = \"2023-07\",\n"
	"            breaks = { \"stale_start\", \"start_on_occupied_plate\", \"duplicate_start\" } "
	"}\n";

static void the_story_of_the_manual_becomes_a_plan(void **state)
{
	struct script *script = load(STORY_OF_THE_DESIGN);
	const struct plan *plan = script_plan(script);
	(void)state;
	assert_string_equal(plan->name, "job-jamming-2023-08-15");
	assert_int_equal(plan->start_utc_ns / SIM_S, 1692025200);
	assert_int_equal(plan->length, 29 * SIM_H);
	assert_int_equal(plan->n_groups, 2);
	assert_string_equal(said(&plan->groups[1].options, "model"), "p1p");
	assert_string_equal(said(&plan->groups[1].options, "firmware"), "stock-2023-07");
	assert_string_equal(settings_get(&plan->groups[1].options, "model")->where,
			    "story.lua:7");
	assert_string_equal(settings_get(&plan->groups[1].options, "firmware")->where,
			    "story.lua:8");
	assert_string_equal(said(&plan->cloud, "clients"), "command-a,command-b");
	assert_string_equal(said(&plan->owners[0].options, "asleep"), "23:00-07:00");
	assert_string_equal(plan->owners[0].of, "printer/*");
	assert_int_equal(plan->n_deeds, 3);
	assert_int_equal(plan->deeds[0].at, 0);
	assert_int_equal(plan->deeds[1].at, 11 * SIM_H + 30 * SIM_MIN);
	assert_int_equal(plan->n_expectations, 4);
	assert_true(plan->expectations[3].sometimes);
	assert_string_equal(said(&plan->expectations[3].values, "at_least"), "5");
	assert_string_equal(plan->expectations[0].where, "story.lua:21");
	assert_int_equal(plan->n_known_bads, 1);
	assert_int_equal(plan->known_bads[0].n_breaks, 3);
	assert_string_equal(plan->known_bads[0].cloud, "2023-07");
	script_free(script);
}

static void instants_are_read_in_every_form(void **state)
{
	struct script *script = load(
		STORY
		"local function f() end\n"
		"at(\"2023-08-15T02:30Z\", f) at(\"2023-08-15T04:30:00+02:00\", f)\n"
		"at(\"10:03Z\", f) at(\"16:00Z\", f) at(\"+3h\", f) at(90, f) at(0.5, f)\n"
		"at(\"22:30 Europe/Berlin\", f) at(\"2023-08-15T01:00 Europe/Berlin\", f)\n"
		"after(\"1h30m\", f) after(60, f) at(\"15:00Z\", f)\n");
	const sim_ns should[] = {
		11 * SIM_H + 30 * SIM_MIN,
		11 * SIM_H + 30 * SIM_MIN,
		19 * SIM_H + 3 * SIM_MIN,
		SIM_H,
		3 * SIM_H,
		90 * SIM_S,
		SIM_S / 2,
		5 * SIM_H + 30 * SIM_MIN,
		8 * SIM_H,
		SIM_H + 30 * SIM_MIN,
		60 * SIM_S,
		0,
	};
	const struct plan *plan = script_plan(script);
	(void)state;
	assert_int_equal(plan->n_deeds, sizeof(should) / sizeof(should[0]));
	for (size_t i = 0; i < plan->n_deeds; i++)
		if (plan->deeds[i].at != should[i])
			fail_msg("instant %zu: %lld, not %lld", i,
				 (long long)plan->deeds[i].at, (long long)should[i]);
	script_free(script);
}

static void values_are_kept_as_a_person_would_write_them(void **state)
{
	struct script *script = load(
		STORY
		"printers { count = 2, room = 21.5, clean_session = false, keepalive = 90,\n"
		"  clock_skew = \"-5m\", safeguards = { start_expiry = \"5m\", plate_latch = true }\n"
		"}\n"
		"broker { max_queued_messages = 50 }\n");
	const struct plan_group *group = &script_plan(script)->groups[0];
	(void)state;
	assert_string_equal(said(&group->options, "room"), "21.5");
	assert_string_equal(said(&group->options, "clean_session"), "false");
	assert_string_equal(said(&group->options, "keepalive"), "1m30s");
	assert_string_equal(said(&group->options, "clock_skew"), "-5m");
	assert_string_equal(said(&group->safeguards, "start_expiry"), "5m");
	assert_string_equal(said(&group->safeguards, "plate_latch"), "true");
	assert_string_equal(settings_get(&group->safeguards, "plate_latch")->where,
			    "story.lua:3");
	assert_string_equal(settings_get(&group->safeguards, "plate_latch")->from,
			    "scenario");
	assert_string_equal(said(&script_plan(script)->broker, "max_queued_messages"),
			    "50");
	script_free(script);
}

static void published_and_assumed_sentences_are_kept_in_order(void **state)
{
	struct script *script =
		load("scenario { published = { \"a\", \"b\" }, assumptions = \"c\" }\n"
		     "published \"d\" assumption(\"e\")\n");
	const struct plan *plan = script_plan(script);
	(void)state;
	assert_int_equal(plan->n_published, 3);
	assert_int_equal(plan->n_assumptions, 2);
	assert_string_equal(plan->published[2], "d");
	assert_string_equal(plan->assumptions[0], "c");
	assert_string_equal(plan->name, "story");
	script_free(script);
}

static void a_fleet_hands_out_the_same_printers_to_everyone(void **state)
{
	(void)state;
	script_free(load(
		STORY
		"local fleet = printers { { count = 3, model = \"p1p\" }, { count = 2 } }\n"
		"assert(#fleet == 5 and fleet[1].name == \"printer/001\" and fleet[6] == nil)\n"
		"assert(fleet[3].model == \"p1p\" and fleet[4].model == \"x1c\")\n"
		"assert(fleet[2] == fleet[2] and fleet[2] ~= fleet[3])\n"
		"local names = {} fleet:each(function(p) names[#names + 1] = p.name end)\n"
		"assert(#names == 5 and names[5] == \"printer/005\")\n"
		"local n = 0 for i, p in ipairs(fleet) do n = n + i end assert(n == 15)\n"
		"assert(#fleet:only(\"printer/00[\" == \"\" and \"\" or \"printer/002\") == 1)\n"
		"local seen = { [fleet[4]] = true, [fleet[2]] = true } local order = \"\"\n"
		"for p in pairs(seen) do order = order .. p.name end\n"
		"assert(order == \"printer/004printer/002\" or order == "
		"\"printer/002printer/004\")\n"
		"assert(tostring(fleet[1]) == \"printer/001\")\n"
		"owners { of = fleet[2] } owners { of = \"printer/*\" }\n"
		"assert(chance.pick(fleet).name:match(\"^printer/\"))\n"));
}

/* What a script publishes with these --set. */
static const char *published_with(const char *source, const char *const *sets,
				  struct script **ret_script)
{
	struct sim_error error = {0};
	const struct script_options options = {.sets = sets};
	if (load_with(source, options, ret_script, &error) != SIM_OK)
		fail_msg("%s", error.text);
	const struct plan *plan = script_plan(*ret_script);
	return plan->n_published > 0 ? plan->published[0] : "";
}

static void luck_comes_from_the_seed_and_the_purpose(void **state)
{
	static const char DRAWS[] =
		STORY "local t = {}\n"
		      "for i = 1, 5 do t[i] = chance.int(1, 1000, \"dice\") end\n"
		      "t[6] = chance.bool(0.5, \"coin\") and 1 or 0\n"
		      "t[7] = string.format(\"%.6f\", chance.real(0, 1, \"real\"))\n"
		      "published(table.concat(t, \" \"))\n";
	static const char MORE_QUESTIONS[] =
		STORY "local t = {} chance.int(1, 6) chance.int(1, 6, \"other\")\n"
		      "for i = 1, 5 do t[i] = chance.int(1, 1000, \"dice\") end\n"
		      "t[6] = chance.bool(0.5, \"coin\") and 1 or 0\n"
		      "t[7] = string.format(\"%.6f\", chance.real(0, 1, \"real\"))\n"
		      "published(table.concat(t, \" \"))\n";
	const char *other_seed[] = {"scenario.seed=8", NULL};
	struct script *a = NULL, *b = NULL, *c = NULL;
	const char *first = published_with(DRAWS, NULL, &a);
	struct chance dice = chance_stream(7, "script", "dice");
	char begins[32];
	(void)state;
	snprintf(begins, sizeof(begins), "%lld ", (long long)chance_int(&dice, 1, 1000));
	assert_true(strncmp(first, begins, strlen(begins)) == 0);
	assert_string_equal(first, published_with(MORE_QUESTIONS, NULL, &b));
	assert_string_not_equal(first, published_with(DRAWS, other_seed, &c));
	script_free(a);
	script_free(b);
	script_free(c);
}

static void set_comes_after_everything_the_scenario_says(void **state)
{
	static const char SOURCE[] = STORY
		"local pause = param(\"pause\", \"60s\", \"how long\")\n"
		"local n = param(\"n\", 3) local on = param(\"on\", false)\n"
		"local fleet = printers { { count = n }, { count = 1, firmware = \"guarded\", "
		"safeguards = { start_expiry = \"9m\" } } }\n"
		"cloud {} owners { of = fleet }\n"
		"published(pause .. \" \" .. tostring(on) .. \" \" .. n)\n";
	const char *sets[] = {"pause=90s",
			      "n=5",
			      "on=true",
			      "printers.start_expiry=5m",
			      "printers.room=30",
			      "cloud.retry_backoff=true",
			      "people.honest_progress=true",
			      "owners.resend_after=9m",
			      "broker.max_queued_messages=7",
			      "scenario.length=30h",
			      "printers.room=31",
			      NULL};
	struct script *script = NULL;
	(void)state;
	assert_string_equal(published_with(SOURCE, sets, &script), "90s true 5");
	const struct plan *plan = script_plan(script);
	const struct setting *expiry =
		settings_get(&plan->groups[1].safeguards, "start_expiry");
	assert_string_equal(said(&plan->groups[0].options, "count"), "5");
	assert_string_equal(expiry->value, "5m");
	assert_string_equal(expiry->from, "command line");
	assert_string_equal(said(&plan->groups[0].options, "room"), "31");
	assert_string_equal(said(&plan->cloud_safeguards, "retry_backoff"), "true");
	assert_string_equal(said(&plan->owners[0].safeguards, "honest_progress"), "true");
	assert_string_equal(said(&plan->owners[0].options, "resend_after"), "9m");
	assert_string_equal(said(&plan->broker, "max_queued_messages"), "7");
	assert_int_equal(plan->length, 30 * SIM_H);
	assert_int_equal(plan->n_params, 3);
	assert_true(plan->params[0].overridden);
	assert_string_equal(plan->params[2].value, "true");
	script_free(script);
}

static void a_set_that_means_nothing_is_refused(void **state)
{
	static const struct {
		const char *set, *part;
	} CASES[] = {
		{"pauze=1s", "--set pauze: unknown name; did you mean \"pause\"?"},
		{"printers.start_expirry=5m", "did you mean \"printers.start_expiry\"?"},
		{"cloud.retry_backof=true", "did you mean \"cloud.retry_backoff\"?"},
		{"printers.start_expiry=5", "has no unit"},
		{"printers.room=hot", "room"},
		{"people.honest_progress=true", "the scenario has no owners{ }"},
		{"scenario.sed=4", "did you mean \"scenario.seed\"?"},
		{"n=many", "--set n=many: wanted a number"},
		{"nothing", "wanted name=value"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		const char *sets[] = {CASES[i].set, NULL};
		const struct script_options options = {.sets = sets};
		struct script *script = NULL;
		struct sim_error error = {0};
		assert_int_not_equal(
			load_with(STORY "param(\"pause\", \"60s\") param(\"n\", 1) "
					"printers { count = 1 }\n",
				  options, &script, &error),
			SIM_OK);
		assert_has(error.text, CASES[i].part);
	}
}

static void the_seed_of_the_command_line_wins(void **state)
{
	const struct script_options options = {.has_seed = true, .seed = 99};
	struct script *script = NULL;
	struct sim_error error;
	(void)state;
	assert_int_equal(load_with(STORY, options, &script, &error), SIM_OK);
	assert_int_equal(script_plan(script)->seed, 99);
	script_free(script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_story_of_the_manual_becomes_a_plan),
		cmocka_unit_test(instants_are_read_in_every_form),
		cmocka_unit_test(values_are_kept_as_a_person_would_write_them),
		cmocka_unit_test(published_and_assumed_sentences_are_kept_in_order),
		cmocka_unit_test(a_fleet_hands_out_the_same_printers_to_everyone),
		cmocka_unit_test(luck_comes_from_the_seed_and_the_purpose),
		cmocka_unit_test(set_comes_after_everything_the_scenario_says),
		cmocka_unit_test(a_set_that_means_nothing_is_refused),
		cmocka_unit_test(the_seed_of_the_command_line_wins),
	};
	return cmocka_run_group_tests(tests, loading_open, loading_close);
}
