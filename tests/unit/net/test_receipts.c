/* Arming, matching and receipts: what all faults have in common. */
#include "tests/unit/net/peer.h"

static void a_glob_fits_links_made_later(void **state)
{
	struct witness a, b;
	(void)state;
	make_client(&a, "printer/001");
	struct fault *fault = arm("printer/*", "drop", "type=CONNECT");
	make_client(&b, "printer/002");
	connect_client(&a);
	connect_client(&b);
	assert_int_equal(a.connects + b.connects, 0);
	assert_int_equal(receipt_of(fault).matched, 2);
}

static void counters_choose_among_what_fits(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	connect_client(&a);
	struct fault *third = arm("a", "drop", "type=PUBLISH topic=t nth=3");
	struct fault *even = arm("a", "drop", "type=PUBLISH topic=t every=2");
	for (int i = 1; i <= 6; i++) {
		char payload[16];
		snprintf(payload, sizeof(payload), "%d", i);
		publish(&a, "t", payload, 0);
	}
	settle();
	/* The third is gone before the second fault sees it: 1 2 4 5 6 are left. */
	assert_int_equal(receipt_of(third).affected, 1);
	assert_int_equal(receipt_of(even).affected, 2);
	assert_int_equal(count_seen(MQTT_PUBLISH), 3);
	assert_string_equal(w.seen[w.n_seen - 1].payload, "6");
	assert_string_equal(w.seen[w.n_seen - 2].payload, "4");
	assert_string_equal(w.seen[w.n_seen - 3].payload, "1");
}

/* What the broker's side of the wire saw is counted there, not by us. */
static void a_receipt_counts_exactly_what_the_peer_lacks(void **state)
{
	struct witness clients[3];
	static const char *const names[] = {"p/1", "p/2", "p/3"};
	(void)state;
	for (int i = 0; i < 3; i++) {
		make_client(&clients[i], names[i]);
		connect_client(&clients[i]);
	}
	struct fault *each = arm("p/*", "drop", "json=job>=2 first=2 per=link");
	struct fault *lucky = arm("p/*", "drop", "json=job=1 probability=0.5");
	struct fault *all = arm("p/*", "drop", "topic=t/+ json=!job times=4 every=2");
	for (int i = 0; i < 20; i++)
		for (int k = 0; k < 3; k++) {
			publish(&clients[k], "t/a", "{\"job\":2}", 0);
			publish(&clients[k], "t/a", "{\"job\":1}", 0);
			publish(&clients[k], "t/a", "{\"other\":1}", 0);
		}
	settle();
	assert_int_equal(receipt_of(each).affected, 2 * 3);
	assert_int_equal(receipt_of(all).affected, 4);
	assert_in_range(receipt_of(lucky).affected, 15, 45);
	size_t seen[3] = {0};
	static const char *const payloads[] = {"{\"job\":2}", "{\"job\":1}",
					       "{\"other\":1}"};
	for (size_t i = 0; i < w.n_seen; i++)
		for (int k = 0; k < 3; k++)
			seen[k] += w.seen[i].type == MQTT_PUBLISH &&
				   strcmp(w.seen[i].payload, payloads[k]) == 0;
	assert_int_equal(seen[0], 60 - receipt_of(each).affected);
	assert_int_equal(seen[1], 60 - receipt_of(lucky).affected);
	assert_int_equal(seen[2], 60 - receipt_of(all).affected);
	assert_int_equal(receipt_of(each).matched, receipt_of(each).affected);
}

