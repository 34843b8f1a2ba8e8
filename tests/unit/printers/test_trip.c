/* The guarded build's heater safeguards, driven through the ABI with made-up readings. */
#include "tests/testing.h"

#include "printers/firmware/instance.h"

struct bench {
	struct firmware_build *build;
	const struct jobjam_fw_api *api;
	struct jobjam_fw_host host;
	struct jobjam_fw_value values[FIRMWARE_SETTINGS_MAX];
	struct jobjam_fw *fw;
	struct jobjam_fw_sensors sensors;
	struct jobjam_fw_actuators out;
	uint8_t nv[4096];
	uint32_t nv_size;
	int starts, trips, ended, prompts, acks;
	uint32_t prompt;
	char refusal[32];
	char report[2048];
};

static void on_log(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

static void on_tx(void *arg, const void *payload, size_t length, int qos, uint32_t flags,
		  uint64_t message)
{
	struct bench *bench = arg;
	(void)qos;
	(void)flags;
	(void)message;
	assert_true(length < sizeof(bench->report));
	memcpy(bench->report, payload, length);
	bench->report[length] = '\0';
}

static uint32_t on_nv_read(void *arg, uint32_t key, void *bytes, uint32_t size)
{
	struct bench *bench = arg;
	(void)key;
	if (bench->nv_size > 0)
		memcpy(bytes, bench->nv, bench->nv_size < size ? bench->nv_size : size);
	return bench->nv_size;
}

static int on_nv_write(void *arg, uint32_t key, const void *bytes, uint32_t size)
{
	struct bench *bench = arg;
	(void)key;
	memcpy(bench->nv, bytes, size);
	bench->nv_size = size;
	return 0;
}

static int64_t on_utc(void *arg)
{
	struct bench *bench = arg;
	return 1692025200000 + (int64_t)(bench->sensors.now_us / 1000);
}

static int on_file(void *arg, const char *md5, const char *url,
		   struct jobjam_fw_file *file)
{
	(void)arg;
	(void)md5;
	(void)url;
	file->layers = 50;
	file->x1_mm = file->y1_mm = 40;
	file->height_mm = 10;
	file->print_us = UINT64_C(3600000000);
	file->grams = 10;
	file->metres = 3;
	file->nozzle_c = 220;
	file->bed_c = 60;
	return 0;
}

static void on_notice(void *arg, const struct jobjam_fw_notice *notice)
{
	struct bench *bench = arg;
	bench->starts += notice->kind == JOBJAM_FW_NOTICE_START;
	bench->trips += notice->kind == JOBJAM_FW_NOTICE_TRIP;
	bench->ended += notice->kind == JOBJAM_FW_NOTICE_ENDED;
	bench->prompts += notice->kind == JOBJAM_FW_NOTICE_SHOWN;
	bench->acks += notice->kind == JOBJAM_FW_NOTICE_ANSWERED;
	if (notice->kind == JOBJAM_FW_NOTICE_SHOWN)
		bench->prompt = notice->prompt;
	if (notice->kind == JOBJAM_FW_NOTICE_REFUSED)
		snprintf(bench->refusal, sizeof(bench->refusal), "%s", notice->reason);
}

static void power_on(struct bench *bench)
{
	struct jobjam_fw_config config = {
		.size = sizeof(config),
		.n_values = (uint32_t)firmware_build_settings(bench->build)->n_params,
		.serial = "SIM00001",
		.values = bench->values,
		.bed_x_mm = 256,
		.bed_y_mm = 256,
	};
	assert_int_equal(bench->api->create(&bench->host, &config, bench->sensors.now_us,
					    &bench->fw),
			 0);
	bench->api->net_event(bench->fw, JOBJAM_FW_NET_UP);
}

static void bench_init(struct bench *bench, const char *settings)
{
	struct sim_error error;
	char dir[256];
	memset(bench, 0, sizeof(*bench));
	snprintf(dir, sizeof(dir), "%s/firmware", testing_build_dir());
	assert_int_equal(firmware_build_load("guarded", dir, &bench->build, &error), 0);
	assert_int_equal(firmware_build_values(bench->build, settings, bench->values,
					       &error),
			 0);
	bench->api = firmware_build_api(bench->build);
	bench->host = (struct jobjam_fw_host){.size = sizeof(bench->host),
					      .arg = bench,
					      .log = on_log,
					      .net_tx = on_tx,
					      .nv_read = on_nv_read,
					      .nv_write = on_nv_write,
					      .utc_ms = on_utc,
					      .file = on_file,
					      .notice = on_notice};
	bench->sensors = (struct jobjam_fw_sensors){.size = sizeof(bench->sensors),
						    .nozzle_c = 22,
						    .bed_c = 22,
						    .chamber_c = 22};
	power_on(bench);
}

static void bench_fini(struct bench *bench)
{
	bench->api->destroy(bench->fw);
	firmware_build_free(bench->build);
}

static void step(struct bench *bench, double nozzle_c, double bed_c)
{
	bench->sensors.nozzle_c = nozzle_c;
	bench->sensors.bed_c = bed_c;
	bench->sensors.now_us += 250000;
	bench->out.size = sizeof(bench->out);
	assert_int_equal(bench->api->step(bench->fw, &bench->sensors, 250000,
					  &bench->out),
			 0);
}

/* Four readings in a row. */
static void hold(struct bench *bench, double nozzle_c, double bed_c)
{
	for (int i = 0; i < 4; i++)
		step(bench, nozzle_c, bed_c);
}

static void start(struct bench *bench, int task)
{
	char json[300];
	int n = snprintf(json, sizeof(json),
			 "{\"print\":{\"sequence_id\":\"1\",\"command\":\"project_file\","
			 "\"task_id\":\"%d\",\"md5\":\"aa\",\"sent_at\":%lld}}",
			 task, (long long)on_utc(bench));
	bench->api->net_rx(bench->fw, json, (size_t)n, (uint64_t)task);
	step(bench, bench->sensors.nozzle_c, bench->sensors.bed_c);
}

/* A machine that follows its targets at once, for so long. */
static void behave(struct bench *bench, double seconds)
{
	for (int i = 0; i < (int)(seconds * 4); i++)
		step(bench,
		     bench->out.nozzle_target_c > 0 ? bench->out.nozzle_target_c : 22,
		     bench->out.bed_target_c > 0 ? bench->out.bed_target_c : 22);
}

static bool heating(const struct bench *bench)
{
	return bench->out.nozzle_pwm > 0 || bench->out.bed_pwm > 0 ||
	       bench->out.nozzle_target_c > 0 || bench->out.bed_target_c > 0;
}

#define NO_QUESTIONS "plate_latch=false\nconfirm_at_machine=false\n"

static void an_over_temperature_switches_everything_off_after_four_readings(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, NULL);
	start(&bench, 1);
	behave(&bench, 20);
	assert_true(heating(&bench));
	for (int i = 0; i < 3; i++)
		step(&bench, 306, 60);
	assert_int_equal(bench.trips, 0);
	step(&bench, 306, 60);
	assert_int_equal(bench.trips, 1);
	assert_int_equal(bench.ended, 1);
	assert_false(heating(&bench));
	assert_int_equal(bench.out.supply_off,
			 0); /* its power is off, and that was enough */
	assert_int_equal(bench.out.state, JOBJAM_FW_FAILED);
	assert_non_null(
		strstr(bench.report, "\"hms\":[{\"attr\":50332160,\"code\":65539}]"));
	/* One alert for one fault. */
	for (int i = 0; i < 100; i++)
		step(&bench, 300, 60);
	assert_int_equal(bench.trips, 1);
	bench_fini(&bench);
}

