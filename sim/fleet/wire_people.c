/* wire_people.c - owners with their apps, the service's API, and the machine in the room. */
#include "sim/fleet/fleet_room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1.75 mm PLA: 2.405 mm2 at 1.24 g/cm3 is 2.98 g a metre. */
#define PLA_GRAMS_PER_METRE 2.98
#define LAYER_MM            0.2

/* ---- the app calls the service -------------------------------------------------- */

static void drop_ticket(struct ticket *ticket)
{
	ticket->previous->next = ticket->next;
	ticket->next->previous = ticket->previous;
	free(ticket);
}

static void on_answer(void *arg, sim_ns now, const struct cloud_answer *answer)
{
	struct ticket *ticket = arg;
	struct fleet *fleet = ticket->fleet;
	uint64_t number = ticket->number;

	drop_ticket(ticket);
	people_answer(fleet->people, now, number, answer->ok, answer->reason,
		      answer->task, answer->event);
}

static void out_call(void *arg, sim_ns now, const struct app_call *call)
{
	static const enum cloud_op ops[] = {[APP_SUBMIT] = CLOUD_SUBMIT,
					    [APP_CANCEL] = CLOUD_CANCEL,
					    [APP_CONFIRM] = CLOUD_CONFIRM,
					    [APP_ORDER] = CLOUD_ORDER};
	struct fleet *fleet = arg;
	struct ticket *ticket = calloc(1, sizeof(*ticket));

	if (!ticket)
		return; /* to the app it is a request that got lost: its patience decides */
	ticket->fleet = fleet;
	ticket->number = call->ticket;
	ticket->next = &fleet->tickets;
	ticket->previous = fleet->tickets.previous;
	ticket->previous->next = ticket->next->previous = ticket;
	struct cloud_call request = {
		.op = ops[call->op],
		.printer = call->printer,
		.job = call->job,
		.file = call->file,
		.command = call->command,
		.param = call->param,
		.tapped_utc_ms = call->tapped_utc_ms,
		.wish_key = call->wish_key,
		.lan = call->lan,
		.task = call->task,
		.prompt = call->prompt,
		.plate_epoch = call->plate_epoch,
		.yes = call->yes,
		.not_after_utc_ms = call->not_after_utc_ms,
		.cause = call->cause,
		.done = on_answer,
		.arg = ticket,
	};
	cloud_request(fleet->cloud, now, &request);
}

void wire_people_news(struct fleet *fleet, sim_ns now, const struct cloud_news *news)
{
	if (!fleet->people || !fleet->members[news->printer].has_owner)
		return;
	people_news(fleet->people, now, news->printer, news->task, news->state,
		    news->reason, news->prompt, news->plate_epoch, news->not_after_utc_ms,
		    news->event);
}

/* ---- slicing -------------------------------------------------------------------- */

static struct job_file file_of_wish(const struct printer_model *model,
				    const struct wish *wish)
{
	return (struct job_file){
		.layer_mm = LAYER_MM,
		.height_mm = wish->height_mm,
		.layers = wish->height_mm < LAYER_MM
				  ? 1
				  : (int)(wish->height_mm / LAYER_MM + 0.5),
		.print_for = wish->print_for,
		.grams = wish->grams,
		.metres = wish->grams / PLA_GRAMS_PER_METRE,
		.nozzle_c = wish->nozzle_c,
		.bed_c = wish->bed_c,
		/* Slicers put a single object in the middle of the plate. */
		.x0_mm = (model->bed_x_mm - wish->width_mm) / 2,
		.x1_mm = (model->bed_x_mm + wish->width_mm) / 2,
		.y0_mm = (model->bed_y_mm - wish->depth_mm) / 2,
		.y1_mm = (model->bed_y_mm + wish->depth_mm) / 2,
	};
}

/* A file that was sliced for another machine must fit this one. */
static int sliced_file(const struct fleet *fleet, const struct member *member,
		       const char *name, struct job_file *ret_file,
		       struct sim_error *error)
{
	const struct plan_job *job = plan_find_job(fleet->plan, name);
	const struct printer_model *model = member->view.model;

	if (!job)
		return sim_fail(error, SIM_ENOENT, "there is no job{} called \"%.63s\"",
				name);
	*ret_file = job->file;
	if (job->file.x1_mm <= model->bed_x_mm && job->file.y1_mm <= model->bed_y_mm &&
	    job->file.height_mm <= model->height_mm)
		return SIM_OK;
	return sim_fail(
		error, SIM_EINVAL,
		"job %.63s does not fit on the plate of %s, a %s: it was sliced for a "
		"larger machine",
		name, member->name, model->name);
}

static void out_slice(void *arg, sim_ns now, int printer, const struct wish *wish,
		      char *ret_md5)
{
	struct fleet *fleet = arg;
	const struct member *member = &fleet->members[printer];
	struct job_file file = file_of_wish(member->view.model, wish);
	uint64_t hash = text_hash(TEXT_HASH_START, wish->job, strlen(wish->job));
	struct sim_error error;
	int status = SIM_OK;

	(void)now;
	hash = text_hash(hash, &printer, sizeof(printer));
	fleet->files_sliced++;
	if (wish->sliced)
		status = sliced_file(fleet, member, wish->job, &file, &error);
	snprintf(file.name, sizeof(file.name), "%s", wish->job);
	snprintf(file.md5, sizeof(file.md5), "%016llx%016llx", (unsigned long long)hash,
		 (unsigned long long)fleet->files_sliced);
	snprintf(file.url, sizeof(file.url), "https://cdn.example.invalid/p/%s.3mf",
		 file.md5);
	if (status == SIM_OK)
		status = job_shelf_add(fleet->shelf, &file, &error);
	if (status != SIM_OK)
		world_stop(fleet->world, &error);
	memcpy(ret_md5, file.md5, 33);
}

