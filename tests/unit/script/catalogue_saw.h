/*
 * catalogue_saw.h - is it in the trace, or in the broker's own log?
 *
 *	life/a session.lost rc=2 t<90   kind of an event, who, and fields; = < > and ~ (a text
 *	                                has that in it); t is the second since the start, n how
 *	                                many there are. From the first fault's first act on.
 *	five/b note … before five/b …   the first of the one is earlier than the first of the other
 *	log Client life-a * timeout     a line of the broker's log has that in it; * is anything
 *	!…                              and it must not be there
 */
#ifndef JOBJAM_TESTS_SCRIPT_CATALOGUE_SAW_H
#define JOBJAM_TESTS_SCRIPT_CATALOGUE_SAW_H

#include "tests/unit/script/catalogue_rows.h"

#include "sim/core/text.h"
#include "sim/core/trace.h"

static inline bool compare(int64_t is, char sign, const char *wanted)
{
	int64_t number;
	if (!text_read_int(wanted, &number))
		return false;
	return sign == '<' ? is < number : sign == '>' ? is > number : is == number;
}

static inline bool number_fits(const struct trace_event *event, const char *key,
			       char sign, const char *wanted)
{
	int64_t is = trace_int(event, key, INT64_MIN);
	if (strcmp(key, "t") == 0)
		is = event->t / SIM_S;
	return is != INT64_MIN && compare(is, sign, wanted);
}

/* "rc=2", "reason=broker_closed", "dup=true", "rc>100", "correlation~asked" */
static inline bool field_fits(const struct trace_event *event, const char *said)
{
	char key[64];
	size_t length = strcspn(said, "=<>~");
	const char *wanted = said + length + 1;
	if (said[length] == '\0' || length >= sizeof(key))
		fail_msg("\"%s\" is no condition", said);
	snprintf(key, sizeof(key), "%.*s", (int)length, said);
	if (strcmp(wanted, "true") == 0 || strcmp(wanted, "false") == 0)
		return trace_bool(event, key, wanted[0] != 't') == (wanted[0] == 't');
	const char *is = trace_text(event, key, NULL);
	if (said[length] == '~')
		return is && strstr(is, wanted);
	if (number_fits(event, key, said[length], wanted))
		return true;
	return said[length] == '=' && is && strcmp(is, wanted) == 0;
}

/* *ret_n: the condition on how many there must be, "n=2", or "". */
static inline bool event_fits(const struct trace_event *event, const char *said,
			      char ret_n[16])
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
		if (word[0] == 'n' && word[1] && strchr("=<>", word[1]))
			snprintf(ret_n, 16, "%s", word + 1);
		else
			fits = fits && field_fits(event, word);
	}
	return fits;
}

/* The place of the first from the first act on, or -1; *ret_n: how many there are. */
static inline int64_t first_in(const struct trace *trace, const char *said,
			       char ret_wanted[16], int64_t *ret_n)
{
	bool acted = false;
	int64_t first = -1;
	*ret_n = 0;
	for (size_t i = 0; i < trace_count(trace); i++) {
		const struct trace_event *event = trace_at(trace, i);
		if (event_fits(event, said, ret_wanted) && acted && ++*ret_n == 1)
			first = (int64_t)i;
		acted |= event->kind == KIND_FAULT_ACTED;
	}
	return first;
}

static inline bool in_trace(const struct trace *trace, const char *said)
{
	char wanted[16] = "", copy[512], *other;
	int64_t n;
	snprintf(copy, sizeof(copy), "%s", said);
	if ((other = strstr(copy, " before "))) {
		*other = '\0';
		int64_t one = first_in(trace, copy, wanted, &n),
			two = first_in(trace, other + strlen(" before "), wanted, &n);
		return one >= 0 && two >= 0 && one < two;
	}
	first_in(trace, said, wanted, &n);
	return wanted[0] ? compare(n, wanted[0], wanted + 1) : n > 0;
}

static inline bool in_log(const char *path, const char *said)
{
	FILE *file = fopen(path, "r");
	char line[1024], pattern[256];
	bool found = false;
	snprintf(pattern, sizeof(pattern), "*%s*", said);
	if (!file)
		fail_msg("%s: the broker has left no log", path);
	while (!found && fgets(line, sizeof(line), file))
		found = text_glob(pattern, line);
	fclose(file);
	return found;
}

/* Adds a line for each condition that does not hold. */
static inline void look(const struct row *row, const char *checks,
			const struct trace *trace, const char *log_path,
			struct text *wrong)
{
	char copy[ROW_SIZE], *save = NULL;
	snprintf(copy, sizeof(copy), "%s", checks);
	for (char *said = strtok_r(copy, ";", &save); said;
	     said = strtok_r(NULL, ";", &save)) {
		said += strspn(said, " ");
		bool unwanted = said[0] == '!';
		said += unwanted;
		bool log = strncmp(said, "log ", 4) == 0;
		if ((log ? in_log(log_path, said + 4) : in_trace(trace, said)) != unwanted)
			continue;
		text_addf(wrong, "%s: %s %s: %s\n", row->id, unwanted ? "is" : "is not",
			  log ? "in the broker's log" : "in the trace", said);
	}
}

#endif
