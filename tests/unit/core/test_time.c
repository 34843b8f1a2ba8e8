/* test_time.c - durations, instants and civil dates: round trips and refusals. */
#include "tests/testing.h"

#include "sim/core/chance.h"
#include "sim/core/status.h"
#include "sim/core/time.h"

static void durations_are_read_with_their_units(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		sim_ns ns;
	} GOOD[] = {
		{"250ms", 250 * SIM_MS},
		{"5m", 5 * SIM_MIN},
		{"1h30m", 90 * SIM_MIN},
		{"1.5s", 1500 * SIM_MS},
		{"2d", 2 * SIM_DAY},
		{"0s", 0},
		{"1d2h3m4s5ms6us7ns", SIM_DAY + 2 * SIM_H + 3 * SIM_MIN + 4005006007},
		{"0.000000001s", 1},
		{"0.50m", 30 * SIM_S},
		{"1.000000000000s", SIM_S},
		{"36525d", 36525 * SIM_DAY},
	};
	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		sim_ns ns = -1;
		assert_int_equal(duration_parse(GOOD[i].text, &ns), SIM_OK);
		assert_int_equal(ns, GOOD[i].ns);
	}
}

static void what_is_no_duration_is_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = {
		"",
		"5",
		"-5m",
		"5 m",
		"5M",
		"5m ",
		" 5m",
		"1.s",
		".5s",
		"1.2.3s",
		"30m1h",
		"1m1m",
		"5min",
		"0.1ns",
		"1e3s",
		"36526d",
		"9999999999h",
		"99999999999999999999s",
		"1h30",
		"m",
		"5s5",
		"+5s",
		"0.0000000001s",
		"1.5ss",
		"36525d1ns",
	};
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		sim_ns ns = 42;
		if (duration_parse(BAD[i], &ns) == SIM_OK)
			fail_msg("\"%s\" was read as a duration", BAD[i]);
		assert_int_equal(ns, 42);
	}
}

static void durations_are_written_so_that_they_read_back(void **state)
{
	(void)state;
	char text[DURATION_TEXT_MAX];
	struct chance chance = chance_stream(1, "test", "duration");
	for (int i = 0; i < 20000; i++) {
		/* all magnitudes: from nanoseconds to years, round and not */
		sim_ns ns =
			chance_int(&chance, 0, INT64_C(1) << chance_int(&chance, 0, 60));
		sim_ns unit = i % 3 == 0 ? SIM_MS : i % 3 == 1 ? SIM_MIN : 1;
		ns -= ns % unit;
		sim_ns back = -1;
		assert_int_equal(duration_parse(duration_text(ns, text), &back), SIM_OK);
		assert_int_equal(back, ns);
	}
	assert_string_equal(duration_text(90 * SIM_MIN, text), "1h30m");
	assert_string_equal(duration_text(250 * SIM_MS, text), "250ms");
	assert_string_equal(duration_text(1500 * SIM_MS, text), "1.5s");
	assert_string_equal(duration_text(0, text), "0s");
	assert_string_equal(duration_text(-SIM_S, text), "-1s");
	assert_string_equal(duration_text(SIM_NEVER, text), "never");
	duration_text(INT64_MIN, text);
	duration_text(SIM_NEVER - 1, text);
}

static void durations_in_words_have_two_units_and_carry(void **state)
{
	(void)state;
	static const struct {
		sim_ns ns;
		const char *words;
	} WORDS[] = {
		{4 * SIM_H + 12 * SIM_MIN + 20 * SIM_S, "4 h 12 min"},
		{27 * SIM_S, "27 s"},
		{400 * SIM_MS, "0.4 s"},
		{3 * SIM_S, "3 s"},
		{9960 * SIM_MS, "10 s"},
		{59600 * SIM_MS, "1 min"},
		{SIM_H - SIM_MS, "1 h"},
		{SIM_DAY - SIM_S, "1 d"},
		{29 * SIM_H, "1 d 5 h"},
		{61 * SIM_S, "1 min 1 s"},
		{40 * SIM_MS, "40 ms"},
		{999600, "1 ms"},
		{12 * SIM_US, "12 us"},
		{7, "7 ns"},
		{0, "0 s"},
		{-90 * SIM_S, "-1 min 30 s"},
		{SIM_NEVER, "never"},
	};
	char text[DURATION_TEXT_MAX];
	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
		assert_string_equal(duration_words(WORDS[i].ns, text), WORDS[i].words);
	duration_words(INT64_MIN, text);
	duration_words(SIM_NEVER - 1, text);
}

