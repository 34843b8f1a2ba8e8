/* Every row of tests/net/catalogue.txt loads, arms, matches and acts against a real broker,
 * and what it says of the peer's reaction is then in the trace. JOBJAM_CATALOGUE=ID runs the
 * rows whose id begins so, and shows what happened. */
#include "tests/unit/script/loading.h"

#include "net/client.h"
#include "sim/core/chance.h"

enum {
	LIVES = 4,
	ROW_SIZE = 1024,
	ROWS_MAX = 400
};

static const struct {
	const char *name, *listens, *tells;
	int protocol;
} lives[LIVES] = {
	{"life/a", "to/a/+", "to/b", 4},
	{"life/b", "to/b/+", "to/a", 4},
	{"five/a", "to/five/+", "to/six", 5},
	{"five/b", "to/six/+", "to/five", 5},
};

static struct rig {
	struct script *script;
	struct fleet *fleet;
	struct checks *checks;
	struct life {
		struct client *client;
		size_t index;
		int told;
		bool leaving;
	} lives[LIVES];
} rig;

static struct world *world(void)
{
	return fleet_world(rig.fleet);
}

/* --- four lives ------------------------------------------------------------------- */

static void come(void *arg, sim_ns now)
{
	struct life *life = arg;
	if (!client_connected(life->client))
		client_connect(life->client, now, 0);
}

static void was_connected(void *arg, sim_ns now, int rc, bool session_present,
			  trace_id cause)
{
	struct life *life = arg;
	(void)session_present;
	(void)cause;
	if (rc == 0)
		client_subscribe(life->client, now, lives[life->index].listens, 2);
}

static void was_lost(void *arg, sim_ns now, int rc, const char *reason, trace_id cause)
{
	struct life *life = arg;
	(void)rc;
	(void)reason;
	(void)cause;
	queue_add(world_queue(world()), now + (life->leaving ? 10 : 5) * SIM_S, come,
		  life);
	life->leaving = false;
}

static void tell(void *arg, sim_ns now)
{
	struct life *life = arg;
	char topic[32], payload[80];
	snprintf(topic, sizeof(topic), "%s/request", lives[life->index].tells);
	snprintf(payload, sizeof(payload),
		 "{\"print\": {\"task_id\": \"%d\", \"command\": \"project_file\"}}",
		 ++life->told);
	const struct client_message message = {.topic = topic,
					       .payload = payload,
					       .length = strlen(payload),
					       .qos = life->told % 3,
					       .expiry_s = 300};
	client_publish(life->client, now, &message, 0, NULL);
	queue_add(world_queue(world()), now + 10 * SIM_S, tell, life);
}

static void leave(void *arg, sim_ns now)
{
	struct life *life = arg;
	life->leaving = client_connected(life->client);
	if (life->leaving)
		client_disconnect(life->client, now);
}

static void begin_lives(void)
{
	struct sim_error error;
	for (size_t i = 0; i < LIVES; i++) {
		struct life *life = &rig.lives[i];
		const struct client_options options = {.name = lives[i].name,
						       .keepalive_s = 20,
						       .protocol = lives[i].protocol,
						       .events = {life, was_connected,
								  was_lost, NULL, NULL}};
		*life = (struct life){.index = i};
		if (client_new(world_net(world()), &options, &life->client, &error) !=
		    SIM_OK)
			fail_msg("%s", error.text);
		queue_add(world_queue(world()), (sim_ns)(i + 1) * SIM_MS, come, life);
		queue_add(world_queue(world()), (sim_ns)(i + 5) * SIM_S, tell, life);
		queue_add(world_queue(world()), 240 * SIM_S + (sim_ns)i * SIM_MS, leave,
			  life);
	}
}

/* --- one row ---------------------------------------------------------------------- */

struct row {
	char id[64], lua[ROW_SIZE], checks[ROW_SIZE], words[ROW_SIZE];
};

