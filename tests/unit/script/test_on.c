/* Functions that decide about packets: what they see, what they may answer. */
#include "tests/unit/script/running.h"

#define EVENING                                                                              \
	FLEET "cloud {} owners { of = fleet }:send_jobs { each = 1, between = { \"15:10\", " \
	      "\"15:20\" } }\n"
#define STARTS                                                               \
	"type = \"PUBLISH\", dir = \"down\", topic = \"device/+/request\", " \
	"json = \"print.command=project_file\", "

static const struct trace_event *find(const struct run *run, enum trace_kind kind,
				      const char *key, const char *text)
{
	const struct trace *trace = world_trace(fleet_world(run->fleet));
	for (size_t i = 0; i < trace_count(trace); i++)
		if (trace_at(trace, i)->kind == kind &&
		    strcmp(trace_text(trace_at(trace, i), key, ""), text) == 0)
			return trace_at(trace, i);
	return NULL;
}

static int count(const struct run *run, enum trace_kind kind, const char *key,
		 const char *text)
{
	const struct trace *trace = world_trace(fleet_world(run->fleet));
	int n = 0;
	for (size_t i = 0; i < trace_count(trace); i++)
		n += trace_at(trace, i)->kind == kind &&
		     strcmp(trace_text(trace_at(trace, i), key, ""), text) == 0;
	return n;
}

static void assert_receipt(const struct run *run, const char *name, int matched,
			   int affected)
{
	const struct trace_event *receipt = find(run, KIND_FAULT_RECEIPT, "fault", name);
	assert_non_null(receipt);
	assert_int_equal(trace_int(receipt, "matched", -1), matched);
	assert_int_equal(trace_int(receipt, "affected", -1), affected);
}

static void run_well(struct run *run, const char *source)
{
	run_open(run, source);
	if (script_failure(run->script) != NULL)
		fail_msg("%s", script_failure(run->script));
	assert_int_equal(run->end, WORLD_REACHED);
}

static void a_function_sees_packet_and_link(void **state)
{
	struct run run;
	(void)state;
	run_well(
		&run, EVENING
		"local n = 0\n"
		"net.on { link = \"printer/*\", " STARTS
		"name = \"watch\", function(p, link)\n"
		"  n = n + 1\n"
		"  if n > 1 then return end\n"
		"  note(table.concat({ link.name, p.type, p.dir, p.version, p.topic, tostring(p.qos),"
		"    tostring(p.retain), tostring(p.keepalive), tostring(p.size > 40),"
		"    tostring(p:json \"print.nothing\"), p:json \"print.command\" }, \" \"))\n"
		"  note(tostring(p) .. \" \" .. tostring(link))\n"
		"  note(tostring(p:property \"message_expiry\"))\n"
		"end }\n");
	const char *said = strchr(notes(&run), ' ');
	assert_non_null(said);
	assert_memory_equal(said, " printer/00", 11);
	assert_has(said, " PUBLISH down 3.1.1 device/SIM0000");
	assert_has(said, "/request 1 false nil true nil project_file\n");
	assert_has(said, "packet PUBLISH down link printer/00");
	assert_has(said, " nil\n");
	assert_receipt(&run, "watch", 3, 0);
	const struct trace_event *armed = find(&run, KIND_FAULT_ARMED, "fault", "watch");
	assert_has(trace_text(armed, "options", ""), "function=story.lua:");
	/* What is noted there has the packet's cause, and so its chain. */
	const struct trace_event *note = find(&run, KIND_NOTE, "text", "nil");
	assert_non_null(trace_back_to(world_trace(fleet_world(run.fleet)), note->id,
				      KIND_INTENT_TAP));
	run_close(&run);
}

