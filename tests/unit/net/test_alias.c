/* Topic aliases: what a number stands for, and that matchers know it. */
#include "tests/unit/net/peer.h"

#include "net/alias.h"
#include "net/edit.h"

static struct mqtt_packet publish_of(const char *topic, const uint8_t *list)
{
	return (struct mqtt_packet){.type = MQTT_PUBLISH,
				    .version = MQTT_5,
				    .topic = mqtt_text(topic),
				    .has_properties = true,
				    .properties = {list, list ? 3 : 0}};
}

static const uint8_t one[] = {0x23, 0, 1}, two[] = {0x23, 0, 2};

static void assert_topic(const struct aliases *aliases, const uint8_t *list,
			 const char *topic)
{
	struct mqtt_packet packet = publish_of("", list);
	aliases_resolve(aliases, &packet);
	assert_int_equal(packet.topic.length, strlen(topic));
	assert_memory_equal(packet.topic.data, topic, strlen(topic));
}

static void learn(struct aliases **aliases, const char *topic, const uint8_t *list)
{
	struct mqtt_packet packet = publish_of(topic, list);
	aliases_learn(aliases, &packet);
	/* One that says its topic keeps it. */
	aliases_resolve(*aliases, &packet);
	assert_ptr_equal(packet.topic.data, topic);
}

static void a_number_stands_for_what_was_said_last(void **state)
{
	struct aliases *aliases = NULL;
	(void)state;
	assert_topic(NULL, one, "");
	learn(&aliases, "a/b", NULL);
	assert_null(aliases); /* none was set */
	learn(&aliases, "a/b", one);
	learn(&aliases, "c", two);
	assert_topic(aliases, one, "a/b");
	assert_topic(aliases, two, "c");
	learn(&aliases, "d/e/f", one);
	assert_topic(aliases, one, "d/e/f");
	assert_topic(aliases, two, "c");
	assert_topic(aliases, NULL, "");
	aliases_free(aliases);
}

static void what_is_too_much_stands_for_nothing(void **state)
{
	struct aliases *aliases = NULL;
	static char topic[60001];
	uint8_t list[3] = {0x23, 0, 0};
	(void)state;
	memset(topic, 't', sizeof(topic) - 1);
	for (int i = 1; i <= 5; i++) {
		list[2] = (uint8_t)i;
		learn(&aliases, topic, list);
	}
	list[2] = 4;
	assert_topic(aliases, list, topic);
	list[2] = 5; /* past the bytes that are kept */
	assert_topic(aliases, list, "");
	list[2] = 4;
	learn(&aliases, "short", list);
	list[2] = 5;
	learn(&aliases, topic, list);
	assert_topic(aliases, list, topic);
	for (int i = 0; i < 1000; i++) {
		list[1] = (uint8_t)(i >> 8);
		list[2] = (uint8_t)i;
		learn(&aliases, "x", list);
	}
	assert_topic(aliases, list, ""); /* past the numbers that are kept */
	aliases_free(aliases);
}

static void a_matcher_knows_the_topic_behind_a_number(void **state)
{
	struct witness a;
	(void)state;
	make_client_of(&a, "a", 5, 60);
	connect_client(&a);
	struct fault *fault = arm("a", "drop", "dir=down topic=device/+/report");
	struct mqtt_packet said = publish_of("device/7/report", one);
	struct mqtt_packet bare = publish_of("", one), other = publish_of("", two);
	peer_say(&w.peers[0], &said);
	peer_say(&w.peers[0], &bare);
	settle();
	assert_int_equal(receipt_of(fault).affected, 2);
	fault_lift(fault, w.clock.now);
	fault = arm("a", "drop", "dir=down type=PUBLISH");
	struct fault *topic = arm("a", "delay", "by=1s topic=#");
	peer_say(&w.peers[0], &other); /* a number that nobody has set */
	settle();
	assert_int_equal(receipt_of(fault).affected, 1);
	assert_int_equal(receipt_of(topic).matched, 0);
}

static void an_edited_packet_still_says_its_number(void **state)
{
	struct witness a;
	(void)state;
	make_client_of(&a, "a", 5, 60);
	connect_client(&a);
	struct fault *rewrite = arm("a", "rewrite", "set_retain=true dir=down");
	struct mqtt_packet said = publish_of("device/7/report", one);
	struct mqtt_packet bare = publish_of("", one), changed;
	peer_say(&w.peers[0], &said);
	peer_say(&w.peers[0], &bare);
	settle();
	assert_int_equal(receipt_of(rewrite).affected, 2);
	const struct trace_event *told = last_event(KIND_MQTT_DELIVER);
	assert_string_equal(trace_text(told, "topic", ""), "device/7/report");
	assert_true(trace_bool(told, "retain", false));

	struct bytes read = {0}, written = {0};
	struct mqtt_packet packet;
	struct edit edit;
	assert_true(mqtt_encode(&bare, &read));
	assert_true(mqtt_decode(bytes_data(&read), bytes_length(&read), MQTT_5, &packet,
				NULL));
	packet.topic = mqtt_text("device/7/report"); /* looked up */
	edit_begin(&edit, &packet);
	assert_int_equal(edit_set(&edit, edit_field_find("retain"), EDIT_NUMBER(1), NULL),
			 SIM_OK);
	assert_int_equal(edit_encode(&edit, &written, NULL), SIM_OK);
	assert_int_equal(bytes_length(&written), bytes_length(&read));
	assert_true(mqtt_decode(bytes_data(&written), bytes_length(&written), MQTT_5,
				&changed, NULL));
	assert_int_equal(changed.topic.length, 0);
	edit_end(&edit);
	bytes_fini(&read);
	bytes_fini(&written);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_stands_for_what_was_said_last),
		cmocka_unit_test(what_is_too_much_stands_for_nothing),
		cmocka_unit_test_setup_teardown(a_matcher_knows_the_topic_behind_a_number,
						world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(an_edited_packet_still_says_its_number,
						world_setup, world_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
