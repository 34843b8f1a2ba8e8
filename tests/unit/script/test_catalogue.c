/* Every row of tests/net/catalogue.txt loads, arms, matches and acts against a real broker,
 * and what it says of the peer's reaction is then in the trace. JOBJAM_CATALOGUE=ID runs the
 * rows whose id begins so, and shows what happened. JOBJAM_BROKER=PATH is the broker, and what
 * tests/net/catalogue-differences.txt says of it counts (make catalogue BROKER=PATH). */
#include "tests/unit/script/catalogue_lives.h"
#include "tests/unit/script/catalogue_saw.h"

#include "sim/core/chance.h"

static struct rig {
	struct script *script;
	struct fleet *fleet;
	struct checks *checks;
	struct life lives[LIVES];
} rig;

static char log_path[64], conf_path[64];

static const char *broker(void)
{
	return getenv("JOBJAM_BROKER");
}

static struct world *world(void)
{
	return fleet_world(rig.fleet);
}

/* --- one row ---------------------------------------------------------------------- */

/* False: what the row wants of the broker is not there. */
static bool write_conf(const struct row *row)
{
	FILE *file = fopen(conf_path, "w");
	struct text conf = {0};
	assert_non_null(file);
	bool there = row_conf(row, broker(), &conf);
	fputs(text_cstr(&conf), file);
	fclose(file);
	text_fini(&conf);
	return there;
}

/* A scenario may not give its broker a plugin; a command that is the broker may have one. */
static const char *spec_of(const struct row *row)
{
	static char command[1024];
	if (!strstr(row->conf, "plugin"))
		return broker();
	snprintf(command, sizeof(command),
		 "exec:sh -c 'while read -r line; do echo \"$line\"; done <%s >>{conf}; "
		 "exec %s -c {conf}'",
		 conf_path, broker() ? broker() : "mosquitto");
	return command;
}

