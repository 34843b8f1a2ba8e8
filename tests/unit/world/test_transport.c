/* Faults of connections against a real mosquitto: what it does, by its own log and by what
 * its clients see. */
#include "tests/unit/world/rig.h"

#include "net/match.h"

struct deed {
	struct rig *rig;
	const char *glob, *name, *options;
	struct fault *fault;
};

enum {
	PARAMS_MAX = 80
};

/* Arms as a script would: "key=value key=value". */
static void arm_now(void *arg, sim_ns now)
{
	struct deed *deed = arg;
	const struct vocab_row *row = fault_find(deed->name), *parts = match_row();
	static struct value values[PARAMS_MAX], said[PARAMS_MAX];
	static char words[8][64];
	struct match match;
	bool matches = false;
	char copy[200], *save = NULL;
	int n = 0;

	assert_non_null(row);
	assert_true(row->n_params <= PARAMS_MAX && parts->n_params <= PARAMS_MAX);
	vocab_defaults(row, values);
	vocab_defaults(parts, said);
	snprintf(copy, sizeof(copy), "%s", deed->options);
	for (char *word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save), n++) {
		char *is = strchr(word, '=');

		assert_true(is && n < 8);
		*is = '\0';
		snprintf(words[n], sizeof(words[n]), "%s", is + 1);
		int i = vocab_find_param(row, word);
		int j = i < 0 ? vocab_find_param(parts, word) : -1;
		struct value *value = i >= 0 ? &values[i] : &said[j];

		assert_true(i >= 0 || j >= 0);
		if (param_parse(i >= 0 ? &row->params[i] : &parts->params[j], words[n],
				value, &deed->rig->error) != SIM_OK)
			fail_msg("%s", deed->rig->error.text);
		value->given = true;
		matches |= i < 0;
	}
	assert_int_equal(match_from_values(said, &match, &deed->rig->error), SIM_OK);
	if (fault_arm(world_net(deed->rig->world), deed->glob, row, values,
		      matches ? &match : NULL, now, 0, &deed->fault,
		      &deed->rig->error) != SIM_OK)
		fail_msg("%s", deed->rig->error.text);
}

static void lift_now(void *arg, sim_ns now)
{
	fault_lift(((struct deed *)arg)->fault, now);
}

static void at(struct rig *rig, sim_ns when, struct deed *deed)
{
	deed->rig = rig;
	queue_add(world_queue(rig->world), when, arm_now, deed);
}

static struct receipt receipt_of(const struct deed *deed)
{
	struct receipt receipt;

	fault_receipt(deed->fault, &receipt);
	return receipt;
}

static void begin(struct rig *rig, const char *conf, sim_ns length)
{
	rig_init(rig);
	rig->options.broker_conf = conf;
	rig->options.length = length;
	rig_new(rig);
}

static void run(struct rig *rig)
{
	assert_int_equal(world_start(rig->world, &rig->error), SIM_OK);
	assert_int_equal(world_run(rig->world, &rig->error), WORLD_REACHED);
}

static void write_one(void *arg, sim_ns now)
{
	rig_publish(arg, now, "job", 1, "A", 1);
}

static void write_many(void *arg, sim_ns now)
{
	for (int i = 0; i < 1200; i++)
		rig_publish(arg, now, "job", 1, "A", 1);
}

/* T4: the broker knows at once, the client by its pings. */
static void a_broker_that_lost_the_connection_logs_it_at_once(void **state)
{
	struct deed dead = {.glob = "client", .name = "dead_broker", .options = ""};
	struct rig rig;
	long utc_s = 0;

	(void)state;
	begin(&rig, NULL, 10 * SIM_MIN);
	struct rig_client *client = rig_client(&rig, "client", 0, NULL);
	at(&rig, SIM_MIN + 10 * SIM_S, &dead);
	run(&rig);
	assert_true(rig_log_says(&rig, "Client client closed its connection", &utc_s));
	assert_int_equal(utc_s, START_UTC_S + 70);
	assert_true(client->lost_at > 2 * SIM_MIN && client->lost_at <= 3 * SIM_MIN);
	rig_fini(&rig);
}

/* T5: the session stays online and its queue fills to 20 in flight and 1000; the rest is
 * dropped, and the publisher has its PUBACK for each. */
