#include "tests/unit/script/loading.h"

#define STORY "scenario { length = \"12h\" }\n"

struct attack {
	const char *name, *source, *part;
};

#define TOO_LONG  "steps without an end; it was cut off"
#define TOO_LARGE "not enough memory: the script needs more than"

static void runaway_scripts_are_cut_off_with_a_place(void **state)
{
	static const struct attack ATTACKS[] = {
		{"loop", "while true do end", TOO_LONG},
		{"pcall in a loop",
		 "while true do pcall(function() while true do end end) end", TOO_LONG},
		{"pcall of an error", "while true do pcall(error) end", TOO_LONG},
		{"coroutine", "coroutine.wrap(function() while true do end end)()",
		 TOO_LONG},
		{"pcall of a coroutine",
		 "while true do pcall(coroutine.wrap(function() while true do end end)) end",
		 TOO_LONG},
		{"resume in a loop",
		 "while true do coroutine.resume(coroutine.create(function() while true do end "
		 "end)) end",
		 TOO_LONG},
		{"handler of xpcall", "xpcall(error, function() while true do end end)",
		 TOO_LONG},
		{"handler that fails",
		 "pcall(xpcall, error, function() error() end) while true do end",
		 TOO_LONG},
		{"close",
		 "pcall(function() local x <close> = setmetatable({}, { __close = function() while "
		 "true do end end }) end) while true do end",
		 TOO_LONG},
		{"close by coroutine.close",
		 "local co = coroutine.create(function() local x <close> = setmetatable({}, { "
		 "__close = function() while true do end end }) coroutine.yield() end) "
		 "coroutine.resume(co) pcall(coroutine.close, co) while true do end",
		 TOO_LONG},
		{"find",
		 "string.find((\"a\"):rep(40), (\"a?\"):rep(40) .. (\"a\"):rep(40))",
		 TOO_LONG},
		{"match in pcall",
		 "while true do pcall(string.match, (\"a\"):rep(5000), \".-.-.-b\") end",
		 TOO_LONG},
		{"gmatch", "for _ in (\"a\"):rep(5000):gmatch(\".-.-.-b\") do end",
		 TOO_LONG},
		{"gsub", "local _ = (\"a\"):rep(5000):gsub(\".-.-.-b\", \"\")", TOO_LONG},
		{"gsub by function",
		 "local _ = (\"a\"):rep(9):gsub(\".\", function() while true do end end)",
		 TOO_LONG},
		{"find plain",
		 "local s = (\"a\"):rep(1000000) while true do s:find(\"b\", 1, true) "
		 "end",
		 TOO_LONG},
		{"sort",
		 "local t = {} for i = 1, 9999 do t[i] = -i end while true do "
		 "table.sort(t, function(a, b) return true end) end",
		 TOO_LONG},
		{"move", "table.move({}, 1, 1 << 60, 2)", TOO_LONG},
		{"insert",
		 "table.insert(setmetatable({}, { __len = function() return 1e9 end }), 1, 1)",
		 TOO_LONG},
		{"concat",
		 "table.concat(setmetatable({}, { __index = function() return \"\" end }), "
		 "\"\", 1, 1 << 60)",
		 TOO_LONG},
		{"utf8", "local s = (\"x\"):rep(1 << 20) while true do utf8.len(s) end",
		 TOO_LONG},
		{"copying",
		 "local s = (\"x\"):rep(1 << 20) while true do local t = s .. \"y\" end",
		 TOO_LONG},
		{"pairs",
		 "local t = {} for i = 1, 9999 do t[i] = i end while true do for k in "
		 "pairs(t) do end end",
		 TOO_LONG},
		{"rep", "local s = (\"x\"):rep(1 << 30)", TOO_LARGE},
		{"rep in pcall", "while true do pcall(string.rep, \"x\", 1 << 30) end",
		 TOO_LARGE},
		{"rep with a gap", "local _ = (\"\"):rep(1 << 40, \"x\")", TOO_LARGE},
		{"concatenation", "local s = \"x\" while true do s = s .. s end",
		 TOO_LARGE},
		{"table",
		 "local s, t = (\"x\"):rep(900), {} while true do t[#t + 1] = s .. #t end",
		 TOO_LARGE},
		{"table in pcall",
		 "pcall(function() local s, t = (\"x\"):rep(900), {} while true do t[#t + 1] = s .. "
		 "#t end end) while true do end",
		 TOO_LARGE},
		{"recursion", "local function f() return 1 + f() end f()", "stack"},
		{"pattern too deep", "local _ = (\"a\"):find((\"a*\"):rep(1000))",
		 "pattern too complex"},
		{"recursion of pcall",
		 "local function f() return pcall(f) end f() while true do "
		 "end",
		 TOO_LONG},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(ATTACKS) / sizeof(ATTACKS[0]); i++) {
		char source[2048];
		snprintf(source, sizeof(source), STORY "%s\n", ATTACKS[i].source);
		const char *error = load_error(source);
		if (strstr(error, ATTACKS[i].part) == NULL ||
		    strncmp(error, "story.lua:", 10) ||
		    strstr(error, "stack traceback:") == NULL)
			fail_msg("%s: %s", ATTACKS[i].name, error);
	}
}

