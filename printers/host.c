/* host.c - the callbacks of a build: files, clock, memory, and what it says. */
#include "printers/impact.h"
#include "printers/machine.h"

#include <string.h>

/* Texts of a build that is not ours may be missing. */
static const char *or_empty(const char *text)
{
	return text ? text : "";
}

enum {
	REPORT_MOST = 64 * 1024
};

/* One that says without end: no more is kept, and its call was its last (machine.c). */
static bool has_said_enough(struct printer *printer)
{
	printer->said_too_much |= outbox_is_full(printer->outbox);
	return printer->said_too_much;
}

/* --- services -------------------------------------------------------------------- */

static void host_log(void *arg, const char *text)
{
	struct printer *printer = arg;
	if (has_said_enough(printer))
		return;
	outbox_say(printer->outbox, printer->m.now, SLOT_INPUT, SLOT_NONE,
		   KIND_FIRMWARE_LOG, F_TEXT("text", or_empty(text)));
}

static void host_net_tx(void *arg, const void *payload, size_t length, int qos,
			uint32_t flags, uint64_t message)
{
	struct printer *printer = arg;
	if (has_said_enough(printer))
		return;
	if (length > REPORT_MOST || qos < 0 || qos > 2) {
		host_log(
			arg,
			"a report of more than 64 KiB, or of no known QoS, was left out");
		return;
	}
	enum trace_level level = flags & JOBJAM_FW_TX_ROUTINE ? TRACE_FULL : TRACE_STORY;
	enum outbox_slot cause = message ? SLOT_OF_MESSAGE(message) : SLOT_STATE;
	outbox_report(printer->outbox, printer->m.now, cause, level, payload, length,
		      qos);
}

static uint32_t host_nv_read(void *arg, uint32_t key, void *bytes, uint32_t size)
{
	const struct machine_nv *nv = &((struct printer *)arg)->m.nv;
	if (key >= NV_KEYS)
		return 0;
	uint32_t length = nv->length[key];
	if (length > 0)
		memcpy(bytes, nv->bytes + nv->at[key], length < size ? length : size);
	return length;
}

static void nv_remove(struct machine_nv *nv, uint32_t key)
{
	uint16_t at = nv->at[key], length = nv->length[key];
	if (length == 0)
		return;
	memmove(nv->bytes + at, nv->bytes + at + length,
		(size_t)(nv->used - at - length));
	nv->used = (uint16_t)(nv->used - length);
	nv->length[key] = 0;
	for (int i = 0; i < NV_KEYS; i++)
		if (nv->length[i] > 0 && nv->at[i] > at)
			nv->at[i] = (uint16_t)(nv->at[i] - length);
}

static int host_nv_write(void *arg, uint32_t key, const void *bytes, uint32_t size)
{
	machine_keep(arg);
	struct machine_nv *nv = &((struct printer *)arg)->m.nv;
	if (key >= NV_KEYS || size > NV_BYTES ||
	    nv->used - nv->length[key] + size > NV_BYTES)
		return -1;
	if (size > 0 && size == nv->length[key]) {
		memcpy(nv->bytes + nv->at[key], bytes, size);
		return 0;
	}
	nv_remove(nv, key);
	if (size > 0)
		memcpy(nv->bytes + nv->used, bytes, size);
	nv->at[key] = nv->used;
	nv->length[key] = (uint16_t)size;
	nv->used = (uint16_t)(nv->used + size);
	return 0;
}

static uint64_t host_rand64(void *arg)
{
	machine_keep(arg);
	return chance_u64(&((struct printer *)arg)->m.firmware_luck);
}

static int64_t host_utc_ms(void *arg)
{
	struct printer *printer = arg;
	const struct machine *m = &printer->m;
	return (clock_utc_ns(printer->clock, m->now) + skew_at(&m->skew, m->now)) /
	       SIM_MS;
}

static const struct job_file *find_file(struct printer *printer, const char *key)
{
	return printer->find_file ? printer->find_file(printer, key)
				  : job_shelf_find(printer->shelf, key);
}

static int host_file(void *arg, const char *md5, const char *url,
		     struct jobjam_fw_file *ret_file)
{
	struct printer *printer = arg;
	const struct job_file *file = find_file(printer, or_empty(md5));
	if (!file)
		file = find_file(printer, or_empty(url));
	uint32_t size = ret_file->size;
	if (!file || size < FW_SIZE_1_0(struct jobjam_fw_file, bed_c))
		return -1;
	if (size > sizeof(*ret_file))
		size = sizeof(*ret_file);
	struct jobjam_fw_file known = {
		.size = size,
		.layers = (uint32_t)file->layers,
		.x0_mm = file->x0_mm,
		.y0_mm = file->y0_mm,
		.x1_mm = file->x1_mm,
		.y1_mm = file->y1_mm,
		.height_mm = file->height_mm,
		.layer_mm = file->layer_mm,
		.print_us = (uint64_t)(file->print_for / SIM_US),
		.grams = file->grams,
		.metres = file->metres,
		.nozzle_c = file->nozzle_c,
		.bed_c = file->bed_c,
	};
	memcpy(known.name, file->name, strnlen(file->name, sizeof(known.name) - 1));
	memcpy(known.md5, file->md5, strnlen(file->md5, sizeof(known.md5) - 1));
	memcpy(ret_file, &known, size); /* an older build has room for less */
	return 0;
}

