/* Two brokers and a bridge between them: causes and books go on from one to the other. */
#include "tests/unit/net/peer.h"

#include "net/hub.h"

static struct hub *site;
/* In the order of connecting. */
enum {
	AT_SITE,
	BRIDGE,
	AT_CLOUD
};
static struct witness machine, bridge, cloud;

/* Here a client of the library plays the site's broker at the near end of the bridge. The
 * peers answer nobody once all are connected: each test says what they say. */
static void begin(bool keeps)
{
	static const char *const UP[] = {"r", NULL};
	struct sim_error error;
	assert_int_equal(net_add_hub(w.net, "broker/s", peer_dial, NULL, &site, &error),
			 SIM_OK);
	link_join(net_link(w.net, "machine"), site);
	assert_int_equal(link_bridge(net_link(w.net, "bridge/s"), site, UP, 1, keeps,
				     &error),
			 SIM_OK);
	make_client(&machine, "machine");
	make_client(&bridge, "bridge/s");
	make_client(&cloud, "cloud");
	connect_client(&machine);
	connect_client(&bridge);
	connect_client(&cloud);
	client_subscribe(bridge.client, w.clock.now, "t", 1);
	settle();
	w.silent = true;
}

static void say(size_t peer, const struct mqtt_packet *packet)
{
	peer_say(&w.peers[peer], packet);
	settle();
}

static void say_publish(size_t peer, const char *topic, const char *payload, uint16_t mid)
{
	const struct mqtt_packet packet = {.type = MQTT_PUBLISH,
					   .version = MQTT_311,
					   .qos = 1,
					   .mid = mid,
					   .topic = mqtt_text(topic),
					   .payload = mqtt_text(payload)};
	say(peer, &packet);
}

static const struct trace_event *told(enum trace_kind kind, const char *place)
{
	for (size_t i = trace_count(w.trace); i > 0; i--) {
		const struct trace_event *event = trace_at(w.trace, i - 1);
		if (event->kind == kind &&
		    strcmp(trace_text(event, "place", ""), place) == 0)
			return event;
	}
	return NULL;
}

static void an_order_that_goes_down_a_bridge_keeps_its_cause(void **state)
{
	(void)state;
	begin(true);
	publish(&cloud, "t", "go", 1);
	settle();
	const struct trace_event *sent = last_event(KIND_MQTT_PUBLISH);
	assert_string_equal(sent->who, "link/cloud");
	say_publish(BRIDGE, "t", "go", 1);
	const struct trace_event *down = last_event(KIND_MQTT_DELIVER);
	assert_string_equal(down->who, "link/bridge/s");
	assert_int_equal(down->cause, sent->id);
	say_publish(AT_SITE, "t", "go", 1);
	const struct trace_event *there = last_event(KIND_MQTT_DELIVER);
	assert_string_equal(there->who, "link/machine");
	assert_int_equal(there->cause, down->id);
}

/* What entered one broker cannot come out of the other before it has crossed the bridge. */
static void what_has_not_crossed_is_no_cause_at_the_other_side(void **state)
{
	(void)state;
	begin(true);
	publish(&cloud, "t", "go", 1);
	settle();
	say_publish(AT_SITE, "t", "go", 1);
	const struct trace_event *there = last_event(KIND_MQTT_DELIVER);
	assert_string_equal(there->who, "link/machine");
	assert_int_equal(there->cause, 0);
}

static void a_report_that_goes_up_a_bridge_keeps_its_cause(void **state)
{
	(void)state;
	begin(true);
	publish(&machine, "r", "idle", 1);
	settle();
	const struct trace_event *sent = last_event(KIND_MQTT_PUBLISH);
	publish(&bridge, "r", "idle", 1);
	settle();
	const struct trace_event *up = last_event(KIND_MQTT_PUBLISH);
	assert_string_equal(up->who, "link/bridge/s");
	assert_int_equal(up->cause, sent->id);
	say_publish(AT_CLOUD, "r", "idle", 1);
	assert_int_equal(last_event(KIND_MQTT_DELIVER)->cause, up->id);
}

