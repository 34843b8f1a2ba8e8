/* endpoint.c - addresses: reading, listening, calling. */
#include "net/proxy/endpoint.h"

#include "net/stream/raw.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	BACKLOG = 4096,
	PROBE_MS = 5000
};

/* --- reading ---------------------------------------------------------------------- */

static bool take_prefix(const char **text, const char *prefix)
{
	size_t length = strlen(prefix);
	if (strncmp(*text, prefix, length) != 0)
		return false;
	*text += length;
	return true;
}

static int parse_unix(const char *option, const char *path, struct endpoint *endpoint,
		      struct sim_error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path))
		return sim_fail(error, SIM_EINVAL,
				"%s unix:%.120s: a path of 1 to %zu bytes is needed",
				option, path, sizeof(address.sun_path) - 1);
	memcpy(address.sun_path, path, strlen(path) + 1);
	memcpy(&endpoint->address, &address, sizeof(address));
	endpoint->length = sizeof(address);
	endpoint->local = endpoint->loopback = true;
	snprintf(endpoint->host, sizeof(endpoint->host), "%s", path);
	snprintf(endpoint->text, sizeof(endpoint->text), "unix:%.280s", path);
	return SIM_OK;
}

static bool is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)address;
		return ntohl(in->sin_addr.s_addr) >> 24 == 127;
	}
	const struct sockaddr_in6 *in6 = (const void *)address;
	return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

/* "host:port" or "[host]:port" apart. False: it is neither. */
static bool split(const char *text, char *host, size_t size, const char **ret_port)
{
	const char *colon = strrchr(text, ':'), *end = colon;
	if (!colon || colon == text)
		return false;
	if (text[0] == '[') {
		text++;
		end = colon - 1;
		if (end < text || *end != ']')
			return false;
	} else if (memchr(text, ':', (size_t)(colon - text))) {
		return false; /* an IPv6 address without its brackets */
	}
	if (end == text || (size_t)(end - text) >= size)
		return false;
	snprintf(host, size, "%.*s", (int)(end - text), text);
	*ret_port = colon + 1;
	size_t digits = strspn(*ret_port, "0123456789");
	return digits > 0 && digits <= 5 && (*ret_port)[digits] == '\0' &&
	       atoi(*ret_port) <= 65535;
}

static int parse_inet(const char *option, const char *text, struct endpoint *endpoint,
		      struct sim_error *error)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICSERV};
	struct addrinfo *found;
	const char *port;
	if (!split(text, endpoint->host, sizeof(endpoint->host), &port))
		return sim_fail(
			error, SIM_EINVAL,
			"%s %.200s: an address is needed, such as 127.0.0.1:1883, "
			"[::1]:1883, tls:localhost:8883 or unix:/path",
			option, text);
	int rc = getaddrinfo(endpoint->host, port, &hints, &found);
	if (rc != 0)
		return sim_fail(error, SIM_ENOENT, "%s %.200s: %s", option, text,
				gai_strerror(rc));
	memcpy(&endpoint->address, found->ai_addr, found->ai_addrlen);
	endpoint->length = found->ai_addrlen;
	endpoint->loopback = is_loopback(found->ai_addr);
	freeaddrinfo(found);
	snprintf(endpoint->text, sizeof(endpoint->text), "%s%.280s",
		 endpoint->tls ? "tls:" : "", text);
	return SIM_OK;
}

int endpoint_parse(const char *option, const char *text, struct endpoint *ret_endpoint,
		   struct sim_error *error)
{
	struct endpoint endpoint = {0};
	int status;
	if (take_prefix(&text, "unix:")) {
		status = parse_unix(option, text, &endpoint, error);
	} else {
		endpoint.tls =
			take_prefix(&text, "tls:") || take_prefix(&text, "mqtts://");
		if (!endpoint.tls && !take_prefix(&text, "tcp:"))
			take_prefix(&text, "mqtt://");
		status = parse_inet(option, text, &endpoint, error);
	}
	if (status == SIM_OK)
		*ret_endpoint = endpoint;
	return status;
}