static void each_answer_does_what_it_says(void **state)
{
	struct run run;
	(void)state;
	run_well(
		&run, EVENING
		"local function once(name, answer)\n"
		"  return net.on { link = \"printer/*\", " STARTS
		"name = name, first = 1, function() return answer() end }\n"
		"end\n"
		"once(\"d\", function() return delay(\"7s\") end)\n"
		"once(\"c\", function() return duplicate(2) end)\n"
		"once(\"p\", function() return pass end)\n"
		"once(\"r\", function() return replace { json = { [\"print.extra\"] = \"é\\n\" } } "
		"end)\n"
		"net.on { link = \"cloud/*\", type = \"PUBACK\", nth = 2, name = \"x\", "
		"function() return drop end }\n"
		"net.on { link = \"cloud/*\", type = \"PINGRESP\", nth = 20, name = \"k\", "
		"function() return cut() end }\n");
	assert_receipt(&run, "d", 1, 1);
	assert_receipt(&run, "c", 1, 1);
	assert_receipt(&run, "p", 1, 0);
	assert_receipt(&run, "r", 1, 1);
	assert_receipt(&run, "x", 1, 1);
	assert_receipt(&run, "k", 1, 1);
	assert_non_null(find(&run, KIND_FAULT_ACTED, "action", "delayed"));
	assert_non_null(find(&run, KIND_FAULT_ACTED, "action", "duplicated"));
	assert_non_null(find(&run, KIND_FAULT_ACTED, "action", "replaced"));
	assert_non_null(find(&run, KIND_FAULT_ACTED, "action", "dropped"));
	assert_non_null(find(&run, KIND_FAULT_ACTED, "action", "cut"));
	assert_int_equal(count(&run, KIND_SESSION_DETACHED, "reason", "k"), 1);
	run_close(&run);
}

static void what_is_replaced_reaches_the_other_end(void **state)
{
	struct run run;
	(void)state;
	run_well(&run, EVENING
		 "net.on { link = \"cloud/*\", type = \"PUBLISH\", dir = \"up\", "
		 "topic = \"device/+/request\", first = 1, name = \"away\", function(p)\n"
		 "  p.topic = \"elsewhere/1\"\n"
		 "  p.qos = 0\n"
		 "  p.retain = true\n"
		 "  p:set_json(\"print.\\\\odd\", nil)\n"
		 "  p:set_json(\"print.n\", 7)\n"
		 "  note(p.topic .. \" \" .. p:json \"print.n\")\n"
		 "  return replace\n"
		 "end }\n");
	const struct trace_event *sent =
		find(&run, KIND_MQTT_PUBLISH, "topic", "elsewhere/1");
	assert_non_null(sent);
	assert_int_equal(trace_int(sent, "qos", -1), 0);
	assert_true(trace_bool(sent, "retain", false));
	assert_has(notes(&run), " elsewhere/1 7\n");
	run_close(&run);
}

static void what_is_held_goes_on_when_released(void **state)
{
	struct run run;
	(void)state;
	run_well(
		&run, EVENING
		"local kept = net.on { link = \"printer/*\", " STARTS
		"name = \"keeper\", first = 3, function() return hold() end }\n"
		"at(\"+50m\", function() note(tostring(kept:receipt().affected)) kept:lift() end)\n");
	assert_has(notes(&run), "3000 3\n");
	assert_receipt(&run, "keeper", 3, 3);
	const struct trace *trace = world_trace(fleet_world(run.fleet));
	int late = 0;
	for (size_t i = 0; i < trace_count(trace); i++)
		late += trace_at(trace, i)->kind == KIND_MQTT_DELIVER &&
			trace_at(trace, i)->t == 3000 * SIM_S;
	assert_true(late >= 3);
	run_close(&run);
}

