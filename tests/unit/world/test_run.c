/* test_run.c - the main loop with a real mosquitto: time, settling, and how runs end. */
#include "tests/unit/world/rig.h"

/* ---- time and bytes ---- */

static void say_hello(void *arg, sim_ns now)
{
	rig_publish(arg, now, "greeting", 1, "h", 1);
}

static void a_message_arrives_at_the_instant_at_which_it_was_sent(void **state)
{
	struct rig_client *from, *to;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_new(&rig);
	to = rig_client(&rig, "to", 0, "greeting");
	from = rig_client(&rig, "from", SIM_S, NULL);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	/* 7 ns past a second: nobody's timer comes due there. */
	queue_add(world_queue(rig.world), 1800 * SIM_S + 7, say_hello, from);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_REACHED);
	assert_true(to->connected_at == 0);
	assert_true(from->connected_at == SIM_S);
	assert_int_equal(to->received, 1);
	assert_true(to->received_at[0] == 1800 * SIM_S + 7);
	assert_int_equal(from->acknowledged, 1);
	assert_true(from->acknowledged_at == 1800 * SIM_S + 7);
	assert_true(rig_now(&rig) == SIM_H);
	assert_int_equal(to->disconnects + from->disconnects, 0);
	rig_fini(&rig);
}

enum {
	BURST = 400,
	BURST_BYTES = 4096
};

/* More than any socket holds. */
static void say_much(void *arg, sim_ns now)
{
	static char payload[BURST_BYTES];

	for (int i = 0; i < BURST; i++) {
		payload[0] = (char)(i % 100);
		rig_publish(arg, now, "greeting", 0, payload, sizeof(payload));
	}
}

static void a_burst_settles_in_order_within_its_instant(void **state)
{
	struct rig_client *from, *to;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.length = SIM_MIN;
	rig_new(&rig);
	to = rig_client(&rig, "to", 0, "greeting");
	from = rig_client(&rig, "from", 0, NULL);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	queue_add(world_queue(rig.world), 10 * SIM_S, say_much, from);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_REACHED);
	assert_int_equal(to->received, BURST);
	for (int i = 0; i < BURST; i++) {
		assert_true(to->received_at[i] == 10 * SIM_S);
		assert_int_equal(to->first_byte[i], i % 100);
	}
	rig_fini(&rig);
}

/* Two clients that answer each other: each answer is another exchange with the broker. */
static struct rig_client *two_that_answer(struct rig *rig, int answers)
{
	struct rig_client *here, *there;

	here = rig_client(rig, "here", 0, "here");
	there = rig_client(rig, "there", 0, "greeting");
	there->answer_to = "here";
	here->answer_to = "greeting";
	here->answers = there->answers = answers;
	assert_int_equal(world_start(rig->world, &rig->error), SIM_OK);
	queue_add(world_queue(rig->world), 10 * SIM_S, say_hello, here);
	return here;
}

static void a_chain_of_answers_takes_no_time(void **state)
{
	struct rig_client *here;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_new(&rig);
	here = two_that_answer(&rig, 100);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_REACHED);
	assert_int_equal(here->received, 100);
	assert_true(here->received_at[99] == 10 * SIM_S);
	rig_fini(&rig);
}

static void bytes_that_never_come_to_rest_are_a_livelock(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.settle_rounds = 2000;
	rig_new(&rig);
	two_that_answer(&rig, -1);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_LIVELOCK);
	assert_true(rig_now(&rig) == 10 * SIM_S);
	assert_non_null(strstr(rig.error.text, "kept moving"));
	rig_fini(&rig);
}

static void again_at_once(void *arg, sim_ns now)
{
	queue_add(world_queue(arg), now, again_at_once, arg);
}

static void events_that_never_end_are_cut_off_at_their_instant(void **state)
{
	_Atomic int64_t instant = 0;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.instant_events = 500;
	rig.options.instant = &instant;
	rig_new(&rig);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	queue_add(world_queue(rig.world), 7 * SIM_S, again_at_once, rig.world);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_ENDLESS);
	assert_true(rig_now(&rig) == 7 * SIM_S);
	assert_true(instant == 7 * SIM_S);
	assert_non_null(strstr(rig.error.text, "at 2023-08-14T15:00:07Z more than"));
	rig_fini(&rig);
}

static void count_down(void *arg, sim_ns now)
{
	int *left = arg;

	(void)now;
	--*left;
}

static void many_events_over_several_instants_are_not_endless(void **state)
{
	struct rig rig;
	int left = 1000;

	(void)state;
	rig_init(&rig);
	rig.options.instant_events = 500;
	rig_new(&rig);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	for (int i = 0; i < 1000; i++)
		queue_add(world_queue(rig.world), (7 + i % 4) * SIM_S, count_down, &left);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_REACHED);
	assert_int_equal(left, 0);
	rig_fini(&rig);
}