static void a_dead_client_is_kept_online_and_its_queue_overflows(void **state)
{
	struct deed dead = {.glob = "reader",
			    .name = "dead_client",
			    .options = "pings=30s"};
	struct rig rig;
	long utc_s;

	(void)state;
	begin(&rig, NULL, 30 * SIM_MIN);
	rig.keep_sessions = true;
	struct rig_client *reader = rig_client(&rig, "reader", 0, "job");
	struct rig_client *writer = rig_client(&rig, "writer", 0, NULL);
	at(&rig, SIM_MIN, &dead);
	queue_add(world_queue(rig.world), 10 * SIM_MIN, write_many, writer);
	queue_add(world_queue(rig.world), 20 * SIM_MIN, rig_dial, reader);
	run(&rig);
	assert_false(rig_log_says(&rig, "reader has exceeded timeout", &utc_s));
	assert_true(rig_log_says(&rig, "messages are being dropped for client reader",
				 &utc_s));
	assert_int_equal(writer->acknowledged, 1200);
	assert_true(reader->session_present); /* it takes the session over */
	assert_int_equal(reader->received, 1020);
	rig_fini(&rig);
}

/* Without pings the broker sees it off after one and a half keep-alives. */
static void a_dead_client_without_pings_is_evicted(void **state)
{
	struct deed dead = {.glob = "reader",
			    .name = "half_open",
			    .options = "alive=broker"};
	struct rig rig;
	long utc_s = 0;

	(void)state;
	begin(&rig, NULL, 10 * SIM_MIN);
	struct rig_client *reader = rig_client(&rig, "reader", 0, NULL);
	at(&rig, 70 * SIM_S, &dead); /* its last ping was at 60 s */
	run(&rig);
	assert_true(reader->lost_at == 70 * SIM_S);
	assert_true(rig_log_says(&rig, "reader has exceeded timeout", &utc_s));
	assert_true(utc_s >= START_UTC_S + 150 && utc_s <= START_UTC_S + 160);
	rig_fini(&rig);
}

/* T6: nobody reads for the reader; nothing is lost but what the broker itself drops. */
static void a_stalled_reader_gets_everything_when_it_goes_on(void **state)
{
	struct deed stall = {.glob = "reader", .name = "stall", .options = "dir=down"};
	struct rig rig;

	(void)state;
	begin(&rig, NULL, 30 * SIM_MIN);
	struct rig_client *reader = rig_client(&rig, "reader", 0, "job");
	struct rig_client *writer = rig_client(&rig, "writer", 0, NULL);
	at(&rig, 10 * SIM_MIN, &stall);
	queue_add(world_queue(rig.world), 10 * SIM_MIN + SIM_S, write_one, writer);
	queue_add(world_queue(rig.world), 10 * SIM_MIN + 40 * SIM_S, lift_now, &stall);
	run(&rig);
	assert_int_equal(reader->received, 1);
	assert_true(reader->received_at[0] == 10 * SIM_MIN + 40 * SIM_S);
	assert_int_equal(reader->disconnects, 0);
	rig_fini(&rig);
}

/* T7: the broker throws half a PUBLISH away, and takes the whole one on resumption, once. */
static void half_a_message_is_nothing_and_comes_again(void **state)
{
	static const char *const names[] = {"reset_in_packet", "close_in_packet"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct deed half = {.glob = "writer",
				    .name = names[i],
				    .options = "after=5"};
		struct rig rig;

		begin(&rig, NULL, 30 * SIM_MIN);
		rig.keep_sessions = true;
		struct rig_client *reader = rig_client(&rig, "reader", 0, "job");
		struct rig_client *writer = rig_client(&rig, "writer", 0, NULL);
		at(&rig, SIM_MIN, &half);
		queue_add(world_queue(rig.world), 2 * SIM_MIN, write_one, writer);
		queue_add(world_queue(rig.world), 3 * SIM_MIN, lift_now, &half);
		queue_add(world_queue(rig.world), 4 * SIM_MIN, rig_dial, writer);
		run(&rig);
		assert_true(writer->lost_at == 2 * SIM_MIN + SIM_MS);
		assert_int_equal(reader->received, 1);
		assert_int_equal(reader->received_at[0], 4 * SIM_MIN);
		assert_int_equal(writer->acknowledged, 1);
		rig_fini(&rig);
	}
}

