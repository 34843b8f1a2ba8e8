/* words.c - one event in words, from a table of templates.
 *
 * In a template {field} is a field of the event, {who} its actor; [...] is left out when
 * a field in it is missing or empty. After a colon stands how a field is told:
 *	:o  an ordinal, and missing when it is 1 (a first tap needs no number)
 *	:d  a duration in ns       :r  a number with one digit after the point
 *	:y  yes or no as told by the template: {ok:y|accepted|refused}
 *	:l  the actor without "link/"
 *	:n  a number, and missing when it is 0
 * {started} is the instant of the event's cause when that is a job.started, else missing.
 */
#include "reports/local.h"
#include "reports/run.h"

#include "sim/checks/story.h"
#include "sim/core/place.h"

#include <string.h>

static const char *const TEMPLATES[N_TRACE_KINDS] = {
	[KIND_PEOPLE_SLEEP] = "{who} goes to bed",
	[KIND_PEOPLE_WAKE] = "{who} gets up",
	[KIND_PEOPLE_LEAVE] = "{who} leaves the house",
	[KIND_PEOPLE_RETURN] = "{who} is back at the machine",
	[KIND_INTENT_TAP] = "{who} taps print[ ({tap:o} time)][: {job}]",
	[KIND_INTENT_CANCEL] = "{who} cancels the wish",
	[KIND_INTENT_CANCELLED] = "the app shows {who} the cancel as done",
	[KIND_INTENT_SATISFIED] = "{who} has got it",
	[KIND_INTENT_DROPPED] = "{who} stops wanting it[: {reason}]",
	[KIND_INTENT_ORDER] = "{who} orders in the app: {command}[ {param}]",
	[KIND_ORDER_SENT] = "the service hands the order to {client}: {command}",
	[KIND_ORDER_REFUSED] =
		"the service learns that {printer} did not obey: {command}[: {reason}]",
	[KIND_APP_REQUEST] = "{who} calls the service: {op}[ ({try:o} attempt)]",
	[KIND_APP_REPLY] =
		("the service answers {who}: {ok:y|accepted|refused}[, {reason}]"
		 "[ (task {task})]"),
	[KIND_APP_SHOWS] = "{who} shows: {state}[ (task {task})]",
	[KIND_JOB_ACCEPTED] =
		"the service stores it as task {task}[ for {printer}][: {job}]",
	[KIND_JOB_DISPATCHED] =
		"the service hands task {task} to {client}[ ({attempt:o} attempt)]",
	[KIND_JOB_TIMEOUT] = "no report of task {task} in time[ ({attempt:o} attempt)]",
	[KIND_JOB_REFUSED] =
		"the service learns that the machine refused task {task}[: {reason}]",
	[KIND_JOB_STARTED] = "the service learns that task {task} prints[ on {printer}]",
	[KIND_JOB_FINISHED] = "the service learns that task {task} is done",
	[KIND_JOB_FAILED] = "the service counts task {task} as failed[: {reason}]",
	[KIND_JOB_CANCELLED] = "the service cancels task {task}",
	[KIND_JOB_DROPPED] = "a safeguard of the service drops task {task}[: {reason}]",
	[KIND_JOB_MERGED] = "the service recognises the resend as task {task}",
	[KIND_ALERT_RECEIVED] = "the service learns of the alert {code} of {printer}",
	[KIND_API_SHED] = "the service has no room for a call[: {op}][ ({queue} wait)]",
	[KIND_SESSION_CONNECTING] = "{who} tries to connect",
	[KIND_SESSION_CONNECTED] =
		"the library tells {who} that it is connected[ (code {rc})]",
	[KIND_SESSION_LOST] =
		"the library tells {who} that the connection is lost[: {reason}]",
	[KIND_SESSION_UP] = "the service believes {who} to be connected",
	[KIND_SESSION_DOWN] = "the service believes {who} to be disconnected",
	[KIND_SESSION_ATTACHED] = "{who:l} reaches the broker",
	[KIND_SESSION_DETACHED] =
		"nothing of {who:l} reaches the broker any more[: {reason}]",
	[KIND_MQTT_QUEUED] = "{who} hands a message to its library[: {topic}]",
	[KIND_MQTT_EXPIRED] = "{who} gives a message up that it has held for "
			      "{held_for_ns:d}[: {topic}]",
	[KIND_MQTT_PUBLISH] = "the message leaves {who:l} for the broker[: {topic}]",
	[KIND_MQTT_DELIVER] = "the broker delivers it to {who:l}[: {topic}]",
	[KIND_MQTT_PACKET] = "{type} on {who:l}[ ({dir})]",
	[KIND_MQTT_MALFORMED] = "malformed bytes on {who:l}[ ({dir})][: {reason}]",
	[KIND_FAULT_ARMED] = "fault {fault} is set on {who:l}[: {options}]",
	[KIND_FAULT_ACTED] =
		"fault {fault} acts on {who:l}[: {action}][ {type}][ ({dir})]",
	[KIND_FAULT_LIFTED] = "fault {fault} on {who:l} is lifted",
	[KIND_FAULT_RECEIPT] =
		("receipt of fault {fault} on {who:l}: {matched} matched[, "
		 "{affected} affected]"),
	[KIND_BACKLOG_DEPTH] = ("{depth} wait in {place:p} {who}[, the oldest for "
				"{oldest_for_ns:d}]"),
	[KIND_BACKLOG_LEFT] = ("{depth} still wait in {place:p} {who}[, the oldest for "
			       "{oldest_for_ns:d}]"),
	[KIND_BACKLOG_DRAINED] = ("{place:p} {who} has drained[: {peak} at most][, in "
				  "{took_for_ns:d}]"),
	[KIND_FIRMWARE_START] = "{who} accepts the start[ of task {task}][: {job}]",
	[KIND_FIRMWARE_REFUSED] = "{who} refuses the start[ of task {task}][: {reason}]",
	[KIND_FIRMWARE_OBEYED] = "{who} obeys: {command}[, {target_c:r} C]",
	[KIND_FIRMWARE_DECLINED] = "{who} does not obey: {command}[: {reason}]",
	[KIND_FIRMWARE_WAITING] = "{who} accepts task {task} and waits[: {reason}]",
	[KIND_FIRMWARE_STATE] = "{who} is {state}[ (task {task})]",
	[KIND_FIRMWARE_STAGE] = "{who}: {stage}",
	[KIND_FIRMWARE_ENDED] = "{who} ends its print: {how}[, after {layers} layers]",
	[KIND_FIRMWARE_RESUMED] =
		"{who} goes on with its print[ of task {task}][: {job}][, from layer {layer}]",
	[KIND_FIRMWARE_TRIP] = "{who} switches its heaters off[: {code}][, {part} at "
			       "{reading_c:r} C][: {rule}]",
	[KIND_FIRMWARE_ALERT] = "{who} raises an alert[: {code}][, {part}]",
	[KIND_FIRMWARE_CRASHED] = "the firmware of {who} is gone: {how}[ in {call}()]"
				  "[: {detail}]",
	[KIND_FIRMWARE_RESET] = "the watchdog of {who} switches everything off and "
				"boots",
	[KIND_FIRMWARE_LOG] = "{who} logs: {text}",
	[KIND_PROMPT_SHOWN] = "{who} asks[: {what}][ (on the {where})]",
	[KIND_PROMPT_ANSWERED] =
		"{by} answers the prompt of {who}: {answer}[ (on the {where})]",
	[KIND_PROMPT_EXPIRED] = "nobody answers the prompt of {who}",
	[KIND_HEAT_ON] = "{who} heats its {part}[ to {target_c:r} C]",
	[KIND_HEAT_REACHED] = "the {part} of {who} is at {c:r} C",
	[KIND_HEAT_OFF] = "{who} switches the heater of its {part} off",
	[KIND_HEAT_STUCK] =
		"the switch of the {part}'s heater of {who} sticks[ (its supply is "
		"{supply})]",
	[KIND_HEAT_SUPPLY] = "the supply of {who}'s heaters: {state}",
	[KIND_HEAT_DANGER] = "the {part} of {who} is hotter than {limit_c:r} C",
	[KIND_MOTION_STAGE] = "{who} moves: {stage}",
	[KIND_PLATE_SENSED] = "{who} senses its plate: {result}",
	[KIND_PLATE_OCCUPIED] =
		"an object stays on the plate of {who}[: {job}][, {height_mm:r} mm high]",
	[KIND_PLATE_CLEARED] = "{by} clears the plate of {who}",
	[KIND_HARM_COLLISION] =
		("the {part} of {who} strikes an object[, {object_mm:r} mm high][ "
		 "({contact})]"),
	[KIND_HARM_PRINTED_OVER] =
		"{who} prints onto an old object[, {object_mm:r} mm high]",
	[KIND_HARM_SPAGHETTI] = "{who} extrudes {grams:r} g into the air",
	[KIND_HARM_DAMAGE] = "the {part} of {who} is damaged[: {which}]",
	[KIND_IMPACT_PRINTER] =
		"{who} in all: {starts} starts, {grams_wasted:r} g wasted, "
		"{kwh:r} kWh",
	[KIND_HARM_WASTED] = "{who} has wasted {grams:r} g of filament",
	[KIND_GUEST_STARTED] = "{who} is started[: {what}][ {version}]",
	[KIND_GUEST_SPUN] = "{who} asks for the time without progress and is moved on",
	[KIND_GUEST_ENDED] = "{who} ends[: {status}]",
	[KIND_PROPERTY_VIOLATED] = "broken: {label}[: {subject}][ {detail}]",
	[KIND_PROPERTY_SEEN] = "seen: {label}[: {subject}][ {detail}]",
	[KIND_NOTE] = "note: {text}",
};

