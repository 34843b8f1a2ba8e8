/* zone_rule.c - POSIX time zone rules: parse, and which of the two times is in force. */
#include "sim/core/zone_rule.h"

#include "sim/core/time.h"

#include <string.h>

struct rule_text {
	const char *at, *end;
};

static bool more(const struct rule_text *t)
{
	return t->at < t->end;
}

static bool take(struct rule_text *t, char c)
{
	if (!more(t) || *t->at != c)
		return false;
	t->at++;
	return true;
}

static bool read_int(struct rule_text *t, int lo, int hi, int *ret_value)
{
	const char *begin = t->at;
	int value = 0;
	for (; more(t) && *t->at >= '0' && *t->at <= '9'; t->at++) {
		value = value * 10 + (*t->at - '0');
		if (value > hi)
			return false;
	}
	*ret_value = value;
	return t->at > begin && value >= lo;
}

static bool name_char(char c, bool quoted)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return true;
	return quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-');
}

/* "CET" or "<+0330>" */
static bool read_letters(struct rule_text *t, char letters[16])
{
	bool quoted = take(t, '<');
	size_t n = 0;
	while (more(t) && name_char(*t->at, quoted)) {
		if (n == 15)
			return false;
		letters[n++] = *t->at++;
	}
	letters[n] = '\0';
	return n >= 3 && (!quoted || take(t, '>'));
}

/* "[+-]hh[:mm[:ss]]" */
static bool read_hms(struct rule_text *t, int max_hours, int32_t *ret_s)
{
	int sign = take(t, '-') ? -1 : 1;
	int h, m = 0, s = 0;
	if (sign == 1)
		take(t, '+');
	if (!read_int(t, 0, max_hours, &h))
		return false;
	if (take(t, ':') &&
	    (!read_int(t, 0, 59, &m) || (take(t, ':') && !read_int(t, 0, 59, &s))))
		return false;
	*ret_s = sign * (h * 3600 + m * 60 + s);
	return true;
}

static bool read_change(struct rule_text *t, struct zone_change *change)
{
	change->time_s = 2 * 3600;
	if (take(t, 'M')) {
		change->kind = ZONE_WEEKDAY;
		if (!read_int(t, 1, 12, &change->month) || !take(t, '.') ||
		    !read_int(t, 1, 5, &change->week) || !take(t, '.') ||
		    !read_int(t, 0, 6, &change->day))
			return false;
	} else if (take(t, 'J')) {
		change->kind = ZONE_JULIAN;
		if (!read_int(t, 1, 365, &change->day))
			return false;
	} else {
		change->kind = ZONE_DAY;
		if (!read_int(t, 0, 365, &change->day))
			return false;
	}
	return !take(t, '/') || read_hms(t, 167, &change->time_s);
}

bool zone_rule_parse(const char *text, size_t length, struct zone_rule *ret_rule)
{
	struct rule_text t = {text, text + length};
	struct zone_rule rule = {0};
	int32_t west_s;

	if (!read_letters(&t, rule.standard_letters) || !read_hms(&t, 24, &west_s))
		return false;
	rule.standard_s = -west_s;
	rule.daylight_s = rule.standard_s;
	if (more(&t)) {
		rule.has_daylight = true;
		rule.daylight_s = rule.standard_s + 3600;
		if (!read_letters(&t, rule.daylight_letters))
			return false;
		if (more(&t) && *t.at != ',') {
			if (!read_hms(&t, 24, &west_s))
				return false;
			rule.daylight_s = -west_s;
		}
		if (!take(&t, ',') || !read_change(&t, &rule.begin) || !take(&t, ',') ||
		    !read_change(&t, &rule.end))
			return false;
	}
	if (more(&t))
		return false;
	*ret_rule = rule;
	return true;
}

static bool leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Seconds, as if local time were UTC, of the change in that year. */
static int64_t change_in_year(const struct zone_change *change, int year)
{
	struct civil civil = {.year = year, .month = 1, .day = 1};

	switch (change->kind) {
	case ZONE_JULIAN: /* 1..365; 60 is always 1 March */
		civil.day = change->day + (leap_year(year) && change->day >= 60 ? 1 : 0);
		break;
	case ZONE_DAY: /* 0..365 */
		civil.day = change->day + 1;
		break;
	case ZONE_WEEKDAY: {
		static const int DAYS[] = {31, 28, 31, 30, 31, 30,
					   31, 31, 30, 31, 30, 31};
		int days = DAYS[change->month - 1] +
			   (change->month == 2 && leap_year(year) ? 1 : 0);
		struct civil first;
		civil.month = change->month;
		civil_from_utc_s(civil_to_utc_s(&civil), &first);
		civil.day = 1 + (change->day - first.weekday + 7) % 7 +
			    (change->week - 1) * 7;
		if (civil.day > days) /* week 5 is the last one */
			civil.day -= 7;
		break;
	}
	}
	return civil_to_utc_s(&civil) + change->time_s;
}

static bool in_daylight(const struct zone_rule *rule, int64_t utc_s)
{
	struct civil local;
	if (!rule->has_daylight)
		return false;
	civil_from_utc_s(utc_s + rule->standard_s, &local);
	int64_t begin = change_in_year(&rule->begin, local.year) - rule->standard_s;
	int64_t end = change_in_year(&rule->end, local.year) - rule->daylight_s;
	if (begin < end)
		return utc_s >= begin && utc_s < end;
	return utc_s >= begin || utc_s < end; /* the southern summer */
}

int32_t zone_rule_offset_s(const struct zone_rule *rule, int64_t utc_s)
{
	return in_daylight(rule, utc_s) ? rule->daylight_s : rule->standard_s;
}

const char *zone_rule_letters(const struct zone_rule *rule, int64_t utc_s)
{
	return in_daylight(rule, utc_s) ? rule->daylight_letters : rule->standard_letters;
}
