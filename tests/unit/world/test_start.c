/* test_start.c - starting the broker, its private folder, and what is left of both. */
#include "tests/unit/world/rig.h"

#include <errno.h>

static void a_missing_broker_is_refused_by_name(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.broker = "no-such-broker";
	rig_new(&rig);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_ENOENT);
	assert_non_null(strstr(rig.error.text, "no-such-broker"));
	assert_null(world_broker(rig.world));
	assert_string_equal(world_broker_version(rig.world), "");
	rig_fini(&rig);
}

/* Is there a private folder whose configuration holds this line? */
static bool folder_with(const char *marker)
{
	DIR *tmp = opendir("/tmp");
	bool found = false;

	assert_non_null(tmp);
	for (struct dirent *entry; (entry = readdir(tmp)) && !found;) {
		char path[PATH_MAX], line[256];
		FILE *file;

		snprintf(path, sizeof(path), "/tmp/%s/conf", entry->d_name);
		file = strncmp(entry->d_name, "jobjam-", 7) == 0 ? fopen(path, "re")
								 : NULL;
		while (file && fgets(line, sizeof(line), file))
			found |= strstr(line, marker) != NULL;
		if (file)
			fclose(file);
	}
	closedir(tmp);
	return found;
}

static void the_folder_goes_with_a_broker_that_refuses_its_configuration(void **state)
{
	char marker[64], conf[128];
	struct rig rig;

	(void)state;
	rig_init(&rig);
	snprintf(marker, sizeof(marker), "# of test %d", (int)getpid());
	snprintf(conf, sizeof(conf), "%s\nno_such_option true\n", marker);
	rig.options.broker_conf = conf;
	rig_new(&rig);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_EDIED);
	assert_non_null(strstr(rig.error.text, "no_such_option"));
	assert_false(folder_with(marker));
	rig_fini(&rig);
}

static void the_folder_is_private_and_goes_with_the_run(void **state)
{
	char folder[PATH_MAX], marker[64], conf[128];
	struct stat status;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	/* The broker writes its store into its folder when it ends. */
	snprintf(marker, sizeof(marker), "# of test %d", (int)getpid());
	snprintf(conf, sizeof(conf), "%s\npersistence true\n", marker);
	rig.options.broker_conf = conf;
	rig.options.log_path = NULL; /* there, too */
	rig.options.length = SIM_MIN;
	rig_new(&rig);
	rig_client(&rig, "client", 0, NULL);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	assert_true(folder_with(marker));
	rig_broker_folder(&rig, folder);
	assert_int_equal(stat(folder, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0700);
	assert_int_equal(strncmp(world_broker_version(rig.world), "mosquitto version ",
				 18),
			 0);
	assert_int_equal(world_broker_path(rig.world)[0], '/');
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_REACHED);
	rig_fini(&rig);
	assert_false(exists(folder));
}

static void no_process_is_left_of_a_run_that_was_not_ended(void **state)
{
	struct rig rig;
	pid_t pid;

	(void)state;
	rig_init(&rig);
	rig_new(&rig);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	pid = guest_pid(world_broker(rig.world));
	assert_int_equal(kill(pid, 0), 0);
	world_free(rig.world); /* no world_end(): a refusal on the way */
	rig.world = NULL;
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	rig_fini(&rig);
}

static void the_end_of_a_run_is_no_fault_of_the_broker(void **state)
{
	const struct trace_event *event;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig.options.length = SIM_MIN;
	rig_new(&rig);
	assert_int_equal(world_start(rig.world, &rig.error), SIM_OK);
	assert_int_equal(world_run(rig.world, &rig.error), WORLD_REACHED);
	world_end(rig.world);
	event = trace_at(world_trace(rig.world), trace_count(world_trace(rig.world)) - 1);
	assert_int_equal(event->kind, KIND_GUEST_ENDED);
	assert_true(trace_bool(event, "asked", false));
	assert_string_equal(trace_text(event, "status", ""), "exit status 0");
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_broker_is_refused_by_name),
		cmocka_unit_test(
			the_folder_goes_with_a_broker_that_refuses_its_configuration),
		cmocka_unit_test(the_folder_is_private_and_goes_with_the_run),
		cmocka_unit_test(no_process_is_left_of_a_run_that_was_not_ended),
		cmocka_unit_test(the_end_of_a_run_is_no_fault_of_the_broker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
