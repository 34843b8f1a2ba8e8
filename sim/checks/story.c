/* story.c - keeps book of wishes, tasks, machines and connections. */
#include "sim/checks/story.h"

#include "sim/core/status.h"

#include <stdlib.h>
#include <string.h>

void story_init(struct story *story, const struct trace *trace)
{
	*story = (struct story){.trace = trace};
}

static void book_fini(struct book *book)
{
	for (size_t i = 0; i < book->roll.n; i++)
		free(book->records[i]);
	free(book->records);
	roll_fini(&book->roll);
}

void story_fini(struct story *story)
{
	book_fini(&story->wishes);
	book_fini(&story->tasks);
	book_fini(&story->machines);
	book_fini(&story->sessions);
	*story = (struct story){0};
}

/* --- finding ---------------------------------------------------------------------- */

static void *record_at(const struct book *book, size_t place)
{
	return place != ROLL_NONE ? book->records[place] : NULL;
}

struct wish *story_wish(const struct story *story, int64_t intent)
{
	return record_at(&story->wishes, roll_find_number(&story->wishes.roll, intent));
}

struct task *story_task(const struct story *story, int64_t number)
{
	return record_at(&story->tasks, roll_find_number(&story->tasks.roll, number));
}

struct machine *story_machine(const struct story *story, const char *name)
{
	return record_at(&story->machines, roll_find_name(&story->machines.roll, name));
}

struct session *story_session(const struct story *story, const char *client)
{
	return record_at(&story->sessions, roll_find_name(&story->sessions.roll, client));
}

/* Of the tap on the way back from id: any tap of a wish names it. */
static struct wish *wish_behind(const struct story *story, trace_id id)
{
	const struct trace_event *tap = trace_back_to(story->trace, id, KIND_INTENT_TAP);
	return tap != NULL ? story_wish(story, trace_int(tap, "intent", 0)) : NULL;
}

struct wish *story_wish_of(const struct story *story, const struct trace_event *event)
{
	int64_t intent = trace_int(event, "intent", INT64_MIN);
	struct wish *wish = intent != INT64_MIN ? story_wish(story, intent) : NULL;
	if (wish != NULL)
		return wish;
	/* Local jobs all have the task 0. */
	int64_t number = trace_int(event, "task", 0);
	const struct task *task = number != 0 ? story_task(story, number) : NULL;
	if (task != NULL && task->wish != NULL)
		return task->wish;
	return wish_behind(story, event->id);
}

bool story_attended(const struct machine *machine)
{
	return machine->owner != NULL && !machine->asleep && !machine->away;
}

sim_ns story_busy(const struct machine *machine, sim_ns now)
{
	return machine->busy_total + (machine->busy ? now - machine->busy_since : 0);
}

const char *story_client_of_link(const char *who)
{
	return strncmp(who, "link/", 5) == 0 ? who + 5 : who;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);
	return n >= m && strcmp(text + n - m, end) == 0;
}

bool story_is_start_publish(const struct trace *trace, const struct trace_event *event)
{
	if (event->kind != KIND_MQTT_PUBLISH ||
	    strncmp(story_client_of_link(event->who), "cloud/", 6) != 0 ||
	    !ends_with(trace_text(event, "topic", ""), "/request"))
		return false;
	/* A stop and an answer to a prompt go to the same topic. What was handed to the
	 * library, and why, tells them apart; without that the topic must do. */
	const struct trace_event *queued = trace_find(trace, event->cause);
	while (queued != NULL && queued->kind == KIND_FAULT_ACTED)
		queued = trace_find(trace, queued->cause);
	if (queued == NULL || queued->kind != KIND_MQTT_QUEUED)
		return true;
	const struct trace_event *why = trace_find(trace, queued->cause);
	return why == NULL || why->kind == KIND_JOB_DISPATCHED;
}

/* --- making records --------------------------------------------------------------- */

/* A new record, zeroed, at the place that the roll has just given. */
static void *add_record(struct book *book, size_t place, size_t size)
{
	book->records = roll_grown(book->records, place, &book->room, sizeof(void *));
	book->records[place] = calloc(1, size);
	if (book->records[place] == NULL)
		sim_out_of_memory("checks");
	return book->records[place];
}

static struct wish *need_wish(struct story *story, int64_t intent)
{
	bool is_new;
	size_t place = roll_number(&story->wishes.roll, intent, &is_new);
	if (!is_new)
		return story->wishes.records[place];
	struct wish *wish = add_record(&story->wishes, place, sizeof(*wish));
	wish->intent = intent;
	wish->printer = "";
	return wish;
}