static void after_a_trip_only_somebody_at_the_machine_lets_it_heat_again(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, NO_QUESTIONS);
	start(&bench, 1);
	behave(&bench, 20);
	hold(&bench, 306, 60);
	behave(&bench, 600);
	start(&bench, 2);
	assert_string_equal(bench.refusal, "tripped");
	/* Not even a power cycle. */
	bench.api->destroy(bench.fw);
	power_on(&bench);
	behave(&bench, 1);
	start(&bench, 3);
	assert_int_equal(bench.starts, 1);
	assert_false(heating(&bench));
	bench.api->user(bench.fw, JOBJAM_FW_USER_NO, bench.prompt);
	behave(&bench, 1);
	assert_int_equal(bench.acks, 0);
	bench.api->user(bench.fw, JOBJAM_FW_USER_YES, bench.prompt);
	behave(&bench, 1);
	assert_int_equal(bench.acks, 1);
	assert_int_equal(bench.out.supply_off, 0);
	start(&bench, 4);
	behave(&bench, 20);
	assert_int_equal(bench.starts, 2);
	assert_true(heating(&bench));
	bench_fini(&bench);
}

static void without_no_reheat_the_next_start_heats(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, NO_QUESTIONS "no_reheat_without_ack=false\n");
	start(&bench, 1);
	behave(&bench, 20);
	hold(&bench, 306, 60);
	behave(&bench, 60);
	start(&bench, 2);
	behave(&bench, 20);
	assert_int_equal(bench.starts, 2);
	assert_true(heating(&bench));
	bench_fini(&bench);
}

