/* SPDX-License-Identifier: MIT */
/*
 * The phases of a quick rep (swing_curve.h): its crossings are inertia's as much as the band's, and a mean that takes sway
 * away takes them with it. One curve is fitted to the whole rep for each shape (fit.h), from where a search over the
 * edges' middles and lengths says that they are (swing_seek.c): a quick rep's crossings do not lead there. The band's pull
 * A and the limb's inertia K are one patient's: what the reps of a set say of them is kept.
 *
 * Bounded: SWING_SHAPES x SWING_ITERATIONS x FIT_BINS, the search, and 13 curves for each shape's phases.
 */
#ifndef GYMSTATION_CORE_SWING_FIT_H
#define GYMSTATION_CORE_SWING_FIT_H

#include "daemon/core/fit/fit.h"
#include "daemon/core/fit/swing_shapes.h"

/* Mean and sd of what is known; n: reps that said something. */
struct swing_known {
    double mean, sd;
};

/* What the reps of a set have shown so far. */
struct swing_set {
    struct swing_habit habit;
    struct swing_known amp, inertia; /* N, N s2; amp.sd 0: nothing yet */
    int64_t free_ns;                 /* the last rep's movement was over, or ABSENT */
    struct fit_time end;             /* of the last rep, on the samples' clock, or ABSENT */
};

/* start and end on the samples' clock; phases by their crossings, bottom is the pause before or ABSENT; two movements. */
struct swing_result {
    struct fit_time start, end, rep, tension;
    struct fit_time con, top, ecc, bottom;
    struct fit_time up, down;
    int64_t still_ns[4]; /* breakpoints of the likeliest shape: up from, up to, down from, down to */
};

void swing_begin(struct swing_set *set);
/* Of this rep nothing is known that the next one could go by. */
void swing_skip(struct swing_set *set);
/* scan, edges as rep_scan_read() left them, the samples as they came. False: the curve does not say, swing_skip(). */
bool swing_fit(struct swing_set *set, const struct rep_scan *scan, const struct scan_edges *edges, int64_t from_ns,
               int64_t sway_mn, struct swing_result *ret);

#endif
