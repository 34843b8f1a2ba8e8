/* fuzz_zone.c - TZif files from anywhere; what parses answers for every instant. */
#include "tests/fuzz/fuzz.h"

#include "sim/core/zone.h"
#include "sim/core/zone_rule.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const int64_t INSTANTS[] = {INT64_C(-4000000000), 0, 1692066600,
					   INT64_C(8000000000)};
	struct zone *zone;
	struct sim_error error;

	if (zone_parse("Fuzz/Zone", bytes, size, &zone, &error) != SIM_OK) {
		assert(error.code == SIM_EINVAL && error.text[0] != '\0');
		return 0;
	}
	for (size_t i = 0; i < sizeof(INSTANTS) / sizeof(INSTANTS[0]); i++) {
		struct civil local;
		int32_t offset_s = zone_offset_s(zone, INSTANTS[i]);
		assert(offset_s >= -ZONE_OFFSET_MAX && offset_s <= ZONE_OFFSET_MAX);
		assert(strlen(zone_abbreviation(zone, INSTANTS[i])) < 1100);
		zone_local(zone, INSTANTS[i], &local);
		/* An instant that shows these figures, and none earlier than asked for. */
		assert(zone_to_utc_s(zone, &local) <= INSTANTS[i]);
	}
	zone_free(zone);
	return 0;
}
