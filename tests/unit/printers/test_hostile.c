/* Requests that are wrong, huge or hostile change nothing and never crash. */
#include "tests/unit/printers/rig.h"

#include "sim/core/chance.h"
#include "sim/json/json.h"

static const char *const BUILDS[] = {"stock-2023-07", "guarded"};

static void send_bytes(struct rig *rig, const void *bytes, size_t length)
{
	printer_message(rig->printer, rig->clock.now, bytes, length, 0);
}

static void what_is_no_request_is_logged_and_ignored(void **state)
{
	(void)state;
	static const char *const ROWS[] = {
		"",
		"null",
		"[]",
		"{",
		"{\"print\":1}",
		"{\"print\":{\"command\":1}}",
		"{\"print\":{\"command\":\"dance\"}}",
		"{\"print\":{\"command\":\"project_file\"}}",
		"{\"print\":{\"command\":\"plate_confirm\",\"prompt_id\":\"-4\","
		"\"answer\":\"yes\"}}",
		"{\"print\":{\"command\":\"plate_confirm\",\"prompt_id\":\"99999999999\","
		"\"answer\":\"yes\"}}",
		"{\"pushing\":{\"command\":[\"pushall\"]}}",
		"\xff\xfe\x00",
	};
	for (int b = 0; b < 2; b++) {
		struct rig rig;
		rig_init(&rig, "x1c", BUILDS[b], NULL);
		for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
			int logged = rig_count(&rig, KIND_FIRMWARE_LOG);
			send_bytes(&rig, ROWS[i], strlen(ROWS[i]));
			assert_int_equal(rig_count(&rig, KIND_FIRMWARE_LOG), logged + 1);
		}
		assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 0);
		rig_start(&rig, 1); /* and it still works */
		assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 1);
		rig_fini(&rig);
	}
}

static void huge_and_deep_requests_are_ignored(void **state)
{
	(void)state;
	struct rig rig;
	size_t size = 3 << 20;
	char *bytes = malloc(size);
	assert_non_null(bytes);
	rig_init(&rig, "x1c", "guarded", NULL);
	memset(bytes, '[', size);
	send_bytes(&rig, bytes, size);
	send_bytes(&rig, bytes, 10000);
	memset(bytes, 'a', size);
	memcpy(bytes, "{\"print\":\"", 10);
	memcpy(bytes + 15000, "\"}", 2);
	send_bytes(&rig, bytes, 15002);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_LOG), 3);
	assert_int_equal(rig_count(&rig, KIND_FIRMWARE_START), 0);
	rig_fini(&rig);
	free(bytes);
}

static void hostile_names_come_out_as_valid_json(void **state)
{
	(void)state;
	struct rig rig;
	rig_init(&rig, "x1c", "stock-2023-07", NULL);
	rig_message(
		&rig,
		"{\"print\":{\"sequence_id\":\"a\\\"b\\u0001\",\"command\":\"project_file\","
		"\"task_id\":\"77\\\\\",\"subtask_id\":\"\\u001b[2J\",\"subtask_name\":"
		"\"\xe4\xbd\xa0 \xc3\x28 \\\"},{ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxx\",\"md5\":\"aa11\"}}");
	struct json *reply = json_parse(rig.reply.text, strlen(rig.reply.text), NULL);
	assert_non_null(reply);
	assert_string_equal(json_text(json_path(reply, "print.sequence_id"), ""),
			    "a\"b?");
	json_free(reply);
	rig_until(&rig, 10 * SIM_MIN);
	struct json *status = json_parse(rig.last.text, strlen(rig.last.text), NULL);
	assert_non_null(status);
	const char *name = json_text(json_path(status, "print.subtask_name"), "");
	assert_int_equal(strlen(name), 63);
	assert_memory_equal(name, "\xe4\xbd\xa0 ?( \"}", 9);
	json_free(status);
	rig_fini(&rig);
}

/* A good request with bytes changed, cut and doubled. */
static void mutated_requests_never_crash(void **state)
{
	(void)state;
	static const char *const SEEDS[] = {
		"{\"print\":{\"sequence_id\":\"1\",\"command\":\"project_file\",\"task_id\":\"715\","
		"\"subtask_name\":\"x\",\"md5\":\"aa11\",\"sent_at\":1692025200000,"
		"\"job_key\":\"k\"}}",
		"{\"print\":{\"sequence_id\":\"1\",\"command\":\"stop\",\"task_id\":\"715\"}}",
		"{\"print\":{\"sequence_id\":\"2\",\"command\":\"plate_confirm\",\"prompt_id\":\"1\","
		"\"task_id\":\"715\",\"plate_epoch\":\"1\",\"answer\":\"yes\","
		"\"not_after\":\"1692064800000\"}}",
		"{\"pushing\":{\"sequence_id\":\"0\",\"command\":\"pushall\"}}",
	};
	struct chance chance = chance_stream(1, "test", "bytes");
	for (int b = 0; b < 2; b++) {
		struct rig rig;
		rig_init(&rig, "p1p", BUILDS[b], b == 1 ? "start_expiry=off" : "");
		for (int i = 0; i < 3000; i++) {
			char bytes[512];
			const char *seed = SEEDS[chance_int(&chance, 0, 3)];
			size_t length = strlen(seed);
			memcpy(bytes, seed, length);
			for (int64_t n = chance_int(&chance, 0, 4); n > 0; n--)
				bytes[chance_int(&chance, 0, (int64_t)length - 1)] =
					(char)chance_int(&chance, 0, 255);
			if (chance_bool(&chance, 0.1))
				length = (size_t)chance_int(&chance, 0, (int64_t)length);
			rig_until(&rig,
				  rig.clock.now + chance_between(&chance, 0, 90 * SIM_S));
			send_bytes(&rig, bytes, length);
			if (chance_bool(&chance, 0.02))
				printer_take_object(rig.printer, rig.clock.now,
						    "owner/007", 0);
		}
		/* The guarded one knows the others again. */
		assert_true(rig_count(&rig, KIND_FIRMWARE_START) > (b == 0 ? 3 : 0));
		rig_fini(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_request_is_logged_and_ignored),
		cmocka_unit_test(huge_and_deep_requests_are_ignored),
		cmocka_unit_test(hostile_names_come_out_as_valid_json),
		cmocka_unit_test(mutated_requests_never_crash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
