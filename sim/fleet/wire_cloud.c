/* wire_cloud.c - the service, its MQTT clients, and who carries whom. */
#include "sim/fleet/fleet_room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int out_publish(void *arg, sim_ns now, int client, const char *topic,
		       const char *payload, size_t length,
		       const struct cloud_manner *manner, trace_id cause, int *ret_mid)
{
	struct fleet *fleet = arg;
	char task[24];
	const struct client_user_property user = {"task_id", task};
	struct client_message message = {
		.topic = topic,
		.payload = payload,
		.length = length,
		.qos = manner->qos,
		.retain = manner->retain,
		.expiry_s = manner->expiry_s,
		.response_topic = manner->response_topic,
		.correlation = manner->correlation,
		.content_type = manner->response_topic ? "application/json" : NULL,
		.user = &user,
		.n_user = manner->task > 0,
		/* Orders to machines are the story; what the service sends itself is not. */
		.level = strncmp(topic, "device/", 7) == 0 ? TRACE_STORY : TRACE_FULL,
	};

	snprintf(task, sizeof(task), "%lld", (long long)manner->task);
	return client_publish(fleet->wires[client].client, now, &message, cause, ret_mid);
}

static void out_connect(void *arg, sim_ns now, int client, trace_id cause)
{
	struct fleet *fleet = arg;

	client_connect(fleet->wires[client].client, now, cause);
}

static void out_subscribe(void *arg, sim_ns now, int client, const char *filter, int qos)
{
	struct fleet *fleet = arg;

	client_subscribe(fleet->wires[client].client, now, filter, qos);
}

static size_t out_recreate(void *arg, sim_ns now, int client, trace_id cause)
{
	struct fleet *fleet = arg;

	return client_recreate(fleet->wires[client].client, now, cause);
}

static void out_news(void *arg, sim_ns now, const struct cloud_news *news)
{
	wire_program_news(arg, now, news);
	wire_people_news(arg, now, news);
}

static void on_connected(void *arg, sim_ns now, int rc, bool session_present,
			 trace_id cause)
{
	struct cloud_wire *wire = arg;

	(void)session_present;
	cloud_connected(wire->fleet->cloud, now, wire->index, rc, cause);
}

static void on_disconnected(void *arg, sim_ns now, int rc, const char *reason,
			    trace_id cause)
{
	struct cloud_wire *wire = arg;

	(void)rc;
	cloud_disconnected(wire->fleet->cloud, now, wire->index, reason, cause);
}

static void on_message(void *arg, sim_ns now, const char *topic, const void *payload,
		       size_t length, int qos, bool retain, trace_id cause)
{
	struct cloud_wire *wire = arg;

	(void)qos;
	(void)retain;
	cloud_message(wire->fleet->cloud, now, wire->index, topic, payload, length,
		      cause);
}

static void on_published(void *arg, sim_ns now, int mid, trace_id cause)
{
	struct cloud_wire *wire = arg;

	cloud_published(wire->fleet->cloud, now, wire->index, mid, cause);
}

static void on_answered(void *arg, sim_ns now, int mid, int code, const char *reason,
			trace_id cause)
{
	struct cloud_wire *wire = arg;

	cloud_answered(wire->fleet->cloud, now, wire->index, mid, code, reason, cause);
}

/* Safeguards in force: the build's own, then what scenario and command line say. */
static int layer_safeguards(struct fleet *fleet, const struct cloud_build *build,
			    struct sim_error *error)
{
	const struct settings *said = &fleet->plan->cloud_safeguards;
	const char *line = build->settings ? build->settings : "";
	int status = SIM_OK;

	while (*line && status == SIM_OK) {
		size_t length = strcspn(line, "\n");
		char pair[160];
		char *equals;

		snprintf(pair, sizeof(pair), "%.*s", (int)length, line);
		equals = strchr(pair, '=');
		if (equals) {
			*equals = '\0';
			status = settings_set(&fleet->cloud_in_force, pair, equals + 1,
					      "build", build->name);
		}
		line += length + (line[length] == '\n');
	}
	for (size_t i = 0; status == SIM_OK && i < said->n; i++)
		status = settings_set(&fleet->cloud_in_force, said->items[i].name,
				      said->items[i].value, said->items[i].from,
				      said->items[i].where);
	if (status != SIM_OK)
		return sim_fail(error, status, "no memory for the service's safeguards");
	return settings_parse(&fleet->cloud_in_force, cloud_safeguard_row(),
			      fleet->cloud_safeguards, error);
}

static const char *next_build(const void *unused, size_t i)
{
	const struct cloud_build *build = cloud_build_at(i);

	(void)unused;
	return build ? build->name : NULL;
}

static const struct cloud_build *find_build(const char *name)
{
	const struct cloud_build *build;

	for (size_t i = 0; (build = cloud_build_at(i)); i++)
		if (strcmp(build->name, name) == 0)
			return build;
	return NULL;
}

