/* live.c - drawing and erasing the live line on stderr. */
#include "sim/command/live.h"

#include "sim/core/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 76
#define DRAW_EVERY     (500 * SIM_MS)

void live_init(struct live *live, bool wanted)
{
	const char *term = getenv("TERM");

	*live = (struct live){.on = wanted && isatty(STDERR_FILENO) && term && *term &&
				    strcmp(term, "dumb") != 0};
}

static long long rate(uint64_t now, uint64_t before, sim_ns passed)
{
	return (long long)((double)(now - before) * 1e9 / (double)passed + 0.5);
}

void live_draw(struct live *live, const struct proxy_counts *counts, sim_ns now)
{
	sim_ns passed = now - live->drawn_at;
	const struct net_counts *net = &counts->net, *before = &live->before.net;
	struct text text = {0};

	if (!live->on || passed < DRAW_EVERY)
		return;
	text_addf(&text, "%zu connections  up %lld/s %lld KB/s  down %lld/s %lld KB/s",
		  counts->open, rate(net->packets_up, before->packets_up, passed),
		  rate(net->bytes_up, before->bytes_up, passed) / 1000,
		  rate(net->packets_down, before->packets_down, passed),
		  rate(net->bytes_down, before->bytes_down, passed) / 1000);
	if (counts->faults > 0 || counts->acts > 0)
		text_addf(&text, "  faults %zu: %llu", counts->faults,
			  (unsigned long long)counts->acts);
	fprintf(stderr, "\r%-*.*s", LINE_MAX_BYTES, LINE_MAX_BYTES, text_cstr(&text));
	fflush(stderr);
	text_fini(&text);
	live->drawn = true;
	live->drawn_at = now;
	live->before = *counts;
}

void live_erase(struct live *live)
{
	if (!live->drawn)
		return;
	fprintf(stderr, "\r%*s\r", LINE_MAX_BYTES, "");
	fflush(stderr);
	live->drawn = false;
}