/* --- what a build decided -------------------------------------------------------- */

typedef void notice_fn(struct printer *printer, const struct jobjam_fw_notice *notice);

/* What led to it: the answer to a prompt, else the message. */
static enum outbox_slot origin(const struct jobjam_fw_notice *notice)
{
	return notice->prompt    ? SLOT_OF_PROMPT(notice->prompt)
	       : notice->message ? SLOT_OF_MESSAGE(notice->message)
				 : SLOT_INPUT;
}

static enum outbox_slot message_slot(const struct jobjam_fw_notice *notice)
{
	return notice->message ? SLOT_OF_MESSAGE(notice->message) : SLOT_NONE;
}

static void copy(char *to, size_t size, const char *from)
{
	size_t length = strnlen(or_empty(from), size - 1);
	memset(to, 0, size);
	memcpy(to, or_empty(from), length);
}

static void take_up(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	struct machine *m = &printer->m;
	if (m->job)
		machine_end_job(printer, "aborted", 0);
	m->job = true;
	m->task = notice->task;
	copy(m->job_name, sizeof(m->job_name), notice->job);
	copy(m->file, sizeof(m->file), notice->file);
	motion_new_job(&m->motion);
}

static void on_start(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	struct machine *m = &printer->m;
	take_up(printer, notice);
	impact_started(m, m->file);
	outbox_event(printer->outbox, m->now, origin(notice), SLOT_START,
		     message_slot(notice), KIND_FIRMWARE_START,
		     TRACE_FIELDS(F_INT("task", m->task), F_TEXT("job", m->job_name),
				  F_TEXT("file", m->file)));
}

/* Not a second start: neither the account of the machine nor a promise counts it as one. */
static void on_resumed(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	struct machine *m = &printer->m;
	take_up(printer, notice);
	outbox_say(printer->outbox, m->now, origin(notice), SLOT_START,
		   KIND_FIRMWARE_RESUMED, F_INT("task", m->task),
		   F_TEXT("job", m->job_name), F_TEXT("file", m->file),
		   F_INT("layer", notice->layers));
}

static void on_refused(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	outbox_say(printer->outbox, printer->m.now, origin(notice), message_slot(notice),
		   KIND_FIRMWARE_REFUSED, F_INT("task", notice->task),
		   F_TEXT("reason", or_empty(notice->reason)),
		   F_TEXT("job", or_empty(notice->job)));
}

static void on_waiting(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	struct machine *m = &printer->m;
	m->asked_task = notice->task;
	copy(m->asked_job, sizeof(m->asked_job), notice->job);
	copy(m->asked_file, sizeof(m->asked_file), notice->file);
	outbox_say(printer->outbox, printer->m.now, message_slot(notice),
		   message_slot(notice), KIND_FIRMWARE_WAITING,
		   F_INT("task", notice->task),
		   F_TEXT("reason", or_empty(notice->reason)),
		   F_TEXT("job", or_empty(notice->job)));
}

static const char *where_name(uint32_t where)
{
	static const char *const NAMES[] = {"", "machine", "app", "both"};
	return NAMES[where & 3];
}

static void on_shown(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	struct machine *m = &printer->m;
	bool resume = strcmp(or_empty(notice->what), "resume") == 0;
	enum outbox_slot cause = notice->message ? SLOT_OF_MESSAGE(notice->message)
				 : resume        ? SLOT_ENDED
						 : SLOT_TRIP;
	if (notice->where & JOBJAM_FW_AT_MACHINE)
		m->screen_prompt = notice->prompt;
	m->asks_to_resume = resume;
	if (resume && notice->task == m->task) {
		m->asked_task = m->task;
		copy(m->asked_job, sizeof(m->asked_job), m->job_name);
		copy(m->asked_file, sizeof(m->asked_file), m->file);
	} else if (notice->task != m->asked_task) { /* not about that start */
		m->asked_task = 0;
		m->asked_job[0] = m->asked_file[0] = '\0';
	}
	outbox_say(printer->outbox, printer->m.now, cause, SLOT_OF_PROMPT(notice->prompt),
		   KIND_PROMPT_SHOWN, F_INT("prompt", notice->prompt),
		   F_TEXT("what", or_empty(notice->what)),
		   F_TEXT("where", where_name(notice->where)),
		   F_INT("task", notice->task));
}

static void on_answered(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	bool here = notice->where == JOBJAM_FW_AT_MACHINE;
	outbox_say(printer->outbox, printer->m.now, SLOT_OF_PROMPT(notice->prompt),
		   SLOT_OF_PROMPT(notice->prompt), KIND_PROMPT_ANSWERED,
		   F_INT("prompt", notice->prompt),
		   F_TEXT("answer", notice->yes ? "yes" : "no"),
		   F_TEXT("by", here ? printer->person : "app"),
		   F_TEXT("where", where_name(notice->where)),
		   F_INT("task", notice->task));
}

