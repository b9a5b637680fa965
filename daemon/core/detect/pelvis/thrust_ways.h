/* SPDX-License-Identifier: MIT */
/*
 * The two ways of a thrust's hips, up and down, between pelvis off and pelvis down: each by the plateau fit's curve
 * (rise_fit.h) or, where the movement stopped on its way and is on no curve, by crossings of the load itself, with a generous
 * sd. How far a hand is in them, and what of them is told, is thrust_look.h's.
 */
#ifndef GYMSTATION_CORE_THRUST_WAYS_H
#define GYMSTATION_CORE_THRUST_WAYS_H

#include "daemon/core/detect/pelvis/detector_thrust.h"

/* [0] up, from lift-off, [1] down, from touch-down, backwards in time. The caller fills what stands before most_mn. */
struct thrust_ways {
    struct rep_scan *scan;
    int64_t edge_ns[2];
    double noise_n;       /* sd of the load about its means */
    double least_n;       /* less is no rise of the hips */
    double after_apart_n; /* of the load at rest before and after, 0: the feet leave, or means tell of the fall */
    double rests_apart_n; /* of the load at rest, before and after */
    int64_t level_mn;     /* of the load at the edges */
    int64_t most_mn;      /* the same on top; both smoothed */
    bool two_tops;        /* which of them was the top is not told */
    bool cut[2];          /* the movement may go on to where it was looked for */
    struct rise_rough rough[2];
    struct rise_fit fit[2];
    struct rise_side side[2];
};

/* Of the rep that ways->scan lies over, which is left smoothed; the set's shapes are learnt from it. False: nothing rises. */
bool thrust_ways_look(struct thrust_detector *thrust, struct thrust_ways *ways);
/* No top is left between the two ways: where the hips hardly rest there, the curves of the fit run into each other. */
bool thrust_ways_overlap(const struct thrust_ways *ways);

#endif