/* A job.timeout of a job that was heard of: what did not come is its end. */
static const char OVERDUE[] =
	"the service has heard[ at {started} that task {task} started, "
	"and] no end of task {task} by its expected end";
static const char FREE_AGAIN[] =
	"the service has heard[ at {started} that task {task} started, and] no end of task "
	"{task}, and {printer} is free[ after task {free_after:n}]";

static const char *template_of(const struct trace_event *event)
{
	if (event->kind == KIND_JOB_TIMEOUT &&
	    strcmp(trace_text(event, "awaits", ""), "finish") == 0)
		return trace_int(event, "free_after", -1) >= 0 ? FREE_AGAIN : OVERDUE;
	return TEMPLATES[event->kind] != NULL ? TEMPLATES[event->kind] : "{who}";
}

/* --- telling one field ------------------------------------------------------------ */

static const char *ordinal_ending(int64_t n)
{
	int64_t tens = n % 100;
	if (tens >= 11 && tens <= 13)
		return "th";
	return n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
}

static const struct trace_field *find_field(const struct trace_event *event,
					    const char *key, size_t length)
{
	for (size_t i = 0; i < event->n_fields; i++)
		if (strlen(event->fields[i].key) == length &&
		    memcmp(event->fields[i].key, key, length) == 0)
			return &event->fields[i];
	return NULL;
}

