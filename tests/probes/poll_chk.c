/* poll_chk.c - the hardened entry points, in bounds and out of them. */
#include "tests/probes/probe.h"

int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t room);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
		const sigset_t *mask, size_t room);

int main(void)
{
	const struct timespec timeout = {2, 0};
	struct pollfd watch = {.events = POLLIN};
	int ends[2];

	probe_pair(ends, 0);
	watch.fd = ends[0];
	probe_begin();
	probe_say("poll", __poll_chk(&watch, 1, 1500, sizeof(watch)));
	probe_say("ppoll", __ppoll_chk(&watch, 1, &timeout, NULL, sizeof(watch)));
	fflush(stdout);
	__poll_chk(&watch, 2, 1500, sizeof(watch));
	return 0;
}
