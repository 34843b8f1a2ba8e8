/* probe_wall.c - questions to a broker that runs elsewhere: waiting, and tidying up. */
#include "sim/command/probe_wall.h"

#include "sim/command/host_time.h"
#include "sim/command/probe_ask.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
	QUIET_MS = 100, /* nothing more comes, on this machine … */
	QUIET_FAR_MS = 400,
	ANSWER_MS = 1000, /* … and nothing at all */
	ANSWER_FAR_MS = 2000,
	SETTLE_MS = 10000 /* and whoever never stops is not listened to for longer */
};

/* --- addresses ------------------------------------------------------------------------ */

bool probe_is_elsewhere(const char *broker)
{
	return strncmp(broker, "mqtt://", 7) == 0 || strncmp(broker, "mqtts://", 8) == 0;
}

int probe_wall_read(const char *broker, struct endpoint *ret_endpoint,
		    struct sim_error *error)
{
	int status = endpoint_parse("probe", broker, ret_endpoint, error);

	if (status == SIM_OK && ret_endpoint->tls)
		return sim_fail(
			error, SIM_EINVAL,
			"probe %.200s: it speaks no TLS; let jobjam proxy --upstream "
			"tls:HOST:PORT do that, and name its address as mqtt://",
			broker);
	return status;
}

/* --- waiting -------------------------------------------------------------------------- */

static void look_at_clock(struct probe_bench *bench)
{
	bench->now = (sim_ns)((host_time_s() - bench->wall->began_s) * 1e9);
}

static void wait_for_any(const struct probe_bench *bench, int milliseconds)
{
	int fds[BENCH_PEERS_MAX];
	size_t n = 0;

	for (int i = 0; i < bench->n_peers; i++)
		if (bench->peers[i].fd >= 0)
			fds[n++] = bench->peers[i].fd;
	host_wait(fds, n, milliseconds);
}

static int since_ms(double began_s)
{
	return (int)((host_time_s() - began_s) * 1000.0);
}

void probe_wall_settle(struct probe_bench *bench, bool answer)
{
	bool near = bench->wall->endpoint->loopback;
	int quiet_ms = near ? QUIET_MS : QUIET_FAR_MS;
	int limit_ms = !answer ? quiet_ms : near ? ANSWER_MS : ANSWER_FAR_MS;
	double began_s = host_time_s(), moved_s = began_s;

	for (;;) {
		if (probe_bench_read(bench)) {
			moved_s = host_time_s();
			limit_ms = quiet_ms;
		}
		int left_ms = limit_ms - since_ms(moved_s);

		if (left_ms <= 0 || since_ms(began_s) >= SETTLE_MS)
			break;
		wait_for_any(bench, left_ms);
	}
	look_at_clock(bench);
}

void probe_wall_pass(struct probe_bench *bench, sim_ns duration)
{
	sim_ns end = bench->now + duration;

	for (look_at_clock(bench); bench->now < end; look_at_clock(bench)) {
		wait_for_any(bench, (int)((end - bench->now) / SIM_MS) + 1);
		probe_bench_read(bench);
	}
}

/* --- coming and going ----------------------------------------------------------------- */

void probe_wall_open(struct probe_bench *bench, struct probe_wall *wall,
		     const struct endpoint *endpoint, int number)
{
	*wall = (struct probe_wall){.endpoint = endpoint, .began_s = host_time_s()};
	/* Letters and digits only, and short: 3.1 allows an identifier 23 of them. */
	snprintf(wall->word, sizeof(wall->word), "jj%05un%02d",
		 (unsigned)getpid() % 100000, number % 100);
	*bench = (struct probe_bench){.wall = wall};
}

int probe_wall_dial(struct probe_bench *bench)
{
	int fd = endpoint_call(bench->wall->endpoint);

	bench->died |= fd < 0;
	return fd;
}

void probe_wall_keeps(struct probe_bench *bench, const char *id)
{
	struct probe_wall *wall = bench->wall;

	for (int i = 0; i < wall->n_kept; i++)
		if (strcmp(wall->kept[i], id) == 0)
			return;
	if (wall->n_kept < PROBE_WALL_KEPT_MAX)
		snprintf(wall->kept[wall->n_kept++], sizeof(wall->kept[0]), "%s", id);
}

void probe_wall_tidy(struct probe_bench *bench)
{
	for (int i = 0; i < bench->n_peers; i++)
		peer_hang_up(&bench->peers[i]);
	for (int i = 0; i < bench->wall->n_kept && !bench->died; i++) {
		struct peer *peer =
			probe_bench_connect(bench, MQTT_311, bench->wall->kept[i], CLEAN,
					    60, "");
		peer_say(peer, "e0 |");
	}
	if (!bench->died)
		peer_hang_up(probe_bench_dial(bench)); /* is it still there? */
}

/* --- who is there? -------------------------------------------------------------------- */

static int say_no_mqtt(const struct endpoint *endpoint, const struct peer *peer,
		       struct sim_error *error)
{
	size_t n = bytes_length(&peer->in);

	if (n > 0)
		return sim_fail(error, SIM_EINVAL,
				"%s answers CONNECT with \"%.*s\": that is no MQTT",
				endpoint->text, n > 24 ? 24 : (int)n,
				(const char *)bytes_data(&peer->in));
	return sim_fail(error, SIM_EINVAL,
			"%s %s: that is no MQTT broker, or one that wants TLS or a "
			"WebSocket at this port",
			endpoint->text,
			peer->ended ? "hangs up at CONNECT without a word"
				    : "takes the connection and does not answer CONNECT");
}

/* What the broker says of itself, if it does (mosquitto and some others). */
static void read_version(struct peer *peer, char *ret_version, size_t size)
{
	struct mqtt_packet packet;

	snprintf(ret_version, size, "unknown version");
	if (peer->version == MQTT_5)
		peer_say(peer, "82 | #1 00 \"$SYS/broker/version\" 00");
	else
		peer_say(peer, "82 | #1 \"$SYS/broker/version\" 00");
	if (peer_next_of(peer, MQTT_PUBLISH, &packet) && packet.payload.length > 0)
		snprintf(ret_version, size, "%.*s", (int)packet.payload.length,
			 (const char *)packet.payload.data);
}

static bool wants_credentials(int code)
{
	return code == 4 || code == 5 || code == 0x86 || code == 0x87;
}

int probe_wall_greet(const struct endpoint *endpoint, char *ret_version, size_t size,
		     struct sim_error *error)
{
	struct probe_bench bench;
	struct probe_wall wall;
	struct peer *peer;
	int status = SIM_OK;

	probe_wall_open(&bench, &wall, endpoint, 0);
	peer = probe_bench_connect(&bench, MQTT_311, "hello", CLEAN, 60, "");
	if (peer->ended && peer->code < 0 && bytes_length(&peer->in) == 0)
		peer = probe_bench_connect(&bench, MQTT_5, "hello", CLEAN, 60, "");
	if (bench.died)
		status = sim_fail(error, SIM_EINVAL,
				  "the broker mqtt://%s does not answer; is it running?",
				  endpoint->text);
	else if (peer->code < 0)
		status = say_no_mqtt(endpoint, peer, error);
	else if (wants_credentials(peer->code))
		status = sim_fail(
			error, SIM_EINVAL,
			"the broker mqtt://%s refuses CONNECT with code %d: it wants a "
			"name and a password, and probe has none to give; ask one "
			"that allows anonymous clients",
			endpoint->text, peer->code);
	else
		read_version(peer, ret_version, size);
	probe_bench_close(&bench);
	return status;
}
