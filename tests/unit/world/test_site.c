/* A site with a broker of its own: two real mosquittos, and the bridge that one makes. */
#include "tests/unit/world/rig.h"

#include "net/link.h"
#include "sim/world/broker_faults.h"
#include "sim/world/site.h"

static const char *const DOWN[] = {"order/+", NULL}, *const UP[] = {"report/+", NULL};

static struct rig rig;
static struct site *site;
static struct rig_client *machine, *service;

static struct site_options options_of(const char *name)
{
	return (struct site_options){
		.name = name,
		.down = DOWN,
		.up = UP,
		.qos = 1,
		.keepalive_s = 60,
		.restart_s = 10,
		.max_queued = 1000,
		.max_inflight = 20,
	};
}

/* A machine at the site, subscribed to its orders, and a service in the cloud, subscribed to
 * reports. */
static void begin(const struct site_options *options)
{
	rig_init(&rig);
	rig_new(&rig);
	assert_int_equal(site_add(rig.world, options, &site, &rig.error), SIM_OK);
	link_join(net_link(world_net(rig.world), "machine"), site_hub(site));
	machine = rig_client(&rig, "machine", SIM_S, "order/+");
	service = rig_client(&rig, "service", SIM_S, "report/+");
}

static void run(void)
{
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_REACHED);
	broker_fault_receipts(rig.world, rig_now(&rig));
}

static void end(void)
{
	char log[200];

	world_end(rig.world);
	snprintf(log, sizeof(log), "%s/broker-s.log", rig.dir);
	assert_true(exists(log));
	unlink(log);
	rig_fini(&rig);
	assert_false(exists(rig.dir));
}

static void order(void *arg, sim_ns now)
{
	rig_publish(service, now, "order/1", 1, arg, 1);
}

static void report(void *arg, sim_ns now)
{
	rig_publish(machine, now, "report/1", 1, arg, 1);
}

static void say(sim_ns at, void (*what)(void *, sim_ns), const char *word)
{
	/* One letter, which the function only reads. */
	queue_add(world_queue(rig.world), at, what, (void *)(uintptr_t)word);
}

static struct fault *cut_off;

static void go_away(void *arg, sim_ns now)
{
	struct value values[8];
	struct fault *reset;

	(void)arg;
	vocab_defaults(fault_find("refuse"), values);
	assert_int_equal(fault_arm(world_net(rig.world), "bridge/s", fault_find("refuse"),
				   values, NULL, now, 0, &cut_off, &rig.error),
			 SIM_OK);
	vocab_defaults(fault_find("reset"), values);
	assert_int_equal(fault_arm(world_net(rig.world), "bridge/s", fault_find("reset"),
				   values, NULL, now, 0, &reset, &rig.error),
			 SIM_OK);
}

static void come_back(void *arg, sim_ns now)
{
	(void)arg;
	fault_lift(cut_off, now);
}

static void orders_and_reports_cross_the_bridge_at_once(void **state)
{
	struct site_options options = options_of("s");

	(void)state;
	begin(&options);
	say(SIM_MIN, order, "A");
	say(2 * SIM_MIN, report, "B");
	run();
	assert_int_equal(machine->received, 1);
	assert_int_equal(machine->received_at[0], SIM_MIN);
	assert_int_equal(service->received, 1);
	assert_int_equal(service->received_at[0], 2 * SIM_MIN);
	end();
}

static void what_waits_on_both_sides_comes_out_when_the_bridge_is_back(void **state)
{
	struct site_options options = options_of("s");

	(void)state;
	begin(&options);
	queue_add(world_queue(rig.world), 10 * SIM_MIN, go_away, NULL);
	queue_add(world_queue(rig.world), 40 * SIM_MIN, come_back, NULL);
	for (int i = 0; i < 5; i++) {
		say((20 + i) * SIM_MIN, order, "A");
		say((20 + i) * SIM_MIN, report, "B");
	}
	run();
	assert_int_equal(machine->disconnects, 0);
	assert_int_equal(service->acknowledged, 5); /* long before they arrived */
	assert_true(service->acknowledged_at < 25 * SIM_MIN);
	assert_int_equal(machine->received, 5);
	assert_int_equal(service->received, 5);
	for (int i = 0; i < 5; i++) {
		assert_true(machine->received_at[i] >= 40 * SIM_MIN);
		assert_true(machine->received_at[i] <= 40 * SIM_MIN + 15 * SIM_S);
		assert_int_equal(service->received_at[i], machine->received_at[i]);
	}
	end();
}

/* The newest go: mosquitto acknowledges them and says nothing. */
static void the_queue_of_a_site_has_its_own_bound(void **state)
{
	struct site_options options = options_of("s");

	(void)state;
	options.max_queued = 2;
	begin(&options);
	queue_add(world_queue(rig.world), 10 * SIM_MIN, go_away, NULL);
	queue_add(world_queue(rig.world), 40 * SIM_MIN, come_back, NULL);
	say(20 * SIM_MIN, report, "1");
	say(21 * SIM_MIN, report, "2");
	say(22 * SIM_MIN, report, "3");
	say(23 * SIM_MIN, report, "4");
	run();
	assert_int_equal(machine->acknowledged, 4);
	assert_int_equal(service->received, 2);
	assert_int_equal(service->first_byte[0], '1');
	assert_int_equal(service->first_byte[1], '2');
	end();
}

