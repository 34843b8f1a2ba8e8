/*
 * live.c - what jobjam proxy costs, beside a plain TCP relay (part of `make bench`).
 *
 *	live JOBJAM
 *
 *	client (here) -> jobjam proxy, or relay, or nothing -> sink
 *
 * The sink stands in for a broker that costs next to nothing: it frames packets, and answers
 * CONNECT, PINGREQ and PUBLISH with QoS 1. The relay is the plainest that works: epoll, recv,
 * send, and 64 KiB of memory. The proxy frames, decodes, looks for faults and writes its
 * trace; no fault is set. All four are processes of their own on this machine's loopback.
 *
 * Three figures, each from rounds that take turns, medians: throughput of PUBLISH packets of
 * two sizes; time from a QoS 1 PUBLISH to its PUBACK, less that without anything in between;
 * memory of the proxy with 2,000 clients connected, less that with none.
 *
 * Prints ratios and whether the marks are met; its status does not depend on them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	BLOCK = 65536,
	SENDERS = 8,
	ROUNDS = 5,
	PINGS = 4000,
	CROWD = 2000,
	FDS_MAX = 20000
};

static void fail(const char *what)
{
	fprintf(stderr, "live: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Processor time that a process has had, its own and the kernel's for it; in seconds. */
static double processor(pid_t pid)
{
	clockid_t clock;
	struct timespec spent;
	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &spent) != 0)
		fail("clock_getcpuclockid");
	return (double)spent.tv_sec + (double)spent.tv_nsec / 1e9;
}

/* Something between client and sink. */
struct between {
	pid_t pid;
	int port;
};

/* --- sockets -------------------------------------------------------------------------- */

static void hurry(int fd)
{
	int yes = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

static int listen_anywhere(int *ret_port)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 4096) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) != 0)
		fail("listen");
	*ret_port = ntohs(address.sin_port);
	return fd;
}

static int call(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		fail("connect");
	hurry(fd);
	return fd;
}

/* All of it, waiting for room. False: the other end is gone. */
static bool send_all(int fd, const uint8_t *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = send(fd, bytes, length, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN) {
			struct pollfd room = {.fd = fd, .events = POLLOUT};
			poll(&room, 1, -1);
			continue;
		}
		if (n < 0)
			return false;
		bytes += n;
		length -= (size_t)n;
	}
	return true;
}

static void receive(int fd, uint8_t *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = recv(fd, bytes, length, 0);
		if (n <= 0)
			fail("nothing more comes");
		bytes += n;
		length -= (size_t)n;
	}
}

static pid_t child(void)
{
	pid_t pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* --- the relay -------------------------------------------------------------------------- */

static int partner[FDS_MAX]; /* 0: none */

static void watch(int set, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) != 0)
		fail("epoll_ctl");
}

static void relay_one(int fd, uint8_t *block)
{
	ssize_t n = recv(fd, block, BLOCK, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0 && send_all(partner[fd], block, (size_t)n))
		return;
	close(fd);
	close(partner[fd]);
}

static void relay(int listening, int upstream)
{
	static uint8_t block[BLOCK];
	struct epoll_event events[64];
	int set = epoll_create1(0);
	watch(set, listening);
	for (;;) {
		int n = epoll_wait(set, events, 64, -1);
		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;
			if (fd != listening) {
				relay_one(fd, block);
				continue;
			}
			int client = accept(listening, NULL, NULL),
			    server = call(upstream);
			if (client < 0 || client >= FDS_MAX || server >= FDS_MAX)
				fail("accept");
			hurry(client);
			partner[client] = server;
			partner[server] = client;
			watch(set, client);
			watch(set, server);
		}
	}
}

/* --- the sink ---------------------------------------------------------------------------- */

struct inlet {
	uint8_t *bytes; /* what is left of a packet; NULL: nothing yet */
	size_t length;
};
static struct inlet inlets[FDS_MAX];

/* The packet's whole length, or 0 when more is needed to know or have it. */
static size_t whole(const uint8_t *bytes, size_t length)
{
	size_t rest = 0;
	for (size_t i = 1; i < 5 && i < length; i++) {
		rest |= (size_t)(bytes[i] & 0x7f) << (7 * (i - 1));
		if (!(bytes[i] & 0x80))
			return i + 1 + rest <= length ? i + 1 + rest : 0;
	}
	return 0;
}

static void answer(int fd, const uint8_t *packet)
{
	switch (packet[0] >> 4) {
	case 1:
		send_all(fd, (const uint8_t *)"\x20\x02\0\0", 4);
		break;
	case 3:
		if (packet[0] & 6) { /* our own: one length byte, the topic "t", its id */
			uint8_t ack[] = {0x40, 2, packet[5], packet[6]};
			send_all(fd, ack, sizeof(ack));
		}
		break;
	case 12:
		send_all(fd, (const uint8_t *)"\xd0\0", 2);
		break;
	default:
		break;
	}
}

