/* template.c - one process per build: loads it once, then forks an instance per printer,
 * whose memory is shared until somebody writes to it. */
#include "printers/host/template.h"

#include "printers/host/page.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct template
{
	pid_t pid;
	int control;
};

enum {
	LOADING_S = 10, /* of processor time */
	LOOK_EVERY_MS = 100,
	STUCK_LOOKS = 600 /* an order takes microseconds */
};

struct order {
	char what; /* 's'pawn with two descriptors, 'w'ait for pid */
	pid_t pid;
};

/* --- inside it ------------------------------------------------------------------- */

static void close_all_but(int keep)
{
	if (keep > 0)
		syscall(SYS_close_range, 0, keep - 1, 0);
	if (syscall(SYS_close_range, keep + 1, ~0U, 0) != 0) /* before Linux 5.9 */
		for (int fd = 0; fd < 65536; fd++)
			if (fd != keep)
				host_close(fd);
}

static pid_t spawn(const struct jobjam_fw_api *api, int channel, int page)
{
	pid_t template = (pid_t)syscall(SYS_getpid);
	pid_t pid = host_fork();
	if (pid != 0)
		return pid < 0 ? -errno : pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != template)
		host_exit(1);
	host_inside(api, channel, page);
}

static bool take_order(int control, struct order *order, int fds[2])
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} room;
	struct iovec bytes = {order, sizeof(*order)};
	struct msghdr message = {.msg_iov = &bytes,
				 .msg_iovlen = 1,
				 .msg_control = room.bytes,
				 .msg_controllen = sizeof(room.bytes)};
	ssize_t n;
	fds[0] = fds[1] = -1;
	do
		n = syscall(SYS_recvmsg, control, &message, 0);
	while (n < 0 && errno == EINTR);
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	if (n == (ssize_t)sizeof(*order) && head && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(2 * sizeof(int)))
		memcpy(fds, CMSG_DATA(head), 2 * sizeof(int));
	return n == (ssize_t)sizeof(*order);
}

static _Noreturn void serve(const struct jobjam_fw_api *api, int control)
{
	struct order order;
	int fds[2];
	while (take_order(control, &order, fds)) {
		int answer = -1;
		if (order.what == 's' && fds[0] >= 0)
			answer = spawn(api, fds[0], fds[1]);
		else if (order.what == 'w' &&
			 syscall(SYS_wait4, order.pid, &answer, 0, NULL) != order.pid)
			answer = -1;
		host_close(fds[0]);
		host_close(fds[1]);
		host_send(control, &answer, sizeof(answer));
	}
	host_exit(0);
}

static _Noreturn void become_template(const char *path, int control, pid_t parent,
				      struct host_description *description)
{
	const struct jobjam_fw_api *api = NULL;
	host_confine_template();
	if (getppid() != parent)
		host_exit(1);
	close_all_but(control);
	host_confine_loading(control, &description->forbidden);
	firmware_describe(path, description, &api);
	char done = HOST_DONE;
	host_send(control, &done, 1);
	if (description->status != SIM_OK)
		host_exit(0);
	serve(api, control);
}

/* --- outside --------------------------------------------------------------------- */

static int say_dead(const char *path, const struct host_description *description,
		    struct sim_error *error)
{
	char text[32];
	uint32_t forbidden = description->forbidden;
	if (forbidden == 0)
		return sim_fail(error, SIM_EUNFIT, "%s dies while it is loaded", path);
	return sim_fail(error, SIM_EUNFIT, "%s calls %s while it is loaded", path,
			host_call_name(forbidden - 1, text));
}

/* Until it says that it is done: SIM_EUNFIT when it died, looped or slept. */
static int await_loading(struct template *template, const char *path,
			 const struct host_description *description,
			 struct sim_error *error)
{
	char byte;
	host_patience(template->control, LOOK_EVERY_MS);
	for (int looks = 0;; looks++) {
		ssize_t n = host_receive(template->control, &byte, 1);
		if (n == 1)
			return SIM_OK;
		if (n != -2)
			return say_dead(path, description, error);
		if (looks > STUCK_LOOKS ||
		    host_cpu_ns(template->pid) > LOADING_S * INT64_C(1000000000))
			return sim_fail(error, SIM_EUNFIT,
					"%s does not come to an end of being loaded",
					path);
	}
}

int template_new(const char *path, struct host_description *ret_description,
		 struct template **ret_template, struct sim_error *error)
{
	int status = SIM_OK, ends[2] = {-1, -1};
	struct template *template = calloc(1, sizeof(*template));
	struct host_description *description =
		mmap(NULL, sizeof(*description), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!template || description == MAP_FAILED) {
		free(template);
		return sim_fail(error, SIM_ENOMEM, "no memory for a firmware build");
	}
	template->control = -1;
	if (host_pair(ends, true) != 0)
		status = sim_fail(error, SIM_ELIMIT, "no descriptors left for %s (%s)",
				  path, strerror(errno));
	if (!status) {
		pid_t self = (pid_t)syscall(SYS_getpid);
		template->control = ends[0];
		template->pid = fork();
		if (template->pid == 0)
			become_template(path, ends[1], self, description);
		host_close(ends[1]);
		if (template->pid < 0)
			status = sim_fail(error, SIM_ELIMIT,
					  "no process can be made for %s (%s)", path,
					  strerror(errno));
	}
	if (!status)
		status = await_loading(template, path, description, error);
	if (!status) {
		*ret_description = *description;
		*ret_template = template;
	} else {
		template_free(template);
	}
	munmap(description, sizeof(*description));
	return status;
}

void template_free(struct template *template)
{
	if (!template)
		return;
	if (template->pid > 0) {
		int status;
		host_close(template->control);
		kill(template->pid, SIGKILL);
		syscall(SYS_wait4, template->pid, &status, 0, NULL);
	} else {
		host_close(template->control);
	}
	free(template);
}

static int give_order(struct template *template, const struct order *order,
		      const int fds[2], int *ret_answer)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} room = {.bytes = {0}};
	struct order copy = *order;
	struct iovec bytes = {&copy, sizeof(copy)};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
	ssize_t n;
	if (fds) {
		message.msg_control = room.bytes;
		message.msg_controllen = sizeof(room.bytes);
		struct cmsghdr *head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(2 * sizeof(int));
		memcpy(CMSG_DATA(head), fds, 2 * sizeof(int));
	}
	do
		n = syscall(SYS_sendmsg, template->control, &message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(copy))
		return -1;
	int looks = 0;
	do
		n = host_receive(template->control, ret_answer, sizeof(*ret_answer));
	while (n == -2 && ++looks < STUCK_LOOKS);
	return n == (ssize_t)sizeof(*ret_answer) ? 0 : -1;
}

int template_spawn(struct template *template, int page, pid_t *ret_pid, int *ret_channel,
		   struct sim_error *error)
{
	int ends[2], answer = -1;
	if (host_pair(ends, false) != 0)
		return sim_fail(error, SIM_ELIMIT, "no descriptors are left");
	int fds[2] = {ends[1], page};
	int failed = give_order(template, &(struct order){.what = 's'}, fds, &answer);
	host_close(ends[1]);
	if (failed || answer <= 0) {
		host_close(ends[0]);
		return sim_fail(error, SIM_ELIMIT, "no process can be made for it");
	}
	*ret_pid = answer;
	*ret_channel = ends[0];
	return SIM_OK;
}

int template_reap(struct template *template, pid_t pid)
{
	int status = -1;
	if (give_order(template, &(struct order){.what = 'w', .pid = pid}, NULL, &status))
		return -1;
	return status;
}
