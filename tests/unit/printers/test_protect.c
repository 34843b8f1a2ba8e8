/* The reference builds' protections to the tick, driven through the ABI with made-up
 * readings: each row is a sentence of the description that the algorithm follows. */
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
	double job_c; /* what its file wants */
	int trips, alerts;
	bool nozzle;
	char rule[40];
};

static void on_log(void *arg, const char *text)
{
	(void)arg, (void)text;
}

static void on_tx(void *arg, const void *payload, size_t length, int qos, uint32_t flags,
		  uint64_t message)
{
	(void)arg, (void)payload, (void)length, (void)qos, (void)flags, (void)message;
}

static uint32_t on_nv_read(void *arg, uint32_t key, void *bytes, uint32_t size)
{
	(void)arg, (void)key, (void)bytes, (void)size;
	return 0;
}

static int on_nv_write(void *arg, uint32_t key, const void *bytes, uint32_t size)
{
	(void)arg, (void)key, (void)bytes, (void)size;
	return 0;
}

static int64_t on_utc(void *arg)
{
	(void)arg;
	return 1692025200000;
}

static int on_file(void *arg, const char *md5, const char *url,
		   struct jobjam_fw_file *file)
{
	(void)md5, (void)url;
	file->layers = 50;
	file->print_us = UINT64_C(36000000000);
	file->nozzle_c = ((struct bench *)arg)->job_c;
	file->bed_c = 60;
	file->grams = 10;
	file->metres = 3;
	return 0;
}

static void on_notice(void *arg, const struct jobjam_fw_notice *notice)
{
	struct bench *bench = arg;
	bench->alerts += notice->kind == JOBJAM_FW_NOTICE_ALERT;
	if (notice->kind != JOBJAM_FW_NOTICE_TRIP)
		return;
	bench->trips++;
	bench->nozzle = strcmp(notice->what, "nozzle") == 0;
	snprintf(bench->rule, sizeof(bench->rule), "%s", notice->reason);
}

static void bench_init(struct bench *bench, const char *build, const char *settings)
{
	struct sim_error error = {0};
	char dir[256];
	memset(bench, 0, sizeof(*bench));
	bench->job_c = 220;
	snprintf(dir, sizeof(dir), "%s/firmware", testing_build_dir());
	if (firmware_build_load(build, dir, &bench->build, &error) ||
	    firmware_build_values(bench->build, settings, bench->values, &error))
		fail_msg("%s", error.text);
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
	struct jobjam_fw_config config = {
		.size = sizeof(config),
		.n_values = (uint32_t)firmware_build_settings(bench->build)->n_params,
		.serial = "SIM00001",
		.values = bench->values,
		.bed_x_mm = 256,
		.bed_y_mm = 256,
	};
	assert_int_equal(bench->api->create(&bench->host, &config, 0, &bench->fw), 0);
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
	bench->sensors.now_us += 2000;
	bench->out.size = sizeof(bench->out);
	assert_int_equal(bench->api->step(bench->fw, &bench->sensors, 2000, &bench->out),
			 0);
}

static void start(struct bench *bench)
{
	static const char JSON[] = "{\"print\":{\"sequence_id\":\"1\",\"command\":"
				   "\"project_file\",\"task_id\":\"1\",\"md5\":\"aa\"}}";
	bench->api->net_rx(bench->fw, JSON, strlen(JSON), 1);
	step(bench, bench->sensors.nozzle_c, bench->sensors.bed_c);
}

static double on_target(double target_c)
{
	return target_c > 0 ? target_c : 22;
}

/* Follows its targets at once, until it has printed for a while. */
static void print(struct bench *bench)
{
	start(bench);
	for (int i = 0; i < 400 * 500; i++)
		step(bench, on_target(bench->out.nozzle_target_c),
		     on_target(bench->out.bed_target_c));
	assert_int_equal(bench->trips, 0);
	assert_true(bench->out.nozzle_target_c >= 220);
}

/* Holds these readings until it trips: after how long (s); most: it did not. */
static double until_trip(struct bench *bench, double nozzle_c, double bed_c,
			 double most_s)
{
	uint64_t began = bench->sensors.now_us;
	while (bench->trips == 0 &&
	       (double)(bench->sensors.now_us - began) < most_s * 1e6)
		step(bench, nozzle_c, bed_c);
	return (double)(bench->sensors.now_us - began) / 1e6;
}

