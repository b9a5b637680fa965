/* SPDX-License-Identifier: MIT */
/* See rng.h. */
#include "rng.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

uint64_t test_seed(void)
{
    const char *given = getenv("GYMSTATION_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);

    printf("GYMSTATION_SEED=%" PRIu64 "\n", seed);
    fflush(stdout);
    return seed;
}

uint64_t rng_below(struct rng *rng, uint64_t n)
{
    uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % n;
}
