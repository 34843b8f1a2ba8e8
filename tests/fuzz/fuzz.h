/*
 * fuzz.h - what a fuzzer here looks like: tests/fuzz/fuzz_NAME.c defines this function.
 *
 * It is called with bytes from anywhere and must come back: no crash, no leak, no reading
 * beyond size. What it claims beyond that it asserts. libFuzzer's main calls it (make
 * fuzz), and replay.c for the inputs in tests/corpus/NAME (make test).
 */
#ifndef JOBJAM_TESTS_FUZZ_H
#define JOBJAM_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
