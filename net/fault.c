/* fault.c - arming, lifting, receipts: what all faults have in common. */
#include "net/fault.h"

#include "net/fault_parts.h"
#include "net/fault_table.h"
#include "net/inside.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const fault_dirs[] = {"both", "up", "down", NULL};

bool fault_is_dir(int choice, enum net_dir dir)
{
	return choice == FAULT_DIR_BOTH || choice == (int)dir;
}

/* --- vocabulary ------------------------------------------------------------------- */

const struct vocab_row *fault_row(size_t index)
{
	const struct net_fault *row = fault_table(index);
	return row ? &row->row : NULL;
}

const struct vocab_row *fault_find(const char *name)
{
	const struct vocab_row *row;
	for (size_t i = 0; (row = fault_row(i)); i++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

const struct net_fault *fault_kind(const struct vocab_row *row)
{
	return (const struct net_fault *)(const void *)row; /* its first member */
}

bool fault_takes_match(const struct vocab_row *row)
{
	return fault_kind(row)->takes_match;
}

/* --- arming ----------------------------------------------------------------------- */

static bool is_text(const struct param *param)
{
	return param->type == PARAM_TEXT || param->type == PARAM_NAMES;
}

static bool copy_values(struct fault *fault, const struct value *values)
{
	const struct vocab_row *row = &fault->row->row;
	fault->values = calloc(row->n_params + 1, sizeof(*fault->values));
	if (!fault->values)
		return false;
	for (size_t i = 0; i < row->n_params; i++) {
		fault->values[i] = values[i];
		if (!is_text(&row->params[i]) || !values[i].as.text)
			continue;
		fault->values[i].as.text = strdup(values[i].as.text);
		if (!fault->values[i].as.text)
			return false;
	}
	return true;
}

static void free_values(struct fault *fault)
{
	const struct vocab_row *row = &fault->row->row;
	for (size_t i = 0; fault->values && i < row->n_params; i++) {
		char *text;
		if (!is_text(&row->params[i]))
			continue;
		memcpy(&text, &fault->values[i].as.text,
		       sizeof(text)); /* ours, so not const */
		free(text);
	}
	free(fault->values);
}

void fault_free(struct fault *fault)
{
	if (!fault)
		return;
	if (fault->row->on_free && fault->state)
		fault->row->on_free(fault);
	fault_drop_kept(fault);
	free_values(fault);
	match_fini(&fault->match);
	match_fini(&fault->preset);
	free(fault->state);
	free(fault->chances);
	free(fault->has_chance);
	free(fault->spent);
	free(fault->places);
	free(fault->glob);
	free(fault->name);
	free(fault);
}

/* Copies what the fault is about; its counters are its own, and so is its luck. */
static bool begin_match(const struct fault *fault, const struct match *from,
			struct match *to, const char *luck)
{
	char purpose[32];
	if (!from)
		return false;
	*to = *from;
	snprintf(purpose, sizeof(purpose), "%s %d", luck, fault->number);
	match_begin(to, fault->net->options.seed, purpose);
	return true;
}

static struct fault *fault_new(struct net *net, const struct fault_order *order)
{
	struct fault *fault = calloc(1, sizeof(*fault));
	if (!fault)
		return NULL;
	fault->row = order->row;
	fault->name = strdup(order->name ? order->name : order->row->row.name);
	fault->whole = order->whole;
	fault->net = net;
	fault->number = (int)net->n_faults + 1;
	fault->first = fault->last = SIM_NEVER;
	fault->glob = strdup(order->glob);
	fault->state = calloc(1, order->row->state_size + 1);
	if (!fault->name || !fault->glob || !fault->state ||
	    !copy_values(fault, order->values)) {
		fault_free(fault);
		return NULL;
	}
	if (order->state)
		memcpy(fault->state, order->state, order->row->state_size);
	fault->has_match = begin_match(fault, order->match, &fault->match, "match");
	fault->has_preset = begin_match(fault, order->preset, &fault->preset, "preset");
	return fault;
}

void fault_meet_link(struct fault *fault, struct link *link)
{
	if (fault->lifted || !text_glob(fault->glob, link->name))
		return;
	fault->n_links++;
	link_add_fault(link, fault);
}

void fault_forget_link(struct fault *fault, const struct link *link)
{
	match_forget(&fault->match, link->index);
	match_forget(&fault->preset, link->index);
	if (link->index >= fault->n_places)
		return;
	fault->has_chance[link->index] = false;
	fault->spent[link->index] = false;
}

static void meet_present(struct fault *fault, sim_ns now)
{
	struct net *net = fault->net;
	for (size_t i = 0; i < net->n_links; i++) {
		struct link *link = net->links[i];
		size_t before = fault->n_links;
		fault_meet_link(fault, link);
		if (fault->n_links == before || !link->conn)
			continue;
		fault->n_conns++;
		if (fault->row->on_present)
			fault->row->on_present(fault, link->conn, now);
	}
}

static void add_part(struct text *text, const struct param *param,
		     const struct value *value)
{
	text_add(text, text->length > 0 ? ", " : "");
	text_add(text, param->name);
	text_add(text, "=");
	param_add_text(text, param, value);
}

static void say_armed(struct fault *fault, trace_id cause)
{
	const struct vocab_row *row = &fault->row->row;
	char who[300];
	struct text options = {0};
	for (size_t i = 0; i < row->n_params; i++)
		if (fault->values[i].given)
			add_part(&options, &row->params[i], &fault->values[i]);
	if (fault->has_match && fault->match.said[0]) {
		text_add(&options, options.length > 0 ? ", " : "");
		text_add(&options, fault->match.said);
	}
	snprintf(who, sizeof(who), "link/%s", fault->glob);
	fault->armed =
		trace_say(fault->net->options.trace, cause, KIND_FAULT_ARMED, who,
			  F_TEXT("fault", fault->name), F_INT("number", fault->number),
			  F_TEXT("options", text_cstr(&options)));
	text_fini(&options);
}

static void join_whole(struct fault *fault, trace_id cause)
{
	struct fault *whole = fault->whole;
	fault->armed = cause; /* the whole has said it */
	if (whole->parts_last)
		whole->parts_last->next_part = fault;
	else
		whole->parts = fault;
	whole->parts_last = fault;
}

int fault_arm_order(struct net *net, const struct fault_order *order, sim_ns now,
		    trace_id cause, struct fault **ret_fault, struct sim_error *error)
{
	const struct net_fault *row = order->row;
	int rc = row->check ? row->check(order->values, error) : SIM_OK;
	if (rc == SIM_OK && row->check_match && order->match)
		rc = row->check_match(order->values, order->match, error);
	if (rc != SIM_OK)
		return rc;
	struct fault *fault = fault_new(net, order);
	if (!fault || !net_grow(&net->faults, net->n_faults, &net->faults_capacity)) {
		fault_free(fault);
		return sim_fail(error, SIM_ENOMEM, "no memory for the fault %s",
				row->row.name);
	}
	net->faults[net->n_faults++] = fault;
	if (order->whole)
		join_whole(fault, cause);
	else
		say_armed(fault, cause);
	meet_present(fault, now);
	if (ret_fault)
		*ret_fault = fault;
	rc = fault_arm_parts(fault, now, error);
	if (row->on_arm)
		row->on_arm(fault, now);
	return rc;
}

int fault_arm(struct net *net, const char *link_glob, const struct vocab_row *row,
	      const struct value *values, const struct match *match, sim_ns now,
	      trace_id cause, struct fault **ret_fault, struct sim_error *error)
{
	const struct fault_order order = {
		.glob = link_glob,
		.row = fault_kind(row),
		.values = values,
		.match = match,
	};
	net->now = now;
	if (match && !order.row->takes_match)
		return sim_fail(
			error, SIM_EINVAL,
			"%s acts on connections, not on packets: it takes no matcher",
			row->name);
	return fault_arm_order(net, &order, now, cause, ret_fault, error);
}

/* What it stalled goes on, and connections that hung are made. */
static void wake_links(struct fault *fault, sim_ns now)
{
	struct net *net = fault->net;
	for (size_t i = 0; i < net->n_links; i++) {
		struct conn *conn = net->links[i]->conns;
		for (; conn; conn = conn->next)
			if (conn->hung_by == fault)
				conn_stop_hanging(conn, now);
		if (text_glob(fault->glob, net->links[i]->name))
			net_wake(net->links[i]);
	}
}

static void say_lifted(const struct fault *fault)
{
	char who[300];
	if (fault->whole)
		return;
	snprintf(who, sizeof(who), "link/%s", fault->glob);
	trace_say(fault->net->options.trace, fault->armed, KIND_FAULT_LIFTED, who,
		  F_TEXT("fault", fault->name), F_INT("number", fault->number));
}

void fault_lift(struct fault *fault, sim_ns now)
{
	struct fault *part;
	if (fault->lifted)
		return;
	fault->net->now = now;
	fault->lifted = true;
	say_lifted(fault);
	for (part = fault->parts; part; part = part->next_part)
		fault_lift(part, now);
	if (fault->row->on_lift)
		fault->row->on_lift(fault, now);
	if (fault->row->stalls || fault->row->on_connect)
		wake_links(fault, now);
	fault_let_go(fault, now);
}

static bool release_parts(struct fault *fault, sim_ns now)
{
	struct fault *part;
	bool any = fault->row->can_release;
	for (part = fault->parts; part; part = part->next_part)
		any |= release_parts(part, now);
	if (fault->row->can_release)
		fault_let_go(fault, now);
	return any;
}

int fault_release(struct fault *fault, sim_ns now, struct sim_error *error)
{
	fault->net->now = now;
	if (release_parts(fault, now))
		return SIM_OK;
	return sim_fail(error, SIM_EINVAL,
			"%s keeps nothing that could be released; hold does",
			fault->name);
}

struct fault *net_fault_at(struct net *net, size_t index)
{
	return index < net->n_faults ? net->faults[index] : NULL;
}

/* --- acting ----------------------------------------------------------------------- */

void fault_matched(struct fault *fault)
{
	fault->matched++;
}

struct net_sight fault_sight(const struct passing *passing)
{
	const struct link *link = passing->conn->link;
	return (struct net_sight){
		.packet = passing->packet,
		.dir = passing->dir,
		.link = link->name,
		.who = link->who,
		.link_index = link->index,
		.now = passing->now,
		.cause = passing->cause,
	};
}

bool fault_fits(struct fault *fault, const struct passing *passing)
{
	const struct net_sight sight = fault_sight(passing);
	if (!passing->packet && (fault->has_preset || fault->has_match))
		return false;
	if (fault->has_preset && !match_fits(&fault->preset, &sight))
		return false;
	if (fault->has_match && !match_fits(&fault->match, &sight))
		return false;
	fault->matched++;
	return true;
}

/* Counts the bytes and tells of it at that level. */
static trace_id tell(struct fault *fault, struct link *link, sim_ns now,
		     const char *action, const struct passing *passing,
		     enum trace_level level, trace_id cause)
{
	const struct mqtt_packet *packet = passing ? passing->packet : NULL;
	const struct fault *top = fault;
	while (top->whole)
		top = top->whole;
	fault->acted = true;
	fault->bytes += passing ? passing->length : 0;
	if (fault->first == SIM_NEVER)
		fault->first = now;
	fault->last = now;
	trace_id event = trace_emit_at(
		fault->net->options.trace, level, cause, KIND_FAULT_ACTED, link->who,
		TRACE_FIELDS(F_TEXT("fault", top->name), F_INT("number", top->number),
			     F_TEXT("action", action),
			     F_TEXT("type", packet ? mqtt_type_name(packet->type) : ""),
			     F_TEXT("dir", passing ? net_dir_name(passing->dir) : "")));
	if (fault->told == 0)
		fault->told = event;
	if (link->conn) /* one that is not recorded is told by the first */
		link->conn->blame = event != cause ? event : fault->told;
	return event;
}

static enum trace_level once(const struct fault *fault)
{
	return fault->acted ? TRACE_FULL : TRACE_STORY;
}

trace_id fault_followed(struct fault *fault, struct link *link, sim_ns now,
			const char *action, const struct passing *passing, trace_id cause)
{
	return tell(fault, link, now, action, passing, once(fault), cause);
}

trace_id fault_acted(struct fault *fault, struct link *link, sim_ns now,
		     const char *action, const struct passing *passing, trace_id cause)
{
	fault->affected++;
	return tell(fault, link, now, action, passing, once(fault), cause);
}

trace_id fault_altered(struct fault *fault, const struct passing *passing,
		       const char *action)
{
	bool message = passing->packet && passing->packet->type == MQTT_PUBLISH;
	enum trace_level level =
		message && passing->level == TRACE_STORY ? TRACE_STORY : once(fault);

	fault->affected++;
	return tell(fault, passing->conn->link, passing->now, action, passing, level,
		    passing->cause);
}

void fault_pass_on(struct fault *fault, struct passing *passing)
{
	conn_pass(passing, fault->number);
}

static uint64_t hash_of(const struct mqtt_packet *packet)
{
	return packet->type != MQTT_PUBLISH
		       ? 0
		       : crossing_hash(packet->topic.data, packet->topic.length,
				       packet->payload.data, packet->payload.length);
}

bool fault_replace(struct fault *fault, const struct passing *passing,
		   const struct edit *edit, trace_id cause)
{
	struct bytes bytes = {0};
	struct mqtt_packet packet;
	struct passing other = *passing;
	bool fine = edit_encode(edit, &bytes, NULL) == SIM_OK;
	if (fine) {
		bool whole = mqtt_decode(bytes_data(&bytes), bytes_length(&bytes),
					 passing->conn->version, &packet, NULL);
		if (whole)
			aliases_resolve(passing->dir == NET_UP
						? passing->conn->up.aliases
						: passing->conn->down.aliases,
					&packet);
		other.packet = whole ? &packet : NULL;
		other.bytes = bytes_data(&bytes);
		other.length = bytes_length(&bytes);
		other.hash = whole ? hash_of(&packet) : 0;
		other.cause = cause;
		fault_pass_on(fault, &other);
	}
	bytes_fini(&bytes);
	return fine;
}

/* --- per link --------------------------------------------------------------------- */

/* An array of n things more of that size; those that are new are zero. */
static bool widen(void *array, size_t had, size_t n, size_t size)
{
	void *old;
	memcpy(&old, array, sizeof(old));
	uint8_t *wide = realloc(old, n * size + 1);
	if (!wide)
		return false;
	memset(wide + had * size, 0, (n - had) * size);
	memcpy(array, &wide, sizeof(wide));
	return true;
}

static bool make_places(struct fault *fault)
{
	size_t n = fault->net->n_links, had = fault->n_places;
	if (had >= n)
		return true;
	if (!widen(&fault->chances, had, n, sizeof(*fault->chances)) ||
	    !widen(&fault->has_chance, had, n, sizeof(*fault->has_chance)) ||
	    !widen(&fault->spent, had, n, sizeof(*fault->spent)) ||
	    !widen(&fault->places, had, n, fault->row->place_size))
		return false;
	fault->n_places = n;
	return true;
}

void *fault_place(struct fault *fault, const struct link *link)
{
	if (!make_places(fault))
		return NULL;
	return fault->places + link->index * fault->row->place_size;
}

struct chance *fault_chance(struct fault *fault, struct link *link)
{
	char purpose[64];
	if (!make_places(fault))
		return NULL;
	if (!fault->has_chance[link->index]) {
		snprintf(purpose, sizeof(purpose), "%s %d", fault->row->row.name,
			 fault->number);
		fault->chances[link->index] =
			chance_stream(fault->net->options.seed, link->who, purpose);
		fault->has_chance[link->index] = true;
	}
	return &fault->chances[link->index];
}

bool fault_is_spent(const struct fault *fault, const struct link *link)
{
	return link->index < fault->n_places && fault->spent[link->index];
}

void fault_spend(struct fault *fault, struct link *link)
{
	if (make_places(fault))
		fault->spent[link->index] = true;
}
