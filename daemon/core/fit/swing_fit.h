/* SPDX-License-Identifier: MIT */
/*
 * When a quick rep began and ended (swing_curve.h): its crossings are inertia's as much as the band's, and a mean that
 * takes sway away takes them with it. One curve is fitted to the whole rep for each shape (fit.h), from where a search
 * over the edges' middles and lengths says that they are (swing_seek.c): a quick rep's crossings do not lead there. The
 * band's pull A and the limb's inertia K are one patient's: what the reps of a set say of them is kept.
 *
 * Bounded: SWING_SHAPES x SWING_ITERATIONS x FIT_BINS, and the search.
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
};

struct swing_result {
    int64_t start_ns, end_ns, sd_ns; /* sd: of the time between them */
    int64_t tut_ns;
};

void swing_begin(struct swing_set *set);
/* scan, edges as rep_scan_read() left them, the samples as they came. False: the curve does not say. */
bool swing_fit(struct swing_set *set, const struct rep_scan *scan, const struct scan_edges *edges, int64_t from_ns,
               int64_t sway_mn, struct swing_result *ret);

#endif
