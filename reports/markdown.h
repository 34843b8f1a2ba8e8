/*
 * markdown.h - the sheet that the parts of report.md write on.
 *
 * Words of ours go in by text_add; everything else by md_text, which makes it inert.
 */
#ifndef JOBJAM_REPORTS_MARKDOWN_H
#define JOBJAM_REPORTS_MARKDOWN_H

#include "reports/chain.h"
#include "reports/digest.h"

struct sheet {
	struct text *text;
	const struct run *run;
	struct local local;
	struct digest digest;
};

void md_text(struct sheet *sheet, const char *untrusted); /* NULL: "unknown" */
void md_heading(struct sheet *sheet, const char *words);
/* "7 starts", "1 start" */
void md_count(struct sheet *sheet, uint64_t n, const char *one, const char *many);
void md_utc(struct sheet *sheet, sim_ns at);
/* The machine's local time with its weekday, or "–". */
void md_local(struct sheet *sheet, const struct run_printer *printer, sim_ns at);
void md_words(struct sheet *sheet, const struct trace_event *event);

/* markdown_impact.c */
void md_impact(struct sheet *sheet);
/* markdown_account.c */
void md_account(struct sheet *sheet);
/* markdown_shutoff.c */
void md_shutoff(struct sheet *sheet);
/* markdown_story.c */
void md_timeline(struct sheet *sheet);
void md_chain(struct sheet *sheet);
/* markdown_barriers.c */
void md_what_held(struct sheet *sheet);
void md_what_failed(struct sheet *sheet);
void md_luck(struct sheet *sheet);
void md_factors(struct sheet *sheet);
/* markdown_facts.c */
void md_receipts(struct sheet *sheet);
/* markdown_places.c */
void md_places(struct sheet *sheet);
void md_published(struct sheet *sheet);
void md_settings(struct sheet *sheet);
void md_machines(struct sheet *sheet);
void md_reproduce(struct sheet *sheet);

#endif
