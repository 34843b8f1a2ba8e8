/* Which packets a fault is about: each part, alone and together, and what is refused. */
#include "tests/testing.h"

#include "net/fault.h"
#include "net/match_fits.h"

/* "type=PUBLISH; json=print.command=stop": parts apart at "; ". */
static int read_parts(const char *written, struct match *ret_match,
		      struct sim_error *error)
{
	struct value values[64];
	char copy[1024], *next = copy;
	vocab_defaults(match_row(), values);
	snprintf(copy, sizeof(copy), "%s", written);
	while (next && *next) {
		char *part = next, *end = strstr(next, "; ");
		next = end ? end + 2 : NULL;
		if (end)
			*end = '\0';
		char *is = strchr(part, '=');
		*is = '\0';
		int i = vocab_find_param(match_row(), part);
		assert_true(i >= 0);
		int rc = param_parse(&match_row()->params[i], is + 1, &values[i], error);
		if (rc != SIM_OK)
			return rc;
	}
	return match_from_values(values, ret_match, error);
}

static struct match match_of(const char *written)
{
	struct match match;
	struct sim_error error;
	if (read_parts(written, &match, &error) != SIM_OK)
		fail_msg("%s: %s", written, error.text);
	match_begin(&match, 1, "match 1");
	return match;
}

static void refused(const char *written, const char *word)
{
	struct match match;
	struct sim_error error;
	assert_int_equal(read_parts(written, &match, &error), SIM_EINVAL);
	if (!strstr(error.text, word))
		fail_msg("%s: \"%s\" does not say \"%s\"", written, error.text, word);
}

static bool fits_at(struct match *match, enum net_dir dir,
		    const struct mqtt_packet *packet, sim_ns now, uint32_t link)
{
	char who[32];
	snprintf(who, sizeof(who), "link/%u", link);
	const struct net_sight sight = {
		.packet = packet,
		.dir = dir,
		.link = who + 5,
		.who = who,
		.link_index = link,
		.now = now,
	};
	return match_fits(match, &sight);
}

static bool fits(const char *written, enum net_dir dir, const struct mqtt_packet *packet)
{
	struct match match = match_of(written);
	bool answer = fits_at(&match, dir, packet, 0, 0);
	match_fini(&match);
	return answer;
}

static struct mqtt_packet publish_of(const char *topic, const char *payload)
{
	return (struct mqtt_packet){.type = MQTT_PUBLISH,
				    .topic = mqtt_text(topic),
				    .payload = mqtt_text(payload)};
}

static void all_parts_must_fit(void **state)
{
	struct mqtt_packet publish = publish_of("device/7/request", "");
	struct mqtt_packet ack = {.type = MQTT_PUBACK};
	const char parts[] = "dir=up; type=PUBLISH; topic=device/+/request";
	(void)state;
	assert_true(fits(parts, NET_UP, &publish));
	assert_false(fits(parts, NET_DOWN, &publish));
	assert_false(fits(parts, NET_UP, &ack));
	publish.topic = mqtt_text("device/7/report");
	assert_false(fits(parts, NET_UP, &publish));
	assert_true(fits("", NET_DOWN, &ack));
	assert_false(fits("topic=#", NET_DOWN, &ack)); /* it has none */
}

static void flags_and_identifiers_are_compared(void **state)
{
	struct mqtt_packet publish = publish_of("t", "");
	struct mqtt_packet ack = {.type = MQTT_PUBACK, .mid = 7};
	(void)state;
	publish.qos = 1;
	publish.mid = 7;
	publish.dup = true;
	publish.bytes.length = 20;
	assert_true(fits("qos=1", NET_UP, &publish));
	assert_false(fits("qos=0", NET_UP, &publish));
	assert_false(fits("qos=0", NET_UP, &ack)); /* the field is 0, but it has no QoS */
	assert_true(fits("dup=true", NET_UP, &publish));
	assert_false(fits("dup=false", NET_UP, &publish));
	assert_false(fits("dup=false", NET_UP, &ack));
	assert_true(fits("retain=false", NET_UP, &publish));
	publish.retain = true;
	assert_true(fits("retain=true", NET_UP, &publish));
	assert_true(fits("mid=7", NET_UP, &publish));
	assert_true(fits("mid=7", NET_UP, &ack));
	assert_false(fits("mid=8", NET_UP, &ack));
	assert_true(fits("min_size=20; max_size=20", NET_UP, &publish));
	assert_false(fits("min_size=21", NET_UP, &publish));
	assert_false(fits("max_size=19", NET_UP, &publish));
}

