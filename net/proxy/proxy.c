/* proxy.c - the live proxy: its door, its loop, its end. */
#include "net/proxy/proxy.h"

#include "net/proxy/control.h"
#include "net/proxy/room.h"
#include "net/stream/raw.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
	ACCEPTS_AT_ONCE = 64,
	SENTENCES_A_SECOND = 20,
	EVENTS_AT_ONCE = 4096,
	KEEP_EVENTS = 16384
};
#define BEAT  (250 * SIM_MS)
#define RETRY (100 * SIM_MS)
#define TIGHT (10 * SIM_MS) /* while the backlog of a unix upstream is full */

/* --- time ------------------------------------------------------------------------- */

static int64_t clock_of(clockid_t clock)
{
	struct timespec now;
	raw_clock_gettime(clock, &now);
	return now.tv_sec * SIM_S + now.tv_nsec;
}

sim_ns proxy_now(struct proxy *proxy)
{
	proxy->clock.now = clock_of(CLOCK_MONOTONIC) - proxy->began_ns;
	return proxy->clock.now;
}

/* The run's first instant is a whole second of UTC, so it begins a fraction later. */
static void start_clock(struct proxy *proxy)
{
	int64_t utc = clock_of(CLOCK_REALTIME);
	proxy->clock.start_utc_s = utc / SIM_S;
	proxy->began_ns = clock_of(CLOCK_MONOTONIC) - utc % SIM_S;
	proxy_now(proxy);
}

/* --- words ------------------------------------------------------------------------ */

void proxy_say(struct proxy *proxy, const char *format, ...)
{
	char sentence[512];
	va_list args;
	if (!proxy->options.say)
		return;
	if (proxy->clock.now - proxy->said_at >= SIM_S) {
		proxy->said_at = proxy->clock.now;
		proxy->said = 0;
	}
	if (proxy->said++ > SENTENCES_A_SECOND)
		return;
	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	proxy->options.say(proxy->options.arg,
			   proxy->said > SENTENCES_A_SECOND
				   ? "… and more of the same in this second"
				   : sentence);
}

void proxy_tell(struct proxy *proxy, const char *sentence)
{
	proxy_say(proxy, "%s", sentence);
}

/* --- the door ----------------------------------------------------------------------- */

static void listen_again(void *arg, sim_ns now);

static void stop_accepting(struct proxy *proxy, const char *why)
{
	if (!proxy->accepting)
		return;
	proxy->accepting = false;
	event_del(proxy->acceptor);
	proxy_say(proxy,
		  "%s at %zu connections: further ones wait until one of them ends", why,
		  proxy->counts.open);
	if (!queue_waiting(proxy->queue, proxy->retry))
		proxy->retry = queue_add(proxy->queue, proxy_now(proxy) + RETRY,
					 listen_again, proxy);
}

static void listen_again(void *arg, sim_ns now)
{
	struct proxy *proxy = arg;
	(void)now;
	proxy->retry = (struct queue_handle){0};
	if (proxy->accepting || proxy->counts.open >= proxy->counts.most)
		return;
	proxy->accepting = event_add(proxy->acceptor, NULL) == 0;
}

void proxy_one_left(struct proxy *proxy)
{
	proxy->counts.open--;
	if (!proxy->accepting && !proxy->stopping &&
	    !queue_waiting(proxy->queue, proxy->retry))
		proxy->retry = queue_add(proxy->queue, proxy_now(proxy) + RETRY,
					 listen_again, proxy);
}

static void on_client(evutil_socket_t listening, short what, void *arg)
{
	struct proxy *proxy = arg;
	(void)what;
	proxy_now(proxy);
	for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
		if (proxy->counts.open >= proxy->counts.most) {
			stop_accepting(proxy, "no more descriptors");
			return;
		}
		int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			       errno == ENOMEM))
			stop_accepting(proxy, strerror(errno));
		if (fd < 0)
			return;
		if (!proxy->options.listen.local)
			endpoint_hurry(fd);
		if (proxy->options.listen.tls)
			fd = tls_accept(proxy->tls, fd);
		if (fd >= 0)
			front_new(proxy, fd);
	}
}

