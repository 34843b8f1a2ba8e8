/* fuzz_pattern.c - the matcher of scripts: the first byte says how long the pattern is. */
#include "tests/fuzz/fuzz.h"

#include "sim/script/pattern.c"

#include <assert.h>

enum {
	STEPS_MAX = 200000
};

static bool count(void *arg, uint64_t steps)
{
	uint64_t *left = arg;
	*left = *left > steps ? *left - steps : 0;
	return *left > 0;
}

static void check_captures(const struct pattern *p)
{
	for (int i = 0; i < p->n_captures; i++) {
		const struct pattern_capture *capture = &p->captures[i];
		assert(capture->start >= p->subject && capture->start <= p->subject_end);
		assert(capture->length == PATTERN_POSITION ||
		       (capture->length >= 0 &&
			capture->length <= p->subject_end - capture->start));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	uint64_t left = STEPS_MAX;
	if (size < 1 || size > 4096)
		return 0;
	const char *text = (const char *)bytes + 1;
	size_t length = bytes[0] < size - 1 ? bytes[0] : size - 1;
	struct pattern p = {
		.text = text,
		.text_end = text + length,
		.subject = text + length,
		.subject_end = (const char *)bytes + size,
		.count = count,
		.arg = &left,
	};
	for (const char *at = p.subject; at <= p.subject_end && left > 0; at++) {
		const char *end = pattern_match(&p, at);
		assert(end == NULL || (end >= at && end <= p.subject_end));
		if (end != NULL)
			check_captures(&p);
		assert(p.depth == 0);
		if (p.error != NULL)
			break;
	}
	return 0;
}
