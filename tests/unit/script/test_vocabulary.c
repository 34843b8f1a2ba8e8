#include "tests/unit/script/loading.h"

#include "net/fault.h"
#include "printers/faults.h"
#include "sim/core/place.h"
#include "sim/world/broker_faults.h"

#define STORY "scenario { start = \"2023-08-14T15:00:00Z\", length = \"29h\" }\n"

static struct text doc, definitions;

static int open_all(void **state)
{
	script_doc(&doc);
	script_definitions(&definitions);
	return loading_open(state);
}

static int close_all(void **state)
{
	text_fini(&doc);
	text_fini(&definitions);
	return loading_close(state);
}

static void every_row_of_every_table_stands_in_the_manual(void **state)
{
	const struct script_section *section;
	const struct vocab_row *row;
	char part[128];
	(void)state;
	for (size_t s = 0; (section = script_section(s)) != NULL; s++) {
		snprintf(part, sizeof(part), "## %s\n", section->name);
		assert_has(text_cstr(&doc), part);
		for (size_t i = 0; (row = section->row(i)) != NULL; i++) {
			if (strstr(text_cstr(&doc), row->name) == NULL ||
			    strstr(text_cstr(&doc), row->summary) == NULL)
				fail_msg("%s: %s is not in the manual", section->name,
					 row->name);
			for (size_t p = 0; p < row->n_params; p++) {
				snprintf(part, sizeof(part), "| `%s` | ",
					 row->params[p].name);
				assert_has(text_cstr(&doc), part);
			}
		}
	}
}

/* What may be chosen, in the manual and in the editor; and every key, in the editor. */
static void every_key_and_every_choice_is_told_twice(void **state)
{
	const struct script_section *section;
	const struct vocab_row *row;
	char part[128];
	(void)state;
	for (size_t s = 0; (section = script_section(s)) != NULL; s++) {
		for (size_t i = 0; (row = section->row(i)) != NULL; i++) {
			for (size_t p = 0; p < row->n_params; p++) {
				const struct param *param = &row->params[p];
				char quoted[128];
				snprintf(part, sizeof(part), "---@field %s", param->name);
				snprintf(quoted, sizeof(quoted), "---@field [\"%s\"]",
					 param->name);
				if (strstr(text_cstr(&definitions), part) == NULL &&
				    strstr(text_cstr(&definitions), quoted) == NULL)
					fail_msg("%s: %s.%s is not told to the editor",
						 section->name, row->name, param->name);
				for (size_t c = 0; param->type == PARAM_CHOICE &&
						   param->choices[c] != NULL;
				     c++) {
					snprintf(part, sizeof(part), "\"%s\"",
						 param->choices[c]);
					assert_has(text_cstr(&definitions), part);
					assert_has(text_cstr(&doc), param->choices[c]);
				}
			}
		}
	}
}

static void every_place_of_a_backlog_stands_in_the_manual(void **state)
{
	(void)state;
	for (size_t i = 0; place_words(i) != NULL; i++) {
		assert_has(text_cstr(&doc), place_words(i)->name);
		assert_has(text_cstr(&definitions), place_words(i)->name);
	}
}

static void every_parameter_has_a_help_and_a_default_that_parses(void **state)
{
	const struct script_section *section;
	const struct vocab_row *row;
	struct value values[64];
	(void)state;
	for (size_t s = 0; (section = script_section(s)) != NULL; s++) {
		for (size_t i = 0; (row = section->row(i)) != NULL; i++) {
			assert_true(row->n_params <= 64);
			assert_true(row->summary != NULL && row->summary[0] != '\0');
			vocab_defaults(row, values);
			for (size_t p = 0; p < row->n_params; p++)
				if (row->params[p].help == NULL)
					fail_msg("%s.%s has no help", row->name,
						 row->params[p].name);
		}
	}
}

/* "function Fleet:each(fn) end": turned into Lua that finds it there. */
static void add_check(struct text *lua, const char *line, size_t length)
{
	static const struct {
		const char *class, *value;
	} HANDLES[] = {{"Fleet:", "fleet"},     {"Printer:", "fleet[1]"},
		       {"Service:", "service"}, {"People:", "people"},
		       {"Link:", "link"},       {"Fault:", "fault"},
		       {"broker:", "broker"}};
	char name[128];
	snprintf(name, sizeof(name), "%.*s", (int)length, line);
	char *colon = strchr(name, ':');
	if (colon == NULL) {
		/* broker can be called, and has methods as well. */
		text_addf(lua,
			  "assert(type(%s) == \"function\" or %s == broker, \"%s\")\n",
			  name, name, name);
		return;
	}
	for (size_t i = 0; i < sizeof(HANDLES) / sizeof(HANDLES[0]); i++)
		if (strncmp(name, HANDLES[i].class, strlen(HANDLES[i].class)) == 0)
			text_addf(lua, "assert(type(%s.%s) == \"function\", \"%s\")\n",
				  HANDLES[i].value, colon + 1, name);
}

