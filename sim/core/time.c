/* time.c - instants and durations to and from text; civil time in UTC. */
#include "sim/core/time.h"

#include "sim/core/status.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

int64_t clock_utc_ns(const struct clock *clock, sim_ns at)
{
	return clock->start_utc_s * SIM_S + at;
}

/* --- civil time ------------------------------------------------------------------- */

/* Floored: also right before 1970. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

/* Years begin in March here, so that a leap day is the last day of its year: 400 such
 * years have 146,097 days, and 0000-03-01 lies 719,468 days before 1970-01-01. */
int64_t civil_to_utc_s(const struct civil *civil)
{
	assert(civil->month >= 1 && civil->month <= 12);
	int64_t year = civil->year - (civil->month <= 2 ? 1 : 0);
	int64_t era = floor_div(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t month = (civil->month + 9) % 12; /* March = 0 */
	int64_t day_of_year = (153 * month + 2) / 5 + civil->day - 1;
	int64_t day_of_era =
		year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	int64_t days = era * 146097 + day_of_era - 719468;
	return days * 86400 + (int64_t)civil->hour * 3600 + (int64_t)civil->minute * 60 +
	       civil->second;
}

void civil_from_utc_s(int64_t utc_s, struct civil *ret_civil)
{
	int64_t days = floor_div(utc_s, 86400);
	int64_t second = utc_s - days * 86400;
	int64_t shifted = days + 719468;
	int64_t era = floor_div(shifted, 146097);
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
			       day_of_era / 146096) /
			      365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* March = 0 */
	int64_t year = year_of_era + era * 400 + (month >= 10 ? 1 : 0);

	*ret_civil = (struct civil){
		.year = (int)year,
		.month = (int)(month < 10 ? month + 3 : month - 9),
		.day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
		.hour = (int)(second / 3600),
		.minute = (int)(second / 60 % 60),
		.second = (int)(second % 60),
		.weekday = (int)(((days + 4) % 7 + 7) % 7), /* 1970-01-01: a Thursday */
	};
}

/* --- durations -------------------------------------------------------------------- */

static const sim_ns DURATION_LIMIT = 36525 * SIM_DAY; /* 100 years */