static void what_follows_a_delayed_packet_waits_or_overtakes(void **state)
{
	static const char *const OPTIONS[] = {"", ", { overtake = true }"};
	(void)state;
	for (int overtakes = 0; overtakes < 2; overtakes++) {
		struct run run;
		char source[2048];
		snprintf(source, sizeof(source),
			 EVENING
			 "net.on { link = \"printer/*\", " STARTS
			 "name = \"late\", first = 1, function() return delay(\"30m\"%s) "
			 "end }\n",
			 OPTIONS[overtakes]);
		run_well(&run, source);
		const struct trace_event *acted =
			find(&run, KIND_FAULT_ACTED, "fault", "late");
		assert_non_null(acted);
		const struct trace *trace = world_trace(fleet_world(run.fleet));
		int lost = 0, came = 0;
		for (size_t i = 0; i < trace_count(trace); i++) {
			const struct trace_event *event = trace_at(trace, i);
			lost += event->kind == KIND_SESSION_LOST;
			came += event->kind == KIND_MQTT_DELIVER &&
				event->t == acted->t + 1800 * SIM_S;
		}
		/* Answers to pings behind it come too late for the client. */
		assert_int_equal(lost > 0, !overtakes);
		assert_int_equal(came > 0, overtakes);
		run_close(&run);
	}
}

static void a_property_is_read_and_written(void **state)
{
	struct run run;
	(void)state;
	run_well(
		&run, STORY
		"local fleet = printers { { count = 2, protocol = \"5.0\" } }\n"
		"cloud { protocol = \"5.0\" } owners { of = fleet }:send_jobs { each = 1, "
		"between = { \"15:10\", \"15:20\" } }\n"
		"net.on { link = \"cloud/*\", dir = \"up\", topic = "
		"\"device/+/request\", name = \"writer\", first = 1, function(p)\n"
		"  return replace { properties = { message_expiry = 77, [\"user:by\"] = "
		"\"gateway\" } }\n"
		"end }\n"
		"net.on { link = \"printer/*\", dir = \"down\", property = "
		"\"user:by=gateway\", name = \"reader\", function(p)\n"
		"  note(p.version .. \" \" .. p:property \"message_expiry\" .. \" \" .. "
		"p:property \"user:by\")\n"
		"end }\n");
	assert_has(notes(&run), " 5.0 77 gateway\n");
	assert_receipt(&run, "reader", 1, 0);
	run_close(&run);
}

static void a_predicate_decides_what_a_fault_is_about(void **state)
{
	struct run run;
	(void)state;
	run_well(
		&run, EVENING
		"local open = false\n"
		"at(\"+30m\", function() open = true end)\n"
		"local f = net.link \"cloud/*\":drop { type = \"PINGRESP\", first = 1,\n"
		"  when = function(packet, link) return open and link.name == \"cloud/command-a\" "
		"end }\n");
	assert_receipt(&run, "drop", 1, 1);
	const struct trace_event *acted = find(&run, KIND_FAULT_ACTED, "fault", "drop");
	assert_true(acted->t >= 1800 * SIM_S);
	assert_string_equal(acted->who, "link/cloud/command-a");
	assert_has(trace_text(find(&run, KIND_FAULT_ARMED, "fault", "drop"), "options",
			      ""),
		   "when=story.lua:7");
	run_close(&run);
}

static void instants_of_a_matcher_are_written_as_everywhere(void **state)
{
	struct run run;
	(void)state;
	run_well(&run, FLEET
		 "cloud {}\n"
		 "net.link \"cloud/*\":drop { type = \"PINGRESP\", from = \"15:30Z\", "
		 "till = \"17:40 Europe/Berlin\", times = 1 }\n");
	const struct trace_event *armed = find(&run, KIND_FAULT_ARMED, "fault", "drop");
	assert_has(trace_text(armed, "options", ""),
		   "from=\"+30m\", till=\"+40m\", times=1");
	const struct trace_event *acted = find(&run, KIND_FAULT_ACTED, "fault", "drop");
	assert_in_range(acted->t, 1800 * SIM_S, 2400 * SIM_S);
	run_close(&run);
}

static void fails(const char *body, const char *first, const char *second)
{
	char source[2048];
	struct run run;
	snprintf(source, sizeof(source),
		 EVENING "net.on { type = \"PUBLISH\", function(p, link)\n%s\nend }\n",
		 body);
	const char *why = failure_of(&run, source);
	assert_has(why, "story.lua:");
	assert_has(why, first);
	assert_has(why, second);
	/* Nothing half done: no packet is passed on as something else. */
	assert_null(find(&run, KIND_FAULT_ACTED, "fault", "on"));
	run_close(&run);
}

