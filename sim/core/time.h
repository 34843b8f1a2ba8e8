/*
 * time.h - instants and durations, and how people write them.
 *
 * One clock: nanoseconds since the start of the scenario, in a signed 64-bit integer
 * (292 years). Nothing here asks the host what time it is. Civil time is UTC; local
 * time is the business of zone.h.
 */
#ifndef JOBJAM_CORE_TIME_H
#define JOBJAM_CORE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t sim_ns; /* an instant since the scenario's start, or a duration */

#define SIM_US ((sim_ns)1000)
#define SIM_MS ((sim_ns)1000000)
#define SIM_S ((sim_ns)1000000000)
#define SIM_MIN (60 * SIM_S)
#define SIM_H (3600 * SIM_S)
#define SIM_DAY (24 * SIM_H)
#define SIM_NEVER INT64_MAX /* later than everything */

/* The clock of one run. World advances it; everyone else only reads. */
struct clock {
	sim_ns now;
	int64_t start_utc_s; /* UTC seconds (Unix) of the scenario's start */
};

/* UTC in nanoseconds (Unix) at an instant of the run. */
int64_t clock_utc_ns(const struct clock *clock, sim_ns at);

/* A date and a time of day, without a zone. month 1..12, day 1..31, weekday 0 = Sunday. */
struct civil {
	int year, month, day, hour, minute, second, weekday;
	int32_t nanosecond;
};

/* Proleptic Gregorian, without leap seconds (days-from-civil; public arithmetic). */
int64_t civil_to_utc_s(const struct civil *civil);
void civil_from_utc_s(int64_t utc_s, struct civil *ret_civil);

/* "250ms" "5m" "1h30m" "1.5s" "2d". A unit is needed; units: ns us ms s m min h d.
 * SIM_EINVAL when it is not one (also negative or beyond 100 years). */
int duration_parse(const char *text, sim_ns *ret_ns);

/* The shortest exact form that duration_parse reads back: "1h30m", "250ms", "0s". */
#define DURATION_TEXT_MAX 48
const char *duration_text(sim_ns ns, char buffer[DURATION_TEXT_MAX]);
/* For people: two largest units, rounded: "4 h 12 min", "27 s", "0.4 s". */
const char *duration_words(sim_ns ns, char buffer[DURATION_TEXT_MAX]);

/* "2023-08-15T02:30Z", with or without seconds, or fraction. *ret_ns: Unix UTC in ns. */
int instant_parse_iso(const char *text, int64_t *ret_utc_ns);
/* "10:03Z" or "22:30" -> seconds since midnight; *ret_is_utc says whether Z stood there. */
int time_of_day_parse(const char *text, int32_t *ret_s, bool *ret_is_utc);
/* "2023-08-15T02:30:00Z", with ".250" only where there is a fraction (milliseconds). */
#define INSTANT_TEXT_MAX 40
const char *instant_text(int64_t utc_ns, char buffer[INSTANT_TEXT_MAX]);

#endif
