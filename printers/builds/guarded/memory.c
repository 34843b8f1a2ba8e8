/* memory.c - what the guarded build writes to non-volatile memory. */
#include "printers/builds/guarded/guard.h"

#include <string.h>

void guard_store(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	if (fw->host->nv_write(fw->host->arg, NV_KEY, &guard->nv, sizeof(guard->nv)))
		fw_log(fw, "no room left in non-volatile memory");
}

void guard_store_job(struct fw *fw)
{
	const struct nv_job *job = &guard_of(fw)->job;
	uint32_t size = job->version ? sizeof(*job) : 0;
	if (fw->host->nv_write(fw->host->arg, NV_JOB_KEY, job, size))
		fw_log(fw, "no room left in non-volatile memory");
}

void guard_forget_job(struct fw *fw)
{
	if (guard_of(fw)->job.version == 0)
		return;
	memset(&guard_of(fw)->job, 0, sizeof(guard_of(fw)->job));
	guard_store_job(fw);
}
