/* plate.c - is the plate clear? What the latch and the sensor know of it. */
#include "printers/builds/guarded/guard.h"

void guard_plate_is_clear(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	if (!guard->nv.latched)
		return;
	guard->nv.latched = 0;
	guard->nv.epoch++;
	guard_store(fw);
}

uint32_t guard_sense_plate(struct fw *fw, int64_t task, uint64_t message, uint32_t prompt)
{
	uint32_t plate = fw->sensors->plate;
	fw_notice(fw, JOBJAM_FW_NOTICE_SENSED,
		  (struct jobjam_fw_notice){.plate = plate,
					    .task = task,
					    .message = message,
					    .prompt = prompt});
	return plate;
}

/* A sensor that cannot tell counts as one that sees something, unless the documented hole
 * sensor_fail_open is switched on. */
bool guard_says_clear(const struct fw *fw, uint32_t plate)
{
	return plate == JOBJAM_FW_PLATE_CLEAR ||
	       (plate == JOBJAM_FW_PLATE_UNAVAILABLE &&
		(guard_on(fw, SENSOR_FAIL_OPEN) || guard_defects.sensor_fails_open));
}

bool guard_has_plate_sensor(const struct fw *fw)
{
	return guard_on(fw, PLATE_SENSOR) && fw->has_plate_sensor;
}

/* Why a person must look at the plate first; NULL: it is known to be clear. Without latch
 * and sensor nothing is known, so every start is asked about, if anybody can be. */
const char *guard_plate_question(struct fw *fw, const struct fw_start *start)
{
	if (guard_has_plate_sensor(fw)) {
		if (!guard_says_clear(fw, guard_sense_plate(fw, start->task,
							    start->message, 0)))
			return "occupied";
		guard_plate_is_clear(fw);
		return NULL;
	}
	if (guard_on(fw, PLATE_LATCH))
		return guard_of(fw)->nv.latched ? "latched" : NULL;
	return guard_channels(fw) ? "confirm" : NULL;
}
