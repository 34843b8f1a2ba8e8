/* test_send.c - what leaves a guest is seen at the instant at which it left. */
#include "tests/unit/guest/driver.h"

static void start_and_connect(struct rig *rig, const char *way, int *ret_fd)
{
	rig_init(rig);
	rig_must_start(rig, WORDS(way ? "leave" : "echo", rig->socket, way));
	*ret_fd = rig_connect(rig);
}

static void each_way_out_ends_the_horizon(void **state)
{
	static const char *const ways[] = {"write",   "writev",   "send",     "sendto",
					   "sendmsg", "sendmmsg", "sendfile", "shutdown",
					   "close",   "dup2"};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct rig rig;
		int fd;

		start_and_connect(&rig, ways[i], &fd);
		print_message("%s\n", ways[i]);
		assert_int_equal(guest_turn(rig.guest, 0, SIM_MIN), GUEST_SENT);
		assert_true(guest_now(rig.guest) == SIM_S);
		assert_true(guest_wake(rig.guest) == 2 * SIM_S);
		/* The next turn begins anew. */
		assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_MIN), GUEST_RESTS);
		assert_true(guest_now(rig.guest) == SIM_MIN);
		close(fd);
		rig_fini(&rig);
	}
}

static void what_stays_inside_does_not(void **state)
{
	static const char *const ways[] = {"log", "logv", "pipe", "close-file"};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct rig rig;
		int fd;

		start_and_connect(&rig, ways[i], &fd);
		print_message("%s\n", ways[i]);
		assert_int_equal(guest_turn(rig.guest, 0, SIM_MIN), GUEST_RESTS);
		assert_true(guest_now(rig.guest) == SIM_MIN);
		close(fd);
		rig_fini(&rig);
	}
}

static void bytes_are_there_when_the_turn_is_over(void **state)
{
	struct rig rig;
	char bytes[8];
	int fd;

	(void)state;
	start_and_connect(&rig, NULL, &fd);
	assert_int_equal(guest_turn(rig.guest, 0, 0), GUEST_RESTS);
	for (int i = 0; i < 1000; i++) {
		sim_ns now = i * SIM_MS;

		assert_int_equal(send(fd, "ping", 4, 0), 4);
		assert_int_equal(guest_turn(rig.guest, now, now + SIM_S), GUEST_SENT);
		assert_true(guest_now(rig.guest) == now);
		assert_int_equal(recv(fd, bytes, sizeof(bytes), 0), 4);
	}
	close(fd);
	rig_fini(&rig);
}

static void an_accepted_socket_holds_a_burst(void **state)
{
	struct rig rig;
	int fd;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("burst", rig.socket));
	fd = rig_connect(&rig);
	assert_int_equal(guest_turn(rig.guest, 0, 0), GUEST_SENT);
	assert_true(guest_counts(rig.guest).send_buffer > 0);
	/* The default holds 278; a host that limits it lower says so in send_buffer. */
	if (guest_counts(rig.guest).send_buffer >= 4 << 20)
		assert_string_equal(rig_said(&rig), "EAGAIN many\n");
	else
		assert_memory_equal(rig_said(&rig), "EAGAIN", 6);
	close(fd);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_out_ends_the_horizon),
		cmocka_unit_test(what_stays_inside_does_not),
		cmocka_unit_test(bytes_are_there_when_the_turn_is_over),
		cmocka_unit_test(an_accepted_socket_holds_a_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
