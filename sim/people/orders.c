/* orders.c - what owners tell their machines to do, in the app: pause, resume, G-code. */
#include <stdio.h>
#include <stdlib.h>

#include "sim/people/person.h"

static void forget(struct order *order)
{
	struct order **at = &order->owner->orders;
	while (*at != order)
		at = &(*at)->next;
	*at = order->next;
	free(order);
}

static void order_due(void *arg, sim_ns now)
{
	struct order *order = arg;
	struct owner *owner = order->owner;

	if (!owner->asleep) {
		trace_id given =
			trace_say(owner->people->trace, order->cause, KIND_INTENT_ORDER,
				  owner->name, F_TEXT("command", order->command),
				  F_TEXT("param", order->param),
				  F_TEXT("printer", owner->printer_name));
		app_order(order, now, given);
	}
	forget(order);
}

static void will_order(struct owner *owner, sim_ns due, const char *command,
		       const char *param, trace_id cause)
{
	struct order *order = calloc(1, sizeof(*order));
	if (order == NULL)
		sim_out_of_memory("a person's order");
	order->owner = owner;
	order->command = command;
	snprintf(order->param, sizeof(order->param), "%s", param);
	order->cause = cause;
	order->next = owner->orders;
	owner->orders = order;
	person_timer(owner, &order->timer, due, order_due, order);
}

static int order_all(struct people *people, sim_ns now, const char *printer_glob,
		     const char *command, const char *param, const struct value *values,
		     trace_id cause, struct sim_error *error)
{
	bool found = false;

	for (int i = 0; i < people->n_owners; i++) {
		struct owner *owner = &people->owners[i];
		if (!text_glob(printer_glob, owner->printer_name))
			continue;
		found = true;
		sim_ns in =
			chance_between(&owner->order_luck, values[ORDER_AFTER].as.span.lo,
				       values[ORDER_AFTER].as.span.hi);
		if (chance_bool(&owner->order_luck, values[ORDER_SHARE].as.real))
			will_order(owner, now + in, command, param, cause);
	}
	return found ? SIM_OK : people_nobody(printer_glob, error);
}

int people_pause_jobs(struct people *people, sim_ns now, const char *printer_glob,
		      const struct value *values, trace_id cause, struct sim_error *error)
{
	return order_all(people, now, printer_glob, "pause", "", values, cause, error);
}

int people_resume_jobs(struct people *people, sim_ns now, const char *printer_glob,
		       const struct value *values, trace_id cause,
		       struct sim_error *error)
{
	return order_all(people, now, printer_glob, "resume", "", values, cause, error);
}

int people_send_gcode(struct people *people, sim_ns now, const char *printer_glob,
		      const struct value *values, trace_id cause, struct sim_error *error)
{
	char lines[sizeof(((struct order *)0)->param)];
	int length = snprintf(lines, sizeof(lines), "%s", values[GCODE_LINES].as.text);

	if (length <= 0 || (size_t)length >= sizeof(lines))
		return sim_fail(error, SIM_EINVAL,
				"lines: between 1 and %zu characters, not %d",
				sizeof(lines) - 1, length);
	return order_all(people, now, printer_glob, "gcode_line", lines, values, cause,
			 error);
}

void orders_free(struct owner *owner)
{
	while (owner->orders != NULL) {
		queue_cancel(owner->people->queue, &owner->orders->timer);
		forget(owner->orders);
	}
}
