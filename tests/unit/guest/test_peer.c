/* test_peer.c - the one host that a guest can reach by its port, and looking up its name. */
#include "tests/unit/guest/driver.h"

#define PORT 47

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static void live(struct rig *rig)
{
	for (int i = 0; i < 100 && guest_alive(rig->guest); i++)
		(void)guest_turn(rig->guest, i == 0 ? SIM_S : guest_now(rig->guest),
				 SIM_MIN);
	assert_string_equal(guest_status(rig->guest), "exit status 0");
}

static void must_get(int listener, const char *words)
{
	char bytes[16] = "";
	int fd = accept(listener, NULL, NULL);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, bytes, sizeof(bytes) - 1), strlen(words));
	assert_string_equal(bytes, words);
	close(fd);
}

static void what_is_said_to_the_peer_s_port_is_said_to_its_socket(void **state)
{
	struct rig rig;
	int listener;

	(void)state;
	rig_init(&rig);
	rig.options.peer_port = PORT;
	rig.options.peer_path = rig.socket;
	listener = listen_at(rig.socket);
	rig_must_start(&rig, WORDS("peer", "47", "127.0.0.1"));
	live(&rig);
	assert_string_equal(rig_said(&rig), "127.0.0.1 is 127.0.0.1: found\n"
					    "connect 0 0 ms\n"
					    "then no error, waiting, closed by exec\n"
					    "send 5 0 ms\n"
					    "connect -1 EINPROGRESS 0 ms\n"
					    "then no error, not waiting, kept by exec\n"
					    "send 5 0 ms\n");
	must_get(listener, "hello");
	must_get(listener, "hello");
	assert_true(accept(listener, NULL, NULL) < 0);
	close(listener);
	rig_fini(&rig);
}

/* The port of a peer that is not there, and a name: its look-up must not leave the host. */
static void without_a_peer_nobody_answers_and_names_are_none(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.peer_port = PORT;
	rig.options.peer_path = rig.socket;
	rig_must_start(&rig, WORDS("peer", "47", "localhost"));
	live(&rig);
	assert_non_null(strstr(rig_said(&rig), "localhost is nothing: "));
	assert_non_null(strstr(rig.said, "connect -1 ECONNREFUSED 0 ms\n"));
	rig_fini(&rig);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_to_the_peer_s_port_is_said_to_its_socket),
		cmocka_unit_test(without_a_peer_nobody_answers_and_names_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
