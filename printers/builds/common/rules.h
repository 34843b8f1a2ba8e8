/*
 * rules.h - rules for heaters that go beyond the common protections, each to be switched by
 * itself: is each heater where its power says it should be?
 *
 * The common protections arm and wait; these compare power with temperature where the data
 * of the heater are known. What to do about a finding is the build's decision.
 *
 *	RANGE      a reading that cannot be, four in a row or for 1.2 s
 *	RISE       far below the target: 0.6 (bed 0.5) of the rise that the power should give
 *	           with half as much again to lose, after twice the dead time, where that is
 *	           0.5 K/s (bed 0.1) or more; without data 2 C in 20 s (1.5 C in 60 s)
 *	BAND       15 C from a target once reached for 5 s, or 120 K s more than 5 C below it
 *	           (bed: above it for 30 s; a cold sheet on a hot bed is no fault). Below only
 *	           where full power could do better: what fan, filament and a draught take is
 *	           no fault
 *	MODEL      reading less model differs by more than 1.74 K/s
 *	OFF        warms by itself: 0.3 K/s for 5 s after 10 s without power, by means of
 *	           readings; or, with no target, 12 C (bed 8) above its lowest since then
 *	POWER      two minutes of power that differ by more than 0.35 from what holds such a
 *	           temperature; too much of it only warns: it may be a draught or a lost sock.
 *	           Unless it creeps: four minutes of a little more each, 0.15 in all
 *	FLAT_LINE  40 readings that are bit by bit the same while it heats: only for sensors
 *	           with noise
 *	WATCHDOG   the control was not called for 3 s while it heats
 *	IDLE       a target without a job for half an hour, or for 60 s while a person is asked:
 *	           no fault, it is to be switched off
 */
#ifndef JOBJAM_BUILDS_RULES_H
#define JOBJAM_BUILDS_RULES_H

#include "printers/builds/common/protect.h"

enum fw_rule {
	FW_RULE_RANGE,
	FW_RULE_RISE,
	FW_RULE_BAND,
	FW_RULE_MODEL,
	FW_RULE_OFF,
	FW_RULE_POWER,
	FW_RULE_FLAT_LINE,
	FW_RULE_WATCHDOG,
	FW_RULE_IDLE,
	FW_N_RULES
};

struct fw_ruled { /* one heater */
	double target_c, reading_c, pwm, fan, flow_mm3_s; /* at the look before */
	double bad_s, away_s, short_c_s, rising_s, off_s, idle_s;
	double lowest_c;
	double window_c, expected_c, slow_s, climb_c, climb_s, heating_s; /* RISE */
	double sum_c, sum_t_s, sum_s, mean_c, mean_s;                     /* OFF */
	double model_c_s, error_c_s;                                      /* MODEL */
	double given_j, needed_j, window_s, highest_c, deepest_c, ratio, crept; /* POWER */
	int bad, same, sum_n;
	int astray;   /* windows with too little power, below 0: too much */
	int creeping; /* windows with a little more than the one before */
	bool begun, reached, climbing;
};

struct fw_rules {
	struct fw_ruled part[FW_PARTS];
};

/* Call at each step. on: a bit a rule. slower: periods are this many times as long (1).
 * The nozzle comes first, then the order of the rules. */
bool fw_rules_look(struct fw_rules *rules, const struct fw *fw, uint32_t on, double slower,
		   uint64_t dt_us, struct fw_finding *ret_finding);
/* Something is about to be found: look again soon. wanted: something is wanted warm; if not,
 * nothing can be found but what warms by itself. */
bool fw_rules_uneasy(const struct fw_rules *rules, bool wanted);
/* Something is warm enough to be watched although no job is on. */
bool fw_rules_warm(const struct fw *fw);

#endif
