/* stranger - listens on a port of 127.0.0.1 (printed as "listening PORT") and is no broker:
 *	http    answers whatever it is told like a web server
 *	mute    takes connections and says nothing
 *	closes  hangs up at the first word
 *	frail   is one for five connections, and gone at the sixth */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char PAGE[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
static const char CONNACK[] = "\x20\x02\x00\x00";

static int listen_somewhere(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 16) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &length) != 0)
		return -1;
	printf("listening %d\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

static void serve(int peer, const char *how)
{
	char heard[4096];
	ssize_t n;

	while ((n = read(peer, heard, sizeof(heard))) > 0) {
		if (strcmp(how, "closes") == 0)
			break;
		if (strcmp(how, "http") == 0)
			(void)!write(peer, PAGE, sizeof(PAGE) - 1);
		if (strcmp(how, "frail") == 0 && heard[0] == 0x10)
			(void)!write(peer, CONNACK, sizeof(CONNACK) - 1);
	}
	close(peer);
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "mute";
	int fd = listen_somewhere();

	for (int i = 0; fd >= 0; i++) {
		int peer = accept(fd, NULL, NULL);

		if (peer < 0 || (strcmp(how, "frail") == 0 && i == 5))
			return 1;
		if (fork() == 0) {
			close(fd);
			serve(peer, how);
			return 0;
		}
		close(peer);
	}
	return 1;
}
