/* probe_bench.c - turns of the broker, bytes of the peers, packets in words. */
#include "sim/command/probe_bench.h"

#include "net/stream/raw.h"
#include "sim/command/probe_wall.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	WORDS_MAX = 4096,
	ROUNDS_MAX = 100000,
	READ_SIZE = 16 * 1024
};

/* --- words to bytes ------------------------------------------------------------------- */

static bool add_byte(struct bytes *out, unsigned value)
{
	uint8_t byte = (uint8_t)value;

	return bytes_add(out, &byte, 1);
}

static bool add_number(struct bytes *out, unsigned long value, int size)
{
	bool ok = true;

	while (size-- > 0)
		ok = ok && add_byte(out, (unsigned)(value >> 8 * size) & 0xff);
	return ok;
}

static bool add_length(struct bytes *out, size_t length)
{
	bool ok = true;

	do {
		ok = ok &&
		     add_byte(out, (unsigned)((length & 127) | (length > 127 ? 128 : 0)));
		length >>= 7;
	} while (length > 0);
	return ok;
}

/* Where in that name the word of the question goes; NULL: it is no name of ours. */
static const char *own_part(const char *text, size_t length)
{
	static const char *const FOREIGN[] = {"MQTT", "MQIsdp", "HTTP", ""};
	const char *end = text + length, *slash;

	for (size_t i = 0; i < sizeof(FOREIGN) / sizeof(FOREIGN[0]); i++)
		if (strlen(FOREIGN[i]) == length && memcmp(FOREIGN[i], text, length) == 0)
			return NULL;
	if (*text != '$')
		return text;
	if (length < 7 || memcmp(text, "$share/", 7) != 0)
		return NULL;
	slash = memchr(text + 7, '/', length - 7);
	return slash && slash + 1 < end ? slash + 1 : NULL;
}

static bool add_name(struct bytes *out, const char *text, size_t length, const char *word)
{
	const char *at = word ? own_part(text, length) : NULL;
	size_t before = at ? (size_t)(at - text) : length;
	size_t added = at ? strlen(word) : 0;

	return add_number(out, length + added, 2) && bytes_add(out, text, before) &&
	       (!at ||
		(bytes_add(out, word, added) && bytes_add(out, at, length - before)));
}

static bool add_word(struct bytes *out, const char **at, const char *word)
{
	char *end;
	size_t length;
	unsigned byte;

	if (**at == '"' || **at == '\'') {
		bool counted = **at == '"';

		length = strcspn(*at + 1, counted ? "\"" : "'");
		*at += length + 2;
		return counted ? add_name(out, *at - length - 1, length, word)
			       : bytes_add(out, *at - length - 1, length);
	}
	if (**at == '#') {
		int size = (*at)[1] == '#' ? 4 : 2;
		unsigned long value = strtoul(*at + size / 2, &end, 10);

		*at = end;
		return add_number(out, value, size);
	}
	if (sscanf(*at, "%2x", &byte) != 1)
		return false;
	*at += 2;
	return add_byte(out, byte);
}

/* One packet, up to ";" or the end; what stands behind | is counted first. */
static bool add_packet(struct bytes *out, const char **at, const char *word)
{
	struct bytes body = {0}, *into = out;
	bool ok = true, counted = false;

	for (; ok && **at && **at != ';';) {
		if (**at == ' ') {
			(*at)++;
		} else if (**at == '|') {
			into = &body;
			counted = true;
			(*at)++;
		} else {
			ok = add_word(into, at, word);
		}
	}
	if (ok && counted)
		ok = add_length(out, bytes_length(&body)) &&
		     (bytes_length(&body) == 0 ||
		      bytes_add(out, bytes_data(&body), bytes_length(&body)));
	bytes_fini(&body);
	return ok;
}

/* word: what each name of ours begins with; NULL: with nothing. */
static bool read_words(const char *words, struct bytes *out, const char *word)
{
	bool ok = true;

	while (ok && *words) {
		ok = add_packet(out, &words, word);
		words += *words == ';';
	}
	return ok;
}

/* --- turns ---------------------------------------------------------------------------- */

static void take_turn(struct probe_bench *bench, sim_ns horizon)
{
	struct guest *guest = broker_guest(bench->broker);
	enum guest_rest rest = guest_turn(guest, bench->now, horizon);

	bench->died |= rest == GUEST_ENDED || rest == GUEST_STUCK;
	if (bench->died)
		bench->now = horizon;
	else if (guest_now(guest) > bench->now)
		bench->now = guest_now(guest);
}

static bool read_peer(struct peer *peer)
{
	bool moved = false;

	while (peer->fd >= 0) {
		uint8_t *room = bytes_reserve(&peer->in, READ_SIZE);
		ssize_t n = room ? raw_recv(peer->fd, room, READ_SIZE, MSG_DONTWAIT) : 0;

		if (n < 0 && errno == EAGAIN)
			break;
		moved = true;
		if (n > 0) {
			bytes_grow(&peer->in, (size_t)n);
			continue;
		}
		peer->bench->failed |= !room;
		peer->ended = true;
		raw_close(peer->fd);
		peer->fd = -1;
	}
	return moved;
}

bool probe_bench_read(struct probe_bench *bench)
{
	bool moved = false;

	for (int i = 0; i < bench->n_peers; i++)
		moved |= read_peer(&bench->peers[i]);
	return moved;
}

