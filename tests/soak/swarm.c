/*
 * swarm.c - clients that come, talk, misbehave and go, for so many seconds (make soak).
 *
 *	swarm PORT SECONDS SEED
 *
 * SLOTS raw clients at a time, each with an identifier of its own (some with none). Each does
 * something every few milliseconds: publishes with QoS 0, 1 or 2, subscribes, unsubscribes,
 * pings, acknowledges what it can, or ends politely, rudely, by half-closing, by talking
 * nonsense, or by never reading again. Prints how often it did what.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	SLOTS = 60,
	PAYLOAD_MAX = 60000
};

static struct slot {
	int fd; /* -1: not connected */
	int deaf;
	int torn; /* a packet of it may be unfinished */
	uint16_t mid;
} slots[SLOTS];

static uint64_t luck;
static unsigned long connects, publishes, endings, read_bytes;

static unsigned pick(unsigned n)
{
	luck ^= luck << 13;
	luck ^= luck >> 7;
	luck ^= luck << 17;
	return (unsigned)(luck % n);
}

/* Whoever goes in the middle of a packet goes with a reset: mosquitto 2.0.11 holds on to a
 * half-closed connection for as long as a packet of more than 1,000 bytes is unfinished. */
static void end(struct slot *slot)
{
	const struct linger now = {.l_onoff = 1};
	if (slot->fd >= 0 && slot->torn)
		setsockopt(slot->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	if (slot->fd >= 0)
		close(slot->fd);
	slot->fd = -1;
	endings++;
}

/* What does not go out at once is lost, and the stream with it: that is misbehaviour too. */
static void say(struct slot *slot, const void *bytes, size_t length)
{
	if (slot->fd < 0)
		return;
	ssize_t n = send(slot->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	slot->torn |= n >= 0 && (size_t)n < length;
	if (n < 0 && errno != EAGAIN)
		end(slot);
}

static size_t put_length(uint8_t *to, size_t rest)
{
	size_t n = 0;
	do {
		to[n++] = (uint8_t)((rest & 0x7f) | (rest > 127 ? 0x80 : 0));
		rest >>= 7;
	} while (rest > 0);
	return n;
}

static void hello(struct slot *slot, int number, int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	uint8_t packet[64] = {0x10, 0, 0, 4, 'M', 'Q', 'T', 'T'};
	char id[24] = "";
	size_t n = 8;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	slot->fd = socket(AF_INET, SOCK_STREAM, 0);
	slot->deaf = slot->torn = 0;
	if (connect(slot->fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		end(slot);
		return;
	}
	fcntl(slot->fd, F_SETFL, O_NONBLOCK);
	bool five = pick(3) == 0;
	if (pick(10) > 0)
		snprintf(id, sizeof(id), "swarm-%d", number);
	packet[n++] = five ? 5 : 4;
	packet[n++] = (pick(4) || !*id) ? 2 : 0;
	packet[n++] = 0;
	packet[n++] = (uint8_t)(5 + pick(20));
	if (five)
		packet[n++] = 0;
	packet[n++] = 0;
	packet[n++] = (uint8_t)strlen(id);
	memcpy(packet + n, id, strlen(id));
	n += strlen(id);
	packet[1] = (uint8_t)(n - 2);
	connects++;
	if (pick(20) > 0)
		say(slot, packet, n);
	else if (pick(2))
		say(slot, packet, n / 2); /* and no more, for now */
}

static void publish(struct slot *slot)
{
	static uint8_t packet[PAYLOAD_MAX + 64];
	unsigned qos = pick(3);
	size_t payload = pick(20) ? pick(400) : pick(PAYLOAD_MAX);
	size_t rest = 2 + 3 + (qos ? 2 : 0) + payload, n = 0;
	packet[n++] = (uint8_t)(0x30 | qos << 1 | (pick(30) == 0));
	n += put_length(packet + n, rest);
	packet[n++] = 0;
	packet[n++] = 3;
	packet[n++] = 's';
	packet[n++] = '/';
	packet[n++] = (uint8_t)('a' + pick(6));
	if (qos) {
		slot->mid = (uint16_t)(slot->mid + 1 ? slot->mid + 1 : 1);
		packet[n++] = (uint8_t)(slot->mid >> 8);
		packet[n++] = (uint8_t)slot->mid;
	}
	memset(packet + n, 'x', payload);
	say(slot, packet, n + payload);
	publishes++;
}

static void act(struct slot *slot)
{
	static const uint8_t sub[] = {0x82, 8, 0, 9, 0, 3, 's', '/', '+', 1};
	static const uint8_t unsub[] = {0xa2, 7, 0, 8, 0, 3, 's', '/', '+'};
	static const uint8_t huge[] = {0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 's'};
	uint8_t ack[4] = {0x40, 2, 0, 0};
	unsigned what = pick(100);
	if (what < 45) {
		publish(slot);
	} else if (what < 55) {
		say(slot, sub, sizeof(sub));
	} else if (what < 58) {
		say(slot, unsub, sizeof(unsub));
	} else if (what < 70) {
		say(slot, "\xc0\0", 2);
	} else if (what < 85) { /* some acknowledgement, of something or nothing */
		ack[0] = (uint8_t[]){0x40, 0x50, 0x62, 0x70}[pick(4)];
		ack[3] = (uint8_t)(1 + pick(30));
		say(slot, ack, sizeof(ack));
	} else if (what < 88) {
		say(slot, "\xe0\0", 2);
		end(slot);
	} else if (what < 90) {
		const struct linger now = {.l_onoff = 1};
		setsockopt(slot->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		end(slot);
	} else if (what < 91) {
		end(slot);
	} else if (what < 93 && !slot->torn) {
		shutdown(slot->fd, SHUT_WR);
	} else if (what < 94) {
		slot->deaf = 1;
	} else if (what < 95) {
		say(slot, "GET / HTTP/1.1\r\n\r\n", 18);
	} else if (what < 96) {
		say(slot, huge, sizeof(huge));
		slot->torn = 1;
	}
}

static void hear(struct slot *slot)
{
	static uint8_t bytes[65536];
	ssize_t n;
	while (slot->fd >= 0 && !slot->deaf &&
	       (n = recv(slot->fd, bytes, sizeof(bytes), 0)) != -1) {
		read_bytes += (unsigned long)n;
		if (n == 0)
			end(slot);
	}
	if (slot->fd >= 0 && !slot->deaf && errno != EAGAIN)
		end(slot);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	int port = atoi(argv[1]);
	time_t until = time(NULL) + atoi(argv[2]);
	luck = strtoull(argv[3], NULL, 10) * 2654435761u + 1;
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < SLOTS; i++)
		slots[i].fd = -1;
	while (time(NULL) < until) {
		int number = (int)pick(SLOTS);
		struct slot *slot = &slots[number];
		if (slot->fd < 0)
			hello(slot, number, port);
		else
			act(slot);
		for (int i = 0; i < SLOTS; i++)
			hear(&slots[i]);
		usleep(1000);
	}
	for (int i = 0; i < SLOTS; i++)
		end(&slots[i]);
	printf("%lu connections, %lu publishes, %lu endings, %lu bytes heard\n", connects, publishes,
	       endings, read_bytes);
	return 0;
}
