/* zone.c - local time from TZif bytes (RFC 8536) and their POSIX footer. */
#include "sim/core/zone.h"

#include "sim/core/zone_rule.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	NAME_BYTES = 64,
	MAX_TRANSITIONS =
		4096,       /* the longest in tzdata has some 250; "fat" files 2,000 */
	MAX_TYPES = 255,    /* an index is one byte */
	MAX_LETTERS = 1024, /* of all abbreviations */
	HEADER_BYTES = 44,
};

struct zone_type {
	int32_t offset_s;
	uint8_t letters; /* where its abbreviation begins */
};

struct zone {
	char name[NAME_BYTES];
	int64_t *at; /* transitions, rising */
	uint8_t *type_at;
	size_t n_transitions;
	struct zone_type types[MAX_TYPES];
	size_t n_types; /* at least 1 */
	char letters[MAX_LETTERS + 1];
	bool has_rule; /* for what comes after the last transition */
	struct zone_rule rule;
};

/* --- bytes ------------------------------------------------------------------------ */

struct bytes {
	const unsigned char *at, *end;
};

static bool skip(struct bytes *b, uint64_t n)
{
	if ((uint64_t)(b->end - b->at) < n)
		return false;
	b->at += n;
	return true;
}

static int64_t big_endian(const unsigned char *p, int width)
{
	uint64_t value = p[0] & 0x80 ? UINT64_MAX : 0; /* the sign fills up */
	for (int i = 0; i < width; i++)
		value = value << 8 | p[i];
	return (int64_t)value;
}

struct header {
	char version; /* 0, '2', '3' */
	uint32_t isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt;
};

static bool read_header(struct bytes *b, struct header *h)
{
	const unsigned char *p = b->at;
	if (!skip(b, HEADER_BYTES) || memcmp(p, "TZif", 4) != 0)
		return false;
	h->version = (char)p[4];
	uint32_t *const counts[] = {&h->isutcnt, &h->isstdcnt, &h->leapcnt,
				    &h->timecnt, &h->typecnt,  &h->charcnt};
	for (int i = 0; i < 6; i++)
		*counts[i] = (uint32_t)big_endian(p + 20 + 4 * i, 4);
	return true;
}

static uint64_t body_size(const struct header *h, unsigned width)
{
	return (uint64_t)h->timecnt * (width + 1) + (uint64_t)h->typecnt * 6 +
	       h->charcnt + (uint64_t)h->leapcnt * (width + 4) + h->isstdcnt + h->isutcnt;
}

/* --- parsing ---------------------------------------------------------------------- */

static const char *read_transitions(struct zone *zone, const struct header *h,
				    const unsigned char *p, int width)
{
	zone->n_transitions = h->timecnt;
	zone->at = calloc(h->timecnt + 1, sizeof(*zone->at));
	zone->type_at = calloc(h->timecnt + 1, sizeof(*zone->type_at));
	if (zone->at == NULL || zone->type_at == NULL)
		return "no memory";
	const unsigned char *types = p + (size_t)h->timecnt * (size_t)width;
	for (size_t i = 0; i < h->timecnt; i++) {
		zone->at[i] = big_endian(p + i * (size_t)width, width);
		zone->type_at[i] = types[i];
		if (i > 0 && zone->at[i] <= zone->at[i - 1])
			return "its transitions do not rise";
		if (types[i] >= h->typecnt)
			return "a transition has no type";
	}
	return NULL;
}

static const char *read_types(struct zone *zone, const struct header *h,
			      const unsigned char *p)
{
	const unsigned char *letters = p + (size_t)h->typecnt * 6;

	zone->n_types = h->typecnt;
	for (size_t i = 0; i < h->typecnt; i++, p += 6) {
		int64_t offset_s = big_endian(p, 4);
		if (offset_s < -ZONE_OFFSET_MAX || offset_s > ZONE_OFFSET_MAX)
			return "an offset is beyond 26 hours";
		if (p[5] >= h->charcnt)
			return "an abbreviation is missing";
		zone->types[i] = (struct zone_type){(int32_t)offset_s, p[5]};
	}
	/* The last abbreviation may lack its NUL: zone->letters has one more, from calloc. */
	memcpy(zone->letters, letters, h->charcnt);
	return NULL;
}

static const char *read_footer(struct zone *zone, struct bytes *b)
{
	if (b->at == b->end || *b->at != '\n')
		return "it has no footer";
	const char *begin = (const char *)b->at + 1;
	const char *newline = memchr(begin, '\n', (size_t)((const char *)b->end - begin));
	if (newline == NULL)
		return "its footer does not end";
	if (newline == begin)
		return NULL;
	if (!zone_rule_parse(begin, (size_t)(newline - begin), &zone->rule))
		return "its footer is no POSIX time zone";
	zone->has_rule = true;
	return NULL;
}

