/* command.c - what the control socket understands. */
#include "net/proxy/control.h"
#include "net/proxy/room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORDS_MAX = 64,
	LINK_GLOB_MAX = 220 /* with its "link/" it fits the names in the trace */
};

struct words {
	char line[CONTROL_LINE_MAX + 1]; /* the words lie in here, each ended by NUL */
	const char *word[WORDS_MAX];
	size_t n;
};

struct command {
	const char *name, *arguments;
	size_t least, most;
	const char *summary;
	int (*run)(struct proxy *proxy, const struct words *words, struct text *answer,
		   struct sim_error *error);
};
static const struct command *command_at(size_t index); /* NULL past the end */

/* --- words ------------------------------------------------------------------------ */

/* Blanks part words; "…" holds blanks, and \ before " or \ takes its meaning. */
static int read_words(const char *line, size_t length, struct words *words,
		      struct sim_error *error)
{
	char *to = words->line;
	bool inside = false, quoted = false;
	words->n = 0;
	if (length > CONTROL_LINE_MAX)
		return sim_fail(error, SIM_ELIMIT, "a line of more than %d bytes",
				CONTROL_LINE_MAX);
	for (size_t i = 0; i < length; i++) {
		char c = line[i];
		if ((unsigned char)c < ' ' && c != '\t' && c != '\r')
			return sim_fail(error, SIM_EINVAL,
					"a control character stands at byte %zu", i);
		if (!quoted && (c == ' ' || c == '\t' || c == '\r')) {
			if (inside)
				*to++ = '\0';
			inside = false;
			continue;
		}
		if (!inside) {
			if (words->n == WORDS_MAX)
				return sim_fail(error, SIM_ELIMIT, "more than %d words",
						WORDS_MAX);
			words->word[words->n++] = to;
			inside = true;
		}
		if (c == '"')
			quoted = !quoted;
		else if (c == '\\' && i + 1 < length &&
			 (line[i + 1] == '"' || line[i + 1] == '\\'))
			*to++ = line[++i];
		else
			*to++ = c;
	}
	*to = '\0';
	if (quoted)
		return sim_fail(error, SIM_EINVAL, "a \" is not closed");
	return SIM_OK;
}

/* --- showing ---------------------------------------------------------------------- */

static void add_seconds(struct text *answer, sim_ns instant)
{
	char number[TEXT_REAL_MAX];
	text_addf(answer, "%s s", text_real((double)instant / 1e9, 3, number));
}

static void add_receipt(struct text *answer, const struct fault *fault)
{
	struct receipt receipt;
	fault_receipt(fault, &receipt);
	text_addf(answer, "%d  %s  ", receipt.number, receipt.fault);
	text_add_plain(answer, receipt.link_glob);
	text_addf(answer, "  %s: matched %llu, affected %llu, %llu bytes",
		  fault->lifted ? "lifted" : "armed", (unsigned long long)receipt.matched,
		  (unsigned long long)receipt.affected,
		  (unsigned long long)receipt.bytes);
	if (receipt.first != SIM_NEVER) {
		text_add(answer, ", first at ");
		add_seconds(answer, receipt.first);
		text_add(answer, ", last at ");
		add_seconds(answer, receipt.last);
	}
	if (receipt.why[0]) {
		text_add(answer, "; ");
		text_add_plain(answer, receipt.why);
	}
	text_add_char(answer, '\n');
}

static int list_faults(struct proxy *proxy, struct text *answer, bool lifted_too)
{
	const struct fault *fault;
	size_t shown = 0;
	for (size_t i = 0; (fault = net_fault_at(proxy->net, i)); i++) {
		if (fault->lifted && !lifted_too)
			continue;
		add_receipt(answer, fault);
		shown++;
	}
	if (shown == 0)
		text_add(answer, lifted_too ? "no fault has been armed\n"
					    : "no fault is armed\n");
	return SIM_OK;
}

static int run_faults(struct proxy *proxy, const struct words *words, struct text *answer,
		      struct sim_error *error)
{
	(void)words, (void)error;
	return list_faults(proxy, answer, false);
}

static int run_receipts(struct proxy *proxy, const struct words *words,
			struct text *answer, struct sim_error *error)
{
	(void)words, (void)error;
	return list_faults(proxy, answer, true);
}

