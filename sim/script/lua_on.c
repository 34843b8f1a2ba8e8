/* lua_on.c - net.on: a function of the script says what becomes of a packet; and the
 * predicates of matchers. */
#include "sim/script/lua_packet.h"

#include "net/match.h"
#include "net/on.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char VERDICT[] = "Verdict";

/* A function that net/ asks. */
struct asked {
	struct script *script;
	int fn; /* in the registry */
	char place[SCRIPT_WHERE_MAX];
	struct asked *next;
};

struct verdict_box {
	struct sandbox_box box;
	struct net_verdict verdict;
	uint64_t showing;
};

void asked_free_all(struct script *script)
{
	while (script->asked != NULL) {
		struct asked *next = script->asked->next;
		free(script->asked);
		script->asked = next;
	}
}

/* Takes the function on top of the stack.                                  [-1, +0, e] */
static struct asked *asked_new(lua_State *L, const char *place)
{
	struct script *script = script_of(L);
	struct asked *asked = calloc(1, sizeof(*asked));
	if (asked == NULL)
		luaL_error(L, "not enough memory");
	asked->script = script;
	asked->next = script->asked;
	script->asked = asked;
	snprintf(asked->place, sizeof(asked->place), "%s", place);
	asked->fn = luaL_ref(L, LUA_REGISTRYINDEX);
	return asked;
}

/* --- asking ------------------------------------------------------------------------- */

/* (asked, shown) -> function, packet, link; protected.                     [-2, +3, m] */
static int push_call(lua_State *L)
{
	const struct asked *asked = lua_touserdata(L, 1);
	const struct shown *shown = lua_touserdata(L, 2);
	lua_rawgeti(L, LUA_REGISTRYINDEX, asked->fn);
	packet_push(L, shown);
	link_push(L, shown->sight->link);
	return 3;
}

static struct shown *show(struct script *script, const struct net_sight *sight)
{
	struct shown *shown = calloc(1, sizeof(*shown));
	if (shown == NULL)
		return NULL;
	shown->number = ++script->n_shown;
	shown->sight = sight;
	shown->outer = script->shown;
	script->shown = shown;
	return shown;
}

static void hide(struct script *script)
{
	struct shown *shown = script->shown;
	script->shown = shown->outer;
	if (shown->edited)
		edit_end(&shown->edit);
	free(shown);
}

/* Calls the function about the packet that is shown; its answer lies on top. False: it
 * failed, and the run with it; nothing lies there. */
static bool call(struct asked *asked, struct shown *shown)
{
	struct script *script = asked->script;
	lua_State *L = script->lua;
	bool ok = lua_checkstack(L, 8);
	if (ok) {
		lua_pushcfunction(L, push_call);
		lua_pushlightuserdata(L, asked);
		lua_pushlightuserdata(L, shown);
		ok = lua_pcall(L, 2, 3, 0) == LUA_OK &&
		     script_call(script, L, 2, asked->place);
		if (!ok) {
			script_fail(script, lua_tostring(L, -1));
			lua_pop(L, 1);
		}
	} else {
		script_fail(script, "not enough memory");
	}
	return ok;
}

/* Before and after the run nothing is asked; nor after a failure. */
static bool is_asking(const struct script *script)
{
	return script->phase == SCRIPT_RUNNING && script->failure == NULL;
}

static bool holds(void *arg, const struct net_sight *sight)
{
	struct asked *asked = arg;
	struct script *script = asked->script;
	bool judged = script->judging, answer = false;
	if (!is_asking(script))
		return false;
	struct shown *shown = show(script, sight);
	if (shown == NULL) {
		script_fail(script, "not enough memory");
		return false;
	}
	script->judging = true;
	if (call(asked, shown)) {
		answer = lua_toboolean(script->lua, -1);
		lua_pop(script->lua, 1);
	}
	script->judging = judged;
	hide(script);
	return answer;
}

/* pass, drop, hold and cut may also be returned without brackets. */
static bool is_bare(lua_State *L, struct net_verdict *verdict)
{
	static const struct {
		lua_CFunction word;
		enum net_answer answer;
	} BARE[] = {{word_pass, NET_PASS},
		    {word_drop, NET_DROP},
		    {word_hold, NET_HOLD},
		    {word_cut, NET_CUT},
		    {word_replace, NET_REPLACE}};
	lua_CFunction word = lua_tocfunction(L, -1);
	for (size_t i = 0; i < WORD_COUNT(BARE); i++)
		if (word == BARE[i].word) {
			verdict->answer = BARE[i].answer;
			return true;
		}
	return false;
}

static void fail(const struct asked *asked, const char *sentence)
{
	struct text text = {0};
	text_addf(&text, "%s: net.on: %s", asked->place, sentence);
	script_fail(asked->script, text_cstr(&text));
	text_fini(&text);
}

