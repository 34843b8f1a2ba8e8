/* MQTT clients: belief, reconnecting, and the safeguards that act there, off and on. */
#include "tests/testing.h"

#include "tests/unit/cloud/bench.h"

static void each_client_subscribes_the_reports_of_its_printers(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	assert_int_equal(b->subscriptions[0], 2);
	assert_int_equal(b->subscriptions[1], 1);
	assert_int_equal(events(b, KIND_SESSION_UP), 2);
	bench_free(b);
}

static void reconnecting_waits_longer_each_time_up_to_a_minute(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	const int pauses[] = {1, 2, 4, 8, 16, 32, 60, 60};
	b->connects_work = false;
	lose(b, 0);
	assert_int_equal(events(b, KIND_SESSION_DOWN), 1);
	for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
		sim_ns lost_at = b->clock.now;
		int n = b->n_connects;
		run_for(b, 2 * SIM_MIN);
		assert_int_equal(b->n_connects, n + 1);
		assert_int_equal(b->connected_at[n], lost_at + pauses[i] * SIM_S);
		lose(b, 0);
	}
	assert_int_equal(events(b, KIND_SESSION_DOWN), 1);
	/* Once up, it starts from the first pause again. */
	b->connects_work = true;
	run_for(b, 2 * SIM_MIN);
	lose(b, 0);
	sim_ns lost_at = b->clock.now;
	run_for(b, 2 * SIM_MIN);
	assert_int_equal(b->connected_at[b->n_connects - 1], lost_at + SIM_S);
	bench_free(b);
}

static void a_refused_connection_is_not_up(void **state)
{
	(void)state;
	struct bench *b = bench_new("");
	b->connects_work = false;
	cloud_start(b->cloud, 0);
	cloud_connected(b->cloud, 0, 0, 5, 0);
	lose(b, 0);
	assert_int_equal(events(b, KIND_SESSION_UP), 0);
	run_for(b, SIM_S);
	assert_int_equal(b->connects[0], 2);
	bench_free(b);
}

static void the_stock_service_believes_the_library_and_piles_up_in_it(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	b->publish_rc = 4; /* "not connected", but queued */
	lose(b, 0);
	b->connects_work = false;
	int64_t task = submit(b, 0);
	run_for(b, 5 * SIM_MIN);
	assert_int_equal(starts_of(b, task), 3);
	assert_int_equal(b->recreates[0], 0);
	bench_free(b);
}

/* --- probe_before_connected ------------------------------------------------------------- */

static void without_an_echo_a_probing_service_is_not_up(void **state)
{
	(void)state;
	struct bench *b = bench_new("probe_before_connected=true probe_within=5s");
	b->echoes = false;
	cloud_start(b->cloud, 0);
	run_for(b, 4 * SIM_S);
	int64_t task = submit(b, 0);
	assert_int_equal(starts_of(b, task), 0);
	assert_string_equal(b->news[0], "1 waiting");
	run_for(b, 2 * SIM_S);
	assert_int_equal(events(b, KIND_SESSION_UP), 0);
	assert_int_equal(b->recreates[0], 1);
	b->echoes = true;
	run_for(b, SIM_MIN);
	assert_int_equal(events(b, KIND_SESSION_UP), 2);
	assert_int_equal(starts_of(b, task), 1);
	bench_free(b);
}

static void a_missing_echo_takes_back_what_the_library_held(void **state)
{
	(void)state;
	struct bench *b =
		bench_up("probe_before_connected=true probe_every=1m probe_within=5s "
			 "confirm_within=10m");
	/* From here on the connection is a lie. */
	b->echoes = false;
	int64_t task = submit(b, 0);
	assert_int_equal(starts_of(b, task), 1);
	run_for(b, SIM_MIN + 6 * SIM_S);
	assert_int_equal(events(b, KIND_SESSION_DOWN), 2);
	assert_int_equal(b->recreates[0], 1);
	b->echoes = true;
	run_for(b, SIM_MIN);
	assert_int_equal(starts_of(b, task), 2);
	/* With the same lie the stock service notices nothing. */
	bench_free(b);
	b = bench_up("probe_every=1m confirm_within=10m");
	b->echoes = false;
	run_for(b, SIM_H);
	assert_int_equal(events(b, KIND_SESSION_DOWN), 0);
	bench_free(b);
}

