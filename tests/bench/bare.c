/*
 * bare.c - the yardstick of `make bench`: the packets of a recorded run, pushed through
 * the same broker by a bare loop, without jobjam.
 *
 *	bare SOCKET EVENTS.ndjson
 *
 * EVENTS is a full trace. Each link of it becomes one plain AF_UNIX connection to a broker
 * on real time; then each packet that a client sent is sent again, in order, with the same
 * topic and size, and the loop waits until all that the broker answered then has come back:
 * acknowledgements, PINGRESP, and deliveries. No codec, no faults, no library, no virtual
 * time: what remains is the broker and the kernel.
 *
 * Prints: packets sent, messages delivered, seconds.
 */
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { LINKS_MAX = 8192, LINE_MAX_BYTES = 16384, PACKET_MAX = 1 << 16 };

struct peer {
	char name[64];
	char topic[96]; /* what it subscribes: its own requests, or the reports of its share */
	int fd;
};

struct step { /* one packet that went up, and how many bytes must come down for it */
	int peer;
	char type; /* 'P' publish, 'p' ping */
	int qos;
	unsigned mid;
	size_t payload;
	char topic[96];
};

static struct peer peers[LINKS_MAX];
static int n_peers;
static struct step *steps;
static size_t n_steps, room;

static void die(const char *what)
{
	fprintf(stderr, "bare: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* The text or number after "key": in a line of our own writer; "" when absent. */
static void field(const char *line, const char *key, char *ret, size_t size)
{
	char wanted[40];
	const char *at;
	size_t n = 0;

	snprintf(wanted, sizeof(wanted), "\"%s\":", key);
	at = strstr(line, wanted);
	ret[0] = '\0';
	if (!at)
		return;
	at += strlen(wanted);
	at += *at == '"';
	while (n + 1 < size && at[n] && !strchr("\",}", at[n])) {
		ret[n] = at[n];
		n++;
	}
	ret[n] = '\0';
}

static int peer_called(const char *name)
{
	for (int i = 0; i < n_peers; i++)
		if (strcmp(peers[i].name, name) == 0)
			return i;
	if (n_peers == LINKS_MAX)
		die("too many links");
	snprintf(peers[n_peers].name, sizeof(peers[0].name), "%s", name);
	return n_peers++;
}

static void remember(const struct step *step)
{
	if (n_steps == room) {
		room = room ? room * 2 : 4096;
		steps = realloc(steps, room * sizeof(*steps));
		if (!steps)
			die("memory");
	}
	steps[n_steps++] = *step;
}

static void read_line(const char *line)
{
	char kind[32], who[64], text[96];
	struct step step = {0};

	field(line, "kind", kind, sizeof(kind));
	field(line, "who", who, sizeof(who));
	if (strcmp(kind, "mqtt.publish") == 0) {
		step.type = 'P';
		field(line, "topic", step.topic, sizeof(step.topic));
		field(line, "qos", text, sizeof(text));
		step.qos = atoi(text);
		field(line, "bytes", text, sizeof(text));
		step.payload = strtoul(text, NULL, 10);
	} else if (strcmp(kind, "mqtt.packet") == 0) {
		field(line, "type", text, sizeof(text));
		if (strcmp(text, "PINGREQ") != 0)
			return;
		step.type = 'p';
	} else {
		return;
	}
	step.peer = peer_called(who);
	remember(&step);
}

static void read_events(const char *path)
{
	static char line[LINE_MAX_BYTES];
	FILE *file = fopen(path, "re");

	if (!file)
		die(path);
	while (fgets(line, sizeof(line), file))
		read_line(line);
	fclose(file);
}

/* ---- packets, by hand ---- */

static size_t put_length(uint8_t *at, size_t length)
{
	size_t n = 0;

	do {
		at[n] = (uint8_t)(length % 128);
		length /= 128;
		if (length)
			at[n] |= 0x80;
		n++;
	} while (length);
	return n;
}

static size_t put_text(uint8_t *at, const char *text)
{
	size_t length = strlen(text);

	at[0] = (uint8_t)(length >> 8);
	at[1] = (uint8_t)length;
	memcpy(at + 2, text, length);
	return length + 2;
}

static void send_all(int fd, const uint8_t *bytes, size_t length)
{
	while (length) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent < 0)
			die("send");
		bytes += sent;
		length -= (size_t)sent;
	}
}

static size_t receive(int fd, uint8_t *bytes, size_t length)
{
	size_t got = 0;

	while (got < length) {
		ssize_t n = recv(fd, bytes + got, length - got, 0);

		if (n <= 0)
			die("recv");
		got += (size_t)n;
	}
	return got;
}

