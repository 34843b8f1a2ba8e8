/* fuzz_endpoint.c - addresses of the proxy as people write them. Nobody is asked about
 * names: the only host that is known here is "known", beside numbers. */
#include "tests/fuzz/fuzz.h"

#include "net/proxy/endpoint.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct found {
	struct addrinfo info;
	struct sockaddr_in address;
};

/* In place of libc's. */
int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
		struct addrinfo **ret_list)
{
	struct in_addr number;
	if (!node || strcmp(node, "known") == 0)
		node = "127.0.0.1";
	if (inet_pton(AF_INET, node, &number) != 1)
		return EAI_NONAME;
	struct found *found = calloc(1, sizeof(*found));
	assert(found && hints);
	found->address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)(service ? atoi(service) : 0)),
		.sin_addr = number};
	found->info = (struct addrinfo){.ai_family = AF_INET,
					.ai_socktype = SOCK_STREAM,
					.ai_addrlen = sizeof(found->address),
					.ai_addr = (struct sockaddr *)&found->address};
	*ret_list = &found->info;
	return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
	free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char text[2048];
	struct endpoint endpoint;
	struct sim_error error = {0};

	if (size >= sizeof(text))
		return 0;
	memcpy(text, bytes, size);
	text[size] = '\0';
	if (endpoint_parse("--listen", text, &endpoint, &error) != SIM_OK) {
		assert(error.code != SIM_OK && error.text[0] != '\0');
		return 0;
	}
	assert(endpoint.length > 0 && endpoint.length <= sizeof(endpoint.address));
	assert(memchr(endpoint.host, '\0', sizeof(endpoint.host)));
	assert(memchr(endpoint.text, '\0', sizeof(endpoint.text)) && endpoint.text[0]);
	assert(endpoint.local == (endpoint.address.ss_family == AF_UNIX));
	assert(!endpoint.local || endpoint.loopback);
	return 0;
}
