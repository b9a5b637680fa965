/* SPDX-License-Identifier: MIT */
/*
 * The plateau fit of a hip thrust: between pelvis off and pelvis down the load is the level at lift-off L0, plus R while
 * the hips are on top, plus what speeding them up takes:
 *
 *     F(t) = L0 + R (l + RISE_CURVE l (1 - l)) + K l''(u) / T^2      u = (t - begin) / T
 *
 * l is the hips' height from 0 to 1, by one of the shapes of fit_edge.h. The load does not rise in
 * proportion to it: the moments of trunk (0.497 M at 0.20 of 0.45 m), thighs (0.200 M) and shanks (0.093 M, both at 0.433
 * of 0.43 m) about the shoulders, the bench 0.24 m above the hips' low point, give 17, 32, 58, 79, 93 and 97 % of R at 10,
 * 20, 40, 60, 80 and 90 % of the height; the parabola is within 1 % of that. It still rises by 0.23 R per height on top, so
 * the end of the movement is in the load.
 *
 * One side at a time, the way down as the way up backwards. Begin and T by search, L0, R and K by least squares, once for
 * each shape. A set's shape is taken for a habit: the residuals of both ways, and of the reps before with RISE_MEMORY a
 * rep, say how likely each is, and the figures are means over the shapes by that weight:
 *
 *     sd^2 = RISE_SD_FACTOR^2 sum over shapes w (sd_shape^2 + (value - mean)^2) + (RISE_SD_FLOOR move)^2 + edge^2
 *
 * Where braking swings the load of quick hips to about the middle, two crossings of 90 % are near: high is then their mean by
 * the odds of each, and top_sd_s what that leaves open.
 *
 * factor and floor are calibrated with the simulated patient (tests/unit/test_pelvis_patient.c): two thirds of the errors
 * lie within one sd. Shapes and geometry are the model's; what others add is not in sd: with a curve of 0.5 or 1.0 instead
 * of 0.77 a way down of 1-5 s reads 0.12-0.22 s wrong (median), a way up of 1-3 s 0.04-0.06 s. Double, only + - * / sqrt.
 */
#ifndef GYMSTATION_CORE_RISE_FIT_H
#define GYMSTATION_CORE_RISE_FIT_H

#include "daemon/core/detect/rep_scan.h"
#include "daemon/core/fit/fit_edge.h"

#define RISE_BIN_NS    (50 * NS_PER_MS)
#define RISE_BINS      200 /* means of at least 50 ms: the search costs the same at every rate */
#define RISE_CURVE     0.77
#define RISE_MEMORY    0.7
#define RISE_TEMPER    0.35 /* of the log likelihood: bins of sway at 4.5 Hz are not independent */
#define RISE_SD_FACTOR 0.85
#define RISE_SD_FLOOR  0.04 /* of the movement: shapes lie between those of the family */
#define RISE_SD_CROSS  0.02 /* of the crossing time, which depends less on them */
#define RISE_SD_MIN_S  0.03 /* what the edge adds ... */
#define RISE_SD_SAMPLE 1.5  /* ... and not less than so many samples: the converter averages four */
/* Of R, rms of means over 0.3 s: more is no movement of these shapes, but one that stopped on its way. */
#define RISE_MISFIT 0.03
#define RISE_SD_PART                                                                                                   \
    0.15 /* a movement is credible when its sd is no more of it: three quarters of the default tolerance */

/* Means of the load above the rest level, in N, over times in s from the edge inwards; at equal distances. */
struct rise_bins {
    int n;
    double dt_s;
    double sample_s;          /* between samples */
    double mean_n, square_n2; /* of f_n: mean, sum of squares about it */
    double t_s[RISE_BINS], f_n[RISE_BINS];
};

/* One shape's. Times in s from the edge inwards. */
struct rise_curve {
    bool tried;             /* false: the reps before have ruled it out */
    bool found;             /* false: nothing rises by that shape; the rest is not set */
    double begin_s, move_s; /* where the movement starts, how long it takes */
    double low_s, high_s;   /* crossings of 10 and 90 % of R: first one, last one from below the middle */
    double level_n, rise_n; /* L0, R */
    double high_var_s2;     /* of high_s, where two crossings are near */
    double inertia_s2, sse; /* K / R; what is left, N^2 */
    double move_sd_s;       /* from the curvature */
    double misfit;          /* rms of what is left, averaged over 0.3 s, as a share of R */
};

struct rise_fit {
    int n; /* bins */
    double sample_s;
    double end_s; /* the last one's time: a movement that ends there may be longer */
    struct rise_curve curve[FIT_SHAPE_COUNT];
};

/* What the reps of a set have shown so far; zero it when a set begins. */
struct rise_habit {
    double cost[FIT_SHAPE_COUNT]; /* minus log likelihood, less the least */
};

/* Figures of one side. */
struct rise_side {
    double begin_s, end_s, low_s, high_s; /* from the edge inwards */
    double level_n, rise_n, misfit;
    double move_sd_s, cross_sd_s; /* of end - begin, of high - low */
    double top_sd_s;              /* of high, by which of two crossings it is */
    bool stopped;                 /* the caller's: no curve, but crossings of the load */
    bool credible;                /* the movement; the crossings depend less on its shape */
};

/* f between edge_ns and mid_ns, walked inwards (mid_ns may lie before edge_ns). False with fewer than 8 bins. */
bool rise_bins_fill(struct rise_bins *bins, const struct rep_scan *scan, int64_t edge_ns, int64_t mid_ns);
/* By the shapes that the habit leaves. False where nothing rises out of the noise. */
bool rise_fit(const struct rise_habit *habit, bool down, const struct rise_bins *bins, struct rise_fit *ret);
/* By the residuals of this way alone. */
const struct rise_curve *rise_fit_likeliest(const struct rise_fit *fit);
/* Where the likeliest movement ends, in s from the edge. */
double rise_fit_end_s(const struct rise_fit *fit);
/* The rep's two ways, which were found, into the habit, and their figures by it. */
void rise_mix(struct rise_habit *habit, const struct rise_fit *fits, struct rise_side *sides);

#endif
