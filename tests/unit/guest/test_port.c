/* test_port.c - a guest that knows ports alone meets AF_UNIX sockets under their numbers. */
#include "tests/unit/guest/driver.h"

#define PORT 1883

/* Gives it turns until it has ended. */
static void run_out(struct rig *rig)
{
	for (int i = 0; i < 100 && guest_alive(rig->guest); i++)
		(void)guest_turn(rig->guest, guest_now(rig->guest), SIM_MIN);
	assert_string_equal(guest_status(rig->guest), "exit status 0");
}

static void where_it_listens_it_is_reached_by_a_path(void **state)
{
	struct rig rig;
	int fd;

	(void)state;
	rig_init(&rig);
	rig.options.listen_port = PORT;
	rig.options.listen_path = rig.socket;
	rig_must_start(&rig, WORDS("port", "listen", "1883"));
	(void)guest_turn(rig.guest, SIM_S, SIM_S);
	fd = rig_connect(&rig);
	run_out(&rig);
	assert_string_equal(rig_said(&rig), "close on exec 1\nclose on exec 1\n"
					    "accepted 127.0.0.1:49152\n"
					    "here 127.0.0.1:1883\n"
					    "there 127.0.0.1:49152\n"
					    "no delay 0\n");
	close(fd);
	rig_fini(&rig);
}

/* What its peer hears is there when the turn is over. */
static void to_its_peer_it_comes_by_a_path(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "127.8.8.8", "::1",
					    "::ffff:127.0.0.1"};

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
		struct sockaddr_un address = {.sun_family = AF_UNIX};
		int door = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		struct rig rig;
		char bytes[8];
		int fd;

		rig_init(&rig);
		snprintf(address.sun_path, sizeof(address.sun_path), "%s", rig.socket);
		assert_int_equal(bind(door, (struct sockaddr *)&address, sizeof(address)),
				 0);
		assert_int_equal(listen(door, 1), 0);
		rig.options.peer_port = PORT;
		rig.options.peer_path = rig.socket;
		rig_must_start(&rig, WORDS("port", "connect", hosts[i], "1883"));
		run_out(&rig);
		assert_string_equal(rig_said(&rig), "EINPROGRESS\nthen 0\n"
						    "here 127.0.0.1:49152\n"
						    "there 127.0.0.1:1883\n"
						    "no delay 0\n");
		fd = accept(door, NULL, NULL);
		assert_int_equal(recv(fd, bytes, sizeof(bytes), 0), 5);
		close(fd);
		close(door);
		rig_fini(&rig);
	}
}

/* Nobody listens at port 1 of loopback; no other host is asked for anything. */
static void another_port_is_not_meant(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.peer_port = PORT;
	rig.options.peer_path = rig.socket;
	rig_must_start(&rig, WORDS("port", "connect", "127.0.0.1", "1"));
	run_out(&rig);
	if (strcmp(rig_said(&rig), "ECONNREFUSED\n") != 0)
		assert_memory_equal(rig_said(&rig), "EINPROGRESS\nthen 111\n", 21);
	rig_fini(&rig);
}

static void a_peer_that_is_not_there_refuses(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.peer_port = PORT;
	rig.options.peer_path = rig.socket; /* nobody has made it */
	rig_must_start(&rig, WORDS("port", "connect", "127.0.0.1", "1883"));
	run_out(&rig);
	assert_string_equal(rig_said(&rig), "ECONNREFUSED\n");
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(where_it_listens_it_is_reached_by_a_path),
		cmocka_unit_test(to_its_peer_it_comes_by_a_path),
		cmocka_unit_test(another_port_is_not_meant),
		cmocka_unit_test(a_peer_that_is_not_there_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
