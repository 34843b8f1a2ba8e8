/*
 * rules_view.h - one heater at one look, as the rules see it: between rules.c and
 * rules_power.c, which knows what the power should do.
 */
#ifndef JOBJAM_BUILDS_RULES_VIEW_H
#define JOBJAM_BUILDS_RULES_VIEW_H

#include "printers/builds/common/rules.h"

struct fw_rule_limits {
	double most_c, least_c;
	double gain_c, gain_s; /* RISE without data, at full power */
	double factor, step_c; /* RISE: of the expected rise, judged once it is step_c */
	double near_c;         /* RISE looks away this near the target */
	double band_c, band_s;
	bool band_below; /* BAND: a reading below the target counts, too */
	double off_gain_c;
};

struct fw_rule_view {
	const struct fw *fw;
	const struct fw_rule_limits *limits;
	struct fw_ruled *memory;
	struct fw_look look;
	int part;
	double slower;
	double rate; /* of the reading, K/s */
};

/* Is the heater's data sheet known? */
bool fw_rule_has_data(const struct fw_rule_view *view);
/* Kelvin a second of the heated body under the power of the last while, if it loses so many
 * times what the data sheet says. */
double fw_rule_expected_k_s(const struct fw_rule_view *view, double reading_c, double losses);
/* The rule POWER. */
bool fw_rule_power_is_odd(const struct fw_rule_view *view);
/* What it found has crept up: no draught, no lost sock. */
bool fw_rule_creeps(const struct fw_ruled *memory);
/* What it has seen so far was of another target. */
void fw_rule_forget_power(struct fw_ruled *memory);

#endif
