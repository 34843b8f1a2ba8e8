/* Jobs: sending, confirming, retrying, waiting for a busy printer, jamming, cancelling. */
#include "tests/testing.h"

#include "tests/unit/cloud/bench.h"

static void a_job_is_sent_started_and_finished(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	int64_t task = submit(b, 0);
	assert_true(b->last.ok);
	assert_int_equal(starts_of(b, task), 1);
	reply(b, 0, task, "success", "");
	status(b, 0, "PREPARE", task);
	status(b, 0, "RUNNING", task);
	run_for(b, 10 * SIM_MIN);
	status(b, 0, "FINISH", task);
	run_for(b, SIM_DAY);
	assert_int_equal(starts_of(b, 0), 1);
	assert_int_equal(events(b, KIND_JOB_STARTED), 1);
	assert_int_equal(events(b, KIND_JOB_FINISHED), 1);
	assert_int_equal(cloud_counts(b->cloud).open_jobs, 0);
	const char *const news[] = {"1 sent", "1 preparing", "1 printing", "1 finished"};
	assert_int_equal(b->n_news, 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(b->news[i], news[i]);
	bench_free(b);
}

static void a_start_is_written_as_the_dialect_says(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	int64_t task = submit(b, 1);
	const struct sent *sent = &b->sent[b->n_sent - 1];
	assert_int_equal(task, 1);
	assert_int_equal(sent->client, 1);
	assert_string_equal(sent->topic, "device/SIM00002/request");
	assert_non_null(strstr(sent->payload, "\"command\":\"project_file\""));
	assert_non_null(strstr(sent->payload, "\"task_id\":\"1\""));
	assert_non_null(
		strstr(sent->payload, "\"md5\":\"0123456789abcdef0123456789abcdef\""));
	assert_null(strstr(sent->payload, "sent_at"));
	assert_null(strstr(sent->payload, "job_key"));
	assert_int_equal(sent->expiry_s, 0);
	bench_free(b);
}

static void a_silent_start_is_sent_again_at_constant_spacing_then_fails(void **state)
{
	(void)state;
	struct bench *b = bench_up("confirm_within=2m retries=3");
	int64_t task = submit(b, 0);
	sim_ns first = b->sent[b->n_sent - 1].at;
	run_for(b, SIM_H);
	assert_int_equal(starts_of(b, task), 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(b->sent[b->n_sent - 4 + i].at, first + i * 2 * SIM_MIN);
	assert_int_equal(events(b, KIND_JOB_TIMEOUT), 4);
	assert_string_equal(trace_text(last_event(b, KIND_JOB_FAILED), "reason", ""),
			    "no confirmation");
	bench_free(b);
}

static void retries_may_be_without_limit(void **state)
{
	(void)state;
	struct bench *b = bench_up("confirm_within=2m retries=-1");
	submit(b, 0);
	run_for(b, 10 * SIM_H);
	assert_int_equal(starts_of(b, 1), 1 + 300);
	bench_free(b);
}

static void each_dispatch_leads_back_to_the_request(void **state)
{
	(void)state;
	struct bench *b = bench_up("confirm_within=2m");
	submit(b, 0);
	run_for(b, 5 * SIM_MIN);
	const struct trace_event *event = last_event(b, KIND_JOB_DISPATCHED);
	const enum trace_kind way[] = {KIND_JOB_TIMEOUT,  KIND_JOB_DISPATCHED,
				       KIND_JOB_TIMEOUT,  KIND_JOB_DISPATCHED,
				       KIND_JOB_ACCEPTED, KIND_APP_REQUEST};
	assert_int_equal(trace_int(event, "attempt", 0), 3);
	assert_int_equal(b->sent[b->n_sent - 1].cause, event->id);
	for (size_t i = 0; i < sizeof(way) / sizeof(way[0]); i++) {
		event = trace_find(b->trace, event->cause);
		assert_non_null(event);
		assert_int_equal(event->kind, way[i]);
	}
	bench_free(b);
}

static void backoff_grows_and_keeps_to_its_budget(void **state)
{
	(void)state;
	struct bench *b = bench_up("confirm_within=2m retries=6 retry_backoff=true");
	submit(b, 0);
	run_for(b, 12 * SIM_H);
	assert_int_equal(starts_of(b, 1), 7);
	const struct sent *s = &b->sent[b->n_sent - 7];
	assert_int_equal(s[1].at - s[0].at, 2 * SIM_MIN);
	/* Doubling up to 30 minutes, at least half of it. */
	const sim_ns most[] = {4, 8, 16, 30, 30};
	for (int i = 0; i < 5; i++) {
		sim_ns gap = s[i + 2].at - s[i + 1].at;
		assert_true(gap >= most[i] * SIM_MIN / 2 && gap <= most[i] * SIM_MIN);
	}
	bench_free(b);

	b = bench_up("confirm_within=1m retries=-1 retry_most=1m retry_backoff=true "
		     "retry_budget=5");
	for (int i = 0; i < 60; i++)
		submit(b, i % PRINTERS);
	int before = starts_of(b, 0);
	run_for(b, SIM_H);
	int retries = starts_of(b, 0) - before;
	/* 60 jobs would retry some 80 times a minute; the budget allows 5, and 5 saved up. */
	assert_in_range(retries, 280, 306);
	bench_free(b);
}

static void a_job_refused_as_busy_goes_when_the_printer_is_free_one_after_another(
	void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	int64_t one = submit(b, 0), two = submit(b, 0), three = submit(b, 0);
	reply(b, 0, one, "success", "");
	status(b, 0, "RUNNING", one);
	reply(b, 0, two, "failed", "busy");
	reply(b, 0, three, "failed", "busy");
	run_for(b, SIM_H);
	status(b, 0, "RUNNING", one);
	assert_int_equal(starts_of(b, two), 1);
	status(b, 0, "FINISH", one);
	assert_int_equal(starts_of(b, two), 2);
	assert_int_equal(starts_of(b, three), 1);
	const struct trace_event *event = last_event(b, KIND_JOB_DISPATCHED);
	assert_int_equal(trace_find(b->trace, event->cause)->kind, KIND_JOB_REFUSED);
	status(b, 0, "RUNNING", two);
	status(b, 0, "FAILED", two);
	assert_int_equal(starts_of(b, three), 2);
	bench_free(b);
}

static void jobs_given_up_in_silence_come_one_after_another_once_they_are_heard_of(
	void **state)
{
	(void)state;
	for (int drops = 0; drops < 2; drops++) {
		struct bench *b = bench_up(drops ? "drop_stale_on_reconnect=5m" : "");
		int64_t one = submit(b, 0), two = submit(b, 0);
		run_for(b, SIM_H);
		assert_int_equal(events(b, KIND_JOB_FAILED), 2);
		/* What was held up arrives, all at once. */
		reply(b, 0, one, "success", "");
		status(b, 0, "PREPARE", one);
		for (int copy = 0; copy < 3; copy++) {
			reply(b, 0, one, "failed", "busy");
			reply(b, 0, two, "failed", "busy");
		}
		int before = starts_of(b, two);
		status(b, 0, "FINISH", one);
		assert_int_equal(starts_of(b, two) - before, !drops);
		bench_free(b);
	}
}

static void a_doubled_start_of_a_running_job_is_refused_without_effect(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	int64_t task = submit(b, 0);
	reply(b, 0, task, "success", "");
	status(b, 0, "RUNNING", task);
	reply(b, 0, task, "failed", "busy");
	status(b, 0, "FINISH", task);
	run_for(b, SIM_DAY);
	assert_int_equal(starts_of(b, task), 1);
	assert_int_equal(events(b, KIND_JOB_REFUSED), 0);
	bench_free(b);
}

static void other_refusals_end_the_job_and_are_told(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	int64_t task = submit(b, 0);
	reply(b, 0, task, "failed", "expired");
	run_for(b, SIM_DAY);
	assert_int_equal(starts_of(b, task), 1);
	assert_string_equal(trace_text(last_event(b, KIND_JOB_FAILED), "reason", ""),
			    "expired");
	assert_string_equal(b->news[b->n_news - 1], "1 failed");
	bench_free(b);
}

/* The print ran, its finish was never reported. */
static struct bench *lost_finish(const char *options)
{
	struct bench *b = bench_up(options);
	int64_t task = submit(b, 0);
	reply(b, 0, task, "success", "");
	status(b, 0, "RUNNING", task); /* 60 minutes to go */
	return b;
}

static void a_lost_finish_jams_the_job_and_it_is_sent_again(void **state)
{
	(void)state;
	struct bench *b = lost_finish("finish_margin=30m");
	run_for(b, 89 * SIM_MIN);
	assert_int_equal(starts_of(b, 1), 1);
	run_for(b, 2 * SIM_MIN);
	assert_int_equal(starts_of(b, 1), 2);
	const struct trace_event *event = last_event(b, KIND_JOB_DISPATCHED);
	/* It comes of the start that was heard of, not of the dispatch long before. */
	event = trace_find(b->trace, event->cause);
	assert_int_equal(event->kind, KIND_JOB_TIMEOUT);
	assert_string_equal(trace_text(event, "awaits", ""), "finish");
	assert_int_equal(trace_int(event, "free_after", -1), -1);
	assert_int_equal(event->cause, last_event(b, KIND_JOB_STARTED)->id);
	bench_free(b);

	b = lost_finish("resend_unfinished=false");
	run_for(b, SIM_DAY);
	assert_int_equal(starts_of(b, 1), 1);
	bench_free(b);
}

static void a_printer_that_is_free_after_another_job_shows_the_job_as_not_done(
	void **state)
{
	(void)state;
	struct bench *b = lost_finish("");
	status(b, 0, "FINISH", 999); /* a task that this service does not know */
	assert_int_equal(starts_of(b, 1), 2);
	const struct trace_event *event = last_event(b, KIND_JOB_TIMEOUT);
	assert_string_equal(trace_text(event, "awaits", ""), "finish");
	assert_int_equal(trace_int(event, "free_after", -1), 999);
	assert_int_equal(event->cause, last_event(b, KIND_JOB_STARTED)->id);
	bench_free(b);
}

static void no_event_has_two_timeouts(void **state)
{
	static const char *const OPTIONS[] = {"retries=3",
					      "retries=3 ask_before_resend=true",
					      "retries=0"};
	(void)state;
	for (size_t o = 0; o < sizeof(OPTIONS) / sizeof(OPTIONS[0]); o++) {
		struct bench *b = bench_up(OPTIONS[o]);
		int64_t task = submit(b, 0);
		run_for(b, SIM_H); /* given up, or asked about again and again */
		status(b, 0, "RUNNING", task);
		run_for(b, 10 * SIM_H); /* its end is not heard of either */
		trace_id causes[64];
		int n = 0;
		for (size_t i = 0; i < trace_count(b->trace); i++) {
			const struct trace_event *event = trace_at(b->trace, i);
			if (event->kind != KIND_JOB_TIMEOUT)
				continue;
			for (int k = 0; k < n; k++)
				assert_int_not_equal(causes[k], event->cause);
			assert_true(n < 64);
			causes[n++] = event->cause;
		}
		assert_true(n >= 2);
		bench_free(b);
	}
}

/* A status may leave the remaining time out where it has not changed. */
static void an_overdue_job_is_heard_of_again_without_a_time(void **state)
{
	(void)state;
	struct bench *b = bench_up("resend_unfinished=false");
	int64_t task = submit(b, 0);
	status(b, 0, "RUNNING", task);
	run_for(b, 12 * SIM_H);
	(void)submit(b, 1); /* time has passed, and something came of it */
	raw_report(b, 0,
		   "{\"print\":{\"command\":\"push_status\",\"gcode_state\":\"PAUSE\","
		   "\"task_id\":\"1\"}}");
	run_for(b, SIM_H);
	assert_int_equal(starts_of(b, task), 1);
	bench_free(b);
}

static void asking_first_ends_the_jamming(void **state)
{
	(void)state;
	struct bench *b = lost_finish("ask_before_resend=true");
	run_for(b, 91 * SIM_MIN);
	assert_int_equal(starts_of(b, 1), 1);
	assert_int_equal(sent_with(b, "pushall"), 1);
	status(b, 0, "FINISH", 1);
	run_for(b, SIM_DAY);
	assert_int_equal(starts_of(b, 1), 1);
	assert_int_equal(events(b, KIND_JOB_FINISHED), 1);
	bench_free(b);

	/* Another job has run since: the outcome stays unknown, and nothing is sent. */
	b = lost_finish("ask_before_resend=true");
	status(b, 0, "IDLE", 0);
	run_for(b, SIM_DAY);
	assert_int_equal(starts_of(b, 1), 1);
	assert_string_equal(trace_text(last_event(b, KIND_JOB_FAILED), "reason", ""),
			    "outcome unknown");
	bench_free(b);
}

static void asking_first_still_sends_a_start_that_was_lost(void **state)
{
	(void)state;
	struct bench *b = bench_up("ask_before_resend=true confirm_within=2m");
	int64_t task = submit(b, 0);
	run_for(b, 3 * SIM_MIN);
	assert_int_equal(starts_of(b, task), 1);
	assert_int_equal(sent_with(b, "pushall"), 1);
	status(b, 0, "IDLE", 0);
	assert_int_equal(starts_of(b, task), 2);
	/* And one that the printer has after all is not sent. */
	run_for(b, 3 * SIM_MIN);
	assert_int_equal(sent_with(b, "pushall"), 2);
	status(b, 0, "RUNNING", task);
	run_for(b, SIM_MIN);
	status(b, 0, "FINISH", task);
	run_for(b, SIM_DAY);
	assert_int_equal(starts_of(b, task), 2);
	bench_free(b);
}

static void asking_a_busy_printer_makes_the_job_wait(void **state)
{
	(void)state;
	struct bench *b = bench_up("ask_before_resend=true confirm_within=2m");
	int64_t task = submit(b, 0);
	run_for(b, 3 * SIM_MIN);
	status(b, 0, "RUNNING", 999);
	run_for(b, SIM_H);
	assert_int_equal(starts_of(b, task), 1);
	status(b, 0, "FINISH", 999);
	assert_int_equal(starts_of(b, task), 2);
	bench_free(b);
}

static void a_job_given_up_is_believed_when_its_printer_starts_it_late(void **state)
{
	(void)state;
	struct bench *b = bench_up("retries=0");
	int64_t task = submit(b, 0);
	run_for(b, SIM_H);
	assert_int_equal(events(b, KIND_JOB_FAILED), 1);
	status(b, 0, "RUNNING", task);
	assert_int_equal(events(b, KIND_JOB_STARTED), 1);
	assert_string_equal(b->news[b->n_news - 1], "1 printing");
	status(b, 0, "FINISH", task);
	assert_int_equal(events(b, KIND_JOB_FINISHED), 1);
	bench_free(b);
}

static void cancel(struct bench *b, int printer, int64_t task)
{
	call(b,
	     &(struct cloud_call){.op = CLOUD_CANCEL, .printer = printer, .task = task});
	run_for(b, 100 * SIM_MS);
}

static void a_cancelled_job_is_stopped_and_never_sent_again(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	int64_t task = submit(b, 0);
	cancel(b, 0, task);
	assert_true(b->last.ok);
	assert_int_equal(sent_with(b, "\"command\":\"stop\""), 1);
	status(b, 0, "IDLE", 0);
	status(b, 0, "RUNNING", task); /* the start was on its way */
	run_for(b, SIM_DAY);
	status(b, 0, "IDLE", 0);
	assert_int_equal(starts_of(b, task), 1);
	assert_int_equal(events(b, KIND_JOB_CANCELLED), 1);
	bench_free(b);
}

static void a_cancel_of_nothing_is_refused(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	cancel(b, 0, 55);
	assert_false(b->last.ok);
	assert_string_equal(b->last_reason, "no such job");
	int64_t task = submit(b, 0);
	cancel(b, 1, task); /* somebody else's printer */
	assert_string_equal(b->last_reason, "no such job");
	status(b, 0, "FINISH", task);
	cancel(b, 0, task);
	assert_string_equal(b->last_reason, "finished");
	bench_free(b);
}

static void a_job_that_waits_for_a_busy_printer_is_cancelled_without_a_stop(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	int64_t task = submit(b, 0);
	reply(b, 0, task, "failed", "busy");
	cancel(b, 0, task);
	assert_int_equal(sent_with(b, "\"command\":\"stop\""), 0);
	status(b, 0, "IDLE", 0);
	assert_int_equal(starts_of(b, task), 1);
	bench_free(b);
}

static void a_prompt_is_passed_on_once_and_its_answer_sent(void **state)
{
	(void)state;
	static const char PROMPT[] =
		"{\"print\":{\"command\":\"push_status\",\"gcode_state\":\"PREPARE\","
		"\"task_id\":\"1\",\"prompt\":{\"id\":\"3\",\"what\":\"plate_clear\",\"task_id\":"
		"\"1\",\"plate_epoch\":\"5\",\"not_after\":\"1692064800000\",\"where\":\"app\"}}}";
	struct bench *b = bench_up("");
	int64_t task = submit(b, 0);
	raw_report(b, 0, PROMPT);
	raw_report(b, 0, PROMPT);
	assert_string_equal(b->news[b->n_news - 1], "1 prompt");
	assert_string_equal(b->news[b->n_news - 2], "1 sent");
	/* It has arrived, so it is not sent again; nothing prints, so it has not started. */
	run_for(b, SIM_H);
	assert_int_equal(starts_of(b, task), 1);
	assert_int_equal(events(b, KIND_JOB_STARTED), 0);
	call(b, &(struct cloud_call){.op = CLOUD_CONFIRM,
				     .task = task,
				     .prompt = 3,
				     .plate_epoch = 5,
				     .yes = true,
				     .not_after_utc_ms = 1692064800000});
	run_for(b, 100 * SIM_MS);
	assert_non_null(
		strstr(b->sent[b->n_sent - 1].payload,
		       "\"command\":\"plate_confirm\",\"prompt_id\":\"3\",\"task_id\":"
		       "\"1\",\"plate_epoch\":\"5\",\"answer\":\"yes\",\"not_after\":"
		       "\"1692064800000\""));
	bench_free(b);
}

static void order(struct bench *b, const char *command, const char *param)
{
	call(b, &(struct cloud_call){.op = CLOUD_ORDER,
				     .command = command,
				     .param = param,
				     .tapped_utc_ms = 1692025199000});
	run_for(b, 100 * SIM_MS);
}

static void an_order_goes_out_once_with_the_instant_at_which_it_was_given(void **state)
{
	(void)state;
	struct bench *b = bench_up("stamp_starts=true message_expiry=5m");
	order(b, "gcode_line", "M104 S220\nM140 S60");
	run_for(b, SIM_H);
	const struct sent *sent = &b->sent[b->n_sent - 1];
	assert_int_equal(sent_with(b, "gcode_line"), 1);
	assert_non_null(strstr(sent->payload,
			       "\"command\":\"gcode_line\",\"param\":\"M104 S220\\nM140 "
			       "S60\",\"sent_at\":\"1692025199000\"}}"));
	assert_int_equal(sent->expiry_s, 300);
	assert_string_equal(trace_text(last_event(b, KIND_ORDER_SENT), "command", ""),
			    "gcode_line");
	bench_free(b);

	b = bench_up(""); /* a service that writes no stamps writes none here either */
	order(b, "resume", "");
	assert_int_equal(sent_with(b, "\"command\":\"resume\""), 1);
	assert_int_equal(sent_with(b, "sent_at"), 0);
	assert_int_equal(b->sent[b->n_sent - 1].expiry_s, 0);
	bench_free(b);
}

static void an_order_is_not_kept_for_a_connection_that_is_known_to_be_down(void **state)
{
	(void)state;
	struct bench *b = bench_up("probe_before_connected=true");
	b->connects_work = false;
	lose(b, 0);
	order(b, "resume", "");
	assert_false(b->last.ok);
	assert_string_equal(b->last_reason, "printer not reachable");
	run_for(b, SIM_H);
	assert_int_equal(sent_with(b, "\"command\":\"resume\""), 0);
	bench_free(b);
}

static void a_machine_that_does_not_obey_is_told(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	raw_report(b, 0, "{\"print\":{\"command\":\"resume\",\"result\":\"success\"}}");
	assert_int_equal(events(b, KIND_ORDER_REFUSED), 0);
	raw_report(b, 0,
		   "{\"print\":{\"command\":\"resume\",\"result\":\"failed\",\"reason\":"
		   "\"tripped\"}}");
	assert_string_equal(trace_text(last_event(b, KIND_ORDER_REFUSED), "reason", ""),
			    "tripped");
	bench_free(b);
}

static void hostile_reports_change_nothing_and_are_counted(void **state)
{
	(void)state;
	static const char *const HOSTILE[] = {
		"",
		"not json",
		"{\"print\":",
		"[]",
		"{}",
		"{\"print\":7}",
		"{\"print\":{}}",
		"{\"print\":{\"command\":9}}",
		"{\"print\":{\"command\":\"push_status\"}}",
		"{\"print\":{\"command\":\"push_status\",\"gcode_state\":{},\"task_id\":\"1\"}}",
		"{\"print\":{\"command\":\"push_status\",\"gcode_state\":\"SLICING\","
		"\"task_id\":\"1\"}}",
		"{\"print\":{\"command\":\"project_file\",\"task_id\":\"1\",\"result\":[]}}",
		"{\"print\":{\"command\":\"project_file\",\"task_id\":\"-1\",\"result\":"
		"\"failed\"}}",
		"{\"print\":{\"command\":\"project_file\",\"task_id\":\"99999999999999999999\","
		"\"result\":\"success\"}}",
		"{\"print\":{\"command\":\"push_status\",\"gcode_state\":\"RUNNING\",\"task_id\":"
		"\"2\"}}", /* the job of another printer */
		"{\"print\":{\"command\":\"push_status\",\"gcode_state\":\"IDLE\",\"task_id\":\"0\","
		"\"prompt\":{\"id\":\"-4\",\"where\":7}}}",
	};
	const size_t n = sizeof(HOSTILE) / sizeof(HOSTILE[0]);
	struct bench *b = bench_up("");
	submit(b, 0);
	submit(b, 1);
	int news = b->n_news, sent = b->n_sent;
	for (size_t i = 0; i < n; i++) {
		raw_report(b, 0, HOSTILE[i]);
		assert_int_equal(cloud_counts(b->cloud).ignored, i + 1);
	}
	cloud_message(b->cloud, b->clock.now, 0, "device/NOBODY/report", "{\"print\":{}}",
		      12, 0);
	cloud_message(b->cloud, b->clock.now, 0, "device/SIM00002/report",
		      "{\"print\":{}}", 12,
		      0); /* through the other client's connection */
	cloud_message(b->cloud, b->clock.now, 0, "device/", "x", 1, 0);
	assert_int_equal(cloud_counts(b->cloud).ignored, n + 3);
	assert_int_equal(b->n_news, news);
	assert_int_equal(b->n_sent, sent);
	assert_int_equal(events(b, KIND_JOB_STARTED), 0);
	bench_free(b);
}

static void names_from_outside_are_escaped(void **state)
{
	(void)state;
	struct bench *b = bench_up("");
	call(b, &(struct cloud_call){.op = CLOUD_SUBMIT,
				     .job = "a\"b\x1b[2J\n",
				     .file = "f\"f"});
	run_for(b, SIM_S);
	const char *payload = b->sent[b->n_sent - 1].payload;
	assert_non_null(strstr(payload, "a\\\"b"));
	assert_null(strchr(payload, '\x1b'));
	assert_null(strchr(payload, '\n'));
	bench_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			jobs_given_up_in_silence_come_one_after_another_once_they_are_heard_of),
		cmocka_unit_test(a_job_is_sent_started_and_finished),
		cmocka_unit_test(a_start_is_written_as_the_dialect_says),
		cmocka_unit_test(
			a_silent_start_is_sent_again_at_constant_spacing_then_fails),
		cmocka_unit_test(retries_may_be_without_limit),
		cmocka_unit_test(each_dispatch_leads_back_to_the_request),
		cmocka_unit_test(backoff_grows_and_keeps_to_its_budget),
		cmocka_unit_test(
			a_job_refused_as_busy_goes_when_the_printer_is_free_one_after_another),
		cmocka_unit_test(
			a_doubled_start_of_a_running_job_is_refused_without_effect),
		cmocka_unit_test(other_refusals_end_the_job_and_are_told),
		cmocka_unit_test(a_lost_finish_jams_the_job_and_it_is_sent_again),
		cmocka_unit_test(
			a_printer_that_is_free_after_another_job_shows_the_job_as_not_done),
		cmocka_unit_test(no_event_has_two_timeouts),
		cmocka_unit_test(an_overdue_job_is_heard_of_again_without_a_time),
		cmocka_unit_test(asking_first_ends_the_jamming),
		cmocka_unit_test(asking_first_still_sends_a_start_that_was_lost),
		cmocka_unit_test(asking_a_busy_printer_makes_the_job_wait),
		cmocka_unit_test(
			a_job_given_up_is_believed_when_its_printer_starts_it_late),
		cmocka_unit_test(a_cancelled_job_is_stopped_and_never_sent_again),
		cmocka_unit_test(a_cancel_of_nothing_is_refused),
		cmocka_unit_test(
			a_job_that_waits_for_a_busy_printer_is_cancelled_without_a_stop),
		cmocka_unit_test(a_prompt_is_passed_on_once_and_its_answer_sent),
		cmocka_unit_test(
			an_order_goes_out_once_with_the_instant_at_which_it_was_given),
		cmocka_unit_test(
			an_order_is_not_kept_for_a_connection_that_is_known_to_be_down),
		cmocka_unit_test(a_machine_that_does_not_obey_is_told),
		cmocka_unit_test(hostile_reports_change_nothing_and_are_counted),
		cmocka_unit_test(names_from_outside_are_escaped),
	};
	return cmocka_run_group_tests_name("cloud: jobs", tests, NULL, NULL);
}
