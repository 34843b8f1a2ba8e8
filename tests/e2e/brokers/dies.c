/* dies.c - a broker that ends as soon as somebody connects. */
#include "broker.h"

#include <poll.h>

int main(int argc, char **argv)
{
	struct pollfd door = {.fd = broker_listen(argc, argv), .events = POLLIN};

	poll(&door, 1, -1);
	fprintf(stderr, "somebody came; that was too much\n");
	return 3;
}