static double number_of(const struct trace_field *field)
{
	return field->type == TRACE_TYPE_REAL ? field->as.real
					      : (double)field->as.integer;
}

/* form: what stands after the colon, up to the brace. */
static void add_number(struct text *text, const struct trace_field *field, char form)
{
	char words[TEXT_REAL_MAX > DURATION_TEXT_MAX ? TEXT_REAL_MAX : DURATION_TEXT_MAX];
	int64_t integer = field->type == TRACE_TYPE_REAL ? 0 : field->as.integer;

	if (form == 'o')
		text_addf(text, "%lld%s", (long long)integer, ordinal_ending(integer));
	else if (form == 'd')
		text_add(text, duration_words(integer, words));
	else if (form == 'r' || field->type == TRACE_TYPE_REAL)
		text_add(text, text_real(number_of(field), 1, words));
	else
		text_add_int(text, integer);
}

/* "y|accepted|refused": the first for true. */
static void add_choice(struct text *text, const char *form, size_t length, bool yes)
{
	const char *end = form + length;
	const char *first = memchr(form, '|', length);
	const char *second =
		first != NULL ? memchr(first + 1, '|', (size_t)(end - first - 1)) : NULL;
	if (second == NULL)
		return;
	const char *from = yes ? first + 1 : second + 1;
	text_add_bytes(text, from, (size_t)((yes ? second : end) - from));
}

