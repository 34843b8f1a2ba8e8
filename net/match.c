/* match.c - reading the parts, what contradicts what, and whether a packet fits. */
#include "net/match.h"

#include "net/match_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/core/chance.h"

struct match_place {
	uint64_t seen, hits;
	struct chance chance;
	bool has_chance;
};

const struct vocab_row *match_row(void)
{
	static struct param params[N_MATCH_PARTS];
	static const struct vocab_row row = {
		.name = "match",
		.summary = "which packets a fault is about",
		.help = "All given parts must fit. Without any, every packet fits. The counters "
			"nth, first and every count what fits the parts before them, over all "
			"links of the fault unless per = \"link\"; probability is drawn for what "
			"they let through, and times bounds the whole.",
		.params = params,
		.n_params = N_MATCH_PARTS,
	};
	for (int i = 0; i < N_MATCH_PARTS && !params[i].name; i++)
		params[i] = match_parts[i].param;
	return &row;
}

/* --- reading ------------------------------------------------------------------------ */

/* "PUBLISH", or "PUBLISH, PUBACK, …". */
static void add_types(struct text *text, uint32_t types)
{
	bool any = false;
	for (int type = MQTT_CONNECT; type <= MQTT_AUTH; type++) {
		if (!(types & MATCH_TYPE_BIT(type)))
			continue;
		text_addf(text, "%s%s", any ? ", " : "",
			  mqtt_type_name((enum mqtt_type)type));
		any = true;
	}
}

/* types: of the packets that can have what this part asks for. */
static int check_type(const struct match *match, enum match_part_index part,
		      uint32_t types, struct sim_error *error)
{
	struct text can = {0};
	if (match->type == 0 || types & MATCH_TYPE_BIT(match->type))
		return SIM_OK;
	const char *type = mqtt_type_name((enum mqtt_type)match->type);
	if (part == MATCH_DIR)
		return sim_fail(error, SIM_EINVAL, "dir: %s never goes %s", type,
				net_dir_name((enum net_dir)match->dir));
	add_types(&can, types);
	int rc = sim_fail(error, SIM_EINVAL, "%s: %s packets carry none; only %s %s",
			  match_parts[part].param.name, type, text_cstr(&can),
			  strchr(text_cstr(&can), ',') ? "do" : "does");
	text_fini(&can);
	return rc;
}

/* Parts that leave nothing to fit when both are given. */
static const struct {
	enum match_part_index a, b;
	const char *why;
} contradictions[] = {
	{MATCH_NTH, MATCH_FIRST, "the n-th is one packet; the first n are others"},
	{MATCH_NTH, MATCH_EVERY, "the n-th is one packet, and each n-th are many"},
	{MATCH_NTH, MATCH_TIMES, "the n-th comes once anyway"},
};

static int contradict(struct sim_error *error, enum match_part_index a,
		      enum match_part_index b, const char *why)
{
	return sim_fail(error, SIM_EINVAL, "%s and %s contradict each other: %s",
			match_parts[a].param.name, match_parts[b].param.name, why);
}

static int check_pairs(const struct match *match, struct sim_error *error)
{
	for (size_t i = 0; i < sizeof(contradictions) / sizeof(contradictions[0]); i++)
		if (match_has(match, contradictions[i].a) &&
		    match_has(match, contradictions[i].b))
			return contradict(error, contradictions[i].a, contradictions[i].b,
					  contradictions[i].why);
	if (match_has(match, MATCH_MID) && match_has(match, MATCH_QOS) && match->qos == 0)
		return contradict(error, MATCH_MID, MATCH_QOS,
				  "a PUBLISH of QoS 0 has no packet identifier");
	if (match_has(match, MATCH_MIN_SIZE) && match_has(match, MATCH_MAX_SIZE) &&
	    match->min_size > match->max_size)
		return contradict(error, MATCH_MIN_SIZE, MATCH_MAX_SIZE,
				  "no size lies between them");
	if (match_has(match, MATCH_FROM) && match_has(match, MATCH_TILL) &&
	    match->from >= match->till)
		return contradict(error, MATCH_FROM, MATCH_TILL,
				  "it would end before it begins");
	if (match->per_link && !match->nth && !match->first && !match->every &&
	    !match->times)
		return sim_fail(
			error, SIM_EINVAL,
			"per: says whose count it is, but nothing is counted; give "
			"nth, first, every or times, too");
	return SIM_OK;
}

/* A counter of 0 was said to be none. */
static bool says_nothing(enum match_part_index part, const struct value *value)
{
	return !value->given || ((part == MATCH_NTH || part == MATCH_FIRST ||
				  part == MATCH_EVERY || part == MATCH_TIMES) &&
				 value->as.integer == 0);
}

static void add_said(struct text *text, const struct param *param,
		     const struct value *value)
{
	text_add(text, text->length > 0 ? ", " : "");
	text_add(text, param->name);
	text_add(text, "=");
	param_add_text(text, param, value);
}

