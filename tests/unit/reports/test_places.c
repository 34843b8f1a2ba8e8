/* test_places.c - where orders waited, as the reports account for it. */
#include "tests/testing.h"

#include "reports/chain.h"
#include "reports/places.h"
#include "tests/unit/reports/night.h"

static void assert_has(const char *text, const char *words)
{
	if (strstr(text, words) == NULL)
		fail_msg("\"%s\" is missing in:\n%s", words, text);
}

static void say_depth(struct night *night, sim_ns at, const char *who, int depth,
		      sim_ns oldest)
{
	NIGHT_SAY(night, at, 0, KIND_BACKLOG_DEPTH, who, F_TEXT("place", "session"),
		  F_INT("depth", depth), F_INT("oldest_for_ns", oldest),
		  F_INT("bytes", depth * 100));
}

static void say_drained(struct night *night, sim_ns at, const char *who, int peak,
			int released, const char *ages)
{
	NIGHT_SAY(night, at, 0, KIND_BACKLOG_DRAINED, who, F_TEXT("place", "session"),
		  F_INT("peak", peak), F_INT("released", released), F_INT("lost", 1),
		  F_INT("burst", released), F_INT("oldest_for_ns", 7 * SIM_H),
		  F_TEXT("ages", ages));
}

/* The night itself ends at 29 h. */
static struct night *night_of_two_sessions(void)
{
	struct night *night = night_new(false);
	say_depth(night, 31 * SIM_H, "printer/001", 2, SIM_S);
	say_depth(night, 32 * SIM_H, "printer/002", 9, 2 * SIM_H);
	say_depth(night, 33 * SIM_H, "printer/001", 4, 2 * SIM_H);
	say_drained(night, 34 * SIM_H, "printer/001", 5, 3, "0 0 0 0 1 1 1");
	return night;
}

static void a_place_is_summed_over_its_actors(void **state)
{
	struct place_account accounts[N_PLACES];
	(void)state;
	struct night *night = night_of_two_sessions();
	places_read(&night->run, accounts);
	const struct place_account *account = &accounts[PLACE_SESSION];
	assert_int_equal(account->actors, 2);
	assert_int_equal(account->open, 1); /* printer/002 never got its own */
	assert_int_equal(account->deepest, 9);
	assert_string_equal(account->who, "printer/002");
	assert_int_equal(account->at, 32 * SIM_H);
	assert_int_equal(account->oldest, 7 * SIM_H);
	assert_int_equal(account->bytes, 900);
	assert_true(account->counted);
	assert_int_equal(account->released, 3);
	assert_int_equal(account->lost, 1);
	assert_int_equal(account->burst, 3);
	assert_int_equal(account->ages[6], 1);
	assert_int_equal(account->ages[0], 0);
	assert_int_equal(accounts[PLACE_LIBRARY].deepest, 6);
	assert_false(accounts[PLACE_LIBRARY].counted);
	assert_int_equal(accounts[PLACE_LINK].actors, 0);
	night_free(night);
}

static void every_report_names_the_place(void **state)
{
	struct text text = {0};
	(void)state;
	struct night *night = night_of_two_sessions();
	report_terminal(&night->run, false, false, &text);
	assert_has(text_cstr(&text), "Where it waited\n");
	assert_has(text_cstr(&text),
		   "  the broker's session of printer/002 (and 1 like it): up to 9, the "
		   "oldest for 7 h; 3 let go, 3 of them within 10 s; 1 lost; some still "
		   "there at the end\n");
	text_clear(&text);
	assert_int_equal(report_markdown(&night->run, &text), SIM_OK);
	assert_has(text_cstr(&text), "## Where it waited");
	assert_has(text_cstr(&text), "| session: messages that the broker keeps");
	assert_has(text_cstr(&text),
		   "| 3, 3 within 10 s | 1 | 0 | 0 | 0 | 0 | 1 | 1 | 1 | 1 | ");
	text_clear(&text);
	assert_int_equal(report_verdict_json(&night->run, &text), SIM_OK);
	assert_has(text_cstr(&text), "{\"place\": \"session\"");
	assert_has(text_cstr(&text), "\"ages\": [0, 0, 0, 0, 1, 1, 1]");
	text_fini(&text);
	night_free(night);
}