static bool json_fits(const char *condition, const char *payload)
{
	char part[300];
	struct mqtt_packet publish = publish_of("t", payload);
	snprintf(part, sizeof(part), "json=%s", condition);
	return fits(part, NET_UP, &publish);
}

static void a_member_of_the_payload_decides(void **state)
{
	static const char job[] =
		"{\"print\":{\"command\":\"project_file\",\"task_id\":\"42\",\"n\":7.50,"
		"\"big\":9007199254740993,\"bed\":[1,{\"t\":60}],\"on\":true,\"no\":null,"
		"\"empty\":\"\"}}";
	(void)state;
	assert_true(json_fits("print.command=project_file", job));
	assert_true(json_fits("print.command=\"project_file\"", job));
	assert_false(json_fits("print.command=stop", job));
	assert_true(json_fits("print.command!=stop", job));
	assert_false(json_fits("print.command!=project_file", job));
	assert_true(json_fits("print.task_id=42", job)); /* ids are texts of digits */
	assert_true(json_fits("print.n=7.5", job));
	assert_true(json_fits("print.n>7", job));
	assert_false(json_fits("print.n<7.5", job));
	assert_true(json_fits("print.n<=7.5", job));
	assert_true(json_fits("print.n >= 7.5", job));
	assert_true(json_fits("print.big=9007199254740993", job));
	assert_false(json_fits("print.big=9007199254740992", job)); /* a double's twin */
	assert_true(json_fits("print.bed.1.t=60", job));
	assert_true(json_fits("print.on=true", job));
	assert_true(json_fits("print.no=null", job));
	assert_true(json_fits("print.empty=", job));
	assert_true(json_fits("print.command", job));
	assert_false(json_fits("print.url", job));
	assert_true(json_fits("!print.url", job));
	assert_false(json_fits("!print.command", job));
	assert_false(json_fits("print.url!=x", job));    /* only if it is there */
	assert_false(json_fits("print.command<3", job)); /* no number */
	assert_true(
		json_fits("print.command=project_file & print.n>7 & !print.url", job));
	assert_false(json_fits("print.command=project_file & print.n>8", job));
	assert_false(json_fits("print.n>8 & print.command=project_file", job));
}

static void a_payload_that_is_no_json_fits_nothing(void **state)
{
	(void)state;
	assert_false(json_fits("!print.url", "no json"));
	assert_false(json_fits("!print.url", ""));
	assert_false(json_fits("a=1", "{\"a\":1"));
	assert_false(json_fits("a=1", "{\"a\":1}}"));
	char deep[2 * 100 + 1];
	memset(deep, '[', 100);
	memset(deep + 100, ']', 100);
	deep[200] = '\0';
	assert_false(json_fits("!a", deep));
}

static void any_field_decides(void **state)
{
	struct mqtt_packet connect = {.type = MQTT_CONNECT, .version = MQTT_311};
	struct mqtt_packet ack = {.type = MQTT_CONNACK, .code = 5, .has_code = true};
	(void)state;
	connect.connect = (struct mqtt_connect){.version = MQTT_311,
						.clean = true,
						.keepalive_s = 60,
						.client_id = mqtt_text("printer/007")};
	assert_true(fits("field=client_id=printer/007", NET_UP, &connect));
	assert_false(fits("field=client_id=printer/008", NET_UP, &connect));
	assert_true(fits("field=keepalive>59", NET_UP, &connect));
	assert_true(fits("field=clean=true", NET_UP, &connect));
	assert_true(fits("field=!user", NET_UP, &connect));
	assert_false(fits("field=user", NET_UP, &connect));
	assert_true(fits("field=client_id", NET_UP, &connect));
	assert_true(fits("field=code!=0", NET_DOWN, &ack));
	assert_false(fits("field=code=0", NET_DOWN, &ack));
	assert_false(fits("field=!user", NET_DOWN, &ack)); /* it can have none */
	refused("field=client=x", "unknown field \"client\"");
	refused("field=keepalive>9; type=PUBLISH", "field: PUBLISH packets carry none");
	refused("field=keepalive>x", "compare numbers");
}