static void a_cut_off_by_the_hosts_clock_says_so(void **state)
{
	struct script *script = NULL;
	struct sim_error error;
	const struct script_options options = {.steps_max = UINT64_MAX / 4,
					       .watchdog_ms = 5};
	(void)state;
	assert_int_not_equal(load_with(STORY "while true do end", options, &script,
				       &error),
			     SIM_OK);
	assert_has(error.text,
		   "story.lua:2: the script ran for more than 5 ms of real time");
}

static void whatever_memory_there_is_loading_ends_in_words(void **state)
{
	static const char SOURCE[] =
		STORY "local fleet = printers { { count = 3 }, model = \"p1p\" }\n"
		      "local t = {} for i = 1, 200 do t[i] = { tostring(i) } end\n"
		      "at(\"+1h\", function() wait \"5m\" end)\n"
		      "net.link \"cloud/*\":delay { by = \"1s\" }\n"
		      "pcall(function() return (\"x\"):rep(1000) end)\n"
		      "owners { of = fleet }:send_jobs { each = 1 }\n"
		      "expect.never \"stale_start\" { older_than = \"10m\" }\n";
	bool loaded = false;
	(void)state;
	for (size_t memory = 1024; !loaded; memory += 1499) {
		struct script *script = NULL;
		struct sim_error error = {0};
		const struct script_options options = {.memory_max = memory};
		assert_true(memory < 4 << 20);
		loaded = load_with(SOURCE, options, &script, &error) == SIM_OK;
		if (!loaded)
			assert_has(error.text, "memory");
		script_free(script);
	}
}

