/* sync.c - mutexes, conditions, semaphores and locks of a guest whose threads take turns. */
#include "sim/guest/shim/threads/threads.h"

/* As glibc lays them out where a pointer has eight bytes; only the first fields. */
struct mutex {
	int lock; /* 0: free */
	unsigned count;
	int owner; /* number of the thread, from 1 */
	unsigned users;
	int kind;
};
enum mutex_kind {
	MUTEX_RECURSIVE = 1,
	MUTEX_ERRORCHECK = 2,
	MUTEX_KIND_MASK = 3
};
struct semaphore {
	unsigned value;
};
struct condition {
	unsigned fields[9];
	unsigned flags; /* bit 1: its times are of CLOCK_MONOTONIC */
};
struct rwlock {
	unsigned readers, writer;
};

SHIM_EXPORT int pthread_mutex_lock(struct mutex *mutex);
SHIM_EXPORT int pthread_mutex_trylock(struct mutex *mutex);
SHIM_EXPORT int pthread_mutex_timedlock(struct mutex *mutex, const struct timespec *time);
SHIM_EXPORT int pthread_mutex_clocklock(struct mutex *mutex, int clock,
					const struct timespec *time);
SHIM_EXPORT int pthread_mutex_unlock(struct mutex *mutex);
SHIM_EXPORT int pthread_cond_wait(struct condition *condition, struct mutex *mutex);
SHIM_EXPORT int pthread_cond_timedwait(struct condition *condition, struct mutex *mutex,
				       const struct timespec *time);
SHIM_EXPORT int pthread_cond_clockwait(struct condition *condition, struct mutex *mutex,
				       int clock, const struct timespec *time);
SHIM_EXPORT int pthread_cond_signal(struct condition *condition);
SHIM_EXPORT int pthread_cond_broadcast(struct condition *condition);
SHIM_EXPORT int pthread_cond_destroy(struct condition *condition);
SHIM_EXPORT int sem_wait(struct semaphore *semaphore);
SHIM_EXPORT int sem_trywait(struct semaphore *semaphore);
SHIM_EXPORT int sem_timedwait(struct semaphore *semaphore, const struct timespec *time);
SHIM_EXPORT int sem_clockwait(struct semaphore *semaphore, int clock,
			      const struct timespec *time);
SHIM_EXPORT int sem_post(struct semaphore *semaphore);
SHIM_EXPORT int pthread_rwlock_rdlock(struct rwlock *lock);
SHIM_EXPORT int pthread_rwlock_tryrdlock(struct rwlock *lock);
SHIM_EXPORT int pthread_rwlock_wrlock(struct rwlock *lock);
SHIM_EXPORT int pthread_rwlock_trywrlock(struct rwlock *lock);
SHIM_EXPORT int pthread_rwlock_unlock(struct rwlock *lock);
SHIM_EXPORT int pthread_barrier_wait(void *barrier);

bool threads_deadline(int clock, const struct timespec *time, int64_t *ret_deadline)
{
	const struct guest_page *page = jobjam_page();
	int64_t offset = clock == CLOCK_REALTIME ? page->realtime_offset_ns
						 : page->monotonic_offset_ns;

	if (time->tv_nsec < 0 || time->tv_nsec >= SHIM_S)
		return false;
	if (time->tv_sec < 0) {
		*ret_deadline = 0;
		return true;
	}
	if (__builtin_mul_overflow((int64_t)time->tv_sec, SHIM_S, ret_deadline) ||
	    __builtin_add_overflow(*ret_deadline, time->tv_nsec - offset, ret_deadline))
		*ret_deadline = GUEST_NEVER;
	return true;
}

/* --- mutexes --- */

static long mutex_is_free(void *arg)
{
	return ((const struct mutex *)arg)->lock == 0;
}

static int lock_until(struct mutex *mutex, int64_t deadline)
{
	int kind = mutex->kind & MUTEX_KIND_MASK, self = threads_current() + 1;

	if (mutex->lock && mutex->owner == self && kind == MUTEX_RECURSIVE) {
		mutex->count++;
		return 0;
	}
	if (mutex->lock && mutex->owner == self && kind == MUTEX_ERRORCHECK)
		return EDEADLK;
	if (mutex->lock && threads_wait_on(mutex_is_free, mutex, deadline) == 0)
		return ETIMEDOUT;
	mutex->lock = 1;
	mutex->owner = self;
	mutex->count = 1;
	return 0;
}

int pthread_mutex_lock(struct mutex *mutex)
{
	return lock_until(mutex, GUEST_NEVER);
}

int pthread_mutex_trylock(struct mutex *mutex)
{
	bool again = mutex->owner == threads_current() + 1 &&
		     (mutex->kind & MUTEX_KIND_MASK) == MUTEX_RECURSIVE;

	return mutex->lock && !again ? EBUSY : lock_until(mutex, GUEST_NEVER);
}

int pthread_mutex_clocklock(struct mutex *mutex, int clock, const struct timespec *time)
{
	int64_t deadline;

	return threads_deadline(clock, time, &deadline) ? lock_until(mutex, deadline)
							: EINVAL;
}

int pthread_mutex_timedlock(struct mutex *mutex, const struct timespec *time)
{
	return pthread_mutex_clocklock(mutex, CLOCK_REALTIME, time);
}

