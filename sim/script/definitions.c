/* definitions.c - what the editor is told (LuaLS), its settings, and a scenario to begin with. */
#include "sim/script/lua_packet.h"

#include "net/fault.h"
#include "net/match.h"
#include "net/on.h"
#include "printers/classes.h"
#include "printers/faults.h"
#include "printers/safeguards.h"
#include "sim/world/broker_faults.h"

#include <string.h>

#define EXPECT_PREFIX "Expect" /* of the classes of parameters of properties */

/* --- types -------------------------------------------------------------------------------- */

static void add_choices(struct text *text, const char *const *choices)
{
	for (size_t i = 0; choices[i] != NULL; i++)
		text_addf(text, "%s\"%s\"", i > 0 ? "|" : "", choices[i]);
}

static void add_type(struct text *text, const struct param *param)
{
	switch (param->type) {
	case PARAM_BOOL:
		text_add(text, "boolean");
		break;
	case PARAM_INT:
		text_add(text, "integer");
		break;
	case PARAM_REAL:
		text_add(text, "number");
		break;
	case PARAM_DURATION:
		text_add(text, "jobjam.Duration");
		break;
	case PARAM_TEXT:
		text_add(text, "string");
		break;
	case PARAM_CHOICE:
		add_choices(text, param->choices);
		break;
	case PARAM_SPAN:
		text_add(text, "jobjam.Duration|jobjam.Duration[]");
		break;
	case PARAM_HOURS:
		text_add(text, "string[]");
		break;
	case PARAM_NAMES:
		text_add(text, "string[]");
		break;
	case PARAM_INSTANT:
		text_add(text, "jobjam.Instant");
		break;
	case PARAM_FUNCTION:
		text_add(text, "fun(packet: jobjam.Packet, link: jobjam.Link): any");
		break;
	}
}

static bool is_reserved(const char *name)
{
	static const char *const WORDS[] = {"and", "end",  "for",   "if",    "in", "not",
					    "or",  "then", "until", "while", NULL};
	for (size_t i = 0; WORDS[i] != NULL; i++)
		if (strcmp(WORDS[i], name) == 0)
			return true;
	return false;
}

static void add_fields(struct text *text, const struct vocab_row *row, bool all_optional)
{
	for (size_t i = 0; i < row->n_params; i++) {
		const struct param *param = &row->params[i];
		bool optional = all_optional || param->fallback != NULL;
		/* A word of Lua itself can only be written as ["for"] = …. */
		bool reserved = is_reserved(param->name);
		text_addf(text, "---@field %s%s%s%s ", reserved ? "[\"" : "", param->name,
			  reserved ? "\"]" : "", optional ? "?" : "");
		add_type(text, param);
		text_addf(text, " %s", param->help != NULL ? param->help : "");
		if (param->fallback != NULL && param->fallback[0] != '\0')
			text_addf(text, " Default: %s.", param->fallback);
		text_add_char(text, '\n');
	}
}

/* --- option tables -------------------------------------------------------------------------- */

static const struct vocab_row *service_clock_row(void)
{
	return service_row(0);
}

static const struct vocab_row *load_row(void)
{
	return service_row(1);
}

static const struct vocab_row *restart_row(void)
{
	return service_row(2);
}