static void a_clean_bridge_brings_nothing_later(void **state)
{
	struct site_options options = options_of("s");

	(void)state;
	options.clean_session = true;
	begin(&options);
	queue_add(world_queue(rig.world), 10 * SIM_MIN, go_away, NULL);
	queue_add(world_queue(rig.world), 40 * SIM_MIN, come_back, NULL);
	say(20 * SIM_MIN, order, "A");
	say(20 * SIM_MIN, report, "B");
	say(50 * SIM_MIN, order, "A");
	say(50 * SIM_MIN, report, "B");
	run();
	assert_int_equal(machine->received, 1);
	assert_int_equal(machine->received_at[0], 50 * SIM_MIN);
	assert_int_equal(service->received, 1);
	assert_int_equal(service->received_at[0], 50 * SIM_MIN);
	end();
}

/* ---- the process of a site's broker ---- */

static int strike_status;

static void strike(void *arg, sim_ns now)
{
	const char *name = arg;
	const struct vocab_row *row;
	struct value values[8];
	size_t i = 0;

	while (strcmp(broker_fault_row(i)->name, name) != 0)
		i++;
	row = broker_fault_row(i);
	vocab_defaults(row, values);
	values[row->n_params - 1].given = true;
	values[row->n_params - 1].as.text = "s";
	strike_status = broker_fault_do(rig.world, row, values, now, 0, &rig.error);
	assert_int_equal(strike_status, SIM_OK);
}

static void a_site_s_broker_is_killed_and_restarted_by_its_name(void **state)
{
	struct site_options options = options_of("s");

	(void)state;
	begin(&options);
	say(10 * SIM_MIN, strike, "kill");
	say(20 * SIM_MIN, strike, "restart");
	queue_add(world_queue(rig.world), 30 * SIM_MIN, rig_dial, machine);
	say(40 * SIM_MIN, order, "A");
	run();
	assert_int_equal(machine->disconnects, 1);
	assert_int_equal(machine->lost_at, 10 * SIM_MIN);
	assert_int_equal(service->disconnects, 0);
	assert_int_equal(machine->received, 1);
	assert_int_equal(machine->received_at[0], 40 * SIM_MIN);
	end();
}

static void a_site_s_broker_that_is_paused_keeps_the_cloud_waiting(void **state)
{
	struct site_options options = options_of("s");

	(void)state;
	begin(&options);
	say(10 * SIM_MIN, strike, "pause");
	say(10 * SIM_MIN + 5 * SIM_S, order, "A");
	say(10 * SIM_MIN + 30 * SIM_S, strike, "resume");
	run();
	assert_int_equal(machine->received, 1);
	assert_int_equal(machine->received_at[0], 10 * SIM_MIN + 30 * SIM_S);
	end();
}

static void a_site_s_broker_that_dies_by_itself_is_a_trouble_of_the_run(void **state)
{
	struct site_options options = options_of("s");
	const struct trace_event *started = NULL;
	struct trace *trace;

	(void)state;
	begin(&options);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	trace = world_trace(rig.world);
	for (size_t i = 0; i < trace_count(trace); i++)
		if (strcmp(trace_at(trace, i)->who, "broker/s") == 0)
			started = trace_at(trace, i);
	assert_non_null(started);
	assert_int_equal(kill(guest_pid(site_guest(site)), SIGSEGV), 0);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_BROKER_ENDED);
	assert_non_null(strstr(rig.error.text, "broker/s"));
	end();
}

static void a_broker_that_is_no_mosquitto_has_no_sites(void **state)
{
	static const char *const BROKERS[] = {"exec:anything {socket}",
					      "mqtt://127.0.0.1:1"};
	struct site_options options = options_of("s");

	(void)state;
	for (int i = 0; i < 2; i++) {
		rig_init(&rig);
		rig.options.broker = BROKERS[i];
		rig_new(&rig);
		assert_int_equal(site_add(rig.world, &options, &site, &rig.error),
				 SIM_EINVAL);
		assert_non_null(strstr(rig.error.text, "bridge{}"));
		rig_fini(&rig);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_and_reports_cross_the_bridge_at_once),
		cmocka_unit_test(
			what_waits_on_both_sides_comes_out_when_the_bridge_is_back),
		cmocka_unit_test(the_queue_of_a_site_has_its_own_bound),
		cmocka_unit_test(a_clean_bridge_brings_nothing_later),
		cmocka_unit_test(a_site_s_broker_is_killed_and_restarted_by_its_name),
		cmocka_unit_test(a_site_s_broker_that_is_paused_keeps_the_cloud_waiting),
		cmocka_unit_test(
			a_site_s_broker_that_dies_by_itself_is_a_trouble_of_the_run),
		cmocka_unit_test(a_broker_that_is_no_mosquitto_has_no_sites),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
