/* SPDX-License-Identifier: MIT */
/*
 * Force signals for the tests of holds and detectors: shapes as functions of time, seeded noise, recordings.
 * Truth is known by construction; force in N here, in mN in struct sample.
 */
#ifndef GYMSTATION_TESTS_SIGNALS_H
#define GYMSTATION_TESTS_SIGNALS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/core/detect/detector.h"

/* Knuth's MMIX generator; the same numbers everywhere. */
struct lcg {
    uint64_t state;
};

static inline double lcg_uniform(struct lcg *lcg)
{
    lcg->state = lcg->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(lcg->state >> 11) / 9007199254740992.0;
}

static inline double lcg_between(struct lcg *lcg, double lo, double hi)
{
    return lo + (hi - lo) * lcg_uniform(lcg);
}

/* Standard normal enough: the sum of twelve. */
static inline double lcg_normal(struct lcg *lcg)
{
    double sum = -6.0;

    for (int i = 0; i < 12; i++)
        sum += lcg_uniform(lcg);
    return sum;
}

/* The test's seed: GYMSTATION_SEED or the time, printed. */
static inline uint64_t signal_seed(void)
{
    const char *text = getenv("GYMSTATION_SEED");
    uint64_t seed = text != NULL ? strtoull(text, NULL, 0) : (uint64_t)time(NULL);

    printf("seed %llu (repeat with GYMSTATION_SEED)\n", (unsigned long long)seed);
    return seed;
}

/* Sway: an AR(2) resonance at 4.5 Hz, 2 Hz wide (physics: nuisance), scaled to sd. */
struct sway {
    struct lcg lcg;
    double a1, a2, gain, y1, y2;
};

static inline struct sway sway_make(uint64_t seed, double rate_hz, double sd)
{
    const double pi = 3.14159265358979323846;
    double r = exp(-pi * 2.0 / rate_hz);
    struct sway sway = {.lcg = {seed}, .a1 = 2.0 * r * cos(2.0 * pi * 4.5 / rate_hz), .a2 = -r * r};
    /* Stationary variance of an AR(2) driven by unit noise. */
    double var = (1.0 - sway.a2) / ((1.0 + sway.a2) * ((1.0 - sway.a2) * (1.0 - sway.a2) - sway.a1 * sway.a1));

    sway.gain = sd / sqrt(var);
    return sway;
}

static inline double sway_next(struct sway *sway)
{
    double y = sway->a1 * sway->y1 + sway->a2 * sway->y2 + sway->gain * lcg_normal(&sway->lcg);

    sway->y2 = sway->y1;
    sway->y1 = y;
    return y;
}

/* Minimum jerk from 0 to 1. */
static inline double min_jerk(double x)
{
    if (x <= 0.0)
        return 0.0;
    return x >= 1.0 ? 1.0 : x * x * x * (10.0 + x * (-15.0 + 6.0 * x));
}

/* Its second derivative. */
static inline double min_jerk_acc(double x)
{
    return x <= 0.0 || x >= 1.0 ? 0.0 : x * (60.0 + x * (-180.0 + 120.0 * x));
}

/* Where min_jerk() reaches p: 0.10 -> 0.2466, 0.90 -> 0.7534. */
static inline double min_jerk_inverse(double p)
{
    double lo = 0.0, hi = 1.0;

    for (int i = 0; i < 60; i++) {
        double mid = 0.5 * (lo + hi);
        if (min_jerk(mid) < p)
            lo = mid;
        else
            hi = mid;
    }
    return 0.5 * (lo + hi);
}

/* Corners joined by minimum jerk (or straight lines); before the first and after the last the level stands. */
struct corner {
    double t_s, level_n;
};

static inline double shape_at(const struct corner *corners, int n, double t_s)
{
    if (t_s <= corners[0].t_s)
        return corners[0].level_n;
    for (int i = 1; i < n; i++)
        if (t_s < corners[i].t_s) {
            double x = (t_s - corners[i - 1].t_s) / (corners[i].t_s - corners[i - 1].t_s);
            return corners[i - 1].level_n + (corners[i].level_n - corners[i - 1].level_n) * min_jerk(x);
        }
    return corners[n - 1].level_n;
}

static inline int64_t ns_of(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

static inline struct sample sample_of(double t_s, double force_n)
{
    return (struct sample){.t_ns = ns_of(t_s), .force_mn = (int32_t)floor(force_n * 1000.0 + 0.5)};
}

/* Reads path below the folder of recordings; NULL when it is not there (the test then skips, with that reason). */
static inline FILE *recording_open(const char *path)
{
    const char *shared = getenv("GYMSTATION_SHARED"), *source = getenv("GYMSTATION_SOURCE");
    char name[1024];

    if (shared != NULL)
        snprintf(name, sizeof(name), "%s/data/%s", shared, path);
    else
        snprintf(name, sizeof(name), "%s/../shared/data/%s", source != NULL ? source : ".", path);
    FILE *file = fopen(name, "re");
    if (file == NULL)
        printf("skipped: no recording %s (set GYMSTATION_SHARED)\n", name);
    return file;
}

#endif
