/* progress.c - drawing and erasing the progress line. */
#include "sim/command/progress.h"

#include "sim/core/text.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 76

static bool drawn;

static void add_where(struct text *text, const struct bulletin *bulletin)
{
	static const char *const words[] = {
		[STAGE_LOADING] = "loading",
		[STAGE_STARTING] = "starting",
		[STAGE_REPORTING] = "writing reports",
		[STAGE_DONE] = "done",
	};
	int stage = atomic_load(&bulletin->stage);
	sim_ns now = atomic_load(&bulletin->now), length = bulletin->length;
	char instant[INSTANT_TEXT_MAX];

	if (stage != STAGE_RUNNING || length <= 0) {
		text_add(text, stage >= 0 && stage <= STAGE_DONE && words[stage]
				       ? words[stage]
				       : "running");
		return;
	}
	/* Whole minutes: seconds only flicker. */
	instant_text(bulletin->start_utc_ns + now / SIM_MIN * SIM_MIN, instant);
	text_addf(text, "%s  %d %%", instant, (int)(now * 100.0 / length));
}

void progress_draw(const struct bulletin *bulletin, size_t done, size_t total)
{
	struct text text = {0};
	char name[41];

	snprintf(name, sizeof(name), "%.40s", bulletin->name);
	text_add_plain(&text, name);
	text_add(&text, *name ? "  " : "");
	add_where(&text, bulletin);
	if (total > 1)
		text_addf(&text, "  (%zu of %zu)", done + 1, total);
	fprintf(stderr, "\r%-*.*s", LINE_MAX_BYTES, LINE_MAX_BYTES, text_cstr(&text));
	fflush(stderr);
	text_fini(&text);
	drawn = true;
}

void progress_erase(void)
{
	if (!drawn)
		return;
	fprintf(stderr, "\r%*s\r", LINE_MAX_BYTES, "");
	fflush(stderr);
	drawn = false;
}