static void what_the_broker_has_acknowledged_is_not_taken_back(void **state)
{
	(void)state;
	struct bench *b = bench_up("probe_before_connected=true confirm_within=10m");
	b->echoes = false;
	int64_t task = submit(b, 0);
	for (int i = 0; i < b->n_sent; i++)
		cloud_published(b->cloud, b->clock.now, b->sent[i].client, b->sent[i].mid,
				0);
	run_for(b, 2 * SIM_MIN);
	b->echoes = true;
	run_for(b, 2 * SIM_MIN);
	assert_int_equal(starts_of(b, task), 1);
	bench_free(b);
}

static void a_late_echo_of_an_earlier_probe_proves_nothing(void **state)
{
	(void)state;
	struct bench *b = bench_new("probe_before_connected=true probe_within=5s");
	b->echoes = false;
	cloud_start(b->cloud, 0);
	run_for(b, 8 * SIM_S); /* the second probe is out */
	static const char TOPIC[] = "service/echo/cloud/command-a";
	cloud_message(b->cloud, b->clock.now, 0, TOPIC, "1", 1, 0);
	cloud_message(b->cloud, b->clock.now, 0, TOPIC, "", 0, 0);
	cloud_message(b->cloud, b->clock.now, 0, TOPIC, "two, or so they say, and more",
		      29, 0);
	assert_int_equal(events(b, KIND_SESSION_UP), 0);
	cloud_message(b->cloud, b->clock.now, 0, TOPIC, "2", 1, 0);
	assert_int_equal(events(b, KIND_SESSION_UP), 1);
	bench_free(b);
}

/* --- drop_stale_on_reconnect --------------------------------------------------------------- */

static void a_loss_throws_the_library_away_and_old_starts_with_it(void **state)
{
	(void)state;
	struct bench *b = bench_up(
		"drop_stale_on_reconnect=5m confirm_within=10m reconnect_first=10s");
	int64_t old = submit(b, 0);
	run_for(b, 6 * SIM_MIN);
	int64_t fresh = submit(b, 2);
	lose(b, 0);
	assert_int_equal(b->recreates[0], 0); /* not inside the client's own callback */
	run_for(b, 0);
	assert_int_equal(b->recreates[0], 1);
	run_for(b, 30 * SIM_S);
	assert_int_equal(starts_of(b, old), 1);
	assert_int_equal(starts_of(b, fresh), 2);
	const struct trace_event *dropped = last_event(b, KIND_JOB_DROPPED);
	assert_int_equal(trace_int(dropped, "task", 0), old);
	assert_string_equal(trace_text(dropped, "reason", ""), "expired");
	assert_int_equal(trace_back_to(b->trace, dropped->id, KIND_APP_REQUEST)->kind,
			 KIND_APP_REQUEST);
	bench_free(b);
}

static void people_are_told_as_soon_as_a_held_start_is_too_old(void **state)
{
	(void)state;
	struct bench *b = bench_up("drop_stale_on_reconnect=5m");
	b->connects_work = false;
	lose(b, 0);
	int64_t task = submit(b, 0);
	assert_string_equal(b->news[b->n_news - 1], "1 waiting");
	run_for(b, 5 * SIM_MIN + SIM_S);
	assert_string_equal(b->news[b->n_news - 1], "1 failed");
	b->connects_work = true;
	lose(b, 0);
	cloud_connected(b->cloud, b->clock.now, 0, 0, 0);
	run_for(b, SIM_H);
	assert_int_equal(starts_of(b, task), 0);
	bench_free(b);
}

/* Held for ten minutes, dropped after five: unless its clock went back meanwhile, or stands
 * still for all it knows. */
static int starts_of_held(double step_s, int ppm)
{
	struct bench *b = bench_up("drop_stale_on_reconnect=5m confirm_within=1h");
	b->connects_work = false;
	lose(b, 0);
	int64_t task = submit(b, 0);
	cloud_set_clock(b->cloud, b->clock.now, (sim_ns)(step_s * 1e9), ppm);
	run_for(b, 4 * SIM_MIN + 50 * SIM_S);
	b->connects_work = true;
	cloud_connected(b->cloud, b->clock.now, 0, 0, 0);
	run_for(b, SIM_MIN);
	int starts = starts_of(b, task);
	bench_free(b);
	return starts;
}

