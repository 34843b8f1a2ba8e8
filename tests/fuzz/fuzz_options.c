/* fuzz_options.c - command lines: words apart at newlines, for the verb that the first byte
 * chooses; and run directories named after what they say. */
#include "tests/fuzz/fuzz.h"

#include "sim/command/variant.h"
#include "sim/command/verbs.h"

#include <assert.h>
#include <string.h>

enum {
	WORDS_MAX = 200
};

static const struct verb *choose(uint8_t byte)
{
	size_t n = 0;
	while (verb_at(n))
		n++;
	return verb_at(byte % n);
}

static void check_taken(const struct options *options)
{
	assert(options->repeat >= 1 && options->repeat <= OPTION_REPEAT_MAX);
	assert(options->jobs >= 1 && options->jobs <= OPTION_JOBS_MAX);
	assert(options->shards == 0 ||
	       (options->shard >= 1 && options->shard <= options->shards &&
		options->shards <= OPTION_SHARDS_MAX));
	assert(options->n_sets <= OPTION_SETS_MAX &&
	       options->n_brokers <= OPTION_BROKERS_MAX);
	assert(options->sets[options->n_sets] == NULL);
	assert(options->out && strlen(options->out) < VARIANT_OUT_MAX);
}

static void check_folder(const char *name)
{
	char folder[VARIANT_NAME_MAX];
	variant_safe(name, folder);
	assert(folder[0] != '.' && strlen(folder) < sizeof(folder));
	assert(strspn(folder, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "0123456789._=+-") == strlen(folder));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char text[8192], *words[WORDS_MAX + 1];
	struct options options;
	struct sim_error error = {0};
	int n = 0;

	if (size < 1 || size > sizeof(text))
		return 0;
	memcpy(text, bytes + 1, size - 1);
	text[size - 1] = '\0';
	for (char *word = text; word && n < WORDS_MAX;) {
		char *end = strchr(word, '\n');
		if (end)
			*end++ = '\0';
		check_folder(word);
		words[n++] = word;
		word = end;
	}
	words[n] = NULL;
	if (options_parse(choose(bytes[0]), n, words, &options, &error) == SIM_OK)
		check_taken(&options);
	else
		assert(error.code != SIM_OK && error.text[0] != '\0');
	options_fini(&options);
	return 0;
}
