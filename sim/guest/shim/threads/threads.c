/* threads.c - making threads, and passing the baton. */
#include "sim/guest/shim/threads/threads.h"

#include <linux/futex.h>

#define THREADS_MAX 64

typedef unsigned long thread_id; /* pthread_t */
typedef int real_create(thread_id *thread, const void *attributes, void *(*start)(void *),
			void *arg);
typedef int real_join(thread_id thread, void **ret_value);
typedef void real_exit(void *value);

struct thread {
	bool used, ended;
	unsigned baton; /* a futex: 1 lets it run */
	shim_ready *ready;
	void *arg;
	int64_t deadline;
	long result; /* of its wait, set by whoever hands it the baton */
	void *(*start)(void *);
	void *start_arg;
	thread_id id;
};

static struct thread threads[THREADS_MAX] = {{.used = true}};
static int n_threads = 1, current;

SHIM_EXPORT int pthread_create(thread_id *thread, const void *attributes,
			       void *(*start)(void *), void *arg);
SHIM_EXPORT int pthread_join(thread_id thread, void **ret_value);
SHIM_EXPORT void pthread_exit(void *value);
SHIM_EXPORT int sched_yield(void);

int threads_current(void)
{
	return current;
}

/* --- the baton --- */

static void park(struct thread *thread)
{
	while (__atomic_load_n(&thread->baton, __ATOMIC_ACQUIRE) == 0)
		raw4(__NR_futex, &thread->baton, FUTEX_WAIT, 0, 0);
	thread->baton = 0;
}

static void pass_baton(int to)
{
	current = to;
	__atomic_store_n(&threads[to].baton, 1, __ATOMIC_RELEASE);
	raw3(__NR_futex, &threads[to].baton, FUTEX_WAKE, 1);
}

/* Is the wait of this thread over? An event comes before a deadline. */
static bool is_over(struct thread *thread)
{
	thread->result = thread->ready ? thread->ready(thread->arg) : 0;
	return thread->result != 0 || jobjam_page()->now >= thread->deadline;
}

/* The first thread after the current one whose wait is over; -1: none. The current one
 * comes last. */
static int next_runnable(void)
{
	for (int i = 1; i <= n_threads; i++) {
		int at = (current + i) % n_threads;

		if (threads[at].used && !threads[at].ended && is_over(&threads[at]))
			return at;
	}
	return -1;
}

static int64_t earliest_deadline(void)
{
	int64_t earliest = GUEST_NEVER;

	for (int i = 0; i < n_threads; i++)
		if (threads[i].used && !threads[i].ended &&
		    threads[i].deadline < earliest)
			earliest = threads[i].deadline;
	return earliest;
}

/* Lets time pass until some thread can go on. -1: a handler interrupted the current one,
 * which is still waiting. */
static int find_runnable(void)
{
	for (;;) {
		int next = next_runnable();

		if (next >= 0)
			return next;
		if (jobjam_pass_time(earliest_deadline()) == SHIM_INTERRUPTED)
			return -1;
	}
}

long threads_wait(shim_ready *ready, void *arg, int64_t deadline)
{
	struct thread *self = &threads[current];
	int next;

	self->ready = ready;
	self->arg = arg;
	self->deadline = deadline;
	next = find_runnable();
	if (next < 0)
		return -EINTR;
	if (&threads[next] != self) {
		pass_baton(next);
		park(self);
	}
	return self->result;
}

long threads_wait_on(shim_ready *ready, void *arg, int64_t deadline)
{
	long result;

	do
		result = threads_wait(ready, arg, deadline);
	while (result == -EINTR);
	return result;
}

static long always(void *arg)
{
	(void)arg;
	return 1;
}

int sched_yield(void)
{
	(void)threads_wait_on(always, NULL, GUEST_NEVER);
	return 0;
}

/* --- making and ending --- */

/* The baton goes to another thread for good. There is always one: the first thread is
 * never recorded as ended, and time passes until some wait is over. */
static void leave(struct thread *self)
{
	int next;

	self->ended = true;
	do
		next = find_runnable();
	while (next < 0);
	pass_baton(next);
}

static void *run_thread(void *arg)
{
	struct thread *self = arg;
	void *value;

	park(self);
	value = self->start(self->start_arg);
	leave(self);
	return value;
}

/* Slots are used again once their thread was joined. */
static struct thread *free_slot(void)
{
	for (int i = 1; i < THREADS_MAX; i++) {
		if (threads[i].used)
			continue;
		if (i >= n_threads)
			n_threads = i + 1;
		return &threads[i];
	}
	return NULL;
}

int pthread_create(thread_id *thread, const void *attributes, void *(*start)(void *),
		   void *arg)
{
	real_create *create = (real_create *)jobjam_libc("pthread_create");
	struct thread *slot = create ? free_slot() : NULL;
	int error;

	if (!slot) {
		jobjam_refuse(create ? "pthread_create (more than 63 threads)"
				     : "pthread_create",
			      EAGAIN);
		return EAGAIN;
	}
	slot->used = true;
	slot->ended = false;
	slot->baton = 0;
	slot->ready = always; /* it waits for its first turn */
	slot->arg = NULL;
	slot->deadline = GUEST_NEVER;
	slot->start = start;
	slot->start_arg = arg;
	error = create(&slot->id, attributes, run_thread, slot);
	if (error)
		slot->used = false;
	else
		*thread = slot->id;
	return error;
}

static struct thread *find_thread(thread_id id)
{
	for (int i = 1; i < n_threads; i++)
		if (threads[i].used && threads[i].id == id)
			return &threads[i];
	return NULL;
}

static long has_ended(void *arg)
{
	return ((const struct thread *)arg)->ended;
}

int pthread_join(thread_id thread, void **ret_value)
{
	real_join *join = (real_join *)jobjam_libc("pthread_join");
	struct thread *slot = find_thread(thread);

	if (!join)
		return EINVAL;
	if (slot && !slot->ended)
		(void)threads_wait_on(has_ended, slot, GUEST_NEVER);
	if (slot)
		slot->used = false;
	return join(thread, ret_value);
}

void pthread_exit(void *value)
{
	if (current != 0)
		leave(&threads[current]);
	((real_exit *)jobjam_libc("pthread_exit"))(value);
	for (;;) /* not reached */
		raw0(__NR_sched_yield);
}

__attribute__((constructor)) static void take_over(void)
{
	jobjam_schedule = threads_wait;
}