static void a_service_whose_clock_is_wrong_misjudges_the_age_of_a_wish(void **state)
{
	(void)state;
	assert_int_equal(starts_of_held(0, 0), 1);      /* 4 min 50 s: young enough */
	assert_int_equal(starts_of_held(60, 0), 0);     /* it thinks 5 min 50 s */
	assert_int_equal(starts_of_held(-3600, 0), 1);  /* and it may think anything */
	assert_int_equal(starts_of_held(0, 50000), 0);  /* 5 % fast: 5 min 4 s */
	assert_int_equal(starts_of_held(0, -50000), 1); /* 5 % slow */
}

static void a_stale_start_is_sent_where_nothing_drops_it(void **state)
{
	(void)state;
	struct bench *b = bench_up("paced_drain=1s");
	b->connects_work = false;
	lose(b, 0);
	int64_t task = submit(b, 0);
	run_for(b, 7 * SIM_H);
	assert_int_equal(starts_of(b, task), 0);
	cloud_connected(b->cloud, b->clock.now, 0, 0, 0);
	assert_int_equal(starts_of(b, task), 1);
	bench_free(b);
}

/* --- paced_drain ----------------------------------------------------------------------------- */

static void what_waited_leaves_at_the_pace_or_all_at_once(void **state)
{
	(void)state;
	struct bench *b = bench_up("paced_drain=10s");
	b->connects_work = false;
	lose(b, 0);
	for (int i = 0; i < 5; i++)
		submit(b, i % 2 ? 2 : 0);
	assert_int_equal(events(b, KIND_BACKLOG_DEPTH), 0); /* nothing has waited yet */
	run_for(b, 2 * SIM_MIN);
	assert_int_equal(trace_int(last_event(b, KIND_BACKLOG_DEPTH), "depth", 0), 5);
	cloud_connected(b->cloud, b->clock.now, 0, 0, 0);
	sim_ns up = b->clock.now;
	for (int i = 1; i <= 5; i++) {
		assert_int_equal(starts_of(b, 0), i);
		assert_int_equal(b->sent[b->n_sent - 1].at, up + (i - 1) * 10 * SIM_S);
		run_for(b, 10 * SIM_S);
	}
	const struct trace_event *drained = last_event(b, KIND_BACKLOG_DRAINED);
	assert_int_equal(trace_int(drained, "peak", 0), 5);
	assert_int_equal(trace_int(drained, "released", 0), 5);
	assert_int_equal(trace_int(drained, "burst", 0), 2); /* one each ten seconds */
	/* Afterwards a start leaves at once again. */
	run_for(b, SIM_MIN);
	int64_t task = submit(b, 0);
	assert_int_equal(starts_of(b, task), 1);
	bench_free(b);

	b = bench_up("drop_stale_on_reconnect=1h");
	b->connects_work = false;
	lose(b, 0);
	for (int i = 0; i < 5; i++)
		submit(b, 0);
	run_for(b, 2 * SIM_MIN);
	cloud_connected(b->cloud, b->clock.now, 0, 0, 0);
	assert_int_equal(starts_of(b, 0), 5);
	bench_free(b);
}

/* --- purge_before_bringup ---------------------------------------------------------------------- */

static void a_restart_sends_open_jobs_again_unless_they_are_purged(void **state)
{
	(void)state;
	for (int purge = 0; purge < 2; purge++) {
		struct bench *b = bench_up(purge ? "purge_before_bringup=true" : "");
		int64_t task = submit(b, 0);
		cloud_restart(b->cloud, b->clock.now, 10 * SIM_MIN, 0);
		assert_int_equal(b->recreates[0], 1);
		assert_int_equal(events(b, KIND_SESSION_DOWN), 2);
		run_for(b, 9 * SIM_MIN);
		assert_int_equal(starts_of(b, task), 1);
		submit(b, 0);
		assert_string_equal(b->last_reason, "unavailable");
		run_for(b, 2 * SIM_MIN);
		assert_int_equal(starts_of(b, task), purge ? 1 : 2);
		assert_int_equal(events(b, KIND_JOB_DROPPED), purge);
		submit(b, 0);
		assert_true(b->last.ok);
		bench_free(b);
	}
}

