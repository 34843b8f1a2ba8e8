/* test_refuse.c - plans that no fleet can be made of, and what is said about it. */
#include "tests/unit/fleet/rig.h"

#include <sys/resource.h>

static void a_fleet_without_groups_is_empty(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_refused(&rig, SIM_EINVAL,
		    PARTS("story.lua", "the fleet is empty", "count = 1"));
	rig_fini(&rig);
}

static void a_fleet_of_which_every_count_is_0_is_empty(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_group(&rig, "0", "x1c");
	rig_group(&rig, "0", "p1p");
	rig_refused(&rig, SIM_EINVAL, PARTS("story.lua", "empty", "every count is 0"));
	rig_fini(&rig);
}

static void an_unknown_model_is_named_with_its_place_and_the_nearest(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_group(&rig, "1", "x1d");
	rig_refused(&rig, SIM_ENOENT, PARTS("story.lua:7", "model", "x1d", "x1c"));
	rig_fini(&rig);
}

static void an_unknown_zone_is_named_with_its_place(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	say(&rig_group(&rig, "1", "x1c")->options, "timezone", "Europe/Berlim");
	rig_refused(&rig, SIM_ENOENT, PARTS("story.lua:7", "Europe/Berlim"));
	rig_fini(&rig);
}

static void an_unknown_build_is_named_with_its_place(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	say(&rig_group(&rig, "1", "x1c")->options, "firmware", "stock-1999");
	rig_refused(&rig, SIM_ENOENT, PARTS("story.lua:7", "stock-1999"));
	rig_fini(&rig);

	rig_init(&rig);
	rig_group(&rig, "2", "x1c");
	rig.options.firmware =
		"guarded,stock-1999"; /* the command line says it: no place */
	rig_refused(&rig, SIM_ENOENT, PARTS("stock-1999"));
	assert_null(strstr(rig.error.text, "story.lua"));
	rig_fini(&rig);
}

static void a_safeguard_that_the_build_lacks_is_refused_with_its_place(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	say(&rig_group(&rig, "1", "x1c")->safeguards, "start_expiry", "5m");
	rig_refused(&rig, SIM_EINVAL,
		    PARTS("story.lua:7", "stock-2023-07", "start_expiry", "guarded"));
	rig_fini(&rig);
}

/* With --firmware the second machine of one group runs a build that lacks it. */
static void a_mix_in_which_one_build_lacks_a_safeguard_is_refused(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	say(&rig_group(&rig, "2", "x1c")->safeguards, "start_expiry", "5m");
	rig.options.firmware = "guarded,stock-2023-07";
	rig_refused(&rig, SIM_EINVAL, PARTS("stock-2023-07", "start_expiry"));
	rig_fini(&rig);
}

static void a_bad_value_is_refused_with_its_place(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	say(&rig_group(&rig, "1", "x1c")->options, "keepalive", "1s");
	rig_refused(&rig, SIM_EINVAL, PARTS("story.lua:7", "keepalive"));
	rig_fini(&rig);

	rig_init(&rig);
	rig_group(&rig, "1", "x1c");
	say(&rig.plan->cloud_safeguards, "message_expiry", "soon");
	rig_refused(&rig, SIM_EINVAL, PARTS("story.lua:7", "message_expiry"));
	rig_fini(&rig);

	rig_init(&rig);
	rig_evening(&rig, "1");
	say(&rig.plan->owners[0].options, "asleep", "always");
	rig_refused(&rig, SIM_EINVAL, PARTS("story.lua:7", "asleep"));
	rig_fini(&rig);
}

static void more_clients_of_the_service_than_there_is_room_for_are_refused(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_group(&rig, "1", "x1c");
	say(&rig.plan->cloud, "clients", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q");
	rig_refused(&rig, SIM_ELIMIT, PARTS("16"));
	rig_fini(&rig);
}

static void a_missing_include_is_refused_by_name(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_group(&rig, "1", "x1c");
	say(&rig.plan->broker, "include", "no-such.conf");
	rig_refused(&rig, SIM_ENOENT, PARTS("include", "no-such.conf"));
	rig_fini(&rig);
}

static void too_few_descriptors_are_refused_with_the_number(void **state)
{
	struct rlimit before, low;
	char needed[32];
	struct rig rig;
	long n;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	rig_init(&rig);
	rig_group(&rig, "300", "x1c");
	rig_group(&rig, "200", "p1p");
	n = fleet_descriptors(rig.plan);
	assert_true(n > 500);
	low = before;
	low.rlim_cur = (rlim_t)n - 1;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	snprintf(needed, sizeof(needed), "needs %ld descriptors", n);
	rig_refused(&rig, SIM_ELIMIT, PARTS(needed, "ulimit"));
	low.rlim_cur = (rlim_t)n;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	rig_new(&rig);
	assert_int_equal(fleet_count(rig.fleet), 500);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	rig_fini(&rig);
}

static void a_missing_broker_is_refused_at_the_start(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_group(&rig, "1", "x1c");
	rig.options.broker = "no-such-broker";
	rig_new(&rig);
	assert_int_equal(fleet_start(rig.fleet, &rig.error), SIM_ENOENT);
	assert_non_null(strstr(rig.error.text, "no-such-broker"));
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fleet_without_groups_is_empty),
		cmocka_unit_test(a_fleet_of_which_every_count_is_0_is_empty),
		cmocka_unit_test(
			an_unknown_model_is_named_with_its_place_and_the_nearest),
		cmocka_unit_test(an_unknown_zone_is_named_with_its_place),
		cmocka_unit_test(an_unknown_build_is_named_with_its_place),
		cmocka_unit_test(
			a_safeguard_that_the_build_lacks_is_refused_with_its_place),
		cmocka_unit_test(a_mix_in_which_one_build_lacks_a_safeguard_is_refused),
		cmocka_unit_test(a_bad_value_is_refused_with_its_place),
		cmocka_unit_test(
			more_clients_of_the_service_than_there_is_room_for_are_refused),
		cmocka_unit_test(a_missing_include_is_refused_by_name),
		cmocka_unit_test(too_few_descriptors_are_refused_with_the_number),
		cmocka_unit_test(a_missing_broker_is_refused_at_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