/* ---- the person in the room ------------------------------------------------------ */

static void out_look(void *arg, sim_ns now, int printer, struct machine_sight *ret_sight)
{
	struct fleet *fleet = arg;
	struct printer_view view;
	struct fleet_place before;

	before = fleet_enter_printer(fleet, printer);
	printer_look(fleet->members[printer].printer, now, &view);
	fleet_enter(fleet, before);
	*ret_sight = (struct machine_sight){
		.printing = view.printing,
		.task = view.task,
		.objects = view.objects,
		.prompt = view.prompt,
		.asks_to_resume = view.asks_to_resume,
		.event = view.start_event,
	};
	snprintf(ret_sight->file, sizeof(ret_sight->file), "%s", view.file);
	snprintf(ret_sight->state, sizeof(ret_sight->state), "%s", view.state);
}

static void out_take_object(void *arg, sim_ns now, int printer, const char *who,
			    trace_id cause)
{
	struct member *member = &((struct fleet *)arg)->members[printer];
	struct fleet_place before = fleet_enter_printer(member->fleet, printer);

	printer_take_object(member->printer, now, who, cause);
	fleet_enter(member->fleet, before);
	wire_touched(member, now);
}

static void out_answer_prompt(void *arg, sim_ns now, int printer, int prompt, bool yes,
			      const char *who, trace_id cause)
{
	struct member *member = &((struct fleet *)arg)->members[printer];
	struct fleet_place before = fleet_enter_printer(member->fleet, printer);

	printer_answer(member->printer, now, prompt, yes, who, cause);
	fleet_enter(member->fleet, before);
	wire_touched(member, now);
}

static void out_press_stop(void *arg, sim_ns now, int printer, const char *who,
			   trace_id cause)
{
	struct member *member = &((struct fleet *)arg)->members[printer];
	struct fleet_place before = fleet_enter_printer(member->fleet, printer);

	printer_press_stop(member->printer, now, who, cause);
	fleet_enter(member->fleet, before);
	wire_touched(member, now);
}

static void tell_owner(void *arg, sim_ns now)
{
	struct member *member = arg;

	people_machine(member->fleet->people, now, member->index, member->noticed);
}

/* "printer/007" -> its member; NULL for everybody else. */
static struct member *member_called(struct fleet *fleet, const char *who)
{
	long number = strncmp(who, "printer/", 8) == 0 ? strtol(who + 8, NULL, 10) : 0;

	return number >= 1 && number <= fleet->n_members ? &fleet->members[number - 1]
							 : NULL;
}

/* What a person in the room would notice. Told as an event of its own at the same instant:
 * the machine is in the middle of its own doings when it speaks. */
static void notice(void *arg, const struct trace_event *event)
{
	struct fleet *fleet = arg;
	struct queue *queue = world_queue(fleet->world);
	struct member *member;

	if (event->kind != KIND_FIRMWARE_START && event->kind != KIND_FIRMWARE_RESUMED &&
	    event->kind != KIND_FIRMWARE_ENDED && event->kind != KIND_PROMPT_SHOWN &&
	    event->kind != KIND_FIRMWARE_TRIP)
		return;
	member = member_called(fleet, event->who);
	if (!member || !member->has_owner)
		return;
	member->noticed = event->id;
	if (!queue_waiting(queue, member->notice))
		member->notice = queue_add(queue, event->t, tell_owner, member);
}

int wire_people(struct fleet *fleet, struct sim_error *error)
{
	struct people_owner *owners = calloc((size_t)fleet->n_members, sizeof(*owners));
	int n = 0, status;

	if (!owners)
		return sim_fail(error, SIM_ENOMEM, "no memory for the owners");
	for (int i = 0; i < fleet->n_members; i++) {
		struct member *member = &fleet->members[i];

		if (!member->has_owner)
			continue;
		owners[n++] = (struct people_owner){
			.name = member->owner,
			.app = member->app,
			.printer = member->name,
			.printer_index = i,
			.zone = member->zone,
			.values = member->owner_values,
			.safeguards = member->owner_safeguards,
		};
	}
	struct people_options options = {
		.queue = world_queue(fleet->world),
		.clock = world_clock(fleet->world),
		.trace = world_trace(fleet->world),
		.seed = fleet->plan->seed,
		.owners = owners,
		.n_owners = n,
		.end = fleet->plan->length,
		.outlets = {.arg = fleet,
			    .call = out_call,
			    .slice = out_slice,
			    .look = out_look,
			    .take_object = out_take_object,
			    .answer_prompt = out_answer_prompt,
			    .press_stop = out_press_stop},
	};
	status = n ? people_new(&options, &fleet->people, error) : SIM_OK;
	free(owners);
	if (status == SIM_OK && n)
		trace_observe(world_trace(fleet->world), notice, fleet);
	return status;
}