static const struct {
	const char *class;
	const struct vocab_row *(*row)(void);
	const char *more; /* further lines */
} OPTIONS[] = {
	{"BridgeOptions", plan_bridge_row, NULL},
	{"BrokerOptions", plan_broker_row, NULL},
	{"CancelJobsOptions", people_cancel_row, NULL},
	{"CloudSafeguards", cloud_safeguard_row, NULL},
	{"CloudOptions", cloud_row, "---@field safeguards? jobjam.CloudSafeguards\n"},
	{"DelayAnswerOptions", delay_row, NULL},
	{"ForeignLoadOptions", load_row, NULL},
	{"JobOptions", job_row, NULL},
	{"KnownBadOptions", known_bad_row, NULL},
	{"MachineOptions", plant_machine_row, NULL},
	{"OwnerSafeguards", people_safeguard_row, NULL},
	{"OwnersOptions", people_row,
	 "---@field of jobjam.Fleet|jobjam.Printer|string Whose machines.\n"
	 "---@field safeguards? jobjam.OwnerSafeguards\n"},
	{"PauseJobsOptions", people_pause_row, NULL},
	{"PrinterSafeguards", printer_safeguard_row, NULL},
	{"PrintersOptions", plan_printers_row,
	 "---@field safeguards? jobjam.PrinterSafeguards\n"
	 "---@field [integer] jobjam.PrintersOptions A group.\n"},
	{"RestartOptions", restart_row, NULL},
	{"ResumeJobsOptions", people_resume_row, NULL},
	{"ScenarioOptions", plan_scenario_row,
	 "---@field published? string[] What was published about the outage.\n"
	 "---@field assumptions? string[] What the scenario assumes.\n"},
	{"ServiceClockSkewOptions", service_clock_row, NULL},
	{"SendGcodeOptions", people_gcode_row, NULL},
	{"SendJobsOptions", people_send_row, NULL},
	{"WaitUntilOptions", wait_row, NULL},
};

/* "next_connect" -> "NextConnectOptions" */
static void add_row_class(struct text *text, const struct vocab_row *row)
{
	bool upper = true;
	for (const char *c = row->name; *c != '\0'; c++) {
		if (*c == '_') {
			upper = true;
			continue;
		}
		text_add_char(text, upper && *c >= 'a' && *c <= 'z'
					    ? (char)(*c - 'a' + 'A')
					    : *c);
		upper = false;
	}
	text_add(text, "Options");
}

static void add_option_tables(struct text *text)
{
	for (size_t i = 0; i < WORD_COUNT(OPTIONS); i++) {
		text_addf(text, "---@class (exact) jobjam.%s\n", OPTIONS[i].class);
		add_fields(text, OPTIONS[i].row(), false);
		text_addf(text, "%s\n", OPTIONS[i].more != NULL ? OPTIONS[i].more : "");
	}
}

/* One class for each row of a room; faults on packets also take the match. */
static void add_row_tables(struct text *text, const struct vocab_row *(*at)(size_t index),
			   const char *prefix, bool link)
{
	const struct vocab_row *row;
	for (size_t i = 0; (row = at(i)) != NULL; i++) {
		text_addf(text, "---@class (exact) jobjam.%s", prefix);
		add_row_class(text, row);
		text_add_char(text, '\n');
		add_fields(text, row, false);
		if (link && fault_takes_match(row))
			add_fields(text, match_row(), true);
		text_add_char(text, '\n');
	}
}

/* --- aliases ---------------------------------------------------------------------------------- */

static void add_aliases(struct text *text)
{
	const struct vocab_row *row;
	text_add(
		text,
		"---@alias jobjam.Duration string|number A text with a unit, \"5m\", or "
		"seconds.\n"
		"---@alias jobjam.Instant string|number \"2023-08-15T02:30Z\", \"10:03Z\", "
		"\"22:30 Europe/Berlin\", \"+3h\", or seconds after the start.\n"
		"---@alias jobjam.Property\n");
	for (size_t i = 0; (row = property_row(i)) != NULL; i++)
		text_addf(text, "---| \"%s\" # %s\n", row->name, row->summary);
	text_add(text, "---@alias jobjam.Kind\n");
	for (size_t i = 0; i < N_TRACE_KINDS; i++)
		text_addf(text, "---| \"%s\" # %s\n", trace_kind_name((enum trace_kind)i),
			  trace_kind_help((enum trace_kind)i));
	text_add_char(text, '\n');
}

/* --- classes ---------------------------------------------------------------------------------- */

/* "instant: A, fn: fun(x: B)" as one @param line each; commas in brackets do not part. */
static void add_params(struct text *text, const char *parameters, struct text *names)
{
	while (*parameters != '\0') {
		size_t name = strcspn(parameters, ":"), end = name;
		for (int depth = 0; parameters[end] != '\0'; end++) {
			if (strchr("({", parameters[end]) != NULL)
				depth++;
			if (strchr(")}", parameters[end]) != NULL)
				depth--;
			if (parameters[end] == ',' && depth == 0)
				break;
		}
		size_t bare = parameters[name - 1] == '?' ? name - 1 : name;
		text_addf(text, "---@param %.*s%s%.*s\n", (int)bare, parameters,
			  bare < name ? "?" : "", (int)(end - name - 1),
			  parameters + name + 1);
		text_addf(names, "%s%.*s", names->length > 0 ? ", " : "", (int)bare,
			  parameters);
		parameters += end;
		while (*parameters == ',' || *parameters == ' ')
			parameters++;
	}
}

