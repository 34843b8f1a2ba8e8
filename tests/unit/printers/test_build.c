/* Loading builds: what is shipped, and what cannot be one. */
#include "tests/testing.h"

#include <unistd.h>

#include "printers/firmware/instance.h"

static char dir[64];

static int make_dir(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/jobjam-build-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	(void)state;
	static const char *const NAMES[] = {"build.c", "build.so", "text.so"};
	char path[128];
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, NAMES[i]);
		unlink(path);
	}
	return rmdir(dir);
}

/* Compiles source to dir/build.so and tries to load it. */
static int load(const char *source, struct sim_error *error)
{
	char path[128], command[512];
	struct firmware_build *build = NULL;
	snprintf(path, sizeof(path), "%s/build.c", dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "#include \"printers/firmware/jobjam_firmware.h\"\n%s\n", source);
	fclose(file);
	snprintf(command, sizeof(command),
		 "cc -std=c11 -I. -shared -fPIC -o %s/build.so %s", dir, path);
	assert_int_equal(system(command), 0);
	snprintf(path, sizeof(path), "%s/build.so", dir);
	memset(error, 0, sizeof(*error));
	int status = firmware_build_load(path, "nowhere", &build, error);
	assert_true((status == 0) == (build != NULL));
	firmware_build_free(build);
	unlink(path);
	return status;
}

static void shipped_builds_are_listed_in_order(void **state)
{
	(void)state;
	char shipped[256];
	snprintf(shipped, sizeof(shipped), "%s/firmware", testing_build_dir());
	assert_string_equal(firmware_build_shipped(shipped, 0), "guarded");
	char before[64] = "";
	bool stock = false;
	const char *name;
	for (size_t i = 0; (name = firmware_build_shipped(shipped, i)); i++) {
		assert_true(strcmp(before, name) < 0);
		stock |= strcmp(name, "stock-2023-07") == 0;
		snprintf(before, sizeof(before), "%s", name);
	}
	assert_true(stock);
	assert_null(firmware_build_shipped("/nowhere", 0));
}

static void a_misspelt_build_suggests_the_nearest(void **state)
{
	(void)state;
	struct sim_error error;
	struct firmware_build *build = NULL;
	char shipped[256];
	snprintf(shipped, sizeof(shipped), "%s/firmware", testing_build_dir());
	assert_int_equal(firmware_build_load("gaurded", shipped, &build, &error),
			 SIM_ENOENT);
	assert_non_null(strstr(error.text, "did you mean \"guarded\""));
	assert_int_equal(firmware_build_load("/no/such.so", shipped, &build, &error),
			 SIM_ENOENT);
	assert_non_null(strstr(error.text, "/no/such.so"));
	assert_null(build);
}

static void a_library_without_the_symbol_is_refused_by_name(void **state)
{
	(void)state;
	struct sim_error error;
	assert_int_equal(load("int other;", &error), SIM_EUNFIT);
	assert_non_null(strstr(error.text, "has no symbol jobjam_firmware"));
}

static void another_major_version_is_refused_with_both_numbers(void **state)
{
	(void)state;
	struct sim_error error;
	assert_int_equal(
		load("const struct jobjam_fw_api jobjam_firmware = {"
		     ".size = sizeof(jobjam_firmware), .abi_major = 2, .abi_minor = 3};",
		     &error),
		SIM_EUNFIT);
	assert_non_null(strstr(error.text, "version 2.3"));
	assert_non_null(strstr(error.text, "1.2"));
}

static void a_missing_function_is_refused(void **state)
{
	(void)state;
	struct sim_error error;
	assert_int_equal(load("const struct jobjam_fw_api jobjam_firmware = {"
			      ".size = sizeof(jobjam_firmware), .abi_major = 1};",
			      &error),
			 SIM_EUNFIT);
	assert_non_null(strstr(error.text, "incomplete"));
}