static void a_function_that_fails_ends_the_run(void **state)
{
	(void)state;
	fails("error(\"oh no\")", "story.lua:5", "oh no");
	fails("return p.topik", "topik", "did you mean \"topic\"");
	fails("return p:jsn \"x\"", "jsn", "did you mean \"json\"");
	fails("return \"drop\"", "answered the text \"drop\"",
	      "wanted nothing, pass, drop");
	fails("return true", "answered true", "replace");
	fails("p.topic = \"x\" return pass", "changed", "did not return replace()");
	fails("p.topic = \"x\" return delay(1)", "changed", "did not return replace()");
	fails("p.topic = 7", "packet.topic", "wanted a text, got the number 7");
	fails("p.qos = 4", "packet", "qos");
	fails("p.retain = 1", "packet.retain", "true or false");
	fails("p.type = \"PUBACK\"", "packet.type", "cannot be changed");
	fails("p.keepalive = 3", "packet", "keepalive");
	fails("p:set_json(\"print.x\", {})", "wanted a text, a number", "a table");
	fails("p:set_json(\"print.x\", 0/0)", "JSON has no number", "print.x");
	fails("p:set_json(\"nobody.x\", 1)", "nobody.x", "packet");
	fails("p:set_property(\"message_expiry\", 5)", "message_expiry", "5.0");
	fails("p:set_property(\"mesage_expiry\", 5)", "mesage_expiry", "did you mean");
	fails("p:property \"user_property\"", "user:name", "property");
	fails("return replace { topik = \"x\" }", "topik", "did you mean \"topic\"");
	fails("return replace(7)", "replace", "wanted a table");
	fails("return delay(\"5\")", "delay", "no unit");
	fails("return delay(5, { overtakes = true })", "overtakes", "overtake");
	fails("return duplicate(0)", "duplicate", "from 1 to 1000");
	fails("net.link \"cloud/*\":reset()", "reset", "after(\"0s\"");
	fails("wait(1)", "wait", "answers about its packet");
	fails("while true do end", "story.lua:5", "");
	fails("kept = {} while true do kept[#kept + 1] = p.payload .. #kept end",
	      "story.lua:5", "memory");
	fails("return replace { payload = (\"x\"):rep(1100000) }", "story.lua:5",
	      "payload: too long");
}

/* fault:release() in one function makes another decide before it comes back. */
static void a_release_lets_functions_decide_inside_a_function(void **state)
{
	static const char held[] = EVENING
		"local kept = net.link \"printer/*\":hold { " STARTS "first = 2 }\n"
		"local n = 0\n"
		"net.on { link = \"printer/*\", " STARTS "from = \"+49m\", first = 2, "
		"name = \"inner\", function(p)\n"
		"  n = n + 1\n"
		"  note(\"inner \" .. n)\n"
		"  %s\n"
		"end }\n"
		"at(\"+50m\", function() note \"before\" kept:release() note(\"after \" .. n) "
		"wait \"1s\" note \"later\" end)\n";
	char source[2048];
	struct run run;
	(void)state;
	snprintf(source, sizeof(source), held, "return drop");
	run_well(&run, source);
	assert_string_equal(notes(&run),
			    "3000 before\n3000 inner 1\n3000 inner 2\n3000 after 2\n"
			    "3001 later\n");
	assert_receipt(&run, "inner", 2, 2);
	run_close(&run);

	snprintf(source, sizeof(source), held, "error \"inside\"");
	assert_has(failure_of(&run, source), "inside");
	assert_null(strstr(notes(&run), "inner 2")); /* nobody is asked after a failure */
	assert_null(strstr(notes(&run), "later"));
	run_close(&run);
}

