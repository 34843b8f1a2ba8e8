/*
 * faults.h - faults of the machine itself, by name.
 *
 * One row each, sorted. Whoever offers them (a scenario's fleet) parses the parameters
 * with sim/core/vocab.h, applies, and writes the receipt.
 */
#ifndef JOBJAM_PRINTERS_FAULTS_H
#define JOBJAM_PRINTERS_FAULTS_H

#include "printers/printer.h"

/* The rows; NULL past the end. */
const struct vocab_row *printer_fault_row(size_t index);

struct queue;

/* Applies the fault of that row from now on. values: as many as row->n_params, checked.
 * cause: the event of the fault. queue is for faults that need an end of their own; the
 * present ones do without (a printer wakes itself when its power comes back). Ask
 * printer_due() afterwards. SIM_EINVAL: it cannot act on this machine, and why. */
int printer_fault_apply(struct printer *printer, const struct vocab_row *row,
			const struct value *values, struct queue *queue, sim_ns now,
			trace_id cause, struct sim_error *error);

#endif