static void what_the_editor_is_told_is_there(void **state)
{
	struct text lua = {0};
	size_t n = 0;
	(void)state;
	text_add(&lua,
		 STORY "local fleet = printers { count = 1 }\n"
		       "local service, people = cloud {}, owners { of = fleet }\n"
		       "local link = net.link \"cloud/*\" local fault = link:reset()\n");
	for (const char *line = text_cstr(&definitions); line != NULL;
	     line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, "function ", 9) == 0) {
			add_check(&lua, line + 9, strcspn(line + 9, "("));
			n++;
		}
	}
	assert_true(n > 50);
	script_free(load(text_cstr(&lua)));
	text_fini(&lua);
}

static void every_word_is_told_to_the_editor(void **state)
{
	const struct script_section *functions = script_section(0);
	const struct vocab_row *row;
	char part[128];
	(void)state;
	assert_string_equal(functions->name, "functions");
	for (size_t i = 0; (row = functions->row(i)) != NULL; i++) {
		const char *before[] = {"function ", ":", "."};
		bool found = false;
		for (size_t b = 0; b < 3; b++) {
			snprintf(part, sizeof(part), "%s%s(", before[b], row->name);
			found = found || strstr(text_cstr(&definitions), part) != NULL;
		}
		if (!found)
			fail_msg("%s is not told to the editor", row->name);
	}
	for (size_t i = 0; (row = fault_row(i)) != NULL; i++) {
		snprintf(part, sizeof(part), "function Link:%s(options)", row->name);
		assert_has(text_cstr(&definitions), part);
	}
	for (size_t i = 0; (row = printer_fault_row(i)) != NULL; i++) {
		snprintf(part, sizeof(part), "function Fleet:%s(options)", row->name);
		assert_has(text_cstr(&definitions), part);
	}
	for (size_t i = 0; (row = broker_fault_row(i)) != NULL; i++) {
		snprintf(part, sizeof(part), "function broker:%s(options)", row->name);
		assert_has(text_cstr(&definitions), part);
	}
	for (size_t i = 0; (row = property_row(i)) != NULL; i++) {
		snprintf(part, sizeof(part), "---| \"%s\" #", row->name);
		assert_has(text_cstr(&definitions), part);
	}
}

static void the_definitions_are_lua_that_does_nothing(void **state)
{
	struct text lua = {0};
	(void)state;
	/* Compiled, not run: they would overwrite the words. */
	text_add(&lua, STORY "assert(load([==[\n");
	text_add(&lua, text_cstr(&definitions));
	text_add(&lua, "]==]))\n");
	script_free(load(text_cstr(&lua)));
	text_fini(&lua);
}

static void a_new_scenario_loads(void **state)
{
	struct text lua = {0};
	(void)state;
	script_skeleton("my-outage", &lua);
	struct script *script = load(text_cstr(&lua));
	assert_string_equal(script_plan(script)->name, "my-outage");
	script_free(script);
	text_fini(&lua);
}

static void the_editors_settings_name_every_global(void **state)
{
	struct text luarc = {0};
	(void)state;
	script_luarc(&luarc);
	assert_has(text_cstr(&luarc), "\"runtime.version\": \"Lua 5.4\"");
	assert_has(text_cstr(&luarc), "\"wait_until\"");
	assert_has(text_cstr(&luarc), "\"expect\"");
	assert_has(text_cstr(&luarc), "\"io\": \"disable\"");
	text_fini(&luarc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_every_table_stands_in_the_manual),
		cmocka_unit_test(every_key_and_every_choice_is_told_twice),
		cmocka_unit_test(every_place_of_a_backlog_stands_in_the_manual),
		cmocka_unit_test(every_parameter_has_a_help_and_a_default_that_parses),
		cmocka_unit_test(what_the_editor_is_told_is_there),
		cmocka_unit_test(every_word_is_told_to_the_editor),
		cmocka_unit_test(the_definitions_are_lua_that_does_nothing),
		cmocka_unit_test(a_new_scenario_loads),
		cmocka_unit_test(the_editors_settings_name_every_global),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
