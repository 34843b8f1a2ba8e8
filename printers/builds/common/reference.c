/* reference.c - the reference builds' start, trip and pace. */
#include "printers/builds/common/reference.h"

#include <string.h>

/* Cold and unwanted, a heater is looked at less often: nothing that the checks time can
 * begin there but a heater that is stuck on, which needs two minutes to its maximum, and is
 * warm by the next look. Prusa's model tells sooner, where it is looked at more often. */
static const uint64_t IDLE_US = 10 * FW_S, IDLE_MODEL_US = 2 * FW_S;
static const double WARM_C = 45, COLD_C = 0;

static struct fw_reference_memory *memory_of(const struct fw *fw)
{
	return fw->memory;
}

void fw_reference_start(struct fw *fw, const struct fw_start *start)
{
	if (memory_of(fw)->tripped)
		fw_refuse(fw, start, "tripped", 0);
	else if (fw->s->busy)
		fw_refuse(fw, start, "busy", 0);
	else
		fw_begin(fw, start, 0, true);
}

static void forget_fault(struct fw *fw)
{
	struct fw_reference_memory *memory = memory_of(fw);
	memory->tripped = false;
	memset(&memory->protect, 0, sizeof(memory->protect));
	fw->s->fault_code = fw->s->alert = 0;
}

/* No question who sends it, and from where. */
const char *fw_reference_order(struct fw *fw, const struct fw_order *order)
{
	uint32_t ends = order->lines & fw_policy.reference->ended_by;
	if (ends & FW_LINE_RESTART) {
		if (fw->s->busy)
			fw_end(fw, "aborted", "restarted", 0);
		fw_heaters_off(fw);
	}
	if (ends)
		forget_fault(fw);
	if (order->lines & FW_LINE_M80)
		fw->s->supply_off = false;
	return memory_of(fw)->tripped ? "tripped" : NULL;
}

static void trip(struct fw *fw, const struct fw_finding *finding)
{
	const struct fw_reference *reference = fw_policy.reference;
	struct fw_heater bed = fw->s->bed;

	memory_of(fw)->tripped = true;
	fw_trip(fw, finding);
	fw_heaters_off(fw);
	fw->s->supply_off = fw->values[0].integer != 0;
	if (fw->s->busy)
		fw_end(fw, "aborted", "heater fault", 0x03004003);
	if (reference->bed_stays_on)
		fw->s->bed = bed;
}

static bool is_warm(const struct fw *fw)
{
	const struct fw_state *s = fw->s;
	return s->nozzle.target_c > 0 || s->bed.target_c > 0 ||
	       fw->sensors->nozzle_c > WARM_C || fw->sensors->bed_c > WARM_C ||
	       fw->sensors->nozzle_c < COLD_C || fw->sensors->bed_c < COLD_C;
}

static uint64_t due_us(const struct fw *fw)
{
	const struct fw_reference_memory *memory = memory_of(fw);
	bool warm = memory->warm || fw->s->nozzle.target_c > 0 || fw->s->bed.target_c > 0;
	const struct fw_protection *protection = fw_policy.reference->protection;
	bool model = protection == &fw_protect_prusa && fw->values[1].integer != 0;
	return memory->looked_us + (warm    ? protection->period_us
				    : model ? IDLE_MODEL_US
					    : IDLE_US);
}

void fw_reference_tick(struct fw *fw, uint64_t dt_us)
{
	const struct fw_protection *protection = fw_policy.reference->protection;
	struct fw_reference_memory *memory = memory_of(fw);
	struct fw_finding finding;
	uint64_t now = fw->s->now_us;

	(void)dt_us;
	if (!protection || memory->tripped || now < due_us(fw))
		return;
	uint64_t since = now - memory->looked_us;
	memory->looked_us = now;
	memory->warm = is_warm(fw);
	if (protection->look(fw, fw_policy.reference->tuning, &memory->protect, since,
			     &finding))
		trip(fw, &finding);
}

uint64_t fw_reference_wake(const struct fw *fw)
{
	const struct fw_reference_memory *memory = memory_of(fw);
	const struct fw_state *s = fw->s;
	/* A heater that a defect leaves on must still be controlled. */
	if (!fw_policy.reference->protection || memory->tripped)
		return s->bed.target_c > 0 || s->nozzle.target_c > 0 ? s->now_us + FW_S
								     : JOBJAM_FW_NEVER;
	return due_us(fw);
}