static void a_packet_is_gone_after_the_call(void **state)
{
	struct run run;
	(void)state;
	const char *why =
		failure_of(&run, EVENING
			   "local kept\n"
			   "net.on { type = \"PUBLISH\", function(p) kept = p end }\n"
			   "at(\"+40m\", function() note(kept.topic) end)\n");
	assert_has(why, "story.lua:6");
	assert_has(why, "this packet is gone");
	run_close(&run);
	why = failure_of(&run, EVENING "local verdict\n"
				       "net.on { type = \"PUBLISH\", function(p)\n"
				       "  local before = verdict\n"
				       "  verdict = drop()\n"
				       "  return before\n"
				       "end }\n");
	assert_has(why, "about another packet");
	run_close(&run);
}

static void a_predicate_may_only_look(void **state)
{
	struct run run;
	(void)state;
	const char *why =
		failure_of(&run, EVENING "net.link \"*\":drop { type = \"PUBLISH\",\n"
					 "  when = function(p) p.topic = \"x\" end }\n");
	assert_has(why, "only a function of net.on changes packets");
	run_close(&run);
	why = failure_of(&run, EVENING "net.link \"*\":drop { type = \"PUBLISH\",\n"
				       "  when = function(p) note \"x\" end }\n");
	assert_has(why, "may look, not act");
	run_close(&run);
	why = failure_of(&run, EVENING "net.link \"*\":drop { type = \"PUBLISH\",\n"
				       "  when = function(p) return drop() end }\n");
	assert_has(why, "functions of net.on");
	run_close(&run);
}

static void what_makes_no_sense_is_refused_at_its_line(void **state)
{
	(void)state;
	assert_has(load_error(STORY "net.on { type = \"PUBLISH\" }\n"),
		   "wanted one function(packet, link)");
	assert_has(load_error(STORY "net.on { function() end, function() end }\n"),
		   "wanted one function(packet, link)");
	assert_has(load_error(STORY "net.on { \"drop\" }\n"),
		   "wanted one function(packet, link)");
	assert_has(load_error(STORY "net.on { tipe = \"PUBLISH\", function() end }\n"),
		   "story.lua:2: net.on: unknown key \"tipe\"; did you mean \"type\"");
	assert_has(load_error(STORY "net.on { link = \"\", function() end }\n"),
		   "net.on: link: \"\" is no name");
	assert_has(load_error(STORY "net.on { name = \"\", function() end }\n"), "name:");
	assert_has(load_error(STORY "net.link \"*\":drop { when = 7 }\n"),
		   "when: wanted a function, got the number 7");
	assert_has(load_error(STORY "net.link \"*\":drop { from = \"10:00\" }\n"),
		   "does not say whose time");
	assert_has(load_error(STORY "net.link \"*\":drop { from = \"+9h\" }\n"),
		   "outside the run");
	assert_has(load_error(STORY "net.link \"*\":drop { type = \"PUBACK\", "
				    "json = \"a=1\" }\n"),
		   "json: PUBACK packets carry none");
	assert_has(load_error(STORY "drop()\n"), "functions of net.on");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_function_sees_packet_and_link),
		cmocka_unit_test(each_answer_does_what_it_says),
		cmocka_unit_test(what_is_replaced_reaches_the_other_end),
		cmocka_unit_test(what_is_held_goes_on_when_released),
		cmocka_unit_test(what_follows_a_delayed_packet_waits_or_overtakes),
		cmocka_unit_test(a_property_is_read_and_written),
		cmocka_unit_test(a_predicate_decides_what_a_fault_is_about),
		cmocka_unit_test(instants_of_a_matcher_are_written_as_everywhere),
		cmocka_unit_test(a_function_that_fails_ends_the_run),
		cmocka_unit_test(a_release_lets_functions_decide_inside_a_function),
		cmocka_unit_test(a_packet_is_gone_after_the_call),
		cmocka_unit_test(a_predicate_may_only_look),
		cmocka_unit_test(what_makes_no_sense_is_refused_at_its_line),
	};
	return cmocka_run_group_tests(tests, loading_open, loading_close);
}
