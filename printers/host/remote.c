/* remote.c - our side of a build's process: hand-overs, the deadline, and its death. */
#include "printers/host/remote.h"

#include "printers/host/page.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
	LOOK_EVERY_MS = 100,
	STUCK_LOOKS = 600,    /* neither computing nor answering: a minute */
	LOOK_EVERY_FILES = 64 /* one that asks without end never falls silent */
};
/* Processor time for one call of a build; real ones take microseconds. And for all of them
 * up to the horizon, should what it tells of its calls be untrue. */
static const int64_t CALL_CPU_NS = 1000000000;
static const int64_t EXCHANGE_CPU_NS = 120 * INT64_C(1000000000);

struct remote {
	const struct firmware_build *build;
	struct host_page *page;
	int page_fd, channel;
	pid_t pid;  /* 0: none */
	void *said; /* what it said, copied out of the page before anybody reads it */
	size_t said_capacity;
};

/* How an exchange ended. */
struct end {
	bool died;
	char how[32], detail[160];
};

int remote_new(const struct firmware_build *build, struct remote **ret_remote,
	       struct sim_error *error)
{
	struct remote *remote = calloc(1, sizeof(*remote));
	if (!remote)
		return sim_fail(error, SIM_ENOMEM, "no memory for a firmware process");
	remote->build = build;
	remote->channel = -1;
	remote->page = MAP_FAILED;
	remote->page_fd = host_memory(sizeof(struct host_page));
	if (remote->page_fd >= 0)
		remote->page =
			mmap(NULL, sizeof(struct host_page), PROT_READ | PROT_WRITE,
			     MAP_SHARED, remote->page_fd, 0);
	if (remote->page == MAP_FAILED) {
		remote->page = NULL;
		remote_free(remote);
		return sim_fail(error, SIM_ELIMIT,
				"no memory or descriptor for a firmware process");
	}
	*ret_remote = remote;
	return SIM_OK;
}

/* Its wait status, or -1. */
static int end_process(struct remote *remote)
{
	int status = -1;
	if (remote->pid > 0) {
		kill(remote->pid, SIGKILL); /* not reaped yet: still its own number */
		status = template_reap(firmware_build_template(remote->build),
				       remote->pid);
		host_close(remote->channel);
	}
	remote->pid = 0;
	remote->channel = -1;
	return status;
}

void remote_free(struct remote *remote)
{
	if (!remote)
		return;
	end_process(remote);
	if (remote->page)
		munmap(remote->page, sizeof(*remote->page));
	host_close(remote->page_fd);
	free(remote->said);
	free(remote);
}

void remote_end(struct printer *printer)
{
	end_process(printer->remote);
}

/* --- a new process --------------------------------------------------------------- */

static void introduce(const struct printer *printer, struct host_page *page)
{
	memcpy(page->name, printer->name, sizeof(page->name));
	memcpy(page->serial, printer->serial, sizeof(page->serial));
	memcpy(page->values, printer->values, sizeof(page->values));
	page->n_values = printer->n_values;
	page->model = *printer->model;
	page->plant = *printer->model->plant;
	page->clock = *printer->clock;
	page->forbidden = 0;
}

/* Only then may its printer be written to. */
static bool await_ready(const struct remote *remote)
{
	char byte;
	ssize_t n;
	do
		n = host_receive(remote->channel, &byte, 1);
	while (n == -2);
	return n == 1 && byte == HOST_DONE;
}

static bool start_process(struct printer *printer, struct end *end)
{
	struct remote *remote = printer->remote;
	struct template *template = firmware_build_template(remote->build);
	struct sim_error error = {0};
	*end = (struct end){0};
	if (!template) {
		end->died = true;
		snprintf(end->how, sizeof(end->how), "unfit");
		snprintf(end->detail, sizeof(end->detail), "%s",
			 firmware_build_unfit(remote->build));
		return false;
	}
	introduce(printer, remote->page);
	if (template_spawn(template, remote->page_fd, &remote->pid, &remote->channel,
			   &error) == SIM_OK) {
		host_patience(remote->channel, LOOK_EVERY_MS);
		if (await_ready(remote))
			return true;
		sim_fail(&error, SIM_EDIED, "its process ends before it begins");
		end_process(remote);
	}
	remote->pid = 0;
	end->died = true;
	snprintf(end->how, sizeof(end->how), "unfit");
	snprintf(end->detail, sizeof(end->detail), "%.150s", error.text);
	return false;
}

/* --- one exchange ---------------------------------------------------------------- */

struct watch { /* over one exchange */
	uint64_t calls;
	int64_t began_ns, cpu_ns;
	int stuck, files;
};

