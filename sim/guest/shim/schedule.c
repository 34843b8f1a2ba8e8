/* schedule.c - what vclock.so lends to vthreads.so. */
#include "sim/guest/shim/schedule.h"

#define RTLD_NEXT ((void *)-1L)

extern void *dlsym(void *handle, const char *name) __attribute__((weak));

struct guest_page *jobjam_page(void)
{
	return shim_page();
}

int jobjam_refuse(const char *name, int error)
{
	return shim_refuse(name, error);
}

int jobjam_result(long result)
{
	return (int)shim_result(result);
}

shim_function *jobjam_libc(const char *name)
{
	/* C gives no conversion between the two kinds of pointer. */
	union {
		void *object;
		shim_function *function;
	} address = {dlsym ? dlsym(RTLD_NEXT, name) : NULL};

	/* Not a tail call: "next" is counted from where dlsym returns to. */
	__asm__ volatile("" ::: "memory");
	return address.function;
}