static void the_monitor_alone_shows_an_alert_and_prints_on(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, NO_QUESTIONS "heater_cutoff=false\n");
	start(&bench, 1);
	behave(&bench, 20);
	hold(&bench, 306, 60);
	assert_non_null(strstr(bench.report, "\"hms\":[{"));
	assert_int_equal(bench.trips, 0);
	assert_true(heating(&bench));
	bench_fini(&bench);
}

static void without_both_nothing_speaks(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, NO_QUESTIONS "heater_cutoff=false\nheater_monitor=false\n");
	start(&bench, 1);
	behave(&bench, 20);
	hold(&bench, 306, 60);
	assert_null(strstr(bench.report, "\"hms\":[{"));
	assert_true(heating(&bench));
	bench_fini(&bench);
}

static void a_sensor_that_fell_out_is_found_by_the_missing_gain(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, NULL);
	start(&bench, 1);
	int on = 0, steps = 0;
	while (bench.trips == 0 && steps++ < 400) {
		step(&bench, 24, 22);
		on += bench.out.nozzle_pwm == 1.0;
	}
	assert_near(on * 0.25, 20, 0.5);
	bench_fini(&bench);
}

static void a_fall_from_a_reached_target_is_found(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, NULL);
	start(&bench, 1);
	behave(&bench, 300);
	double target = bench.out.nozzle_target_c;
	assert_true(target > 100);
	int steps = 0;
	while (bench.trips == 0 && steps++ < 400)
		step(&bench, target - 20, 60);
	assert_near(steps * 0.25, 5, 1);
	bench_fini(&bench);
}

static void an_open_or_shorted_sensor_is_found_within_four_readings(void **state)
{
	(void)state;
	static const double READINGS[] = {-20.0, 450.0, -273.0};
	for (size_t i = 0; i < 3; i++) {
		struct bench bench;
		bench_init(&bench, NULL);
		start(&bench, 1);
		behave(&bench, 20);
		hold(&bench, READINGS[i], 60);
		assert_int_equal(bench.trips, 1);
		bench_fini(&bench);
	}
}

static void a_heater_that_warms_while_off_is_found(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, NULL);
	behave(&bench, 1);
	for (int i = 0; i < 60; i++)
		step(&bench, 22 + i, 22);
	assert_int_equal(bench.trips, 1);
	assert_int_equal(bench.out.supply_off, 1);
	bench_fini(&bench);
}

static void full_power_just_below_a_reached_target_is_no_fault(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, NULL);
	start(&bench, 1);
	behave(&bench, 360);
	double target = bench.out.nozzle_target_c;
	assert_true(target > 200);
	for (int i = 0; i < 400; i++) {
		step(&bench, target - 4, 60);
		assert_int_equal(bench.trips, 0);
	}
	assert_true(bench.out.nozzle_pwm > 0.99);
	bench_fini(&bench);
}

#define ALONE                                                             \
	NO_QUESTIONS                                                      \
	"plate_sensor=false\nheater_monitor=false\nheater_cutoff=false\n" \
	"no_reheat_without_ack=false\nidempotency=false\nstart_expiry=0s\nsupersede=false\n"

static void the_cutoff_alone_ends_the_job_and_the_next_start_heats(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, ALONE "heater_cutoff=true\n");
	start(&bench, 1);
	behave(&bench, 20);
	hold(&bench, 306, 60);
	assert_int_equal(bench.trips, 1);
	assert_int_equal(bench.ended, 1);
	assert_false(heating(&bench));
	/* The hole: nobody has looked, and it heats again. */
	behave(&bench, 60);
	start(&bench, 2);
	behave(&bench, 20);
	assert_int_equal(bench.starts, 2);
	assert_true(heating(&bench));
	bench_fini(&bench);
}

static void no_reheat_alone_has_no_trip_to_remember(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, ALONE "no_reheat_without_ack=true\n");
	start(&bench, 1);
	behave(&bench, 20);
	hold(&bench, 306, 60);
	assert_int_equal(bench.trips, 0);
	assert_int_equal(bench.prompts, 0);
	assert_true(heating(&bench));
	bench_fini(&bench);
}

static void after_trip_with(struct bench *bench, const char *settings, double k_s)
{
	bench_init(bench, settings);
	start(bench, 1);
	behave(bench, 20);
	hold(bench, 306, 60);
	assert_int_equal(bench->trips, 1);
	for (int i = 0; i < 40; i++)
		step(bench, 306 + k_s * 0.25 * i, 60);
}

