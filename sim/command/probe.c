/* probe.c - jobjam probe: what a broker can do, by asking it in virtual time. */
#include "sim/command/paths.h"
#include "sim/command/probe_questions.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/core/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct probing {
	const struct options *options;
	const char *broker;
	struct text json;
	const char *group; /* of the last answer */
	char version[96];
	int asked, died;
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

/* Each on a broker of its own: one question may not spoil the next. */
static int ask(struct probing *probing, const struct question *question,
	       struct sim_error *error)
{
	struct broker_options options = {
		.command = probing->broker,
		.shim_path = paths_shim(),
		.core = -1,
		.seed = 1,
	};
	struct probe_bench bench;
	struct answer answer;
	int status = probe_bench_open(&bench, &options, error);

	if (status)
		return status;
	if (!probing->version[0]) {
		snprintf(probing->version, sizeof(probing->version), "%s",
			 broker_version(bench.broker));
		if (!probing->options->json)
			printf("%s (%s)\n",
			       probing->broker ? probing->broker : "mosquitto",
			       probing->version);
	}
	question_ask(question, &bench, &answer);
	probing->died += bench.died;
	if (bench.failed)
		status = sim_fail(error, SIM_ENOMEM, "no memory to ask about %s",
				  question->name);
	else
		tell(probing, question, answer.text);
	probing->asked++;
	probe_bench_close(&bench);
	return status;
}

static void print_json(const struct probing *probing)
{
	struct text text = {0};
	const char *broker = probing->broker ? probing->broker : "mosquitto";

	text_add(&text, "{\n  \"schema\":\"jobjam-probe\",\"version\":1,\n  \"broker\":");
	text_add_json(&text, broker, strlen(broker));
	text_add(&text, ",\"broker_version\":");
	text_add_json(&text, probing->version, strlen(probing->version));
	text_addf(&text, ",\n  \"answers\":[%s\n  ]\n}\n", text_cstr(&probing->json));
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
}

enum exit_status verb_probe(const struct options *options)
{
	char buffer[PATHS_MAX];
	struct probing probing = {
		.options = options,
		.broker = options->n_arguments
				  ? paths_broker(options->arguments[0], buffer)
				  : NULL,
	};
	const struct question *question;
	struct sim_error error;
	int status = SIM_OK;

	for (size_t i = 0; !status && (question = question_at(i)); i++)
		status = ask(&probing, question, &error);
	for (size_t i = 0; !status && (question = malformed_at(i)); i++)
		status = ask(&probing, question, &error);
	if (!status && options->json)
		print_json(&probing);
	text_fini(&probing.json);
	if (status)
		return terminal_refuse(NULL, &error);
	return probing.died ? EXIT_SUBJECT_DIED : EXIT_HELD;
}
