/* SPDX-License-Identifier: MIT */
/* What knocks on the box look like, for tests of detectors: corners of a load that stands at b newtons. */
#ifndef GYMSTATION_TESTS_REP_KNOCKS_H
#define GYMSTATION_TESTS_REP_KNOCKS_H

#include "rep_run.h"

/* Kicks of 5-30 kg for 50 ms, 12 of them, one a second; returns how many corners there are now. */
static inline int add_kicks(struct corner *corners, int n, double *t, double b)
{
    for (int k = 0; k < 12; k++, *t += 1.0) {
        corners[n++] = (struct corner){*t, b};
        corners[n++] = (struct corner){*t + 0.025, b + 50.0 + 20.0 * k};
        corners[n++] = (struct corner){*t + 0.05, b};
    }
    return n;
}

/* Coughs of 0.5-3 kg: down, up, 0.15 s each; six of them. */
static inline int add_coughs(struct corner *corners, int n, double *t, double b)
{
    for (int k = 0; k < 6; k++, *t += 1.0) {
        corners[n++] = (struct corner){*t, b};
        corners[n++] = (struct corner){*t + 0.15, b - 5.0 * (k + 1)};
        corners[n++] = (struct corner){*t + 0.3, b + 5.0 * (k + 1)};
        corners[n++] = (struct corner){*t + 0.45, b};
    }
    return n;
}

/* Plays knocks, a single code of 2^23 after them, and the load at rest for 5 s. */
static inline void run_knocks(struct rep_run *run, const struct corner *corners, int n, double rate, double to_s)
{
    rep_run_shape(run, corners, n, rate, 0.0, to_s, NULL);
    struct sample spike = {.t_ns = ns_of(to_s), .force_mn = 1 << 23};
    rep_run_sample(run, &spike);
    rep_run_shape(run, corners, n, rate, to_s + 0.01, to_s + 5.0, NULL);
}

/* Ten minutes of nothing but noise. */
static inline void run_noise(struct rep_run *run, uint64_t seed, double rate, double sd_n)
{
    struct lcg lcg = {seed};
    for (int i = 0; i / rate < 600.0; i++) {
        struct sample s = sample_of(i / rate, sd_n * lcg_normal(&lcg));
        rep_run_sample(run, &s);
    }
}

#endif
