/* SPDX-License-Identifier: MIT */
/*
 * One curve fitted to one rep: rest level, an edge up, a plateau that may slope, an edge down. Used by fit.c only.
 *
 *     f(t) = b + (a + c tau) height(t) + k acc(t) / T^2       tau from -0.5 to 0.5 over the plateau, T of the edge
 *
 * Least squares, weighed for a hand's wander (fit_white.h), by Gauss-Newton on all eight parameters, at most
 * FIT_ITERATIONS times; b, c and k are held near what is known of them. Times in s from an origin of the caller's, forces in N above the rest level.
 * Only + - * / fabs sqrt and comparisons: the same bits everywhere.
 */
#ifndef GYMSTATION_CORE_FIT_CURVE_H
#define GYMSTATION_CORE_FIT_CURVE_H

#include "daemon/core/fit/fit_edge.h"
#include "daemon/core/fit/fit_white.h"

#define FIT_ITERATIONS 8

enum fit_param { FIT_B, FIT_A, FIT_C, FIT_K, FIT_UP_S, FIT_UP_E, FIT_DOWN_S, FIT_DOWN_E, FIT_PARAMS };

/* What is known before the fit; of the two edges, up first. */
struct fit_guess {
    double amp, sigma;  /* plateau height A and sd of the quiet signal, N */
    double hand;        /* sd of a hand's wander, N; 0: none */
    double dt;          /* mean distance of the samples, s */
    bool slow;          /* they are means over longer than a bin */
    double outer[2][2]; /* crossings of 0.1 A and 0.9 A (down: 0.9 A and 0.1 A) */
    double inner[2][2]; /* of 0.3 A and 0.7 A (down: 0.7 A and 0.3 A) */
};

struct fit_curve {
    enum fit_shape shape;
    bool slack;
    bool tried, ok; /* there was a fit; it came to an end */
    double p[FIT_PARAMS];
    double lo[FIT_PARAMS], hi[FIT_PARAMS];      /* limits of the breakpoints */
    double prior[FIT_PARAMS], prec[FIT_PARAMS]; /* expectation, and its weight in samples per unit squared */
    double cov[FIT_PARAMS][FIT_PARAMS];
    double moved;     /* a breakpoint's largest move in the last iteration, share of its edge */
    double cost;      /* sum of squared residuals of the bins */
    double penalty;   /* what the expectations add to that */
    double log_det;   /* logarithm of the determinant of J'J */
    double q;         /* variance of one sample's worth of slow noise, N2 */
    bool weightless;  /* fitted without the limb's inertia to begin with: that explains the samples much better */
    double misfit[2]; /* mean square of residuals averaged over FIT_BATCH_S, by edge, N2 */
};

#define FIT_BATCH_S 0.3 /* longer than sway remembers: a resonance 2 Hz wide forgets in 1 / (2 pi) s */

/* data->bins are filled: what takes a hand's memory out of them. */
void fit_curve_prepare(struct fit_data *data, const struct fit_guess *guess);
/* weighs: the limb is known to weigh something, and the valley where it does not is not looked at. */
void fit_curve_run(struct fit_curve *curve, enum fit_shape shape, bool slack, bool weighs, const struct fit_data *data,
                   const struct fit_guess *guess);
/* Length and variance of the movement of an edge (0 up, 1 down). */
double fit_curve_length(const struct fit_curve *curve, int edge);
double fit_curve_length_var(const struct fit_curve *curve, int edge);

#endif
