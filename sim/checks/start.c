/* start.c - looks at one start from all sides. */
#include "sim/checks/start.h"

#include <assert.h>
#include <string.h>

static bool of_same_task(const struct trace_event *a, const struct trace_event *b)
{
	return a != NULL && trace_int(a, "task", 0) == trace_int(b, "task", 0);
}

/* When the firmware accepted it: a start that waited for a person's answer was accepted
 * when the wait began, so that a late yes neither ages a fresh job nor freshens an old one. */
static sim_ns accepted_at(const struct trace *trace, const struct trace_event *event)
{
	const struct trace_event *waiting =
		trace_back_to(trace, event->id, KIND_FIRMWARE_WAITING);
	bool same = of_same_task(waiting, event) && strcmp(waiting->who, event->who) == 0;
	return same ? waiting->t : event->t;
}

/* The last moment at which a person wanted it to start: the latest tap of a wish that was
 * not cancelled, or the yes to the prompt that it waited for. */
static void look_at_wanting(const struct trace *trace, const struct trace_event *event,
			    struct start *start)
{
	const struct wish *wish = start->wish;
	const struct trace_event *answer =
		trace_back_to(trace, event->id, KIND_PROMPT_ANSWERED);
	bool yes = of_same_task(answer, event) &&
		   strcmp(trace_text(answer, "answer", ""), "yes") == 0;
	bool tapped = wish != NULL && wish->taps > 0 && wish->cancel == 0;

	start->wanted = tapped || yes;
	sim_ns at = tapped ? wish->last_at : 0;
	if (yes && answer->t > at)
		at = answer->t;
	start->since_asked = start->wanted ? event->t - at : 0;
}

void start_look(const struct story *story, const struct trace_event *event,
		struct start *ret_start)
{
	struct start *start = ret_start;
	assert(event->kind == KIND_FIRMWARE_START);
	*start = (struct start){
		.wish = story_wish_of(story, event),
		.machine = story_machine(story, event->who),
	};
	assert(start->machine != NULL); /* the story has seen this start */
	start->attended = story_attended(start->machine);
	start->object = trace_find(story->trace, start->machine->object);
	if (start->wish != NULL) {
		start->age = accepted_at(story->trace, event) - start->wish->first_at;
		start->duplicate = start->wish->starts > 1;
		start->after_cancel = start->wish->cancelled != 0;
	}
	look_at_wanting(story->trace, event, start);
}
