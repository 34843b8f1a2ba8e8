/* threads.c - several threads that wait for each other and for time. */
#include "tests/probes/probe.h"
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t deep = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_cond_t fed = PTHREAD_COND_INITIALIZER, eaten = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t shared = PTHREAD_RWLOCK_INITIALIZER;
static sem_t go;
static int pieces, rounds;

/* Eats what the first thread feeds, one at a time. */
static void *eater(void *arg)
{
	const char *name = arg;

	for (int i = 0; i < 3; i++) {
		pthread_mutex_lock(&mutex);
		while (pieces == 0)
			pthread_cond_wait(&fed, &mutex);
		pieces--;
		printf("%s eats\n", name);
		pthread_cond_signal(&eaten);
		pthread_mutex_unlock(&mutex);
	}
	return arg;
}

static void *sleeper(void *arg)
{
	const struct timespec second = {.tv_sec = 1};

	sem_wait(&go);
	for (int i = 0; i < 3; i++) {
		nanosleep(&second, NULL);
		printf("%s slept %.12g ms\n", (const char *)arg, probe_passed_ms());
	}
	return arg;
}

static void *holder(void *arg)
{
	const struct timespec two = {.tv_sec = 2};

	pthread_rwlock_wrlock(&shared);
	sem_post(&go);
	nanosleep(&two, NULL);
	pthread_rwlock_unlock(&shared);
	return arg;
}

static void *counter(void *arg)
{
	for (int i = 0; i < 100; i++) {
		rounds++; /* no lock: nobody else runs until we say so */
		sched_yield();
	}
	return arg;
}

static void feed(void)
{
	pthread_t a, b;
	char name_a[] = "a", name_b[] = "b";

	pthread_create(&a, NULL, eater, name_a);
	pthread_create(&b, NULL, eater, name_b);
	for (int i = 0; i < 6; i++) {
		pthread_mutex_lock(&mutex);
		while (pieces > 0)
			pthread_cond_wait(&eaten, &mutex);
		pieces++;
		pthread_cond_signal(&fed);
		pthread_mutex_unlock(&mutex);
	}
	pthread_join(a, NULL);
	pthread_join(b, NULL);
}

static void sleep_together(void)
{
	pthread_t a;
	void *value = NULL;
	char name[] = "thread";
	struct timespec half = {.tv_nsec = 500000000};

	pthread_create(&a, NULL, sleeper, name);
	sem_post(&go);
	nanosleep(&half, NULL);
	probe_say("half a second", 0);
	pthread_join(a, &value);
	probe_say(value, 0);
}

static void wait_in_vain(void)
{
	struct timespec until;
	pthread_condattr_t attributes;
	pthread_cond_t steady;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 7;
	pthread_mutex_lock(&mutex);
	printf("%s ", strerrorname_np(pthread_cond_timedwait(&fed, &mutex, &until)));
	pthread_mutex_unlock(&mutex);
	probe_say("realtime", 0);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&steady, &attributes);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += 3;
	pthread_mutex_lock(&mutex);
	printf("%s ", strerrorname_np(pthread_cond_timedwait(&steady, &mutex, &until)));
	pthread_mutex_unlock(&mutex);
	probe_say("monotonic", 0);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 2;
	probe_say("semaphore", sem_timedwait(&go, &until));
}

static void lock(void)
{
	pthread_t a;

	pthread_mutex_lock(&deep);
	pthread_mutex_lock(&deep);
	pthread_mutex_unlock(&deep);
	printf("recursive %d\n", pthread_mutex_trylock(&deep));
	pthread_create(&a, NULL, holder, NULL);
	sem_wait(&go);
	printf("held %s\n", strerrorname_np(pthread_rwlock_tryrdlock(&shared)));
	pthread_rwlock_rdlock(&shared);
	probe_say("reader", 0);
	pthread_join(a, NULL);
}

static void take_turns(void)
{
	pthread_t ids[8];

	for (int i = 0; i < 8; i++)
		pthread_create(&ids[i], NULL, counter, NULL);
	for (int i = 0; i < 8; i++)
		pthread_join(ids[i], NULL);
	printf("rounds %d\n", rounds);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	sem_init(&go, 0, 0);
	probe_begin();
	feed();
	sleep_together();
	wait_in_vain();
	lock();
	take_turns();
	return 0;
}
