/* fault.c - the vocabulary of faults; arming, lifting, releasing. */
#include "net/fault.h"

#include "net/fault_parts.h"
#include "net/fault_table.h"
#include "net/inside.h"

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

static void free_match(struct match *match)
{
	if (match)
		match_fini(match);
	free(match);
}

void fault_free(struct fault *fault)
{
	if (!fault)
		return;
	if (fault->row->on_free && fault->state)
		fault->row->on_free(fault);
	fault_drop_kept(fault);
	free_values(fault);
	free_match(fault->match);
	free_match(fault->preset);
	free(fault->state);
	free(fault->chances);
	free(fault->has_chance);
	free(fault->spent);
	free(fault->places);
	free(fault->glob);
	free(fault->name);
	free(fault);
}

/* Copies what the fault is about, if anything; its counters are its own, and so is its
 * luck. False: no memory. */
static bool begin_match(const struct fault *fault, const struct match *from,
			struct match **ret_match, const char *luck)
{
	char purpose[32];
	if (!from)
		return true;
	*ret_match = malloc(sizeof(**ret_match));
	if (!*ret_match)
		return false;
	**ret_match = *from;
	snprintf(purpose, sizeof(purpose), "%s %d", luck, fault->number);
	match_begin(*ret_match, fault->net->options.seed, purpose);
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
	    !copy_values(fault, order->values) ||
	    !begin_match(fault, order->match, &fault->match, "match") ||
	    !begin_match(fault, order->preset, &fault->preset, "preset")) {
		fault_free(fault);
		return NULL;
	}
	if (order->state)
		memcpy(fault->state, order->state, order->row->state_size);
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
	if (fault->match)
		match_forget(fault->match, link->index);
	if (fault->preset)
		match_forget(fault->preset, link->index);
	if (link->index >= fault->n_places)
		return;
	if (fault->row->place_size > 0)
		memset(fault->places + link->index * fault->row->place_size, 0,
		       fault->row->place_size);
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
	if (fault->match && fault->match->said[0]) {
		text_add(&options, options.length > 0 ? ", " : "");
		text_add(&options, fault->match->said);
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
	if (rc == SIM_OK && order->match && match_has(order->match, MATCH_WHEN) &&
	    !order->match->when.holds)
		rc = sim_fail(error, SIM_EINVAL,
			      "when: a function can be given only in a script");
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

/* Lifted faults are kept for their receipts, for ever; what they know of each link is not. */
static void forget_places(struct fault *fault)
{
	free(fault->chances);
	free(fault->has_chance);
	free(fault->spent);
	free(fault->places);
	fault->chances = NULL;
	fault->has_chance = fault->spent = NULL;
	fault->places = NULL;
	fault->n_places = 0;
	if (fault->match)
		match_rest(fault->match);
	if (fault->preset)
		match_rest(fault->preset);
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
	forget_places(fault);
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