static bool property_fits(const char *condition, const struct mqtt_packet *packet)
{
	char part[300];
	snprintf(part, sizeof(part), "property=%s", condition);
	return fits(part, NET_UP, packet);
}

static void a_property_decides(void **state)
{
	/* message_expiry 60, user job=42, user job=43, response_topic "r/1" */
	static const uint8_t list[] = "\x02\0\0\0\x3c"
				      "\x26\0\x03job\0\x02"
				      "42"
				      "\x26\0\x03job\0\x02"
				      "43"
				      "\x08\0\x03r/1";
	struct mqtt_packet publish = publish_of("t", ""), bare = publish;
	(void)state;
	publish.has_properties = true;
	publish.properties = (struct mqtt_span){list, sizeof(list) - 1};
	assert_true(property_fits("message_expiry", &publish));
	assert_true(property_fits("message_expiry=60", &publish));
	assert_true(property_fits("message_expiry<61", &publish));
	assert_false(property_fits("message_expiry<60", &publish));
	assert_false(property_fits("!message_expiry", &publish));
	assert_true(property_fits("!message_expiry", &bare));
	assert_false(property_fits("message_expiry", &bare));
	assert_true(property_fits("user:job=42", &publish));
	assert_true(property_fits("user:job=43", &publish)); /* one of them is enough */
	assert_false(property_fits("user:job=44", &publish));
	assert_false(property_fits("user:task", &publish));
	assert_true(property_fits("!user:task", &publish));
	assert_true(property_fits("user", &publish));
	assert_true(property_fits("response_topic=r/1", &publish));
	struct mqtt_packet ping = {.type = MQTT_PINGREQ};
	assert_false(property_fits("!message_expiry", &ping)); /* it can have none */
	static const uint8_t will[] = "\x18\0\0\0\x05";
	struct mqtt_packet connect = {.type = MQTT_CONNECT, .version = MQTT_5};
	assert_false(property_fits("will_delay=5", &connect));
	connect.connect.will_properties = (struct mqtt_span){will, sizeof(will) - 1};
	assert_true(property_fits("will_delay=5", &connect));
}

static void counters_count_what_fits_the_rest(void **state)
{
	struct mqtt_packet ack = {.type = MQTT_PUBACK}, ping = {.type = MQTT_PINGREQ};
	struct match nth = match_of("type=PUBACK; nth=2"), first = match_of("first=2"),
		     every = match_of("every=3"), times = match_of("every=2; times=2");
	(void)state;
	assert_false(fits_at(&nth, NET_DOWN, &ack, 0, 0));
	assert_false(fits_at(&nth, NET_UP, &ping, 0, 0));
	assert_true(fits_at(&nth, NET_DOWN, &ack, 0, 0));
	assert_false(fits_at(&nth, NET_DOWN, &ack, 0, 0));
	assert_int_equal(nth.seen, 3);
	for (int i = 1; i <= 9; i++) {
		assert_int_equal(fits_at(&first, NET_UP, &ping, 0, 0), i <= 2);
		assert_int_equal(fits_at(&every, NET_UP, &ping, 0, 0), i % 3 == 0);
		assert_int_equal(fits_at(&times, NET_UP, &ping, 0, 0), i == 2 || i == 4);
	}
	match_fini(&nth);
	match_fini(&first);
	match_fini(&every);
	match_fini(&times);
}