static void a_receipt_says_why_nothing_matched(void **state)
{
	struct witness a;
	(void)state;
	make_client(&a, "a");
	make_client(&a, "b");
	struct fault *nobody = arm("cloud/*", "drop", "type=PUBACK");
	struct fault *silent = arm("a", "drop", "type=PUBACK");
	struct fault *absent = arm("b", "reset", "");
	struct fault *idle = arm("a", "refuse", "");
	connect_client(&a);
	struct fault *type = arm("b", "drop", "type=PUBACK dir=down");
	struct fault *topic = arm("b", "drop", "topic=x/y");
	struct fault *nth = arm("b", "drop", "type=PUBLISH nth=5");
	struct fault *json = arm("b", "drop", "type=PUBLISH json=job=1");
	struct fault *luck = arm("b", "drop", "type=PUBLISH probability=0");
	publish(&a, "t", "x", 0);
	publish(&a, "t", "x", 0);
	settle();
	assert_string_equal(receipt_of(nobody).why, "no link is called \"cloud/*\"");
	assert_string_equal(receipt_of(silent).why,
			    "no link \"a\" was connected while it was armed");
	assert_string_equal(receipt_of(absent).why,
			    "no link \"b\" had a connection when it was armed");
	assert_string_equal(receipt_of(idle).why,
			    "no link \"a\" made a connection while it was armed");
	assert_string_equal(receipt_of(type).why,
			    "no PUBACK packet passed down to the client");
	assert_string_equal(receipt_of(topic).why,
			    "no PUBLISH packet on the topic \"x/y\" passed");
	assert_string_equal(receipt_of(nth).why,
			    "only 2 PUBLISH packets fitted, and nth is 5");
	assert_string_equal(receipt_of(json).why,
			    "no packet passed with type=\"PUBLISH\", json=\"job=1\"");
	assert_string_equal(receipt_of(luck).why,
			    "only 2 PUBLISH packets fitted, and probability is 0");
	assert_int_equal(receipt_of(nth).first, SIM_NEVER);
	net_receipts(w.net, w.clock.now);
	assert_int_equal(count_events(KIND_FAULT_RECEIPT), 9);
}

static void the_first_act_is_story_and_repeats_are_not(void **state)
{
	struct witness a;
	(void)state;
	keep_the_story_alone();
	make_client(&a, "a");
	connect_client(&a);
	arm("a", "drop", "type=PUBLISH");
	for (int i = 0; i < 5; i++)
		publish(&a, "t", "x", 0);
	settle();
	assert_int_equal(count_events(KIND_FAULT_ACTED), 1);
	const struct trace_event *armed = last_event(KIND_FAULT_ARMED);
	assert_string_equal(trace_text(armed, "options", ""), "type=\"PUBLISH\"");
}

static void a_matcher_is_refused_where_it_makes_no_sense(void **state)
{
	struct sim_error error;
	struct match match = {0};
	(void)state;
	const struct vocab_row *reset = fault_find("reset");
	assert_false(fault_takes_match(reset));
	assert_int_equal(fault_arm(w.net, "a", reset, NULL, &match, 0, 0, NULL, &error),
			 SIM_EINVAL);
	struct value parts[64];
	vocab_defaults(match_row(), parts);
	struct value *type = &parts[vocab_find_param(match_row(), "type")];
	struct value *topic = &parts[vocab_find_param(match_row(), "topic")];
	*type = (struct value){.given = true, .as.choice = MQTT_PUBACK};
	*topic = (struct value){.given = true, .as.text = "a/b"};
	assert_int_equal(match_from_values(parts, &match, &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "PUBACK"));
	/* Text, as ctl has it, is no predicate; it must not fit everything. */
	vocab_defaults(match_row(), parts);
	struct value *when = &parts[vocab_find_param(match_row(), "when")];
	*when = (struct value){.given = true, .as.text = "x"};
	assert_int_equal(match_from_values(parts, &match, &error), SIM_OK);
	assert_int_equal(fault_arm(w.net, "a", fault_find("drop"), NULL, &match, 0, 0,
				   NULL, &error),
			 SIM_EINVAL);
	assert_non_null(strstr(error.text, "only in a script"));
}

static void the_table_is_sorted_and_its_defaults_parse(void **state)
{
	const struct vocab_row *row, *before = NULL;
	struct value values[64];
	(void)state;
	for (size_t i = 0; (row = fault_row(i)); before = row, i++) {
		assert_true(!before || strcmp(before->name, row->name) < 0);
		assert_ptr_equal(fault_find(row->name), row);
		assert_non_null(row->summary);
		assert_non_null(row->help);
		vocab_defaults(row, values);
		for (size_t k = 0; k < row->n_params; k++)
			assert_non_null(row->params[k].help);
	}
	vocab_defaults(match_row(), values);
	assert_null(fault_find("no such fault"));
}

#define WORLD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(a_glob_fits_links_made_later),
		WORLD_TEST(counters_choose_among_what_fits),
		WORLD_TEST(a_receipt_counts_exactly_what_the_peer_lacks),
		WORLD_TEST(a_receipt_says_why_nothing_matched),
		WORLD_TEST(the_first_act_is_story_and_repeats_are_not),
		WORLD_TEST(a_matcher_is_refused_where_it_makes_no_sense),
		WORLD_TEST(the_table_is_sorted_and_its_defaults_parse),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
