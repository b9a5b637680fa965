/* SPDX-License-Identifier: MIT */
/* Chance of the simulated patient: xoshiro256** seeded by splitmix64, and what it drives. Private to patient*.c. */
#ifndef GYMSTATION_IO_PATIENT_RNG_H
#define GYMSTATION_IO_PATIENT_RNG_H

#include <stdint.h>

/* One stream for each purpose, so that a new habit of the patient does not change the noise. */
enum rng_stream { RNG_BODY, RNG_MIND, RNG_SWAY, RNG_CONVERTER, RNG_BOUNCE, RNG_WORLD, RNG_CASE, RNG_GRIP, RNG_HIPS };

struct rng {
    uint64_t s[4];
};

void rng_seed(struct rng *rng, uint64_t seed, enum rng_stream stream);
uint64_t rng_next(struct rng *rng);
double rng_uniform(struct rng *rng, double lo, double hi); /* lo <= x < hi */
int64_t rng_ns(struct rng *rng, int64_t lo, int64_t hi);   /* lo <= x < hi; lo when they are equal */
double rng_gauss(struct rng *rng);                         /* mean 0, sd 1, within +-6 */

/* A resonance driven by white noise: AR(2) at 480 Hz with unit variance. */
struct ar2_kind {
    double a1, a2, gain;
};
struct ar2 {
    double x1, x2;
};
extern const struct ar2_kind AR2_SWAY;   /* 4.5 Hz, 2 Hz wide */
extern const struct ar2_kind AR2_TREMOR; /* 10 Hz, 4 Hz wide: covers 8-12 Hz */
extern const struct ar2_kind AR2_RING;   /* 15 Hz, dies away with 0.12 s; gain is for a knock, not for noise */

double ar2_step(struct ar2 *ar2, const struct ar2_kind *kind, struct rng *rng);

#endif
