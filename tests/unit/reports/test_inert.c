/* test_inert.c - nothing untrusted comes alive in any report. */
#include "tests/testing.h"

#include "sim/json/json.h"
#include "tests/unit/reports/night.h"

#include <ctype.h>

/* What turns the direction of what follows, or shows nothing: U+200B to 200F, 2028 to 202E,
 * 2060 to 206F. */
static bool hides(uint32_t code)
{
	return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f);
}

/* Every byte below blank is a newline, and the rest is UTF-8 that can be seen. */
static void assert_clean(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		uint32_t code = 0;
		size_t n = text_utf8(bytes + i, length - i, &code);
		if (n == 0 || (code < 0x20 && code != '\n') ||
		    (code >= 0x7f && code <= 0x9f) || hides(code))
			fail_msg("byte %zu is 0x%02x: %.40s", i, (unsigned char)bytes[i],
				 bytes + (i > 20 ? i - 20 : 0));
		i += n;
	}
}

static void assert_no_line_commands_ci(const char *bytes)
{
	for (const char *line = bytes; line != NULL;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *p = line;
		while (*p == ' ' || *p == '\t')
			p++;
		if (strncmp(p, "::", 2) == 0)
			fail_msg("a line would command CI: %.60s", p);
		const char *end = strchr(line, '\n');
		size_t length = end != NULL ? (size_t)(end - line) : strlen(line);
		const char *hash = strstr(line, "##[");
		if (hash != NULL && hash < line + length)
			fail_msg("a line would command CI: %.60s", line);
	}
}

static void the_terminal_shows_no_control_characters_and_commands_no_ci(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	report_terminal(&night->run, false, false, &text);
	assert_clean(text.bytes, text.length);
	assert_no_line_commands_ci(text_cstr(&text));
	text_clear(&text);
	report_terminal(&night->run, false, true, &text);
	assert_clean(text.bytes, text.length);
	assert_no_line_commands_ci(text_cstr(&text));
	text_clear(&text);
	report_chain(&night->run, night->harm, false, &text);
	report_why(&night->run, "printer/007", false, &text);
	report_why(&night->run, NASTY, false, &text);
	assert_clean(text.bytes, text.length);
	assert_no_line_commands_ci(text_cstr(&text));
	text_fini(&text);
	night_free(night);
}

static void colour_adds_escapes_and_nothing_else(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text plain = {0}, colour = {0}, stripped = {0};
	report_terminal(&night->run, false, false, &plain);
	report_terminal(&night->run, true, false, &colour);
	for (const char *p = text_cstr(&colour); *p != '\0'; p++) {
		if (*p == '\033')
			p += strcspn(p, "m");
		else
			text_add_char(&stripped, *p);
	}
	assert_true(colour.length > plain.length);
	assert_string_equal(text_cstr(&stripped), text_cstr(&plain));
	text_fini(&plain);
	text_fini(&colour);
	text_fini(&stripped);
	night_free(night);
}

static void every_line_of_events_and_the_verdict_is_json(void **state)
{
	(void)state;
	struct night *night = night_new(true);
	struct text events = {0}, verdict = {0};
	read_text(night->directory, "events.ndjson", &events);
	size_t lines = 0;
	for (char *line = events.bytes, *end; (end = strchr(line, '\n')) != NULL;
	     line = end + 1) {
		struct json *json = json_parse(line, (size_t)(end - line), NULL);
		assert_non_null(json);
		json_free(json);
		lines++;
	}
	assert_int_equal(lines, trace_count(night->trace) + 2);
	assert_int_equal(report_verdict_json(&night->run, &verdict), SIM_OK);
	assert_clean(verdict.bytes, verdict.length);
	struct json *json = json_parse(verdict.bytes, verdict.length, NULL);
	assert_non_null(json);
	assert_string_equal(json_text(json_path(json, "run.seed"), ""),
			    "18446744073709551615");
	assert_string_equal(json_text(json_path(json, "run.start"), ""),
			    "2023-08-14T15:00:00Z");
	/* What JSON can hold comes back; bytes that are not UTF-8 as an escape of four. */
	assert_non_null(
		strstr(json_text(json_path(json, "run.about"), ""),
		       "::error::\x1b[31m<script>|]]>\n## `x` \"&'\\ \\xff\\xc3("));
	json_free(json);
	text_fini(&events);
	text_fini(&verdict);
	night_free(night);
}

/* --- a small reader of XML: tags balance, nothing else is markup ------------------- */

static const char *entity_end(const char *p)
{
	static const char *const ENTITIES[] = {"&lt;", "&gt;", "&amp;", "&quot;",
					       "&#39;"};
	for (size_t i = 0; i < 5; i++)
		if (strncmp(p, ENTITIES[i], strlen(ENTITIES[i])) == 0)
			return p + strlen(ENTITIES[i]);
	fail_msg("no entity: %.20s", p);
	return p;
}

