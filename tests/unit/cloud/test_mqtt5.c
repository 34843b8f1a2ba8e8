/* test_mqtt5.c - the service and MQTT 5.0: what it says, and what it makes of an answer. */
#include "tests/unit/cloud/bench.h"

static void answer(struct bench *b, int code, const char *reason)
{
	const struct sent *sent = &b->sent[b->n_sent - 1];
	trace_id cause =
		trace_say(b->trace, 0, KIND_NOTE, "run", F_TEXT("text", "PUBACK"));
	cloud_answered(b->cloud, b->clock.now, sent->client, sent->mid, code, reason,
		       cause);
	cloud_published(b->cloud, b->clock.now, sent->client, sent->mid, cause);
}

static void a_start_that_reached_nobody_waits_for_its_printer(void **state)
{
	(void)state;
	struct bench *b = bench_up("heed_reason_codes=true");
	int64_t task = submit(b, 0);
	answer(b, 0x10, "no matching subscribers");
	assert_string_equal(trace_text(last_event(b, KIND_JOB_REFUSED), "reason", ""),
			    "no matching subscribers");
	run_for(b, 3 * SIM_H);
	assert_int_equal(starts_of(b, task), 1); /* not sent again into the void */
	status(b, 0, "IDLE", 0);
	assert_int_equal(starts_of(b, task), 2);
	bench_free(b);
}

static void it_is_dropped_when_its_printer_comes_too_late(void **state)
{
	(void)state;
	struct bench *b = bench_up("heed_reason_codes=true drop_stale_on_reconnect=5m");
	int64_t task = submit(b, 0);
	answer(b, 0x10, "no matching subscribers");
	run_for(b, 6 * SIM_MIN);
	status(b, 0, "IDLE", 0);
	assert_int_equal(starts_of(b, task), 1);
	assert_string_equal(trace_text(last_event(b, KIND_JOB_DROPPED), "reason", ""),
			    "expired");
	bench_free(b);
}

static void a_start_that_the_broker_did_not_take_fails_at_once(void **state)
{
	(void)state;
	struct bench *b = bench_up("heed_reason_codes=true");
	int64_t task = submit(b, 0);
	answer(b, 0x97, "Quota exceeded");
	assert_string_equal(trace_text(last_event(b, KIND_JOB_FAILED), "reason", ""),
			    "Quota exceeded");
	run_for(b, SIM_H);
	assert_int_equal(starts_of(b, task), 1);
	bench_free(b);
}

static void without_the_safeguard_nobody_reads_the_code(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	int64_t task = submit(b, 0);
	answer(b, 0x97, "Quota exceeded");
	run_for(b, 3 * SIM_MIN);
	assert_int_equal(events(b, KIND_JOB_FAILED), 0);
	assert_int_equal(starts_of(b, task), 2); /* no report came: sent again */
	bench_free(b);
}

static void what_the_printer_has_said_counts_more_than_the_broker(void **state)
{
	(void)state;
	struct bench *b = bench_up("heed_reason_codes=true");
	int64_t task = submit(b, 0);
	status(b, 0, "RUNNING", task);
	answer(b, 0x97, "Quota exceeded");
	assert_int_equal(events(b, KIND_JOB_FAILED), 0);
	bench_free(b);
}

static void the_protocol_is_what_was_said_or_what_a_safeguard_needs(void **state)
{
	static const struct {
		const char *options;
		int protocol;
	} CASES[] = {
		{"", 4},
		{"protocol=3.1.1", 4},
		{"protocol=5", 5},
		{"protocol=5.0", 5},
		{"message_expiry=1m", 5},
		{"heed_reason_codes=true", 5},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct bench *b = bench_new(CASES[i].options);
		struct cloud_session session;
		cloud_session_of(b->values, b->safe, &session);
		assert_int_equal(session.protocol, CASES[i].protocol);
		assert_int_equal(cloud_check_protocol(b->values, b->safe, NULL), SIM_OK);
		bench_free(b);
	}
}

static void what_3_1_1_cannot_do_is_refused_in_words(void **state)
{
	(void)state;
	struct sim_error error = {0};
	struct bench *b = bench_new("protocol=3.1.1 message_expiry=1m");
	assert_int_equal(cloud_check_protocol(b->values, b->safe, &error), SIM_EINVAL);
	assert_non_null(strstr(error.text, "message_expiry needs MQTT 5.0"));
	bench_free(b);
}

static void a_session_that_is_kept_never_expires_unless_it_is_said(void **state)
{
	(void)state;
	struct cloud_session session;
	struct bench *b = bench_new("protocol=5 clean_session=false");
	cloud_session_of(b->values, b->safe, &session);
	assert_true(session.session_expiry_s == UINT32_MAX);
	bench_free(b);
	b = bench_new("protocol=5");
	cloud_session_of(b->values, b->safe, &session);
	assert_int_equal(session.session_expiry_s, 0);
	bench_free(b);
}

static void starts_are_sent_in_the_manner_that_was_asked_for(void **state)
{
	(void)state;
	struct bench *b = bench_up("start_qos=0 retain_starts=true");
	submit(b, 0);
	assert_int_equal(b->sent[b->n_sent - 1].qos, 0);
	assert_true(b->sent[b->n_sent - 1].retain);
	bench_free(b);
	b = bench_up("");
	submit(b, 0);
	assert_int_equal(b->sent[b->n_sent - 1].qos, 1);
	assert_false(b->sent[b->n_sent - 1].retain);
	bench_free(b);
}

static void a_shared_subscription_brings_the_reports_of_all_printers(void **state)
{
	(void)state;
	struct bench *b = bench_up("shared_reports=reports");
	assert_string_equal(b->subscribed, "$share/reports/device/+/report");
	assert_int_equal(b->subscriptions[0], 1);
	int64_t task = submit(b, 0); /* of client 0; its report comes by client 1 */
	const char *running = "{\"print\":{\"command\":\"push_status\",\"gcode_state\":"
			      "\"RUNNING\",\"task_id\":\"1\"}}";
	cloud_message(b->cloud, b->clock.now, 1, "device/SIM00001/report", running,
		      strlen(running), 0);
	assert_int_equal(trace_int(last_event(b, KIND_JOB_STARTED), "task", 0), task);
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_that_reached_nobody_waits_for_its_printer),
		cmocka_unit_test(it_is_dropped_when_its_printer_comes_too_late),
		cmocka_unit_test(a_start_that_the_broker_did_not_take_fails_at_once),
		cmocka_unit_test(without_the_safeguard_nobody_reads_the_code),
		cmocka_unit_test(what_the_printer_has_said_counts_more_than_the_broker),
		cmocka_unit_test(the_protocol_is_what_was_said_or_what_a_safeguard_needs),
		cmocka_unit_test(what_3_1_1_cannot_do_is_refused_in_words),
		cmocka_unit_test(a_session_that_is_kept_never_expires_unless_it_is_said),
		cmocka_unit_test(starts_are_sent_in_the_manner_that_was_asked_for),
		cmocka_unit_test(
			a_shared_subscription_brings_the_reports_of_all_printers),
	};
	return cmocka_run_group_tests_name("cloud: MQTT 5.0", tests, NULL, NULL);
}