static void what_the_cloud_keeps_for_a_site_is_the_bridge_s(void **state)
{
	(void)state;
	begin(true);
	client_vanish(bridge.client, w.clock.now, 0);
	settle();
	for (int i = 0; i < 3; i++)
		publish(&cloud, "t", "go", 1);
	run_to(10 * SIM_S);
	const struct trace_event *depth = told(KIND_BACKLOG_DEPTH, "bridge");
	assert_non_null(depth);
	assert_int_equal(trace_int(depth, "depth", 0), 3);
	assert_string_equal(depth->who, "bridge/s");
	assert_null(told(KIND_BACKLOG_DEPTH, "session"));
}

static void publish_while_the_bridge_is_down(void)
{
	client_vanish(bridge.client, w.clock.now, 0);
	settle();
	for (int i = 0; i < 3; i++)
		publish(&machine, "r", "idle", 1);
	publish(&machine, "elsewhere", "idle", 1);
	run_to(10 * SIM_S);
}

static void what_a_site_keeps_for_the_cloud_is_let_go_with_the_bridge(void **state)
{
	(void)state;
	begin(true);
	publish_while_the_bridge_is_down();
	const struct trace_event *depth = told(KIND_BACKLOG_DEPTH, "bridge");
	assert_non_null(depth);
	assert_int_equal(trace_int(depth, "depth", 0), 3);
	assert_string_equal(depth->who, "broker/s");
	w.silent = false;
	run_to(SIM_H);
	connect_client(&bridge);
	for (int i = 0; i < 3; i++)
		publish(&bridge, "r", "idle", 1);
	settle();
	run_to(SIM_H + SIM_MIN);
	const struct trace_event *drained = told(KIND_BACKLOG_DRAINED, "bridge");
	assert_non_null(drained);
	assert_string_equal(drained->who, "broker/s");
	assert_int_equal(trace_int(drained, "released", 0), 3);
	assert_int_equal(trace_int(drained, "lost", 0), 0);
	assert_int_equal(trace_int(drained, "burst", 0), 3);
	assert_int_equal(trace_int(drained, "oldest_for_ns", 0), SIM_H);
}

static void a_site_that_keeps_nothing_has_no_backlog(void **state)
{
	(void)state;
	begin(false);
	publish_while_the_bridge_is_down();
	assert_null(told(KIND_BACKLOG_DEPTH, "bridge"));
}

static void the_end_of_a_site_s_broker_is_the_end_for_its_clients_alone(void **state)
{
	(void)state;
	begin(true);
	hub_gone(site, w.clock.now);
	settle();
	assert_int_equal(machine.disconnects, 1);
	assert_int_equal(bridge.disconnects + cloud.disconnects, 0);
	assert_false(hub_take_input(net_hub(w.net)));
}

static void full_doors_of_one_broker_do_not_bar_the_other(void **state)
{
	struct witness late;
	(void)state;
	begin(true);
	w.backlog = 1;
	w.unserved = 1; /* both doors are full … */
	client_vanish(machine.client, w.clock.now, 0);
	client_connect(machine.client, w.clock.now, 0);
	make_client(&late, "late");
	client_connect(late.client, w.clock.now, 0);
	size_t asked = w.asked;
	while (net_drain(w.net, w.clock.now))
		;
	assert_true(w.asked >= asked + 2); /* … and each is asked for itself */
	assert_true(hub_take_input(site));
	assert_true(net_take_broker_input(w.net));
}

int main(void)
{
#define STORY(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	static const struct CMUnitTest tests[] = {
		STORY(an_order_that_goes_down_a_bridge_keeps_its_cause),
		STORY(what_has_not_crossed_is_no_cause_at_the_other_side),
		STORY(a_report_that_goes_up_a_bridge_keeps_its_cause),
		STORY(what_the_cloud_keeps_for_a_site_is_the_bridge_s),
		STORY(what_a_site_keeps_for_the_cloud_is_let_go_with_the_bridge),
		STORY(a_site_that_keeps_nothing_has_no_backlog),
		STORY(the_end_of_a_site_s_broker_is_the_end_for_its_clients_alone),
		STORY(full_doors_of_one_broker_do_not_bar_the_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