static void sink_one(int fd)
{
	struct inlet *inlet = &inlets[fd];
	if (!inlet->bytes)
		inlet->bytes = malloc(2 * BLOCK);
	ssize_t n = recv(fd, inlet->bytes + inlet->length, 2 * BLOCK - inlet->length,
			 MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		close(fd);
		inlet->length = 0;
		return;
	}
	inlet->length += (size_t)n;
	size_t at = 0, length;
	while ((length = whole(inlet->bytes + at, inlet->length - at)) > 0) {
		answer(fd, inlet->bytes + at);
		at += length;
	}
	inlet->length -= at;
	memmove(inlet->bytes, inlet->bytes + at, inlet->length);
}

static void sink(int listening)
{
	struct epoll_event events[64];
	int set = epoll_create1(0);
	watch(set, listening);
	for (;;) {
		int n = epoll_wait(set, events, 64, -1);
		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;
			if (fd != listening) {
				sink_one(fd);
				continue;
			}
			int client = accept(listening, NULL, NULL);
			if (client < 0 || client >= FDS_MAX)
				fail("accept");
			hurry(client);
			watch(set, client);
		}
	}
}

/* --- the proxy ----------------------------------------------------------------------------- */

static pid_t start_proxy(const char *jobjam, int upstream, int *ret_port)
{
	char address[64], control[64], line[256] = "";
	int out[2];
	snprintf(address, sizeof(address), "127.0.0.1:%d", upstream);
	snprintf(control, sizeof(control), "/tmp/jobjam-bench-%ld.ctl", (long)getpid());
	if (pipe(out) != 0)
		fail("pipe");
	pid_t pid = child();
	if (pid == 0) {
		dup2(out[1], STDOUT_FILENO);
		close(out[0]);
		close(out[1]);
		execl(jobjam, "jobjam", "proxy", "--listen", "127.0.0.1:0", "--upstream",
		      address, "--control", control, (char *)NULL);
		fail(jobjam);
	}
	close(out[1]);
	FILE *said = fdopen(out[0], "r");
	if (!said || !fgets(line, sizeof(line), said) ||
	    sscanf(line, "proxy: 127.0.0.1:%d", ret_port) != 1)
		fail("the proxy does not say where it listens");
	return pid; /* said stays open: the proxy may print */
}

/* --- a client ------------------------------------------------------------------------------- */

static int client(int port, int number)
{
	uint8_t packet[64] = {0x10, 0, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0};
	uint8_t connack[4];
	int fd = call(port);
	int length = snprintf((char *)packet + 14, sizeof(packet) - 14, "c%d", number);
	packet[1] = (uint8_t)(12 + length);
	packet[13] = (uint8_t)length;
	send_all(fd, packet, (size_t)(14 + length));
	receive(fd, connack, sizeof(connack));
	return fd;
}

static size_t build_publish(uint8_t *to, size_t payload)
{
	size_t rest = 3 + payload, n = 0;
	to[n++] = 0x30;
	do {
		to[n++] = (uint8_t)((rest & 0x7f) | (rest > 127 ? 0x80 : 0));
		rest >>= 7;
	} while (rest > 0);
	memcpy(to + n, "\0\1t", 3);
	memset(to + n + 3, 'x', payload);
	return n + 3 + payload;
}

/* Seconds that n packets of that size take through port, over all senders. */
static double push(int port, size_t payload, size_t n)
{
	static uint8_t block[BLOCK];
	int fds[SENDERS];
	size_t in_block = 0, filled = 0, left[SENDERS], at[SENDERS] = {0};
	while (filled + payload + 10 < BLOCK) {
		filled += build_publish(block + filled, payload);
		in_block++;
	}
	for (int i = 0; i < SENDERS; i++) {
		fds[i] = client(port, i);
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
		left[i] = n / SENDERS / in_block;
	}
	double begun = seconds();
	for (int busy = SENDERS; busy > 0;) {
		struct pollfd wait[SENDERS];
		for (int i = 0; i < SENDERS; i++)
			wait[i] = (struct pollfd){.fd = left[i] ? fds[i] : -1,
						  .events = POLLOUT};
		poll(wait, SENDERS, -1);
		for (int i = 0; i < SENDERS; i++) {
			if (!(wait[i].revents & POLLOUT) || !left[i])
				continue;
			ssize_t sent =
				send(fds[i], block + at[i], filled - at[i], MSG_NOSIGNAL);
			if (sent < 0 && errno != EAGAIN)
				fail("send");
			at[i] += sent > 0 ? (size_t)sent : 0;
			if (at[i] < filled)
				continue;
			at[i] = 0;
			busy -= --left[i] == 0;
		}
	}
	for (int i = 0; i < SENDERS; i++) {
		uint8_t pong[2];
		fcntl(fds[i], F_SETFL, 0);
		send_all(fds[i], (const uint8_t *)"\xc0\0", 2);
		receive(fds[i], pong, sizeof(pong));
	}
	double took = seconds() - begun;
	for (int i = 0; i < SENDERS; i++)
		close(fds[i]);
	return took;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof(*values), by_size);
	return values[n / 2];
}