static void a_restart_does_not_send_what_is_too_old(void **state)
{
	(void)state;
	struct bench *b = bench_up("drop_stale_on_reconnect=5m");
	int64_t task = submit(b, 0);
	cloud_restart(b->cloud, b->clock.now, 10 * SIM_MIN, 0);
	run_for(b, 20 * SIM_MIN); /* connected at the very instant of the bring-up */
	assert_int_equal(starts_of(b, task), 1);
	assert_int_equal(events(b, KIND_JOB_DROPPED), 1);
	bench_free(b);
}

static void without_a_restart_purging_does_nothing(void **state)
{
	(void)state;
	struct bench *b = bench_up("purge_before_bringup=true confirm_within=2m");
	b->connects_work = false;
	lose(b, 0);
	int64_t task = submit(b, 0);
	run_for(b, 5 * SIM_MIN);
	/* The known hole: the library holds them all. */
	assert_int_equal(starts_of(b, task), 3);
	assert_int_equal(events(b, KIND_JOB_DROPPED), 0);
	bench_free(b);
}

/* --- what is written into a start ------------------------------------------------------------ */

static void starts_carry_what_the_safeguards_write(void **state)
{
	(void)state;
	struct bench *b =
		bench_up("stamp_starts=true idempotent_resend=true message_expiry=5m");
	submit_key(b, 0, "aa", "wish-1");
	const struct sent *sent = &b->sent[b->n_sent - 1];
	assert_int_equal(sent->expiry_s, 300);
	assert_non_null(strstr(sent->payload, "\"job_key\":\"wish-1\""));
	/* The tap, not the dispatch 50 ms later. */
	assert_non_null(strstr(sent->payload, "\"sent_at\":\"1692057601000\""));
	struct cloud_session session;
	cloud_session_of(b->values, b->safe, &session);
	assert_int_equal(session.protocol, 5);
	assert_int_equal(session.keepalive_s, 60);
	bench_free(b);
}

static void an_app_that_is_not_of_this_day_is_not_believed(void **state)
{
	(void)state;
	struct bench *b = bench_up("stamp_starts=true");
	call(b, &(struct cloud_call){.op = CLOUD_SUBMIT,
				     .job = "a",
				     .file = "b",
				     .tapped_utc_ms = 4102444800000});
	run_for(b, SIM_S);
	assert_non_null(
		strstr(b->sent[b->n_sent - 1].payload, "\"sent_at\":\"16920576010"));
	bench_free(b);
}

static void a_resend_is_merged_by_key_or_by_file_or_not_at_all(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	int64_t one = submit_key(b, 0, "aa", "wish-1");
	assert_int_not_equal(submit_key(b, 0, "aa", "wish-1"), one);
	bench_free(b);

	b = bench_up("idempotent_resend=true resend_window=30m confirm_within=1h");
	one = submit_key(b, 0, "aa", NULL);
	run_for(b, 10 * SIM_MIN);
	assert_int_equal(submit_key(b, 0, "aa", NULL), one);
	assert_int_equal(trace_int(last_event(b, KIND_JOB_MERGED), "task", 0), one);
	assert_int_not_equal(submit_key(b, 0, "bb", NULL), one); /* another file */
	assert_int_not_equal(submit_key(b, 2, "aa", NULL), one); /* another printer */
	run_for(b, 31 * SIM_MIN);
	assert_int_not_equal(submit_key(b, 0, "aa", NULL), one); /* too long ago */

	int64_t keyed = submit_key(b, 0, "cc", "wish-2");
	status(b, 0, "RUNNING", keyed);
	status(b, 0, "FINISH", keyed);
	/* It has printed; the owner has not seen it and taps again. */
	assert_int_equal(submit_key(b, 0, "cc", "wish-2"), keyed);
	assert_int_not_equal(submit_key(b, 0, "cc", "wish-3"), keyed);
	/* One that failed may be wished again. */
	int64_t failing = submit_key(b, 1, "dd", "wish-4");
	reply(b, 1, failing, "failed", "expired");
	assert_int_not_equal(submit_key(b, 1, "dd", "wish-4"), failing);
	bench_free(b);
}

