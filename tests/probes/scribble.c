/* scribble.c - a guest that writes nonsense into the shared page, and goes on waiting. */
#include "sim/guest/page.h"
#include "tests/probes/probe.h"
#include <sys/mman.h>

int main(void)
{
	struct guest_page *page = mmap(NULL, GUEST_PAGE_SIZE, PROT_READ | PROT_WRITE,
				       MAP_SHARED, GUEST_PAGE_FD, 0);

	if (page == MAP_FAILED)
		return 9;
	for (int i = 0;; i++) {
		poll(NULL, 0, 1000);
		memset(page->refused, '\x1b', sizeof(page->refused));
		page->now = i % 2 ? INT64_MAX - 1 : -7;
		page->wake = -9;
		page->sent = 1;
	}
}
