/* fuzz_client_name.c - the first bytes of a client, and what its link is called by them. */
#include "tests/fuzz/fuzz.h"

#include "net/proxy/name.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char name[LINK_NAME_MAX], shorter[LINK_NAME_MAX];
	memset(name, 'x', sizeof(name));
	enum name_answer answer = name_of_client(bytes, size, name);
	if (answer == NAME_KNOWN) {
		size_t length = strnlen(name, sizeof(name));
		assert(length < sizeof(name) && length > strlen("client/"));
		assert(strncmp(name, "client/", 7) == 0);
	}
	/* More bytes may settle what was open, and never change what was settled. */
	if (size > 0 && name_of_client(bytes, size - 1, shorter) == NAME_KNOWN)
		assert(answer == NAME_KNOWN && strcmp(name, shorter) == 0);
	return 0;
}
