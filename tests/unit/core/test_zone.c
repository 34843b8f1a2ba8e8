/* test_zone.c - local time: gaps, overlaps, the far future, and files that lie. */
#include "tests/testing.h"

#include "sim/core/chance.h"
#include "sim/core/zone.h"

static struct zone *zone;

static int close_zone(void **state)
{
	(void)state;
	zone_free(zone);
	zone = NULL;
	return 0;
}

static void open_zone(const char *name)
{
	struct sim_error error = {0};
	if (zone_open(name, &zone, &error) != SIM_OK)
		fail_msg("%s", error.text);
}

static int64_t utc(const char *iso)
{
	int64_t ns = 0;
	assert_int_equal(instant_parse_iso(iso, &ns), SIM_OK);
	return ns / SIM_S;
}

/* The instant at which the zone's clocks show this. */
static int64_t shown(int year, int month, int day, int hour, int minute)
{
	struct civil local = {year, month, day, hour, minute, 0, 0, 0};
	return zone_to_utc_s(zone, &local);
}

static void berlin_knows_summer_and_winter(void **state)
{
	(void)state;
	open_zone("Europe/Berlin");
	assert_string_equal(zone_name(zone), "Europe/Berlin");
	assert_int_equal(zone_offset_s(zone, utc("2023-08-15T02:30Z")), 7200);
	assert_string_equal(zone_abbreviation(zone, utc("2023-08-15T02:30Z")), "CEST");
	assert_int_equal(zone_offset_s(zone, utc("2023-12-15T02:30Z")), 3600);
	assert_string_equal(zone_abbreviation(zone, utc("2023-12-15T02:30Z")), "CET");
	struct civil local;
	zone_local(zone, utc("2023-08-14T22:30Z"), &local);
	assert_int_equal(local.day, 15);
	assert_int_equal(local.hour, 0);
	assert_int_equal(local.weekday, 2);
}

static void the_change_is_exact_to_the_second(void **state)
{
	(void)state;
	open_zone("America/Los_Angeles");
	int64_t spring = utc("2023-03-12T10:00Z"), autumn = utc("2023-11-05T09:00Z");
	assert_int_equal(zone_offset_s(zone, spring - 1), -8 * 3600);
	assert_int_equal(zone_offset_s(zone, spring), -7 * 3600);
	assert_int_equal(zone_offset_s(zone, autumn - 1), -7 * 3600);
	assert_int_equal(zone_offset_s(zone, autumn), -8 * 3600);
}

static void a_time_in_the_gap_is_the_first_instant_after_it(void **state)
{
	(void)state;
	open_zone("Europe/Berlin");
	assert_int_equal(shown(2023, 3, 26, 1, 59), utc("2023-03-26T00:59Z"));
	assert_int_equal(shown(2023, 3, 26, 2, 0), utc("2023-03-26T01:00Z"));
	assert_int_equal(shown(2023, 3, 26, 2, 30), utc("2023-03-26T01:00Z"));
	assert_int_equal(shown(2023, 3, 26, 3, 0), utc("2023-03-26T01:00Z"));
	zone_free(zone);
	open_zone("America/Los_Angeles");
	assert_int_equal(shown(2023, 3, 12, 2, 30), utc("2023-03-12T10:00Z"));
}

static void a_time_that_comes_twice_is_the_earlier_one(void **state)
{
	(void)state;
	open_zone("Europe/Berlin");
	assert_int_equal(shown(2023, 10, 29, 2, 30), utc("2023-10-29T00:30Z"));
	assert_int_equal(shown(2023, 10, 29, 3, 0), utc("2023-10-29T02:00Z"));
	zone_free(zone);
	open_zone("America/Los_Angeles");
	assert_int_equal(shown(2023, 11, 5, 1, 30), utc("2023-11-05T08:30Z"));
}

static void the_far_future_follows_the_footer(void **state)
{
	(void)state;
	open_zone("Europe/Berlin");
	assert_int_equal(zone_offset_s(zone, utc("2150-07-01T00:00Z")), 7200);
	assert_int_equal(zone_offset_s(zone, utc("2150-01-01T00:00Z")), 3600);
	assert_string_equal(zone_abbreviation(zone, utc("2150-07-01T00:00Z")), "CEST");
	/* the last Sunday of March 2150 is the 29th */
	assert_int_equal(zone_offset_s(zone, utc("2150-03-29T00:59:59Z")), 3600);
	assert_int_equal(zone_offset_s(zone, utc("2150-03-29T01:00Z")), 7200);
	assert_int_equal(shown(2150, 3, 29, 2, 30), utc("2150-03-29T01:00Z"));
	/* and October 2150 has no fifth Sunday: the last is the 25th */
	assert_int_equal(zone_offset_s(zone, utc("2150-10-25T00:59:59Z")), 7200);
	assert_int_equal(zone_offset_s(zone, utc("2150-10-25T01:00Z")), 3600);
	assert_int_equal(shown(2150, 7, 1, 12, 0), utc("2150-07-01T10:00Z"));
	zone_free(zone);
	open_zone("Australia/Sydney"); /* summer over the turn of the year */
	assert_int_equal(zone_offset_s(zone, utc("2150-01-01T00:00Z")), 11 * 3600);
	assert_int_equal(zone_offset_s(zone, utc("2150-07-01T00:00Z")), 10 * 3600);
	zone_free(zone);
	open_zone("Asia/Kathmandu");
	assert_int_equal(zone_offset_s(zone, utc("2150-07-01T00:00Z")),
			 5 * 3600 + 45 * 60);
}

