/* port.c - one that knows ports alone: port listen PORT, or port connect HOST PORT. */
#include "tests/probes/probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

union address {
	struct sockaddr any;
	struct sockaddr_in inet;
	struct sockaddr_in6 inet6;
	struct sockaddr_storage room;
};

static socklen_t parse(const char *host, const char *port, union address *ret_address)
{
	*ret_address = (union address){0};
	if (inet_pton(AF_INET, host, &ret_address->inet.sin_addr) == 1) {
		ret_address->inet.sin_family = AF_INET;
		ret_address->inet.sin_port = htons((uint16_t)atoi(port));
		return sizeof(ret_address->inet);
	}
	if (inet_pton(AF_INET6, host, &ret_address->inet6.sin6_addr) != 1)
		exit(8);
	ret_address->inet6.sin6_family = AF_INET6;
	ret_address->inet6.sin6_port = htons((uint16_t)atoi(port));
	return sizeof(ret_address->inet6);
}

static void say_address(const char *what, int answer, const union address *address)
{
	char host[INET_ADDRSTRLEN] = "?";

	if (answer == -1 || address->any.sa_family != AF_INET) {
		printf("%s %d, family %d\n", what, answer, address->any.sa_family);
		return;
	}
	inet_ntop(AF_INET, &address->inet.sin_addr, host, sizeof(host));
	printf("%s %s:%d\n", what, host, ntohs(address->inet.sin_port));
}

static void say_names(int fd)
{
	union address address = {0};
	socklen_t length = sizeof(address);
	int one = 1;

	say_address("here", getsockname(fd, &address.any, &length), &address);
	length = sizeof(address);
	say_address("there", getpeername(fd, &address.any, &length), &address);
	printf("no delay %d\n",
	       setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
}

static int listen_at(const char *host, const char *port)
{
	union address address;
	socklen_t length = parse(host, port, &address);
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, &address.any, length) != 0 || listen(fd, 4) != 0) {
		printf("no listening at %s: %s\n", host, strerrorname_np(errno));
		exit(0);
	}
	printf("close on exec %d\n", fcntl(fd, F_GETFD) == FD_CLOEXEC);
	return fd;
}

static int serve(const char *port)
{
	struct pollfd waits[] = {{.fd = listen_at("0.0.0.0", port), .events = POLLIN},
				 {.fd = listen_at("::", port), .events = POLLIN}};
	union address address = {0};
	socklen_t length = sizeof(address);
	int fd;

	poll(waits, 2, -1);
	fd = accept(waits[waits[1].revents != 0].fd, &address.any, &length);
	say_address("accepted", fd < 0 ? -1 : 0, &address);
	say_names(fd);
	return 0;
}

static int call(const char *host, const char *port)
{
	union address address;
	socklen_t length = parse(host, port, &address);
	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int result = connect(fd, &address.any, length), error = -1;
	struct pollfd waits = {.fd = fd, .events = POLLOUT};

	printf("%s\n", result == 0 ? "connected" : strerrorname_np(errno));
	if (result != 0 && errno != EINPROGRESS)
		return 0;
	poll(&waits, 1, -1);
	length = sizeof(error);
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
	printf("then %d\n", error);
	say_names(fd);
	send(fd, "hello", 5, MSG_NOSIGNAL);
	return 0;
}

int main(int argc, char **argv)
{
	probe_begin();
	if (argc == 3 && strcmp(argv[1], "listen") == 0)
		return serve(argv[2]);
	return argc == 4 ? call(argv[2], argv[3]) : 8;
}
