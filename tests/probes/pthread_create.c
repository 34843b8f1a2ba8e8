/* pthread_create.c - a thread would run beside the turn. */
#include "tests/probes/probe.h"
#include <pthread.h>

static void *body(void *arg)
{
	return arg;
}

int main(void)
{
	pthread_t thread;
	int answer;

	probe_begin();
	answer = pthread_create(&thread, NULL, body, NULL);
	printf("%s\n", answer ? strerrorname_np(answer) : "created");
	return 0;
}
