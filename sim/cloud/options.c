/* options.c - what can be set about the service, its safeguards, and its builds. */
#include "sim/cloud/cloud.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sim/cloud/service.h"

/* As people write it, too: "5". */
const char *const cloud_protocols[] = {"auto", "3.1.1", "5.0", "5", NULL};

static const char *const BUILD_NAMES[] = {"2023-07", "guarded", NULL};

static const struct cloud_build BUILDS[] = {
	{
		.name = "2023-07",
		.summary =
			"as the service is assumed to have been in the summer of 2023: no "
			"safeguard on; believes its MQTT library, retries, resends",
		.settings = "",
	},
	{
		.name = "guarded",
		.summary =
			"believes a connection only when an echo comes back, throws away what "
			"is old, recognises a resend, stamps every start",
		.settings = "probe_before_connected=true\n"
			    "drop_stale_on_reconnect=5m\n"
			    "paced_drain=1s\n"
			    "message_expiry=5m\n"
			    "retry_backoff=true\n"
			    "idempotent_resend=true\n"
			    "stamp_starts=true\n"
			    "ask_before_resend=true",
	},
};

const struct cloud_build *cloud_build_at(size_t index)
{
	return index < sizeof(BUILDS) / sizeof(BUILDS[0]) ? &BUILDS[index] : NULL;
}

/* --- cloud{} ---------------------------------------------------------------------- */

#define MAX_S (7 * 86400.0)

