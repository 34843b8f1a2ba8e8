/*
 * names.c - looking up names without the threads that glibc would do it with.
 *
 * getaddrinfo_a starts a thread inside the libc, out of the shim's reach, and its answer
 * comes when the host's scheduler likes. Here the answer is there at once, and names are
 * none: an address in digits is all that means the same in every run.
 */
#include "sim/guest/shim/shim.h"

#include <linux/time.h>

/* netdb.h, as glibc has it. */
#define AI_NUMERICHOST 0x4
#define EAI_AGAIN      (-3)
#define EAI_ALLDONE    (-103)

struct addrinfo {
	int flags, family, type, protocol;
	unsigned length;
	void *address;
	char *canonical;
	struct addrinfo *next;
};

struct gaicb {
	const char *name, *service;
	const struct addrinfo *request;
	struct addrinfo *result;
	int answer;
	int reserved[5];
};

int getaddrinfo(const char *name, const char *service, const struct addrinfo *request,
		struct addrinfo **ret_result) __attribute__((weak));

SHIM_EXPORT int getaddrinfo_a(int mode, struct gaicb **list, int n, void *event);
SHIM_EXPORT int gai_error(struct gaicb *request);
SHIM_EXPORT int gai_cancel(struct gaicb *request);
SHIM_EXPORT int gai_suspend(const struct gaicb *const *list, int n,
			    const struct timespec *timeout);

static void answer(struct gaicb *request)
{
	struct addrinfo hints =
		request->request ? *request->request : (struct addrinfo){0};

	hints.flags |= AI_NUMERICHOST;
	request->answer = getaddrinfo ? getaddrinfo(request->name, request->service,
						    &hints, &request->result)
				      : EAI_AGAIN;
}

/* event: who is told when all is there. It is there before anybody could wait for it. */
int getaddrinfo_a(int mode, struct gaicb **list, int n, void *event)
{
	(void)mode, (void)event;
	for (int i = 0; i < n; i++)
		if (list[i])
			answer(list[i]);
	return 0;
}

int gai_error(struct gaicb *request)
{
	return request->answer;
}

int gai_cancel(struct gaicb *request)
{
	(void)request;
	return EAI_ALLDONE;
}

int gai_suspend(const struct gaicb *const *list, int n, const struct timespec *timeout)
{
	(void)list, (void)n, (void)timeout;
	return EAI_ALLDONE;
}