static int on_dial(void *arg)
{
	struct proxy *proxy = arg;
	int fd = endpoint_dial(&proxy->options.upstream);
	return fd >= 0 && proxy->options.upstream.tls ? tls_call(proxy->tls, fd) : fd;
}

/* Each connection takes two descriptors, and TLS two more on each side that has it. */
static size_t most_connections(const struct proxy *proxy)
{
	struct rlimit limit = {.rlim_cur = 1024};
	size_t each = 2;
	each += proxy->options.listen.tls ? 2 : 0;
	each += proxy->options.upstream.tls ? 2 : 0;
	getrlimit(RLIMIT_NOFILE, &limit);
	size_t reserve = 64;
	return limit.rlim_cur > reserve + each ? (limit.rlim_cur - reserve) / each : 1;
}

/* --- life --------------------------------------------------------------------------- */

static void on_beat(void *arg, sim_ns now)
{
	struct proxy *proxy = arg;
	proxy->beat = queue_add(proxy->queue, proxy_now(proxy) + BEAT, on_beat, proxy);
	if (proxy->options.tick)
		proxy->options.tick(proxy->options.arg, now);
}

static void on_signal(evutil_socket_t number, short what, void *arg)
{
	(void)number, (void)what;
	proxy_stop(arg);
}

static void on_tls(void *arg, const char *sentence)
{
	proxy_say(arg, "%s", sentence);
}

static int open_door(struct proxy *proxy, struct sim_error *error)
{
	static const int SIGNALS[] = {SIGINT, SIGTERM};
	struct event_base *base = proxy->net->base;
	int status = SIM_OK;
	if (proxy->options.listen.tls || proxy->options.upstream.tls)
		status = tls_new(&proxy->options.tls, base, &proxy->options.listen,
				 &proxy->options.upstream, on_tls, proxy, &proxy->tls,
				 error);
	if (status == SIM_OK)
		status = endpoint_probe(&proxy->options.upstream, error);
	if (status == SIM_OK && proxy->options.upstream.tls)
		status = tls_probe(proxy->tls, error);
	if (status == SIM_OK)
		status =
			endpoint_listen(&proxy->options.listen, &proxy->listening, error);
	if (status != SIM_OK)
		return status;
	proxy->bound_path = proxy->options.listen.local;
	proxy->acceptor =
		event_new(base, proxy->listening, EV_READ | EV_PERSIST, on_client, proxy);
	proxy->accepting = proxy->acceptor && event_add(proxy->acceptor, NULL) == 0;
	for (int i = 0; i < 2; i++) {
		proxy->signals[i] = evsignal_new(base, SIGNALS[i], on_signal, proxy);
		if (!proxy->signals[i] || event_add(proxy->signals[i], NULL) != 0)
			proxy->accepting = false;
	}
	if (!proxy->accepting)
		return sim_fail(error, SIM_ENOMEM, "libevent does not watch the sockets");
	return proxy->options.control ? control_new(proxy, proxy->options.control,
						    &proxy->control, error)
				      : SIM_OK;
}