/* --- listening -------------------------------------------------------------------- */

/* A socket file that nobody answers at is a dead process's. */
static void clear_stale(const struct endpoint *endpoint)
{
	struct stat file;
	int fd;
	if (!endpoint->local || lstat(endpoint->host, &file) != 0 ||
	    !S_ISSOCK(file.st_mode))
		return;
	fd = raw_socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	if (raw_connect(fd, (const struct sockaddr *)&endpoint->address,
			endpoint->length) != 0 &&
	    errno == ECONNREFUSED)
		unlink(endpoint->host);
	raw_close(fd);
}

static const char *advice(int code)
{
	switch (code) {
	case EADDRINUSE:
		return "; something listens there already: end it, or choose another";
	case EADDRNOTAVAIL:
		return "; that is no address of this machine";
	case EACCES:
		return "; ports below 1024 and foreign folders need rights that you have not";
	default:
		return "";
	}
}

static void learn_port(struct endpoint *endpoint, int fd)
{
	socklen_t length = sizeof(endpoint->address);
	char host[300], port[16];
	if (endpoint->local ||
	    getsockname(fd, (struct sockaddr *)&endpoint->address, &length) != 0 ||
	    getnameinfo((struct sockaddr *)&endpoint->address, length, host, sizeof(host),
			port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return;
	snprintf(endpoint->text, sizeof(endpoint->text), "%s%s%.256s%s:%s",
		 endpoint->tls ? "tls:" : "", strchr(endpoint->host, ':') ? "[" : "",
		 endpoint->host, strchr(endpoint->host, ':') ? "]" : "", port);
}

int endpoint_listen(struct endpoint *endpoint, int *ret_fd, struct sim_error *error)
{
	const struct sockaddr *address = (const struct sockaddr *)&endpoint->address;
	int yes = 1, code;
	int fd = raw_socket(address->sa_family,
			    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 && !endpoint->local)
		raw_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	clear_stale(endpoint);
	mode_t mask = umask(endpoint->local ? 0177 : 022); /* a socket for us alone */
	bool fine = fd >= 0 && bind(fd, address, endpoint->length) == 0 &&
		    listen(fd, BACKLOG) == 0;
	code = errno;
	umask(mask);
	if (!fine) {
		if (fd >= 0)
			raw_close(fd);
		return sim_fail(error, SIM_EINVAL, "cannot listen on %s: %s%s",
				endpoint->text, strerror(code), advice(code));
	}
	learn_port(endpoint, fd);
	*ret_fd = fd;
	return SIM_OK;
}

/* --- calling ---------------------------------------------------------------------- */

void endpoint_hurry(int fd)
{
	int yes = 1;
	raw_setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

int endpoint_dial(const struct endpoint *endpoint)
{
	int fd = raw_socket(endpoint->address.ss_family,
			    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (raw_connect(fd, (const struct sockaddr *)&endpoint->address,
			endpoint->length) != 0 &&
	    errno != EINPROGRESS) {
		int code = errno;
		raw_close(fd);
		return -code;
	}
	if (!endpoint->local)
		endpoint_hurry(fd);
	return fd;
}

static int wait_connected(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	int code = 0;
	socklen_t length = sizeof(code);
	int n;
	do
		n = poll(&wait, 1, PROBE_MS);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		return ETIMEDOUT;
	if (n < 0 || raw_getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) != 0)
		return errno;
	return code;
}

int endpoint_call(const struct endpoint *endpoint)
{
	int fd = endpoint_dial(endpoint);
	int code = fd < 0 ? 0 : wait_connected(fd);
	if (code == 0)
		return fd;
	raw_close(fd);
	return -code;
}

int endpoint_probe(const struct endpoint *endpoint, struct sim_error *error)
{
	int fd = endpoint_call(endpoint);
	int code = fd < 0 ? -fd : 0;
	if (fd >= 0)
		raw_close(fd);
	if (code == 0 || code == EAGAIN)
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL,
			"the upstream %s cannot be reached: %s; start the broker first, "
			"or say where it is with --upstream",
			endpoint->text, strerror(code));
}
