/* test_broker.c - the real mosquitto, in virtual time, twice. */
#include "tests/unit/guest/driver.h"

static const char connect_packet[] =
	"\x10\x0d\0\4MQTT\4\2\0\x3c\0\1a"; /* keep-alive 60 s */

static void write_config(const struct rig *rig, const char *more, char path[128])
{
	FILE *file;

	snprintf(path, 128, "%s/mosquitto.conf", rig->dir);
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file,
		"listener 0 %s\nallow_anonymous true\npersistence false\nsys_interval 0\n"
		"log_dest stdout\nlog_type all\n%s\n",
		rig->socket, more);
	assert_int_equal(fclose(file), 0);
}

static void start_broker(struct rig *rig, bool tick_exact, char config[128])
{
	char path[PATH_MAX];

	rig_init(rig);
	write_config(rig, "user root", config);
	rig->options.name = "broker";
	rig->options.tick_exact = tick_exact;
	assert_int_equal(guest_find("mosquitto", path, sizeof(path), &rig->error),
			 SIM_OK);
	rig_must_start(rig, WORDS(path, "-c", config));
}

/* What one night looks like from outside. */
struct night {
	sim_ns accepted, closed;
	uint64_t idle_steps;
	char said[16384];
};

static void live_through(bool tick_exact, struct night *night)
{
	char config[128], bytes[16];
	struct rig rig;
	int fd;

	start_broker(&rig, tick_exact, config);
	assert_int_equal(guest_turn(rig.guest, 0, 8 * SIM_H), GUEST_RESTS);
	night->idle_steps = guest_counts(rig.guest).idle_steps;
	fd = rig_connect(&rig);
	assert_int_equal(send(fd, connect_packet, sizeof(connect_packet) - 1, 0), 15);
	assert_int_equal(guest_turn(rig.guest, 8 * SIM_H, 8 * SIM_H), GUEST_SENT);
	night->accepted = guest_now(rig.guest);
	assert_int_equal(recv(fd, bytes, sizeof(bytes), 0), 4);
	assert_memory_equal(bytes, "\x20\x02\0\0", 4); /* CONNACK, accepted */
	/* Then the client says nothing more. */
	assert_int_equal(guest_turn(rig.guest, 8 * SIM_H, 9 * SIM_H), GUEST_SENT);
	night->closed = guest_now(rig.guest);
	assert_int_equal(recv(fd, bytes, sizeof(bytes), 0), 0);
	assert_string_equal(guest_refused(rig.guest), "");
	close(fd);
	guest_stop(rig.guest);
	assert_string_equal(guest_status(rig.guest), "exit status 0");
	/* The directory is another in each run: what follows its name is compared. */
	snprintf(night->said, sizeof(night->said), "%s", rig_said(&rig));
	for (char *at = night->said; (at = strstr(at, rig.dir)) != NULL;)
		memset(at, '#', strlen(rig.dir));
	rig_fini(&rig);
}

static void a_real_broker_lives_through_a_night_and_keeps_keep_alive(void **state)
{
	struct night night;
	sim_ns lasted;

	(void)state;
	live_through(true, &night);
	assert_true(night.accepted == 8 * SIM_H);
	assert_true(night.idle_steps >= 280000); /* a tick each 100 ms */
	lasted = night.closed - night.accepted;
	assert_true(lasted >= 90 * SIM_S && lasted <= 97 * SIM_S);
	assert_non_null(strstr(night.said, "1692025200: mosquitto version"));
	assert_non_null(strstr(night.said, "has exceeded timeout"));
}

static void rounded_ticks_cost_a_tenth_and_change_no_promise(void **state)
{
	struct night night;
	sim_ns lasted;

	(void)state;
	live_through(false, &night);
	assert_true(night.idle_steps <= 8 * 3600);
	lasted = night.closed - night.accepted;
	assert_true(lasted >= 90 * SIM_S && lasted <= 97 * SIM_S);
}

static void two_nights_are_the_same(void **state)
{
	static struct night first, second;

	(void)state;
	live_through(false, &first);
	live_through(false, &second);
	assert_true(first.closed == second.closed);
	assert_true(first.idle_steps == second.idle_steps);
	assert_string_equal(first.said, second.said);
	live_through(true, &first);
	live_through(true, &second);
	assert_true(first.closed == second.closed);
	assert_string_equal(first.said, second.said);
}

static void a_broker_that_changes_user_keeps_virtual_time(void **state)
{
	char config[128];
	struct rig rig;

	(void)state;
	if (geteuid() != 0)
		skip();
	rig_init(&rig);
	write_config(&rig, "user nobody", config);
	rig_must_start(&rig, WORDS("/usr/sbin/mosquitto", "-c", config));
	assert_int_equal(guest_turn(rig.guest, 0, SIM_H), GUEST_RESTS);
	guest_stop(rig.guest);
	assert_string_equal(guest_status(rig.guest), "exit status 0");
	assert_non_null(strstr(rig_said(&rig), "terminating"));
	rig_fini(&rig);
}

static void a_broker_with_a_bad_config_is_quoted(void **state)
{
	char config[128];
	struct rig rig;

	(void)state;
	rig_init(&rig);
	write_config(&rig, "no_such_option true", config);
	assert_int_equal(rig_start(&rig, WORDS("/usr/sbin/mosquitto", "-c", config)),
			 SIM_EDIED);
	assert_non_null(strstr(rig.error.text, "no_such_option"));
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_real_broker_lives_through_a_night_and_keeps_keep_alive),
		cmocka_unit_test(rounded_ticks_cost_a_tenth_and_change_no_promise),
		cmocka_unit_test(two_nights_are_the_same),
		cmocka_unit_test(a_broker_that_changes_user_keeps_virtual_time),
		cmocka_unit_test(a_broker_with_a_bad_config_is_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