static const struct param CLOUD_PARAMS[N_CLOUD_PARAMS] = {
	[CLOUD_BUILD] =
		{"build", PARAM_CHOICE, "", "2023-07", 0, 0, BUILD_NAMES,
		 "Which build of the service runs; a build is a set of safeguards that are on."},
	[CLOUD_CLIENTS] =
		{"clients", PARAM_NAMES, "", "command-a,command-b", 0, 0, NULL,
		 "Its MQTT clients; printers are shared out among them, commands and reports alike."},
	[CLOUD_KEEPALIVE] =
		{"keepalive", PARAM_DURATION, "s", "60s", 5, 65535, NULL,
		 "Keep-alive of the service's MQTT clients, in whole seconds."},
	[CLOUD_CLEAN_SESSION] =
		{"clean_session", PARAM_BOOL, "", "true", 0, 0, NULL,
		 "Whether the service's clients ask the broker for a clean session."},
	[CLOUD_API_WORKERS] = {"api_workers", PARAM_INT, "workers", "8", 1, 10000, NULL,
			       "How many API calls are served at the same time."},
	[CLOUD_API_SERVICE_TIME] = {"api_service_time", PARAM_DURATION, "s", "50ms",
				    0.001, 60, NULL,
				    "How long one API call keeps one worker busy."},
	[CLOUD_API_QUEUE] =
		{"api_queue", PARAM_INT, "calls", "200", 0, 1000000, NULL,
		 "How many calls may wait for a worker; one more is answered \"busy\" at once."},
	[CLOUD_CONFIRM_WITHIN] =
		{"confirm_within", PARAM_DURATION, "s", "2m", 1, MAX_S, NULL,
		 "A start of which the printer has reported nothing after this time is sent again."},
	[CLOUD_RETRIES] =
		{"retries", PARAM_INT, "retries", "3", -1, 1000000, NULL,
		 "How often an unanswered start is sent again before the job fails with \"no "
		 "confirmation\"; -1: without limit."},
	[CLOUD_RESEND_UNFINISHED] =
		{"resend_unfinished", PARAM_BOOL, "", "true", 0, 0, NULL,
		 "Takes a job that was reported started but never finished for not done and sends "
		 "it again: when its time and finish_margin have passed, or when its printer "
		 "reports to be free after another job (\"job jamming\")."},
	[CLOUD_FINISH_MARGIN] =
		{"finish_margin", PARAM_DURATION, "s", "30m", 1, MAX_S, NULL,
		 "How much later than the printer last predicted a finish may be reported."},
	[CLOUD_PRINT_EXPECTED] =
		{"print_expected", PARAM_DURATION, "s", "3h", 60, MAX_S, NULL,
		 "How long a job is taken to last whose printer has not said how much remains."},
	[CLOUD_RECONNECT_FIRST] = {"reconnect_first", PARAM_DURATION, "s", "1s", 0.1,
				   3600, NULL,
				   "Pause before the first attempt to reconnect."},
	[CLOUD_RECONNECT_FACTOR] =
		{"reconnect_factor", PARAM_REAL, "", "2", 1, 10, NULL,
		 "By how much the pause grows with each failed attempt."},
	[CLOUD_RECONNECT_MOST] = {"reconnect_most", PARAM_DURATION, "s", "60s", 0.1,
				  86400, NULL,
				  "The longest pause between attempts to reconnect."},
	[CLOUD_PROBE_WITHIN] =
		{"probe_within", PARAM_DURATION, "s", "5s", 0.1, 3600, NULL,
		 "probe_before_connected: the echo must come back within this time."},
	[CLOUD_PROBE_EVERY] =
		{"probe_every", PARAM_DURATION, "s", "1m", 1, 86400, NULL,
		 "probe_before_connected: the probe is repeated at this interval."},
	[CLOUD_RETRY_MOST] =
		{"retry_most", PARAM_DURATION, "s", "30m", 1, MAX_S, NULL,
		 "retry_backoff: the longest wait before a start is sent again."},
	[CLOUD_RETRY_BUDGET] =
		{"retry_budget", PARAM_INT, "per minute", "30", 1, 1000000, NULL,
		 "retry_backoff: how many starts the service sends again in any one minute, all "
		 "printers together; what is beyond that waits."},
	[CLOUD_RESEND_WINDOW] =
		{"resend_window", PARAM_DURATION, "s", "30m", 1, MAX_S, NULL,
		 "idempotent_resend: without a key from the app, the same file for the same "
		 "printer within this time is the same wish."},
	[CLOUD_PROTOCOL] =
		{"protocol", PARAM_CHOICE, "", "auto", 0, 0, cloud_protocols,
		 "Which MQTT the service's clients speak: \"3.1.1\" or \"5.0\"; auto: 5.0 if a "
		 "safeguard needs it, else 3.1.1."},
	[CLOUD_SESSION_EXPIRY] =
		{"session_expiry", PARAM_DURATION, "s", "0s", 0, 4294967294.0, NULL,
		 "MQTT 5.0: how long the broker keeps the clients' sessions without a connection. "
		 "Left out: for ever with clean_session = false, else not at all."},
	[CLOUD_RECEIVE_MAXIMUM] =
		{"receive_maximum", PARAM_INT, "messages", "0", 0, 65535, NULL,
		 "MQTT 5.0: how many reports the broker may send before one is acknowledged; 0: "
		 "not said."},
	[CLOUD_WINDOW] =
		{"window", PARAM_INT, "messages", "20", 1, 65535, NULL,
		 "How many messages a client sends before one is acknowledged; a receive maximum "
		 "that the broker says takes its place."},
	[CLOUD_START_QOS] =
		{"start_qos", PARAM_INT, "", "1", 0, 2, NULL,
		 "Quality of service of what the service sends to printers. 0: nobody "
		 "acknowledges, and what finds no connection is lost."},
	[CLOUD_RETAIN_STARTS] =
		{"retain_starts", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "Sends starts as retained messages, so that a machine which was away finds the "
		 "last one; it finds it again with each new subscription."},
	[CLOUD_REPORT_QOS] =
		{"report_qos", PARAM_INT, "", "0", 0, 2, NULL,
		 "The most that the service asks for when it subscribes to reports."},
	[CLOUD_SHARED_REPORTS] =
		{"shared_reports", PARAM_TEXT, "", "", 0, 0, NULL,
		 "A name: all clients share one subscription of that name to the reports of all "
		 "printers ($share/NAME/device/+/report); empty: each subscribes to its own "
		 "printers."},
};

