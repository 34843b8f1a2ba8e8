/*
 * live.h - the line that shows what passes a proxy just now. Only on a terminal.
 */
#ifndef JOBJAM_COMMAND_LIVE_H
#define JOBJAM_COMMAND_LIVE_H

#include "net/proxy/proxy.h"

struct live {
	bool on, drawn;
	sim_ns drawn_at;
	struct proxy_counts before; /* when it was drawn last */
};

void live_init(struct live *live, bool wanted);
void live_draw(struct live *live, const struct proxy_counts *counts, sim_ns now);
void live_erase(struct live *live);

#endif
