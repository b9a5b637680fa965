/* SPDX-License-Identifier: MIT */
/*
 * What the curves fitted to a quick rep (swing_fit.h) say of its phases: the mean over the shapes by their weights w, and
 *
 *     sd^2 = sum over shapes w (var + (SWING_STEP length)^2 + (value - mean)^2) + (SWING_PERIODS dt)^2
 *
 * var is that of the curve's own parameters, by the unscented transform (Julier and Uhlmann 1997): twelve curves about the
 * fitted one, two for each of A, the inertia and the breakpoints. Slopes would not do: whether inertia carries the load
 * past 0.9 A, or stops it short of 0.1 A, moves a crossing by half of a movement all at once. SWING_STEP is what lies between a
 * shape and the next one. Both constants are calibrated with simulated patients (tests/unit/test_curl_quick.c, tools/bench
 * accuracy): three quarters of the errors of what is told lie within one sd. Used by swing_fit.c only.
 */
#ifndef GYMSTATION_CORE_SWING_PHASES_H
#define GYMSTATION_CORE_SWING_PHASES_H

#include "daemon/core/fit/fit_curve.h"
#include "daemon/core/fit/swing_shapes.h"

#define SWING_STEP    0.03 /* of the movement */
#define SWING_PERIODS 1.0

/* Of a rep by its crossings: where it starts and ends, its parts, its time under tension; and its two movements. */
enum swing_span {
    SWING_START,
    SWING_END,
    SWING_CON,
    SWING_TOP,
    SWING_ECC,
    SWING_REP,
    SWING_TENSION,
    SWING_UP,
    SWING_DOWN,
    SWING_SPANS
};

/* s; start and end from the curves' origin. start + con + top + ecc = end. */
struct swing_phases {
    double mean[SWING_SPANS], sd[SWING_SPANS];
};

/* Curves and their weights by shape; dt: distance of the samples, s. False: no curve says anything. */
bool swing_phases(const struct fit_curve *curves, const double *weights, double dt, struct swing_phases *ret);

#endif
