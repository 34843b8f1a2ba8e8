/*
 * refuse.c - what cannot be virtualised, refused by name instead of run on real time.
 *
 * Timers that the kernel would fire, threads and child processes that would run beside
 * the turn, and waits for what only another thread could do. Clearing a timer that was
 * never set is harmless and allowed.
 */
#include "sim/guest/shim/shim.h"

#define THRD_ERROR 2 /* both libcs agree */

SHIM_EXPORT int timerfd_create(int clock, int flags);
SHIM_EXPORT int timer_create(int clock, void *event, void *ret_timer);
SHIM_EXPORT unsigned alarm(unsigned seconds);
SHIM_EXPORT unsigned ualarm(unsigned delay_us, unsigned interval_us);
SHIM_EXPORT int setitimer(int which, const struct itimerval *value,
			  struct itimerval *ret_old);
SHIM_EXPORT int getitimer(int which, struct itimerval *ret_value);
SHIM_EXPORT int pthread_create(void *thread, const void *attributes,
			       void *(*start)(void *), void *arg);
SHIM_EXPORT int thrd_create(void *thread, int (*start)(void *), void *arg);
SHIM_EXPORT int fork(void);
SHIM_EXPORT int _Fork(void);
SHIM_EXPORT int vfork(void);
SHIM_EXPORT int daemon(int keep_directory, int keep_output);
SHIM_EXPORT int system(const char *command);
SHIM_EXPORT void *popen(const char *command, const char *mode);
SHIM_EXPORT int posix_spawn(void *pid, const char *path, const void *actions,
			    const void *attributes, char *const *argv,
			    char *const *environment);
SHIM_EXPORT int posix_spawnp(void *pid, const char *path, const void *actions,
			     const void *attributes, char *const *argv,
			     char *const *environment);
SHIM_EXPORT int pthread_cond_timedwait(void *condition, void *mutex,
				       const struct timespec *time);
SHIM_EXPORT int pthread_cond_clockwait(void *condition, void *mutex, int clock,
				       const struct timespec *time);
SHIM_EXPORT int sem_timedwait(void *semaphore, const struct timespec *time);
SHIM_EXPORT int sem_clockwait(void *semaphore, int clock, const struct timespec *time);
SHIM_EXPORT int sigtimedwait(const shim_sigset *set, void *info,
			     const struct timespec *time);

/* --- timers --- */

int timerfd_create(int clock, int flags)
{
	(void)clock, (void)flags;
	return shim_refuse("timerfd_create", ENOSYS);
}

int timer_create(int clock, void *event, void *ret_timer)
{
	(void)clock, (void)event, (void)ret_timer;
	return shim_refuse("timer_create", ENOSYS);
}

unsigned alarm(unsigned seconds)
{
	return seconds == 0 ? 0 : (unsigned)shim_refuse("alarm", ENOSYS);
}

unsigned ualarm(unsigned delay_us, unsigned interval_us)
{
	(void)interval_us;
	return delay_us == 0 ? 0 : (unsigned)shim_refuse("ualarm", ENOSYS);
}

int getitimer(int which, struct itimerval *ret_value)
{
	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return (int)shim_result(-EINVAL);
	*ret_value = (struct itimerval){0};
	return 0;
}

int setitimer(int which, const struct itimerval *value, struct itimerval *ret_old)
{
	if (value && (value->it_value.tv_sec || value->it_value.tv_usec))
		return shim_refuse("setitimer", ENOSYS);
	if (ret_old)
		return getitimer(which, ret_old);
	return 0;
}

/* --- threads: these answer the error itself --- */

int pthread_create(void *thread, const void *attributes, void *(*start)(void *),
		   void *arg)
{
	(void)thread, (void)attributes, (void)start, (void)arg;
	shim_refuse("pthread_create", EAGAIN);
	return EAGAIN;
}

int thrd_create(void *thread, int (*start)(void *), void *arg)
{
	(void)thread, (void)start, (void)arg;
	shim_refuse("thrd_create", EAGAIN);
	return THRD_ERROR;
}

int pthread_cond_timedwait(void *condition, void *mutex, const struct timespec *time)
{
	(void)condition, (void)mutex, (void)time;
	shim_refuse("pthread_cond_timedwait", ENOSYS);
	return ENOSYS;
}

int pthread_cond_clockwait(void *condition, void *mutex, int clock,
			   const struct timespec *time)
{
	(void)condition, (void)mutex, (void)clock, (void)time;
	shim_refuse("pthread_cond_clockwait", ENOSYS);
	return ENOSYS;
}

int sem_timedwait(void *semaphore, const struct timespec *time)
{
	(void)semaphore, (void)time;
	return shim_refuse("sem_timedwait", ENOSYS);
}

int sem_clockwait(void *semaphore, int clock, const struct timespec *time)
{
	(void)semaphore, (void)clock, (void)time;
	return shim_refuse("sem_clockwait", ENOSYS);
}

int sigtimedwait(const shim_sigset *set, void *info, const struct timespec *time)
{
	(void)set, (void)info, (void)time;
	return shim_refuse("sigtimedwait", ENOSYS);
}

/* --- child processes --- */

int fork(void)
{
	return shim_refuse("fork", ENOSYS);
}

int _Fork(void)
{
	return shim_refuse("_Fork", ENOSYS);
}

int vfork(void)
{
	return shim_refuse("vfork", ENOSYS);
}

int daemon(int keep_directory, int keep_output)
{
	(void)keep_directory, (void)keep_output;
	return shim_refuse("daemon", ENOSYS);
}

int system(const char *command)
{
	(void)command;
	return shim_refuse("system", ENOSYS);
}

void *popen(const char *command, const char *mode)
{
	(void)command, (void)mode;
	shim_refuse("popen", ENOSYS);
	return NULL;
}

int posix_spawn(void *pid, const char *path, const void *actions, const void *attributes,
		char *const *argv, char *const *environment)
{
	(void)pid, (void)path, (void)actions, (void)attributes, (void)argv,
		(void)environment;
	shim_refuse("posix_spawn", ENOSYS);
	return ENOSYS;
}

int posix_spawnp(void *pid, const char *path, const void *actions, const void *attributes,
		 char *const *argv, char *const *environment)
{
	(void)pid, (void)path, (void)actions, (void)attributes, (void)argv,
		(void)environment;
	shim_refuse("posix_spawnp", ENOSYS);
	return ENOSYS;
}