static void open_run(const struct row *row)
{
	static char shim[256], firmware[256], source[2 * ROW_SIZE];
	struct sim_error error;
	snprintf(shim, sizeof(shim), "%s/vclock.so", testing_build_dir());
	snprintf(firmware, sizeof(firmware), "%s/firmware", testing_build_dir());
	snprintf(
		source, sizeof(source),
		"scenario { start = \"2024-06-01T15:00:00Z\", length = \"10m\", seed = 3 }\n"
		"printers { { count = 1 } }\n"
		"broker { persistence = true }\n"
		"local a, b = net.link \"life/a\", net.link \"life/b\"\n"
		"local five, six = net.link \"five/a\", net.link \"five/b\"\n"
		"after(\"1m\", function() %s end)\n",
		row->lua);
	const struct fleet_options options = {.shim_path = shim,
					      .firmware_dir = firmware,
					      .level = TRACE_FULL,
					      .core = -1};
	rig = (struct rig){.script = load(source)};
	if (fleet_new(script_plan(rig.script), &options, &rig.fleet, &error) != SIM_OK)
		fail_msg("%s", error.text);
	rig.checks = checks_new(world_trace(world()));
	begin_lives();
	if (script_attach(rig.script, rig.fleet, rig.checks, &error) != SIM_OK ||
	    fleet_start(rig.fleet, &error) != SIM_OK)
		fail_msg("%s", error.text);
}

static void close_run(void)
{
	fleet_free(rig.fleet);
	checks_free(rig.checks);
	script_free(rig.script);
}

/* --- what must be in the trace ------------------------------------------------------ */

static bool compare(int64_t is, char sign, const char *wanted)
{
	int64_t number;
	if (!text_read_int(wanted, &number))
		return false;
	return sign == '<' ? is < number : sign == '>' ? is > number : is == number;
}

static bool number_fits(const struct trace_event *event, const char *key, char sign,
			const char *wanted)
{
	int64_t is = trace_int(event, key, INT64_MIN);
	if (strcmp(key, "t") == 0) /* whole seconds since the start */
		is = event->t / SIM_S;
	return is != INT64_MIN && compare(is, sign, wanted);
}

/* "rc=2", "reason=broker_closed", "dup=true", "rc>100" */
static bool field_fits(const struct trace_event *event, const char *said)
{
	char key[64];
	size_t length = strcspn(said, "=<>");
	const char *wanted = said + length + 1;
	if (said[length] == '\0' || length >= sizeof(key))
		fail_msg("\"%s\" is no condition", said);
	snprintf(key, sizeof(key), "%.*s", (int)length, said);
	if (strcmp(wanted, "true") == 0 || strcmp(wanted, "false") == 0)
		return trace_bool(event, key, wanted[0] != 't') == (wanted[0] == 't');
	if (number_fits(event, key, said[length], wanted))
		return true;
	return said[length] == '=' && strcmp(trace_text(event, key, ""), wanted) == 0;
}

/* *ret_n: the condition on how many there must be, "n=2", or NULL. */
static bool event_fits(const struct trace_event *event, const char *said, char ret_n[16])
{
	char copy[256], *save = NULL;
	bool fits = true;
	snprintf(copy, sizeof(copy), "%s", said);
	char *who = strtok_r(copy, " ", &save), *kind = strtok_r(NULL, " ", &save), *word;
	if (!kind || trace_kind_find(kind) == N_TRACE_KINDS)
		fail_msg("\"%s\" names no kind of event", said);
	fits = strcmp(event->who, who) == 0 && event->kind == trace_kind_find(kind);
	ret_n[0] = '\0';
	while ((word = strtok_r(NULL, " ", &save))) {
		if (word[0] == 'n' && strchr("=<>", word[1]))
			snprintf(ret_n, 16, "%s", word + 1);
		else
			fits = fits && field_fits(event, word);
	}
	return fits;
}

/* From the first act on. */
static bool in_trace(const char *said)
{
	const struct trace *trace = world_trace(world());
	bool acted = false;
	char wanted[16] = "";
	int64_t n = 0;
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		n += event_fits(event, said, wanted) && acted;
		acted |= event->kind == KIND_FAULT_ACTED;
	}
	return wanted[0] ? compare(n, wanted[0], wanted + 1) : n > 0;
}