/* What the value on top says; pops it. */
static struct net_verdict understand(const struct asked *asked, const struct shown *shown)
{
	struct script *script = asked->script;
	lua_State *L = script->lua;
	const struct net_verdict failed = {.answer = NET_FAILED};
	struct net_verdict verdict = {.answer = NET_PASS};
	const struct verdict_box *box = box_test(L, -1, VERDICT);
	char sentence[400], got[120];
	if (box != NULL) {
		verdict = box->verdict;
	} else if (!lua_isnil(L, -1) && !is_bare(L, &verdict)) {
		snprintf(
			sentence, sizeof(sentence),
			"the function answered %s; wanted nothing, pass, drop, hold, cut, "
			"delay(\"5s\"), duplicate() or replace{ }",
			take_describe(L, -1, got, sizeof(got)));
		fail(asked, sentence);
		verdict = failed;
	}
	if (box != NULL && box->showing != shown->number) {
		fail(asked,
		     "the function answered with what was said about another packet");
		verdict = failed;
	}
	lua_pop(L, 1);
	if (verdict.answer == NET_REPLACE && !shown->edited)
		verdict.answer = NET_PASS; /* by itself */
	if (shown->edited && verdict.answer != NET_REPLACE &&
	    verdict.answer != NET_FAILED) {
		fail(asked,
		     "the packet was changed, but the function did not return replace()");
		return failed;
	}
	verdict.edit = &shown->edit;
	return verdict;
}

static struct net_verdict decide(struct asked *asked, struct shown *shown)
{
	struct script *script = asked->script;
	struct net_verdict verdict = {.answer = NET_FAILED};
	bool handling = script->handling;
	script->handling = true;
	shown->may_write = true;
	if (call(asked, shown))
		verdict = understand(asked, shown);
	script->handling = handling;
	return verdict;
}

static struct net_verdict judge(void *arg, const struct net_sight *sight)
{
	struct asked *asked = arg;
	struct script *script = asked->script;
	struct net_verdict verdict = {.answer = NET_PASS};
	struct shown *shown = show(script, sight);
	if (shown == NULL)
		script_fail(script, "not enough memory");
	if (is_asking(script))
		verdict = decide(asked, shown);
	else if (script->failure != NULL)
		verdict.answer = NET_FAILED;
	if (verdict.answer == NET_FAILED && shown != NULL)
		hide(script);
	return verdict;
}

static void done(void *arg)
{
	hide(((struct asked *)arg)->script);
}

/* --- answers ------------------------------------------------------------------------ */

static struct shown *check_asked(lua_State *L, const char *what)
{
	struct script *script = script_of(L);
	if (script->shown == NULL || !script->shown->may_write)
		take_refuse(
			L, what,
			"is an answer about a packet; it works in functions of net.on");
	return script->shown;
}

static struct net_verdict *push_verdict(lua_State *L, const char *what,
					enum net_answer answer)
{
	const struct shown *shown = check_asked(L, what);
	struct verdict_box *box = box_new(L, VERDICT, sizeof(*box));
	box->showing = shown->number;
	box->verdict.answer = answer;
	return &box->verdict;
}

int word_pass(lua_State *L)
{
	push_verdict(L, "pass", NET_PASS);
	return 1;
}

int word_drop(lua_State *L)
{
	push_verdict(L, "drop", NET_DROP);
	return 1;
}

int word_hold(lua_State *L)
{
	push_verdict(L, "hold", NET_HOLD);
	return 1;
}

int word_cut(lua_State *L)
{
	push_verdict(L, "cut", NET_CUT);
	return 1;
}

static const struct param DELAY_PARAMS[] = {
	{.name = "overtake",
	 .type = PARAM_BOOL,
	 .fallback = "false",
	 .help = "What comes later in that direction may pass it, as no TCP would do."},
};

const struct vocab_row *delay_row(void)
{
	static const struct vocab_row ROW = {
		.name = "delay",
		.summary = "Options of delay(), an answer of a net.on function.",
		.params = DELAY_PARAMS,
		.n_params = WORD_COUNT(DELAY_PARAMS),
	};
	return &ROW;
}

/* delay(duration [, { overtake = … }]) -> verdict                          [-2, +1, e] */
int word_delay(lua_State *L)
{
	const struct take take = {.what = "delay", .rows = {delay_row()}};
	struct value values[SCRIPT_VALUES_MAX];
	sim_ns by = take_duration(L, 1, "delay");
	take_table(L, 2, "delay", "{ overtake = true }");
	take_values(L, 2, &take, (struct value *[]){values});
	struct net_verdict *verdict = push_verdict(L, "delay", NET_DELAY);
	verdict->delay = by;
	verdict->overtake = values[0].as.yes;
	return 1;
}

