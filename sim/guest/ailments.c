/* ailments.c - a guest's host at fault: its wall clock, its disk. */
#include "sim/guest/inside.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

void guest_set_clock(struct guest *guest, sim_ns now, int64_t step_ns, int rate_ppm)
{
	struct guest_page *page = guest->page;

	page->realtime_offset_ns = guest_page_realtime(page, now) + step_ns;
	page->realtime_since = now;
	page->realtime_rate_ppm = rate_ppm;
}

int64_t guest_clock_offset(const struct guest *guest, sim_ns now)
{
	return guest_page_realtime(guest->page, now);
}

/* SIGXFSZ is ignored from the start (process.c), so a write fails instead of killing. */
int guest_fill_disk(struct guest *guest, bool full, struct sim_error *error)
{
	struct rlimit limit;

	if (prlimit(guest->pid, RLIMIT_FSIZE, NULL, &limit) == 0) {
		limit.rlim_cur = full ? 0 : limit.rlim_max;
		if (prlimit(guest->pid, RLIMIT_FSIZE, &limit, NULL) == 0)
			return SIM_OK;
	}
	return sim_fail(error, SIM_EIO, "the disk of %s cannot be made full (%s)",
			guest->name, strerror(errno));
}