#define TABLE(caps)                                                                             \
	"static const struct jobjam_fw_info *info(void) { static const struct "                 \
	"jobjam_fw_info i = {.size = sizeof(i), .abi_major = 1, .abi_minor = 7, .caps = " caps  \
	", .name = \"mine\", .version = \"9\"}; return &i; }"                                   \
	"static int create(const struct jobjam_fw_host *h, const struct jobjam_fw_config *c,"   \
	" uint64_t t, struct jobjam_fw **f) { return 3; }"                                      \
	"static int step(struct jobjam_fw *f, const struct jobjam_fw_sensors *s, uint64_t d,"   \
	" struct jobjam_fw_actuators *a) { return 0; }"                                         \
	"static int rx(struct jobjam_fw *f, const void *p, size_t n, uint64_t m) { return 0; }" \
	"static int ev(struct jobjam_fw *f, uint32_t e) { return 0; }"                          \
	"static int us(struct jobjam_fw *f, uint32_t e, uint32_t a) { return 0; }"              \
	"static int save(const struct jobjam_fw *f, void *b, size_t *n) { return 0; }"          \
	"static int load(struct jobjam_fw *f, const void *b, size_t n) { return 0; }"           \
	"static void gone(struct jobjam_fw *f) { }"                                             \
	"const struct jobjam_fw_api jobjam_firmware = {sizeof(jobjam_firmware), 1, 7, 0, "      \
	"info, create, step, rx, ev, us, save, load, gone};"

static void a_higher_minor_version_is_accepted(void **state)
{
	(void)state;
	struct sim_error error;
	assert_int_equal(load(TABLE("3"), &error), SIM_OK);
}

static void a_build_that_cannot_save_is_refused(void **state)
{
	(void)state;
	struct sim_error error;
	assert_int_equal(load(TABLE("2"), &error), SIM_EUNFIT);
	assert_non_null(strstr(error.text, "SAVE"));
}

static void a_file_that_is_no_library_is_refused(void **state)
{
	(void)state;
	struct sim_error error;
	struct firmware_build *build = NULL;
	char path[128];
	snprintf(path, sizeof(path), "%s/text.so", dir);
	FILE *file = fopen(path, "w");
	fputs("this is no library", file);
	fclose(file);
	assert_int_equal(firmware_build_load(path, dir, &build, &error), SIM_EUNFIT);
	assert_null(build);
}

static void settings_are_checked_and_named(void **state)
{
	(void)state;
	struct sim_error error;
	struct firmware_build *build;
	struct jobjam_fw_value values[FIRMWARE_SETTINGS_MAX];
	char shipped[256];
	snprintf(shipped, sizeof(shipped), "%s/firmware", testing_build_dir());
	assert_int_equal(firmware_build_load("guarded", shipped, &build, &error), 0);
	int expiry = vocab_find_param(firmware_build_settings(build), "start_expiry");
	assert_int_equal(firmware_build_values(build, "", values, &error), 0);
	assert_int_equal(values[expiry].integer, 300 * 1000000);
	assert_int_equal(firmware_build_values(build, "start_expiry=10m\n\n", values,
					       &error),
			 0);
	assert_int_equal(values[expiry].integer, 600 * 1000000);
	assert_int_equal(firmware_build_values(build, "start_expiry=off", values, &error),
			 0);
	assert_int_equal(values[expiry].integer, 0);
	assert_int_equal(firmware_build_values(build, "start_expiri=1m", values, &error),
			 SIM_ENOENT);
	assert_non_null(strstr(error.text, "start_expiry"));
	assert_int_equal(firmware_build_values(build, "start_expiry=soon", values,
					       &error),
			 SIM_EINVAL);
	assert_int_equal(firmware_build_values(build, "plate_latch", values, &error),
			 SIM_EINVAL);
	assert_int_equal(firmware_build_values(build, "unstamped=maybe", values, &error),
			 SIM_EINVAL);
	firmware_build_free(build);

	assert_int_equal(firmware_build_load("stock-2023-07", shipped, &build, &error),
			 0);
	assert_int_equal(firmware_build_settings(build)->n_params, 0);
	assert_string_equal(firmware_build_name(build), "stock-2023-07");
	firmware_build_free(build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shipped_builds_are_listed_in_order),
		cmocka_unit_test(a_misspelt_build_suggests_the_nearest),
		cmocka_unit_test(a_library_without_the_symbol_is_refused_by_name),
		cmocka_unit_test(another_major_version_is_refused_with_both_numbers),
		cmocka_unit_test(a_missing_function_is_refused),
		cmocka_unit_test(a_higher_minor_version_is_accepted),
		cmocka_unit_test(a_build_that_cannot_save_is_refused),
		cmocka_unit_test(a_file_that_is_no_library_is_refused),
		cmocka_unit_test(settings_are_checked_and_named),
	};
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
