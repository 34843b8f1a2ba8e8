/* wire_printer.c - a machine, its MQTT client, and the moment at which it next speaks. */
#include "sim/fleet/fleet_room.h"

#include <stdlib.h>

/* The network module of the machine dials again after 1 s, then twice as long each time, up
 * to 30 s: the policy of the public client libraries for this dialect. */
#define REDIAL_FIRST     (1 * SIM_S)
#define REDIAL_MOST      (30 * SIM_S)
/* Machines come up one after another, so that a fleet does not connect in one instant. */
#define FIRST_DIAL_APART (20 * SIM_MS)

static struct fleet_place enter(struct member *member)
{
	return fleet_enter_printer(member->fleet, member->index);
}

static void leave(struct member *member, struct fleet_place before)
{
	fleet_enter(member->fleet, before);
}

static void speak(void *arg, sim_ns now)
{
	struct member *member = arg;
	struct fleet_place before;

	member->due_at = SIM_NEVER;
	before = enter(member);
	printer_advance(member->printer, now);
	leave(member, before);
	wire_touched(member, now);
}

static void dial(void *arg, sim_ns now)
{
	struct member *member = arg;

	client_connect(member->client, now, 0);
}

/* A machine without power has no connection, and tells nobody: the broker finds out after
 * one and a half keep-alives. With the power it dials again. */
static void follow_power(struct member *member, sim_ns now)
{
	struct queue *queue = world_queue(member->fleet->world);
	bool powered = printer_powered(member->printer);

	if (powered == member->powered)
		return;
	member->powered = powered;
	queue_cancel(queue, &member->redial);
	if (member->program)
		program_power(member->program, powered, now);
	else if (!powered)
		client_vanish(member->client, now, 0);
	else
		member->redial = queue_add(queue, now + REDIAL_FIRST, dial, member);
}

void wire_touched(struct member *member, sim_ns now)
{
	struct queue *queue = world_queue(member->fleet->world);
	struct fleet_place before;
	sim_ns due;

	follow_power(member, now);
	before = enter(member);
	due = printer_due(member->printer, now);
	leave(member, before);
	if (due == member->due_at)
		return;
	queue_cancel(queue, &member->due);
	member->due_at = due;
	if (due != SIM_NEVER)
		member->due = queue_add(queue, due, speak, member);
}

static void on_report(void *arg, sim_ns now, const void *payload, size_t length, int qos,
		      enum trace_level level, trace_id cause)
{
	struct member *member = arg;
	struct client_message message = {
		.topic = member->report_topic,
		.payload = payload,
		.length = length,
		.qos = qos > member->report_qos ? qos : member->report_qos,
		.level = level,
	};
	struct fleet_place before;

	/* The machine calls this, but what follows is not its firmware's doing. */
	before = fleet_enter(member->fleet, (struct fleet_place){0});
	client_publish(member->client, now, &message, cause, NULL);
	leave(member, before);
}

static void on_connected(void *arg, sim_ns now, int rc, bool session_present,
			 trace_id cause)
{
	struct member *member = arg;
	struct fleet_place before;

	(void)session_present;
	if (rc != 0)
		return; /* on_disconnect follows and dials again */
	member->redial_after = REDIAL_FIRST;
	client_subscribe(member->client, now, member->request_topic, 1);
	before = enter(member);
	printer_online(member->printer, now, true, cause);
	leave(member, before);
	wire_touched(member, now);
}

static void on_disconnected(void *arg, sim_ns now, int rc, const char *reason,
			    trace_id cause)
{
	struct member *member = arg;
	struct queue *queue = world_queue(member->fleet->world);
	struct fleet_place before;

	(void)rc;
	(void)reason;
	before = enter(member);
	printer_online(member->printer, now, false, cause);
	leave(member, before);
	wire_touched(member, now);
	queue_cancel(queue, &member->redial);
	member->redial = queue_add(queue, now + member->redial_after, dial, member);
	member->redial_after *= 2;
	if (member->redial_after > REDIAL_MOST)
		member->redial_after = REDIAL_MOST;
}

static void on_message(void *arg, sim_ns now, const char *topic, const void *payload,
		       size_t length, int qos, bool retain, trace_id cause)
{
	struct member *member = arg;
	struct fleet_place before;

	(void)topic;
	(void)qos;
	(void)retain;
	before = enter(member);
	printer_message(member->printer, now, payload, length, cause);
	leave(member, before);
	wire_touched(member, now);
}

static const char *where_said(const struct member *member, const char *name)
{
	const struct setting *said = settings_get(&member->group->options, name);

	return said && said->where && said->where[0] ? said->where : "printers{}";
}

static int make_client(struct member *member, const struct value *values,
		       struct sim_error *error)
{
	const struct vocab_row *row = plan_printers_row();
	const struct value *expiry = value_named(row, values, "session_expiry");
	bool mqtt5 = value_named(row, values, "protocol")->as.choice > 0;
	bool clean = value_named(row, values, "clean_session")->as.yes;
	int receive_max = (int)value_named(row, values, "receive_maximum")->as.integer;