/* duplicate([copies]) -> verdict                                           [-1, +1, e] */
int word_duplicate(lua_State *L)
{
	int exact = 1;
	lua_Integer copies = lua_isnoneornil(L, 1) ? 1 : lua_tointegerx(L, 1, &exact);
	if (!exact || copies < 1 || copies > 1000)
		take_refuse(L, "duplicate",
			    "wanted how many copies more, from 1 to 1000");
	push_verdict(L, "duplicate", NET_DUPLICATE)->copies = copies;
	return 1;
}

/* replace([table]) -> verdict                                              [-1, +1, e] */
int word_replace(lua_State *L)
{
	struct shown *shown = check_asked(L, "replace");
	char got[120];
	lua_settop(L, 1);
	if (lua_type(L, 1) == LUA_TTABLE)
		packet_replace(L, shown, 1);
	else if (!lua_isnil(L, 1) && box_test(L, 1, SCRIPT_PACKET.name) == NULL)
		take_refuse(L, "replace",
			    "wanted a table such as { topic = \"…\" }, got %s",
			    take_describe(L, 1, got, sizeof(got)));
	push_verdict(L, "replace", NET_REPLACE);
	return 1;
}

void open_on(lua_State *L)
{
	box_class(L, VERDICT, NULL, NULL);
}

/* --- arming ------------------------------------------------------------------------- */

void asked_when(lua_State *L, int table, const struct value *parts, struct match *match)
{
	const struct value *when = &parts[vocab_find_param(match_row(), "when")];
	if (!when->given || script_loading(L))
		return;
	lua_getfield(L, table, "when");
	match->when = (struct match_when){holds, asked_new(L, when->as.text)};
}

/* The function that stands in the list part of the table; alone.           [-0, +0, e] */
static void check_function(lua_State *L, int table, char ret_place[SCRIPT_WHERE_MAX])
{
	lua_Debug frame;
	if (lua_rawlen(L, table) != 1 || lua_rawgeti(L, table, 1) != LUA_TFUNCTION)
		take_refuse(
			L, "net.on",
			"wanted one function(packet, link) in the table, as in "
			"net.on { type = \"PUBLISH\", function(packet) return drop end }");
	lua_getinfo(L, ">S", &frame);
	snprintf(ret_place, SCRIPT_WHERE_MAX, "%s:%d", frame.short_src,
		 frame.linedefined);
}

static void check_names(lua_State *L, const struct value *values, struct net_judge *judge)
{
	const char *link = values[0].as.text, *name = values[1].as.text;
	take_check_glob(L, "net.on: link", link);
	if (name[0] == '\0' || strlen(name) >= sizeof(judge->name))
		take_refuse(L, "net.on", "name: a name of 1 to %d bytes is needed",
			    (int)sizeof(judge->name) - 1);
	snprintf(judge->name, sizeof(judge->name), "%s", name);
}

/* net.on{ … } -> fault. A handle that was made while loading comes back as the second
 * argument.                                                                [-2, +1, e] */
int net_on_word(lua_State *L)
{
	static const struct take TAKE = {.what = "net.on", .list_allowed = true};
	struct take take = TAKE;
	struct value values[SCRIPT_VALUES_MAX], parts[SCRIPT_VALUES_MAX];
	struct net_judge asked = {.judge = judge, .done = done};
	struct match match;
	struct sim_error error;

	take_table(L, 1, "net.on",
		   "{ type = \"PUBLISH\", function(packet, link) … end }");
	take.rows[0] = net_on_row();
	take.rows[1] = match_row();
	check_function(L, 1, asked.place);
	take_values(L, 1, &take, (struct value *[]){values, parts});
	check_names(L, values, &asked);
	if (match_from_values(parts, &match, &error) != SIM_OK)
		take_refuse(L, "net.on", "%s", error.text);
	struct fault **fault = fault_push(L, 2, asked.name);
	if (script_loading(L)) {
		lua_pushcfunction(L, net_on_word);
		lua_pushvalue(L, 1);
		lua_pushvalue(L, -3);
		actor_add(L, 2, 0, 0, SIM_NEVER);
		return 1;
	}
	script_need_run(L, "net.on");
	struct script *script = script_of(L);
	asked_when(L, 1, parts, &match);
	lua_rawgeti(L, 1, 1);
	asked.arg = asked_new(L, asked.place);
	if (net_on_arm(script->stage.net, values[0].as.text, &asked, &match,
		       script_now(script), script_cause(script), fault, &error) != SIM_OK)
		take_refuse(L, "net.on", "%s", error.text);
	return 1;
}