static void every_instant_is_found_again_by_its_local_time(void **state)
{
	(void)state;
	static const char *const ZONES[] = {"Europe/Berlin",       "America/Los_Angeles",
					    "Australia/Lord_Howe", "America/St_Johns",
					    "Africa/Casablanca",   "Pacific/Apia"};
	struct chance chance = chance_stream(1, "test", "zone");
	for (size_t i = 0; i < sizeof(ZONES) / sizeof(ZONES[0]); i++) {
		open_zone(ZONES[i]);
		for (int n = 0; n < 2000; n++) {
			int64_t at = chance_int(&chance, utc("1950-01-01T00:00Z"),
						utc("2150-01-01T00:00Z"));
			struct civil local, again;
			zone_local(zone, at, &local);
			int64_t found = zone_to_utc_s(zone, &local);
			zone_local(zone, found, &again);
			assert_memory_equal(&local, &again, sizeof(local));
			assert_true(found <= at && at - found <= 86400);
		}
		zone_free(zone);
	}
	zone = NULL;
}

static void utc_needs_no_data(void **state)
{
	(void)state;
	open_zone("UTC");
	assert_int_equal(zone_offset_s(zone, 0), 0);
	assert_string_equal(zone_abbreviation(zone, utc("2023-01-01T00:00Z")), "UTC");
	assert_int_equal(shown(2023, 8, 15, 2, 30), utc("2023-08-15T02:30Z"));
}

static void unknown_names_suggest_the_nearest(void **state)
{
	(void)state;
	struct sim_error error = {0};
	assert_int_equal(zone_open("Europe/Berlni", &zone, &error), SIM_ENOENT);
	assert_non_null(strstr(error.text, "did you mean \"Europe/Berlin\"?"));
	assert_int_equal(zone_open("europe/berlin", &zone, &error), SIM_ENOENT);
	assert_non_null(strstr(error.text, "\"Europe/Berlin\"?"));
	static const char *const BAD[] = {
		"",          "/etc/passwd",    "../../../etc/passwd", "Europe/../UTC",
		"localtime", "right/UTC",      "Europe//Berlin",      "Europe/",
		"Europe",    "Europe/Ber lin", "tzdata.zi",           "\033[31m",
	};
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		assert_int_equal(zone_open(BAD[i], &zone, &error), SIM_ENOENT);
		assert_null(strchr(error.text, '\033'));
	}
	assert_null(zone);
}

static void the_version_of_the_data_is_known(void **state)
{
	(void)state;
	const char *version = zone_data_version();
	assert_true(strlen(version) >= 5);
	assert_true(strcmp(version, "unknown") == 0 || strncmp(version, "20", 2) == 0);
	assert_ptr_equal(zone_data_version(), version);
}

/* --- files that lie ---------------------------------------------------------------- */

/* A version 2 file with one type, CET, no transitions, and that footer. */
static size_t write_file(unsigned char *to, const char *footer)
{
	static const unsigned char HEADER[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
					      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
					      "\0\0\0\1\0\0\0\4"
					      "\0\0\x0e\x10\0\0"
					      "CET";
	size_t n = sizeof(HEADER); /* with the NUL of "CET" */
	memcpy(to, HEADER, n);
	memcpy(to + n, HEADER, n);
	return 2 * n + (size_t)sprintf((char *)to + 2 * n, "\n%s\n", footer);
}

static int parse_footer(const char *footer)
{
	unsigned char bytes[512];
	zone_free(zone);
	zone = NULL;
	return zone_parse("Test/Zone", bytes, write_file(bytes, footer), &zone, NULL);
}

static void footers_are_read_in_all_their_forms(void **state)
{
	(void)state;
	static const char *const GOOD[] = {
		"",
		"CET-1",
		"CET-1CEST,M3.5.0,M10.5.0/3",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
		"IST-2IDT,M3.4.4/26,M10.5.0",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
		"EST5EDT,0/0,J365/25",
		"XXX3YYY,60,J60/-167:59:59",
	};
	static const char *const BAD[] = {
		"CET",
		"C-1",
		"CET-25",
		"CET-1CEST",
		"CET-1CEST,",
		"CET-1CEST,M3.5.0",
		"CET-1CEST,M13.1.0,M1.1.0",
		"CET-1CEST,M3.6.0,M10.5.0",
		"CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J1",
		"CET-1CEST,366,1",
		"CET-1CEST,M3.5.0/168,M10.5.0",
		"<+1-1",
		"CET-1CEST,M3.5.0,M10.5.0/3x",
		"ABCDEFGHIJKLMNOPQ-1",
		"CET99999999999",
	};
	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++)
		if (parse_footer(GOOD[i]) != SIM_OK)
			fail_msg("footer refused: %s", GOOD[i]);
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		if (parse_footer(BAD[i]) == SIM_OK)
			fail_msg("footer accepted: %s", BAD[i]);
}