static const char *read_tag(const char *p, char stack[16][32], int *depth)
{
	char name[32];
	size_t n = 0;
	bool closing = *p == '/';
	p += closing;
	while ((isalpha((unsigned char)*p) || *p == '-') && n < 31)
		name[n++] = *p++;
	name[n] = '\0';
	assert_true(n > 0);
	if (closing) {
		assert_true(*depth > 0);
		assert_string_equal(stack[--*depth], name);
		assert_int_equal(*p, '>');
		return p + 1;
	}
	while (*p == ' ') {
		p += 1 + strcspn(p + 1, "=");
		assert_int_equal(p[1], '"');
		for (p += 2; *p != '"';) {
			assert_true(*p != '<' && *p != '\0' && *p != '\n');
			p = *p == '&' ? entity_end(p) : p + 1;
		}
		p++;
	}
	if (*p == '/') {
		assert_int_equal(p[1], '>');
		return p + 2;
	}
	assert_int_equal(*p, '>');
	assert_true(*depth < 16);
	strcpy(stack[(*depth)++], name);
	return p + 1;
}

static void assert_well_formed(const char *xml)
{
	char stack[16][32];
	int depth = 0;
	assert_int_equal(strncmp(xml, "<?xml ", 6), 0);
	const char *p = strstr(xml, "?>") + 2;
	while (*p != '\0') {
		if (*p == '<')
			p = read_tag(p + 1, stack, &depth);
		else if (*p == '&')
			p = entity_end(p);
		else
			p += 1;
		assert_true(strncmp(p, "]]>", 3) != 0);
	}
	assert_int_equal(depth, 0);
}

static void junit_is_well_formed_whatever_the_names(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	const struct run *run = &night->run;
	assert_int_equal(report_junit(&run, 1, &text), SIM_OK);
	assert_clean(text.bytes, text.length);
	assert_well_formed(text_cstr(&text));
	text_fini(&text);
	night_free(night);
}

/* --- Markdown --------------------------------------------------------------------- */

/* Cells of a table row: bars that are not escaped. */
static size_t bars(const char *line, size_t length)
{
	size_t n = 0;
	for (size_t i = 0; i < length; i++) {
		if (line[i] == '\\')
			i++;
		else
			n += line[i] == '|';
	}
	return n;
}

static void a_report_in_markdown_keeps_its_tables_and_its_headings(void **state)
{
	(void)state;
	struct night *night = night_new(false);
	struct text text = {0};
	size_t columns = 0, headings = 0;
	assert_int_equal(report_markdown(&night->run, &text), SIM_OK);
	assert_clean(text.bytes, text.length);
	assert_null(strstr(text_cstr(&text), "<script"));
	for (char *line = text.bytes, *end; (end = strchr(line, '\n')) != NULL;
	     line = end + 1) {
		size_t length = (size_t)(end - line);
		size_t n = *line == '|' ? bars(line, length) : 0;
		if (columns > 0 && n > 0)
			assert_int_equal(n, columns);
		columns = n;
		headings += strncmp(line, "## ", 3) == 0 || strncmp(line, "# ", 2) == 0;
	}
	assert_int_equal(headings, 16); /* ours, and none from a name */
	text_fini(&text);
	night_free(night);
}

/* --- reproduce.sh ----------------------------------------------------------------- */

static void the_script_runs_one_command_and_nothing_from_a_name(void **state)
{
	(void)state;
	struct night *night = night_new(true);
	struct text text = {0}, output = {0};
	char command[256], path[128];
	night->run.facts.broker_version = "x\nprintf hacked\n";
	night->run.facts.reproduce = "jobjam run scenarios/night.lua\n--seed 7";
	assert_int_equal(report_reproduce_sh(&night->run, &text), SIM_OK);
	snprintf(path, sizeof(path), "%s/reproduce.sh", night->directory);
	assert_int_equal(report_write_file(path, &text, NULL), SIM_OK);
	snprintf(command, sizeof(command), "JOBJAM=echo sh %s --more > %s/output", path,
		 night->directory);
	assert_int_equal(system(command), 0);
	read_text(night->directory, "output", &output);
	assert_string_equal(text_cstr(&output),
			    "run scenarios/night.lua --seed 7 --more\n");
	text_fini(&text);
	text_fini(&output);
	night_free(night);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_terminal_shows_no_control_characters_and_commands_no_ci),
		cmocka_unit_test(colour_adds_escapes_and_nothing_else),
		cmocka_unit_test(every_line_of_events_and_the_verdict_is_json),
		cmocka_unit_test(junit_is_well_formed_whatever_the_names),
		cmocka_unit_test(a_report_in_markdown_keeps_its_tables_and_its_headings),
		cmocka_unit_test(the_script_runs_one_command_and_nothing_from_a_name),
	};
	return cmocka_run_group_tests_name("inert", tests, NULL, NULL);
}
