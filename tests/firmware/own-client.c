/*
 * own-client.c - a firmware that is a program: its own MQTT 3.1.1 client over an AF_UNIX path,
 * 20-minute prints, nothing of jobjam's. own-client SOCKET SERIAL [die|mute]
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	KEEPALIVE_S = 60,
	PRINT_S = 20 * 60,
	REDIAL_S = 5
};

static const char *path, *serial, *flaw;
static int fd = -1;
static unsigned char in[65536];
static size_t n_in;
static char task[32];
static time_t now, last_sent, ends_at;

static void put(const void *bytes, size_t length)
{
	if (fd >= 0 && send(fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length) {
		close(fd);
		fd = -1;
	}
	last_sent = now;
}

/* A packet of type and flags whose body is what the format gives, with its length before it. */
static void packet(unsigned char first, const void *body, size_t length)
{
	unsigned char head[5] = {first};
	size_t n = 1, rest = length;

	do {
		head[n++] = (unsigned char)((rest & 127) | (rest > 127 ? 128 : 0));
		rest >>= 7;
	} while (rest);
	put(head, n);
	put(body, length);
}

static size_t add_text(unsigned char *to, const char *text)
{
	size_t length = strlen(text);

	to[0] = (unsigned char)(length >> 8);
	to[1] = (unsigned char)length;
	memcpy(to + 2, text, length);
	return length + 2;
}

static void greet(void)
{
	unsigned char body[128] = {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, KEEPALIVE_S};

	packet(0x10, body, 10 + add_text(body + 10, serial));
}

static void subscribe(void)
{
	unsigned char body[128] = {0, 1};
	char topic[96];
	size_t n = 2;

	snprintf(topic, sizeof(topic), "device/%s/request", serial);
	n += add_text(body + n, topic);
	body[n++] = 1;
	packet(0x82, body, n);
}

static void report(const char *format, const char *a, const char *b)
{
	unsigned char body[1024];
	char topic[96];
	size_t n;

	snprintf(topic, sizeof(topic), "device/%s/report", serial);
	n = add_text(body, topic);
	n += (size_t)snprintf((char *)body + n, sizeof(body) - n, format, a, b);
	packet(0x30, body, n);
}

static void report_state(const char *state)
{
	report("{\"print\":{\"command\":\"push_status\",\"gcode_state\":\"%s\",\"task_id\":\"%s\"}}",
	       state, task);
}

/* The value of a key of ours, which is a text of digits. */
static void read_digits(const char *payload, const char *key, char *ret, size_t size)
{
	const char *at = strstr(payload, key);

	snprintf(ret, size, "%.*s", at ? (int)strspn(at + strlen(key), "0123456789") : 0,
		 at ? at + strlen(key) : "");
}

static void on_request(const char *payload)
{
	char wanted[32];

	if (!strstr(payload, "\"project_file\"") || !strcmp(flaw, "mute"))
		return;
	if (!strcmp(flaw, "die"))
		exit(3);
	read_digits(payload, "\"task_id\":\"", wanted, sizeof(wanted));
	if (ends_at) {
		report("{\"print\":{\"command\":\"project_file\",\"task_id\":\"%s\",\"result\":\"failed\","
		       "\"reason\":\"busy\"%s}}", wanted, "");
		return;
	}
	strcpy(task, wanted);
	printf("prints task %s\n", task);
	report("{\"print\":{\"command\":\"project_file\",\"task_id\":\"%s\",\"result\":\"success\"%s}}",
	       task, "");
	report_state("RUNNING");
	ends_at = now + PRINT_S;
}

static void on_packet(unsigned char first, unsigned char *body, size_t length)
{
	size_t topic, at;
	char payload[4096];

	if (first >> 4 == 2) {
		printf("connected (%d)\n", body[1]);
		subscribe();
	}
	if (first >> 4 != 3 || length < 2)
		return;
	topic = (size_t)body[0] << 8 | body[1];
	at = 2 + topic + ((first & 6) ? 2 : 0);
	if (at > length || length - at >= sizeof(payload))
		return;
	if (first & 6)
		packet(0x40, body + 2 + topic, 2);
	memcpy(payload, body + at, length - at);
	payload[length - at] = '\0';
	on_request(payload);
}

static void read_packets(void)
{
	ssize_t n = recv(fd, in + n_in, sizeof(in) - n_in, 0);
	size_t used = 0;

	if (n <= 0) {
		close(fd);
		fd = -1;
		return;
	}
	n_in += (size_t)n;
	while (n_in - used >= 2) {
		size_t length = 0, head = 1;
		unsigned char c;

		do {
			if (used + head >= n_in)
				goto out;
			c = in[used + head];
			length |= (size_t)(c & 127) << 7 * (head - 1);
			head++;
		} while ((c & 128) && head < 5);
		if (n_in - used < head + length)
			break;
		on_packet(in[used], in + used + head, length);
		used += head + length;
	}
out:
	memmove(in, in + used, n_in - used);
	n_in -= used;
}

static void dial(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	n_in = 0;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		fd = -1;
		return;
	}
	greet();
}

int main(int argc, char **argv)
{
	time_t redial_at = 0;

	if (argc < 3)
		return 2;
	path = argv[1];
	serial = argv[2];
	flaw = argc > 3 ? argv[3] : "";
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		struct pollfd waits = {.fd = fd, .events = POLLIN};

		now = time(NULL);
		if (fd < 0 && now >= redial_at) {
			redial_at = now + REDIAL_S;
			dial();
			continue;
		}
		if (fd >= 0 && now - last_sent >= KEEPALIVE_S / 2)
			packet(0xc0, "", 0);
		if (ends_at && now >= ends_at) {
			ends_at = 0;
			report_state("FINISH");
		}
		if (poll(&waits, fd >= 0, 5000) > 0 && waits.revents)
			read_packets();
	}
}