int match_from_values(const struct value *values, struct match *ret_match,
		      struct sim_error *error)
{
	struct match match = {0};
	uint32_t types[N_MATCH_PARTS];
	struct text said = {0};
	int rc = SIM_OK;
	for (int i = 0; i < N_MATCH_PARTS && rc == SIM_OK; i++) {
		types[i] = match_parts[i].types;
		if (says_nothing((enum match_part_index)i, &values[i]))
			continue;
		match.given |= UINT32_C(1) << i;
		rc = match_parts[i].read(&values[i], &match, &types[i], error);
		add_said(&said, &match_parts[i].param, &values[i]);
	}
	for (int i = 0; i < N_MATCH_PARTS && rc == SIM_OK; i++)
		if (match_has(&match, (enum match_part_index)i) && types[i] != 0)
			rc = check_type(&match, (enum match_part_index)i, types[i],
					error);
	if (rc == SIM_OK)
		rc = check_pairs(&match, error);
	if (rc == SIM_OK && (said.failed || said.length >= sizeof(match.said)))
		rc = sim_fail(error, SIM_EINVAL,
			      "match: its parts are %d bytes long together at most",
			      MATCH_SAID_MAX - 1);
	snprintf(match.said, sizeof(match.said), "%s", text_cstr(&said));
	text_fini(&said);
	if (rc == SIM_OK)
		*ret_match = match;
	return rc;
}

/* --- fitting ------------------------------------------------------------------------ */

void match_begin(struct match *match, uint64_t seed, const char *purpose)
{
	match->seed = seed;
	match->seen = 0;
	match->places = NULL;
	match->n_places = 0;
	snprintf(match->purpose, sizeof(match->purpose), "%s", purpose);
}

void match_fini(struct match *match)
{
	free(match->places);
	match->places = NULL;
	match->n_places = 0;
}

bool match_fits_packet(const struct match *match, const struct net_sight *sight)
{
	uint32_t type = MATCH_TYPE_BIT(sight->packet->type);
	for (int i = 0; i < N_MATCH_PARTS; i++) {
		const struct match_part *part = &match_parts[i];
		if (match_has(match, (enum match_part_index)i) && part->fits &&
		    (!(part->types & type) || !part->fits(match, sight)))
			return false;
	}
	return true;
}

/* Counters and luck of all links (index 0), or of one. NULL: no memory. */
void match_rest(struct match *match)
{
	free(match->places);
	match->places = NULL;
	match->n_places = 0;
}

void match_forget(struct match *match, uint32_t link)
{
	if (link + 1 < match->n_places)
		match->places[link + 1] = (struct match_place){0};
}

static struct match_place *place_at(struct match *match, size_t index)
{
	if (index >= match->n_places) {
		size_t n = 2 * index + 1;
		struct match_place *places = realloc(match->places, n * sizeof(*places));
		if (!places)
			return NULL;
		memset(places + match->n_places, 0,
		       (n - match->n_places) * sizeof(*places));
		match->places = places;
		match->n_places = n;
	}
	return &match->places[index];
}

static bool is_lucky(struct match *match, const struct net_sight *sight)
{
	struct match_place *place = place_at(match, sight->link_index + (size_t)1);
	if (!place)
		return false;
	if (!place->has_chance)
		place->chance = chance_stream(match->seed, sight->who, match->purpose);
	place->has_chance = true;
	return chance_bool(&place->chance, match->probability);
}

static bool counters_fit(const struct match *match, uint64_t seen)
{
	if (match->nth > 0 && seen != (uint64_t)match->nth)
		return false;
	if (match->first > 0 && seen > (uint64_t)match->first)
		return false;
	return match->every <= 1 || seen % (uint64_t)match->every == 0;
}

static bool is_time(const struct match *match, sim_ns now)
{
	return (!match_has(match, MATCH_FROM) || now >= match->from) &&
	       (!match_has(match, MATCH_TILL) || now < match->till);
}

bool match_fits(struct match *match, const struct net_sight *sight)
{
	size_t index = match->per_link ? sight->link_index + (size_t)1 : 0;
	if (!match_fits_packet(match, sight) || !is_time(match, sight->now))
		return false;
	if (match->when.holds && !match->when.holds(match->when.arg, sight))
		return false;
	match->seen++;
	struct match_place *place = place_at(match, index);
	if (!place || !counters_fit(match, ++place->seen))
		return false;
	if (match->times > 0 && place->hits >= (uint64_t)match->times)
		return false;
	if (match_has(match, MATCH_PROBABILITY) && !is_lucky(match, sight))
		return false;
	place_at(match, index)->hits++; /* luck may have moved the places */
	return true;
}

/* --- in vain ------------------------------------------------------------------------ */

void match_say_why(const struct match *match, char *why, size_t size)
{
	const char *type =
		match->type ? mqtt_type_name((enum mqtt_type)match->type) : "MQTT";
	const char *way = match->dir == NET_UP     ? " up from the client"
			  : match->dir == NET_DOWN ? " down to the client"
						   : "";
	uint32_t asked =
		match->given & ~(UINT32_C(1) << MATCH_DIR | UINT32_C(1) << MATCH_TYPE);
	if (match->seen > 0) {
		enum match_part_index counter = match->nth > 0     ? MATCH_NTH
						: match->every > 1 ? MATCH_EVERY
								   : MATCH_PROBABILITY;
		double wanted = match->nth > 0     ? (double)match->nth
				: match->every > 1 ? (double)match->every
						   : match->probability;
		char number[TEXT_REAL_MAX];
		snprintf(why, size, "only %llu %s packet%s%s fitted, and %s is %s",
			 (unsigned long long)match->seen, type,
			 match->seen == 1 ? "" : "s", way,
			 match_parts[counter].param.name, text_real(wanted, 6, number));
	} else if (asked == UINT32_C(1) << MATCH_TOPIC) {
		snprintf(why, size, "no %s packet on the topic \"%.80s\" passed%s",
			 match->type ? type : "PUBLISH", match->topic, way);
	} else if (asked != 0) {
		snprintf(why, size, "no packet passed with %.120s", match->said);
	} else {
		snprintf(why, size, "no %s packet passed%s", type, way);
	}
}
