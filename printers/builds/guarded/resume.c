/* resume.c - after a power cut: whether the job that it ended may go on. */
#include "printers/builds/guarded/guard.h"

#include <string.h>

/* It stays what the cut made of it: an aborted job, and the latch is armed. */
static void resume_is_off(struct fw *fw)
{
	fw->s->state = JOBJAM_FW_FAILED;
	guard_forget_job(fw);
	fw_report_soon(fw);
}

void guard_lapse_resume(struct fw *fw)
{
	int64_t task = fw->s->prompt.task;
	uint32_t id = guard_close_prompt(fw);
	fw_notice(fw, JOBJAM_FW_NOTICE_LAPSED,
		  (struct jobjam_fw_notice){.prompt = id, .task = task});
	resume_is_off(fw);
}

void guard_resume_answered(struct fw *fw, bool yes, uint32_t prompt)
{
	struct nv *nv = &guard_of(fw)->nv;
	if (!yes) {
		resume_is_off(fw);
		return;
	}
	nv->running = 1;
	guard_store(fw);
	fw_resume(fw, prompt);
}

/* Called at boot, cold: asks at the machine and nowhere else, and only where nothing is wrong
 * with the heat. Until a yes the job is one that the cut has ended. */
void guard_ask_to_resume(struct fw *fw)
{
	struct nv_job *job = &guard_of(fw)->job;
	const struct nv *nv = &guard_of(fw)->nv;
	bool stored = fw->host->nv_read(fw->host->arg, NV_JOB_KEY, job, sizeof(*job)) ==
			      sizeof(*job) &&
		      job->version == NV_JOB_VERSION && job->start.task == nv->task;
	bool may = fw->values[POWER_RESUME].integer == RESUME_ASK &&
		   guard_on(fw, CONFIRM_AT_MACHINE) && nv->trip == 0 &&
		   nv->supply_open == 0;
	if (!stored)
		memset(job, 0, sizeof(*job));
	if (!stored || !may || !fw_hold(fw, &job->start, job->layer)) {
		guard_forget_job(fw);
		return;
	}
	fw->s->job.message = 0; /* that one was before the cut */
	if (guard_defects.resumes_unasked) {
		guard_resume_answered(fw, true, 0);
		return;
	}
	guard_ask(fw, ASKING_RESUME, "resume", JOBJAM_FW_AT_MACHINE,
		  (uint64_t)fw->values[PROMPT_EXPIRY].integer, nv->task, 0);
}

void guard_record_layer(struct fw *fw)
{
	struct nv_job *job = &guard_of(fw)->job;
	if (job->version == 0 || !fw_sequence_printing(fw) || job->layer == fw->s->layer)
		return;
	job->layer = fw->s->layer;
	guard_store_job(fw);
}