static void the_supply_opens_when_something_still_rises_after_the_trip(void **state)
{
	(void)state;
	struct bench bench;
	after_trip_with(&bench, NULL, 1.5);
	assert_int_equal(bench.out.supply_off, 1);
	/* Also after a power cycle, until somebody acknowledges. */
	bench.api->destroy(bench.fw);
	power_on(&bench);
	step(&bench, 310, 60);
	assert_int_equal(bench.out.supply_off, 1);
	bench.api->user(bench.fw, JOBJAM_FW_USER_YES, bench.prompt);
	step(&bench, 40, 30);
	assert_int_equal(bench.out.supply_off, 0);
	bench_fini(&bench);

	after_trip_with(&bench, NULL, -1.5);
	assert_int_equal(bench.out.supply_off, 0);
	bench_fini(&bench);
	after_trip_with(&bench, "supply_cut=never\n", 1.5);
	assert_int_equal(bench.out.supply_off, 0);
	bench_fini(&bench);
	after_trip_with(&bench, "supply_cut=at_once\n", -1.5);
	assert_int_equal(bench.out.supply_off, 1);
	bench_fini(&bench);
}

/* It trips while off, the power goes and comes back, and the switch is still stuck. */
static void a_stuck_switch_is_found_again_after_a_power_cut(void **state)
{
	(void)state;
	struct bench bench;
	after_trip_with(&bench, NULL, -1.5);
	bench.api->destroy(bench.fw);
	power_on(&bench);
	for (int i = 0; i < 120; i++)
		step(&bench, 60 + 0.5 * i, 30);
	assert_int_equal(bench.out.supply_off, 1);
	bench_fini(&bench);
}

static int trips_when_called_after(double seconds, const char *settings)
{
	struct bench bench;
	bench_init(&bench, settings);
	start(&bench, 1);
	behave(&bench, 20);
	assert_true(heating(&bench) && bench.trips == 0);
	bench.sensors.now_us += (uint64_t)(seconds * 1e6);
	assert_int_equal(bench.api->step(bench.fw, &bench.sensors,
					 (uint64_t)(seconds * 1e6), &bench.out),
			 0);
	int trips = bench.trips;
	bench_fini(&bench);
	return trips;
}

static void a_control_that_is_called_too_late_trips(void **state)
{
	(void)state;
	assert_int_equal(trips_when_called_after(2.9, NULL), 0);
	assert_int_equal(trips_when_called_after(3.1, NULL), 1);
	assert_int_equal(trips_when_called_after(3.1, "heat_watchdog=false\n"), 0);
}

static void saving_and_loading_goes_back_to_the_same_outputs(void **state)
{
	(void)state;
	struct bench bench;
	struct jobjam_fw_actuators first;
	uint8_t bytes[32768];
	size_t size = sizeof(bytes), none = 10;
	bench_init(&bench, NULL);
	start(&bench, 1);
	behave(&bench, 100);
	assert_int_equal(bench.api->save(bench.fw, bytes, &none), JOBJAM_FW_ERROR);
	assert_int_equal(bench.api->save(bench.fw, bytes, &size), 0);
	struct jobjam_fw_sensors sensors = bench.sensors;
	struct jobjam_fw_actuators out = bench.out;
	behave(&bench, 50);
	first = bench.out;
	assert_int_equal(bench.api->load(bench.fw, bytes, size), 0);
	assert_int_equal(bench.api->load(bench.fw, bytes, size - 1), JOBJAM_FW_ERROR);
	bench.sensors = sensors;
	bench.out = out;
	behave(&bench, 50);
	assert_memory_equal(&first, &bench.out, sizeof(first));
	bench_fini(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_over_temperature_switches_everything_off_after_four_readings),
		cmocka_unit_test(
			after_a_trip_only_somebody_at_the_machine_lets_it_heat_again),
		cmocka_unit_test(without_no_reheat_the_next_start_heats),
		cmocka_unit_test(the_monitor_alone_shows_an_alert_and_prints_on),
		cmocka_unit_test(without_both_nothing_speaks),
		cmocka_unit_test(a_sensor_that_fell_out_is_found_by_the_missing_gain),
		cmocka_unit_test(a_fall_from_a_reached_target_is_found),
		cmocka_unit_test(an_open_or_shorted_sensor_is_found_within_four_readings),
		cmocka_unit_test(a_heater_that_warms_while_off_is_found),
		cmocka_unit_test(full_power_just_below_a_reached_target_is_no_fault),
		cmocka_unit_test(the_cutoff_alone_ends_the_job_and_the_next_start_heats),
		cmocka_unit_test(no_reheat_alone_has_no_trip_to_remember),
		cmocka_unit_test(
			the_supply_opens_when_something_still_rises_after_the_trip),
		cmocka_unit_test(a_stuck_switch_is_found_again_after_a_power_cut),
		cmocka_unit_test(a_control_that_is_called_too_late_trips),
		cmocka_unit_test(saving_and_loading_goes_back_to_the_same_outputs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