static void julian_days_skip_the_leap_day_and_plain_days_count_it(void **state)
{
	(void)state;
	assert_int_equal(parse_footer("XXX0YYY,J60/0,59/0"), SIM_OK); /* both 1 March … */
	assert_int_equal(parse_footer("XXX0YYY,J60/0,300/0"), SIM_OK);
	assert_int_equal(zone_offset_s(zone, utc("2023-02-28T23:59:59Z")), 0);
	assert_int_equal(zone_offset_s(zone, utc("2023-03-01T00:00Z")), 3600);
	assert_int_equal(zone_offset_s(zone, utc("2024-02-29T12:00Z")), 0);
	assert_int_equal(zone_offset_s(zone, utc("2024-03-01T00:00Z")), 3600);
	assert_int_equal(parse_footer("XXX0YYY,59/0,300/0"), SIM_OK);
	assert_int_equal(zone_offset_s(zone, utc("2023-03-01T00:00Z")), 3600);
	assert_int_equal(zone_offset_s(zone, utc("2024-02-29T00:00Z")), 3600);
}

static void a_file_cut_off_anywhere_is_refused(void **state)
{
	(void)state;
	unsigned char bytes[512];
	size_t length = write_file(bytes, "CET-1CEST,M3.5.0,M10.5.0/3");
	for (size_t n = 0; n < length; n++) {
		/* exactly n bytes on the heap, so that reading beyond them shows */
		unsigned char *part = malloc(n + 1);
		assert_non_null(part);
		memcpy(part, bytes, n);
		unsigned char *exact = realloc(part, n ? n : 1);
		struct sim_error error;
		assert_int_equal(zone_parse("Test/Zone", exact, n, &zone, &error),
				 SIM_EINVAL);
		free(exact);
	}
	assert_int_equal(zone_parse("Test/Zone", bytes, length, &zone, NULL), SIM_OK);
}

static void a_file_that_points_beyond_itself_is_refused(void **state)
{
	(void)state;
	static const struct {
		size_t at; /* from the second header on */
		unsigned char byte;
		const char *says;
	} LIES[] = {
		{49, 4, "an abbreviation is missing"}, /* it has letters 0 to 3 */
		{44, 0x7f, "an offset is beyond 26 hours"},
		{39, 0, "it has no types"},
		{33, 0x20, "it is too large"},
		{31, 1, "it counts leap seconds"},
		{35, 1, "cut off"},
	};
	unsigned char bytes[512];
	struct sim_error error;
	for (size_t i = 0; i < sizeof(LIES) / sizeof(LIES[0]); i++) {
		size_t length = write_file(bytes, "CET-1"), half = (length - 7) / 2;
		bytes[half + LIES[i].at] = LIES[i].byte;
		assert_int_equal(zone_parse("Test/Zone", bytes, length, &zone, &error),
				 SIM_EINVAL);
		if (strstr(error.text, LIES[i].says) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", error.text, LIES[i].says);
	}
}

static void a_file_with_bytes_changed_never_crashes(void **state)
{
	(void)state;
	unsigned char good[512], bad[512];
	size_t length = write_file(good, "CET-1CEST,M3.5.0,M10.5.0/3");
	struct chance chance = chance_stream(1, "test", "bytes");
	for (int i = 0; i < 20000; i++) {
		memcpy(bad, good, length);
		for (int64_t n = chance_int(&chance, 1, 4); n > 0; n--)
			bad[chance_int(&chance, 0, (int64_t)length - 1)] =
				(unsigned char)chance_int(&chance, 0, 255);
		struct zone *odd;
		if (zone_parse("Test/Zone", bad, length, &odd, NULL) != SIM_OK)
			continue;
		struct civil local;
		zone_local(odd, utc("2023-08-15T02:30Z"), &local);
		zone_to_utc_s(odd, &local);
		assert_non_null(zone_abbreviation(odd, 0));
		zone_free(odd);
	}
}

#define TEST(f) cmocka_unit_test_teardown(f, close_zone)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(berlin_knows_summer_and_winter),
		TEST(the_change_is_exact_to_the_second),
		TEST(a_time_in_the_gap_is_the_first_instant_after_it),
		TEST(a_time_that_comes_twice_is_the_earlier_one),
		TEST(the_far_future_follows_the_footer),
		TEST(every_instant_is_found_again_by_its_local_time),
		TEST(utc_needs_no_data),
		TEST(unknown_names_suggest_the_nearest),
		TEST(the_version_of_the_data_is_known),
		TEST(footers_are_read_in_all_their_forms),
		TEST(julian_days_skip_the_leap_day_and_plain_days_count_it),
		TEST(a_file_cut_off_anywhere_is_refused),
		TEST(a_file_that_points_beyond_itself_is_refused),
		TEST(a_file_with_bytes_changed_never_crashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
