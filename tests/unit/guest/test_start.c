/* test_start.c - what can be started, what cannot, and how that is said. */
#include "tests/unit/guest/driver.h"

#include <sys/xattr.h>

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, text);
}

static void assert_does_not_start(const char *const *words, int code, const char *part)
{
	struct rig rig;

	rig_init(&rig);
	assert_int_equal(rig_start(&rig, words), code);
	assert_null(rig.guest);
	assert_int_equal(rig.error.code, code);
	assert_contains(rig.error.text, part);
	rig_fini(&rig);
}

/* A copy of a probe, or a file of one line, in the rig's directory. */
static const char *copy_into(const struct rig *rig, const char *probe,
			     char path[PATH_MAX])
{
	char from[PATH_MAX], bytes[4096];
	int in = open(probe_path(probe, from), O_RDONLY | O_CLOEXEC), out;
	ssize_t n;

	snprintf(path, PATH_MAX, "%s/copy", rig->dir);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, bytes, sizeof(bytes))) > 0)
		assert_int_equal(write(out, bytes, (size_t)n), n);
	close(in);
	close(out);
	return path;
}

static const char *write_into(const struct rig *rig, const void *bytes, size_t length,
			      mode_t mode, char path[PATH_MAX])
{
	int out;

	snprintf(path, PATH_MAX, "%s/file", rig->dir);
	out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	assert_true(out >= 0);
	assert_int_equal(write(out, bytes, length), (ssize_t)length);
	close(out);
	return path;
}

/* --- what cannot be --- */

static void a_missing_binary_is_named_with_what_to_do(void **state)
{
	(void)state;
	assert_does_not_start(WORDS("/nowhere/mosquitto"), SIM_ENOENT,
			      "there is no program /nowhere/mosquitto (No such file or "
			      "directory); check the path");
	struct sim_error error;
	char path[PATH_MAX];

	assert_int_equal(guest_find("no-such-broker", path, sizeof(path), &error),
			 SIM_ENOENT);
	assert_contains(error.text, "install it");
	assert_int_equal(guest_find("", path, sizeof(path), &error), SIM_ENOENT);
}

static void a_command_is_found_where_debian_keeps_brokers(void **state)
{
	char path[PATH_MAX], *before = strdup(getenv("PATH"));
	struct sim_error error;
	int status;

	(void)state;
	setenv("PATH", "/nowhere", 1);
	status = guest_find("mosquitto", path, sizeof(path), &error);
	setenv("PATH", before, 1);
	free(before);
	assert_int_equal(status, SIM_OK);
	assert_string_equal(path, "/usr/sbin/mosquitto");
	assert_int_equal(guest_find("mosquitto", path, 8, &error), SIM_ENOENT);
}

static void a_static_binary_is_refused(void **state)
{
	(void)state;
	assert_does_not_start(WORDS("static_rest"), SIM_EUNFIT, "statically linked");
}

static void a_binary_with_privileges_is_refused(void **state)
{
	/* VFS_CAP_REVISION_2 with CAP_NET_BIND_SERVICE, effective. */
	static const unsigned char capability[20] = {1, 0, 0, 2, 0, 4};
	struct sim_error error;
	struct rig rig;
	char path[PATH_MAX];

	(void)state;
	rig_init(&rig);
	copy_into(&rig, "rest", path);
	assert_int_equal(guest_inspect(path, &error), SIM_OK);
	assert_int_equal(chmod(path, 04755), 0);
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	assert_contains(error.text, "is setuid");
	assert_int_equal(chmod(path, 02755), 0);
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	assert_contains(error.text, "is setgid");
	assert_int_equal(chmod(path, 0755), 0);
	if (setxattr(path, "security.capability", capability, sizeof(capability), 0) ==
	    0) {
		assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
		assert_contains(error.text, "carries file capabilities");
	} else {
		print_message("file capabilities cannot be set here: not looked at\n");
	}
	rig_fini(&rig);
}

static void a_file_that_is_no_program_is_refused(void **state)
{
	struct sim_error error;
	struct rig rig;
	char path[PATH_MAX];

	(void)state;
	rig_init(&rig);
	write_into(&rig, "hello", 5, 0755, path);
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	assert_contains(error.text, "neither an ELF program nor a script");
	write_into(&rig, "", 0, 0755, path);
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	assert_int_equal(guest_inspect(rig.dir, &error), SIM_EUNFIT);
	assert_contains(error.text, "is not a file that can be run");
	assert_int_equal(guest_inspect("/nowhere", &error), SIM_ENOENT);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	assert_contains(error.text, "may not be executed");
	rig_fini(&rig);
}

static void a_truncated_program_is_refused_at_every_length(void **state)
{
	struct sim_error error;
	struct rig rig;
	char path[PATH_MAX];
	int status;

	(void)state;
	rig_init(&rig);
	copy_into(&rig, "rest", path);
	for (off_t length = 1200; length >= 0; length--) {
		assert_int_equal(truncate(path, length), 0);
		status = guest_inspect(path, &error);
		assert_true(status == SIM_EUNFIT || (status == SIM_OK && length > 800));
	}
	rig_fini(&rig);
}

