/*
 * reference.h - what the reference builds have in common: they start whatever they are told
 * to start, if they are idle, and differ in thermal protection alone.
 *
 * A trip switches heaters off, ends the job, raises the alert and halts the machine until it
 * is power-cycled, or, where the firmware has such a command, told to forget it: a start is
 * refused as "tripped" meanwhile, and an order as well. Nothing of it survives a power
 * cut, so after one the next start heats again; that is how these firmwares are.
 */
#ifndef JOBJAM_BUILDS_REFERENCE_H
#define JOBJAM_BUILDS_REFERENCE_H

#include "printers/builds/common/protect.h"

struct fw_reference {
	const struct fw_protection *protection; /* NULL: none at all */
	const void *tuning;
	bool bed_stays_on; /* a planted defect: a trip switches only the nozzle off */
	/* The line that ends a fault, also when it comes from far away: FW_LINE_M562,
	 * FW_LINE_RESTART (which ends a job as well); 0: none, the machine stays halted. */
	uint32_t ended_by;
};

struct fw_reference_memory {
	bool tripped, warm;   /* warm: at the last look */
	uint64_t looked_us;
	union fw_protect_memory protect;
};

/* Hooks for the build's struct fw_policy, which names its struct fw_reference. The setting
 * at index 0, where there is one, is supply_relay. */
void fw_reference_start(struct fw *fw, const struct fw_start *start);
const char *fw_reference_order(struct fw *fw, const struct fw_order *order);
void fw_reference_tick(struct fw *fw, uint64_t dt_us);
uint64_t fw_reference_wake(const struct fw *fw);

#define FW_SUPPLY_RELAY(text) \
	{.size = sizeof(struct jobjam_fw_setting), .type = JOBJAM_FW_BOOL, \
	 .name = "supply_relay", .unit = "", .fallback = (text), \
	 .help = "a relay is wired that a trip opens: it cuts the heaters' supply as well"}

/* The rest of a reference build: its table and its policy. */
#define FW_REFERENCE_BUILD(the_name, the_about, the_settings, the_reference)            \
	static const struct jobjam_fw_info INFO = {                                     \
		.size = sizeof(INFO),                                                   \
		.abi_major = JOBJAM_FW_ABI_MAJOR,                                       \
		.abi_minor = JOBJAM_FW_ABI_MINOR,                                       \
		.n_settings = sizeof(the_settings) / sizeof((the_settings)[0]),         \
		.caps = JOBJAM_FW_CAP_SAVE | JOBJAM_FW_CAP_MULTI,                       \
		.name = (the_name),                                                     \
		.version = "1.0",                                                       \
		.about = (the_about),                                                   \
		.settings = (the_settings),                                             \
	};                                                                              \
	const struct fw_policy fw_policy = {                                            \
		.info = &INFO,                                                          \
		.memory_size = sizeof(struct fw_reference_memory),                      \
		.reference = &(the_reference),                                          \
		.start = fw_reference_start,                                            \
		.order = fw_reference_order,                                            \
		.tick = fw_reference_tick,                                              \
		.next_wake = fw_reference_wake,                                         \
	}

#endif