static void counters_are_one_for_all_links_or_one_for_each(void **state)
{
	struct mqtt_packet ping = {.type = MQTT_PINGREQ};
	struct match all = match_of("first=3"), each = match_of("first=2; per=link");
	int n_all = 0, n_each = 0;
	(void)state;
	for (int i = 0; i < 5; i++)
		for (uint32_t link = 0; link < 40; link++) {
			n_all += fits_at(&all, NET_UP, &ping, 0, link);
			n_each += fits_at(&each, NET_UP, &ping, 0, link);
		}
	assert_int_equal(n_all, 3);
	assert_int_equal(n_each, 80);
	match_fini(&all);
	match_fini(&each);
}

static void luck_repeats_and_each_link_has_its_own(void **state)
{
	struct mqtt_packet ping = {.type = MQTT_PINGREQ};
	struct match one = match_of("probability=0.3"), two = match_of("probability=0.3");
	int n = 0, differ = 0;
	(void)state;
	for (int i = 0; i < 1000; i++) {
		bool a = fits_at(&one, NET_UP, &ping, 0, 1);
		n += a;
		/* What other links do moves nothing. */
		differ += a != fits_at(&one, NET_UP, &ping, 0, 2);
		assert_int_equal(a, fits_at(&two, NET_UP, &ping, 0, 1));
	}
	assert_in_range(n, 250, 350);
	assert_true(differ > 200);
	match_fini(&one);
	match_fini(&two);
	assert_false(fits("probability=0", NET_UP, &ping));
	assert_true(fits("probability=1", NET_UP, &ping));
}

static void times_bounds_what_luck_lets_through(void **state)
{
	struct mqtt_packet ping = {.type = MQTT_PINGREQ};
	struct match match = match_of("probability=0.5; times=10");
	int n = 0;
	(void)state;
	for (int i = 0; i < 1000; i++)
		n += fits_at(&match, NET_UP, &ping, 0, 0);
	assert_int_equal(n, 10);
	match_fini(&match);
}

static void from_and_till_are_instants_of_the_run(void **state)
{
	struct mqtt_packet ping = {.type = MQTT_PINGREQ};
	struct match match = match_of("from=+1h; till=+2h; nth=2");
	(void)state;
	assert_false(fits_at(&match, NET_UP, &ping, 3600 * SIM_S - 1, 0));
	assert_false(fits_at(&match, NET_UP, &ping, 3600 * SIM_S, 0)); /* the first */
	assert_true(fits_at(&match, NET_UP, &ping, 7200 * SIM_S - 1, 0));
	assert_false(fits_at(&match, NET_UP, &ping, 7200 * SIM_S, 0));
	assert_int_equal(match.seen, 2);
	match_fini(&match);
}

static bool is_even(void *arg, const struct net_sight *sight)
{
	int *asked = arg;
	++*asked;
	return sight->packet->mid % 2 == 0;
}

static void a_predicate_is_asked_only_about_what_fits(void **state)
{
	struct mqtt_packet ack = {.type = MQTT_PUBACK}, ping = {.type = MQTT_PINGREQ};
	struct match match = match_of("type=PUBACK; nth=2");
	int asked = 0;
	(void)state;
	match.when = (struct match_when){is_even, &asked};
	fits_at(&match, NET_UP, &ping, 0, 0);
	assert_int_equal(asked, 0);
	for (ack.mid = 1; ack.mid <= 6; ack.mid++)
		assert_int_equal(fits_at(&match, NET_UP, &ack, 0, 0), ack.mid == 4);
	assert_int_equal(asked, 6);
	match_fini(&match);
}

static void contradictions_are_refused_in_a_sentence(void **state)
{
	(void)state;
	refused("topic=a/b; type=PUBACK", "PUBACK packets carry none; only PUBLISH");
	refused("json=a=1; type=SUBSCRIBE", "SUBSCRIBE packets carry none");
	refused("qos=1; type=PINGREQ", "qos: PINGREQ");
	refused("mid=1; type=CONNECT", "mid: CONNECT");
	refused("property=message_expiry; type=CONNACK", "property: CONNACK");
	refused("property=user:x; type=PINGREQ", "property: PINGREQ");
	refused("dir=up; type=CONNACK", "CONNACK never goes up");
	refused("dir=down; type=SUBSCRIBE", "SUBSCRIBE never goes down");
	refused("nth=2; first=3", "nth and first contradict");
	refused("nth=2; every=3", "nth and every contradict");
	refused("nth=2; times=3", "nth and times contradict");
	refused("mid=3; qos=0", "QoS 0");
	refused("min_size=3; max_size=2", "min_size and max_size");
	refused("from=+2h; till=+1h", "from and till");
	refused("per=link", "nothing is counted");
}