static void a_program_for_another_machine_is_refused(void **state)
{
	struct sim_error error;
	struct rig rig;
	char path[PATH_MAX];
	int fd;

	(void)state;
	rig_init(&rig);
	fd = open(copy_into(&rig, "rest", path), O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, "\x08", 1, 18), 1); /* e_machine: MIPS */
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	assert_contains(error.text, "another architecture");
	assert_int_equal(pwrite(fd, "\x01", 1, 4), 1); /* 32 bits */
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	assert_contains(error.text, "not a 64-bit program");
	close(fd);
	rig_fini(&rig);
}

/* --- scripts --- */

static void a_script_is_judged_by_its_interpreter(void **state)
{
	char path[PATH_MAX], probe[PATH_MAX], line[PATH_MAX + 8];
	struct sim_error error;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	snprintf(line, sizeof(line), "#!%s\n", probe_path("static_rest", probe));
	write_into(&rig, line, strlen(line), 0755, path);
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	assert_contains(error.text, "statically linked");
	write_into(&rig, "#!/nowhere/sh\n", 14, 0755, path);
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	assert_contains(error.text, "is a script for /nowhere/sh");
	write_into(&rig, "#! /usr/bin/env -S A=b no-such-tool -x\n", 39, 0755, path);
	assert_int_equal(guest_inspect(path, &error), SIM_ENOENT);
	assert_contains(error.text, "no-such-tool");
	write_into(&rig, "#!", 2, 0755, path);
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	snprintf(line, sizeof(line), "#!%s\n", path); /* itself */
	write_into(&rig, line, strlen(line), 0755, path);
	assert_int_equal(guest_inspect(path, &error), SIM_EUNFIT);
	rig_fini(&rig);
}

static void a_wrapper_script_hands_virtual_time_on(void **state)
{
	char path[PATH_MAX], probe[PATH_MAX], line[PATH_MAX + 32];
	struct rig rig;

	(void)state;
	rig_init(&rig);
	snprintf(line, sizeof(line), "#!/bin/sh\nexec %s\n", probe_path("sleep", probe));
	rig_must_start(&rig, WORDS(write_into(&rig, line, strlen(line), 0755, path)));
	assert_int_equal(guest_turn(rig.guest, 0, SIM_DAY), GUEST_ENDED);
	assert_string_equal(rig_said(&rig), "sleep 0 7200000 ms\nthrd_sleep 0 2000 ms\n");
	rig_fini(&rig);
}

/* --- how a start fails --- */

static void a_guest_that_exits_is_reported_with_its_last_words(void **state)
{
	(void)state;
	assert_does_not_start(WORDS("last_words"), SIM_EDIED,
			      "probe ended (exit status 3) before it first came to rest\n"
			      "  | Error: cannot open \\x1b[31mthe door\\x1b[0m.");
	assert_does_not_start(WORDS("last_words", "signal"), SIM_EDIED, "(signal 9)");
}

static void a_guest_that_never_rests_at_its_start_is_stopped(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.watchdog_ms = 100;
	rig.options.handshake_ms = 100;
	assert_int_equal(rig_start(&rig, WORDS("stuck")), SIM_ESTUCK);
	assert_contains(rig.error.text, "did not come to rest within 100 ms");
	rig_fini(&rig);
}

/* The loader ignores what it cannot preload, so the guest would run on real time. */
static void a_guest_without_the_shim_never_runs_on_real_time(void **state)
{
	struct rig rig;
	char path[PATH_MAX];

	(void)state;
	rig_init(&rig);
	write_into(&rig, "no library", 10, 0755, path);
	rig.options.shim_path = path;
	rig.options.handshake_ms = 200;
	assert_int_equal(rig_start(&rig, WORDS("stuck")), SIM_EUNFIT);
	assert_contains(rig.error.text, "would have run on real time");
	assert_contains(rig.error.text, "cannot be preloaded");
	rig.options.shim_path = "/nowhere/vclock.so";
	assert_int_equal(rig_start(&rig, WORDS("stuck")), SIM_ENOENT);
	assert_contains(rig.error.text, "build it with make");
	rig_fini(&rig);
}

static void the_shim_alone_refuses_to_run_a_process(void **state)
{
	char probe[PATH_MAX], shim[256], preload[PATH_MAX + 16];
	char *argv[] = {probe_path("time", probe) ? probe : NULL, NULL};
	char *environment[] = {preload, NULL};
	int how, ends[2];
	char said[256] = "";
	pid_t pid;

	(void)state;
	snprintf(shim, sizeof(shim), "%s/vclock.so", testing_build_dir());
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", shim);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 2);
		execve(probe, argv, environment);
		_exit(127);
	}
	close(ends[1]);
	assert_true(read(ends[0], said, sizeof(said) - 1) > 0);
	close(ends[0]);
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 125);
	assert_contains(said, "JOBJAM_PAGE is not set");
}