static struct task *need_task(struct story *story, int64_t number)
{
	bool is_new;
	size_t place = roll_number(&story->tasks.roll, number, &is_new);
	if (!is_new)
		return story->tasks.records[place];
	struct task *task = add_record(&story->tasks, place, sizeof(*task));
	task->number = number;
	return task;
}

static struct machine *need_machine(struct story *story, const char *name)
{
	bool is_new;
	size_t place = roll_name(&story->machines.roll, name, &is_new);
	if (!is_new)
		return story->machines.records[place];
	struct machine *machine = add_record(&story->machines, place, sizeof(*machine));
	machine->name = name;
	return machine;
}

static struct session *need_session(struct story *story, const char *client)
{
	bool is_new;
	size_t place = roll_name(&story->sessions.roll, client, &is_new);
	if (!is_new)
		return story->sessions.records[place];
	struct session *session = add_record(&story->sessions, place, sizeof(*session));
	session->client = client;
	return session;
}

/* --- what each event means -------------------------------------------------------- */

static void tell_people(struct story *story, const struct trace_event *event)
{
	const char *printer = trace_text(event, "printer", NULL);
	if (printer == NULL)
		return;
	struct machine *machine = need_machine(story, printer);
	machine->owner = event->who;
	switch ((int)event->kind) {
	case KIND_PEOPLE_SLEEP:
		machine->asleep = true;
		break;
	case KIND_PEOPLE_WAKE:
		machine->asleep = false;
		break;
	case KIND_PEOPLE_LEAVE:
		machine->away = true;
		break;
	case KIND_PEOPLE_RETURN:
		machine->away = false;
		break;
	}
}

/* A first tap that comes from a dropped wish is that wish, made anew. */
static const struct wish *refused_wish(struct story *story, trace_id cause)
{
	const struct trace_event *dropped = trace_find(story->trace, cause);
	if (dropped == NULL || dropped->kind != KIND_INTENT_DROPPED)
		return NULL;
	return need_wish(story, trace_int(dropped, "intent", 0));
}

/* Reasons that a person gave himself; every other "told: …" is somebody's refusal. */
static bool is_refusal(const char *reason)
{
	return strncmp(reason, "told: ", 6) == 0 && strcmp(reason + 6, "declined") != 0 &&
	       strcmp(reason + 6, "cancelled") != 0;
}

static void tell_tap(struct story *story, const struct trace_event *event)
{
	struct wish *wish = need_wish(story, trace_int(event, "intent", 0));
	wish->taps++;
	wish->last_tap = event->id;
	wish->last_at = event->t;
	if (wish->taps > 1)
		return;
	wish->first_tap = event->id;
	wish->first_at = event->t;
	wish->before = refused_wish(story, event->cause);
	wish->printer = trace_text(event, "printer", "");
	if (wish->printer[0] == '\0')
		return;
	struct machine *machine = need_machine(story, wish->printer);
	if (machine->owner == NULL)
		machine->owner = event->who;
	wish->busy_at_tap = story_busy(machine, event->t);
}

static void tell_intent(struct story *story, const struct trace_event *event)
{
	struct wish *wish = story_wish_of(story, event);
	if (wish == NULL)
		return;
	switch ((int)event->kind) {
	case KIND_INTENT_CANCEL:
		wish->cancel = event->id;
		break;
	case KIND_INTENT_CANCELLED:
		wish->cancelled = event->id;
		wish->cancelled_at = event->t;
		break;
	case KIND_INTENT_SATISFIED:
		wish->satisfied = event->id;
		break;
	case KIND_INTENT_DROPPED:
		wish->dropped = event->id;
		wish->told_no = is_refusal(trace_text(event, "reason", ""));
		break;
	}
}

static void tell_job(struct story *story, const struct trace_event *event)
{
	struct task *task = need_task(story, trace_int(event, "task", 0));

	if (event->kind == KIND_JOB_ACCEPTED) {
		task->wish = wish_behind(story, event->id);
		task->accepted = event->id;
		task->accepted_at = event->t;
	} else if (event->kind == KIND_JOB_DISPATCHED) {
		const char *printer = trace_text(event, "printer", NULL);
		const char *client = trace_text(event, "client", NULL);
		if (printer != NULL && client != NULL)
			need_machine(story, printer)->client = client;
	} else {
		task->settled = true;
	}
}

