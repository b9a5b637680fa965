/* SPDX-License-Identifier: MIT */
/*
 * What the fuzzers share. Each fuzz_X.c takes any bytes and aborts when a promise is broken; libFuzzer calls it in the
 * fuzz preset, run_files.c with the files of corpus/X (seeds, and every input that once broke something) in all others.
 */
#ifndef GYMSTATION_TESTS_FUZZ_H
#define GYMSTATION_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "gymstation/exercise_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The exercises of the source tree, read once. */
const struct exercise_set *fuzz_exercises(void);

/* A broken promise: says it and aborts, so that the fuzzer keeps the input. */
#define PROMISE(what)                                                                                                  \
    do {                                                                                                               \
        if (!(what))                                                                                                   \
            fuzz_broken(__FILE__, __LINE__, #what);                                                                    \
    } while (0)
_Noreturn void fuzz_broken(const char *file, int line, const char *what);

/* The bytes as a file that can be opened by its path, which is the same in every run of the process. */
const char *fuzz_file(const uint8_t *data, size_t size);

/* The bytes with a NUL behind them, for free(). */
char *fuzz_text(const uint8_t *data, size_t size);

#endif