static void malformed_parts_are_refused_in_a_sentence(void **state)
{
	char long_one[400];
	(void)state;
	refused("topic=", "empty");
	refused("topic=device/+x/request", "+ stands alone");
	refused("topic=device/#/request", "# alone at the end");
	refused("topic=a#", "no MQTT filter");
	refused("json=", "no name");
	refused("json==x", "no name");
	refused("json=a..b", "empty");
	refused("json=.a", "empty");
	refused("json=a.", "empty");
	refused("json=a<b", "compare numbers");
	refused("json=a=1 & ", "no name");
	refused("json=a & b & c & d & e", "at most 4 conditions");
	refused("json=!a=1", "!=");
	refused("property=mesage_expiry", "did you mean \"message_expiry\"");
	refused("property=will_delay; type=PUBLISH",
		"PUBLISH packets carry none; only CONNECT");
	refused("qos=4", "qos");
	refused("mid=0", "mid");
	refused("probability=1.5", "probability");
	refused("from=3h", "from");
	memset(long_one, 'a', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	memcpy(long_one, "topic=", 6);
	refused(long_one, "at most 255 bytes");
	memcpy(long_one, "json=a", 6);
	refused(long_one, "at most");
}

static void every_given_part_is_said(void **state)
{
	struct match match = match_of(
		"dir=up; type=PUBLISH; topic=a/+; qos=1; dup=false; retain=true; mid=3; "
		"min_size=1; max_size=9; property=user:a=b; field=topic!=b; json=x.y!=1; from=+1h; till=+90m; "
		"first=9; every=2; times=3; probability=0.25; per=link");
	(void)state;
	assert_string_equal(
		match.said,
		"dir=\"up\", type=\"PUBLISH\", qos=1, dup=false, retain=true, mid=3, "
		"min_size=1, max_size=9, topic=\"a/+\", field=\"topic!=b\", property=\"user:a=b\", "
		"json=\"x.y!=1\", from=\"+1h\", till=\"+1h30m\", first=9, every=2, "
		"probability=0.25, times=3, per=\"link\"");
	match = match_of("nth=0");
	assert_string_equal(match.said, "");
}

/* Or one of the two could never be said. */
static void no_parameter_of_a_fault_is_called_like_a_part(void **state)
{
	const struct vocab_row *row;
	(void)state;
	for (size_t i = 0; (row = fault_row(i)); i++)
		for (size_t k = 0; fault_takes_match(row) && k < row->n_params; k++)
			if (vocab_find_param(match_row(), row->params[k].name) >= 0)
				fail_msg("%s: %s", row->name, row->params[k].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_parts_must_fit),
		cmocka_unit_test(flags_and_identifiers_are_compared),
		cmocka_unit_test(a_member_of_the_payload_decides),
		cmocka_unit_test(a_payload_that_is_no_json_fits_nothing),
		cmocka_unit_test(any_field_decides),
		cmocka_unit_test(a_property_decides),
		cmocka_unit_test(counters_count_what_fits_the_rest),
		cmocka_unit_test(counters_are_one_for_all_links_or_one_for_each),
		cmocka_unit_test(luck_repeats_and_each_link_has_its_own),
		cmocka_unit_test(times_bounds_what_luck_lets_through),
		cmocka_unit_test(from_and_till_are_instants_of_the_run),
		cmocka_unit_test(a_predicate_is_asked_only_about_what_fits),
		cmocka_unit_test(contradictions_are_refused_in_a_sentence),
		cmocka_unit_test(malformed_parts_are_refused_in_a_sentence),
		cmocka_unit_test(every_given_part_is_said),
		cmocka_unit_test(no_parameter_of_a_fault_is_called_like_a_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