static void look(const struct row *row, struct text *wrong)
{
	char copy[ROW_SIZE], *save = NULL;
	snprintf(copy, sizeof(copy), "%s", row->checks);
	for (char *said = strtok_r(copy, ";", &save); said;
	     said = strtok_r(NULL, ";", &save)) {
		said += strspn(said, " ");
		bool unwanted = said[0] == '!';
		if (in_trace(said + unwanted) == unwanted)
			text_addf(wrong, "%s: %s in the trace: %s\n", row->id,
				  unwanted ? "is" : "is not", said + unwanted);
	}
}

/* Of whatever room: links, the broker's process, machines. */
static void look_at_receipts(const struct row *row, struct text *wrong)
{
	const struct trace *trace = world_trace(world());
	size_t n = 0;
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		if (event->kind != KIND_FAULT_RECEIPT)
			continue;
		n++;
		if (trace_int(event, "matched", 0) > 0 &&
		    trace_int(event, "affected", 0) > 0)
			continue;
		text_addf(wrong, "%s: %s matched %lld, affected %lld: %s\n", row->id,
			  trace_text(event, "fault", "?"),
			  (long long)trace_int(event, "matched", 0),
			  (long long)trace_int(event, "affected", 0),
			  trace_text(event, "why", ""));
	}
	if (n == 0)
		text_addf(wrong, "%s: no fault was armed\n", row->id);
}

static void show(const struct row *row)
{
	const struct trace *trace = world_trace(world());
	const char *whose =
		strstr(row->lua, "five:") || strstr(row->lua, "six:") ? "five/" : "life/";
	struct text line = {0};
	bool acted = false;
	print_message("--- %s | %s\n", row->id, row->lua);
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		acted |= event->kind == KIND_FAULT_ACTED;
		if (!acted || !strstr(event->who, whose))
			continue;
		text_clear(&line);
		text_addf(&line, "%6lld ms %s %s", (long long)(event->t / SIM_MS),
			  event->who, trace_kind_name(event->kind));
		for (size_t f = 0; f < event->n_fields; f++) {
			const struct trace_field *field = &event->fields[f];
			text_addf(&line, " %s=", field->key);
			if (field->type == TRACE_TYPE_TEXT)
				text_add(&line, field->as.text);
			else
				text_add_int(&line, field->as.integer);
		}
		print_message("%s\n", text_cstr(&line));
	}
	text_fini(&line);
}

static void run_row(const struct row *row, bool shown, struct text *wrong)
{
	struct sim_error error = {0};
	open_run(row);
	enum world_end end = fleet_run(rig.fleet, &error);
	fleet_end(rig.fleet);
	script_finish(rig.script);
	checks_finish(rig.checks, world_clock(world())->now, end != WORLD_REACHED);
	if (script_failure(rig.script))
		text_addf(wrong, "%s: %s\n", row->id, script_failure(rig.script));
	else if (end != WORLD_REACHED && !strstr(row->checks, "broker ends"))
		text_addf(wrong, "%s: %s\n", row->id, error.text);
	else {
		look_at_receipts(row, wrong);
		look(row, wrong);
	}
	if (shown)
		show(row);
	close_run();
}

/* --- the file --------------------------------------------------------------------- */

static void cut_out(char *to, size_t size, const char *from, size_t length)
{
	while (length > 0 && (*from == ' ' || *from == '\t')) {
		from++;
		length--;
	}
	while (length > 0 && strchr(" \t\n", from[length - 1]))
		length--;
	snprintf(to, size, "%.*s", (int)length, from);
}

static bool read_row(const char *line, struct row *ret_row)
{
	const char *lua = strstr(line, " | "),
		   *reaction = lua ? strstr(lua + 3, " | ") : NULL;
	if (line[0] == '#' || line[strspn(line, " \t\n")] == '\0')
		return false;
	if (!reaction)
		fail_msg("id | Lua | reaction is needed: %s", line);
	*ret_row = (struct row){0};
	cut_out(ret_row->id, sizeof(ret_row->id), line, (size_t)(lua - line));
	cut_out(ret_row->lua, ROW_SIZE, lua + 3, (size_t)(reaction - lua - 3));
	reaction += 3;
	const char *end = reaction[0] == '[' ? strchr(reaction, ']') : NULL;
	if (end) {
		cut_out(ret_row->checks, ROW_SIZE, reaction + 1,
			(size_t)(end - reaction - 1));
		reaction = end + 1;
	}
	cut_out(ret_row->words, ROW_SIZE, reaction, strlen(reaction));
	if (ret_row->words[0] == '\0')
		fail_msg("%s: it does not say in words what is expected", ret_row->id);
	return true;
}

