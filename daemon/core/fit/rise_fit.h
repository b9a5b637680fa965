/* SPDX-License-Identifier: MIT */
/*
 * The plateau fit of a hip thrust: between pelvis off and pelvis down the load is the level at lift-off L0, plus R while
 * the hips are on top, plus what speeding them up takes:
 *
 *     F(t) = L0 + R (l + b l (1 - l)) + K l''(u) / T^2      u = (t - begin) / T
 *
 * l is the hips' height from 0 to 1, by one of the shapes below. The load does not rise in proportion to it: the
 * moments of trunk (0.497 M at 0.20 of 0.45 m), thighs (0.200 M) and shanks (0.093 M, both at 0.433 of 0.43 m) about the
 * shoulders, the bench 0.24 m above the hips' low point, give 17, 32, 58, 79, 93 and 97 % of R at 10, 20, 40, 60, 80 and
 * 90 % of the height; the parabola of bend b = 0.77 is within 1 % of that. Of people of 1.57-1.93 m on benches of 0.30-0.42 m
 * it is within 0.5 % too, with a bend of 0.77 on average and an sd of 0.14 (the simulated patient's draw): from 1.0 on the
 * end of the movement is no longer in the load. Which bend a patient has is learnt in the set.
 *
 * One side at a time, the way down as the way up backwards. Begin and T by search, L0, R, R b and K by least squares with b's
 * prior, once for each shape; at ten samples a second through the converter's mean. Then, with the slopes of the load over
 * all of them, how the figures follow b, and how sure they are with b known.
 * A set's shape is taken for a habit, its bend for the patient's: by each shape, b is the mean of both ways' and of the reps'
 * before, weighed by their variances, so a late start, which the way down shows as an early one, is told from a bend, which
 * both show alike. The residuals of both ways, of the reps before with RISE_MEMORY a rep, and how far apart the two ways'
 * bends lie, say how likely each shape is. The figures are means over the shapes by that weight, each with its bend:
 *
 *     sd^2 = RISE_SD_FACTOR^2 sum over shapes w (sd_shape^2 + (d value / db)^2 var b + (value - mean)^2)
 *            + (RISE_SD_FLOOR move)^2 + edge^2
 *
 * Where braking swings the load of quick hips to about the middle, two crossings of 90 % are near: high is then their mean by
 * the odds of each, and top_sd_s what that leaves open.
 *
 * factor and floor are calibrated with the simulated patient (tests/unit/test_pelvis_patient.c): two thirds of the errors
 * lie within one sd. Double, only + - * / sqrt.
 */
#ifndef GYMSTATION_CORE_RISE_FIT_H
#define GYMSTATION_CORE_RISE_FIT_H

#include "daemon/core/detect/rep_scan.h"
#include "daemon/core/fit/fit_edge.h"

#define RISE_BIN_NS     (50 * NS_PER_MS)
#define RISE_BINS       200 /* means of at least 50 ms: the search costs the same at every rate */
#define RISE_BEND       0.77
#define RISE_BEND_SD    0.14
#define RISE_BEND_LEAST 0.04
#define RISE_MEMORY     0.7
#define RISE_TEMPER     0.35 /* of the log likelihood: bins of sway at 4.5 Hz are not independent */
#define RISE_SD_FACTOR  0.7
#define RISE_SD_FLOOR   0.03  /* of the movement: shapes lie between those of the family */
#define RISE_SD_CROSS   0.015 /* of the crossing time, which depends less on them */
#define RISE_SD_MIN_S   0.03  /* what the edge adds ... */
#define RISE_SD_SAMPLE  1.5   /* ... and not less than so many samples: the converter averages four */
/* Of R, rms of means over 0.3 s: more is no movement of these shapes, but one that stopped on its way. */
#define RISE_MISFIT 0.03
#define RISE_SD_PART                                                                                                   \
    0.15 /* a movement is credible when its sd is no more of it: three quarters of the default tolerance */