static int parse_options(struct fleet *fleet, struct sim_error *error)
{
	const struct vocab_row *row = cloud_row();
	const struct cloud_build *build;
	const char *name;
	int status;

	fleet->cloud_values = values_new(row);
	fleet->cloud_safeguards = values_new(cloud_safeguard_row());
	if (!fleet->cloud_values || !fleet->cloud_safeguards)
		return sim_fail(error, SIM_ENOMEM, "no memory for the service");
	status = settings_parse(&fleet->plan->cloud, row, fleet->cloud_values, error);
	if (status != SIM_OK)
		return status;
	name = row->params[vocab_find_param(row, "build")].choices
		       [value_named(row, fleet->cloud_values, "build")->as.choice];
	build = find_build(name);
	if (!build)
		return vocab_unknown(error, "build of the service", name, next_build,
				     NULL);
	snprintf(fleet->cloud_build, sizeof(fleet->cloud_build), "%s", build->name);
	return layer_safeguards(fleet, build, error);
}

/* "command-a,command-b" -> cloud/command-a, cloud/command-b */
static int name_wires(struct fleet *fleet, struct sim_error *error)
{
	const char *list =
		value_named(cloud_row(), fleet->cloud_values, "clients")->as.text;

	while (list && *list) {
		size_t length = strcspn(list, ",");
		struct cloud_wire *wire = &fleet->wires[fleet->n_wires];

		if (fleet->n_wires == FLEET_CLIENTS_MAX)
			return sim_fail(error, SIM_ELIMIT,
					"more than %d clients of the service",
					FLEET_CLIENTS_MAX);
		if (length == 0 || length > 32)
			return sim_fail(
				error, SIM_EINVAL,
				"clients: a name of 1 to 32 characters is needed");
		wire->fleet = fleet;
		wire->index = fleet->n_wires++;
		snprintf(wire->name, sizeof(wire->name), "cloud/%.*s", (int)length, list);
		list += length + (list[length] == ',');
	}
	if (fleet->n_wires == 0)
		return sim_fail(error, SIM_EINVAL,
				"clients: the service needs at least one");
	return SIM_OK;
}

static int make_wire(struct cloud_wire *wire, struct sim_error *error)
{
	struct fleet *fleet = wire->fleet;
	struct cloud_session session;

	cloud_session_of(fleet->cloud_values, fleet->cloud_safeguards, &session);
	struct client_options options = {
		.name = wire->name,
		.keepalive_s = session.keepalive_s,
		.clean_session = session.clean_session,
		.protocol = session.protocol,
		.inflight_max = session.window,
		.session_expiry_s = session.session_expiry_s,
		.receive_max = session.receive_max,
		.discard_on_session_loss = session.discard_on_session_loss,
		.expire_after = session.library_expiry,
		.events = {.arg = wire,
			   .connected = on_connected,
			   .disconnected = on_disconnected,
			   .message = on_message,
			   .published = on_published,
			   .answered = on_answered},
	};

	return client_new(world_net(fleet->world), &options, &wire->client, error);
}

static int make_cloud(struct fleet *fleet, struct sim_error *error)
{
	struct cloud_printer *printers =
		calloc((size_t)fleet->n_members, sizeof(*printers));
	const char *names[FLEET_CLIENTS_MAX];
	int status;

	if (!printers)
		return sim_fail(error, SIM_ENOMEM, "no memory for the service");
	for (int i = 0; i < fleet->n_wires; i++)
		names[i] = fleet->wires[i].name;
	for (int i = 0; i < fleet->n_members; i++) {
		struct member *member = &fleet->members[i];

		printers[i] = (struct cloud_printer){.name = member->name,
						     .serial = member->serial,
						     .client = i % fleet->n_wires};
		member->view.client = fleet->wires[i % fleet->n_wires].name;
	}
	struct cloud_options options = {
		.queue = world_queue(fleet->world),
		.clock = world_clock(fleet->world),
		.trace = world_trace(fleet->world),
		.seed = fleet->plan->seed,
		.values = fleet->cloud_values,
		.safeguards = fleet->cloud_safeguards,
		.clients = names,
		.n_clients = fleet->n_wires,
		.printers = printers,
		.n_printers = fleet->n_members,
		.outlets = {.arg = fleet,
			    .publish = out_publish,
			    .connect = out_connect,
			    .subscribe = out_subscribe,
			    .recreate = out_recreate,
			    .news = out_news},
	};
	status = cloud_new(&options, &fleet->cloud, error);
	free(printers);
	return status;
}

int wire_cloud(struct fleet *fleet, struct sim_error *error)
{
	int status = parse_options(fleet, error);

	if (status == SIM_OK)
		status = cloud_check_protocol(fleet->cloud_values,
					      fleet->cloud_safeguards, error);
	if (status == SIM_OK)
		status = name_wires(fleet, error);
	if (status != SIM_OK)
		return status;
	for (int i = 0; status == SIM_OK && i < fleet->n_wires; i++)
		status = make_wire(&fleet->wires[i], error);
	return status == SIM_OK ? make_cloud(fleet, error) : status;
}

void wire_cloud_fini(struct fleet *fleet)
{
	free(fleet->cloud_values);
	free(fleet->cloud_safeguards);
	settings_fini(&fleet->cloud_in_force);
}