static void every_row_arms_acts_and_is_answered_as_it_says(void **state)
{
	const char *only = getenv("JOBJAM_CATALOGUE");
	FILE *file = fopen("tests/net/catalogue.txt", "r");
	struct text wrong = {0};
	char line[3 * ROW_SIZE];
	struct row row;
	size_t n = 0;
	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (!read_row(line, &row) ||
		    (only && strncmp(row.id, only, strlen(only)) != 0))
			continue;
		n++;
		run_row(&row, only != NULL, &wrong);
	}
	fclose(file);
	print_message("%zu rows\n", n);
	if (wrong.length > 0)
		fail_msg("\n%s", text_cstr(&wrong));
	text_fini(&wrong);
}

/* JOBJAM_MIXES: how many, for a longer look. */
static void rows_mixed_by_chance_still_come_to_an_end(void **state)
{
	const char *wanted = getenv("JOBJAM_MIXES");
	int64_t mixes = 25;
	FILE *file = fopen("tests/net/catalogue.txt", "r");
	static char lines[ROWS_MAX][ROW_SIZE];
	char line[3 * ROW_SIZE];
	struct row row, mix = {.id = "mix"};
	struct text wrong = {0};
	struct chance chance = chance_stream(1, "catalogue", "mix");
	int64_t n = 0;
	(void)state;
	assert_non_null(file);
	while (n < ROWS_MAX && fgets(line, sizeof(line), file))
		if (read_row(line, &row))
			snprintf(lines[n++], ROW_SIZE, "%s", row.lua);
	fclose(file);
	assert_true(!wanted || text_read_int(wanted, &mixes));
	for (int64_t i = 0; i < mixes; i++) {
		snprintf(mix.lua, ROW_SIZE, "do %.300s end do %.300s end do %.300s end",
			 lines[chance_int(&chance, 0, n - 1)],
			 lines[chance_int(&chance, 0, n - 1)],
			 lines[chance_int(&chance, 0, n - 1)]);
		struct sim_error error = {0};
		open_run(&mix);
		enum world_end end = fleet_run(rig.fleet, &error);
		fleet_end(rig.fleet);
		if (end != WORLD_REACHED || script_failure(rig.script))
			text_addf(&wrong, "%s\n%s%s\n", mix.lua, error.text,
				  script_failure(rig.script) ? script_failure(rig.script)
							     : "");
		script_finish(rig.script);
		checks_finish(rig.checks, world_clock(world())->now,
			      end != WORLD_REACHED);
		close_run();
	}
	if (wrong.length > 0)
		fail_msg("\n%s", text_cstr(&wrong));
	text_fini(&wrong);
}

/* The numbered rows of the sheet from which the catalogue was made. */
static void no_numbered_row_is_missing(void **state)
{
	FILE *file = fopen("tests/net/catalogue.txt", "r");
	char line[3 * ROW_SIZE];
	bool t[19] = {false}, a[13] = {false};
	struct row row;
	int number;
	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (!read_row(line, &row))
			continue;
		if (sscanf(row.id, "T%d", &number) == 1 && number >= 1 && number <= 18)
			t[number] = true;
		if (sscanf(row.id, "A%d", &number) == 1 && number >= 1 && number <= 12)
			a[number] = true;
	}
	fclose(file);
	for (number = 1; number <= 12; number++)
		if (!a[number])
			fail_msg("A%d is not in the catalogue", number);
	for (number = 1; number <= 18; number++)
		if (!t[number] &&
		    number != 16) /* TLS: the proxy's, not in virtual time */
			fail_msg("T%d is not in the catalogue", number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_arms_acts_and_is_answered_as_it_says),
		cmocka_unit_test(rows_mixed_by_chance_still_come_to_an_end),
		cmocka_unit_test(no_numbered_row_is_missing),
	};
	return cmocka_run_group_tests(tests, loading_open, loading_close);
}