/* T9: byte by byte, both ways: mosquitto reads each packet a byte at a time anyway. */
static void single_bytes_do_not_disturb_mosquitto(void **state)
{
	struct deed slice = {.glob = "*", .name = "one_byte_segments", .options = ""};
	struct rig rig;

	(void)state;
	begin(&rig, NULL, 10 * SIM_MIN);
	struct rig_client *reader = rig_client(&rig, "reader", SIM_S, "job");
	struct rig_client *writer = rig_client(&rig, "writer", SIM_S, NULL);
	at(&rig, 0, &slice);
	queue_add(world_queue(rig.world), SIM_MIN, write_one, writer);
	run(&rig);
	assert_int_equal(reader->received, 1);
	/* 2 + 5 + 2 + 1 bytes up and 10 down, a millisecond apart. */
	assert_true(reader->received_at[0] == SIM_MIN + 18 * SIM_MS);
	assert_int_equal(reader->disconnects + writer->disconnects, 0);
	rig_fini(&rig);
}

/* T11: over one and a half keep-alives the broker must close, however well the client is. */
static void pings_that_are_too_late_cost_the_connection(void **state)
{
	static const struct {
		const char *by;
		int lost;
	} ROWS[] = {{"by=20s", 0}, {"by=45s", 1}};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct deed late = {.glob = "client",
				    .name = "late_pings",
				    .options = ROWS[i].by};
		struct rig rig;
		long utc_s;

		begin(&rig, NULL, 10 * SIM_MIN);
		struct rig_client *client = rig_client(&rig, "client", 0, NULL);
		at(&rig, SIM_S, &late);
		run(&rig);
		assert_int_equal(client->disconnects, ROWS[i].lost);
		assert_int_equal(rig_log_says(&rig, "exceeded timeout", &utc_s),
				 ROWS[i].lost);
		rig_fini(&rig);
	}
}

/* A byte of the header is changed: mosquitto calls it a protocol error and hangs up. */
static void a_corrupt_header_ends_the_connection(void **state)
{
	struct deed spoil = {.glob = "writer",
			     .name = "corrupt",
			     .options = "offset=1 bytes=1 type=PUBLISH first=1"};
	struct rig rig;

	(void)state;
	begin(&rig, NULL, 10 * SIM_MIN);
	struct rig_client *reader = rig_client(&rig, "reader", 0, "job");
	struct rig_client *writer = rig_client(&rig, "writer", 0, NULL);
	at(&rig, SIM_S, &spoil);
	queue_add(world_queue(rig.world), SIM_MIN, write_one, writer);
	run(&rig);
	assert_int_equal(receipt_of(&spoil).affected, 1);
	assert_int_equal(reader->received, 0);
	assert_int_equal(writer->acknowledged, 0);
	assert_true(writer->disconnects >= 1);
	assert_int_equal(reader->disconnects, 0);
	rig_fini(&rig);
}

/* The path is the link's: 1000 bytes a second for 1200 messages of 10 bytes. */
static void a_narrow_path_to_mosquitto_takes_its_time(void **state)
{
	struct deed narrow = {.glob = "writer",
			      .name = "bandwidth",
			      .options = "rate=1000 dir=up"};
	struct rig rig;

	(void)state;
	begin(&rig, NULL, 10 * SIM_MIN);
	struct rig_client *writer = rig_client(&rig, "writer", 0, NULL);
	at(&rig, 30 * SIM_S, &narrow);
	queue_add(world_queue(rig.world), 30 * SIM_S, write_many, writer);
	run(&rig);
	assert_int_equal(writer->acknowledged, 1200);
	assert_int_equal(writer->acknowledged_at, 42 * SIM_S);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_broker_that_lost_the_connection_logs_it_at_once),
		cmocka_unit_test(a_dead_client_is_kept_online_and_its_queue_overflows),
		cmocka_unit_test(a_dead_client_without_pings_is_evicted),
		cmocka_unit_test(a_stalled_reader_gets_everything_when_it_goes_on),
		cmocka_unit_test(half_a_message_is_nothing_and_comes_again),
		cmocka_unit_test(single_bytes_do_not_disturb_mosquitto),
		cmocka_unit_test(pings_that_are_too_late_cost_the_connection),
		cmocka_unit_test(a_corrupt_header_ends_the_connection),
		cmocka_unit_test(a_narrow_path_to_mosquitto_takes_its_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
