/* fuzz_words.c - the words of a command; every word ends in the memory that was given. */
#include "tests/fuzz/fuzz.h"

#include "sim/world/exec_words.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct exec_value values[] = {
		{"socket", "/tmp/x/b"}, {"dir", ""}, {NULL, NULL}};
	char text[8192];
	struct exec_words words;
	struct sim_error error = {0};

	if (size >= sizeof(text))
		return 0;
	memcpy(text, bytes, size);
	text[size] = '\0';
	if (exec_words_parse("fuzz", text, values, &words, &error) != SIM_OK) {
		assert(error.text[0] && error.code);
		return 0;
	}
	assert(words.n_words > 0 && words.argv[words.n_words] == NULL);
	for (int i = 0; i < words.n_words; i++) {
		const char *word = words.argv[i], *end = words.memory + EXEC_WORDS_BYTES;

		assert(i == 0 || (word >= words.memory && word < end));
		assert(strlen(word) < EXEC_WORDS_BYTES);
	}
	return 0;
}
