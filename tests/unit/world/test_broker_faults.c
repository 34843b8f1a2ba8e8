/* What happens to a real mosquitto's process, and what its clients see of it. */
#include "tests/unit/world/rig.h"

#include "sim/world/broker_faults.h"

enum {
	DEEDS_MAX = 8
};

static struct deed {
	struct rig *rig;
	const struct vocab_row *row;
	struct value values[8];
	int status;
} deeds[DEEDS_MAX];
static int n_deeds;

static void do_deed(void *arg, sim_ns now)
{
	struct deed *deed = arg;

	deed->status = broker_fault_do(deed->rig->world, deed->row, deed->values, now, 0,
				       &deed->rig->error);
}

/* "name value name value" */
static struct deed *at(struct rig *rig, sim_ns when, const char *name,
		       const char *options)
{
	struct deed *deed = &deeds[n_deeds++];
	char copy[200], *save = NULL;
	size_t i = 0;

	assert_true(n_deeds <= DEEDS_MAX);
	*deed = (struct deed){.rig = rig};
	while (strcmp(broker_fault_row(i)->name, name) != 0)
		i++;
	deed->row = broker_fault_row(i);
	vocab_defaults(deed->row, deed->values);
	snprintf(copy, sizeof(copy), "%s", options);
	for (char *key = strtok_r(copy, " ", &save); key;
	     key = strtok_r(NULL, " ", &save)) {
		int k = vocab_find_param(deed->row, key);
		const char *text = strtok_r(NULL, " ", &save);

		assert_true(k >= 0);
		if (param_parse(&deed->row->params[k], text, &deed->values[k],
				&rig->error) != SIM_OK)
			fail_msg("%s", rig->error.text);
		deed->values[k].given = true;
	}
	queue_add(world_queue(rig->world), when, do_deed, deed);
	return deed;
}

static void begin(struct rig *rig, const char *conf)
{
	n_deeds = 0;
	rig_init(rig);
	rig->options.broker_conf = conf;
	rig_new(rig);
}

static void run(struct rig *rig)
{
	assert_int_equal(world_start(rig->world, &rig->error), SIM_OK);
	assert_int_equal(world_run(rig->world, &rig->error), WORLD_REACHED);
	broker_fault_receipts(rig->world, rig_now(rig));
}

static const struct trace_event *last_of(struct rig *rig, enum trace_kind kind)
{
	struct trace *trace = world_trace(rig->world);

	for (size_t i = trace_count(trace); i > 0; i--)
		if (trace_at(trace, i - 1)->kind == kind)
			return trace_at(trace, i - 1);
	return NULL;
}

/* ---- acknowledged, then lost ---- */

struct mail {
	struct rig_client *reader, *writer;
};

static void leave(void *arg, sim_ns now)
{
	client_disconnect(((struct rig_client *)arg)->client, now);
}

static void write_one(void *arg, sim_ns now)
{
	rig_publish(arg, now, "job", 1, "A", 1);
}

/* The reader has a session and goes away; a message is acknowledged for it at 10 min; the
 * broker is struck; the reader comes back at 20 min and is asked what it got. */
static struct mail run_mail(struct rig *rig)
{
	struct mail mail;

	rig->keep_sessions = true;
	mail.reader = rig_client(rig, "reader", 0, "job");
	mail.writer = rig_client(rig, "writer", 0, NULL);
	queue_add(world_queue(rig->world), SIM_MIN, leave, mail.reader);
	queue_add(world_queue(rig->world), 10 * SIM_MIN, write_one, mail.writer);
	queue_add(world_queue(rig->world), 20 * SIM_MIN, rig_dial, mail.reader);
	run(rig);
	assert_int_equal(mail.writer->acknowledged, 1); /* whatever came after */
	return mail;
}

static const char PERSISTENT[] = "persistence true\nautosave_interval 1800\n";

