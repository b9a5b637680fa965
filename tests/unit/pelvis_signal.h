/* SPDX-License-Identifier: MIT */
/* Bridges and thrusts as corners: rest b, `step` more with the pelvis off the floor, `rise` more on top. */
#ifndef GYMSTATION_TESTS_PELVIS_SIGNAL_H
#define GYMSTATION_TESTS_PELVIS_SIGNAL_H

#include "rep_run.h"

struct lift {
    double step, rise;                             /* N */
    double tension, con, top, ecc, unload, bottom; /* s */
};

/* Appends one rep that begins to press at *t; the pelvis is off at the return value and down con + top + ecc later. */
static inline double add_lift(struct corner *c, int *n, double *t, double b, struct lift lift)
{
    double off = *t + lift.tension;
    const struct corner corners[] = {{*t, b},
                                     {off, b + lift.step},
                                     {off + lift.con, b + lift.step + lift.rise},
                                     {off + lift.con + lift.top, b + lift.step + lift.rise},
                                     {off + lift.con + lift.top + lift.ecc, b + lift.step},
                                     {off + lift.con + lift.top + lift.ecc + lift.unload, b}};

    for (int i = 0; i < 6; i++)
        c[(*n)++] = corners[i];
    *t = c[*n - 1].t_s + lift.bottom;
    return off;
}

/* As a converter gives it: the mean over four periods, stamped in their middle. */
static inline void run_averaged(struct rep_run *run, const struct corner *corners, int n, double rate, double to_s)
{
    for (int i = 0; i / rate < to_s; i++) {
        double sum = 0.0;
        for (int k = 0; k < 40; k++)
            sum += shape_at(corners, n, i / rate + (k - 19.5) / 10.0 / rate);
        struct sample s = sample_of(i / rate, sum / 40.0);
        rep_run_sample(run, &s);
    }
}

/* Nothing inside a rep is claimed that the box cannot see. */
static inline void assert_no_inside(const struct rep_run *run)
{
    for (int i = 0; i < run->n; i++)
        for (int p = PHASE_CON; p <= PHASE_ECC; p++)
            assert_int_equal(run->reps[i].phases[p].src, SRC_NONE);
    assert_int_equal(run->n_phases, 0);
}

#endif
