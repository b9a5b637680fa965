/* SPDX-License-Identifier: MIT */
/*
 * What the plain rows leave out of a programme: one leg, dumbbells, high steps, a hand on the rail, an own pace. A row
 * each, at 76-320 samples a second, beside those of a run: who draws them changes no session of the run. Legs take
 * turns, and "each" does both.
 */
#ifndef GYMSTATION_BENCH_VARY_H
#define GYMSTATION_BENCH_VARY_H

#include <jansson.h>

#include "tests/bench/bench.h"

struct rng; /* of tests/unit/rng.h */

/* Zero: as in the plain rows. */
struct bench_variety {
    int setup;                                  /* index of bench_setups */
    const char *name;                           /* of its row, after the set-up's */
    const char *variation;                      /* NULL: the exercise's first */
    int32_t load_lo, load_hi, step_lo, step_hi; /* load_kg; step_height_m in cm */
    bool own_pace;                              /* self, and every third fade */
    bool asap;                                  /* tempo of the movements */
    enum patient_case oddity;
};

extern const struct bench_variety bench_varieties[BENCH_VARIETIES];

/* Adds to the item what the variety prescribes; returns the number of sets that it makes of `sets`. */
int vary_item(json_t *item, const struct bench_variety *variety, struct rng *rng, int sets, bool bilateral);

#endif