static void each_protection_trips_after_its_own_time(void **state)
{
	(void)state;
	static const struct {
		const char *build;
		double nozzle_c, bed_c, after_s, within_s;
		const char *rule;
	} ROWS[] = {
		{"ref-marlin", 215.9, 60, 40, 0.4, "thermal runaway"},
		{"ref-marlin", 216.1, 60, 100, 0.1, ""},
		{"ref-marlin", 220, 57.9, 20, 0.4, "thermal runaway"},
		{"ref-marlin", 260, 60, 100, 0.1, ""}, /* above: left to the maximum */
		{"ref-marlin", 275.1, 60, 0.2, 0.2, "maxtemp"},
		{"ref-marlin", 4.9, 60, 0.2, 0.2, "mintemp"},
		/* 120 K s below the band of 5: 40 below takes 3 s, 5 below takes 24 s */
		{"ref-klipper", 175, 60, 5, 2.5, "not heating at expected rate"},
		{"ref-klipper", 210, 60, 26, 2.5, "not heating at expected rate"},
		{"ref-klipper", 215.5, 60, 100, 0.1, ""},
		{"ref-klipper", 281, 60, 1.2, 0.4, "adc out of range"},
		{"ref-prusa", 204.9, 60, 45, 3, "thermal runaway"},
		{"ref-prusa", 205.1, 60, 100, 0.1, ""},
		{"ref-prusa", 305.1, 60, 0.3, 0.3, "maxtemp"},
		{"ref-rrf", 204.9, 60, 5.5, 1, "temperature excursion"},
		{"ref-rrf", 235.1, 60, 5.5, 1, "temperature excursion"},
		{"ref-rrf", 205.1, 60, 100, 0.1, ""},
		{"ref-rrf", 285.1, 60, 0.8, 0.6, "over limit"},
		{"ref-none", 600, 600, 100, 0.1, ""},
	};
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct bench bench;
		bench_init(&bench, ROWS[i].build, NULL);
		print(&bench);
		double after = until_trip(&bench, ROWS[i].nozzle_c, ROWS[i].bed_c, 100);
		if (fabs(after - ROWS[i].after_s) > ROWS[i].within_s ||
		    strcmp(bench.rule, ROWS[i].rule) != 0)
			fail_msg("%s at %.1f/%.1f: %.2f s (%s), not %.2f s (%s)",
				 ROWS[i].build, ROWS[i].nozzle_c, ROWS[i].bed_c, after,
				 bench.rule, ROWS[i].after_s, ROWS[i].rule);
		bench_fini(&bench);
	}
}

static void a_recovery_in_time_cancels_marlins_runaway(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, "ref-marlin", NULL);
	print(&bench);
	for (int i = 0; i < 3; i++) {
		assert_near(until_trip(&bench, 200, 60, 39), 39, 0.01);
		until_trip(&bench, 216, 60, 1);
	}
	assert_int_equal(bench.trips, 0);
	bench_fini(&bench);
}

static void marlins_watch_wants_two_degrees_in_twenty_seconds(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, "ref-marlin", NULL);
	start(&bench);
	/* The target rises from 0 to 75 C after 5 s; nothing warms. */
	assert_near(until_trip(&bench, 22, 22, 100), 25, 0.5);
	assert_string_equal(bench.rule, "heating failed");
	assert_true(bench.nozzle);
	bench_fini(&bench);
}

static void a_trip_halts_a_reference_build_until_power_comes_anew(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, "ref-klipper", NULL);
	print(&bench);
	until_trip(&bench, 300, 60, 10);
	assert_int_equal(bench.trips, 1);
	assert_int_equal(bench.alerts, 1);
	assert_near(bench.out.nozzle_pwm + bench.out.bed_pwm, 0, 0);
	assert_int_equal(bench.out.supply_off, 0);
	start(&bench);
	assert_near(bench.out.nozzle_target_c, 0, 0);
	bench_fini(&bench);

	bench_init(&bench, "ref-klipper", "supply_relay=true\n");
	print(&bench);
	until_trip(&bench, 300, 60, 10);
	assert_int_equal(bench.out.supply_off, 1);
	bench_fini(&bench);
}

static void targets_are_cut_where_marlin_cuts_them(void **state)
{
	(void)state;
	struct bench bench;
	bench_init(&bench, "ref-marlin", NULL);
	bench.job_c = 280;
	print(&bench);
	assert_near(bench.out.nozzle_target_c, 260, 0);
	bench_fini(&bench);
}

static void at_target_0_only_the_maximum_speaks(void **state)
{
	(void)state;
	static const struct {
		const char *build;
		double c;
	} ROWS[] = {{"ref-marlin", 274}, {"ref-klipper", 279}, {"ref-rrf", 284}};
	for (size_t i = 0; i < 3; i++) {
		struct bench bench;
		bench_init(&bench, ROWS[i].build, NULL);
		assert_near(until_trip(&bench, ROWS[i].c, 22, 60), 60, 0.01);
		assert_true(until_trip(&bench, ROWS[i].c + 2, 22, 60) < 5);
		bench_fini(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_protection_trips_after_its_own_time),
		cmocka_unit_test(a_recovery_in_time_cancels_marlins_runaway),
		cmocka_unit_test(marlins_watch_wants_two_degrees_in_twenty_seconds),
		cmocka_unit_test(a_trip_halts_a_reference_build_until_power_comes_anew),
		cmocka_unit_test(targets_are_cut_where_marlin_cuts_them),
		cmocka_unit_test(at_target_0_only_the_maximum_speaks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
