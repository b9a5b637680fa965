/* SPDX-License-Identifier: MIT */
/* Where a quick rep's edges may be, before anything is fitted: swing_fit.c asks. Times in s, forces in N. */
#ifndef GYMSTATION_CORE_SWING_SEEK_H
#define GYMSTATION_CORE_SWING_SEEK_H

#include "daemon/core/fit/swing_curve.h"

#define SWING_MIDDLES 11 /* SWING_APART_S apart, about where the samples pass A/2 */
#define SWING_APART_S 0.05
#define SWING_LENGTHS 7 /* from SWING_SHORT_S on, each so much longer */
#define SWING_SHORT_S 0.25
#define SWING_LONGER  1.26

/* What is known of A and of the inertia, as weights in the samples' squares. */
struct swing_prior {
    double amp, amp_prec, inertia, inertia_prec;
};

struct swing_guess {
    double from, to, amp, inertia, cost;
};

/* Bins first..last (not included), the edge's middle near middle_s: the likeliest way of that shape. */
struct swing_guess swing_seek(const struct fit_bins *bins, int first, int last, enum fit_shape shape, bool down,
                              double middle_s, double half_s, const struct swing_prior *prior);

#endif
