/*
 * peer.c - a raw client with bad manners, told by its arguments in order.
 *
 *	peer SOCKET DEED…
 *	  hello ID    sends a CONNECT (3.1.1, clean, no keep-alive)
 *	  sub FILTER  sends a SUBSCRIBE (QoS 0)
 *	  say HEX     sends these bytes
 *	  drip HEX    the same, byte by byte, 20 ms apart
 *	  flood N     sends N bytes of zeros, as far as they go within two seconds
 *	  half        will write no more, but still reads
 *	  hear N      waits for N bytes and prints them in hex
 *	  end         waits for the end and prints "end" or "reset", whatever is read before
 *	  stay        says "here" and does nothing more, until it is killed
 *	  follow FILE says what is written to that file, lines of hex, as it comes, and reads what
 *	              it is sent, until it is killed
 *
 * SOCKET is the path of a unix socket, or a port of 127.0.0.1. What is waited for comes within
 * ten seconds, or the status is 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int wire;

static void give_up(const char *why)
{
	fprintf(stderr, "peer: %s\n", why);
	exit(1);
}

static void call(const char *path)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in inet = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(path))};
	bool is_port = path[strspn(path, "0123456789")] == '\0';
	snprintf(local.sun_path, sizeof(local.sun_path), "%s", path);
	inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	wire = socket(is_port ? AF_INET : AF_UNIX, SOCK_STREAM, 0);
	if (wire < 0 || (is_port ? connect(wire, (const struct sockaddr *)&inet, sizeof(inet))
				 : connect(wire, (const struct sockaddr *)&local, sizeof(local))) != 0)
		give_up(strerror(errno));
}

static void say(const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	while (length > 0) {
		ssize_t n = send(wire, at, length, MSG_NOSIGNAL);
		if (n < 0)
			return; /* the other end has had enough; `end` will tell */
		at += n;
		length -= (size_t)n;
	}
}

static size_t from_hex(const char *hex, uint8_t *bytes, size_t size)
{
	size_t n = 0;
	unsigned value;
	for (; n < size && sscanf(hex, "%2x", &value) == 1; hex += 2)
		bytes[n++] = (uint8_t)value;
	return n;
}

static void hello(const char *id)
{
	uint8_t packet[128] = {0x10, 0, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0};
	size_t length = strlen(id);
	packet[1] = (uint8_t)(12 + length);
	packet[13] = (uint8_t)length;
	memcpy(packet + 14, id, length);
	say(packet, 14 + length);
}

static void subscribe(const char *filter)
{
	uint8_t packet[128] = {0x82, 0, 0, 1, 0};
	size_t length = strlen(filter);
	packet[1] = (uint8_t)(5 + length);
	packet[5] = (uint8_t)length;
	memcpy(packet + 6, filter, length);
	say(packet, 7 + length);
}

static void flood(size_t length)
{
	static const uint8_t zeros[65536];
	struct pollfd room = {.fd = wire, .events = POLLOUT};
	while (length > 0 && poll(&room, 1, 2000) == 1) {
		size_t piece = length < sizeof(zeros) ? length : sizeof(zeros);
		ssize_t n = send(wire, zeros, piece, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			return;
		length -= n > 0 ? (size_t)n : 0;
	}
}

/* 0: the end; -1: reset. */
static ssize_t hear(uint8_t *bytes, size_t length)
{
	struct pollfd news = {.fd = wire, .events = POLLIN};
	if (poll(&news, 1, 10000) != 1)
		give_up("nothing comes");
	return recv(wire, bytes, length, 0);
}

static void hear_exactly(size_t length)
{
	uint8_t byte;
	for (; length > 0; length--) {
		if (hear(&byte, 1) != 1)
			give_up("it ended too early");
		printf("%02x", byte);
	}
	printf("\n");
	fflush(stdout);
}

static void hear_end(void)
{
	uint8_t bytes[4096];
	ssize_t n;
	while ((n = hear(bytes, sizeof(bytes))) > 0)
		;
	printf(n == 0 ? "end\n" : "reset\n");
	fflush(stdout);
}

static void follow(const char *path)
{
	static char line[8192];
	uint8_t bytes[4096];
	FILE *file = fopen(path, "r");
	if (!file)
		give_up(path);
	for (;;) {
		struct pollfd news = {.fd = wire, .events = POLLIN};
		if (poll(&news, 1, 10) == 1 && recv(wire, bytes, sizeof(bytes), 0) <= 0)
			usleep(10000);
		clearerr(file);
		long here = ftell(file);
		if (!fgets(line, sizeof(line), file))
			continue;
		if (strchr(line, '\n'))
			say(bytes, from_hex(line, bytes, sizeof(bytes)));
		else
			fseek(file, here, SEEK_SET);
	}
}

int main(int argc, char **argv)
{
	uint8_t bytes[4096];
	if (argc < 3)
		return 2;
	call(argv[1]);
	for (int i = 2; i < argc; i++) {
		const char *deed = argv[i];
		const char *with = i + 1 < argc ? argv[i + 1] : "";
		if (strcmp(deed, "half") == 0) {
			shutdown(wire, SHUT_WR);
			continue;
		}
		if (strcmp(deed, "end") == 0) {
			hear_end();
			continue;
		}
		if (strcmp(deed, "stay") == 0) {
			printf("here\n");
			fflush(stdout);
			for (;;)
				pause();
		}
		i++;
		if (strcmp(deed, "hello") == 0)
			hello(with);
		else if (strcmp(deed, "sub") == 0)
			subscribe(with);
		else if (strcmp(deed, "say") == 0)
			say(bytes, from_hex(with, bytes, sizeof(bytes)));
		else if (strcmp(deed, "flood") == 0)
			flood(strtoul(with, NULL, 10));
		else if (strcmp(deed, "hear") == 0)
			hear_exactly(strtoul(with, NULL, 10));
		else if (strcmp(deed, "follow") == 0)
			follow(with);
		else if (strcmp(deed, "drip") == 0)
			for (size_t n = from_hex(with, bytes, sizeof(bytes)), at = 0; at < n; at++) {
				say(bytes + at, 1);
				usleep(20000);
			}
		else
			return 2;
	}
	return 0;
}
