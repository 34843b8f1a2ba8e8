/* selftest.c - do the libraries call our symbols? Asked with a client that goes nowhere. */
#include "net/clock_symbols.h"
#include "net/net.h"
#include "net/stream/stream.h"

#include <errno.h>
#include <mosquitto.h>

static int accept_any(void *arg, struct stream *stream)
{
	struct stream **seen = arg;
	*seen = stream;
	return 0;
}

static void ignore(void *arg, struct stream *stream)
{
	(void)arg;
	(void)stream;
}

/* Connects one throw-away client to memory, lets it write and read, throws it away. */
static bool try_client(void)
{
	static const uint8_t connack[] = {0x20, 0x02, 0x00, 0x00};
	struct stream *stream = NULL;
	const struct stream_door door = {&stream, accept_any, ignore, ignore, ignore};
	stream_refuse_pair(true);
	struct mosquitto *mosq = mosquitto_new("selftest", true, &stream);
	stream_refuse_pair(false);
	if (!mosq)
		return false;
	stream_expect(&door);
	int rc = mosquitto_connect(mosq, "/jobjam-link/selftest", 0, 60);
	stream_expect(NULL);
	bool fine = rc == MOSQ_ERR_SUCCESS && stream &&
		    bytes_length(&stream->to_link) > 0 &&
		    bytes_add(&stream->to_client, connack, sizeof(connack));
	if (fine)
		fine = mosquitto_loop_read(mosq, 1) == MOSQ_ERR_SUCCESS &&
		       bytes_length(&stream->to_client) == 0;
	mosquitto_destroy(mosq);
	return fine;
}

int net_selftest(struct sim_error *error)
{
	const struct clock clock = {.now = SIM_S, .start_utc_s = 0};
	uint64_t clock_before = clock_symbols_calls();
	struct stream_calls before = stream_calls();
	const struct clock *bound = clock_symbols_bind(&clock);
	mosquitto_lib_init();
	bool fine = try_client();
	mosquitto_lib_cleanup();
	clock_symbols_bind(bound);
	struct stream_calls after = stream_calls();
	const char *missed = NULL;
	if (clock_symbols_calls() == clock_before)
		missed = "clock_gettime";
	else if (after.socketpair == before.socketpair)
		missed = "socketpair";
	else if (after.socket == before.socket || after.connect == before.connect)
		missed = "socket or connect";
	else if (after.write == before.write || after.read == before.read)
		missed = "read or write";
	else if (after.close == before.close)
		missed = "close";
	if (missed)
		return sim_fail(
			error, SIM_EUNFIT,
			"libmosquitto does not call this program's own %s: build it so that "
			"net/exports.list is exported (-Wl,--dynamic-list)",
			missed);
	if (!fine)
		return sim_fail(
			error, SIM_EUNFIT,
			"libmosquitto does not work over memory: its version %d.%d.%d is not "
			"one that this program knows how to carry",
			LIBMOSQUITTO_MAJOR, LIBMOSQUITTO_MINOR, LIBMOSQUITTO_REVISION);
	return SIM_OK;
}