static void a_cancel_that_cannot_be_delivered_is_not_called_done(void **state)
{
	(void)state;
	for (int holds = 0; holds < 2; holds++) {
		struct bench *b = bench_up(holds ? "paced_drain=1s" : "");
		int64_t task = submit(b, 0);
		status(b, 0, "RUNNING", task);
		b->connects_work = false;
		lose(b, 0);
		call(b, &(struct cloud_call){.op = CLOUD_CANCEL, .task = task});
		run_for(b, SIM_S);
		assert_int_equal(b->last.ok, !holds);
		bench_free(b);
	}
}

static void every_build_switches_on_what_the_table_knows(void **state)
{
	(void)state;
	const struct cloud_build *build;
	for (size_t i = 0; (build = cloud_build_at(i)) != NULL; i++) {
		struct bench *b = bench_up(build->settings);
		struct value value;
		struct sim_error error;
		const struct param *param =
			&cloud_row()->params[vocab_find_param(cloud_row(), "build")];
		assert_int_equal(param_parse(param, build->name, &value, &error), SIM_OK);
		assert_int_equal(value.as.choice, i);
		bench_free(b);
	}
}

static void nonsense_fleets_are_refused(void **state)
{
	(void)state;
	static const char *const clients[] = {"a"};
	static const struct {
		struct cloud_printer printers[2];
		int n_clients;
	} CASES[] = {
		{{{"p1", "S1", 0}, {"p2", "S2", 0}}, 0},
		{{{"p1", "S1", 0}, {"p2", "S2", 1}}, 1},
		{{{"p1", "S1", 0}, {"p2", "S1", 0}}, 1},
		{{{"p1", "S1", 0}, {"p2", "", 0}}, 1},
		{{{"p1", "S1", 0}, {"p2", "a/b", 0}}, 1},
	};
	struct bench *b = bench_new("");
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct cloud *cloud = NULL;
		struct sim_error error = {0};
		struct cloud_options o = {.queue = b->queue,
					  .clock = &b->clock,
					  .trace = b->trace,
					  .values = b->values,
					  .safeguards = b->safe,
					  .clients = clients,
					  .n_clients = CASES[i].n_clients,
					  .printers = CASES[i].printers,
					  .n_printers = 2};
		assert_int_equal(cloud_new(&o, &cloud, &error), SIM_EINVAL);
		assert_true(strlen(error.text) > 10);
		assert_null(cloud);
	}
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_restart_does_not_send_what_is_too_old),
		cmocka_unit_test(each_client_subscribes_the_reports_of_its_printers),
		cmocka_unit_test(reconnecting_waits_longer_each_time_up_to_a_minute),
		cmocka_unit_test(a_refused_connection_is_not_up),
		cmocka_unit_test(
			the_stock_service_believes_the_library_and_piles_up_in_it),
		cmocka_unit_test(without_an_echo_a_probing_service_is_not_up),
		cmocka_unit_test(a_missing_echo_takes_back_what_the_library_held),
		cmocka_unit_test(what_the_broker_has_acknowledged_is_not_taken_back),
		cmocka_unit_test(a_late_echo_of_an_earlier_probe_proves_nothing),
		cmocka_unit_test(a_loss_throws_the_library_away_and_old_starts_with_it),
		cmocka_unit_test(people_are_told_as_soon_as_a_held_start_is_too_old),
		cmocka_unit_test(
			a_service_whose_clock_is_wrong_misjudges_the_age_of_a_wish),
		cmocka_unit_test(a_stale_start_is_sent_where_nothing_drops_it),
		cmocka_unit_test(what_waited_leaves_at_the_pace_or_all_at_once),
		cmocka_unit_test(a_restart_sends_open_jobs_again_unless_they_are_purged),
		cmocka_unit_test(without_a_restart_purging_does_nothing),
		cmocka_unit_test(starts_carry_what_the_safeguards_write),
		cmocka_unit_test(an_app_that_is_not_of_this_day_is_not_believed),
		cmocka_unit_test(a_resend_is_merged_by_key_or_by_file_or_not_at_all),
		cmocka_unit_test(a_cancel_that_cannot_be_delivered_is_not_called_done),
		cmocka_unit_test(every_build_switches_on_what_the_table_knows),
		cmocka_unit_test(nonsense_fleets_are_refused),
	};
	return cmocka_run_group_tests_name("cloud: sessions", tests, NULL, NULL);
}