static int run_stats(struct proxy *proxy, const struct words *words, struct text *answer,
		     struct sim_error *error)
{
	struct proxy_counts counts = proxy_counts(proxy);
	(void)words, (void)error;
	text_addf(answer, "listening at %s, upstream %s\n", proxy->options.listen.text,
		  proxy->options.upstream.text);
	text_addf(answer,
		  "connections %zu open, %zu of them without a name, %zu at most\n",
		  counts.open, counts.pending, counts.most);
	text_addf(answer, "accepted %llu, refused %llu\n",
		  (unsigned long long)counts.accepted,
		  (unsigned long long)counts.refused);
	text_addf(answer, "up %llu packets, %llu bytes, %llu publishes\n",
		  (unsigned long long)counts.net.packets_up,
		  (unsigned long long)counts.net.bytes_up,
		  (unsigned long long)counts.net.publishes_sent);
	text_addf(answer, "down %llu packets, %llu bytes, %llu publishes\n",
		  (unsigned long long)counts.net.packets_down,
		  (unsigned long long)counts.net.bytes_down,
		  (unsigned long long)counts.net.publishes_received);
	text_addf(answer, "faults %zu armed, %llu acts\n", counts.faults,
		  (unsigned long long)counts.acts);
	text_add(answer, "running for ");
	add_seconds(answer, proxy->clock.now);
	text_add_char(answer, '\n');
	return SIM_OK;
}

static int run_links(struct proxy *proxy, const struct words *words, struct text *answer,
		     struct sim_error *error)
{
	const char *glob = words->n > 1 ? words->word[1] : "*";
	struct link *link;
	size_t shown = 0;
	(void)error;
	for (size_t i = 0; (link = net_link_at(proxy->net, i)); i++) {
		if (!text_glob(glob, link->name))
			continue;
		text_add_plain(answer, link->name);
		text_addf(answer, "  %s\n",
			  link_attached(link) ? "attached"
			  : link->conn        ? "connected"
					      : "away");
		shown++;
	}
	if (shown == 0)
		text_add(answer, "no such link\n");
	return SIM_OK;
}

/* --- doing ------------------------------------------------------------------------ */

static const char *next_fault(const void *arg, size_t index)
{
	const struct vocab_row *row = fault_row(index);
	(void)arg;
	return row ? row->name : NULL;
}

struct settings_of {
	const struct vocab_row *row, *match; /* match: NULL when it takes none */
};

static const char *next_param(const void *arg, size_t index)
{
	const struct settings_of *of = arg;
	if (index < of->row->n_params)
		return of->row->params[index].name;
	index -= of->row->n_params;
	return of->match && index < of->match->n_params ? of->match->params[index].name
							: NULL;
}

/* "key=value" into its place. */
static int read_setting(const struct settings_of *of, const char *word,
			struct value *values, struct value *parts, bool *matching,
			struct sim_error *error)
{
	const char *equals = strchr(word, '=');
	char name[64];
	if (!equals || equals == word || (size_t)(equals - word) >= sizeof(name))
		return sim_fail(error, SIM_EINVAL, "\"%.60s\": write it as name=value",
				word);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);
	int i = vocab_find_param(of->row, name);
	if (i >= 0)
		return param_parse(&of->row->params[i], equals + 1, &values[i], error);
	i = of->match ? vocab_find_param(of->match, name) : -1;
	if (i < 0) {
		char what[64];
		snprintf(what, sizeof(what), "setting of %.40s", of->row->name);
		return vocab_unknown(error, what, name, next_param, of);
	}
	*matching = true;
	return param_parse(&of->match->params[i], equals + 1, &parts[i], error);
}

static int require_all(const struct vocab_row *row, const struct value *values,
		       struct sim_error *error)
{
	for (size_t i = 0; i < row->n_params; i++)
		if (!row->params[i].fallback && !values[i].given)
			return sim_fail(error, SIM_EINVAL, "%s needs %s=…: %s", row->name,
					row->params[i].name, row->params[i].help);
	return SIM_OK;
}

static int run_arm(struct proxy *proxy, const struct words *words, struct text *answer,
		   struct sim_error *error)
{
	struct settings_of of = {.row = fault_find(words->word[2])};
	struct value *values = NULL, *parts = NULL;
	struct match match = {0};
	struct fault *fault;
	bool matching = false;
	if (!of.row)
		return vocab_unknown(error, "fault", words->word[2], next_fault, NULL);
	if (strlen(words->word[1]) >= LINK_GLOB_MAX || words->word[1][0] == '\0')
		return sim_fail(error, SIM_EINVAL, "a name of a link has 1 to %d bytes",
				LINK_GLOB_MAX - 1);
	of.match = fault_takes_match(of.row) ? match_row() : NULL;
	int status = SIM_OK;
	values = calloc(of.row->n_params + 1, sizeof(*values));
	parts = calloc(match_row()->n_params + 1, sizeof(*parts));
	if (!values || !parts) {
		status = sim_fail(error, SIM_ENOMEM, "no memory for a fault");
		goto out;
	}
	vocab_defaults(of.row, values);
	vocab_defaults(match_row(), parts);
	for (size_t i = 3; status == SIM_OK && i < words->n; i++)
		status = read_setting(&of, words->word[i], values, parts, &matching,
				      error);
	if (status == SIM_OK)
		status = require_all(of.row, values, error);
	if (status == SIM_OK && matching)
		status = match_from_values(parts, &match, error);
	if (status == SIM_OK)
		status = fault_arm(proxy->net, words->word[1], of.row, values,
				   of.match ? &match : NULL, proxy->clock.now, 0, &fault,
				   error);
	if (status == SIM_OK)
		text_addf(answer, "armed as number %d\n", fault->number);
out:
	free(values);
	free(parts);
	return status;
}