static const struct param SAFEGUARD_PARAMS[N_CLOUD_SAFEGUARDS] = {
	[SAFE_PROBE] =
		{"probe_before_connected", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "Calls a connection up only when a message to itself has come back through it, "
		 "and asks again every minute; a missing echo means down: the client is made anew. "
		 "While down, starts stay in the service's store, not in the library."},
	[SAFE_DROP_STALE] =
		{"drop_stale_on_reconnect", PARAM_DURATION, "s", "0s", 0, MAX_S, NULL,
		 "On each loss of a connection throws away what its library still holds, and after "
		 "reconnecting sends from the store only what is younger than this, counted from "
		 "the tap; the rest is dropped and the person told. 0s: off. Needs to learn of the "
		 "loss: it ends a false connection no sooner."},
	[SAFE_PURGE] =
		{"purge_before_bringup", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "When the service is brought up again after a stop, its open jobs are dropped "
		 "before it connects. Known hole: what the MQTT library holds is not \"the queue\"; "
		 "without a restart of the process nothing is purged."},
	[SAFE_PACED_DRAIN] =
		{"paced_drain", PARAM_DURATION, "s", "0s", 0, 86400, NULL,
		 "While a connection is known to be down, starts stay in the store; after it is "
		 "back, at most one start per this time leaves. 0s: off. Known hole: what the MQTT "
		 "library holds leaves at once. Delays, does not prevent."},
	[SAFE_MESSAGE_EXPIRY] =
		{"message_expiry", PARAM_DURATION, "s", "0s", 0, MAX_S, NULL,
		 "Gives starts an MQTT 5 message expiry, in whole seconds. 0s: off. Known not to "
		 "help against a backlog in the publisher: the time starts at the broker."},
	[SAFE_RETRY_BACKOFF] =
		{"retry_backoff", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "Waits longer before each further retry (doubling, half of it by chance, at most "
		 "retry_most) and keeps to a retry_budget."},
	[SAFE_IDEMPOTENT] =
		{"idempotent_resend", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "Recognises a resend of the same wish, by the app's key or by printer and file, "
		 "and joins it to the job that there is; writes job_key in every start."},
	[SAFE_STAMP] =
		{"stamp_starts", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "Writes in every start and order when the person tapped (sent_at); printers with "
		 "start_expiry judge by it. Helps only with a printer that looks."},
	[SAFE_ASK] =
		{"ask_before_resend", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "Before a start is sent again, asks the printer for its state, and sends only when "
		 "the answer shows that it neither prints nor has printed that job; a job known to "
		 "have started is never sent again. Known hole: a printer that has done another job "
		 "since remembers only that one."},
	[SAFE_DISCARD] =
		{"discard_on_session_loss", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "When a connection comes back and the broker has kept no session, throws away "
		 "what the client library still holds, as MQTT 5.0 (3.2.2.1.1) asks of a client; "
		 "libmosquitto would send it all. What is thrown away counts as not confirmed. Known "
		 "hole: a service with clean_session = false finds its session, and sends."},
	[SAFE_LIBRARY_EXPIRY] =
		{"library_expiry", PARAM_DURATION, "s", "0s", 0, MAX_S, NULL,
		 "What a client of the service has held for so long without an acknowledgement it "
		 "gives up while there is no connection, or as soon as one is lost: it is never "
		 "sent, and counts as not confirmed. 0s: off. Known hole: the time starts when the "
		 "client is given the message, not at the tap; what the service sends again is "
		 "young again."},
	[SAFE_HEED_CODES] =
		{"heed_reason_codes", PARAM_BOOL, "", "false", 0, 0, NULL,
		 "Speaks MQTT 5.0 and reads the reason codes of acknowledgements: a start that "
		 "reached no subscriber waits in the store until its printer reports, and is "
		 "dropped then if it is too old (drop_stale_on_reconnect); one that the broker "
		 "refused fails at once. Known hole: a printer whose session the broker keeps is a "
		 "subscriber, wherever it is."},
};
/* clang-format on */

static const struct vocab_row CLOUD_ROW = {
	.name = "cloud",
	.summary = "the print service: an API, a job store and its MQTT clients",
	.help = "The service learns of its connections and of the printers only through its "
		"MQTT clients, and shows people what it believes. Numbers are assumptions: none "
		"of the real service's was published.",
	.params = CLOUD_PARAMS,
	.n_params = N_CLOUD_PARAMS,
};

static const struct vocab_row SAFEGUARD_ROW = {
	.name = "cloud.safeguards",
	.summary = "what the service does so that a late or doubled start is never sent",
	.params = SAFEGUARD_PARAMS,
	.n_params = N_CLOUD_SAFEGUARDS,
};

const struct vocab_row *cloud_row(void)
{
	return &CLOUD_ROW;
}

const struct vocab_row *cloud_safeguard_row(void)
{
	return &SAFEGUARD_ROW;
}

void cloud_session_of(const struct value *values, const struct value *safeguards,
		      struct cloud_session *ret_session)
{
	ret_session->keepalive_s = (int)(values[CLOUD_KEEPALIVE].as.ns / SIM_S);
	ret_session->clean_session = values[CLOUD_CLEAN_SESSION].as.yes;
	int64_t said = values[CLOUD_PROTOCOL].as.choice;
	bool needs_5 = safeguards[SAFE_MESSAGE_EXPIRY].as.ns > 0 ||
		       safeguards[SAFE_HEED_CODES].as.yes;
	ret_session->protocol = said >= 2 || (said == 0 && needs_5) ? 5 : 4;
	ret_session->session_expiry_s =
		values[CLOUD_SESSION_EXPIRY].given
			? (uint32_t)(values[CLOUD_SESSION_EXPIRY].as.ns / SIM_S)
		: ret_session->clean_session ? 0
					     : UINT32_MAX;
	ret_session->receive_max = (int)values[CLOUD_RECEIVE_MAXIMUM].as.integer;
	ret_session->window = (int)values[CLOUD_WINDOW].as.integer;
	ret_session->discard_on_session_loss = safeguards[SAFE_DISCARD].as.yes;
	ret_session->library_expiry = safeguards[SAFE_LIBRARY_EXPIRY].as.ns;
}