int pthread_mutex_unlock(struct mutex *mutex)
{
	if (mutex->lock && --mutex->count > 0)
		return 0;
	mutex->lock = 0;
	mutex->owner = 0;
	mutex->count = 0;
	return 0;
}

/* --- conditions: who waits is known here, so their memory is not touched --- */

struct waiter {
	const void *condition;
	struct waiter *next; /* first come, first woken */
	bool woken;
};

static struct waiter *waiters;

static long is_woken(void *arg)
{
	return ((const struct waiter *)arg)->woken;
}

static void join_queue(struct waiter *waiter)
{
	struct waiter **at = &waiters;

	while (*at)
		at = &(*at)->next;
	*at = waiter;
}

static void leave_queue(const struct waiter *waiter)
{
	for (struct waiter **at = &waiters; *at; at = &(*at)->next)
		if (*at == waiter) {
			*at = waiter->next;
			return;
		}
}

static int cond_wait_until(struct condition *condition, struct mutex *mutex,
			   int64_t deadline)
{
	struct waiter self = {.condition = condition};
	unsigned count = mutex->count;
	long woken;

	join_queue(&self);
	mutex->count = 1; /* a mutex taken several times is let go of as a whole */
	pthread_mutex_unlock(mutex);
	woken = threads_wait_on(is_woken, &self, deadline);
	leave_queue(&self);
	pthread_mutex_lock(mutex);
	mutex->count = count;
	return woken ? 0 : ETIMEDOUT;
}

int pthread_cond_wait(struct condition *condition, struct mutex *mutex)
{
	return cond_wait_until(condition, mutex, GUEST_NEVER);
}

int pthread_cond_clockwait(struct condition *condition, struct mutex *mutex, int clock,
			   const struct timespec *time)
{
	int64_t deadline;

	return threads_deadline(clock, time, &deadline)
		       ? cond_wait_until(condition, mutex, deadline)
		       : EINVAL;
}

int pthread_cond_timedwait(struct condition *condition, struct mutex *mutex,
			   const struct timespec *time)
{
	int clock = condition->flags & 2 ? CLOCK_MONOTONIC : CLOCK_REALTIME;

	return pthread_cond_clockwait(condition, mutex, clock, time);
}

static int wake(const struct condition *condition, int most)
{
	for (struct waiter *at = waiters; at && most > 0; at = at->next)
		if (at->condition == condition && !at->woken) {
			at->woken = true;
			most--;
		}
	return 0;
}

int pthread_cond_signal(struct condition *condition)
{
	return wake(condition, 1);
}

int pthread_cond_broadcast(struct condition *condition)
{
	return wake(condition, 1 << 30);
}

int pthread_cond_destroy(struct condition *condition)
{
	(void)condition;
	return 0;
}

/* --- semaphores --- */

static long has_some(void *arg)
{
	return ((const struct semaphore *)arg)->value > 0;
}

static int sem_wait_until(struct semaphore *semaphore, int64_t deadline)
{
	long result = has_some(semaphore);

	if (!result)
		result = threads_wait(has_some, semaphore, deadline);
	if (result > 0) {
		semaphore->value--;
		return 0;
	}
	return jobjam_result(result == 0 ? -ETIMEDOUT : result);
}

int sem_wait(struct semaphore *semaphore)
{
	return sem_wait_until(semaphore, GUEST_NEVER);
}

int sem_trywait(struct semaphore *semaphore)
{
	if (semaphore->value > 0) {
		semaphore->value--;
		return 0;
	}
	return jobjam_result(-EAGAIN);
}

int sem_clockwait(struct semaphore *semaphore, int clock, const struct timespec *time)
{
	int64_t deadline;

	if (threads_deadline(clock, time, &deadline))
		return sem_wait_until(semaphore, deadline);
	return jobjam_result(-EINVAL);
}

int sem_timedwait(struct semaphore *semaphore, const struct timespec *time)
{
	return sem_clockwait(semaphore, CLOCK_REALTIME, time);
}

int sem_post(struct semaphore *semaphore)
{
	semaphore->value++;
	return 0;
}

/* --- locks for many readers or one writer --- */

static long no_writer(void *arg)
{
	return ((const struct rwlock *)arg)->writer == 0;
}

static long nobody(void *arg)
{
	const struct rwlock *lock = arg;

	return lock->writer == 0 && lock->readers == 0;
}

int pthread_rwlock_rdlock(struct rwlock *lock)
{
	if (!no_writer(lock))
		(void)threads_wait_on(no_writer, lock, GUEST_NEVER);
	lock->readers++;
	return 0;
}

int pthread_rwlock_tryrdlock(struct rwlock *lock)
{
	return no_writer(lock) ? pthread_rwlock_rdlock(lock) : EBUSY;
}

int pthread_rwlock_wrlock(struct rwlock *lock)
{
	if (!nobody(lock))
		(void)threads_wait_on(nobody, lock, GUEST_NEVER);
	lock->writer = 1;
	return 0;
}

int pthread_rwlock_trywrlock(struct rwlock *lock)
{
	return nobody(lock) ? pthread_rwlock_wrlock(lock) : EBUSY;
}

int pthread_rwlock_unlock(struct rwlock *lock)
{
	if (lock->writer)
		lock->writer = 0;
	else if (lock->readers > 0)
		lock->readers--;
	return 0;
}

int pthread_barrier_wait(void *barrier)
{
	(void)barrier;
	return jobjam_refuse("pthread_barrier_wait", ENOSYS);
}
