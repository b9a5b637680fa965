/* SPDX-License-Identifier: MIT */
/* The load while the moving foot taps the floor: 80 kg, 785 N on one leg, a foot on the floor takes 47 N (6 %) of it. */
#ifndef GYMSTATION_TESTS_TAP_SIGNAL_H
#define GYMSTATION_TESTS_TAP_SIGNAL_H

#include "pelvis_signal.h"

#include "patient_set.h"

#define W 785.0
#define D 47.0

static const struct dose dose = {.reps_max = 10, .tempo_ms = {2000, 1000, 3000, 1000}};
static struct rep_run run;
static struct corner c[512];

static inline void begin(double rest_n, double noise_n)
{
    rep_run_begin(&run, DETECTOR_TAP, &dose, rest_n, noise_n, -1.0);
}

/* In the air from *t for air_s, then on the floor for floor_s; a foot takes 0.12 s. Returns when the foot is half off. */
static inline double add_air(int *n, double *t, double depth, double air_s, double floor_s)
{
    double off = *t + 0.06;

    c[(*n)++] = (struct corner){*t, W - depth};
    c[(*n)++] = (struct corner){*t + 0.12, W};
    c[(*n)++] = (struct corner){*t + air_s, W};
    c[(*n)++] = (struct corner){*t + air_s + 0.12, W - depth};
    *t += air_s + 0.12 + floor_s;
    return off;
}

#endif
