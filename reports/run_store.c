/* run_store.c - memory of a run that was read back, and its facts from JSON. */
#include "reports/run_store.h"

#include <stdlib.h>
#include <string.h>

enum {
	LIST_MAX = 100000
};

struct run_store *run_store_new(void)
{
	struct run_store *store = calloc(1, sizeof(*store));
	if (store == NULL)
		return NULL;
	store->trace = trace_new(&store->clock, TRACE_FULL);
	if (store->trace == NULL) {
		free(store);
		return NULL;
	}
	store->run.trace = store->trace;
	store->run.summary.word = "UNFINISHED";
	return store;
}

void run_store_free(struct run_store *store)
{
	if (store == NULL)
		return;
	trace_free(store->trace);
	while (store->blocks != NULL) {
		struct store_block *next = store->blocks->next;
		free(store->blocks);
		store->blocks = next;
	}
	free(store);
}

void *run_store_take(struct run_store *store, size_t size)
{
	_Static_assert(sizeof(struct store_block) % _Alignof(double) == 0, "alignment");
	struct store_block *block = calloc(1, sizeof(*block) + size);
	if (block == NULL)
		return NULL;
	block->next = store->blocks;
	store->blocks = block;
	return block + 1;
}

const char *run_store_text(struct run_store *store, const struct json *value)
{
	const char *text = json_text(value, NULL);
	if (text == NULL || !json_is_text(value))
		return NULL;
	size_t size = strlen(text) + 1;
	char *copy = run_store_take(store, size);
	return copy != NULL ? memcpy(copy, text, size) : NULL;
}

/* --- facts ------------------------------------------------------------------------ */

static size_t count_items(const struct json *array)
{
	size_t n = 0;
	if (!json_is_array(array))
		return 0;
	for (const struct json *item = json_first(array); item != NULL && n < LIST_MAX;
	     item = json_next(item))
		n++;
	return n;
}

static int read_list(struct run_store *store, const struct json *array,
		     const char *const **ret_items, size_t *ret_n)
{
	size_t n = count_items(array), i = 0;
	const char **items = run_store_take(store, (n + 1) * sizeof(*items));
	if (items == NULL)
		return SIM_ENOMEM;
	for (const struct json *item = json_first(array); i < n;
	     item = json_next(item), i++) {
		items[i] = run_store_text(store, item);
		if (items[i] == NULL)
			items[i] = "";
	}
	*ret_items = items;
	*ret_n = n;
	return SIM_OK;
}

static int read_settings(struct run_store *store, const struct json *array)
{
	size_t n = count_items(array), i = 0;
	struct run_setting *settings = run_store_take(store, (n + 1) * sizeof(*settings));
	if (settings == NULL)
		return SIM_ENOMEM;
	for (const struct json *item = json_first(array); i < n;
	     item = json_next(item), i++) {
		settings[i].name = run_store_text(store, json_get(item, "name"));
		settings[i].value = run_store_text(store, json_get(item, "value"));
		settings[i].from = run_store_text(store, json_get(item, "from"));
		if (settings[i].name == NULL)
			settings[i].name = "";
	}
	store->run.facts.settings = settings;
	store->run.facts.n_settings = n;
	return SIM_OK;
}

static int read_printers(struct run_store *store, const struct json *array)
{
	size_t n = count_items(array), i = 0;
	struct run_printer *printers = run_store_take(store, (n + 1) * sizeof(*printers));
	if (printers == NULL)
		return SIM_ENOMEM;
	for (const struct json *item = json_first(array); i < n;
	     item = json_next(item), i++) {
		printers[i].name = run_store_text(store, json_get(item, "name"));
		printers[i].model = run_store_text(store, json_get(item, "model"));
		printers[i].zone = run_store_text(store, json_get(item, "zone"));
		printers[i].owner = run_store_text(store, json_get(item, "owner"));
		printers[i].firmware = run_store_text(store, json_get(item, "firmware"));
		printers[i].client = run_store_text(store, json_get(item, "client"));
		if (printers[i].name == NULL)
			printers[i].name = "";
	}
	store->run.facts.printers = printers;
	store->run.facts.n_printers = n;
	return SIM_OK;
}

static void read_numbers(struct run_facts *facts, const struct json *object)
{
	const char *seed = json_text(json_get(object, "seed"), NULL);
	const char *start = json_text(json_get(object, "start"), NULL);
	int64_t start_utc_ns;

	if (seed != NULL)
		facts->seed = strtoull(seed, NULL, 10);
	if (start != NULL && instant_parse_iso(start, &start_utc_ns) == SIM_OK)
		facts->start_utc_ns = start_utc_ns;
	facts->length = json_int(json_get(object, "length_ns"), facts->length);
	facts->reached = json_int(json_get(object, "reached_ns"), facts->reached);
}

int run_store_facts(struct run_store *store, const struct json *object)
{
	struct run_facts *facts = &store->run.facts;
	const struct {
		const char *key;
		const char **to;
	} TEXTS[] = {
		{"tool_version", &facts->tool_version},
		{"scenario", &facts->scenario},
		{"scenario_hash", &facts->scenario_hash},
		{"about", &facts->about},
		{"clock", &facts->clock_mode},
		{"tick", &facts->tick},
		{"broker_version", &facts->broker_version},
		{"firmware", &facts->firmware},
		{"cloud", &facts->cloud},
		{"zone_data", &facts->zone_data},
		{"scenario_path", &facts->scenario_path},
		{"variant", &facts->variant},
		{"broker", &facts->broker},
		{"reproduce", &facts->reproduce},
	};
	int status = SIM_OK;

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		const char *text = run_store_text(store, json_get(object, TEXTS[i].key));
		if (text != NULL)
			*TEXTS[i].to = text;
	}
	read_numbers(facts, object);
	store->clock.start_utc_s = facts->start_utc_ns / SIM_S;
	if (json_is_array(json_get(object, "published")))
		status = read_list(store, json_get(object, "published"),
				   &facts->published, &facts->n_published);
	if (status == SIM_OK && json_is_array(json_get(object, "assumptions")))
		status = read_list(store, json_get(object, "assumptions"),
				   &facts->assumptions, &facts->n_assumptions);
	if (status == SIM_OK && json_is_array(json_get(object, "settings")))
		status = read_settings(store, json_get(object, "settings"));
	if (status == SIM_OK && json_is_array(json_get(object, "printers")))
		status = read_printers(store, json_get(object, "printers"));
	return status;
}