int cloud_check_protocol(const struct value *values, const struct value *safeguards,
			 struct sim_error *error)
{
	if (values[CLOUD_PROTOCOL].as.choice != 1)
		return SIM_OK;
	const char *needs = safeguards[SAFE_MESSAGE_EXPIRY].as.ns > 0 ? "message_expiry"
			    : safeguards[SAFE_HEED_CODES].as.yes ? "heed_reason_codes"
			    : values[CLOUD_SESSION_EXPIRY].given ? "session_expiry"
			    : values[CLOUD_RECEIVE_MAXIMUM].as.integer > 0
				    ? "receive_maximum"
				    : NULL;
	if (needs == NULL)
		return SIM_OK;
	return sim_fail(
		error, SIM_EINVAL,
		"cloud: %s needs MQTT 5.0, and protocol is \"3.1.1\"; leave protocol "
		"out, or say \"5.0\"",
		needs);
}

void service_read_settings(struct service_settings *s, const struct value *values,
			   const struct value *safeguards)
{
	*s = (struct service_settings){
		.api_workers = (int)values[CLOUD_API_WORKERS].as.integer,
		.api_service_time = values[CLOUD_API_SERVICE_TIME].as.ns,
		.api_queue = (int)values[CLOUD_API_QUEUE].as.integer,
		.confirm_within = values[CLOUD_CONFIRM_WITHIN].as.ns,
		.retries = (int)values[CLOUD_RETRIES].as.integer,
		.resend_unfinished = values[CLOUD_RESEND_UNFINISHED].as.yes,
		.finish_margin = values[CLOUD_FINISH_MARGIN].as.ns,
		.print_expected = values[CLOUD_PRINT_EXPECTED].as.ns,
		.reconnect_first = values[CLOUD_RECONNECT_FIRST].as.ns,
		.reconnect_factor = values[CLOUD_RECONNECT_FACTOR].as.real,
		.reconnect_most = values[CLOUD_RECONNECT_MOST].as.ns,
		.probe_within = values[CLOUD_PROBE_WITHIN].as.ns,
		.probe_every = values[CLOUD_PROBE_EVERY].as.ns,
		.retry_most = values[CLOUD_RETRY_MOST].as.ns,
		.retry_budget = (int)values[CLOUD_RETRY_BUDGET].as.integer,
		.resend_window = values[CLOUD_RESEND_WINDOW].as.ns,
		.probe = safeguards[SAFE_PROBE].as.yes,
		.drop_stale = safeguards[SAFE_DROP_STALE].as.ns,
		.purge = safeguards[SAFE_PURGE].as.yes,
		.paced_drain = safeguards[SAFE_PACED_DRAIN].as.ns,
		.message_expiry_s =
			(uint32_t)(safeguards[SAFE_MESSAGE_EXPIRY].as.ns / SIM_S),
		.retry_backoff = safeguards[SAFE_RETRY_BACKOFF].as.yes,
		.idempotent = safeguards[SAFE_IDEMPOTENT].as.yes,
		.start_qos = (int)values[CLOUD_START_QOS].as.integer,
		.report_qos = (int)values[CLOUD_REPORT_QOS].as.integer,
		.retain_starts = values[CLOUD_RETAIN_STARTS].as.yes,
		.heed_codes = safeguards[SAFE_HEED_CODES].as.yes,
		.stamp = safeguards[SAFE_STAMP].as.yes,
		.ask = safeguards[SAFE_ASK].as.yes,
	};
	snprintf(s->shared_reports, sizeof(s->shared_reports), "%s",
		 values[CLOUD_SHARED_REPORTS].as.text
			 ? values[CLOUD_SHARED_REPORTS].as.text
			 : "");
	/* Any of these makes it keep starts in the store while it knows a client is down. */
	s->hold_when_down = s->probe || s->drop_stale > 0 || s->paced_drain > 0;
}
