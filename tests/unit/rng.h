/* SPDX-License-Identifier: MIT */
/* Random numbers for property tests: a seed of their own, printed, and taken from GYMSTATION_SEED to repeat a run. */
#ifndef GYMSTATION_TESTS_RNG_H
#define GYMSTATION_TESTS_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state;
};

/* Prints it. */
uint64_t test_seed(void);
/* 0 <= result < n (splitmix64: Steele, Lea, Flood 2014). */
uint64_t rng_below(struct rng *rng, uint64_t n);

#endif
