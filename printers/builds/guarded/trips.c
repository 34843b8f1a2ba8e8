/* trips.c - heat: which rules look, what they find, and when the supply is opened. */
#include "printers/builds/guarded/guard.h"

static bool rules_on(const struct fw *fw)
{
	return guard_on(fw, HEATER_MONITOR) || guard_on(fw, HEATER_CUTOFF);
}

static uint32_t rule_bits(const struct fw *fw)
{
	static const enum setting SWITCHES[FW_N_RULES] = {
		[FW_RULE_RANGE] = HEAT_RANGE,         [FW_RULE_RISE] = HEAT_RISE,
		[FW_RULE_BAND] = HEAT_BAND,           [FW_RULE_MODEL] = HEAT_MODEL,
		[FW_RULE_OFF] = HEAT_WHILE_OFF,       [FW_RULE_POWER] = HEAT_POWER,
		[FW_RULE_FLAT_LINE] = HEAT_FLAT_LINE, [FW_RULE_WATCHDOG] = HEAT_WATCHDOG,
		[FW_RULE_IDLE] = HEAT_IDLE_OFF,
	};
	uint32_t bits = 0;
	for (int i = 0; i < FW_N_RULES; i++)
		bits |= (uint32_t)guard_on(fw, SWITCHES[i]) << i;
	return bits;
}

void guard_show_trip(struct fw *fw)
{
	fw->s->fault_code = fw->s->alert = guard_of(fw)->nv.trip;
	guard_ask(fw, ASKING_TRIP, "heater_fault", JOBJAM_FW_AT_MACHINE, 0, 0, 0);
}

static void open_supply(struct fw *fw)
{
	fw->s->supply_off = true;
	guard_of(fw)->nv.supply_open = 1;
	guard_store(fw);
}

static void trip(struct fw *fw, const struct fw_finding *finding)
{
	struct guard *guard = guard_of(fw);
	bool was_off = fw->s->nozzle.target_c <= 0 && fw->s->bed.target_c <= 0;
	int64_t supply = fw->values[SUPPLY_CUT].integer;
	fw_trip(fw, finding);
	fw_heaters_off(fw);
	guard->tripped_us = fw->s->now_us;
	guard->off_rises = supply == SUPPLY_RISING;
	if (supply == SUPPLY_AT_ONCE || (supply == SUPPLY_RISING && was_off))
		open_supply(fw); /* it warms with its power off: that is known by now */
	if (fw->s->busy)
		fw_end(fw, "aborted", "heater fault", 0x03004003);
	if (guard->asking == ASKING_RESUME)
		guard_lapse_resume(fw);
	if (!guard_on(fw, NO_REHEAT_WITHOUT_ACK))
		return;
	guard->nv.trip = fw->s->fault_code;
	if (guard->asking == ASKING_START)
		guard_lapse(fw, "tripped");
	guard_show_trip(fw);
}

/* The second way: what still rises 5 s after its power went off has a switch that is
 * stuck. Compared 2 s apart, until everything has cooled. */
static void look_at_supply(struct fw *fw)
{
	struct guard *guard = guard_of(fw);
	const double now_c[FW_PARTS] = {fw->sensors->nozzle_c, fw->sensors->bed_c};
	static const uint64_t LET_SETTLE_US = 5 * FW_S, APART_US = 2 * FW_S;
	static const double RISE_C = 0.6;

	if (!guard->off_rises || fw->s->supply_off || fw->s->fault_code == 0 ||
	    fw->s->now_us - guard->tripped_us < LET_SETTLE_US)
		return;
	bool first = guard->since_us < guard->tripped_us;
	if (!first && fw->s->now_us - guard->since_us < APART_US)
		return;
	for (int part = 0; part < FW_PARTS; part++) {
		if (!first && now_c[part] > guard->since_c[part] + RISE_C)
			open_supply(fw);
		guard->since_c[part] = now_c[part];
	}
	guard->since_us = fw->s->now_us;
}

void guard_monitor(struct fw *fw, uint64_t dt_us)
{
	struct fw_finding finding;
	if (!rules_on(fw))
		return;
	look_at_supply(fw);
	if (!fw_rules_look(&guard_of(fw)->rules, fw, rule_bits(fw), 1.0, dt_us, &finding))
		return;
	if (finding.idles) {
		fw_heaters_off(fw);
		fw_report_soon(fw);
		return;
	}
	/* Tripped before, power gone and back, and its switch is stuck. */
	if (finding.warms_off && fw->s->fault_code &&
	    fw->values[SUPPLY_CUT].integer != SUPPLY_NEVER)
		open_supply(fw);
	if (guard_on(fw, HEATER_CUTOFF) && fw->s->fault_code == 0 && !finding.warns)
		trip(fw, &finding);
	else if (guard_on(fw, HEATER_MONITOR))
		fw_alert(fw, &finding);
}

/* Suspicion, a trip and heat want a look at once; a cold machine is looked at seldom. What is
 * stuck on shows by its second look at the latest, and five seconds later it is sure: at
 * most 15 s (S5: 10 s without power, and 5 s rising), in which a nozzle gains 50 C. */
uint64_t guard_next_watch(const struct fw *fw)
{
	const struct guard *guard = guard_of(fw);
	uint64_t now = fw->s->now_us;
	bool hot = fw->s->nozzle.target_c > 0 || fw->s->bed.target_c > 0;
	if (!rules_on(fw))
		return JOBJAM_FW_NEVER;
	if (fw_rules_uneasy(&guard->rules, hot))
		return now + FW_S / 4;
	if (fw->s->fault_code && now - guard->tripped_us < 60 * FW_S)
		return now + FW_S;
	return now + (hot || fw_rules_warm(fw) ? 2 * FW_S : 5 * FW_S);
}