int proxy_new(const struct proxy_options *options, struct proxy **ret_proxy,
	      struct sim_error *error)
{
	struct proxy *proxy = calloc(1, sizeof(*proxy));
	if (!proxy)
		return sim_fail(error, SIM_ENOMEM, "no memory for a proxy");
	proxy->options = *options;
	proxy->listening = -1;
	start_clock(proxy);
	proxy->queue = queue_new();
	proxy->trace = trace_new(&proxy->clock, options->level);
	int status = SIM_ENOMEM;
	if (proxy->queue && proxy->trace) {
		trace_forget_beyond(proxy->trace, KEEP_EVENTS);
		const struct net_options net = {
			.queue = proxy->queue,
			.clock = &proxy->clock,
			.trace = proxy->trace,
			.seed = options->seed,
			.dial = on_dial,
			.dial_arg = proxy,
			.wall = true,
			.unrecorded = options->level == TRACE_STORY,
			.strict = options->strict,
		};
		status = net_new(&net, &proxy->net, error);
	} else {
		sim_fail(error, SIM_ENOMEM, "no memory for a proxy");
	}
	if (status == SIM_OK)
		status = open_door(proxy, error);
	if (status != SIM_OK) {
		proxy_free(proxy);
		return status;
	}
	proxy->counts.most = most_connections(proxy);
	proxy->beat = queue_add(proxy->queue, proxy_now(proxy) + BEAT, on_beat, proxy);
	*ret_proxy = proxy;
	return SIM_OK;
}

void proxy_free(struct proxy *proxy)
{
	if (!proxy)
		return;
	front_close_all(proxy);
	control_free(proxy->control);
	tls_free(proxy->tls);
	if (proxy->acceptor)
		event_free(proxy->acceptor);
	for (int i = 0; i < 2; i++)
		if (proxy->signals[i])
			event_free(proxy->signals[i]);
	if (proxy->listening >= 0)
		raw_close(proxy->listening);
	if (proxy->bound_path)
		unlink(proxy->options.listen.host);
	net_free(proxy->net);
	front_free_all(proxy);
	trace_free(proxy->trace);
	queue_free(proxy->queue);
	free(proxy);
}

void proxy_stop(struct proxy *proxy)
{
	proxy->stopping = true;
}

void proxy_fail(struct proxy *proxy, const struct sim_error *why)
{
	if (proxy->why.code == 0)
		proxy->why = *why;
	proxy->stopping = true;
}

/* --- the loop ------------------------------------------------------------------------- */

/* How long nothing will have to be done if no socket has news. */
static sim_ns idle_time(struct proxy *proxy)
{
	if (net_busy(proxy->net) || proxy->stopping)
		return 0;
	sim_ns due = queue_next_due(proxy->queue), now = proxy_now(proxy);
	sim_ns wait = due > now ? due - now : 0;
	if (proxy->net->n_waiting > 0 && wait > TIGHT)
		wait = TIGHT;
	return wait;
}

int proxy_run(struct proxy *proxy, struct sim_error *error)
{
	while (!proxy->stopping) {
		sim_ns now = proxy_now(proxy);
		for (int i = 0; i < EVENTS_AT_ONCE && !proxy->stopping; i++)
			if (!queue_run_one(proxy->queue, now))
				break;
		net_drain(proxy->net, proxy_now(proxy));
		net_wait(proxy->net, idle_time(proxy));
	}
	net_receipts(proxy->net, proxy_now(proxy));
	if (proxy->why.code == 0)
		return SIM_OK;
	*error = proxy->why;
	return proxy->why.code;
}

/* --- reading -------------------------------------------------------------------------- */

const struct endpoint *proxy_listen(const struct proxy *proxy)
{
	return &proxy->options.listen;
}

struct net *proxy_net(struct proxy *proxy)
{
	return proxy->net;
}

struct queue *proxy_queue(struct proxy *proxy)
{
	return proxy->queue;
}

struct trace *proxy_trace(struct proxy *proxy)
{
	return proxy->trace;
}

const struct clock *proxy_clock(const struct proxy *proxy)
{
	return &proxy->clock;
}

struct proxy_counts proxy_counts(const struct proxy *proxy)
{
	struct proxy_counts counts = proxy->counts;
	counts.net = net_counts(proxy->net);
	for (size_t i = 0; i < proxy->net->n_faults; i++) {
		counts.faults += !proxy->net->faults[i]->lifted;
		counts.acts += proxy->net->faults[i]->affected;
	}
	return counts;
}
