/* fuzz_control.c - what the proxy's control socket is told: one command a line. */
#include "tests/fuzz/fuzz.h"

#include "net/proxy/control.h"
#include "net/proxy/room.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum {
	LINES_MAX = 24
};

static int nobody(void *arg)
{
	(void)arg;
	return -ECONNREFUSED;
}

static void say(struct proxy *proxy, const char *line, size_t length)
{
	struct text answer = {0};
	control_answer(proxy, line, length, &answer);
	assert(!answer.failed);
	assert(strncmp(text_cstr(&answer), "ok\n", 3) == 0 ||
	       strncmp(text_cstr(&answer), "error\n", 6) == 0);
	/* Whatever was said: nothing that moves a cursor comes back. */
	for (size_t i = 0; i < answer.length; i++)
		assert((unsigned char)answer.bytes[i] >= ' ' || answer.bytes[i] == '\n');
	text_fini(&answer);
	proxy->clock.now += SIM_MS;
	while (queue_run_one(proxy->queue, proxy->clock.now))
		;
	net_drain(proxy->net, proxy->clock.now);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct proxy proxy = {.queue = queue_new()};
	struct sim_error error;
	proxy.trace = trace_new(&proxy.clock, TRACE_FULL);
	const struct net_options options = {
		.queue = proxy.queue,
		.clock = &proxy.clock,
		.trace = proxy.trace,
		.dial = nobody,
		.wall = true,
	};
	assert(proxy.queue && proxy.trace);
	assert(net_new(&options, &proxy.net, &error) == SIM_OK);
	assert(net_link(proxy.net, "client/a") && net_link(proxy.net, "conn/2"));
	const char *at = (const char *)bytes, *end = at + size;
	for (int i = 0; i < LINES_MAX && at < end; i++) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline ? newline : end;
		say(&proxy, at, (size_t)(stop - at));
		at = stop + 1;
	}
	say(&proxy, "lift all", 8);
	say(&proxy, "receipts", 8);
	net_receipts(proxy.net, proxy.clock.now);
	net_free(proxy.net);
	trace_free(proxy.trace);
	queue_free(proxy.queue);
	return 0;
}