static void tell_session(struct story *story, const struct trace_event *event)
{
	bool truth = event->kind == KIND_SESSION_ATTACHED ||
		     event->kind == KIND_SESSION_DETACHED;
	struct session *session =
		need_session(story,
			     truth ? story_client_of_link(event->who) : event->who);
	bool is = event->kind == KIND_SESSION_ATTACHED || event->kind == KIND_SESSION_UP;

	if (!truth) {
		session->believed = is;
		session->believed_at = event->t;
		session->believed_event = event->id;
	} else if (!session->known || session->attached != is) {
		session->known = true;
		session->attached = is;
		session->attached_at = event->t;
		session->attached_event = event->id;
	}
}

static void tell_start(struct story *story, const struct trace_event *event)
{
	struct machine *machine = need_machine(story, event->who);
	machine->starts++;
	machine->busy_total = story_busy(machine, event->t);
	machine->busy = true;
	machine->busy_since = event->t;

	struct wish *wish = story_wish_of(story, event);
	if (wish != NULL && wish->starts++ == 0) {
		wish->first_start = event->id;
		wish->first_start_at = event->t;
	}
}

/* It goes on with what it had begun: busy again, and no start of anybody's. */
static void tell_resumed(struct story *story, const struct trace_event *event)
{
	struct machine *machine = need_machine(story, event->who);
	machine->busy_total = story_busy(machine, event->t);
	machine->busy = true;
	machine->busy_since = event->t;
}

static void tell_ended(struct story *story, const struct trace_event *event)
{
	struct machine *machine = need_machine(story, event->who);
	machine->busy_total = story_busy(machine, event->t);
	machine->busy = false;
	machine->unsensed = 0; /* what was sensed concerned this print */
}

static void tell_plate(struct story *story, const struct trace_event *event)
{
	struct machine *machine = need_machine(story, event->who);
	switch ((int)event->kind) {
	case KIND_PLATE_OCCUPIED:
		machine->object = event->id;
		break;
	case KIND_PLATE_CLEARED:
		machine->object = 0;
		break;
	case KIND_PLATE_SENSED:
		machine->unsensed =
			strcmp(trace_text(event, "result", ""), "unavailable") == 0
				? event->id
				: 0;
		break;
	case KIND_PROMPT_ANSWERED:
		if (strcmp(trace_text(event, "answer", "yes"), "yes") == 0)
			machine->unsensed = 0;
		break;
	}
}

void story_tell(struct story *story, const struct trace_event *event)
{
	static void (*const TELL[N_TRACE_KINDS])(struct story *,
						 const struct trace_event *) = {
		[KIND_PEOPLE_SLEEP] = tell_people,
		[KIND_PEOPLE_WAKE] = tell_people,
		[KIND_PEOPLE_LEAVE] = tell_people,
		[KIND_PEOPLE_RETURN] = tell_people,
		[KIND_INTENT_TAP] = tell_tap,
		[KIND_INTENT_CANCEL] = tell_intent,
		[KIND_INTENT_CANCELLED] = tell_intent,
		[KIND_INTENT_SATISFIED] = tell_intent,
		[KIND_INTENT_DROPPED] = tell_intent,
		[KIND_JOB_ACCEPTED] = tell_job,
		[KIND_JOB_DISPATCHED] = tell_job,
		[KIND_JOB_STARTED] = tell_job,
		[KIND_JOB_FINISHED] = tell_job,
		[KIND_JOB_FAILED] = tell_job,
		[KIND_JOB_CANCELLED] = tell_job,
		[KIND_JOB_DROPPED] = tell_job,
		[KIND_SESSION_UP] = tell_session,
		[KIND_SESSION_DOWN] = tell_session,
		[KIND_SESSION_ATTACHED] = tell_session,
		[KIND_SESSION_DETACHED] = tell_session,
		[KIND_FIRMWARE_START] = tell_start,
		[KIND_FIRMWARE_RESUMED] = tell_resumed,
		[KIND_FIRMWARE_ENDED] = tell_ended,
		[KIND_PLATE_OCCUPIED] = tell_plate,
		[KIND_PLATE_CLEARED] = tell_plate,
		[KIND_PLATE_SENSED] = tell_plate,
		[KIND_PROMPT_ANSWERED] = tell_plate,
	};
	if (TELL[event->kind] != NULL)
		TELL[event->kind](story, event);
}