/* "the client library of"; a name that is not ours as it is. */
static void add_place(struct text *text, const char *name)
{
	const struct place_words *words = place_words(place_find(name));

	if (words != NULL)
		text_add(text, words->words);
	else
		text_add_plain(text, name);
}

/* name: "field" or "field:form", length bytes. False: the event does not have it. */
static bool add_field(struct text *text, const struct trace_event *event,
		      const char *name, size_t length)
{
	const char *colon = memchr(name, ':', length);
	size_t key_length = colon != NULL ? (size_t)(colon - name) : length;
	char form = colon != NULL ? colon[1] : '\0';

	if (key_length == 3 && memcmp(name, "who", 3) == 0) {
		text_add_plain(text, form == 'l' ? story_client_of_link(event->who)
						 : event->who);
		return true;
	}
	const struct trace_field *field = find_field(event, name, key_length);
	if (field == NULL)
		return false;
	switch (field->type) {
	case TRACE_TYPE_TEXT:
		if (form == 'p')
			add_place(text, field->as.text);
		else
			text_add_plain(text, field->as.text);
		return field->as.text[0] != '\0';
	case TRACE_TYPE_BOOL:
		if (form == 'y')
			add_choice(text, colon + 1, length - key_length - 1,
				   field->as.integer != 0);
		else
			text_add(text, field->as.integer != 0 ? "yes" : "no");
		return true;
	case TRACE_TYPE_INT:
	case TRACE_TYPE_REAL:
		add_number(text, field, form);
		return !(form == 'o' && number_of(field) == 1.0) &&
		       !(form == 'n' && number_of(field) == 0);
	}
	return false;
}

/* The day is told only when it is another. False: the cause is no job.started. */
static bool add_started(struct text *text, const struct run *run,
			const struct trace_event *event)
{
	enum {
		DAY = 11 /* "2023-08-15 " */
	};
	const struct trace_event *cause =
		run != NULL ? trace_find(run->trace, event->cause) : NULL;
	struct local local;
	struct text then = {0}, now = {0};

	if (cause == NULL || cause->kind != KIND_JOB_STARTED)
		return false;
	local_init(&local, run);
	local_add_utc(&local, &then, cause->t);
	local_add_utc(&local, &now, event->t);
	const char *words = text_cstr(&then);
	bool same_day = strncmp(words, text_cstr(&now), DAY) == 0;
	text_add(text, same_day ? words + DAY : words);
	text_fini(&then);
	text_fini(&now);
	local_fini(&local);
	return true;
}

static bool add_named(struct text *text, const struct run *run,
		      const struct trace_event *event, const char *name, size_t length)
{
	static const char STARTED[] = "started";
	if (length == sizeof(STARTED) - 1 && memcmp(name, STARTED, length) == 0)
		return add_started(text, run, event);
	return add_field(text, event, name, length);
}

void report_words(const struct run *run, const struct trace_event *event,
		  struct text *text)
{
	const char *p = template_of(event);
	size_t group = 0; /* where the present [ began */
	bool in_group = false, missing = false;

	while (*p != '\0') {
		if (*p == '[') {
			group = text->length;
			in_group = true;
			missing = false;
		} else if (*p == ']') {
			if (missing && !text->failed) {
				text->length = group;
				text->bytes[group] = '\0';
			}
			in_group = false;
		} else if (*p == '{') {
			const char *end = strchr(p, '}');
			if (!add_named(text, run, event, p + 1, (size_t)(end - p - 1))) {
				missing = true;
				if (!in_group)
					text_add(text, "?");
			}
			p = end;
		} else {
			text_add_char(text, *p);
		}
		p++;
	}
}