static void killed_before_it_saved_it_has_lost_what_it_acknowledged(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, PERSISTENT);
	at(&rig, 11 * SIM_MIN, "kill", "");
	at(&rig, 12 * SIM_MIN, "restart", "");
	struct mail mail = run_mail(&rig);
	assert_false(mail.reader->session_present);
	assert_int_equal(mail.reader->received, 0);
	rig_fini(&rig);
}

static void killed_after_it_saved_it_still_has_it(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, PERSISTENT);
	at(&rig, 10 * SIM_MIN + SIM_S, "save", "");
	at(&rig, 11 * SIM_MIN, "restart", "how kill down_for 1m");
	struct mail mail = run_mail(&rig);
	assert_true(mail.reader->session_present);
	assert_int_equal(mail.reader->received, 1);
	assert_true(mail.reader->received_at[0] == 20 * SIM_MIN);
	rig_fini(&rig);
}

static void a_new_disk_has_nothing(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, PERSISTENT);
	at(&rig, 11 * SIM_MIN, "restart", "keep_disk false"); /* stops, and so saves */
	struct mail mail = run_mail(&rig);
	assert_false(mail.reader->session_present);
	assert_int_equal(mail.reader->received, 0);
	rig_fini(&rig);
}

static void on_a_full_disk_it_saves_in_vain(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, PERSISTENT);
	at(&rig, 9 * SIM_MIN, "disk_full", "");
	at(&rig, 10 * SIM_MIN + SIM_S, "save", "");
	at(&rig, 11 * SIM_MIN, "restart", "how kill");
	struct mail mail = run_mail(&rig);
	assert_int_equal(mail.reader->received, 0);
	rig_fini(&rig);
	begin(&rig, PERSISTENT);
	at(&rig, 9 * SIM_MIN, "disk_full", "");
	at(&rig, 10 * SIM_MIN, "disk_full", "full false");
	at(&rig, 10 * SIM_MIN + SIM_S, "save", "");
	at(&rig, 11 * SIM_MIN, "restart", "how kill");
	mail = run_mail(&rig);
	assert_int_equal(mail.reader->received, 1);
	rig_fini(&rig);
}

/* ---- ends ---- */

static void an_end_that_was_asked_for_is_no_trouble_and_has_its_cause(void **state)
{
	struct rig rig;
	long utc_s;

	(void)state;
	begin(&rig, NULL);
	struct rig_client *client = rig_client(&rig, "client", 0, NULL);
	at(&rig, 10 * SIM_MIN, "stop", "");
	queue_add(world_queue(rig.world), 20 * SIM_MIN, rig_dial, client);
	run(&rig);                                /* to the end, and reached */
	assert_int_equal(client->disconnects, 2); /* the end, and nobody at home */
	assert_true(client->lost_at == 10 * SIM_MIN);
	const struct trace_event *ended = last_of(&rig, KIND_GUEST_ENDED);
	assert_true(trace_bool(ended, "asked", false));
	assert_string_equal(trace_text(ended, "status", ""), "exit status 0");
	assert_int_equal(trace_find(world_trace(rig.world), ended->cause)->kind,
			 KIND_FAULT_ACTED);
	const struct trace_event *detached = last_of(&rig, KIND_SESSION_DETACHED);
	assert_non_null(
		trace_back_to(world_trace(rig.world), detached->id, KIND_FAULT_ARMED));
	assert_true(rig_log_says(&rig, "terminating", &utc_s));
	rig_fini(&rig);
}