/* What is wrong, or NULL. */
static const char *read_zone(struct zone *zone, const void *bytes, size_t length)
{
	struct bytes b = {bytes, (const unsigned char *)bytes + length};
	struct header h;
	int width = 4;

	if (!read_header(&b, &h))
		return "it does not begin as one";
	if (h.version >= '2') {
		width = 8;
		if (!skip(&b, body_size(&h, 4)) || !read_header(&b, &h))
			return "its second part is missing";
	}
	if (h.leapcnt > 0)
		return "it counts leap seconds";
	if (h.timecnt > MAX_TRANSITIONS || h.typecnt > MAX_TYPES ||
	    h.charcnt > MAX_LETTERS)
		return "it is too large";
	if (h.typecnt == 0 || h.charcnt == 0)
		return "it has no types";
	const unsigned char *body = b.at;
	if (!skip(&b, body_size(&h, (unsigned)width)))
		return "it is cut off";

	const char *wrong = read_transitions(zone, &h, body, width);
	if (wrong == NULL)
		wrong = read_types(zone, &h,
				   body + (size_t)h.timecnt * (size_t)(width + 1));
	if (wrong == NULL && width == 8)
		wrong = read_footer(zone, &b);
	return wrong;
}

int zone_parse(const char *name, const void *bytes, size_t length, struct zone **ret_zone,
	       struct sim_error *error)
{
	assert(strlen(name) < NAME_BYTES);
	struct zone *zone = calloc(1, sizeof(*zone));
	if (zone == NULL)
		return sim_fail(error, SIM_ENOMEM, "time zone %s: no memory", name);
	strcpy(zone->name, name);
	const char *wrong = read_zone(zone, bytes, length);
	if (wrong != NULL) {
		zone_free(zone);
		return sim_fail(error, SIM_EINVAL, "time zone %s: not a TZif file: %s",
				name, wrong);
	}
	*ret_zone = zone;
	return SIM_OK;
}

void zone_free(struct zone *zone)
{
	if (zone == NULL)
		return;
	free(zone->at);
	free(zone->type_at);
	free(zone);
}

/* --- asking ----------------------------------------------------------------------- */

const char *zone_name(const struct zone *zone)
{
	return zone->name;
}

/* Which type is in force; NULL: the rule decides. */
static const struct zone_type *type_at(const struct zone *zone, int64_t utc_s)
{
	size_t lo = 0, hi = zone->n_transitions;
	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		if (zone->at[middle] <= utc_s)
			lo = middle + 1;
		else
			hi = middle;
	}
	if (lo == zone->n_transitions && zone->has_rule)
		return NULL;
	return &zone->types[lo > 0 ? zone->type_at[lo - 1] : 0];
}

int32_t zone_offset_s(const struct zone *zone, int64_t utc_s)
{
	const struct zone_type *type = type_at(zone, utc_s);
	return type != NULL ? type->offset_s : zone_rule_offset_s(&zone->rule, utc_s);
}

const char *zone_abbreviation(const struct zone *zone, int64_t utc_s)
{
	const struct zone_type *type = type_at(zone, utc_s);
	return type != NULL ? zone->letters + type->letters
			    : zone_rule_letters(&zone->rule, utc_s);
}

void zone_local(const struct zone *zone, int64_t utc_s, struct civil *ret_local)
{
	civil_from_utc_s(utc_s + zone_offset_s(zone, utc_s), ret_local);
}

/* The offsets that ever hold: the types', then the two of the rule. */
static bool nth_offset(const struct zone *zone, size_t i, int32_t *ret_offset_s)
{
	if (i < zone->n_types)
		*ret_offset_s = zone->types[i].offset_s;
	else if (i < zone->n_types + 2 && zone->has_rule)
		*ret_offset_s = i == zone->n_types ? zone->rule.standard_s
						   : zone->rule.daylight_s;
	else
		return false;
	return true;
}

int64_t zone_to_utc_s(const struct zone *zone, const struct civil *local)
{
	int64_t shown = civil_to_utc_s(local);
	int64_t found = 0;
	bool any = false;
	int32_t offset_s;

	/* An instant shows these figures if its own offset says so; the earliest counts. */
	for (size_t i = 0; nth_offset(zone, i, &offset_s); i++) {
		int64_t utc_s = shown - offset_s;
		if (zone_offset_s(zone, utc_s) == offset_s && (!any || utc_s < found)) {
			found = utc_s;
			any = true;
		}
	}
	if (any)
		return found;

	/* None does: the clocks jump over them. The local time is earlier at `before`,
	 * later at `after`; the jump is where that changes. */
	int64_t before = shown - ZONE_OFFSET_MAX, after = shown + ZONE_OFFSET_MAX;
	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;
		if (middle + zone_offset_s(zone, middle) > shown)
			after = middle;
		else
			before = middle;
	}
	return after;
}