static void on_lapsed(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	outbox_say(printer->outbox, printer->m.now, SLOT_OF_PROMPT(notice->prompt),
		   SLOT_OF_PROMPT(notice->prompt), KIND_PROMPT_EXPIRED,
		   F_INT("prompt", notice->prompt), F_INT("task", notice->task));
}

static void on_ended(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	/* After a power cut the host has said so already. */
	if (printer->m.job)
		machine_end_job(printer, or_empty(notice->reason), notice->layers);
}

static void on_trip(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	enum outbox_slot cause = printer->m.job ? SLOT_MOVE : SLOT_ENDED;
	outbox_say(printer->outbox, printer->m.now, cause, SLOT_TRIP, KIND_FIRMWARE_TRIP,
		   F_INT("code", notice->code), F_TEXT("part", or_empty(notice->what)),
		   F_REAL("reading_c", notice->reading_c),
		   F_TEXT("rule", or_empty(notice->reason)));
}

static void on_alert(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	/* The status that carries it follows from it. */
	outbox_say(printer->outbox, printer->m.now, SLOT_TRIP, SLOT_STATE,
		   KIND_FIRMWARE_ALERT, F_INT("code", notice->code),
		   F_TEXT("part", or_empty(notice->what)),
		   F_REAL("reading_c", notice->reading_c),
		   F_TEXT("rule", or_empty(notice->reason)));
}

static void on_sensed(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	static const char *const RESULTS[] = {"none", "clear", "object", "unavailable"};
	outbox_say(printer->outbox, printer->m.now, origin(notice), message_slot(notice),
		   KIND_PLATE_SENSED, F_TEXT("result", RESULTS[notice->plate & 3]),
		   F_INT("task", notice->task));
}

/* Without a job the heat that follows comes from it. */
static void on_order(struct printer *printer, const struct jobjam_fw_notice *notice)
{
	struct outbox *outbox = printer->outbox;
	sim_ns now = printer->m.now;
	enum outbox_slot from = origin(notice),
			 to = printer->m.job ? SLOT_NONE : SLOT_ENDED;
	const char *what = or_empty(notice->what);
	if (!notice->yes)
		outbox_say(outbox, now, from, message_slot(notice),
			   KIND_FIRMWARE_DECLINED, F_TEXT("command", what),
			   F_INT("task", notice->task),
			   F_TEXT("reason", or_empty(notice->reason)));
	else if (notice->reading_c > 0)
		outbox_say(outbox, now, from, to, KIND_FIRMWARE_OBEYED,
			   F_TEXT("command", what), F_INT("task", notice->task),
			   F_REAL("target_c", notice->reading_c));
	else
		outbox_say(outbox, now, from, to, KIND_FIRMWARE_OBEYED,
			   F_TEXT("command", what), F_INT("task", notice->task));
}

static void host_notice(void *arg, const struct jobjam_fw_notice *notice)
{
	machine_keep(arg);
	static notice_fn *const TABLE[] = {
		[JOBJAM_FW_NOTICE_START] = on_start,
		[JOBJAM_FW_NOTICE_REFUSED] = on_refused,
		[JOBJAM_FW_NOTICE_WAITING] = on_waiting,
		[JOBJAM_FW_NOTICE_SHOWN] = on_shown,
		[JOBJAM_FW_NOTICE_ANSWERED] = on_answered,
		[JOBJAM_FW_NOTICE_LAPSED] = on_lapsed,
		[JOBJAM_FW_NOTICE_ENDED] = on_ended,
		[JOBJAM_FW_NOTICE_TRIP] = on_trip,
		[JOBJAM_FW_NOTICE_SENSED] = on_sensed,
		[JOBJAM_FW_NOTICE_ALERT] = on_alert,
		[JOBJAM_FW_NOTICE_RESUMED] = on_resumed,
		[JOBJAM_FW_NOTICE_ORDER] = on_order,
	};
	struct jobjam_fw_notice said = {
		0}; /* an older build says less, a newer one more */
	size_t size = notice->size;
	if (has_said_enough(arg))
		return;
	if (size >= FW_SIZE_1_0(struct jobjam_fw_notice, file) && size <= FW_SIZE_MOST &&
	    notice->kind < sizeof(TABLE) / sizeof(TABLE[0])) {
		memcpy(&said, notice, size < sizeof(said) ? size : sizeof(said));
		TABLE[said.kind](arg, &said);
	} else {
		host_log(arg, "a notice of an unknown kind or size was left out");
	}
}

void machine_fill_host(struct printer *printer)
{
	printer->host = (struct jobjam_fw_host){
		.size = sizeof(printer->host),
		.abi_minor = JOBJAM_FW_ABI_MINOR,
		.arg = printer,
		.log = host_log,
		.net_tx = host_net_tx,
		.nv_read = host_nv_read,
		.nv_write = host_nv_write,
		.rand64 = host_rand64,
		.utc_ms = host_utc_ms,
		.file = host_file,
		.notice = host_notice,
	};
}