/* Arms a fault on links that fit, with one option or match part each ("" for none). */
static void arm(struct rig *rig, const char *glob, const char *fault, const char *dir,
		const char *type)
{
	const struct vocab_row *row = fault_find(fault), *parts = match_row();
	struct value *values = calloc(row->n_params + 1, sizeof(*values));
	struct value *said = calloc(parts->n_params + 1, sizeof(*said));
	const char *const given[][2] = {{"dir", dir}, {"type", type}};
	struct match match;

	assert_non_null(values);
	assert_non_null(said);
	vocab_defaults(row, values);
	vocab_defaults(parts, said);
	for (int i = 0; i < 2; i++) {
		int at = vocab_find_param(parts, given[i][0]);

		assert_true(at >= 0);
		assert_int_equal(param_parse(&parts->params[at], given[i][1], &said[at],
					     &rig->error),
				 SIM_OK);
		said[at].given = true;
	}
	assert_int_equal(match_from_values(said, &match, &rig->error), SIM_OK);
	assert_int_equal(fault_arm(world_net(rig->world), glob, row, values, &match, 0, 0,
				   NULL, &rig->error),
			 SIM_OK);
	free(values);
	free(said);
}

/* The broker waits one and a half times the keep-alive of 60 s, and looks now and then. */
static sim_ns evicted_at(bool tick_exact)
{
	struct rig_client *mute, *other;
	struct rig rig;
	long utc_s = 0;
	sim_ns at;

	rig_init(&rig);
	rig.options.tick_exact = tick_exact;
	rig.options.length = 5 * SIM_MIN;
	rig_new(&rig);
	mute = rig_client(&rig, "mute", 0, NULL);
	other = rig_client(&rig, "other", 0, NULL);
	arm(&rig, "mute", "drop", "up", "PINGREQ");
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_REACHED);
	assert_int_equal(mute->disconnects, 1);
	assert_int_equal(other->disconnects, 0);
	at = mute->disconnected_at;
	assert_true(rig_log_says(&rig, "mute has exceeded timeout", &utc_s));
	assert_true(utc_s == START_UTC_S + at / SIM_S);
	rig_fini(&rig);
	return at;
}

static void a_mute_client_is_evicted_at_the_brokers_own_instant(void **state)
{
	sim_ns whole = evicted_at(false), exact = evicted_at(true);

	(void)state;
	assert_true(whole > 90 * SIM_S && whole <= 97 * SIM_S);
	assert_true(exact > 90 * SIM_S && exact <= whole);
}

/* ---- how runs end ---- */

struct deeds {
	struct rig *rig;
	struct rig_client *client;
	volatile sig_atomic_t interrupted;
	int signal; /* for the broker */
	int later;  /* events that ran after the first */
	sim_ns ran_at;
};

static void count_later(void *arg, sim_ns now)
{
	((struct deeds *)arg)->later++;
	((struct deeds *)arg)->ran_at = now;
}

static void hit_broker(void *arg, sim_ns now)
{
	struct deeds *deeds = arg;

	(void)now;
	assert_int_equal(kill(guest_pid(world_broker(deeds->rig->world)), deeds->signal),
			 0);
}

/* The broker is hit after 10 minutes; the run has to go on without it. */
static enum world_end run_and_hit(struct rig *rig, struct deeds *deeds, int signal)
{
	deeds->rig = rig;
	deeds->signal = signal;
	deeds->client = rig_client(rig, "client", 0, NULL);
	assert_int_equal(world_start(rig->world, &rig->error), SIM_OK);
	queue_add(world_queue(rig->world), 10 * SIM_MIN, hit_broker, deeds);
	queue_add(world_queue(rig->world), 30 * SIM_MIN, rig_dial, deeds->client);
	queue_add(world_queue(rig->world), 50 * SIM_MIN, count_later, deeds);
	return world_run(rig->world, &rig->error);
}

static void check_that_it_went_on(const struct rig *rig, const struct deeds *deeds)
{
	assert_true(rig_now(rig) == SIM_H);
	assert_int_equal(deeds->later, 1);
	assert_true(deeds->ran_at == 50 * SIM_MIN);
	assert_int_equal(deeds->client->connects, 1);
	assert_int_equal(deeds->client->disconnects, 2); /* the loss, and the vain dial */
	assert_true(deeds->client->lost_at == 10 * SIM_MIN);
	assert_true(deeds->client->disconnected_at == 30 * SIM_MIN);
	assert_false(guest_alive(world_broker(rig->world)));
}

