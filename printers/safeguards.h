/*
 * safeguards.h - the safeguards that live in a printer's firmware, for documentation.
 *
 * One row each, sorted by name. A row's first parameter is the switch, named as the row;
 * the others belong to it. The guarded build offers exactly these parameters (a test
 * compares the two); another build may offer fewer, or others of its own.
 */
#ifndef JOBJAM_PRINTERS_SAFEGUARDS_H
#define JOBJAM_PRINTERS_SAFEGUARDS_H

#include "sim/core/vocab.h"

const struct vocab_row *printer_safeguard_at(size_t index); /* NULL past the end */
/* All their parameters in one row, sorted by name: what printers { safeguards = { … } }
 * may say. */
const struct vocab_row *printer_safeguard_row(void);

#endif
