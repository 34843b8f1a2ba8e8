/*
 * tap.c - a relay that writes down what passes, and knows nothing of jobjam or MQTT.
 *
 *	tap LISTEN UPSTREAM FOLDER    unix paths; LISTEN "tcp" is a free port of 127.0.0.1
 *
 * Says "listening PORT" first. The bytes of its n-th connection go to FOLDER/n.up and
 * FOLDER/n.down; a half-close is passed on. Ends with SIGTERM.
 *
 *	tap types FILE...    the packet types in the files, by nothing but their first bytes
 *	                     and lengths: "1 3 8 14"
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

enum { MANY = 256 };

static struct way {
	int from, to; /* from -1: nothing more comes */
	FILE *record;
} ways[2 * MANY]; /* two a connection */
static int n_ways;

static void fail(const char *what)
{
	fprintf(stderr, "tap: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int unix_socket(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int listen_on(const char *where)
{
	struct sockaddr_un local;
	struct sockaddr_in inet = {.sin_family = AF_INET};
	socklen_t length = sizeof(inet);
	int fd, bound;
	inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (strcmp(where, "tcp") == 0) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		bound = bind(fd, (struct sockaddr *)&inet, sizeof(inet));
		getsockname(fd, (struct sockaddr *)&inet, &length);
	} else {
		fd = unix_socket(where, &local);
		bound = bind(fd, (struct sockaddr *)&local, sizeof(local));
	}
	if (bound != 0 || listen(fd, 64) != 0)
		fail(where);
	printf("listening %d\n", strcmp(where, "tcp") == 0 ? ntohs(inet.sin_port) : 0);
	fflush(stdout);
	return fd;
}

static FILE *record(const char *folder, int number, const char *way)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/%d.%s", folder, number, way);
	FILE *file = fopen(path, "wb");
	if (!file)
		fail(path);
	setbuf(file, NULL);
	return file;
}

static void accept_one(int listening, const char *upstream, const char *folder)
{
	struct sockaddr_un address;
	int client = accept(listening, NULL, NULL), server = unix_socket(upstream, &address);
	if (client < 0 || n_ways == 2 * MANY)
		fail("accept");
	if (connect(server, (struct sockaddr *)&address, sizeof(address)) != 0)
		fail(upstream);
	int number = n_ways / 2 + 1;
	ways[n_ways++] = (struct way){client, server, record(folder, number, "up")};
	ways[n_ways++] = (struct way){server, client, record(folder, number, "down")};
}

static void move(struct way *way)
{
	uint8_t bytes[65536];
	ssize_t n = recv(way->from, bytes, sizeof(bytes), 0);
	if (n <= 0) {
		shutdown(way->to, SHUT_WR);
		if (n < 0) /* a reset ends both ways */
			shutdown(way->from, SHUT_RDWR);
		way->from = -1;
		return;
	}
	fwrite(bytes, 1, (size_t)n, way->record);
	for (ssize_t sent = 0, m; sent < n; sent += m)
		if ((m = send(way->to, bytes + sent, (size_t)(n - sent), MSG_NOSIGNAL)) < 0)
			break;
}

static int types(int n, char **paths)
{
	bool seen[16] = {false};
	for (int i = 0; i < n; i++) {
		FILE *file = fopen(paths[i], "rb");
		int first;
		if (!file)
			fail(paths[i]);
		while ((first = fgetc(file)) != EOF) {
			long length = 0;
			for (int shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
				byte = fgetc(file);
				if (byte == EOF || shift > 21)
					break;
				length |= (long)(byte & 0x7f) << shift;
			}
			seen[first >> 4] = true;
			fseek(file, length, SEEK_CUR);
		}
		fclose(file);
	}
	for (int i = 0; i < 16; i++)
		if (seen[i])
			printf("%d ", i);
	printf("\n");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "types") == 0)
		return types(argc - 2, argv + 2);
	if (argc != 4)
		return 2;
	int listening = listen_on(argv[1]);
	for (;;) {
		static struct pollfd news[2 * MANY + 1];
		for (int i = 0; i < n_ways; i++)
			news[i] = (struct pollfd){.fd = ways[i].from, .events = POLLIN};
		news[n_ways] = (struct pollfd){.fd = listening, .events = POLLIN};
		int n = n_ways;
		if (poll(news, (nfds_t)n + 1, -1) < 0 && errno != EINTR)
			fail("poll");
		for (int i = 0; i < n; i++)
			if (ways[i].from >= 0 && news[i].revents)
				move(&ways[i]);
		if (news[n].revents)
			accept_one(listening, argv[2], argv[3]);
	}
}