/* false: it has had its time. */
static bool patient(const struct remote *remote, struct watch *watch)
{
	uint64_t calls = remote->page->mark.calls;
	int64_t cpu_ns = host_cpu_ns(remote->pid);
	if (cpu_ns < 0)
		return true; /* it is going; the channel says so in a moment */
	if (watch->began_ns == 0)
		watch->began_ns = watch->cpu_ns = cpu_ns;
	if (calls != watch->calls) {
		watch->calls = calls;
		watch->cpu_ns = cpu_ns;
		watch->stuck = 0;
	}
	watch->stuck++;
	return cpu_ns - watch->cpu_ns < CALL_CPU_NS && watch->stuck < STUCK_LOOKS &&
	       cpu_ns - watch->began_ns < EXCHANGE_CPU_NS;
}

static void answer_file(const struct printer *printer, struct host_page *page)
{
	char key[sizeof(page->key)];
	memcpy(key, page->key, sizeof(key));
	key[sizeof(key) - 1] = '\0';
	const struct job_file *file = job_shelf_find(printer->shelf, key);
	page->found = file != NULL;
	if (file)
		page->file = *file;
}

static const char *signal_name(int number)
{
	static const struct {
		int number;
		const char *name;
	} NAMES[] = {
		{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGILL, "SIGILL"},
		{SIGFPE, "SIGFPE"},   {SIGABRT, "SIGABRT"}, {SIGSYS, "SIGSYS"},
		{SIGKILL, "SIGKILL"}, {SIGTRAP, "SIGTRAP"}, {SIGXCPU, "SIGXCPU"},
	};
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (NAMES[i].number == number)
			return NAMES[i].name;
	return "a signal";
}

static void tell_death(const struct host_page *page, int status, struct end *end)
{
	char text[32];
	uint32_t forbidden = page->forbidden;
	bool called = forbidden > 0 && WIFEXITED(status);
	end->died = true;
	snprintf(end->how, sizeof(end->how), called ? "forbidden" : "crashed");
	if (called)
		snprintf(end->detail, sizeof(end->detail), "it calls %s",
			 host_call_name(forbidden - 1, text));
	else if (status >= 0 && WIFSIGNALED(status))
		snprintf(end->detail, sizeof(end->detail), "%s",
			 signal_name(WTERMSIG(status)));
	else
		snprintf(end->detail, sizeof(end->detail), "it ended by itself");
}

static void tell_unfit(const struct host_page *page, struct end *end)
{
	static const char *const HOWS[] = {"wrong_answer", "gave_up"};
	char detail[sizeof(end->detail)];
	end->died = true;
	memcpy(detail, page->detail, sizeof(detail));
	detail[sizeof(detail) - 1] = '\0';
	snprintf(end->how, sizeof(end->how), "%s",
		 HOWS[strncmp(page->how, HOWS[1], sizeof(page->how)) == 0]);
	memcpy(end->detail, detail, sizeof(end->detail));
}

static void tell_hung(struct remote *remote, struct end *end)
{
	end_process(remote);
	end->died = true;
	snprintf(end->how, sizeof(end->how), "hung");
	snprintf(end->detail, sizeof(end->detail), "a call does not come to an end");
}

/* How far it has got is not known: it ends where it was when it was last trusted. */
static void tell_silly(struct remote *remote, struct end *end)
{
	end_process(remote);
	remote->page->mark.call = CALL_NONE;
	end->died = true;
	snprintf(end->how, sizeof(end->how), "wrong_answer");
	snprintf(end->detail, sizeof(end->detail),
		 "it wrote to the channel that is not its own");
}

/* Until it has done what stands in the page. */
static void await_done(struct printer *printer, struct watch *watch, struct end *end)
{
	struct remote *remote = printer->remote;
	struct host_page *page = remote->page;
	const char go = HOST_GO;
	for (;;) {
		char byte;
		ssize_t n = host_receive(remote->channel, &byte, 1);
		if (n == 1 && byte == HOST_DONE)
			return;
		if (n == -2 || (n == 1 && byte == HOST_FILE &&
				++watch->files % LOOK_EVERY_FILES == 0)) {
			if (!patient(remote, watch)) {
				tell_hung(remote, end);
				return;
			}
			if (n == -2)
				continue;
		}
		if (n != 1) {
			tell_death(page, end_process(remote), end);
			return;
		}
		if (byte == HOST_UNFIT) {
			tell_unfit(page, end);
			end_process(remote);
			return;
		}
		if (byte == HOST_FILE)
			answer_file(printer, page);
		if (byte != HOST_FILE || host_send(remote->channel, &go, 1) != 1) {
			tell_silly(remote, end);
			return;
		}
	}
}

static void exchange(struct printer *printer, struct end *end)
{
	struct remote *remote = printer->remote;
	struct host_page *page = remote->page;
	struct watch watch = {0};
	const char go = HOST_GO;
	*end = (struct end){0};
	if (host_has_more(remote->channel)) { /* nobody asked it anything */
		tell_silly(remote, end);
		return;
	}
	page->how[0] = page->detail[0] = '\0';
	page->mark.call = CALL_NONE;
	page->mark.kept = 0;
	page->said = 0;
	host_send(remote->channel, &go, 1);
	await_done(printer, &watch, end);
}

