/* day.c - when an owner sleeps and when he is out, by his own local clocks. */
#include "sim/people/person.h"

#define NS_PER_S INT64_C(1000000000)

sim_ns day_instant(const struct owner *owner, int64_t day, int32_t second)
{
	struct civil civil;
	civil_from_utc_s(day * 86400 + second,
			 &civil); /* as if UTC: only to name the date */
	int64_t utc_s = zone_to_utc_s(owner->zone, &civil);
	return (utc_s - owner->people->clock->start_utc_s) * NS_PER_S;
}

int64_t day_of(const struct owner *owner, sim_ns at)
{
	int64_t utc_s = clock_utc_ns(owner->people->clock, at) / NS_PER_S;
	return (utc_s + zone_offset_s(owner->zone, utc_s)) / 86400;
}

static sim_ns spread(struct chance *luck, sim_ns by)
{
	return by > 0 ? chance_between(luck, -by, by) : 0;
}

static bool is_weekend(int64_t day)
{
	int64_t weekday = ((day + 4) % 7 + 7) % 7; /* day 0 was a Thursday; 0 = Sunday */
	return weekday == 0 || weekday == 6;
}

/* The next interval that ends after now; false when there is never one. Luck is drawn for
 * each day in order, needed or not, so that a day's luck does not depend on the others. */
static bool next_interval(struct owner *owner, const struct hours *hours,
			  bool weekdays_only, struct chance *luck, int64_t *day,
			  sim_ns now, sim_ns *ret_from, sim_ns *ret_to)
{
	if (hours->from_s == hours->to_s)
		return false;
	for (;;) {
		int64_t d = (*day)++;
		bool past_midnight = hours->to_s < hours->from_s;
		sim_ns from = day_instant(owner, d, hours->from_s) +
			      spread(luck, owner->habits.day_spread);
		sim_ns to = day_instant(owner, d + (past_midnight ? 1 : 0), hours->to_s) +
			    spread(luck, owner->habits.day_spread);
		if ((weekdays_only && is_weekend(d)) || to <= from || to <= now)
			continue;
		*ret_from = from > now ? from : now;
		*ret_to = to;
		return true;
	}
}

static trace_id say(struct owner *owner, enum trace_kind kind)
{
	return trace_say(owner->people->trace, 0, kind, owner->name,
			 F_TEXT("printer", owner->printer_name));
}

/* --- sleep ------------------------------------------------------------------------- */

static void goes_to_bed(void *arg, sim_ns now);

static void plan_sleep(struct owner *owner, sim_ns now)
{
	if (next_interval(owner, &owner->habits.asleep, false, &owner->bed_luck,
			  &owner->sleep_day, now, &owner->sleep_from, &owner->sleep_to))
		person_timer(owner, &owner->sleep_timer, owner->sleep_from, goes_to_bed,
			     owner);
}

static void gets_up(void *arg, sim_ns now)
{
	struct owner *owner = arg;
	owner->asleep = false;
	trace_id event = say(owner, KIND_PEOPLE_WAKE);
	plan_sleep(owner, now);
	app_look(owner, now);
	machine_look(owner, now, event);
	wishes_in_the_morning(owner, now, event);
}

static void sleeps(struct owner *owner)
{
	owner->asleep = true;
	person_timer(owner, &owner->sleep_timer, owner->sleep_to, gets_up, owner);
}

static void goes_to_bed(void *arg, sim_ns now)
{
	struct owner *owner = arg;
	machine_look(owner, now, 0); /* a last look, if he is at home */
	trace_id event = say(owner, KIND_PEOPLE_SLEEP);
	sleeps(owner);
	wishes_at_bedtime(owner, now, event);
}

/* --- out of the house ---------------------------------------------------------------- */

static void leaves(void *arg, sim_ns now);

static void plan_away(struct owner *owner, sim_ns now)
{
	if (next_interval(owner, &owner->habits.away,
			  owner->habits.away_on == AWAY_WEEKDAYS, &owner->away_luck,
			  &owner->away_day, now, &owner->away_from, &owner->away_to))
		person_timer(owner, &owner->away_timer, owner->away_from, leaves, owner);
}

static void comes_back(void *arg, sim_ns now)
{
	struct owner *owner = arg;
	owner->away = false;
	trace_id event = say(owner, KIND_PEOPLE_RETURN);
	plan_away(owner, now);
	machine_look(owner, now, event);
}

static void is_out(struct owner *owner)
{
	owner->away = true;
	person_timer(owner, &owner->away_timer, owner->away_to, comes_back, owner);
}

static void leaves(void *arg, sim_ns now)
{
	struct owner *owner = arg;
	(void)now;
	say(owner, KIND_PEOPLE_LEAVE);
	is_out(owner);
}

void day_start(struct owner *owner, sim_ns now)
{
	/* Two days back: the interval that holds now may have begun the day before. */
	owner->sleep_day = owner->away_day = day_of(owner, now) - 2;

	plan_sleep(owner, now);
	bool asleep = queue_waiting(owner->people->queue, owner->sleep_timer) &&
		      owner->sleep_from <= now;
	say(owner, asleep ? KIND_PEOPLE_SLEEP : KIND_PEOPLE_WAKE);
	if (asleep)
		sleeps(owner);
	plan_away(owner, now);
	bool away = queue_waiting(owner->people->queue, owner->away_timer) &&
		    owner->away_from <= now;
	say(owner, away ? KIND_PEOPLE_LEAVE : KIND_PEOPLE_RETURN);
	if (away)
		is_out(owner);
}
