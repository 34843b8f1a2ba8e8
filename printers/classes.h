/*
 * classes.h - the kinds of machines as data, and machines of a scenario's own.
 *
 * A class is a row of struct plant_constants (printers/plant/heat.h), in SI units. [E]
 * marks an engineering estimate; everything else was published.
 */
#ifndef JOBJAM_PRINTERS_CLASSES_H
#define JOBJAM_PRINTERS_CLASSES_H

#include "printers/plant/heat.h"
#include "sim/core/vocab.h"

extern const struct plant_constants plant_class_c;  /* A1-like: the bed moves */
extern const struct plant_constants plant_class_d;  /* Ender-3-like with an E3D V6 */
extern const struct plant_constants plant_class_d2; /* Ender-3 V2 */
extern const struct plant_constants plant_class_e;  /* MK3-like */
extern const struct plant_constants plant_class_e2; /* MK3 with a Revo 40 W */
extern const struct plant_constants plant_class_f;  /* MINI-like */

const struct plant_constants *plant_class_at(size_t index); /* NULL past the end */
const struct plant_constants *plant_class_find(const char *name); /* "D2" */

/* machine{ name, like, … }: a parameter for each constant, after name and like. */
const struct vocab_row *plant_machine_row(void);
/* Puts the given ones of that row's values over constants, and checks the outcome. */
int plant_constants_take(struct plant_constants *constants, const struct value *values,
			 struct sim_error *error);
/* SIM_EINVAL with machine, constant and reason: negative, zero where it divides, or a
 * machine that cannot reach its own highest target. */
int plant_constants_check(const struct plant_constants *constants,
			  struct sim_error *error);

#endif
