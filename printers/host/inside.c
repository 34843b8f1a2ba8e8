/* inside.c - the process of one instance: firmware and plant up to the horizon. */
#include "printers/host/page.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct {
	struct host_page *page;
} here;

/* Something the build did that this process survives, but the instance shall not. */
static _Noreturn void give_up(const char *how, const char *detail)
{
	const char byte = HOST_UNFIT;
	strncpy(here.page->how, how, sizeof(here.page->how) - 1);
	strncpy(here.page->detail, detail, sizeof(here.page->detail) - 1);
	host_send(HOST_CHANNEL_FD, &byte, 1);
	host_exit(0);
}

static void await_go(void)
{
	char byte;
	if (host_receive(HOST_CHANNEL_FD, &byte, 1) != 1 || byte != HOST_GO)
		host_exit(0); /* nobody is there any more */
}

static const struct job_file *ask_for_file(struct printer *printer, const char *key)
{
	static struct job_file file; /* valid until it is asked again */
	const char byte = HOST_FILE;
	size_t length = strnlen(key, sizeof(here.page->key) - 1);
	(void)printer;
	memcpy(here.page->key, key, length);
	here.page->key[length] = '\0';
	host_send(HOST_CHANNEL_FD, &byte, 1);
	await_go();
	if (!here.page->found)
		return NULL;
	file = here.page->file;
	return &file;
}

/* --- memory ---------------------------------------------------------------------- */

/* A struct of that size which ends where a page ends, with nothing behind it. */
static void *at_the_edge(size_t size)
{
	size_t pages = (size + HOST_PAGE - 1) / HOST_PAGE * HOST_PAGE;
	uint8_t *base = mmap(NULL, pages + 2 * HOST_PAGE, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (base == MAP_FAILED ||
	    mprotect(base + HOST_PAGE, pages, PROT_READ | PROT_WRITE) != 0)
		host_exit(70);
	return base + HOST_PAGE + pages - size;
}

static void map_page(int fd)
{
	size_t size = (sizeof(struct host_page) + HOST_PAGE - 1) / HOST_PAGE * HOST_PAGE;
	uint8_t *room = mmap(NULL, size + HOST_PAGE, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED || mmap(room, size, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		host_exit(70);
	here.page = (struct host_page *)(void *)room;
}

static uint8_t *saved_at(size_t size)
{
	return here.page->saved + HOST_STATE - size;
}

/* --- what it is told to do ------------------------------------------------------- */

static void save(struct printer *printer)
{
	struct host_page *page = here.page;
	size_t size = 0;
	machine_enter(printer, CALL_SAVE);
	int status = printer->api->save(printer->firmware, NULL, &size);
	machine_leave(printer);
	if (status > JOBJAM_FW_WARN || size == 0 || size > HOST_STATE)
		give_up("wrong_answer", "its save() wants no size from 1 byte to 1 MiB");
	page->state = size;
	machine_enter(printer, CALL_SAVE);
	status = printer->api->save(printer->firmware, saved_at(size), &size);
	machine_leave(printer);
	if (status > JOBJAM_FW_WARN || size > page->state)
		give_up("wrong_answer", "its save() failed");
}

static void load(struct printer *printer)
{
	struct host_page *page = here.page;
	struct machine as_it_was = printer->m;
	if (page->state == 0 || page->state > HOST_STATE)
		give_up("wrong_answer", "it left no saved state");
	machine_enter(printer, CALL_LOAD);
	int status =
		printer->api->load(printer->firmware, saved_at(page->state), page->state);
	machine_leave(printer);
	if (status > JOBJAM_FW_WARN)
		give_up("wrong_answer", "its load() refused what its save() wrote");
	printer->m = as_it_was;
	outbox_drop(printer->outbox);
}

static void run(struct printer *printer, sim_ns until)
{
	while (outbox_is_empty(printer->outbox) && machine_next(printer) <= until)
		machine_go(printer);
}

static void work(struct printer *printer)
{
	struct host_page *page = here.page;
	struct machine_input input = page->input;
	struct machine as_it_was;
	switch ((enum host_op)page->op) {
	case HOST_BOOT:
		machine_boot(printer, NULL); /* one that does not come up has died */
		break;
	case HOST_AHEAD:
		save(printer);
		run(printer, page->until);
		break;
	case HOST_RESTORE:
		as_it_was = printer->m;
		if (machine_create(printer) > JOBJAM_FW_WARN)
			give_up("wrong_answer", "it cannot be created a second time");
		printer->m = as_it_was;
		load(printer);
		run(printer, page->until);
		break;
	case HOST_BACK:
		load(printer);
		run(printer, page->until);
		break;
	case HOST_INPUT:
		input.payload = page->payload;
		machine_input(printer, &input);
		break;
	}
}

static void answer(struct printer *printer)
{
	struct host_page *page = here.page;
	const char byte = HOST_DONE;
	if (!outbox_pack(printer->outbox, page->packed, sizeof(page->packed),
			 &page->said))
		give_up("wrong_answer", "it says more than 4 MiB at one instant");
	outbox_drop(printer->outbox);
	host_send(HOST_CHANNEL_FD, &byte, 1);
}

/* --- the process ----------------------------------------------------------------- */

static void take_descriptors(int channel, int page)
{
	map_page(page);
	if (channel != HOST_CHANNEL_FD &&
	    syscall(SYS_dup3, channel, HOST_CHANNEL_FD, 0) < 0)
		host_exit(70);
	if (syscall(SYS_close_range, HOST_CHANNEL_FD + 1, ~0U, 0) != 0)
		for (int fd = HOST_CHANNEL_FD + 1; fd < 65536; fd++)
			host_close(fd);
}

static void make_printer(const struct jobjam_fw_api *api)
{
	struct host_page *page = here.page;
	struct printer *printer = &page->printer;
	*printer = (struct printer){.api = api};
	memcpy(printer->name, page->name, sizeof(printer->name));
	memcpy(printer->serial, page->serial, sizeof(printer->serial));
	memcpy(printer->values, page->values, sizeof(printer->values));
	printer->n_values = page->n_values;
	page->model.plant = &page->plant;
	printer->model = &page->model;
	printer->clock = &page->clock;
	printer->watchdog = SIM_NEVER; /* whoever watches sees to that */
	printer->find_file = ask_for_file;
	printer->mark = &page->mark;
	printer->actuators = at_the_edge(sizeof(struct jobjam_fw_actuators));
	printer->sensors = at_the_edge(sizeof(struct jobjam_fw_sensors));
	printer->outbox = outbox_new();
	if (!printer->outbox)
		host_exit(70);
	machine_fill_host(printer);
}

void host_inside(const struct jobjam_fw_api *api, int channel, int page)
{
	take_descriptors(channel, page);
	make_printer(api);
	host_confine(here.page);
	const char ready = HOST_DONE;
	host_send(HOST_CHANNEL_FD, &ready, 1);
	for (;;) {
		await_go();
		work(&here.page->printer);
		answer(&here.page->printer);
	}
}