static void a_start_that_the_host_refuses_says_at_which_step(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.work_dir = "/nowhere";
	assert_int_equal(rig_start(&rig, WORDS("rest")), SIM_EIO);
	assert_contains(rig.error.text, "working directory could not be entered");
	rig.options.work_dir = rig.dir;
	rig.options.core = 1000;
	assert_int_equal(rig_start(&rig, WORDS("rest")), SIM_EIO);
	assert_contains(rig.error.text, "could not be tied to its core");
	rig.options.core = -1;
	rig.options.output_path = "/nowhere/output";
	assert_int_equal(rig_start(&rig, WORDS("rest")), SIM_EIO);
	assert_contains(rig.error.text, "cannot be written to /nowhere/output");
	rig_fini(&rig);
}

/* --- what can --- */

static void a_guest_is_born_into_clean_surroundings(void **state)
{
	char should[512];
	struct rig rig;

	(void)state;
	rig_init(&rig);
	signal(SIGPIPE, SIG_IGN); /* not to be inherited */
	rig_must_start(&rig, WORDS("surroundings"));
	signal(SIGPIPE, SIG_DFL);
	assert_int_equal(guest_turn(rig.guest, SIM_S, SIM_S), GUEST_ENDED);
	snprintf(should, sizeof(should),
		 "PATH\nLD_PRELOAD\nJOBJAM_PAGE\nASAN_OPTIONS\n"
		 "fd 0\nfd 1\nfd 2\nfd 3\ninput /dev/null\n"
		 "group of its own 1\nSIGPIPE default 1\ndirectory %s\n",
		 rig.dir);
	assert_string_equal(rig_said(&rig), should);
	rig_fini(&rig);
}

static void a_guest_with_a_sanitizer_starts(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("asan_rest"));
	assert_int_equal(guest_turn(rig.guest, 5 * SIM_S, SIM_H), GUEST_RESTS);
	assert_non_null(strstr(rig_said(&rig), "0 ms\n"));
	rig_fini(&rig);
}

static void a_guest_keeps_to_the_core_it_is_given(void **state)
{
	cpu_set_t own, set;
	struct rig rig;
	int core = 0;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(own), &own), 0);
	while (!CPU_ISSET(core, &own))
		core++;
	rig_init(&rig);
	rig.options.core = core;
	rig_must_start(&rig, WORDS("rest"));
	assert_int_equal(sched_getaffinity(guest_pid(rig.guest), sizeof(set), &set), 0);
	assert_true(CPU_COUNT(&set) == 1 && CPU_ISSET(core, &set));
	/* The simulator itself moves only when it is told to. */
	assert_int_equal(guest_pin_simulator(core, &rig.error), SIM_OK);
	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	assert_true(CPU_COUNT(&set) == 1 && CPU_ISSET(core, &set));
	assert_int_equal(sched_setaffinity(0, sizeof(own), &own), 0);
	assert_int_equal(guest_pin_simulator(-1, &rig.error), SIM_EIO);
	rig_fini(&rig);
}

static void a_start_is_an_event_that_names_the_build(void **state)
{
	const struct trace_event *event;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_must_start(&rig, WORDS("rest"));
	event = rig_event(&rig, KIND_GUEST_STARTED);
	assert_string_equal(event->who, "probe");
	assert_string_equal(trace_text(event, "what", ""), "rest");
	assert_memory_equal(trace_text(event, "version", ""), "build-id ", 9);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_binary_is_named_with_what_to_do),
		cmocka_unit_test(a_command_is_found_where_debian_keeps_brokers),
		cmocka_unit_test(a_static_binary_is_refused),
		cmocka_unit_test(a_binary_with_privileges_is_refused),
		cmocka_unit_test(a_file_that_is_no_program_is_refused),
		cmocka_unit_test(a_truncated_program_is_refused_at_every_length),
		cmocka_unit_test(a_program_for_another_machine_is_refused),
		cmocka_unit_test(a_script_is_judged_by_its_interpreter),
		cmocka_unit_test(a_wrapper_script_hands_virtual_time_on),
		cmocka_unit_test(a_guest_that_exits_is_reported_with_its_last_words),
		cmocka_unit_test(a_guest_that_never_rests_at_its_start_is_stopped),
		cmocka_unit_test(a_guest_without_the_shim_never_runs_on_real_time),
		cmocka_unit_test(the_shim_alone_refuses_to_run_a_process),
		cmocka_unit_test(a_start_that_the_host_refuses_says_at_which_step),
		cmocka_unit_test(a_guest_is_born_into_clean_surroundings),
		cmocka_unit_test(a_guest_with_a_sanitizer_starts),
		cmocka_unit_test(a_guest_keeps_to_the_core_it_is_given),
		cmocka_unit_test(a_start_is_an_event_that_names_the_build),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
