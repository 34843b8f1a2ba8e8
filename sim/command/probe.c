/* probe.c - jobjam probe: what a broker can do, by asking it: in virtual time, or in real time
 * where it runs elsewhere. */
#include "sim/command/paths.h"
#include "sim/command/probe_questions.h"
#include "sim/command/probe_wall.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/core/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct probing {
	const struct options *options;
	const char *broker;        /* NULL: mosquitto */
	struct endpoint elsewhere; /* where it runs, if is_elsewhere */
	bool is_elsewhere, gone;   /* gone: nobody is there any more */
	struct text json;
	const char *group; /* of the last answer */
	char version[96];
	int asked, died, left; /* left: not asked, for nobody was there */
};

static void add_json(struct probing *probing, const struct question *question,
		     const char *answer)
{
	struct text *json = &probing->json;

	text_add(json, probing->asked ? ",\n    " : "\n    ");
	text_add(json, "{\"group\":");
	text_add_json(json, question->group, strlen(question->group));
	text_add(json, ",\"name\":");
	text_add_json(json, question->name, strlen(question->name));
	text_add(json, ",\"answer\":");
	text_add_json(json, answer, strlen(answer));
	text_add(json, "}");
}

static void tell(struct probing *probing, const struct question *question,
		 const char *answer)
{
	struct text line = {0};

	if (probing->options->json) {
		add_json(probing, question, answer);
		return;
	}
	if (!probing->group || strcmp(probing->group, question->group) != 0)
		text_addf(&line, "\n%s\n", question->group);
	probing->group = question->group;
	text_addf(&line, "  %-38s ", question->name);
	text_add_plain(&line, answer);
	puts(text_cstr(&line));
	fflush(stdout); /* the next question may take a while */
	text_fini(&line);
}

static void print_head(const struct probing *probing)
{
	if (!probing->options->json)
		printf("%s (%s)%s\n", probing->broker ? probing->broker : "mosquitto",
		       probing->version, probing->is_elsewhere ? ", in real time" : "");
}

/* Virtual time: each on a broker of its own, for one question may not spoil the next. */
static int open_bench(struct probing *probing, struct probe_bench *bench,
		      struct probe_wall *wall, struct sim_error *error)
{
	struct broker_options options = {
		.command = probing->broker,
		.shim_path = paths_shim(),
		.core = -1,
		.seed = 1,
	};
	int status;

	if (probing->is_elsewhere) {
		probe_wall_open(bench, wall, &probing->elsewhere, probing->asked + 1);
		return SIM_OK;
	}
	status = probe_bench_open(bench, &options, error);
	if (status == SIM_OK && !probing->version[0]) {
		snprintf(probing->version, sizeof(probing->version), "%s",
			 broker_version(bench->broker));
		print_head(probing);
	}
	return status;
}

static int put(struct probing *probing, const struct question *question,
	       struct sim_error *error)
{
	struct probe_bench bench;
	struct probe_wall wall;
	struct answer answer;
	int status = open_bench(probing, &bench, &wall, error);

	if (status)
		return status;
	question_ask(question, &bench, &answer);
	probing->died += bench.died;
	probing->gone = bench.died && probing->is_elsewhere;
	if (bench.failed)
		status = sim_fail(error, SIM_ENOMEM, "no memory to ask about %s",
				  question->name);
	else
		tell(probing, question, answer.text);
	probe_bench_close(&bench);
	return status;
}

static int ask(struct probing *probing, const struct question *question,
	       struct sim_error *error)
{
	char words[DURATION_TEXT_MAX];
	struct answer answer;
	int status = SIM_OK;

	if (probing->options->filter &&
	    !text_glob(probing->options->filter, question->name))
		return SIM_OK;
	if (probing->gone) {
		probing->left++;
		return SIM_OK;
	}
	if (probing->is_elsewhere && question->waits > PROBE_WALL_LONGEST) {
		answer_say(&answer, "left out: in real time it takes up to %s",
			   duration_words(question->waits, words));
		tell(probing, question, answer.text);
	} else {
		status = put(probing, question, error);
	}
	probing->asked++;
	return status;
}

/* Who is there? It is asked before anything else is said. */
static int greet(struct probing *probing, struct sim_error *error)
{
	int status = probe_wall_read(probing->broker, &probing->elsewhere, error);

	if (status == SIM_OK)
		status = probe_wall_greet(&probing->elsewhere, probing->version,
					  sizeof(probing->version), error);
	if (status != SIM_OK)
		return status;
	if (!probing->elsewhere.loopback)
		fprintf(stderr,
			"jobjam: %s is not on this machine: it is sent a few thousand "
			"small messages and packets that nobody may send\n",
			probing->broker);
	print_head(probing);
	return SIM_OK;
}

static void print_json(const struct probing *probing)
{
	struct text text = {0};
	const char *broker = probing->broker ? probing->broker : "mosquitto";

	text_add(&text, "{\n  \"schema\":\"jobjam-probe\",\"version\":1,\n  \"broker\":");
	text_add_json(&text, broker, strlen(broker));
	text_add(&text, ",\"broker_version\":");
	text_add_json(&text, probing->version, strlen(probing->version));
	text_addf(&text, ",\"clock\":\"%s\"", probing->is_elsewhere ? "wall" : "virtual");
	text_addf(&text, ",\n  \"answers\":[%s\n  ]\n}\n", text_cstr(&probing->json));
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
}

static int ask_all(struct probing *probing, struct sim_error *error)
{
	const struct question *question;
	int status = probing->is_elsewhere ? greet(probing, error) : SIM_OK;

	for (size_t i = 0; !status && (question = question_at(i)); i++)
		status = ask(probing, question, error);
	for (size_t i = 0; !status && (question = malformed_at(i)); i++)
		status = ask(probing, question, error);
	return status;
}

enum exit_status verb_probe(const struct options *options)
{
	char buffer[PATHS_MAX];
	const char *named = options->n_arguments ? options->arguments[0] : NULL;
	struct probing probing = {
		.options = options,
		.broker = named,
		.is_elsewhere = named && probe_is_elsewhere(named),
	};
	struct sim_error error;
	int status;

	if (named && !probing.is_elsewhere)
		probing.broker = paths_broker(named, buffer);
	status = ask_all(&probing, &error);
	if (!status && options->json)
		print_json(&probing);
	text_fini(&probing.json);
	if (status)
		return terminal_refuse(NULL, &error);
	if (probing.left)
		fprintf(stderr, "jobjam: %d questions more were not asked\n",
			probing.left);
	if (!probing.asked) {
		fprintf(stderr, "jobjam: no question fits --filter %s\n",
			options->filter);
		return EXIT_NOTHING_MATCHED;
	}
	return probing.died ? EXIT_SUBJECT_DIED : EXIT_HELD;
}
