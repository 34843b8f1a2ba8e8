/* markdown.c - report.md: the post-mortem, from its head to its order of parts. */
#include "reports/markdown.h"

#include <string.h>

void md_text(struct sheet *sheet, const char *untrusted)
{
	text_add_markdown(sheet->text, untrusted != NULL ? untrusted : "unknown");
}

void md_heading(struct sheet *sheet, const char *words)
{
	text_addf(sheet->text, "\n## %s\n\n", words);
}

void md_count(struct sheet *sheet, uint64_t n, const char *one, const char *many)
{
	text_addf(sheet->text, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

void md_utc(struct sheet *sheet, sim_ns at)
{
	local_add_utc(&sheet->local, sheet->text, at);
}

void md_local(struct sheet *sheet, const struct run_printer *printer, sim_ns at)
{
	if (!local_add_time(&sheet->local, sheet->text, printer, at, true))
		text_add(sheet->text, "–");
}

void md_words(struct sheet *sheet, const struct trace_event *event)
{
	struct text words = {0};
	report_words(sheet->run, event, &words);
	md_text(sheet, text_cstr(&words));
	text_fini(&words);
}

/* --- head ------------------------------------------------------------------------- */

static void add_title(struct sheet *sheet)
{
	const struct run_facts *facts = &sheet->run->facts;

	text_add(sheet->text, "# ");
	md_text(sheet, facts->scenario);
	text_add(sheet->text, "\n\n**");
	md_text(sheet, sheet->run->summary.word);
	text_add(sheet->text, "**: ");
	md_text(sheet, sheet->run->summary.sentence);
	text_add(sheet->text, "\n\n");
	if (facts->about != NULL && facts->about[0] != '\0') {
		md_text(sheet, facts->about);
		text_add(sheet->text, "\n\n");
	}
	/* What happened in the world is never mixed up with what happened in here. */
	if (facts->n_published > 0)
		text_add(
			sheet->text,
			"> **Reconstruction in a simulator, not a record of the real event.** The "
			"published facts and the assumptions it rests on are listed below. As far "
			"as those facts go, the number of printers that were really affected was "
			"never published: it is unknown, and no count in this report stands for "
			"it.\n\n");
	else
		text_add(
			sheet->text,
			"> **Synthetic run in a simulator, not a record of a real event.** Every "
			"count below is of simulated machines.\n\n");
}

static void add_line(struct sheet *sheet, const char *name, const char *value)
{
	text_addf(sheet->text, "| %s | ", name);
	md_text(sheet, value);
	text_add(sheet->text, " |\n");
}

static void add_identity(struct sheet *sheet)
{
	const struct run_facts *facts = &sheet->run->facts;
	struct text seed = {0};
	char instant[INSTANT_TEXT_MAX], words[DURATION_TEXT_MAX];

	text_addf(&seed, "%llu", (unsigned long long)facts->seed);
	text_add(sheet->text, "| | |\n|---|---|\n");
	add_line(sheet, "firmware", facts->firmware);
	add_line(sheet, "cloud", facts->cloud);
	add_line(sheet, "broker", facts->broker_version);
	add_line(sheet, "seed", text_cstr(&seed));
	add_line(sheet, "from", instant_text(facts->start_utc_ns, instant));
	text_addf(sheet->text, "| length | %s", duration_words(facts->length, words));
	if (facts->reached < facts->length)
		text_addf(sheet->text, ", **cut short after %s**",
			  duration_words(facts->reached, words));
	text_add(sheet->text, " |\n");
	add_line(sheet, "clock",
		 run_is_wall(facts) ? "wall: real-time, not deterministic"
				    : facts->clock_mode);
	add_line(sheet, "broker's idle time-outs", facts->tick);
	add_line(sheet, "time zones", facts->zone_data);
	add_line(sheet, "scenario", facts->scenario_path);
	add_line(sheet, "its hash", facts->scenario_hash);
	add_line(sheet, "jobjam", facts->tool_version);
	text_fini(&seed);
}

static void add_harm_words(struct sheet *sheet)
{
	const struct digest *digest = &sheet->digest;
	const struct {
		uint64_t n;
		const char *one, *many;
	} HARMS[] = {
		{digest->collisions, "collision", "collisions"},
		{digest->damage.total, "damaged part", "damaged parts"},
		{digest->printed_over, "print onto an old object",
		 "prints onto old objects"},
		{digest->spaghetti, "extrusion into the air", "extrusions into the air"},
	};
	bool any = false;
	for (size_t i = 0; i < sizeof(HARMS) / sizeof(HARMS[0]); i++) {
		if (HARMS[i].n == 0)
			continue;
		text_add(sheet->text, any ? ", " : "; the harm: ");
		any = true;
		md_count(sheet, HARMS[i].n, HARMS[i].one, HARMS[i].many);
	}
	if (!any)
		text_add(sheet->text, "; no machine and no print came to harm");
}

/* Three sentences: what, why, and the verdict. */
static void add_summary(struct sheet *sheet)
{
	const struct run *run = sheet->run;
	const struct digest *digest = &sheet->digest;
	struct text cause = {0};

	md_heading(sheet, "Summary");
	text_addf(sheet->text,
		  "Of %zu print starts that %zu simulated machines accepted, %llu "
		  "should not have been (stale, duplicate, onto an occupied plate, "
		  "unattended or after a cancel)",
		  digest->n_starts, run->facts.n_printers,
		  (unsigned long long)digest->unwanted);
	add_harm_words(sheet);
	text_add(sheet->text, ".\n\n");
	digest_add_probable_cause(&cause, run, digest);
	if (cause.length > 0) {
		text_add(sheet->text, "**Probable cause:** ");
		md_text(sheet, text_cstr(&cause));
		text_add(sheet->text, "\n\n");
	} else {
		text_add(sheet->text,
			 "There is no probable cause to name, because no start was out "
			 "of order.\n\n");
	}
	text_addf(sheet->text,
		  "Of %zu promises %d held, %d were broken and %d could not be "
		  "decided.\n",
		  run->n_outcomes, run->summary.held, run->summary.violated,
		  run->summary.unknown);
	text_fini(&cause);
}

int report_markdown(const struct run *run, struct text *ret_text)
{
	static void (*const PARTS[])(struct sheet *) = {
		add_title,   add_identity, add_summary,    md_impact,   md_account,
		md_shutoff,
		md_timeline, md_chain,    md_what_held, md_what_failed, md_luck,     md_factors,
		md_places,   md_receipts, md_published, md_settings,    md_machines, md_reproduce,
	};
	struct sheet sheet = {.text = ret_text, .run = run};

	local_init(&sheet.local, run);
	digest_make(&sheet.digest, run);
	for (size_t i = 0; i < sizeof(PARTS) / sizeof(PARTS[0]); i++)
		PARTS[i](&sheet);
	digest_fini(&sheet.digest);
	local_fini(&sheet.local);
	return ret_text->failed ? SIM_ENOMEM : SIM_OK;
}
