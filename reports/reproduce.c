/* reproduce.c - reproduce.sh, and everything that belongs into a run directory. */
#include "reports/write_file.h"

#include <stdio.h>
#include <string.h>

/* A line of comment from text that may hold anything. */
static void add_comment(struct text *text, const char *name, const char *value)
{
	text_addf(text, "# %-9s ", name);
	text_add_plain(text, value != NULL ? value : "unknown");
	text_add_char(text, '\n');
}

/* To where the scenario's path leads somewhere: here, or else above the script, which lies
 * below the folder that the run was started in unless --out said otherwise. */
static void add_search(struct text *text, const char *path)
{
	if (path == NULL || path[0] == '\0' || path[0] == '/')
		return;
	text_add(text, "file='");
	for (const char *c = path; *c; c++) {
		if (*c == '\'')
			text_add(text, "'\\''");
		else
			text_add_char(text, *c == '\n' || *c == '\r' ? ' ' : *c);
	}
	text_add(text, "'\n"
		       "[ -e \"$file\" ] || cd \"$(dirname \"$0\")\"\n"
		       "while [ ! -e \"$file\" ] && [ \"$PWD\" != / ]; do cd ..; done\n");
}

int report_reproduce_sh(const struct run *run, struct text *ret_text)
{
	const struct run_facts *facts = &run->facts;
	char seed[24];

	snprintf(seed, sizeof(seed), "%llu", (unsigned long long)facts->seed);
	text_add(ret_text,
		 "#!/bin/sh\n"
		 "# Runs the same again, from where the run was started or from anywhere "
		 "else; JOBJAM\n"
		 "# names another program.\n");
	add_comment(ret_text, "scenario", facts->scenario);
	add_comment(ret_text, "its hash", facts->scenario_hash);
	add_comment(ret_text, "seed", seed);
	add_comment(ret_text, "tool", facts->tool_version);
	add_comment(ret_text, "broker", facts->broker_version);
	add_comment(ret_text, "firmware", facts->firmware);
	add_comment(ret_text, "cloud", facts->cloud);
	add_comment(ret_text, "time zones", facts->zone_data);
	add_comment(ret_text, "verdict", run->summary.word);
	text_add(ret_text, "set -eu\n"
			   "jobjam() {\n"
			   "\tcommand \"${JOBJAM:-jobjam}\" \"$@\"\n"
			   "}\n");
	add_search(ret_text, facts->scenario_path);
	/* The command is ours and quoted by who made it; a line break in it is a mistake. */
	for (const char *p = facts->reproduce != NULL ? facts->reproduce : "false"; *p;
	     p++)
		text_add_char(ret_text, *p == '\n' || *p == '\r' ? ' ' : *p);
	text_add(ret_text, " \"$@\"\n");
	return ret_text->failed ? SIM_ENOMEM : SIM_OK;
}

static int junit_of_one(const struct run *run, struct text *ret_text)
{
	return report_junit(&run, 1, ret_text);
}

static int schedule_of(const struct run *run, struct text *ret_text)
{
	text_add(ret_text, run->facts.schedule_json);
	if (ret_text->length > 0 && ret_text->bytes[ret_text->length - 1] != '\n')
		text_add_char(ret_text, '\n');
	return SIM_OK;
}

int report_write_all(const struct run *run, struct sim_error *error)
{
	static const struct {
		const char *name;
		int mode;
		int (*make)(const struct run *, struct text *);
	} FILES[] = {
		{"verdict.json", 0644, report_verdict_json},
		{"junit.xml", 0644, junit_of_one},
		{"report.md", 0644, report_markdown},
		{"reproduce.sh", 0755, report_reproduce_sh},
		{"schedule.json", 0644, schedule_of},
	};
	int status = SIM_OK;

	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]) && status == SIM_OK;
	     i++) {
		struct text text = {0};
		char path[4096];
		if (FILES[i].make == schedule_of && run->facts.schedule_json == NULL)
			continue;
		int length = snprintf(path, sizeof(path), "%s/%s", run->facts.directory,
				      FILES[i].name);
		if (length < 0 || (size_t)length >= sizeof(path))
			return sim_fail(error, SIM_EIO, "%.200s…: the path is too long",
					run->facts.directory);
		if (FILES[i].make(run, &text) != SIM_OK || text.failed)
			status = sim_fail(error, SIM_ENOMEM, "%s: no memory for its text",
					  path);
		else
			status =
				report_write_file_mode(path, &text, FILES[i].mode, error);
		text_fini(&text);
	}
	return status;
}