static void a_new_life_is_a_fresh_guest_at_the_present_instant(void **state)
{
	struct rig rig;
	long utc_s = 0;

	(void)state;
	begin(&rig, NULL);
	struct rig_client *client = rig_client(&rig, "client", 0, NULL);
	at(&rig, 10 * SIM_MIN, "restart", "how kill down_for 90s");
	queue_add(world_queue(rig.world), 20 * SIM_MIN, rig_dial, client);
	run(&rig);
	assert_int_equal(client->connects, 2);
	assert_true(client->connected_at == 20 * SIM_MIN);
	assert_int_equal(client->disconnects, 1); /* and stays: its pings are answered */
	/* Its log goes on behind that of the one before, at its own instant. */
	assert_true(rig_log_says(&rig, "running", &utc_s));
	assert_int_equal(utc_s, START_UTC_S);
	const struct trace_event *started = last_of(&rig, KIND_GUEST_STARTED);
	assert_true(started->t == 10 * SIM_MIN + 90 * SIM_S);
	const struct trace_event *receipt = last_of(&rig, KIND_FAULT_RECEIPT);
	assert_string_equal(receipt->who, "broker");
	assert_int_equal(trace_int(receipt, "affected", 0), 1);
	assert_true(trace_int(receipt, "last_ns", 0) == started->t);
	rig_fini(&rig);
}

static void what_makes_no_sense_just_now_is_refused_in_words(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, NULL);
	const struct deed *resume = at(&rig, SIM_MIN, "resume", "");
	at(&rig, 2 * SIM_MIN, "kill", "");
	const struct deed *again = at(&rig, 3 * SIM_MIN, "kill", "");
	run(&rig);
	assert_int_equal(resume->status, SIM_EINVAL);
	assert_int_equal(again->status, SIM_EINVAL);
	assert_non_null(strstr(rig.error.text, "not running"));
	assert_int_equal(trace_int(last_of(&rig, KIND_FAULT_RECEIPT), "matched", 9), 0);
	assert_string_equal(trace_text(last_of(&rig, KIND_FAULT_RECEIPT), "why", ""),
			    "the broker was not running");
	rig_fini(&rig);
}

static void what_it_is_told_it_does_within_a_second(void **state)
{
	struct rig rig;
	long utc_s = 0;

	(void)state;
	begin(&rig, PERSISTENT);
	at(&rig, 10 * SIM_MIN, "reload", "");
	at(&rig, 20 * SIM_MIN, "save", "");
	run(&rig);
	assert_true(rig_log_says(&rig, "Reloading config", &utc_s));
	assert_true(utc_s - START_UTC_S >= 600 && utc_s - START_UTC_S <= 601);
	assert_true(rig_log_says(&rig, "Saving in-memory database", &utc_s));
	assert_true(utc_s - START_UTC_S >= 1200 && utc_s - START_UTC_S <= 1201);
	rig_fini(&rig);
}

/* ---- pause ---- */

static void a_paused_broker_answers_late_and_all_at_once(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, NULL);
	struct rig_client *writer = rig_client(&rig, "writer", 0, NULL);
	struct rig_client *late = rig_client(&rig, "late", 10 * SIM_MIN + SIM_S, NULL);
	at(&rig, 10 * SIM_MIN - SIM_S, "pause", "");
	queue_add(world_queue(rig.world), 10 * SIM_MIN, write_one, writer);
	at(&rig, 10 * SIM_MIN + 40 * SIM_S, "resume", "");
	run(&rig);
	assert_true(writer->acknowledged_at == 10 * SIM_MIN + 40 * SIM_S);
	assert_true(late->connected_at == 10 * SIM_MIN + 40 * SIM_S);
	assert_int_equal(writer->disconnects, 0);
	rig_fini(&rig);
}

/* Longer than the clients' patience: they give up; on its return the broker finds it out. */
static void a_pause_beyond_the_keep_alive_costs_the_connections(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, NULL);
	struct rig_client *client = rig_client(&rig, "client", 0, NULL);
	at(&rig, 10 * SIM_MIN, "pause", "hold 5m");
	run(&rig);
	assert_int_equal(client->disconnects, 1);
	assert_true(client->lost_at > 10 * SIM_MIN &&
		    client->lost_at <= 12 * SIM_MIN + SIM_S);
	rig_fini(&rig);
}

/* ---- clocks ---- */

