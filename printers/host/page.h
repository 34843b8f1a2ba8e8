/*
 * page.h - what this program and a build's process share: one mapping each instance, and
 * one for what the build says of itself. Nobody outside printers/host includes it.
 *
 * Everything in it may have been written by a stranger: the reader copies a value out,
 * checks the copy, and never follows a pointer that lies here.
 */
#ifndef JOBJAM_PRINTERS_HOST_PAGE_H
#define JOBJAM_PRINTERS_HOST_PAGE_H

#include "printers/machine.h"
#include "printers/plant/heat.h"

#include <sys/types.h>

enum host_op {
	HOST_BOOT,    /* create(), and the first step */
	HOST_AHEAD,   /* save(), then run to until */
	HOST_BACK,    /* load(), then run to until */
	HOST_RESTORE, /* the same, after create(): the process is a new one */
	HOST_INPUT,
};

/* One byte each on the channel. */
#define HOST_GO    'g' /* to the process: work on what stands in the page */
#define HOST_DONE  'd' /* from it */
#define HOST_FILE  'f' /* from it: which file is this? Answered with HOST_GO */
#define HOST_UNFIT 'u' /* from it: the build answered something impossible; see how, detail */

enum {
	HOST_PAYLOAD = 256 * 1024,
	HOST_SAID = 4 * 1024 * 1024,
	HOST_STATE = 1024 * 1024,
	HOST_PAGE = 4096,
	HOST_CHANNEL_FD = 0
};

/* Sensors and actuators end where a page ends, and nothing is mapped behind them: a build
 * that writes past its struct dies of it. */
struct host_page {
	/* to the process */
	uint32_t op;
	sim_ns until;
	struct machine_input input; /* its payload stands in `payload` */
	char name[64], serial[64];
	size_t n_values;
	struct jobjam_fw_value values[FIRMWARE_SETTINGS_MAX];
	struct printer_model model;
	struct plant_constants plant;
	struct clock clock;
	bool found;
	struct job_file file;
	/* from it */
	char key[160];
	char how[32], detail[160];
	size_t said; /* bytes of what outbox_pack() wrote */
	size_t state; /* bytes of the build's saved state */
	uint32_t forbidden; /* number of a system call, + 1 */
	/* The process works on this one. Of it only m, online, person and steps are read or
	 * written from outside; the pointers in it are the process's own. */
	struct printer printer;
	struct machine_mark mark;
	uint8_t payload[HOST_PAYLOAD];
	uint8_t packed[HOST_SAID];
	uint8_t saved[HOST_STATE]; /* the state ends where this ends */
};

/* What a build says of itself, copied out of it. */
struct host_setting {
	uint32_t type;
	char name[48], unit[16], fallback[48], help[256];
	double min, max;
	uint32_t n_choices;
	char choices[8][32];
};
struct host_description {
	int status; /* enum sim_status; error says more */
	uint32_t forbidden; /* number of a system call while it was loaded, + 1 */
	char error[1024];
	uint32_t n_settings;
	uint64_t caps;
	char name[64], version[64], about[256];
	struct host_setting settings[FIRMWARE_SETTINGS_MAX];
};

/* The process of one instance: never returns. channel and page are descriptors that it
 * owns. */
_Noreturn void host_inside(const struct jobjam_fw_api *api, int channel, int page);

/* confine.c: takes away what a build has no business with, in three steps: what is no matter
 * of the build's (signals, environment, who dies with whom); what a loader does not need,
 * while constructors run; everything but computing. A forbidden call ends the process, and
 * is noted as its number + 1. This keeps a build that errs from harm; it is no prison for
 * one that was written to break out. */
void host_confine_template(void);
/* Nothing but control is open. noted: shared with the parent. */
void host_confine_loading(int control, uint32_t *noted);
void host_confine(struct host_page *page);
/* fork() after host_confine_loading(). */
pid_t host_fork(void);
/* Text of a system call's number, "system call 999" for those that are not in the table. */
const char *host_call_name(uint32_t number, char ret_text[32]);

/* calls.c: the kernel's calls themselves. The program has socket calls of its own under the
 * names of libc (net/stream), which must not see these descriptors. */
int host_pair(int fds[2], bool packets);
int host_memory(size_t size);
ssize_t host_send(int fd, const void *bytes, size_t length);
/* >= 0 bytes, 0 at the end; -1 error; -2: nothing yet, with host_patience(). */
ssize_t host_receive(int fd, void *bytes, size_t length);
/* Has come in already, without waiting. */
bool host_has_more(int fd);
/* From now on host_receive() and host_send() wait no longer than that. */
void host_patience(int fd, int milliseconds);
void host_close(int fd);
/* Nanoseconds of processor time that the process has had; -1: it is gone. */
int64_t host_cpu_ns(pid_t pid);
_Noreturn void host_exit(int status);

/* trust.c: can a machine stand like this that stood like before? Puts into *m what only
 * this program knows: pointers to its own literals. */
bool host_trust(struct machine *m, const struct machine *before, sim_ns until);

/* template.c */
struct template;
int template_new(const char *path, struct host_description *ret_description,
		 struct template **ret_template, struct sim_error *error);
void template_free(struct template *template);
/* A new instance; *ret_channel is the caller's. */
int template_spawn(struct template *template, int page, pid_t *ret_pid, int *ret_channel,
		   struct sim_error *error);
/* Waits for the end of an instance; its wait status, or -1. */
int template_reap(struct template *template, pid_t pid);

#endif