/* expect.never "backlog" { … }: what is called with a property takes its parameters. */
static void add_property_calls(struct text *text, const struct script_word *word)
{
	const struct vocab_row *row;
	if (strstr(word->parameters, "jobjam.Property") == NULL)
		return;
	for (size_t i = 0; (row = property_row(i)) != NULL; i++) {
		text_addf(text,
			  "---@overload fun(property: \"%s\"): fun(options: "
			  "jobjam." EXPECT_PREFIX,
			  row->name);
		add_row_class(text, row);
		text_add(text, ")\n");
	}
}

static void add_word(struct text *text, const struct script_class *class,
		     const struct script_word *word)
{
	static const char *const JOINTS[] = {
		[CLASS_GLOBALS] = "", [CLASS_TABLE] = ".", [CLASS_HANDLE] = ":"};
	struct text names = {0};
	text_addf(text, "---%s%s%s\n", word->row.summary,
		  word->row.help != NULL ? " " : "",
		  word->row.help != NULL ? word->row.help : "");
	add_params(text, word->parameters, &names);
	if (word->returns != NULL)
		text_addf(text, "---@return %s\n", word->returns);
	add_property_calls(text, word);
	text_addf(text, "function %s%s%s(%s) end\n\n", class->name, JOINTS[class->kind],
		  word->row.name, text_cstr(&names));
	text_fini(&names);
}

static void add_row_method(struct text *text, const struct script_class *class,
			   const struct vocab_row *row)
{
	bool optional = true;
	for (size_t i = 0; i < row->n_params; i++)
		optional = optional && row->params[i].fallback != NULL;
	text_addf(text, "---%s\n---@param options%s jobjam.%s", row->summary,
		  optional ? "?" : "",
		  class->row_prefix != NULL ? class->row_prefix : "");
	add_row_class(text, row);
	if (class->row_returns != NULL)
		text_addf(text, "\n---@return %s", class->row_returns);
	text_addf(text, "\nfunction %s:%s(options) end\n\n", class->name, row->name);
}

/* mark: "?" when none of them has to be there. */
static void add_packet_fields(struct text *text, const char *mark)
{
	const struct vocab_row *row;
	for (size_t i = 0; (row = packet_field_row(i)) != NULL; i++)
		text_addf(text, "---@field %s%s %s %s\n", row->name, mark,
			  packet_field_type(i), row->summary);
}

/* What net.on takes, and what its function may answer. */
static void add_packet_tables(struct text *text)
{
	text_add(text, "---@class (exact) jobjam.OnOptions\n");
	add_fields(text, net_on_row(), true);
	add_fields(text, match_row(), true);
	text_add(text, "---@field [1] fun(packet: jobjam.Packet, link: jobjam.Link): "
		       "jobjam.Verdict|nil\n\n"
		       "---@class jobjam.Verdict\n\n"
		       "---@class jobjam.Replacement\n");
	add_packet_fields(text, "?");
	text_add(text, "---@field json? { [string]: string|number|boolean }\n"
		       "---@field properties? { [string]: string|integer }\n\n");
}