/* A session that expires after an hour of absence, by the wall clock. */
static bool session_after(const char *clock, sim_ns back_at)
{
	struct rig rig;

	begin(&rig, "persistent_client_expiration 1h\n");
	rig.keep_sessions = true;
	struct rig_client *reader = rig_client(&rig, "reader", 0, "job");
	struct rig_client *other = rig_client(&rig, "other", 0, NULL);
	queue_add(world_queue(rig.world), SIM_MIN, leave, reader);
	at(&rig, 5 * SIM_MIN, "clock_skew", clock);
	queue_add(world_queue(rig.world), back_at, rig_dial, reader);
	run(&rig);
	/* The keep-alive of the other one goes by the monotonic clock. */
	assert_int_equal(other->disconnects, 0);
	bool present = reader->session_present;
	rig_fini(&rig);
	return present;
}

static void a_clock_that_jumps_ahead_ends_sessions_and_no_connections(void **state)
{
	(void)state;
	assert_true(session_after("step 0", 30 * SIM_MIN));
	assert_true(session_after("step 1800", 20 * SIM_MIN));
	assert_false(session_after("step 7200", 30 * SIM_MIN));
}

static void a_clock_that_drifts_ends_sessions_in_its_own_time(void **state)
{
	(void)state;
	/* 59 minutes away. A tenth faster, from the fifth minute on: they are 64 to it. */
	assert_true(session_after("drift 0", 59 * SIM_MIN));
	assert_false(session_after("drift 100000", 59 * SIM_MIN));
}

static void write_perishable(void *arg, sim_ns now)
{
	const struct client_message message = {
		.topic = "job", .payload = "A", .length = 1, .qos = 1, .expiry_s = 3600};

	(void)client_publish(((struct rig_client *)arg)->client, now, &message, 0, NULL);
}

/* A message that is good for an hour waits half of one; the broker's clock jumps meanwhile. */
static int received_after(const char *clock)
{
	struct rig rig;

	begin(&rig, NULL);
	rig.keep_sessions = true;
	struct rig_client *reader = rig_client(&rig, "reader", 0, "job");
	rig.protocol = 5;
	struct rig_client *writer = rig_client(&rig, "writer", 0, NULL);
	queue_add(world_queue(rig.world), SIM_MIN, leave, reader);
	queue_add(world_queue(rig.world), 5 * SIM_MIN, write_perishable, writer);
	at(&rig, 6 * SIM_MIN, "clock_skew", clock);
	queue_add(world_queue(rig.world), 35 * SIM_MIN, rig_dial, reader);
	run(&rig);
	int received = reader->received;
	assert_int_equal(writer->disconnects, 0);
	rig_fini(&rig);
	return received;
}

static void a_clock_that_jumps_ahead_lets_messages_expire(void **state)
{
	(void)state;
	assert_int_equal(received_after("step 0"), 1);
	assert_int_equal(received_after("step 7200"), 0);
	assert_int_equal(received_after("step -7200"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_before_it_saved_it_has_lost_what_it_acknowledged),
		cmocka_unit_test(killed_after_it_saved_it_still_has_it),
		cmocka_unit_test(a_new_disk_has_nothing),
		cmocka_unit_test(on_a_full_disk_it_saves_in_vain),
		cmocka_unit_test(
			an_end_that_was_asked_for_is_no_trouble_and_has_its_cause),
		cmocka_unit_test(a_new_life_is_a_fresh_guest_at_the_present_instant),
		cmocka_unit_test(what_makes_no_sense_just_now_is_refused_in_words),
		cmocka_unit_test(what_it_is_told_it_does_within_a_second),
		cmocka_unit_test(a_paused_broker_answers_late_and_all_at_once),
		cmocka_unit_test(a_pause_beyond_the_keep_alive_costs_the_connections),
		cmocka_unit_test(
			a_clock_that_jumps_ahead_ends_sessions_and_no_connections),
		cmocka_unit_test(a_clock_that_drifts_ends_sessions_in_its_own_time),
		cmocka_unit_test(a_clock_that_jumps_ahead_lets_messages_expire),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