/* Of a number as it was told when it was armed. */
static int find_fault(struct proxy *proxy, const char *word, struct fault **ret_fault,
		      struct sim_error *error)
{
	int64_t number;
	if (!text_read_int(word, &number) || number < 1 ||
	    !(*ret_fault = net_fault_at(proxy->net, (size_t)number - 1)))
		return sim_fail(
			error, SIM_ENOENT,
			"no fault has the number \"%.20s\"; `receipts` lists them", word);
	return SIM_OK;
}

static int run_lift(struct proxy *proxy, const struct words *words, struct text *answer,
		    struct sim_error *error)
{
	bool all = strcmp(words->word[1], "all") == 0;
	struct fault *fault;
	if (!all) {
		int status = find_fault(proxy, words->word[1], &fault, error);
		if (status != SIM_OK)
			return status;
		fault_lift(fault, proxy->clock.now);
		add_receipt(answer, fault);
		return SIM_OK;
	}
	for (size_t i = 0; (fault = net_fault_at(proxy->net, i)); i++) {
		if (fault->lifted)
			continue;
		fault_lift(fault, proxy->clock.now);
		add_receipt(answer, fault);
	}
	return SIM_OK;
}

static int run_release(struct proxy *proxy, const struct words *words,
		       struct text *answer, struct sim_error *error)
{
	struct fault *fault;
	int status = find_fault(proxy, words->word[1], &fault, error);
	if (status == SIM_OK)
		status = fault_release(fault, proxy->clock.now, error);
	if (status == SIM_OK)
		add_receipt(answer, fault);
	return status;
}

static int run_stop(struct proxy *proxy, const struct words *words, struct text *answer,
		    struct sim_error *error)
{
	(void)words, (void)error;
	text_add(answer, "the proxy ends\n");
	proxy->last_words = true;
	return SIM_OK;
}

static int run_help(struct proxy *proxy, const struct words *words, struct text *answer,
		    struct sim_error *error)
{
	(void)proxy, (void)words, (void)error;
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		char left[48];
		snprintf(left, sizeof(left), "%s %s", command->name, command->arguments);
		text_addf(answer, "%-36s %s\n", left, command->summary);
	}
	return SIM_OK;
}

/* --- the table ---------------------------------------------------------------------- */

static const struct command commands[] = {
	{"arm", "LINK FAULT [NAME=VALUE...]", 2, WORDS_MAX,
	 "as net.link \"LINK\":FAULT { NAME = VALUE } in a script", run_arm},
	{"faults", "", 0, 0, "the faults that are armed, with what they have done",
	 run_faults},
	{"help", "", 0, 0, "this list", run_help},
	{"lift", "NUMBER|all", 1, 1, "ends a fault; what it holds goes on, in order",
	 run_lift},
	{"links", "[GLOB]", 0, 1, "the clients' links, and who is there", run_links},
	{"receipts", "", 0, 0, "all faults, also those that were lifted", run_receipts},
	{"release", "NUMBER", 1, 1,
	 "lets what a hold keeps go, in order; it goes on holding", run_release},
	{"stats", "", 0, 0, "connections, packets, bytes", run_stats},
	{"stop", "", 0, 0, "ends the proxy, as SIGINT does", run_stop},
};

static const struct command *command_at(size_t index)
{
	return index < sizeof(commands) / sizeof(commands[0]) ? &commands[index] : NULL;
}

static const char *next_command(const void *arg, size_t index)
{
	const struct command *command = command_at(index);
	(void)arg;
	return command ? command->name : NULL;
}

static int run(struct proxy *proxy, const struct words *words, struct text *answer,
	       struct sim_error *error)
{
	if (words->n == 0)
		return sim_fail(error, SIM_EINVAL, "nothing was said; try help");
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		if (strcmp(command->name, words->word[0]) != 0)
			continue;
		if (words->n - 1 < command->least || words->n - 1 > command->most)
			return sim_fail(error, SIM_EINVAL, "it is written: %s %s",
					command->name, command->arguments);
		return command->run(proxy, words, answer, error);
	}
	return vocab_unknown(error, "command", words->word[0], next_command, NULL);
}

void control_answer(struct proxy *proxy, const char *line, size_t length,
		    struct text *ret_answer)
{
	struct text body = {0};
	struct sim_error error;
	struct words words;
	int status = read_words(line, length, &words, &error);
	if (status == SIM_OK)
		status = run(proxy, &words, &body, &error);
	text_add(ret_answer, status == SIM_OK ? "ok\n" : "error\n");
	if (status == SIM_OK)
		text_add(ret_answer, text_cstr(&body));
	else
		text_add_plain(ret_answer, error.text);
	if (status != SIM_OK)
		text_add_char(ret_answer, '\n');
	text_fini(&body);
}