static void a_chain_names_what_the_broker_kept_it_as(void **state)
{
	static const struct {
		bool retain, dup;
		const char *words;
	} CASES[] = {
		{true, false, "in the broker, as a retained message"},
		{false, true,
		 "in the broker, which had sent it before and got no acknowledgement"},
		{false, false, "between the broker and the machine, sent by cloud/a"},
	};
	struct text text = {0};
	(void)state;
	struct night *night = night_new(false);
	trace_id sent = NIGHT_SAY(night, 30 * SIM_H, 0, KIND_MQTT_PUBLISH, "link/cloud/a",
				  F_TEXT("topic", "t"));
	trace_id got = 0;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		got = NIGHT_SAY(night, 39 * SIM_H, sent, KIND_MQTT_DELIVER,
				"link/printer/007", F_BOOL("dup", CASES[i].dup),
				F_BOOL("retain", CASES[i].retain));
		text_clear(&text);
		chain_add_place(&text, trace_find(night->trace, sent),
				trace_find(night->trace, got));
		assert_string_equal(text_cstr(&text), CASES[i].words);
	}
	trace_id began = NIGHT_SAY(night, 40 * SIM_H, got, KIND_FIRMWARE_START,
				   "printer/007", F_INT("task", 5));
	text_clear(&text);
	chain_add_place(&text, trace_find(night->trace, got),
			trace_find(night->trace, began));
	assert_string_equal(text_cstr(&text), "in the machine's own inbox");
	text_fini(&text);
	night_free(night);
}

static void a_chain_that_crosses_a_bridge_names_its_queue(void **state)
{
	struct text text = {0};
	(void)state;
	struct night *night = night_new(false);
	trace_id sent = NIGHT_SAY(night, 30 * SIM_H, 0, KIND_MQTT_PUBLISH, "link/cloud/a",
				  F_TEXT("topic", "t"));
	trace_id over = NIGHT_SAY(night, 39 * SIM_H, sent, KIND_MQTT_DELIVER,
				  "link/bridge/site", F_TEXT("topic", "t"));
	trace_id got = NIGHT_SAY(night, 41 * SIM_H, over, KIND_MQTT_DELIVER,
				 "link/printer/007", F_TEXT("topic", "t"));
	trace_id said = NIGHT_SAY(night, 42 * SIM_H, got, KIND_MQTT_PUBLISH,
				  "link/printer/007", F_TEXT("topic", "r"));
	trace_id back = NIGHT_SAY(night, 43 * SIM_H, said, KIND_MQTT_PUBLISH,
				  "link/bridge/site", F_TEXT("topic", "r"));
	const struct {
		trace_id before, after;
		const char *words;
	} CASES[] = {
		{sent, over, "in the queue of a bridge, sent by cloud/a"},
		{over, got,
		 "between the site's broker and the machine, behind bridge/site"},
		{said, back, "in the queue of a bridge, sent by printer/007"},
	};
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		text_clear(&text);
		chain_add_place(&text, trace_find(night->trace, CASES[i].before),
				trace_find(night->trace, CASES[i].after));
		assert_string_equal(text_cstr(&text), CASES[i].words);
	}
	text_fini(&text);
	night_free(night);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_is_summed_over_its_actors),
		cmocka_unit_test(every_report_names_the_place),
		cmocka_unit_test(a_chain_names_what_the_broker_kept_it_as),
		cmocka_unit_test(a_chain_that_crosses_a_bridge_names_its_queue),
	};
	return cmocka_run_group_tests_name("reports: places", tests, NULL, NULL);
}
