/* fuzz_instant.c - durations, instants, numbers and names, as scripts write them. */
#include "tests/fuzz/fuzz.h"

#include "sim/core/status.h"
#include "sim/core/text.h"
#include "sim/core/time.h"

#include <assert.h>
#include <string.h>

static void check_duration(const char *text)
{
	char written[DURATION_TEXT_MAX];
	sim_ns ns, again;
	if (duration_parse(text, &ns) != SIM_OK)
		return;
	assert(ns >= 0);
	assert(duration_parse(duration_text(ns, written), &again) == SIM_OK &&
	       again == ns);
	assert(strlen(duration_words(ns, written)) < DURATION_TEXT_MAX);
}

static void check_instant(const char *text)
{
	char written[INSTANT_TEXT_MAX];
	int64_t ns, again;
	int32_t s;
	bool is_utc;
	if (instant_parse_iso(text, &ns) == SIM_OK) {
		/* written to the millisecond */
		assert(instant_parse_iso(instant_text(ns, written), &again) == SIM_OK);
		assert(again <= ns && ns - again < SIM_MS);
	}
	if (time_of_day_parse(text, &s, &is_utc) == SIM_OK)
		assert(s >= 0 && s < 86400);
}

static void check_escapes(const char *text)
{
	static void (*const FNS[])(struct text *, const char *) = {text_add_plain,
								   text_add_markdown,
								   text_add_xml};
	for (size_t i = 0; i < sizeof(FNS) / sizeof(FNS[0]); i++) {
		struct text out = {0};
		FNS[i](&out, text);
		const char *p = text_cstr(&out);
		for (size_t n, left = out.length; left > 0; p += n, left -= n) {
			uint32_t code;
			n = text_utf8(p, left, &code);
			assert(n > 0 && code >= 0x20 && (code < 0x7f || code > 0x9f));
		}
		text_fini(&out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char text[256];
	double real;
	int64_t integer;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, bytes, size);
	text[size] = '\0';
	check_duration(text);
	check_instant(text);
	check_escapes(text);
	text_read_real(text, &real);
	text_read_int(text, &integer);
	/* The text as glob over itself, and as filter over itself. */
	text_glob(text, text);
	text_topic_matches(text, text, strlen(text));
	return 0;
}
