/* test_escape.c - untrusted bytes arrive nowhere unescaped. */
#include "tests/testing.h"

#include "sim/core/chance.h"
#include "sim/core/text.h"

static struct text text;

static int tear_down(void **state)
{
	(void)state;
	text_fini(&text);
	return 0;
}

typedef void escape_fn(struct text *to, const char *string);

static const char *escaped(escape_fn *escape, const char *string)
{
	text_clear(&text);
	escape(&text, string);
	return text_cstr(&text);
}

static const char *json(const char *bytes, size_t length)
{
	text_clear(&text);
	text_add_json(&text, bytes, length);
	return text_cstr(&text);
}

static void json_keeps_what_is_printable(void **state)
{
	(void)state;
	assert_string_equal(json("plain /~", 8), "\"plain /~\"");
	assert_string_equal(json("Düsen 220 °C 😀", strlen("Düsen 220 °C 😀")),
			    "\"Düsen 220 °C 😀\"");
	assert_string_equal(json("", 0), "\"\"");
}

static void json_escapes_controls_quotes_and_nul(void **state)
{
	(void)state;
	assert_string_equal(json("a\"b\\c\nd\te\0f\x1b\x7f", 13),
			    "\"a\\\"b\\\\c\\nd\\te\\u0000f\\u001b\\u007f\"");
	assert_string_equal(json("\xe2\x80\xae", 3),
			    "\"\\u202e\""); /* turns text round */
	assert_string_equal(json("\xf3\xa0\x81\x81", 4),
			    "\"\\udb40\\udc41\""); /* a tag */
	assert_string_equal(json("\xc2\x85", 2), "\"\\u0085\"");
}

static void json_shows_malformed_utf8_byte_by_byte(void **state)
{
	(void)state;
	assert_string_equal(json("a\xff\xc3", 3), "\"a\\\\xff\\\\xc3\"");
	assert_string_equal(json("\xc0\xaf", 2), "\"\\\\xc0\\\\xaf\""); /* overlong */
	assert_string_equal(json("\xed\xa0\x80", 3), "\"\\\\xed\\\\xa0\\\\x80\"");
	assert_string_equal(json("\xf4\x90\x80\x80", 4),
			    "\"\\\\xf4\\\\x90\\\\x80\\\\x80\"");
	assert_string_equal(json("\xe2\x82", 2), "\"\\\\xe2\\\\x82\""); /* cut off */
}

static void terminals_get_no_control_characters(void **state)
{
	(void)state;
	assert_string_equal(escaped(text_add_plain, "a\x1b[31mred\r\nb\tc\x07"),
			    "a\\x1b[31mred\\r\\nb\\tc\\x07");
	assert_string_equal(escaped(text_add_plain, "\xc2\x9b"
						    "31m"),
			    "\\u{009b}31m");
	assert_string_equal(escaped(text_add_plain, "\xe2\x80\x8b°"), "\\u{200b}°");
	assert_string_equal(escaped(text_add_plain, "\xff"), "\\xff");
}

static void workflow_commands_lose_their_power(void **state)
{
	(void)state;
	assert_string_equal(escaped(text_add_plain, "::error::x"), ":\\x3aerror::x");
	assert_string_equal(escaped(text_add_plain, "  ::stop-commands::x"),
			    "  :\\x3astop-commands::x");
	assert_string_equal(escaped(text_add_plain, "##[error]x"), "#\\x23[error]x");
	assert_string_equal(escaped(text_add_plain, "a ##vso[x]"), "a #\\x23vso[x]");
	assert_string_equal(escaped(text_add_plain, "a\n::error::x"), "a\\n::error::x");
	assert_string_equal(escaped(text_add_plain, "fe80::1 #1"), "fe80::1 #1");
}

static void markdown_stays_text(void **state)
{
	(void)state;
	assert_string_equal(escaped(text_add_markdown,
				    "a|b <i>&amp;</i> *x* _y_ `z` [l](u) #1"),
			    "a\\|b &lt;i&gt;&amp;amp;&lt;/i&gt; \\*x\\* \\_y\\_ \\`z\\` "
			    "\\[l\\](u) \\#1");
	assert_string_equal(escaped(text_add_markdown, "a\nb\x1b\\"),
			    "a\\\\nb\\\\x1b\\\\");
}

static void xml_has_only_characters_that_xml_has(void **state)
{
	(void)state;
	assert_string_equal(
		escaped(text_add_xml, "<a b=\"c\" d='e'>&\x01\xef\xbf\xbf]]>"),
		"&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\\x01\\u{ffff}]]&gt;");
}

/* Whatever comes in, what goes out is printable UTF-8. */
static void random_bytes_come_out_printable(void **state)
{
	(void)state;
	static escape_fn *const FNS[] = {text_add_plain, text_add_markdown, text_add_xml};
	struct chance chance = chance_stream(1, "test", "escape");
	for (int i = 0; i < 5000; i++) {
		char bytes[32];
		int64_t length = chance_int(&chance, 0, 31);
		for (int64_t n = 0; n < length; n++)
			bytes[n] = (char)chance_int(&chance, 1, 255);
		bytes[length] = '\0';
		for (size_t f = 0; f <= sizeof(FNS) / sizeof(FNS[0]); f++) {
			const char *p = f < 3 ? escaped(FNS[f], bytes)
					      : json(bytes, (size_t)length);
			size_t left = strlen(p);
			while (left > 0) {
				uint32_t code;
				size_t n = text_utf8(p, left, &code);
				assert_true(n > 0);
				assert_true(code >= 0x20 && (code < 0x7f || code > 0x9f));
				p += n;
				left -= n;
			}
		}
	}
}

#define TEST(f) cmocka_unit_test_teardown(f, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(json_keeps_what_is_printable),
		TEST(json_escapes_controls_quotes_and_nul),
		TEST(json_shows_malformed_utf8_byte_by_byte),
		TEST(terminals_get_no_control_characters),
		TEST(workflow_commands_lose_their_power),
		TEST(markdown_stays_text),
		TEST(xml_has_only_characters_that_xml_has),
		TEST(random_bytes_come_out_printable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