/* answer: there should be one. In virtual time it is there, or there is none. */
static void settle(struct probe_bench *bench, bool answer)
{
	bool moved = true;

	if (bench->wall) {
		probe_wall_settle(bench, answer);
		return;
	}
	for (int round = 0; round < ROUNDS_MAX && moved && !bench->died; round++) {
		take_turn(bench, bench->now);
		moved = probe_bench_read(bench);
	}
}

void probe_bench_pass(struct probe_bench *bench, sim_ns duration)
{
	sim_ns end = bench->now + duration;

	if (bench->wall) {
		probe_wall_pass(bench, duration);
		return;
	}
	while (bench->now < end && !bench->died) {
		take_turn(bench, end);
		settle(bench, false);
	}
}

/* --- peers ---------------------------------------------------------------------------- */

struct peer *probe_bench_dial(struct probe_bench *bench)
{
	struct peer *peer = &bench->peers[bench->n_peers];

	assert(bench->n_peers < BENCH_PEERS_MAX);
	*peer = (struct peer){.bench = bench, .version = MQTT_311, .code = -1};
	peer->fd = bench->wall ? probe_wall_dial(bench) : broker_dial(bench->broker);
	if (peer->fd < 0) {
		peer->fd = -1;
		peer->ended = true;
	}
	bench->n_peers++;
	settle(bench, false);
	return peer;
}

static void send_all(struct peer *peer, const struct bytes *out)
{
	size_t sent = 0;

	while (peer->fd >= 0 && sent < bytes_length(out)) {
		ssize_t n =
			raw_send(peer->fd, bytes_data(out) + sent,
				 bytes_length(out) - sent, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0)
			sent += (size_t)n;
		else if (n < 0 && errno != EAGAIN)
			break;
		else
			settle(peer->bench, false);
	}
	settle(peer->bench, true);
}

void peer_say(struct peer *peer, const char *format, ...)
{
	char words[WORDS_MAX];
	struct bytes out = {0};
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	assert(length < WORDS_MAX);
	if (read_words(words, &out, peer->bench->wall ? peer->bench->wall->word : NULL))
		send_all(peer, &out);
	else
		peer->bench->failed = true;
	bytes_fini(&out);
}

/* A broker that has much to do, or is far away, may take its time with the first word. */
static void wait_for_answer(struct peer *peer)
{
	for (int i = 0;
	     i < 4 && peer->bench->wall && !peer->ended && bytes_length(&peer->in) == 0;
	     i++)
		settle(peer->bench, true);
}

struct peer *probe_bench_connect(struct probe_bench *bench, int version, const char *id,
				 unsigned flags, unsigned keepalive_s,
				 const char *properties)
{
	struct peer *peer = probe_bench_dial(bench);
	struct bytes counted = {0}, list = {0};
	char text[WORDS_MAX] = "";
	struct mqtt_packet packet;

	peer->version = version;
	if (version == MQTT_5 && read_words(properties, &list, NULL) &&
	    add_length(&counted, bytes_length(&list))) {
		size_t n = 0;

		for (size_t i = 0; i < bytes_length(&counted); i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%02x ",
					      bytes_data(&counted)[i]);
		snprintf(text + n, sizeof(text) - n, "%s", properties);
	}
	bytes_fini(&counted);
	bytes_fini(&list);
	peer_say(peer, "10 | \"%s\" %02x %02x #%u %s \"%s\"%s",
		 version == MQTT_31 ? "MQIsdp" : "MQTT", (unsigned)version, flags,
		 keepalive_s, text, id,
		 flags & 4 ? version == MQTT_5 ? " 00 \"will\" \"gone\""
					       : " \"will\" \"gone\""
			   : "");
	if (bench->wall && (!(flags & 2) || properties[0]))
		probe_wall_keeps(bench, id);
	wait_for_answer(peer);
	if (peer_next_of(peer, MQTT_CONNACK, &packet)) {
		peer->code = packet.code;
		peer->session_present = packet.session_present;
		if (packet.properties.length > 0 &&
		    packet.properties.length <= sizeof(peer->kept)) {
			memcpy(peer->kept, packet.properties.data,
			       packet.properties.length);
			peer->properties =
				(struct mqtt_span){peer->kept, packet.properties.length};
		}
	}
	return peer;
}

bool peer_next(struct peer *peer, struct mqtt_packet *ret_packet)
{
	const uint8_t *data = bytes_data(&peer->in) + peer->read;
	size_t rest = bytes_length(&peer->in) - peer->read, length;

	if (rest == 0 || mqtt_frame(data, rest, &length, NULL) != MQTT_FRAME_WHOLE)
		return false;
	peer->read += length;
	return mqtt_decode(data, length, peer->version, ret_packet, NULL);
}

bool peer_next_of(struct peer *peer, enum mqtt_type type, struct mqtt_packet *ret_packet)
{
	while (peer_next(peer, ret_packet))
		if (ret_packet->type == type)
			return true;
	return false;
}

void peer_hang_up(struct peer *peer)
{
	if (peer->fd >= 0)
		raw_close(peer->fd);
	peer->fd = -1;
	settle(peer->bench, false);
}

/* --- beginning and ending -------------------------------------------------------------- */

int probe_bench_open(struct probe_bench *bench, const struct broker_options *options,
		     struct sim_error *error)
{
	*bench = (struct probe_bench){0};
	return broker_start(options, &bench->broker, error);
}

void probe_bench_close(struct probe_bench *bench)
{
	for (int i = 0; i < bench->n_peers; i++) {
		if (bench->peers[i].fd >= 0)
			raw_close(bench->peers[i].fd);
		bytes_fini(&bench->peers[i].in);
	}
	broker_free(bench->broker);
	*bench = (struct probe_bench){0};
}
