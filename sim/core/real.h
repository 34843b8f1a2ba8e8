/*
 * real.h - exp, log and powers with the same bits on every machine.
 *
 * libm's last bit differs between versions, so nothing that reaches the trace may use
 * it. These use only + - * / and integer operations, in a fixed order, and are built
 * with -ffp-contract=off. Accurate to about 1 ulp (exp, log) in the ranges used here.
 * Square roots may come from libm: IEEE 754 fixes every bit of them.
 */
#ifndef JOBJAM_CORE_REAL_H
#define JOBJAM_CORE_REAL_H

double real_exp(double x); /* clamps to 0 and to a finite maximum, never raises */
double real_log(double x); /* x > 0 (asserted) */
double real_pow(double base, double exponent); /* base >= 0; exp(exponent * log(base)) */

#endif