/* The median time from a QoS 1 PUBLISH to its PUBACK. */
static double ping(int port)
{
	static double took[PINGS];
	uint8_t publish[107] = {0x32, 105, 0, 1, 't', 0, 1}, ack[4];
	int fd = client(port, 0);
	for (int i = 0; i < PINGS; i++) {
		double begun = seconds();
		send_all(fd, publish, sizeof(publish));
		receive(fd, ack, sizeof(ack));
		took[i] = seconds() - begun;
	}
	close(fd);
	return median(took, PINGS);
}

/* --- the three figures ----------------------------------------------------------------------- */

static const char *mark(bool met)
{
	return met ? "met" : "NOT met";
}

/* What one round took. */
struct round {
	double seconds, processor;
};

static struct round push_through(const struct between *between, size_t payload, size_t n)
{
	double spent = processor(between->pid);
	double took = push(between->port, payload, n);
	return (struct round){took, processor(between->pid) - spent};
}

static void say_processor(double ours, double theirs, size_t n)
{
	printf("               processor time of each: proxy %.0f ns, relay %.0f ns, ratio "
	       "%.2f\n",
	       ours / (double)n * 1e9, theirs / (double)n * 1e9, theirs / ours);
}

static void throughput(const struct between *proxy, const struct between *relaying,
		       size_t payload, size_t n)
{
	double through_proxy[ROUNDS], through_relay[ROUNDS];
	double of_proxy[ROUNDS], of_relay[ROUNDS];
	for (int i = 0; i < ROUNDS; i++) {
		struct round one = push_through(relaying, payload, n);
		through_relay[i] = one.seconds;
		of_relay[i] = one.processor;
		one = push_through(proxy, payload, n);
		through_proxy[i] = one.seconds;
		of_proxy[i] = one.processor;
	}
	double ours = median(through_proxy, ROUNDS),
	       theirs = median(through_relay, ROUNDS);
	double megabytes = (double)n * (double)payload / 1e6;
	printf("  %5zu bytes  proxy %7.0f packets/s %5.0f MB/s   relay %7.0f %5.0f MB/s   ratio "
	       "%.2f (mark 0.70 %s)\n",
	       payload, (double)n / ours, megabytes / ours, (double)n / theirs,
	       megabytes / theirs, theirs / ours, mark(theirs / ours >= 0.7));
	say_processor(median(of_proxy, ROUNDS), median(of_relay, ROUNDS), n);
}

static void latency(int proxy, int relay_port, int direct)
{
	double through_proxy[ROUNDS], through_relay[ROUNDS], straight[ROUNDS];
	for (int i = 0; i < ROUNDS; i++) {
		straight[i] = ping(direct);
		through_relay[i] = ping(relay_port);
		through_proxy[i] = ping(proxy);
	}
	double base = median(straight, ROUNDS) * 1e6;
	double ours = median(through_proxy, ROUNDS) * 1e6 - base;
	double theirs = median(through_relay, ROUNDS) * 1e6 - base;
	printf("  direct %.0f us; added by the proxy %.0f us, by the relay %.0f us, ratio %.2f\n",
	       base, ours, theirs, ours / theirs);
}

static long resident_kib(pid_t pid)
{
	char path[64], line[256];
	long kib = 0;
	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "VmRSS: %ld", &kib);
	if (file)
		fclose(file);
	return kib;
}

static void crowd(pid_t pid, int port)
{
	static int fds[CROWD];
	uint8_t pong[2];
	long before = resident_kib(pid);
	for (int i = 0; i < CROWD; i++) {
		fds[i] = client(port, i);
		send_all(fds[i], (const uint8_t *)"\xc0\0", 2);
		receive(fds[i], pong, sizeof(pong));
	}
	double each = (double)(resident_kib(pid) - before) / CROWD;
	printf("  %d connections: %.1f KiB each (mark 32 KiB %s)\n", CROWD, each,
	       mark(each < 32));
	for (int i = 0; i < CROWD; i++)
		close(fds[i]);
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	struct between proxy, relaying;
	int sink_port;
	if (argc != 2)
		return 2;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	int listening = listen_anywhere(&sink_port);
	pid_t sinker = child();
	if (sinker == 0)
		sink(listening);
	int relay_listening = listen_anywhere(&relaying.port);
	relaying.pid = child();
	if (relaying.pid == 0)
		relay(relay_listening, sink_port);
	proxy.pid = start_proxy(argv[1], sink_port, &proxy.port);

	printf("Memory of the proxy, each client having said CONNECT and PINGREQ\n");
	crowd(proxy.pid, proxy.port);
	printf("Throughput, %d senders of PUBLISH QoS 0; medians of %d rounds, in turn\n",
	       SENDERS, ROUNDS);
	throughput(&proxy, &relaying, 100, 800000);
	throughput(&proxy, &relaying, 1000, 300000);
	throughput(&proxy, &relaying, 10000, 60000);
	printf("Latency, PUBLISH QoS 1 to PUBACK, medians of %d; %d rounds, in turn\n",
	       PINGS, ROUNDS);
	latency(proxy.port, relaying.port, sink_port);
	kill(proxy.pid, SIGTERM);
	waitpid(proxy.pid, NULL, 0);
	kill(relaying.pid, SIGKILL);
	kill(sinker, SIGKILL);
	return 0;
}