static void what_is_not_for_scenarios_is_missing_and_says_why(void **state)
{
	static const struct attack CASES[] = {
		{"os", "os.time()", "there is no \"os\" here"},
		{"io", "io.open(\"x\")", "there is no \"io\" here"},
		{"print", "print(1)", "note(text)"},
		{"require", "require \"x\"", "a scenario is one file"},
		{"debug", "debug.sethook()", "there is no \"debug\""},
		{"collectgarbage", "collectgarbage()", "there is no \"collectgarbage\""},
		{"dump", "string.dump(function() end)", "field 'dump'"},
		{"random", "math.random()", "chance.int"},
		{"gc", "setmetatable({}, { __gc = function() end })", "__gc is not for"},
		{"mode", "setmetatable({}, { __mode = \"k\" })", "__mode is not for"},
		{"binary", "assert(load(\"\\27Lua\"))", "attempt to load a binary chunk"},
		{"binary by mode", "assert(load(\"\\27Lua\", \"x\", \"b\"))",
		 "binary chunk"},
		{"address", "string.format(\"%p\", {})", "addresses"},
		{"unknown", "printer {}",
		 "unknown name \"printer\"; did you mean \"printers\"?"},
		{"overwriting", "printers = 1", "\"printers\" is a word of jobjam"},
		{"overwriting a class", "chance.int = 1", "not for writing"},
		{"a class's word", "chance.inn(1, 2)", "did you mean \"int\"?"},
		{"metatable of texts", "getmetatable(\"\").__index = 1", "boolean"},
		{"order of tables", "for k in pairs { [{}] = 1, [{}] = 2 } do end",
		 "such keys have no order that repeats"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char source[1024];
		snprintf(source, sizeof(source), STORY "%s\n", CASES[i].source);
		const char *error = load_error(source);
		if (strstr(error, CASES[i].part) == NULL ||
		    strncmp(error, "story.lua:2:", 12))
			fail_msg("%s: %s", CASES[i].name, error);
	}
}

static void an_error_value_that_is_no_text_is_described_where_it_arose(void **state)
{
	(void)state;
	assert_has(load_error(STORY "error({ code = 1 })"),
		   "story.lua:2: (the error is not a text but a table value)");
	assert_has(load_error(STORY "error(nil)"), "story.lua:2: ");
	assert_has(load_error(
			   STORY
			   "error(setmetatable({}, { __tostring = function() while true "
			   "do end end }))"),
		   "story.lua:2: ");
}

static void ordinary_errors_can_be_caught(void **state)
{
	(void)state;
	script_free(load(
		STORY
		"local ok, why = pcall(error, \"x\") assert(not ok and why == \"x\")\n"
		"ok, why = xpcall(error, function(e) return e .. \"!\" end, \"x\")\n"
		"assert(not ok and why == \"x!\")\n"
		"local co = coroutine.wrap(function() error(\"y\", 0) end)\n"
		"ok, why = pcall(co) assert(not ok and why == \"y\")\n"
		"ok, why = coroutine.resume(coroutine.create(function(a) return a + 1 "
		"end), 2) assert(ok and why == 3)\n"
		"assert(select(\"#\", pcall(function() return 1, 2, 3 end)) == 4)\n"));
}

/* The sentences that the script said, one a line. */
static void said(const char *source, char *to, size_t size)
{
	struct script *script = load(source);
	const struct plan *plan = script_plan(script);
	to[0] = '\0';
	for (size_t i = 0; i < plan->n_published; i++) {
		strncat(to, plan->published[i], size - strlen(to) - 1);
		strncat(to, "\n", size - strlen(to) - 1);
	}
	script_free(script);
}

static void pairs_goes_in_the_same_order_in_every_state(void **state)
{
	static const char SOURCE[] = STORY
		"local t = { zebra = 1, apple = 2, [10] = 3, [2] = 4, [1.5] = 5, [true] = 6, "
		"[false] = 7, [-1] = 8, [\"\"] = 9 }\n"
		"for i = 1, 50 do t[\"key\" .. (i * 7919 % 1000)] = i end\n"
		"local keys = {}\n"
		"for k in pairs(t) do keys[#keys + 1] = tostring(k) end\n"
		"published(table.concat(keys, \" \"))\n"
		"keys = {} local k = next(t) while k ~= nil do keys[#keys + 1] = tostring(k) k "
		"= next(t, k) end\n"
		"published(table.concat(keys, \" \"))\n";
	char first[4096], second[4096];
	(void)state;
	said(SOURCE, first, sizeof(first));
	/* The state's seed differs with every state: five more should do. */
	for (int i = 0; i < 5; i++) {
		said(SOURCE, second, sizeof(second));
		assert_string_equal(first, second);
	}
	assert_has(first, "-1 1.5 2 10  apple key");
	assert_has(first, "zebra false true\n-1 1.5");
}

static void pairs_lets_the_body_remove_and_change(void **state)
{
	(void)state;
	script_free(load(
		STORY
		"local t, seen = { a = 1, b = 2, c = 3 }, \"\"\n"
		"for k, v in pairs(t) do seen = seen .. k t[k] = nil t.b = nil end\n"
		"assert(seen == \"ac\")\n"
		"for k in pairs({}) do error() end\n"
		"local p = setmetatable({}, { __pairs = function() return function() "
		"end, 1, nil end })\n"
		"for k in pairs(p) do error() end\n"));
}

static void sort_is_stable_and_ends_whatever_is_answered(void **state)
{
	(void)state;
	script_free(load(
		STORY
		"local t = {} for i = 1, 200 do t[i] = { i % 3, i } end\n"
		"table.sort(t, function(a, b) return a[1] < b[1] end)\n"
		"for i = 2, 200 do assert(t[i - 1][1] < t[i][1] or t[i - 1][1] == t[i][1] and "
		"t[i - 1][2] < t[i][2]) end\n"
		"local n = { 3, 1, 2 } table.sort(n) assert(table.concat(n) == \"123\")\n"
		"table.sort(n, function() return true end)\n"
		"assert(not pcall(table.sort, { 1, \"x\" }))\n"));
}

static void text_functions_do_what_the_manual_says(void **state)
{
	(void)state;
	script_free(load(
		STORY
		"assert((\"hello world\"):find(\"o w\") == 5)\n"
		"assert((\"a.b\"):find(\".\", 1, true) == 2)\n"
		"assert((\"abc\"):find(\"b\", -1) == nil and (\"abc\"):find(\"\", 4) == 4)\n"
		"assert((\"abc\"):find(\"\", 5) == nil and (\"abc\"):find(\"b()\") == 2)\n"
		"assert(select(3, (\"abc\"):find(\"b()\")) == 3)\n"
		"assert((\"k=v\"):match(\"(%w)=(%w)\") == \"k\" and (\"x\"):match(\"^y\") == "
		"nil)\n"
		"assert((\"2023-08-15\"):match(\"^(%d+)-\") == \"2023\")\n"
		"local n = 0 for w in (\"one two  three\"):gmatch(\"%a+\") do n = n + #w end "
		"assert(n == 11)\n"
		"local s = \"\" for a in (\"abc\"):gmatch(\"x*\") do s = s .. \"-\" end assert(s == "
		"\"----\")\n"
		"assert((\"abc\"):gsub(\"\", \"-\") == \"-a-b-c-\")\n"
		"assert((\"hello\"):gsub(\"l\", { l = \"L\" }) == \"heLLo\")\n"
		"assert((\"hello\"):gsub(\"(h)(e)\", \"%2%1%0%%\") == \"ehhe%llo\")\n"
		"assert((\"abc\"):gsub(\"%w\", function(c) if c == \"b\" then return 1 end end) == "
		"\"a1c\")\n"
		"assert(select(2, (\"aaa\"):gsub(\"a\", \"b\", 2)) == 2)\n"
		"assert((\"aaa\"):gsub(\"^a\", \"b\") == \"baa\")\n"
		"assert(not pcall(string.gsub, \"a\", \"a\", \"%2\"))\n"
		"assert(not pcall(string.rep) and (\"ab\"):rep(3, \"-\") == \"ab-ab-ab\" and "
		"(\"x\"):rep(-1) == \"\")\n"
		"assert(tostring({}) == \"table\" and tostring(pcall) == \"function\")\n"
		"assert((\"%s %d %5.1f %q\"):format({}, 3, 2.25, \"x\") == \"table 3   2.2 "
		"\\\"x\\\"\")\n"
		"assert(tostring(setmetatable({}, { __tostring = function() return \"me\" end })) "
		"== \"me\")\n"
		"assert(utf8.len(\"\\u{e4}b\") == 2 and (\"ab\"):upper() == \"AB\")\n"
		"assert(table.concat({ 1, \"b\", 2.5 }, \",\") == \"1,b,2.5\")\n"
		"local t = { 1, 2, 3 } table.insert(t, 2, 9) assert(table.remove(t, 1) == 1)\n"
		"assert(table.concat(t) == \"923\" and table.remove({}) == nil)\n"
		"assert(table.concat(table.move({ 1, 2, 3 }, 1, 3, 2)) == \"1123\")\n"
		"assert(select(\"#\", table.unpack({ 1, nil, 3 }, 1, 3)) == 3)\n"
		"assert(load(\"return ...\")(7) == 7 and load(\"x = \") == nil)\n"
		"assert(load(\"return y\", \"c\", \"t\", { y = 4 })() == 4)\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runaway_scripts_are_cut_off_with_a_place),
		cmocka_unit_test(a_cut_off_by_the_hosts_clock_says_so),
		cmocka_unit_test(whatever_memory_there_is_loading_ends_in_words),
		cmocka_unit_test(what_is_not_for_scenarios_is_missing_and_says_why),
		cmocka_unit_test(
			an_error_value_that_is_no_text_is_described_where_it_arose),
		cmocka_unit_test(ordinary_errors_can_be_caught),
		cmocka_unit_test(pairs_goes_in_the_same_order_in_every_state),
		cmocka_unit_test(pairs_lets_the_body_remove_and_change),
		cmocka_unit_test(sort_is_stable_and_ends_whatever_is_answered),
		cmocka_unit_test(text_functions_do_what_the_manual_says),
	};
	return cmocka_run_group_tests(tests, loading_open, loading_close);
}
