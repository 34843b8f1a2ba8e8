/*
 * identity.c - a guest that changes user still dies with its simulator.
 *
 * The kernel clears the parent-death signal when a process changes its ids; it is set
 * again here. The page stays mapped, so the clock is not affected. There is one thread,
 * so the bare system calls do what the libc's do.
 */
#include "sim/guest/shim/shim.h"

#include <asm/signal.h>
#include <linux/prctl.h>

SHIM_EXPORT int setuid(unsigned id);
SHIM_EXPORT int setgid(unsigned id);
SHIM_EXPORT int seteuid(unsigned id);
SHIM_EXPORT int setegid(unsigned id);
SHIM_EXPORT int setreuid(unsigned real, unsigned effective);
SHIM_EXPORT int setregid(unsigned real, unsigned effective);
SHIM_EXPORT int setresuid(unsigned real, unsigned effective, unsigned saved);
SHIM_EXPORT int setresgid(unsigned real, unsigned effective, unsigned saved);

#define SAME (-1L)

static int changed(long result)
{
	raw5(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	return (int)shim_result(result);
}

int setuid(unsigned id)
{
	return changed(raw1(__NR_setuid, id));
}

int setgid(unsigned id)
{
	return changed(raw1(__NR_setgid, id));
}

int seteuid(unsigned id)
{
	return changed(raw3(__NR_setresuid, SAME, id, SAME));
}

int setegid(unsigned id)
{
	return changed(raw3(__NR_setresgid, SAME, id, SAME));
}

int setreuid(unsigned real, unsigned effective)
{
	return changed(raw2(__NR_setreuid, real, effective));
}

int setregid(unsigned real, unsigned effective)
{
	return changed(raw2(__NR_setregid, real, effective));
}

int setresuid(unsigned real, unsigned effective, unsigned saved)
{
	return changed(raw3(__NR_setresuid, real, effective, saved));
}

int setresgid(unsigned real, unsigned effective, unsigned saved)
{
	return changed(raw3(__NR_setresgid, real, effective, saved));
}