	if (!mqtt5 && (expiry->given || receive_max > 0))
		return sim_fail(error, SIM_EINVAL,
				"%s: %s needs MQTT 5.0: printers { protocol = \"5.0\" }",
				where_said(member, expiry->given ? "session_expiry"
								 : "receive_maximum"),
				expiry->given ? "session_expiry" : "receive_maximum");
	struct client_options options = {
		.name = member->name,
		.client_id = member->serial,
		.keepalive_s =
			(int)(value_named(row, values, "keepalive")->as.ns / SIM_S),
		.clean_session = clean,
		.protocol = mqtt5 ? 5 : 4,
		.session_expiry_s = expiry->given ? (uint32_t)(expiry->as.ns / SIM_S)
				    : clean       ? 0
						  : UINT32_MAX,
		.receive_max = receive_max,
		.expire_after = value_named(row, values, "library_expiry")->as.ns,
		.events = {.arg = member,
			   .connected = on_connected,
			   .disconnected = on_disconnected,
			   .message = on_message},
	};

	return client_new(world_net(member->fleet->world), &options, &member->client,
			  error);
}

static int make_printer(struct member *member, const struct value *values,
			struct sim_error *error)
{
	const struct plan_group *group = member->group;
	sim_ns watchdog = value_named(plan_printers_row(), values, "watchdog")->as.ns;
	struct world *world = member->fleet->world;
	const struct value *noise =
		value_named(plan_printers_row(), values, "sensor_noise");
	struct text settings = {0};
	struct fleet_place before;
	int status;

	for (size_t i = 0;
	     i < group->safeguards.n && !firmware_build_unfit(member->build); i++)
		text_addf(&settings, "%s=%s\n", group->safeguards.items[i].name,
			  group->safeguards.items[i].value);
	struct printer_options options = {
		.name = member->name,
		.serial = member->serial,
		.model = member->view.model,
		.build = member->build,
		.settings = text_cstr(&settings),
		.shelf = member->fleet->shelf,
		.seed = member->fleet->plan->seed,
		.trace = world_trace(world),
		.clock = world_clock(world),
		.room_c = value_named(plan_printers_row(), values, "room")->as.real,
		.watchdog = watchdog > 0 ? watchdog : SIM_NEVER,
		.mains_v = value_named(plan_printers_row(), values, "mains")->as.real,
		.noise_c = noise->given ? noise->as.real : -1.0,
		.sensor_misses = value_named(plan_printers_row(), values, "sensor_misses")
					 ->as.real,
		.sensor_false_alarms =
			value_named(plan_printers_row(), values, "sensor_false_alarms")
				->as.real,
		.sensor_unavailable =
			value_named(plan_printers_row(), values, "sensor_unavailable")
				->as.real,
		.outlets = {.arg = member, .report = on_report},
	};
	before = enter(member);
	status = printer_new(&options, &member->printer, error);
	leave(member, before);
	text_fini(&settings);
	return status;
}

int wire_printers(struct fleet *fleet, struct sim_error *error)
{
	const struct vocab_row *row = plan_printers_row();
	struct value *values = values_new(row);
	int status =
		values ? SIM_OK : sim_fail(error, SIM_ENOMEM, "no memory for the fleet");

	for (int i = 0; status == SIM_OK && i < fleet->n_members; i++) {
		struct member *member = &fleet->members[i];

		vocab_defaults(row, values);
		status = settings_parse(&member->group->options, row, values, error);
		if (status == SIM_OK)
			status = make_printer(member, values, error);
		if (status == SIM_OK)
			fleet_join_site(member);
		if (status == SIM_OK && !member->command)
			status = make_client(member, values, error);
		member->view.printer = member->printer;
		member->clock_skew =
			(sim_ns)(value_named(row, values, "clock_skew")->as.real *
				 (double)SIM_S);
		member->report_qos =
			(int)value_named(row, values, "report_qos")->as.integer;
		member->due_at = SIM_NEVER;
		member->powered = true;
		member->redial_after = REDIAL_FIRST;
	}
	free(values);
	return status;
}

void wire_printers_start(struct fleet *fleet, sim_ns now)
{
	struct queue *queue = world_queue(fleet->world);

	for (int i = 0; i < fleet->n_members; i++) {
		struct member *member = &fleet->members[i];
		struct fleet_place before;

		before = enter(member);
		if (member->clock_skew != 0)
			printer_set_clock_skew(member->printer, now, member->clock_skew,
					       0, 0);
		leave(member, before);
		if (!member->command)
			member->redial = queue_add(queue, now + i * FIRST_DIAL_APART,
						   dial, member);
		wire_touched(member, now);
	}
}