static void open_run(const struct row *row)
{
	static char shim[256], firmware[256], source[2 * ROW_SIZE];
	bool by_command = strstr(row->conf, "plugin");
	struct sim_error error;
	snprintf(shim, sizeof(shim), "%s/vclock.so", testing_build_dir());
	snprintf(firmware, sizeof(firmware), "%s/firmware", testing_build_dir());
	snprintf(
		source, sizeof(source),
		"scenario { start = \"2024-06-01T15:00:00Z\", length = \"10m\", seed = 3 }\n"
		"printers { { count = 1 } }\n"
		"%s\n"
		"local a, b = net.link \"life/a\", net.link \"life/b\"\n"
		"local five, six = net.link \"five/a\", net.link \"five/b\"\n"
		"after(\"1m\", function() %s end)\n",
		by_command ? ""
			   : "broker { persistence = true, include = \"broker.conf\" }",
		row->lua);
	const struct fleet_options options = {.shim_path = shim,
					      .firmware_dir = firmware,
					      .level = TRACE_FULL,
					      .broker = spec_of(row),
					      .log_path = log_path,
					      .core = -1};
	rig = (struct rig){.script = load(source)};
	if (fleet_new(script_plan(rig.script), &options, &rig.fleet, &error) != SIM_OK)
		fail_msg("%s", error.text);
	rig.checks = checks_new(world_trace(world()));
	lives_begin(rig.lives, world());
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

/* --- what must have come of it ------------------------------------------------------- */

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
	const char *whose = strstr(row->lua, "five:") || strstr(row->lua, "six:") ||
					    strstr(row->id, "five")
				    ? "five/"
				    : "life/";
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

/* On this broker what the differences say of it must hold instead, and what the row says must
 * not: a difference that is gone is taken out of the file. */
static void look_at_reaction(const struct row *row, struct text *wrong)
{
	const struct trace *trace = world_trace(world());
	struct row other;
	struct text ordinary = {0};
	if (!difference(world_broker_version(world()), row->id, &other)) {
		look(row, row->checks, trace, log_path, wrong);
		return;
	}
	look(row, other.checks, trace, log_path, wrong);
	look(row, row->checks, trace, log_path, &ordinary);
	if (ordinary.length == 0)
		text_addf(wrong, "%s: does what the catalogue says: no difference\n",
			  row->id);
	text_fini(&ordinary);
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
	else if (end != WORLD_REACHED)
		text_addf(wrong, "%s: %s\n", row->id, error.text);
	else {
		look_at_receipts(row, wrong);
		look_at_reaction(row, wrong);
	}
	if (shown)
		show(row);
	close_run();
}

/* Line by line: cmocka has room for a kilobyte at a time. */
static void fail_with(struct text *wrong)
{
	const char *line = text_cstr(wrong);
	for (size_t length; *line; line += length) {
		length = strcspn(line, "\n");
		length += line[length] == '\n';
		print_error("%.*s", (int)length, line);
	}
	text_fini(wrong);
	fail();
}

/* --- the file --------------------------------------------------------------------- */

static void every_row_arms_acts_and_is_answered_as_it_says(void **state)
{
	const char *only = getenv("JOBJAM_CATALOGUE");
	struct catalogue catalogue = catalogue_open();
	struct text wrong = {0};
	struct row row;
	size_t n = 0, left_out = 0;
	(void)state;
	while (catalogue_next(&catalogue, &row)) {
		if (row_story(&row) || (only && strncmp(row.id, only, strlen(only)) != 0))
			continue;
		if (!write_conf(&row)) {
			print_message("%s: left out: no plugin beside this broker\n",
				      row.id);
			left_out++;
			continue;
		}
		n++;
		run_row(&row, only != NULL, &wrong);
	}
	print_message("%zu rows, %zu left out\n", n, left_out);
	if (wrong.length > 0)
		fail_with(&wrong);
	text_fini(&wrong);
}

/* JOBJAM_MIXES: how many, for a longer look. */
static void rows_mixed_by_chance_still_come_to_an_end(void **state)
{
	const char *wanted = getenv("JOBJAM_MIXES");
	int64_t mixes = 25;
	struct catalogue catalogue = catalogue_open();
	static char lines[ROWS_MAX][ROW_SIZE];
	struct row row, mix = {.id = "mix"};
	struct text wrong = {0};
	struct chance chance = chance_stream(1, "catalogue", "mix");
	int64_t n = 0;
	(void)state;
	while (catalogue_next(&catalogue, &row)) {
		assert_true(n < ROWS_MAX);
		if (!row_story(&row))
			snprintf(lines[n++], ROW_SIZE, "%s", row.lua);
	}
	assert_true(!wanted || text_read_int(wanted, &mixes));
	assert_true(write_conf(&mix));
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
		fail_with(&wrong);
	text_fini(&wrong);
}

/* Also stories and the rows that differ must be there. */
static bool is_there(const char *id)
{
	struct catalogue catalogue = catalogue_open();
	struct row row;
	bool there = false;
	while (catalogue_next(&catalogue, &row))
		there |= strcmp(row.id, id) == 0;
	return there;
}

static void each_difference_is_of_a_row(void **state)
{
	FILE *file = fopen(DIFFERENCES, "r");
	char line[3 * ROW_SIZE];
	struct row row;
	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		if (read_row(line, &row) && !is_there(row.lua))
			fail_msg("no row %s", row.lua);
	fclose(file);
}

/* The numbered rows of the sheet from which the catalogue was made. */
static void no_numbered_row_is_missing(void **state)
{
	struct catalogue catalogue = catalogue_open();
	bool t[19] = {false}, a[13] = {false};
	char path[256];
	struct row row;
	int number;
	(void)state;
	while (catalogue_next(&catalogue, &row)) {
		if (sscanf(row.id, "T%d", &number) == 1 && number >= 1 && number <= 18)
			t[number] = true;
		if (sscanf(row.id, "A%d", &number) == 1 && number >= 1 && number <= 12)
			a[number] = true;
		if (!row_story(&row))
			continue;
		snprintf(path, sizeof(path), "tests/e2e/%.200s.sh", row_story(&row));
		if (access(path, R_OK) != 0)
			fail_msg("%s: there is no %s", row.id, path);
	}
	for (number = 1; number <= 12; number++)
		if (!a[number])
			fail_msg("A%d is not in the catalogue", number);
	for (number = 1; number <= 18; number++)
		if (!t[number])
			fail_msg("T%d is not in the catalogue", number);
}

static int open_all(void **state)
{
	if (loading_open(state) != 0)
		return 1;
	snprintf(log_path, sizeof(log_path), "%s/broker.log", loading_folder);
	snprintf(conf_path, sizeof(conf_path), "%s/broker.conf", loading_folder);
	return 0;
}

static int close_all(void **state)
{
	unlink(log_path);
	unlink(conf_path);
	return loading_close(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_arms_acts_and_is_answered_as_it_says),
		cmocka_unit_test(rows_mixed_by_chance_still_come_to_an_end),
		cmocka_unit_test(each_difference_is_of_a_row),
		cmocka_unit_test(no_numbered_row_is_missing),
	};
	return cmocka_run_group_tests(tests, open_all, close_all);
}