static void add_class(struct text *text, const struct script_class *class)
{
	const struct vocab_row *row;
	if (class->kind != CLASS_GLOBALS)
		text_addf(text, "---%s\n---@class jobjam.%s\n", class->summary,
			  class->name);
	if (class == &SCRIPT_PRINTER)
		text_add(text, "---@field name string\n---@field model string\n"
			       "---@field zone string\n---@field firmware string\n");
	if (class == &SCRIPT_FLEET)
		text_add(text, "---@field [integer] jobjam.Printer\n"
			       "---@operator len: integer\n");
	if (class == &SCRIPT_EVENT)
		text_add(text, "---@field id integer\n---@field cause integer\n"
			       "---@field kind jobjam.Kind\n---@field who string\n"
			       "---@field at number Seconds since the start.\n"
			       "---@field utc string\n---@field [string] any\n");
	if (class == &SCRIPT_LINK)
		text_add(text, "---@field name string\n");
	if (class == &SCRIPT_PACKET)
		add_packet_fields(text, "");
	if (class->kind == CLASS_TABLE)
		text_addf(text, "%s = {}\n\n", class->name);
	if (class->kind == CLASS_HANDLE)
		text_addf(text, "local %s = {}\n\n", class->name);
	for (size_t i = 0; i < class->n_words; i++)
		add_word(text, class, &class->words[i]);
	for (size_t i = 0; class->row != NULL && (row = class->row(i)) != NULL; i++)
		add_row_method(text, class, row);
}

void script_definitions(struct text *ret_lua)
{
	text_add(ret_lua,
		 "---@meta jobjam\n"
		 "-- Written by `jobjam init` from the program's own tables: not to be "
		 "edited, never run.\n\n");
	add_aliases(ret_lua);
	add_option_tables(ret_lua);
	add_row_tables(ret_lua, fault_row, "", true);
	add_row_tables(ret_lua, printer_fault_row, "", false);
	add_row_tables(ret_lua, broker_fault_row, SCRIPT_BROKER.row_prefix, false);
	add_row_tables(ret_lua, property_row, EXPECT_PREFIX, false);
	add_packet_tables(ret_lua);
	for (size_t i = 0; script_class_at(i) != NULL; i++)
		add_class(ret_lua, script_class_at(i));
}

/* --- the editor's settings ---------------------------------------------------------------------- */

void script_luarc(struct text *ret_json)
{
	const struct script_class *class;
	bool first = true;
	text_add(ret_json, "{\n"
			   "  \"$schema\": \"https://raw.githubusercontent.com/LuaLS/"
			   "vscode-lua/master/setting/schema.json\",\n"
			   "  \"runtime.version\": \"Lua 5.4\",\n"
			   "  \"runtime.builtin\": {\n"
			   "    \"os\": \"disable\",\n"
			   "    \"io\": \"disable\",\n"
			   "    \"debug\": \"disable\",\n"
			   "    \"package\": \"disable\",\n"
			   "    \"ffi\": \"disable\",\n"
			   "    \"jit\": \"disable\"\n"
			   "  },\n"
			   "  \"workspace.library\": [\".jobjam\"],\n"
			   "  \"diagnostics.globals\": [");
	for (size_t c = 0; (class = script_class_at(c)) != NULL; c++) {
		if (class->kind == CLASS_TABLE) {
			text_addf(ret_json, "%s\"%s\"", first ? "" : ", ", class->name);
			first = false;
		}
		for (size_t i = 0; class->kind == CLASS_GLOBALS && i < class->n_words;
		     i++) {
			text_addf(ret_json, "%s\"%s\"", first ? "" : ", ",
				  class->words[i].row.name);
			first = false;
		}
	}
	text_add(ret_json, "]\n}\n");
}

void script_skeleton(const char *name, struct text *ret_lua)
{
	text_addf(
		ret_lua,
		"scenario {\n"
		"\tname = \"%s\", start = \"2024-06-01T15:00:00Z\", length = \"16h\", seed = 1,\n"
		"\tabout = \"One of the service's clients loses its connection in the "
		"evening.\",\n"
		"}\n"
		"local fleet = printers { count = 6, model = \"x1c\", timezone = "
		"\"Europe/Berlin\" }\n"
		"cloud { build = \"2023-07\" }\n"
		"local people = owners { of = fleet, asleep = { \"23:00\", \"07:00\" } }\n"
		"\n"
		"people:send_jobs { each = 1, between = { \"18:30\", \"21:00\" } }\n"
		"\n"
		"at(\"18:00Z\", function()\n"
		"\tnote \"the connection is cut\"\n"
		"\tnet.link \"cloud/*\":reset()\n"
		"end)\n"
		"\n"
		"expect.never \"stale_start\" { older_than = \"10m\" }\n"
		"expect.never \"duplicate_start\"\n",
		name);
}