/* Reads one packet; returns its first byte. */
static uint8_t receive_packet(int fd)
{
	static uint8_t body[PACKET_MAX * 2];
	uint8_t first, digit;
	size_t length = 0, shift = 0;

	receive(fd, &first, 1);
	do {
		receive(fd, &digit, 1);
		length |= (size_t)(digit & 0x7f) << shift;
		shift += 7;
	} while (digit & 0x80);
	if (length > sizeof(body))
		die("packet too long");
	receive(fd, body, length);
	if ((first & 0xf6) == 0x32) { /* a QoS 1 delivery wants its PUBACK */
		size_t topic = (size_t)body[0] << 8 | body[1];
		uint8_t ack[4] = {0x40, 2, body[2 + topic], body[3 + topic]};

		send_all(fd, ack, sizeof(ack));
	}
	return first;
}

static void connect_peer(struct peer *peer, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	uint8_t packet[256] = {0x10}, body[200];
	size_t n = 0, length;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	peer->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (peer->fd < 0 ||
	    connect(peer->fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		die("connect");
	memcpy(body, "\0\4MQTT\4\2\0\74", 10); /* level 4, clean session, keep-alive 60 */
	n = 10 + put_text(body + 10, peer->name);
	length = 1 + put_length(packet + 1, n);
	memcpy(packet + length, body, n);
	send_all(peer->fd, packet, length + n);
	receive_packet(peer->fd);
}

static void subscribe(const struct peer *peer, const char *filter)
{
	uint8_t packet[160] = {0x82}, body[128] = {0, 1};
	size_t n = 2 + put_text(body + 2, filter), length;

	body[n++] = 1;
	length = 1 + put_length(packet + 1, n);
	memcpy(packet + length, body, n);
	send_all(peer->fd, packet, length + n);
	receive_packet(peer->fd);
}

/* Who receives a topic? Requests go to the printer of that serial; reports to a client of
 * the service. Which one does not matter to the broker's work: the first takes them all. */
static void subscribe_all(int *ret_service)
{
	*ret_service = -1;
	for (int i = 0; i < n_peers; i++) {
		int number;
		char filter[64];

		if (sscanf(peers[i].name, "link/printer/%d", &number) == 1) {
			snprintf(filter, sizeof(filter), "device/SIM%05d/request", number);
			subscribe(&peers[i], filter);
		} else if (*ret_service < 0) {
			*ret_service = i;
			subscribe(&peers[i], "device/+/report");
		}
	}
}

static int receiver_of(const char *topic, int service)
{
	char name[64];
	int number;

	if (strstr(topic, "/report"))
		return service;
	if (sscanf(topic, "device/SIM%d/request", &number) != 1)
		return -1;
	for (int width = 3; width <= 5; width++) {
		snprintf(name, sizeof(name), "link/printer/%0*d", width, number);
		for (int i = 0; i < n_peers; i++)
			if (strcmp(peers[i].name, name) == 0)
				return i;
	}
	return -1;
}

static void push(const struct step *step, int receiver)
{
	static uint8_t packet[PACKET_MAX];
	uint8_t ping[2] = {0xc0, 0};
	size_t n = 0, length;

	if (step->type == 'p') {
		send_all(peers[step->peer].fd, ping, sizeof(ping));
		receive_packet(peers[step->peer].fd);
		return;
	}
	length = 2 + strlen(step->topic) + (step->qos ? 2 : 0) + step->payload;
	if (length + 8 > sizeof(packet))
		die("payload too long");
	packet[n++] = (uint8_t)(0x30 | step->qos << 1);
	n += put_length(packet + n, length);
	n += put_text(packet + n, step->topic);
	if (step->qos) {
		packet[n++] = 0;
		packet[n++] = 1;
	}
	memset(packet + n, 'x', step->payload);
	send_all(peers[step->peer].fd, packet, n + step->payload);
	if (receiver >= 0)
		receive_packet(peers[receiver].fd);
	if (step->qos)
		receive_packet(peers[step->peer].fd);
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	struct timespec before, after;
	size_t delivered = 0;
	int service;

	if (argc != 3) {
		fputs("usage: bare SOCKET EVENTS.ndjson\n", stderr);
		return 2;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	read_events(argv[2]);
	for (int i = 0; i < n_peers; i++)
		connect_peer(&peers[i], argv[1]);
	subscribe_all(&service);
	int *receivers = calloc(n_steps ? n_steps : 1, sizeof(*receivers));
	if (!receivers)
		die("memory");
	for (size_t i = 0; i < n_steps; i++)
		receivers[i] = steps[i].type == 'P' ? receiver_of(steps[i].topic, service) : -1;
	clock_gettime(CLOCK_MONOTONIC, &before);
	for (size_t i = 0; i < n_steps; i++) {
		push(&steps[i], receivers[i]);
		delivered += receivers[i] >= 0;
	}
	clock_gettime(CLOCK_MONOTONIC, &after);
	printf("%zu %zu %.3f\n", n_steps, delivered,
	       (double)(after.tv_sec - before.tv_sec) +
		       (double)(after.tv_nsec - before.tv_nsec) * 1e-9);
	return 0;
}
