/* proxy.c - jobjam proxy: the fault layer, live. */
#include "net/proxy/proxy.h"

#include "net/fault.h"
#include "reports/run.h"
#include "sim/command/control_path.h"
#include "sim/command/live.h"
#include "sim/command/terminal.h"
#include "sim/command/verbs.h"
#include "sim/script/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct session {
	const struct options *options;
	struct proxy_options how;
	struct proxy *proxy;
	struct script *script;
	char control[CONTROL_PATH_MAX];
	struct live live;
};

/* ---- words ---- */

static void on_say(void *arg, const char *sentence)
{
	struct session *session = arg;

	live_erase(&session->live);
	terminal_complain("proxy", sentence);
}

static void on_tick(void *arg, sim_ns now)
{
	struct session *session = arg;
	struct proxy_counts counts = proxy_counts(session->proxy);

	trace_flush(proxy_trace(session->proxy));
	live_draw(&session->live, &counts, now);
}

/* A packet that is none is told at once; faults only when asked what they have done. */
static void on_event(void *arg, const struct trace_event *event)
{
	struct session *session = arg;
	char sentence[400];

	if (event->kind != KIND_MQTT_MALFORMED)
		return;
	snprintf(sentence, sizeof(sentence),
		 "%.200s: malformed packet %s, at byte %lld of the stream: %.100s; %s",
		 event->who,
		 strcmp(trace_text(event, "dir", ""), "up") == 0 ? "from the client"
								 : "from the broker",
		 (long long)trace_int(event, "offset", 0),
		 trace_text(event, "reason", ""),
		 session->how.strict ? "the connection is cut"
				     : "the stream is passed on as it is");
	proxy_tell(session->proxy, sentence);
}

/* ---- beginning ---- */

static int read_addresses(struct session *session, struct sim_error *error)
{
	const struct options *options = session->options;
	struct proxy_options *how = &session->how;
	int status = endpoint_parse("--listen",
				    options->listen ? options->listen : "127.0.0.1:1884",
				    &how->listen, error);

	if (!status)
		status = endpoint_parse("--upstream",
					options->upstream ? options->upstream
							  : "127.0.0.1:1883",
					&how->upstream, error);
	if (!status && options->self_signed && (options->cert || options->key))
		status = sim_fail(error, SIM_EINVAL,
				  "--self-signed makes a certificate: it goes without "
				  "--cert and --key");
	if (!status && !how->listen.tls &&
	    (options->self_signed || options->cert || options->key))
		status = sim_fail(error, SIM_EINVAL,
				  "a certificate is for --listen tls:%s",
				  how->listen.text);
	if (!status && !how->upstream.tls && options->ca)
		status = sim_fail(error, SIM_EINVAL, "--ca is for --upstream tls:%s",
				  how->upstream.text);
	return status;
}

/* Named after the port, which must be known before anybody listens. */
static int choose_control(struct session *session, struct sim_error *error)
{
	const char *port = strrchr(session->how.listen.text, ':');
	char name[24];

	if (session->options->control) {
		session->how.control = session->options->control;
		return SIM_OK;
	}
	if (session->how.listen.local || !port || strcmp(port, ":0") == 0)
		snprintf(name, sizeof(name), "%ld", (long)getpid());
	else
		snprintf(name, sizeof(name), "%.5s", port + 1);
	session->how.control = session->control;
	return control_path(name, session->control, error);
}

static int start(struct session *session, struct sim_error *error)
{
	const struct options *options = session->options;
	int status = read_addresses(session, error);

	session->how.tls = (struct tls_settings){
		.certificate = options->cert,
		.key = options->key,
		.self_signed = options->self_signed,
		.ca = options->ca,
	};
	session->how.strict = options->strict;
	session->how.seed = options->has_seed ? options->seed : 1;
	session->how.level = options->record ? TRACE_FULL : TRACE_STORY;
	session->how.say = on_say;
	session->how.tick = on_tick;
	session->how.arg = session;
	if (!status)
		status = choose_control(session, error);
	if (!status)
		status = proxy_new(&session->how, &session->proxy, error);
	if (!status)
		trace_observe(proxy_trace(session->proxy), on_event, session);
	return status;
}

static void greet(const struct session *session)
{
	const struct endpoint *listen = proxy_listen(session->proxy);
	struct text text = {0};

	if (!listen->loopback)
		terminal_complain("proxy",
				  "warning: it listens for everybody who reaches this "
				  "machine; anybody there can use the broker through it");
	text_addf(&text, "proxy: %s -> %s\n", listen->text, session->how.upstream.text);
	text_addf(&text, "control: jobjam ctl %s help\n", session->how.control);
	if (!session->options->quiet)
		fputs(text_cstr(&text), stdout);
	fflush(stdout);
	text_fini(&text);
}

/* ---- recording ---- */

