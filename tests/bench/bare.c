/*
 * bare.c - the yardstick of `make bench`: the packets of a recorded run, pushed through
 * the same broker by a bare loop, without jobjam.
 *
 *	bare BROKER EVENTS.ndjson FOLDER
 *
 * EVENTS is a full trace of a run without faults. The broker is started here on real time,
 * with the configuration that jobjam gives it, on a socket in FOLDER (a short path). Loop
 * and broker share one core, as they do in jobjam.
 *
 * Each link of the trace becomes one plain AF_UNIX connection, subscribed to the topics that
 * were delivered to it; then each PUBLISH and PINGREQ that a client sent is sent again, in
 * order, with the same topic, QoS and size, and the loop waits until all that the broker
 * answers has come back. No codec, no faults, no library, no virtual time: what remains is
 * broker and kernel.
 *
 * Prints: packets (sent and received, by loop and broker alike), messages delivered,
 * seconds, and seconds of processor time of loop and broker. Reading the trace counts for
 * neither; the broker's start and end count for the processor time only.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	LINKS_MAX = 16384,
	TOPICS_MAX = 65536, /* a power of two: a table with open places */
	LINE_MAX_BYTES = 16384,
	PACKET_MAX = 1 << 18
};

struct topic {
	char name[96];
	int receiver; /* the link that it was delivered to; -1: none */
	int qos;      /* the highest at which it was delivered: the subscription's */
};

struct step { /* one packet that goes up */
	int link;
	struct topic *topic; /* NULL: a PINGREQ */
	int qos;
	size_t payload;
};

static struct {
	char name[64];
	int fd;
} links[LINKS_MAX];
static int n_links;
static struct topic topics[TOPICS_MAX];
static size_t n_topics;
static struct step *steps;
static size_t n_steps, room, packets, delivered;
static char conf_path[100], socket_path[100], log_path[100];
static pid_t broker = -1;

static void tidy(void)
{
	if (broker > 0) {
		kill(broker, SIGTERM);
		waitpid(broker, NULL, 0);
	}
	broker = -1;
	unlink(conf_path);
	unlink(socket_path);
	unlink(log_path);
}