/* Largest first: parts of a duration come in this order, each unit at most once. */
static const struct unit {
	const char *name;
	sim_ns ns;
} UNITS[] = {
	{"d", SIM_DAY}, {"h", SIM_H},   {"m", SIM_MIN}, {"s", SIM_S},
	{"ms", SIM_MS}, {"us", SIM_US}, {"ns", 1},
};
enum {
	N_UNITS = sizeof(UNITS) / sizeof(UNITS[0])
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The unit whose name stands at *text as a whole word; N_UNITS: none. */
static size_t read_unit(const char **text)
{
	size_t length = 0;
	while ((*text)[length] >= 'a' && (*text)[length] <= 'z')
		length++;
	for (size_t i = 0; i < N_UNITS; i++) {
		if (strlen(UNITS[i].name) == length &&
		    memcmp(UNITS[i].name, *text, length) == 0) {
			*text += length;
			return i;
		}
	}
	return N_UNITS;
}

/* Adds one part, "1.5s", to *sum; *smallest is the unit before it. */
static bool read_part(const char **text, size_t *smallest, bool first, sim_ns *sum)
{
	const char *p = *text;
	int64_t whole = 0;
	if (!is_digit(*p))
		return false;
	for (; is_digit(*p); p++) {
		if (whole > DURATION_LIMIT / 10)
			return false;
		whole = whole * 10 + (*p - '0');
	}
	const char *fraction = p;
	if (*p == '.') {
		p++;
		if (!is_digit(*p))
			return false;
		while (is_digit(*p))
			p++;
	}
	size_t unit = read_unit(&p);
	if (unit == N_UNITS || (!first && unit <= *smallest))
		return false;
	*smallest = unit;

	sim_ns scale = UNITS[unit].ns;
	if (whole > DURATION_LIMIT / scale)
		return false;
	*sum += whole * scale;
	for (const char *f = fraction + 1; *fraction == '.' && is_digit(*f); f++) {
		if (*f != '0' && scale % 10 != 0)
			return false; /* finer than a nanosecond */
		scale /= 10;
		*sum += (*f - '0') * scale;
	}
	*text = p;
	return *sum <= DURATION_LIMIT;
}

int duration_parse(const char *text, sim_ns *ret_ns)
{
	sim_ns sum = 0;
	size_t smallest = 0;
	bool first = true;
	do {
		if (!read_part(&text, &smallest, first, &sum))
			return SIM_EINVAL;
		first = false;
	} while (*text != '\0');
	*ret_ns = sum;
	return SIM_OK;
}

/* "1.5" + unit: value in that unit with as many digits as it needs. */
static int write_part(char *to, size_t size, sim_ns ns, const struct unit *unit)
{
	int64_t rest = ns % unit->ns;
	if (rest == 0)
		return snprintf(to, size, "%lld%s", (long long)(ns / unit->ns),
				unit->name);

	int digits = 0;
	for (sim_ns n = unit->ns; n > 1; n /= 10)
		digits++;
	while (rest % 10 == 0) {
		rest /= 10;
		digits--;
	}
	return snprintf(to, size, "%lld.%0*lld%s", (long long)(ns / unit->ns), digits,
			(long long)rest, unit->name);
}

const char *duration_text(sim_ns ns, char buffer[DURATION_TEXT_MAX])
{
	if (ns == SIM_NEVER)
		return strcpy(buffer, "never");
	if (ns == 0)
		return strcpy(buffer, "0s");

	int at = 0;
	if (ns < 0) {
		buffer[at++] = '-';
		ns = ns == INT64_MIN ? INT64_MAX : -ns;
	}
	/* Days, hours and minutes whole; then what is left in its largest unit. */
	for (size_t i = 0; i < N_UNITS && ns > 0; i++) {
		if (ns < UNITS[i].ns)
			continue;
		bool whole = UNITS[i].ns >= SIM_MIN;
		sim_ns part = whole ? ns - ns % UNITS[i].ns : ns;
		at += write_part(buffer + at, (size_t)(DURATION_TEXT_MAX - at), part,
				 &UNITS[i]);
		ns -= part;
	}
	return buffer;
}

/* Rounds to the nearest multiple; halves go up. */
static sim_ns round_to(sim_ns ns, sim_ns multiple)
{
	sim_ns half = multiple / 2;
	return ns > INT64_MAX - half ? ns - ns % multiple
				     : (ns + half) / multiple * multiple;
}

const char *duration_words(sim_ns ns, char buffer[DURATION_TEXT_MAX])
{
	/* Below `below`, after rounding to `to`, a duration is told in these units. */
	static const struct {
		sim_ns below, to, unit;
		const char *name;
		sim_ns minor;
		const char *minor_name;
	} FORMS[] = {
		{SIM_US, 1, 1, "ns", 0, NULL},
		{SIM_MS, SIM_US, SIM_US, "us", 0, NULL},
		{100 * SIM_MS, SIM_MS, SIM_MS, "ms", 0, NULL},
		{10 * SIM_S, 100 * SIM_MS, SIM_S, "s", 0, NULL},
		{SIM_MIN, SIM_S, SIM_S, "s", 0, NULL},
		{SIM_H, SIM_S, SIM_MIN, "min", SIM_S, "s"},
		{SIM_DAY, SIM_MIN, SIM_H, "h", SIM_MIN, "min"},
		{SIM_NEVER, SIM_H, SIM_DAY, "d", SIM_H, "h"},
	};
	const char *sign = "";

	if (ns == SIM_NEVER)
		return strcpy(buffer, "never");
	if (ns == 0)
		return strcpy(buffer, "0 s");
	if (ns < 0) {
		sign = "-";
		ns = ns == INT64_MIN ? INT64_MAX : -ns;
	}
	size_t i = 0;
	while (round_to(ns, FORMS[i].to) >= FORMS[i].below)
		i++;
	ns = round_to(ns, FORMS[i].to);
	long long major = ns / FORMS[i].unit;
	sim_ns rest = ns % FORMS[i].unit;
	if (rest == 0)
		snprintf(buffer, DURATION_TEXT_MAX, "%s%lld %s", sign, major,
			 FORMS[i].name);
	else if (FORMS[i].minor == 0)
		snprintf(buffer, DURATION_TEXT_MAX, "%s%lld.%lld %s", sign, major,
			 (long long)(rest / FORMS[i].to), FORMS[i].name);
	else
		snprintf(buffer, DURATION_TEXT_MAX, "%s%lld %s %lld %s", sign, major,
			 FORMS[i].name, (long long)(rest / FORMS[i].minor),
			 FORMS[i].minor_name);
	return buffer;
}

/* --- instants --------------------------------------------------------------------- */

/* Exactly n digits, and a value in lo..hi. */
static bool read_number(const char **text, int n, int lo, int hi, int *ret_value)
{
	int value = 0;
	for (int i = 0; i < n; i++) {
		if (!is_digit((*text)[i]))
			return false;
		value = value * 10 + ((*text)[i] - '0');
	}
	*text += n;
	*ret_value = value;
	return value >= lo && value <= hi;
}

static bool read_char(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static int days_in_month(int year, int month)
{
	static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return DAYS[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* "02:30", "02:30:15", "02:30:15.25" */
static bool read_clock_time(const char **text, struct civil *civil)
{
	if (!read_number(text, 2, 0, 23, &civil->hour) || !read_char(text, ':') ||
	    !read_number(text, 2, 0, 59, &civil->minute))
		return false;
	civil->second = 0;
	civil->nanosecond = 0;
	if (!read_char(text, ':'))
		return true;
	if (!read_number(text, 2, 0, 59, &civil->second))
		return false;
	if (!read_char(text, '.'))
		return true;
	if (!is_digit(**text))
		return false;
	for (int32_t scale = 100000000; is_digit(**text); scale /= 10, (*text)++) {
		if (scale == 0)
			return false; /* finer than a nanosecond */
		civil->nanosecond += (**text - '0') * scale;
	}
	return true;
}

/* "Z", "+02:00", "-07:00": seconds east of UTC. */
static bool read_offset(const char **text, int *ret_east_s)
{
	*ret_east_s = 0;
	if (read_char(text, 'Z'))
		return true;
	int sign = **text == '+' ? 1 : **text == '-' ? -1 : 0;
	int hours, minutes;
	if (sign == 0)
		return false;
	(*text)++;
	if (!read_number(text, 2, 0, 23, &hours) || !read_char(text, ':') ||
	    !read_number(text, 2, 0, 59, &minutes))
		return false;
	*ret_east_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

int instant_parse_iso(const char *text, int64_t *ret_utc_ns)
{
	struct civil civil = {0};
	int east_s;
	if (!read_number(&text, 4, 1900, 2200, &civil.year) || !read_char(&text, '-') ||
	    !read_number(&text, 2, 1, 12, &civil.month) || !read_char(&text, '-') ||
	    !read_number(&text, 2, 1, days_in_month(civil.year, civil.month),
			 &civil.day) ||
	    !read_char(&text, 'T') || !read_clock_time(&text, &civil) ||
	    !read_offset(&text, &east_s) || *text != '\0')
		return SIM_EINVAL;
	*ret_utc_ns = (civil_to_utc_s(&civil) - east_s) * SIM_S + civil.nanosecond;
	return SIM_OK;
}

int time_of_day_parse(const char *text, int32_t *ret_s, bool *ret_is_utc)
{
	struct civil civil = {0};
	if (!read_clock_time(&text, &civil) || civil.nanosecond != 0)
		return SIM_EINVAL;
	bool is_utc = read_char(&text, 'Z');
	if (*text != '\0')
		return SIM_EINVAL;
	*ret_s = civil.hour * 3600 + civil.minute * 60 + civil.second;
	*ret_is_utc = is_utc;
	return SIM_OK;
}

const char *instant_text(int64_t utc_ns, char buffer[INSTANT_TEXT_MAX])
{
	int64_t utc_s = floor_div(utc_ns, SIM_S);
	int ms = (int)((utc_ns - utc_s * SIM_S) / SIM_MS);
	struct civil c;
	civil_from_utc_s(utc_s, &c);
	int n = snprintf(buffer, INSTANT_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d",
			 c.year, c.month, c.day, c.hour, c.minute, c.second);
	size_t left = (size_t)(INSTANT_TEXT_MAX - n);
	if (ms > 0)
		snprintf(buffer + n, left, ".%03dZ", ms);
	else
		snprintf(buffer + n, left, "Z");
	return buffer;
}