/* Those of fit_edge.h; but skews of 0.4 and 0.6, for a bend turns the error of a skew of 0.2 into a second of a slow way. */
enum rise_shape {
    RISE_MIN_JERK,
    RISE_CONSTANT,
    RISE_BLENDED,
    RISE_ROUNDED,
    RISE_EARLY,
    RISE_EARLIER,
    RISE_LATE,
    RISE_LATER,
    RISE_SHAPE_COUNT
};

/* Means of the load above the rest level, in N, over times in s from the edge inwards; at equal distances. */
struct rise_bins {
    int n;
    double dt_s;
    double sample_s;          /* between samples */
    double blur_s;            /* a converter's mean, where it is longer than a bin; else 0 */
    double mean_n, square_n2; /* of f_n: mean, sum of squares about it */
    double t_s[RISE_BINS], f_n[RISE_BINS];
    double after_n[RISE_BINS]; /* of f_n less its mean, this bin's and all after it */
};

/* Times in s from the edge inwards. */
struct rise_figures {
    double begin_s, move_s; /* where the movement starts, how long it takes */
    double low_s, high_s;   /* crossings of 10 and 90 % of R: first one, last one from below the middle */
    double level_n, rise_n; /* L0, R */
};

/* One shape's. */
struct rise_curve {
    bool tried;                      /* false: the reps before have ruled it out */
    bool found;                      /* false: nothing rises by that shape; the rest is not set */
    struct rise_figures at, by_bend; /* the likeliest ones, and how they follow the bend */
    double bend, bend_var;           /* with what was known before */
    double high_var_s2;              /* of high_s, where two crossings are near */
    double sse;                      /* what is left, N^2, and what the bend costs */
    double move_sd_s;                /* with the bend known */
    double misfit;                   /* rms of what is left, averaged over 0.3 s, as a share of R */
};

struct rise_guess {
    enum rise_shape shape;
    double begin_s, move_s;
    double rise, bend, inertia; /* R in N, the bend, K / R in s^2 */
    double sse;                 /* N^2, with what the bend costs by its prior; < 0: no guess */
};

/* Where to look closer, by the shapes of a habit, with the bend that is likeliest beforehand. */
struct rise_rough {
    int best;
    struct rise_guess guess[RISE_SHAPE_COUNT];
};

struct rise_fit {
    int n; /* bins */
    double sample_s;
    struct rise_curve curve[RISE_SHAPE_COUNT];
};

/* What the reps of a set have shown so far; zero it when a set begins. */
struct rise_habit {
    double cost[RISE_SHAPE_COUNT];      /* minus log likelihood, less the least */
    double bend_off[RISE_SHAPE_COUNT];  /* the bend by that shape, less RISE_BEND */
    double bend_sure[RISE_SHAPE_COUNT]; /* what the reps add to 1 / variance */
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

struct rise_prior;
/* What is known of the bend by that shape. */
struct rise_prior rise_habit_bend(const struct rise_habit *habit, int shape);
/* f between edge_ns and mid_ns, walked inwards (mid_ns may lie before edge_ns). False with fewer than 8 bins. */
bool rise_bins_fill(struct rise_bins *bins, const struct rep_scan *scan, int64_t edge_ns, int64_t mid_ns);
/* A first look, by the shapes that the habit leaves. False where nothing rises at all. */
bool rise_rough(const struct rise_habit *habit, bool down, const struct rise_bins *bins, struct rise_rough *ret);
/* Where the likeliest movement ends, in s from the edge; and the latest end of one that may be. */
double rise_rough_end_s(const struct rise_rough *rough);
double rise_rough_most_s(const struct rise_rough *rough, const struct rise_bins *bins);
/* The second one, of the same bins. False where nothing rises out of the noise. */
bool rise_fit(const struct rise_habit *habit, bool down, const struct rise_bins *bins, const struct rise_rough *rough,
              struct rise_fit *ret);
/* By the residuals of this way alone. */
const struct rise_curve *rise_fit_likeliest(const struct rise_fit *fit);
/* The rep's two ways, which were found, into the habit, and their figures by it. */
void rise_mix(struct rise_habit *habit, const struct rise_fit *fits, struct rise_side *sides);

#endif
