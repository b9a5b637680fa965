/* SPDX-License-Identifier: MIT */
/* A converter of ten samples a second, each the mean of four periods and stamped at read-out: when live phases are told. */
#ifndef GYMSTATION_TESTS_SLOW_RUN_H
#define GYMSTATION_TESTS_SLOW_RUN_H

#include "rep_run.h"

static double slow_told_s[PHASES_MAX]; /* when each phase was told: with which sample */

static inline double load_of(double (*load)(double), double f)
{
    return load != NULL ? load(f) : f;
}

/* load: of what the corners say, or NULL for the same. */
static inline void slow_run(struct rep_run *run, const struct corner *corners, int n, double rate, double to_s,
                            double (*load)(double))
{
    for (int i = 0; i / rate < to_s; i++) {
        double sum = 0.0;
        int had = run->n_phases;
        for (int k = 0; k < 40; k++)
            sum += load_of(load, shape_at(corners, n, (i - 4.0 + (k + 0.5) / 10.0) / rate));
        struct sample s = sample_of(i / rate, sum / 40.0);
        rep_run_sample(run, &s);
        for (int k = had; k < run->n_phases; k++)
            slow_told_s[k] = i / rate;
    }
}

/* How late the phase that begins at at_s was told, the nearest time that it was. */
static inline double slow_late_s(const struct rep_run *run, enum phase phase, double at_s)
{
    double best = 1e9;

    for (int i = 0; i < run->n_phases; i++)
        if (run->phases[i].phase == phase && fabs(slow_told_s[i] - at_s) < fabs(best))
            best = slow_told_s[i] - at_s;
    return best;
}

#endif