static void die(const char *what)
{
	fprintf(stderr, "bare: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* ---- the trace ---- */

/* The text or number after "key": in a line of jobjam's writer; "" when absent. */
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

/* Links come in bursts, the present one mostly near the one before. */
static int link_called(const char *name)
{
	static int last;

	for (int i = 0; i < n_links; i++) {
		int at = (last + i) % n_links;

		if (strcmp(links[at].name, name) == 0)
			return last = at;
	}
	if (n_links == LINKS_MAX)
		die("too many links");
	snprintf(links[n_links].name, sizeof(links[0].name), "%s", name);
	return last = n_links++;
}

static struct topic *topic_called(const char *name)
{
	size_t at = 5381;

	for (const char *c = name; *c; c++)
		at = at * 33 + (unsigned char)*c;
	for (at %= TOPICS_MAX; topics[at].name[0]; at = (at + 1) % TOPICS_MAX)
		if (strcmp(topics[at].name, name) == 0)
			return &topics[at];
	if (++n_topics > TOPICS_MAX / 2)
		die("too many topics");
	snprintf(topics[at].name, sizeof(topics[at].name), "%s", name);
	topics[at].receiver = -1;
	return &topics[at];
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
	if (strncmp(kind, "mqtt.", 5) != 0 || strcmp(kind, "mqtt.queued") == 0)
		return;
	field(line, "who", who, sizeof(who));
	step.link = link_called(who);
	field(line, "type", text, sizeof(text));
	if (strcmp(kind, "mqtt.packet") == 0 && strcmp(text, "PINGREQ") == 0)
		remember(&step);
	field(line, "topic", text, sizeof(text));
	if (!text[0])
		return;
	step.topic = topic_called(text);
	field(line, "qos", text, sizeof(text));
	step.qos = atoi(text);
	field(line, "bytes", text, sizeof(text));
	step.payload = strtoul(text, NULL, 10);
	if (strcmp(kind, "mqtt.publish") == 0) {
		remember(&step);
	} else if (strcmp(kind, "mqtt.deliver") == 0) {
		step.topic->receiver = step.link;
		step.topic->qos = step.qos > step.topic->qos ? step.qos : step.topic->qos;
	}
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
	if (n_steps == 0) {
		errno = ENOMSG;
		die("no packet in this trace; was it made with --trace full?");
	}
}

/* ---- the broker ---- */

static void share_this_core(void)
{
	int core = sched_getcpu();
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((unsigned)core, &set);
	if (core < 0 || sched_setaffinity(0, sizeof(set), &set) != 0)
		die("cannot stay on one core");
}

static int dial(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, socket_path, sizeof(socket_path));
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* As sim/world/broker.c configures it. */
static void start_broker(const char *path, const char *folder)
{
	FILE *conf;

	snprintf(conf_path, sizeof(conf_path), "%.80s/conf", folder);
	snprintf(socket_path, sizeof(socket_path), "%.80s/b", folder);
	snprintf(log_path, sizeof(log_path), "%.80s/log", folder);
	atexit(tidy);
	conf = fopen(conf_path, "we");
	if (!conf)
		die(conf_path);
	fprintf(conf,
		"listener 0 %s\nallow_anonymous true\npersistence false\nsys_interval 0\n"
		"log_dest stderr\nlog_type error\nlog_type warning\nlog_type notice\n"
		"log_type information\n%s",
		socket_path, geteuid() == 0 ? "user root\n" : "");
	fclose(conf);
	broker = fork();
	if (broker < 0)
		die("fork");
	if (broker == 0) {
		int log = open(log_path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(log, STDERR_FILENO);
		execl(path, path, "-c", conf_path, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 500; i++) {
		int fd = dial();

		if (fd >= 0) {
			close(fd);
			return;
		}
		usleep(10000);
	}
	die("the broker does not listen");
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

static void send_packet(int fd, uint8_t first, const uint8_t *body, size_t length)
{
	static uint8_t packet[PACKET_MAX + 8];
	size_t head = 1 + put_length(packet + 1, length);

	packet[0] = first;
	memcpy(packet + head, body, length);
	if (send(fd, packet, head + length, MSG_NOSIGNAL) != (ssize_t)(head + length))
		die("send");
	packets++;
}

static void receive(int fd, uint8_t *bytes, size_t length)
{
	while (length) {
		ssize_t n = recv(fd, bytes, length, 0);

		if (n <= 0)
			die("recv");
		bytes += n;
		length -= (size_t)n;
	}
}

/* Lock step: one packet at most is on its way to a link, so that one read mostly takes all
 * of it. A QoS 1 delivery is acknowledged. Dies when another type comes. */
static void receive_packet(int fd, uint8_t type)
{
	static uint8_t bytes[PACKET_MAX + 8];
	size_t length = 0, shift = 0, head = 1;
	ssize_t got = recv(fd, bytes, sizeof(bytes), 0);

	if (got < 2)
		die("recv");
	do {
		length |= (size_t)(bytes[head] & 0x7f) << shift;
		shift += 7;
	} while (bytes[head++] & 0x80);
	if (head + length > sizeof(bytes) || (size_t)got > head + length ||
	    (bytes[0] & 0xf0) != type) {
		errno = EPROTO;
		die("not the packet that was due");
	}
	receive(fd, bytes + got, head + length - (size_t)got);
	packets++;
	if ((bytes[0] & 0xf6) == 0x32) {
		size_t topic = (size_t)bytes[head] << 8 | bytes[head + 1];

		send_packet(fd, 0x40, bytes + head + 2 + topic, 2);
	}
}

static void connect_link(int link)
{
	uint8_t body[200];
	size_t n = 10;

	links[link].fd = dial();
	if (links[link].fd < 0)
		die("connect");
	memcpy(body, "\0\4MQTT\4\2\377\377", 10); /* level 4, clean session, 65535 s */
	n += put_text(body + n, links[link].name);
	send_packet(links[link].fd, 0x10, body, n);
	receive_packet(links[link].fd, 0x20);
}

static void subscribe(const struct topic *topic)
{
	uint8_t body[128] = {0, 1};
	size_t n = 2;

	if (!topic->name[0] || topic->receiver < 0)
		return;
	n += put_text(body + n, topic->name);
	body[n++] = (uint8_t)topic->qos;
	send_packet(links[topic->receiver].fd, 0x82, body, n);
	receive_packet(links[topic->receiver].fd, 0x90);
}

static void push(const struct step *step)
{
	static uint8_t body[PACKET_MAX];
	int fd = links[step->link].fd;
	const struct topic *topic = step->topic;
	size_t n;

	if (!topic) {
		send_packet(fd, 0xc0, body, 0);
		receive_packet(fd, 0xd0);
		return;
	}
	if (step->payload + sizeof(topic->name) + 4 > sizeof(body))
		die("payload too long");
	n = put_text(body, topic->name);
	if (step->qos) {
		body[n++] = 0;
		body[n++] = 1;
	}
	memset(body + n, 'x', step->payload);
	send_packet(fd, (uint8_t)(0x30 | step->qos << 1), body, n + step->payload);
	if (step->qos)
		receive_packet(fd, 0x40);
	if (topic->receiver >= 0) {
		receive_packet(links[topic->receiver].fd, 0x30);
		delivered++;
	}
}

/* ---- measuring ---- */

static double wall_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double processor_s(int who)
{
	struct rusage used;

	getrusage(who, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
	double wall, processor;

	if (argc != 4) {
		fputs("usage: bare BROKER EVENTS.ndjson FOLDER\n", stderr);
		return 2;
	}
	raise_descriptors();
	read_events(argv[2]);
	share_this_core();
	start_broker(argv[1], argv[3]);
	wall = wall_s();
	processor = processor_s(RUSAGE_SELF);
	for (int i = 0; i < n_links; i++)
		connect_link(i);
	for (size_t i = 0; i < TOPICS_MAX; i++)
		subscribe(&topics[i]);
	for (size_t i = 0; i < n_steps; i++)
		push(&steps[i]);
	wall = wall_s() - wall;
	processor = processor_s(RUSAGE_SELF) - processor;
	tidy();
	processor += processor_s(RUSAGE_CHILDREN);
	printf("%zu %zu %.3f %.3f\n", packets, delivered, wall, processor);
	free(steps);
	return 0;
}
