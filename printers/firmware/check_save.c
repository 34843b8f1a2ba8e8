/* check_save.c - a build that is taken back goes on as it did the first time. */
#include "printers/firmware/check_bench.h"

#include <stdio.h>
#include <string.h>

enum {
	STATE_MOST = 1 << 20,
	STRETCH = 300, /* parts of a life that are lived twice */
	ANEW = 1500    /* how often also in a new instance */
};
static const uint8_t GUARD = 0xA5;

struct saved {
	uint8_t bytes[STATE_MOST];
	size_t used;
};

/* Everything of a bench but the instance. */
static void keep(struct bench *to, const struct bench *from)
{
	struct jobjam_fw *fw = to->fw;
	struct jobjam_fw_host host = to->host;
	*to = *from;
	to->fw = fw;
	to->host = host;
}

static bool goes_on_the_same(struct bench *bench, int from, const struct saved *saved,
			     char why[CHECK_WHY])
{
	static struct bench before, after;
	before = *bench;
	for (int i = from; i < from + STRETCH; i++)
		bench_live(bench, i);
	after = *bench;
	keep(bench, &before);
	int status = bench->api->load(bench->fw, saved->bytes, saved->used);
	if (status != JOBJAM_FW_OK && status != JOBJAM_FW_WARN) {
		snprintf(why, CHECK_WHY, "load() answers %d to what save() wrote",
			 status);
		return false;
	}
	for (int i = from; i < from + STRETCH; i++)
		bench_live(bench, i);
	if (bench->hash == after.hash)
		return true;
	snprintf(why, CHECK_WHY,
		 "after load() in place it goes on differently (saved at %llu ms)",
		 (unsigned long long)before.sensors.now_us / 1000);
	return false;
}

static bool save(const struct bench *bench, struct saved *saved, char why[CHECK_WHY])
{
	size_t size = 0;
	int status = bench->api->save(bench->fw, NULL, &size);
	if (status > JOBJAM_FW_WARN || size == 0 || size > STATE_MOST) {
		snprintf(
			why, CHECK_WHY,
			"save(NULL) answers %d and wants %zu bytes; 1 to %d are possible",
			status, size, (int)STATE_MOST);
		return false;
	}
	saved->used = size;
	memset(saved->bytes, GUARD, STATE_MOST);
	status = bench->api->save(bench->fw, saved->bytes, &saved->used);
	if (status <= JOBJAM_FW_WARN && saved->used <= size &&
	    (size == STATE_MOST || saved->bytes[size] == GUARD))
		return true;
	snprintf(why, CHECK_WHY,
		 "save() answers %d and writes more than the %zu bytes it wanted", status,
		 size);
	return false;
}

/* From the saved state, here and in an instance that was just made. */
static bool goes_on_in_a_new_instance(struct bench *bench, int from,
				      const struct saved *saved, char why[CHECK_WHY])
{
	static struct bench as_it_is, fresh;
	const struct jobjam_fw_api *api = bench->api;
	as_it_is = *bench;
	if (!bench_open(&fresh, api, why))
		return false;
	keep(&fresh, bench);
	api->load(bench->fw, saved->bytes, saved->used);
	api->load(fresh.fw, saved->bytes, saved->used);
	fresh.hash = bench->hash = 1;
	for (int i = from; i < from + STRETCH; i++) {
		bench_live(bench, i);
		bench_live(&fresh, i);
	}
	bool same = fresh.hash == bench->hash;
	if (!same)
		snprintf(why, CHECK_WHY,
			 "a new instance goes on differently after load()");
	api->destroy(fresh.fw);
	keep(bench, &as_it_is);
	return same;
}

static bool needs_its_room(const struct bench *bench, char why[CHECK_WHY])
{
	uint8_t small[64];
	size_t size = 1, whole = 0;
	memset(small, GUARD, sizeof(small));
	int status = bench->api->save(bench->fw, small, &size);
	bench->api->save(bench->fw, NULL, &whole);
	if (whole <= 1 || (status > JOBJAM_FW_WARN && small[1] == GUARD))
		return true;
	snprintf(why, CHECK_WHY,
		 "save() into 1 byte answers %d; ERROR without writing is wanted",
		 status);
	return false;
}

bool check_save_and_load(const struct jobjam_fw_api *api, char why[CHECK_WHY])
{
	static struct bench bench;
	static struct saved saved;
	bool many = (api->get_info()->caps & JOBJAM_FW_CAP_MULTI) != 0;
	if (!bench_open(&bench, api, why))
		return false;
	for (int i = 0; i < BENCH_LIFE; i += STRETCH) {
		if (!save(&bench, &saved, why) ||
		    !goes_on_the_same(&bench, i, &saved, why))
			return false;
		if (many && i > 0 && i % ANEW == 0 &&
		    !goes_on_in_a_new_instance(&bench, i, &saved, why))
			return false;
	}
	return needs_its_room(&bench, why) && bench_no_error(&bench, why);
}