static void instants_are_read_from_iso_8601(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t ns;
	} GOOD[] = {
		{"1970-01-01T00:00Z", 0},
		{"2023-08-15T02:30Z", INT64_C(1692066600) * SIM_S},
		{"2023-08-15T02:30:15Z", INT64_C(1692066615) * SIM_S},
		{"2023-08-15T02:30:15.25Z", INT64_C(1692066615250) * SIM_MS},
		{"2023-08-15T04:30+02:00", INT64_C(1692066600) * SIM_S},
		{"2023-08-14T19:30-07:00", INT64_C(1692066600) * SIM_S},
		{"2024-02-29T12:00Z", INT64_C(1709208000) * SIM_S},
		{"2000-02-29T00:00Z", INT64_C(951782400) * SIM_S},
		{"1969-12-31T23:59:59Z", -SIM_S},
	};
	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		int64_t ns = 1;
		assert_int_equal(instant_parse_iso(GOOD[i].text, &ns), SIM_OK);
		assert_int_equal(ns, GOOD[i].ns);
	}
}

static void what_is_no_instant_is_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = {
		"",
		"2023-08-15",
		"2023-08-15T02:30",
		"2023-08-15 02:30Z",
		"2023-8-15T02:30Z",
		"2023-13-01T00:00Z",
		"2023-00-01T00:00Z",
		"2023-02-29T00:00Z",
		"2100-02-29T00:00Z",
		"2023-08-32T00:00Z",
		"2023-08-15T24:00Z",
		"2023-08-15T02:60Z",
		"2023-08-15T02:30:60Z",
		"2023-08-15T02:30ZZ",
		"2023-08-15T02:30z",
		"2023-08-15T02:30:15.Z",
		"2023-08-15T02:30:15.1234567891Z",
		"2023-08-15T02:30+2:00",
		"1899-12-31T00:00Z",
		"2201-01-01T00:00Z",
		"20230815T0230Z",
	};
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		int64_t ns = 42;
		if (instant_parse_iso(BAD[i], &ns) == SIM_OK)
			fail_msg("\"%s\" was read as an instant", BAD[i]);
		assert_int_equal(ns, 42);
	}
}

static void instants_are_written_with_milliseconds_only_where_needed(void **state)
{
	(void)state;
	char text[INSTANT_TEXT_MAX];
	assert_string_equal(instant_text(INT64_C(1692066600) * SIM_S, text),
			    "2023-08-15T02:30:00Z");
	assert_string_equal(instant_text(INT64_C(1692066600250) * SIM_MS, text),
			    "2023-08-15T02:30:00.250Z");
	assert_string_equal(instant_text(-SIM_MS, text), "1969-12-31T23:59:59.999Z");
	struct clock clock = {.start_utc_s = 1692066600};
	assert_int_equal(clock_utc_ns(&clock, SIM_S), INT64_C(1692066601) * SIM_S);
}

static void times_of_day_say_whether_they_are_utc(void **state)
{
	(void)state;
	int32_t s = -1;
	bool utc = false;
	assert_int_equal(time_of_day_parse("10:03Z", &s, &utc), SIM_OK);
	assert_int_equal(s, 36180);
	assert_true(utc);
	assert_int_equal(time_of_day_parse("22:30", &s, &utc), SIM_OK);
	assert_int_equal(s, 81000);
	assert_false(utc);
	assert_int_equal(time_of_day_parse("22:30:15", &s, &utc), SIM_OK);
	static const char *const BAD[] = {"",      "24:00",  "9:00",       "22:60",
					  "22-30", "22:30 ", "22:30:15.5", "22:30+02:00"};
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		assert_int_equal(time_of_day_parse(BAD[i], &s, &utc), SIM_EINVAL);
	assert_int_equal(s, 81015);
}

/* Day by day over 800 years against a calendar that just counts. */
static void civil_dates_agree_with_counting(void **state)
{
	(void)state;
	static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct civil start = {.year = 1600, .month = 1, .day = 1};
	int64_t utc_s = civil_to_utc_s(&start);
	assert_int_equal(utc_s, INT64_C(-11676096000));
	int weekday = 6; /* a Saturday */
	for (int year = 1600; year < 2400; year++) {
		bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		for (int month = 1; month <= 12; month++) {
			int days = DAYS[month - 1] + (month == 2 && leap);
			for (int day = 1; day <= days; day++) {
				struct civil c;
				civil_from_utc_s(utc_s + 86399, &c);
				assert_int_equal(c.year, year);
				assert_int_equal(c.month, month);
				assert_int_equal(c.day, day);
				assert_int_equal(c.weekday, weekday);
				assert_int_equal(c.hour * 3600 + c.minute * 60 + c.second,
						 86399);
				assert_int_equal(civil_to_utc_s(&c), utc_s + 86399);
				utc_s += 86400;
				weekday = (weekday + 1) % 7;
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_read_with_their_units),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(durations_are_written_so_that_they_read_back),
		cmocka_unit_test(durations_in_words_have_two_units_and_carry),
		cmocka_unit_test(instants_are_read_from_iso_8601),
		cmocka_unit_test(what_is_no_instant_is_refused),
		cmocka_unit_test(
			instants_are_written_with_milliseconds_only_where_needed),
		cmocka_unit_test(times_of_day_say_whether_they_are_utc),
		cmocka_unit_test(civil_dates_agree_with_counting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
