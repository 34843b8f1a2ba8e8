/*
 * broker_faults.h - what can happen to the broker's process and its host.
 *
 * Each fault is one row of the vocabulary, is recorded as fault.armed, fault.acted and, at
 * the end of the run, fault.receipt (who = broker), and is asked for: a broker that such a
 * fault ends is no trouble of the run. Whatever the rest of the run does without it is the
 * run's own affair.
 */
#ifndef JOBJAM_BROKER_FAULTS_H
#define JOBJAM_BROKER_FAULTS_H

#include "sim/core/vocab.h"
#include "sim/world/world.h"

/* Sorted by name; NULL past the end. */
const struct vocab_row *broker_fault_row(size_t index);
/* Does it, now. values: one per parameter, copied. cause: the script's event, or 0.
 * SIM_EINVAL with a sentence when it makes no sense just now (resume of one that runs). */
int broker_fault_do(struct world *world, const struct vocab_row *row,
		    const struct value *values, sim_ns now, trace_id cause,
		    struct sim_error *error);
/* fault.receipt of each, in order. At the end of the run. */
void broker_fault_receipts(struct world *world, sim_ns now);
void broker_faults_free(struct world *world);

#endif
