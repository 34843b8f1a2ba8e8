/* control.c - the control socket: one line in, one answer out. */
#include "net/proxy/control.h"

#include "net/proxy/room.h"
#include "net/stream/raw.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ANSWER_MAX = 4 << 20
};

struct caller {
	struct control *control;
	struct bufferevent *wire; /* owned */
	bool answered;
	struct caller *next, **at;
};

struct control {
	struct proxy *proxy;
	struct endpoint endpoint;
	int fd;
	struct event *acceptor;
	struct caller *callers; /* owned */
	size_t n_callers;
};

static void hang_up(struct caller *caller)
{
	*caller->at = caller->next;
	if (caller->next)
		caller->next->at = caller->at;
	caller->control->n_callers--;
	if (caller->control->proxy->last_words)
		proxy_stop(caller->control->proxy);
	bufferevent_free(caller->wire);
	free(caller);
}

static void answer(struct caller *caller, const char *line, size_t length)
{
	struct text text = {0};
	caller->answered = true;
	bufferevent_disable(caller->wire, EV_READ);
	proxy_now(caller->control->proxy);
	control_answer(caller->control->proxy, line, length, &text);
	if (text.length > ANSWER_MAX)
		text.length = ANSWER_MAX;
	bufferevent_write(caller->wire, text_cstr(&text), text.length);
	text_fini(&text);
}

static void on_read(struct bufferevent *wire, void *arg)
{
	struct caller *caller = arg;
	struct evbuffer *input = bufferevent_get_input(wire);
	size_t length;
	if (caller->answered)
		return;
	char *line = evbuffer_readln(input, &length, EVBUFFER_EOL_LF);
	if (line)
		answer(caller, line, length);
	else if (evbuffer_get_length(input) > CONTROL_LINE_MAX)
		answer(caller, "", CONTROL_LINE_MAX + 1);
	free(line);
}

static void on_written(struct bufferevent *wire, void *arg)
{
	struct caller *caller = arg;
	if (caller->answered && evbuffer_get_length(bufferevent_get_output(wire)) == 0)
		hang_up(caller);
}

static void on_end(struct bufferevent *wire, short what, void *arg)
{
	(void)wire, (void)what;
	hang_up(arg); /* also out of patience */
}

static void on_caller(evutil_socket_t listening, short what, void *arg)
{
	struct control *control = arg;
	const struct timeval patience = {.tv_sec = CONTROL_PATIENCE};
	(void)what;
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	struct caller *caller = calloc(1, sizeof(*caller));
	if (!caller || control->n_callers >= CONTROL_CLIENTS_MAX ||
	    !(caller->wire = bufferevent_socket_new(control->proxy->net->base, fd,
						    BEV_OPT_CLOSE_ON_FREE))) {
		free(caller);
		raw_close(fd);
		return;
	}
	caller->control = control;
	caller->next = control->callers;
	caller->at = &control->callers;
	if (caller->next)
		caller->next->at = &caller->next;
	control->callers = caller;
	control->n_callers++;
	bufferevent_setcb(caller->wire, on_read, on_written, on_end, caller);
	bufferevent_set_timeouts(caller->wire, &patience, &patience);
	bufferevent_setwatermark(caller->wire, EV_READ, 0, CONTROL_LINE_MAX + 1);
	bufferevent_enable(caller->wire, EV_READ | EV_WRITE);
}

int control_new(struct proxy *proxy, const char *path, struct control **ret_control,
		struct sim_error *error)
{
	struct control *control = calloc(1, sizeof(*control));
	struct text name = {0};
	if (!control)
		return sim_fail(error, SIM_ENOMEM, "no memory for the control socket");
	control->proxy = proxy;
	control->fd = -1;
	text_addf(&name, "unix:%s", path);
	int status =
		endpoint_parse("--control", text_cstr(&name), &control->endpoint, error);
	text_fini(&name);
	if (status == SIM_OK)
		status = endpoint_listen(&control->endpoint, &control->fd, error);
	if (status == SIM_OK) {
		control->acceptor = event_new(proxy->net->base, control->fd,
					      EV_READ | EV_PERSIST, on_caller, control);
		if (!control->acceptor || event_add(control->acceptor, NULL) != 0)
			status = sim_fail(error, SIM_ENOMEM,
					  "libevent does not watch the control socket");
	}
	if (status != SIM_OK) {
		control_free(control);
		return status;
	}
	*ret_control = control;
	return SIM_OK;
}

void control_free(struct control *control)
{
	if (!control)
		return;
	while (control->callers)
		hang_up(control->callers);
	if (control->acceptor)
		event_free(control->acceptor);
	if (control->fd >= 0) {
		raw_close(control->fd);
		unlink(control->endpoint.host);
	}
	free(control);
}
