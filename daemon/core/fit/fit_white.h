/* SPDX-License-Identifier: MIT */
/*
 * Takes the memory out of what a hand on a chair adds to a rep's samples, so that least squares weighs them as they
 * deserve. A touching finger wanders: an Ornstein-Uhlenbeck process (time constant FIT_HAND_TAU_S), on top of sway, which
 * slow parameters see as white. A Kalman filter follows the wander from bin to bin; what each bin says beyond what was
 * expected after the ones before is white again, and so is every column of the Jacobian that goes the same way (Harvey
 * 1989: generalised least squares by way of the innovations). Without a hand nothing is changed, bit for bit.
 * Used by fit_curve.c only.
 */
#ifndef GYMSTATION_CORE_FIT_WHITE_H
#define GYMSTATION_CORE_FIT_WHITE_H

#include <stdbool.h>

#define FIT_HAND_TAU_S 2.0
#define FIT_BINS       96

/* Samples of a rep in at most FIT_BINS bins of equal width; empty ones are left out. */
struct fit_bins {
    int n;
    double t[FIT_BINS], f[FIT_BINS], w[FIT_BINS]; /* mean time, mean force, number of samples */
    double within;                                /* sum of squares about the bins' means */
    double count, dt;                             /* samples in all, and their mean distance in s */
    double half; /* a bin is a mean over so long before and after its time; 0: nearly a point */
};

struct fit_white {
    bool hand;
    double gain[FIT_BINS], keep[FIT_BINS]; /* of the filter; what is left of the wander at the next bin */
    double w[FIT_BINS];                    /* weight of a bin's innovation, samples */
};

struct fit_data {
    struct fit_bins bins;
    struct fit_white white;
};

/* share: variance of the hand over that of one sample's worth of slow noise; 0: no hand. */
void fit_white_begin(struct fit_white *white, const struct fit_bins *bins, double share);
/* What bin n says beyond what was expected; *state is 0 before the first. */
static inline double fit_white_step(const struct fit_white *white, int n, double value, double *state)
{
    double innovation = value - *state;

    *state = white->keep[n] * (*state + white->gain[n] * innovation);
    return innovation;
}

#endif
