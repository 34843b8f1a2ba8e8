/*
 * tap.c - a relay that writes down what passes, and knows nothing of jobjam or MQTT.
 *
 *	tap LISTEN UPSTREAM FOLDER    unix paths; LISTEN "tcp" is a free port of 127.0.0.1
 *
 * Says "listening PORT" first. The bytes of its n-th connection go to FOLDER/n.up and
 * FOLDER/n.down; a half-close is passed on. FOLDER/ends has a line "n up end" or "n down reset"
 * for each way that came to its end, and for what reason. Ends with SIGTERM.
 *
 *	tap types FILE...    the packet types in the files, by nothing but their first bytes
 *	                     and lengths: "1 3 8 14"
 *	tap packets FILE...  a line for each packet: type, flags, length of what follows, and
 *	                     that in hex (SHOWN bytes at most); "cut TYPE BYTES" for one that
 *	                     is not whole, of which so many bytes are there
 *	tap count TEXT       TEXT with numbers in place of its {...}, of what is recorded below
 *	                     clients/ and broker/: {c.up ^3} lines of packets that match, {b.up
 *	                     bytes}, {c.conns} connections that said something, {b.ends up} lines of
 *	                     ends of such that match, {changed up ^3} packets not the same at both ends
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <glob.h>
#include <poll.h>
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MANY = 256, SHOWN = 200 };

static struct way {
	int from, to; /* from -1: nothing more comes */
	FILE *record, *ends;
	int number;
	bool up;
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
	static FILE *ends;
	int number = n_ways / 2 + 1;
	if (!ends) {
		char path[512];
		snprintf(path, sizeof(path), "%s/ends", folder);
		ends = fopen(path, "w");
		if (!ends)
			fail(path);
	}
	ways[n_ways++] = (struct way){client, server, record(folder, number, "up"), ends, number, true};
	ways[n_ways++] = (struct way){server, client, record(folder, number, "down"), ends, number, false};
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
		fprintf(way->ends, "%d %s %s\n", way->number, way->up ? "up" : "down", n < 0 ? "reset" : "end");
		fflush(way->ends);
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

/* Returns false at the end of the file. */
static bool print_packet(FILE *file, FILE *to)
{
	int first = fgetc(file), got = 1, byte = 0x80;
	long length = 0;
	if (first == EOF)
		return false;
	for (int shift = 0; byte & 0x80 && shift <= 21; shift += 7) {
		if ((byte = fgetc(file)) == EOF) {
			fprintf(to, "cut %d %d\n", first >> 4, got);
			return false;
		}
		got++;
		length |= (long)(byte & 0x7f) << shift;
	}
	long here = ftell(file);
	fseek(file, 0, SEEK_END);
	long there = ftell(file) - here;
	fseek(file, here, SEEK_SET);
	if (there < length) {
		fprintf(to, "cut %d %ld\n", first >> 4, got + there);
		return false;
	}
	fprintf(to, "%d %d %ld ", first >> 4, first & 15, length);
	for (long i = 0; i < length; i++) {
		byte = fgetc(file);
		if (i < SHOWN)
			fprintf(to, "%02x", (unsigned)byte);
	}
	fprintf(to, "\n");
	return true;
}

static void packets(int n, char **paths, FILE *to)
{
	for (int i = 0; i < n; i++) {
		FILE *file = fopen(paths[i], "rb");
		if (!file)
			fail(paths[i]);
		while (print_packet(file, to))
			;
		fclose(file);
	}
}

/* --- counting ------------------------------------------------------------------------ */

static glob_t files_of(const char *side, const char *way)
{
	char pattern[64];
	glob_t paths = {0};
	snprintf(pattern, sizeof(pattern), "%s/*%s%s", side, *way ? "." : "", way);
	glob(pattern, 0, NULL, &paths);
	return paths;
}

/* All packets of that side and way as lines; to be freed. */
static char *lines_of(const char *side, const char *way)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	glob_t paths = files_of(side, way);
	packets((int)paths.gl_pathc, paths.gl_pathv, to);
	fclose(to);
	globfree(&paths);
	return text;
}

/* The proxy also looks, without a word, whether somebody is there. */
static bool said_something(const char *side, int number)
{
	char path[64];
	struct stat about;
	snprintf(path, sizeof(path), "%s/%d.up", side, number);
	return stat(path, &about) == 0 && about.st_size > 0;
}

static char *ends_of(const char *side)
{
	char path[64], line[64], *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size), *file;
	snprintf(path, sizeof(path), "%s/ends", side);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (said_something(side, atoi(line)))
			fputs(line, to);
	if (file)
		fclose(file);
	fclose(to);
	return text;
}

/* In any order for ret NULL; else the first `most` lines that match are put there. */
static int matching(char *text, const char *pattern, char **ret, int most)
{
	regex_t regex;
	int n = 0;
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		fail(pattern);
	for (char *save = NULL, *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (regexec(&regex, line, 0, NULL, 0) != 0)
			continue;
		if (ret && n < most)
			ret[n] = line;
		n++;
	}
	regfree(&regex);
	return n;
}

static int changed(const char *way, const char *pattern)
{
	static char *here[4096], *there[4096];
	char *one = lines_of("clients", way), *two = lines_of("broker", way);
	int n = matching(one, pattern, here, 4096), m = matching(two, pattern, there, 4096),
	    differ = 0;
	for (int i = 0; i < n || i < m; i++)
		differ += i >= n || i >= m || strcmp(here[i], there[i]) != 0;
	free(one);
	free(two);
	return differ;
}

static long bytes_of(const char *side, const char *way, bool connections)
{
	glob_t paths = files_of(side, way);
	long sum = 0;
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		FILE *file = fopen(paths.gl_pathv[i], "rb");
		if (!file)
			continue;
		fseek(file, 0, SEEK_END);
		sum += connections ? ftell(file) > 0 : ftell(file);
		fclose(file);
	}
	globfree(&paths);
	return sum;
}

/* One {...}, without its braces. */
static long count_one(char *what)
{
	char *rest = strpbrk(what, " .");
	if (!rest)
		fail(what);
	const char *side = what[0] == 'b' ? "broker" : "clients";
	bool is_changed = *rest == ' ';
	char *way = rest + 1, *pattern = strchr(way, ' ');
	if (pattern)
		*pattern++ = '\0';
	if (is_changed)
		return changed(way, pattern);
	if (strcmp(way, "conns") == 0)
		return bytes_of(side, "up", true);
	if (strcmp(pattern, "bytes") == 0)
		return bytes_of(side, way, false);
	char *text = strcmp(way, "ends") == 0 ? ends_of(side) : lines_of(side, way);
	long n = matching(text, pattern, NULL, 0);
	free(text);
	return n;
}

static void count(char *text)
{
	for (char *at = text; *at; at++) {
		char *end = *at == '{' ? strchr(at, '}') : NULL;
		if (!end) {
			putchar(*at);
			continue;
		}
		*end = '\0';
		printf("%ld", count_one(at + 1));
		at = end;
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "types") == 0)
		return types(argc - 2, argv + 2);
	if (argc > 2 && strcmp(argv[1], "packets") == 0)
		return packets(argc - 2, argv + 2, stdout), 0;
	if (argc == 3 && strcmp(argv[1], "count") == 0)
		return count(argv[2]), 0;
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
