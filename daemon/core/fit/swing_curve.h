/* SPDX-License-Identifier: MIT */
/*
 * A rep so quick that the limb's inertia weighs as much as the band, as one curve: fit_curve.h's without the plateau's
 * slope, and with two things that matter below a second only. What is sped up in no time is felt over SWING_FORCE_S all
 * the same (force takes so long to build up, in muscle and in the soft parts between it and the box), and a converter
 * tells means over four of its periods. Used by swing_fit.c and swing_seek.c only; times in s, forces in N above rest.
 */
#ifndef GYMSTATION_CORE_SWING_CURVE_H
#define GYMSTATION_CORE_SWING_CURVE_H

#include "daemon/core/fit/fit_curve.h"

#define SWING_FORCE_S 0.1

/* What an edge pulls at a time, as shares: of A, and of the inertia in 1/s2. */
struct swing_edge {
    enum fit_shape shape;
    bool slack, down;
    double from, to;
};

struct swing_edge swing_edge_of(const struct fit_curve *curve, int edge);
/* As it is at t, and its mean over +- half about t. */
struct fit_load swing_load(const struct swing_edge *edge, double t);
struct fit_load swing_mean(const struct swing_edge *edge, double t, double half);

/* By the definitions of the timing; where the curve passes no such level: false. */
struct swing_times {
    double con, top, ecc, end, tut;
};

bool swing_times(const struct fit_curve *curve, struct swing_times *ret);

#endif
