/* fuzz_json.c - JSON from anywhere; strings that were read can be written and read again. */
#include "tests/fuzz/fuzz.h"

#include "sim/core/text.h"
#include "sim/json/json.h"

#include <assert.h>
#include <string.h>

static void walk(const struct json *value, int depth)
{
	assert(depth <= 32);
	json_int(value, 0);
	json_real(value, 0.0);
	const char *string = json_text(value, NULL);
	if (string != NULL) {
		struct text text = {0};
		text_add_json(&text, string, strlen(string));
		struct json *again = json_parse(text_cstr(&text), text.length, NULL);
		assert(json_text(again, NULL) != NULL);
		json_free(again);
		text_fini(&text);
	}
	const struct json *item = json_first(value);
	for (; item != NULL; item = json_next(item))
		walk(item, depth + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	size_t offset = 0;
	struct json *root = json_parse(bytes, size, &offset);
	if (root == NULL)
		assert(offset <= size);
	else
		walk(root, 0);
	json_path(root, "print.param.x");
	json_free(root);
	return 0;
}
