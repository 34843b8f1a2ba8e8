/*
 * monitor.h - a heater monitor that a build may use: is each heater where its power says
 * it should be?
 *
 * Looks at readings only: outside the possible range at once; no gain at full power; far
 * from a target that had been reached; warming up while off. It says what it saw; what
 * to do about it is the build's decision.
 */
#ifndef JOBJAM_BUILDS_MONITOR_H
#define JOBJAM_BUILDS_MONITOR_H

#include "printers/builds/common/fw.h"

enum fw_heater_fault { /* the low words of the public health codes */
	FW_HEATER_WELL = 0,
	FW_HEATER_TOO_HOT = 0x03,
	FW_SENSOR_SHORT = 0x06,
	FW_SENSOR_OPEN = 0x07,
	FW_HEATER_ASTRAY = 0x08,
};

struct fw_monitored {
	double target_c, window_c, lowest_c;
	uint64_t window_us, astray_us;
	bool off, reached, climbing;
};

struct fw_monitor {
	struct fw_monitored nozzle, bed;
};

struct fw_finding {
	enum fw_heater_fault fault;
	bool nozzle;
	double reading_c;
};

/* Call at each step. Returns whether something is wrong; the nozzle comes first. */
bool fw_monitor_look(struct fw_monitor *monitor, const struct fw *fw, uint64_t dt_us,
		     struct fw_finding *ret_finding);
/* Something is warm enough to be watched although no job is on. */
bool fw_monitor_warm(const struct fw *fw);

#endif