/* --- what comes back ------------------------------------------------------------- */

/* On the way back everything up to until has been lived and told already: a build that
 * dies there, and did not the first time, can only die now. */
static void come_along(struct printer *printer, enum host_op op, sim_ns until)
{
	if ((op == HOST_BACK || op == HOST_RESTORE) && printer->m.now < until)
		machine_pass(printer, until);
}

/* The machine where the last call of the build began, and no build any more. */
static void bury(struct printer *printer, const struct end *end, enum host_op op,
		 sim_ns until)
{
	struct host_page *page = printer->remote->page;
	struct machine before = printer->m;
	uint32_t call = page->mark.call;
	if (call > CALL_NONE && call <= CALL_LOAD) {
		printer->m = page->mark.kept ? page->mark.before : page->printer.m;
		if (!host_trust(&printer->m, &before, until) || printer->m.dead)
			printer->m = before;
		printer->dying_in = call;
	} else {
		printer->dying_in = CALL_NONE;
	}
	come_along(printer, op, until);
	machine_die(printer, end->how, end->detail, false);
}

static void distrust(struct printer *printer, const char *detail, enum host_op op,
		     sim_ns until)
{
	end_process(printer->remote);
	come_along(printer, op, until);
	printer->dying_in = CALL_NONE;
	machine_die(printer, "wrong_answer", detail, false);
}

/* Adds what it said to the outbox, from a copy: its process may still be writing. */
static bool take_said(struct printer *printer)
{
	struct remote *remote = printer->remote;
	size_t said = remote->page->said;
	if (said > sizeof(remote->page->packed))
		return false;
	if (said > remote->said_capacity) {
		void *grown = realloc(remote->said, said);
		if (!grown)
			return false;
		remote->said = grown;
		remote->said_capacity = said;
	}
	if (said > 0)
		memcpy(remote->said, remote->page->packed, said);
	return outbox_unpack(printer->outbox, remote->said, said, printer->m.now);
}

static void take(struct printer *printer, enum host_op op, sim_ns until)
{
	struct host_page *page = printer->remote->page;
	struct machine before = printer->m;
	printer->m = page->printer.m;
	if (!host_trust(&printer->m, &before, until) || !take_said(printer)) {
		printer->m = before;
		distrust(printer, "it wrote over the machine's own memory", op, until);
		return;
	}
	printer->steps = page->printer.steps;
	if (!printer->m.dead)
		return;
	come_along(printer, op, until);
	/* It gave up by itself; the watchdog is on this side. */
	printer->m.reset_at = printer->watchdog < SIM_NEVER - printer->m.now
				      ? printer->m.now + printer->watchdog
				      : SIM_NEVER;
	printer->m.wake = SIM_NEVER;
}

static void hand_over(struct printer *printer, enum host_op op, sim_ns until)
{
	struct host_page *page = printer->remote->page;
	struct end end;
	page->op = op;
	page->until = until;
	page->printer.m = printer->m;
	page->printer.online = printer->online;
	page->printer.steps = printer->steps;
	memcpy(page->printer.person, printer->person, sizeof(printer->person));
	exchange(printer, &end);
	if (end.died)
		bury(printer, &end, op, until);
	else
		take(printer, op, until);
}

/* --- the five things that are asked of it ---------------------------------------- */

void remote_boot(struct printer *printer)
{
	struct end end;
	end_process(printer->remote);
	printer->remote->page->state = 0;
	if (start_process(printer, &end)) {
		hand_over(printer, HOST_BOOT, printer->m.now);
		return;
	}
	printer->dying_in = CALL_NONE;
	machine_die(printer, end.how, end.detail, false);
	if (strcmp(end.how, "unfit") == 0) /* it will not be any better in a while */
		printer->m.reset_at = SIM_NEVER;
}

void remote_ahead(struct printer *printer, sim_ns until)
{
	hand_over(printer, HOST_AHEAD, until);
}

void remote_back(struct printer *printer, sim_ns now)
{
	struct end end;
	bool anew = printer->remote->pid == 0;
	if (anew && !start_process(printer, &end)) {
		come_along(printer, HOST_BACK, now);
		printer->dying_in = CALL_NONE;
		machine_die(printer, end.how, end.detail, false);
		return;
	}
	hand_over(printer, anew ? HOST_RESTORE : HOST_BACK, now);
	if (printer->m.dead || outbox_is_empty(printer->outbox))
		return;
	outbox_drop(printer->outbox);
	distrust(printer, "it does not do the same twice from one saved state", HOST_BACK,
		 now);
}

void remote_input(struct printer *printer, const struct machine_input *input)
{
	struct host_page *page = printer->remote->page;
	page->input = *input;
	page->input.payload = NULL;
	if (input->payload)
		memcpy(page->payload, input->payload, input->length);
	hand_over(printer, HOST_INPUT, printer->m.now);
}
