/* SPDX-License-Identifier: MIT */
/* The exercises as they come with the station, for tests that play sessions of the bench. */
#ifndef GYMSTATION_TESTS_BENCH_EXERCISES_H
#define GYMSTATION_TESTS_BENCH_EXERCISES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/bench/bench.h"

static struct exercise_set *exercises;

/* A group's set-up. */
static inline int exercises_load(void **state)
{
    char dir[4096], err[EXERCISE_ERR_LEN];
    (void)state;
    return exercise_dir_default(dir, sizeof dir) < 0 || exercise_dir_load(dir, &exercises, err, sizeof err) < 0;
}

static inline int exercises_unload(void **state)
{
    (void)state;
    exercise_set_free(exercises);
    return 0;
}

#endif