static struct run_facts facts_of(const struct session *session)
{
	return (struct run_facts){
		.tool_version = JOBJAM_VERSION,
		.scenario = "proxy",
		.scenario_path = session->options->n_arguments
					 ? session->options->arguments[0]
					 : "",
		.about = "Recorded by jobjam proxy, between clients and a broker of "
			 "their own.",
		.scenario_hash = "",
		.seed = session->how.seed,
		.start_utc_ns = clock_utc_ns(proxy_clock(session->proxy), 0),
		.reached = proxy_clock(session->proxy)->now,
		.length = proxy_clock(session->proxy)->now,
		.clock_mode = "wall",
		.tick = "exact",
		.broker = session->how.upstream.text,
		.broker_version = "",
		.firmware = "",
		.cloud = "",
		.zone_data = "",
	};
}

static int open_record(struct session *session, struct sim_error *error)
{
	struct run_facts facts = facts_of(session);
	struct text line = {0};
	int status;

	if (!session->options->record)
		return SIM_OK;
	status = trace_open(proxy_trace(session->proxy), session->options->record, error);
	if (status)
		return status;
	report_trace_header(&facts, &line);
	trace_raw_line(proxy_trace(session->proxy), text_cstr(&line));
	text_fini(&line);
	return SIM_OK;
}

static enum exit_status close_record(struct session *session, enum exit_status status)
{
	struct run_facts facts = facts_of(session);
	struct summary summary = {.status = status, .word = "RECORDED"};
	struct text line = {0};
	struct sim_error error;

	if (!session->options->record)
		return status;
	snprintf(summary.sentence, sizeof(summary.sentence),
		 "real-time, not deterministic: nothing was judged");
	report_trace_end(&facts, &summary, &line);
	trace_raw_line(proxy_trace(session->proxy), text_cstr(&line));
	text_fini(&line);
	if (trace_close(proxy_trace(session->proxy), &error) == SIM_OK)
		return status;
	return exit_worse(status, terminal_refuse(NULL, &error));
}

/* ---- the script ---- */

static void on_script_failure(void *arg, const struct sim_error *error)
{
	proxy_fail(arg, error);
}

static int load_script(struct session *session, struct sim_error *error)
{
	const struct options *options = session->options;
	const struct script_stage stage = {
		.clock = proxy_clock(session->proxy),
		.queue = proxy_queue(session->proxy),
		.trace = proxy_trace(session->proxy),
		.net = proxy_net(session->proxy),
		.stop = on_script_failure,
		.stop_arg = session->proxy,
	};
	struct script_options how = {
		.sets = options->sets,
		.has_seed = true,
		.seed = session->how.seed,
		.live = &stage,
	};

	if (!options->n_arguments)
		return SIM_OK;
	how.path = options->arguments[0];
	return script_load(&how, &session->script, error);
}

/* ---- the end ---- */

static void print_receipts(struct session *session)
{
	struct fault *fault;
	struct receipt receipt;
	struct text text = {0};

	for (size_t i = 0; (fault = net_fault_at(proxy_net(session->proxy), i)); i++) {
		fault_receipt(fault, &receipt);
		text_addf(&text, "receipt %d: %s on ", receipt.number, receipt.fault);
		text_add_plain(&text, receipt.link_glob);
		text_addf(&text, ": matched %llu, affected %llu, %llu bytes",
			  (unsigned long long)receipt.matched,
			  (unsigned long long)receipt.affected,
			  (unsigned long long)receipt.bytes);
		if (receipt.why[0]) {
			text_add(&text, "; ");
			text_add_plain(&text, receipt.why);
		}
		text_add_char(&text, '\n');
	}
	fputs(text_cstr(&text), stdout);
	text_fini(&text);
}

static void print_totals(struct session *session)
{
	struct proxy_counts counts = proxy_counts(session->proxy);

	if (session->options->quiet)
		return;
	printf("passed: %llu connections, %llu packets up, %llu down, %llu bytes up, "
	       "%llu down\n",
	       (unsigned long long)counts.accepted,
	       (unsigned long long)counts.net.packets_up,
	       (unsigned long long)counts.net.packets_down,
	       (unsigned long long)counts.net.bytes_up,
	       (unsigned long long)counts.net.bytes_down);
}

static enum exit_status run(struct session *session)
{
	const char *script =
		session->options->n_arguments ? session->options->arguments[0] : NULL;
	struct sim_error error;
	enum exit_status status = EXIT_HELD;

	greet(session);
	if (proxy_run(session->proxy, &error)) {
		live_erase(&session->live);
		status = terminal_refuse(script, &error);
	}
	live_erase(&session->live);
	print_receipts(session);
	print_totals(session);
	return close_record(session, status);
}

enum exit_status verb_proxy(const struct options *options)
{
	struct session session = {.options = options};
	struct sim_error error;
	enum exit_status status;
	int refused = start(&session, &error);

	live_init(&session.live, !options->quiet);
	if (!refused)
		refused = open_record(&session, &error);
	if (!refused)
		refused = load_script(&session, &error);
	status = refused ? terminal_refuse(NULL, &error) : run(&session);
	script_free(session.script);
	proxy_free(session.proxy);
	return status;
}