static void a_run_goes_on_without_a_broker_that_dies(void **state)
{
	struct deeds deeds = {0};
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_new(&rig);
	assert_int_equal(run_and_hit(&rig, &deeds, SIGKILL), WORLD_BROKER_ENDED);
	assert_int_equal(rig.error.code, SIM_EDIED);
	assert_non_null(strstr(rig.error.text, "signal 9"));
	check_that_it_went_on(&rig, &deeds);
	rig_fini(&rig);
}

static void a_run_goes_on_without_a_broker_that_hangs(void **state)
{
	struct deeds deeds = {0};
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.watchdog_ms = 1000;
	rig_new(&rig);
	assert_int_equal(run_and_hit(&rig, &deeds, SIGSTOP), WORLD_BROKER_STUCK);
	assert_int_equal(rig.error.code, SIM_ESTUCK);
	check_that_it_went_on(&rig, &deeds);
	rig_fini(&rig);
}

static void interrupt(void *arg, sim_ns now)
{
	(void)now;
	((struct deeds *)arg)->interrupted = 1;
}

static void an_interruption_ends_the_run_after_its_instant(void **state)
{
	struct deeds deeds = {0};
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.interrupted = &deeds.interrupted;
	rig_new(&rig);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	queue_add(world_queue(rig.world), SIM_MIN, interrupt, &deeds);
	queue_add(world_queue(rig.world), SIM_MIN, count_later, &deeds);
	queue_add(world_queue(rig.world), SIM_MIN + 1, count_later, &deeds);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_INTERRUPTED);
	assert_true(rig_now(&rig) == SIM_MIN);
	assert_int_equal(deeds.later, 1);
	rig_fini(&rig);
}

static void stop(void *arg, sim_ns now)
{
	struct deeds *deeds = arg;
	struct sim_error error;

	(void)now;
	sim_fail(&error, SIM_EINVAL, "the first reason");
	world_stop(deeds->rig->world, &error);
	sim_fail(&error, SIM_EINVAL, "the second reason");
	world_stop(deeds->rig->world, &error);
}

static void a_stop_ends_the_run_at_once_with_the_first_reason(void **state)
{
	struct rig rig;
	struct deeds deeds = {.rig = &rig};

	(void)state;
	rig_init(&rig);
	rig_new(&rig);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	queue_add(world_queue(rig.world), SIM_MIN, stop, &deeds);
	queue_add(world_queue(rig.world), SIM_MIN, count_later, &deeds);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_STOPPED);
	assert_string_equal(rig.error.text, "the first reason");
	assert_true(rig_now(&rig) == SIM_MIN);
	assert_int_equal(deeds.later, 0);
	rig_fini(&rig);
}

/* ---- it repeats ---- */

static uint64_t hash_of_run(struct world_times *ret_times)
{
	uint64_t hash = TEXT_HASH_START;
	struct text line = {0};
	struct rig_client *from;
	struct rig rig;

	rig_init(&rig);
	rig_new(&rig);
	from = two_that_answer(&rig, 20);
	queue_add(world_queue(rig.world), 40 * SIM_MIN, say_hello, from);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_REACHED);
	*ret_times = world_times(rig.world);
	for (size_t i = 0; i < trace_count(world_trace(rig.world)); i++) {
		text_clear(&line);
		trace_add_json(&line, trace_at(world_trace(rig.world), i));
		hash = text_hash(hash, text_cstr(&line), strlen(text_cstr(&line)));
	}
	assert_true(trace_count(world_trace(rig.world)) > 100);
	text_fini(&line);
	rig_fini(&rig);
	return hash;
}

static void two_runs_are_equal_event_by_event(void **state)
{
	struct world_times one, two;

	(void)state;
	assert_true(hash_of_run(&one) == hash_of_run(&two));
	assert_true(one.instants == two.instants && one.instants > 0);
	assert_true(one.settles == two.settles && one.settles > one.instants);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_arrives_at_the_instant_at_which_it_was_sent),
		cmocka_unit_test(a_burst_settles_in_order_within_its_instant),
		cmocka_unit_test(a_chain_of_answers_takes_no_time),
		cmocka_unit_test(bytes_that_never_come_to_rest_are_a_livelock),
		cmocka_unit_test(a_mute_client_is_evicted_at_the_brokers_own_instant),
		cmocka_unit_test(a_run_goes_on_without_a_broker_that_dies),
		cmocka_unit_test(a_run_goes_on_without_a_broker_that_hangs),
		cmocka_unit_test(an_interruption_ends_the_run_after_its_instant),
		cmocka_unit_test(a_stop_ends_the_run_at_once_with_the_first_reason),
		cmocka_unit_test(two_runs_are_equal_event_by_event),
		cmocka_unit_test(events_that_never_end_are_cut_off_at_their_instant),
		cmocka_unit_test(many_events_over_several_instants_are_not_endless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
