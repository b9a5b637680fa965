/* SPDX-License-Identifier: MIT */
/*
 * The plateau fit of a hip thrust: between pelvis off and pelvis down the load is the level at lift-off L0, plus R while
 * the hips are on top, plus what speeding them up takes:
 *
 *     F(t) = L0 + R g(u) + K g''(u) / T^2      u = (t - begin) / T
 *
 * g goes from 0 to 1 by minimum jerk or at constant speed with blends, whichever leaves less. One side at a time, the way
 * down as the way up backwards. Begin and T by search, L0, R and K by least squares; double, only + - * / and sqrt.
 */
#ifndef GYMSTATION_CORE_RISE_FIT_H
#define GYMSTATION_CORE_RISE_FIT_H

#include "daemon/core/rep_scan.h"

#define RISE_BINS 200 /* means of at least 50 ms: the search costs the same at every rate */

/* Means of the load above the rest level, in N, over times in s from the edge inwards; at equal distances. */
struct rise_bins {
    int n;
    double dt_s;
    double mean_n, square_n2; /* of f_n: mean, sum of squares about it */
    double t_s[RISE_BINS], f_n[RISE_BINS];
};

struct rise_fit {
    double begin_s, move_s; /* where the movement starts, from the edge inwards, and how long it takes */
    double level_n, rise_n; /* L0, R */
    double move_sd_s;       /* of move_s */
    double noise_n;         /* what the fit leaves, rms of the bins */
};

/* f between edge_ns and mid_ns, walked inwards (mid_ns may lie before edge_ns). False with fewer than 8 bins. */
bool rise_bins_fill(struct rise_bins *bins, const struct rep_scan *scan, int64_t edge_ns, int64_t mid_ns);
/* False where nothing rises out of the noise. */
bool rise_fit(const struct rise_bins *bins, struct rise_fit *ret);

#endif
