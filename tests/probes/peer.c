/*
 * peer.c - who is there for a guest: peer PORT HOST.
 *
 * Looks HOST up as mosquitto does, then connects to 127.0.0.1 at PORT, waiting for it and not,
 * says "hello" on each, and tells what it was answered.
 */
#include "tests/probes/probe.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>

static void look_up(const char *host)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct gaicb request = {.ar_name = host, .ar_request = &hints}, *list = &request;
	char text[INET_ADDRSTRLEN] = "nothing";
	int answer = getaddrinfo_a(GAI_NOWAIT, &list, 1, NULL);

	if (answer == 0)
		answer = gai_error(&request);
	if (answer == 0) {
		struct sockaddr_in found;

		memcpy(&found, request.ar_result->ai_addr, sizeof(found));
		inet_ntop(AF_INET, &found.sin_addr, text, sizeof(text));
		freeaddrinfo(request.ar_result);
	}
	printf("%s is %s: %s\n", host, text, answer ? gai_strerror(answer) : "found");
}

static void call(int port, int flags)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons((uint16_t)port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | flags, 0), error = 0;
	socklen_t length = sizeof(error);

	probe_say("connect",
		  connect(fd, (const struct sockaddr *)&address, sizeof(address)));
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
	printf("then %s, %s, %s\n", error ? strerrorname_np(error) : "no error",
	       fcntl(fd, F_GETFL) & O_NONBLOCK ? "not waiting" : "waiting",
	       fcntl(fd, F_GETFD) & FD_CLOEXEC ? "closed by exec" : "kept by exec");
	probe_say("send", send(fd, "hello", 5, MSG_NOSIGNAL));
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 9;
	setvbuf(stdout, NULL, _IONBF, 0);
	probe_begin();
	look_up(argv[2]);
	call(atoi(argv[1]), SOCK_CLOEXEC);
	call(atoi(argv[1]), SOCK_NONBLOCK);
	return 0;
}
