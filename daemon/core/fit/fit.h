/* SPDX-License-Identifier: MIT */
/*
 * The movements of a finished rep, breakpoint to breakpoint: move_s and its sd_s. The second look's crossings say where
 * to look; four breakpoints, two levels, the plateau's slope and the limb's inertia are fitted to the samples
 * (fit_curve.h) once for each shape a movement may have:
 *
 *     minimum jerk, early and late in two ways, constant speed in three (fit_edge.h)
 *       x  a band that pulls from the first degree, or hangs slack over the first 8
 *
 * Crossing time is 0.40-0.80 of the movement, by shape: the shape decides the figure. A set's shape is taken for a
 * habit of the patient and the slack for a property of the band: the residuals of both edges, how much of what is possible
 * explains them as well (Laplace's approximation of the marginal likelihood), and the reps before with FIT_MEMORY a rep
 * say how likely each shape is, and the figure is the mean over the shapes by that weight.
 *
 *     sd^2 = sum over shapes w (q (J'J)^-1 + (step move)^2 + (move - mean)^2)
 *            + ((FIT_SD_FLOOR^2 + FIT_SD_HAND^2) move)^2 + (FIT_SD_QUICK / move^2)^2 + (FIT_SD_PERIODS dt)^2
 *
 * J is the Jacobian of the curve; step is what lies between a shape and its neighbours (fit_shapes.c). q is the variance of
 * one sample's worth of noise as slow parameters see it: sway is
 * coloured and its spectrum at 0 Hz is 0.0315 s times its variance (AR(2), 4.5 Hz, 2 Hz wide), mixed with what the
 * residual's means over 0.3 s show. A hand's wander, slower than that, is taken out before (fit_white.h).
 * A crossing's variance is its share of the movement's, and what is not known of the limb's press (fit_span.h).
 * The floors and FIT_TEMPER are calibrated with simulated patients (tests/unit/test_fit_patients.c, tools/bench accuracy), so
 * that two thirds of the errors lie within one sd (tails are longer than a normal's: one in fifteen lies beyond two). Their
 * shapes are the family's, or lie between its members; what others would add is not in sd.
 *
 * Without a credible fit a figure is ABSENT. An edge's fit is credible when
 *   no crossing is unknown and no sample is missing, and at least FIT_SAMPLES_MIN lie between its crossings;
 *   the breakpoints lie outside the crossings by at most FIT_OUT_MAX of the movement (of a skewed one, which sets off or
 *   arrives so slowly that its own 0.1 or 0.9 A lie further in, by FIT_OUT_MORE more than that), by FIT_BOTH_MAX in all,
 *   inside by FIT_IN_MAX;
 *   what is left, averaged over 0.3 s, is sway and at most FIT_MISFIT_PART of A; the curve's plateau is no less than
 *   FIT_AMP_MIN of A;
 *   FIT_MISFIT_EVEN of that is not exceeded: a halt on the way, in noise, makes a movement that looks longer;
 *   sd is at most FIT_SD_PART of the movement. The crossing time depends less on where exactly the breakpoints lie, and
 *   needs only an sd of at most FIT_SD_CROSSING of itself; where the curve passes 0.1 A needs no more than the rest, and of the
 *   samples FIT_SAMPLES_LOW only. Whether the last iteration still moved a breakpoint does not matter: it did so along a valley that sd tells of.
 * The pause on top needs both edges, apart from each other, and an sd of at most FIT_TOP_SD_NS and FIT_SD_PART of it: the
 * verdict of a tolerance of 20 % is chance when that is as wide.
 *
 * Bounded: FIT_SHAPES x FIT_ITERATIONS x FIT_BINS; no memory but the caller's.
 */
#ifndef GYMSTATION_CORE_FIT_H
#define GYMSTATION_CORE_FIT_H

#include "daemon/core/detect/rep_scan.h"
#include "daemon/core/fit/fit_edge.h"

#define FIT_SHAPES      16 /* eight of the family, with slack and without */
#define FIT_MEMORY      0.9
#define FIT_ALONE       0.05 /* of the log likelihood of one edge without the other */
#define FIT_TEMPER      0.8  /* of the log likelihood: the shapes are approximations */
#define FIT_SD_FLOOR    0.015
#define FIT_SD_HAND     0.08 /* of a movement beside a hand of FIT_HAND_N: its steps, which are no wander */
#define FIT_HAND_N      3.0
#define FIT_SD_PERIODS  3.0 /* samples are means over four of their periods, which the curve is not */
#define FIT_SD_SLOW     0.5 /* at ten a second it is */
#define FIT_SD_QUICK    0.04 /* s3: what a limb's inertia, half a guess, adds to a quick movement's sd, over its square */
#define FIT_SAMPLES_MIN 12   /* 0.15 s at 80 SPS: half of a dropped eccentric */
#define FIT_SAMPLES_LOW 9    /* for where it passes 0.1 A, which its ends and the levels say */
#define FIT_SAMPLES_SLOW                                                                                               \
    6 /* for either at ten samples a second, whose curve is one of means: half as long again as one */
#define FIT_OUT_MAX         0.40 /* physics, detector shape that works: of minimum jerk, whose 0.1 A lie at 0.33 when slack */
#define FIT_OUT_MORE        0.07 /* and so much beyond where a skewed one has its own */
#define FIT_IN_MAX          0.10
#define FIT_CROSSING_MIN_NS (450 * NS_PER_MS) /* below, the inertia decides what is fitted */
#define FIT_BOTH_MAX        0.62              /* a crossing is 0.40 of its movement at least: early or late, slack */
#define FIT_MISFIT_PART     0.02
#define FIT_MISFIT_SWAY     4.0
#define FIT_MISFIT_EVEN     0.5  /* of that, for a movement: 3 % of even ones leave more, of halting ones nearly half */
#define FIT_SD_PART         0.18 /* within the default tolerance of 20 % */
#define FIT_SD_CROSSING     0.25
#define FIT_AMP_MIN         0.5 /* of the plateau that the samples show: a curve below is about something else */
#define FIT_TOP_SD_NS       (200 * NS_PER_MS)

/* What the reps of a set have shown so far; zero it when a set begins. */
struct fit_habit {
    double cost[FIT_SHAPES]; /* minus log likelihood, less the least */
    int weighed;             /* reps in a row that no likely shape fits without the limb's inertia */
};

/* sd, mN: of the quiet signal, 0: not known; of a hand's wander, 0: no hand. */
struct fit_noise {
    int64_t sway_mn, hand_mn;
};

struct fit_time {
    int64_t ns, sd_ns; /* or both ABSENT */
};

struct fit_result {
    struct fit_time move[2], top; /* way up, way down; the pause between them */
    struct fit_time crossing[2];  /* 0.1 A to 0.9 A on the fitted curve, noise taken away */
    struct fit_time begin, end;   /* first and last breakpoint, on the samples' clock */
    struct fit_time low[2];       /* where the fitted curve passes 0.1 A, up and down, on the samples' clock */
};

/*
 * Samples from from_ns to scan->to: from_ns lies after the movement before this rep. scan->f is as rep_scan_edges()
 * read it. False: nothing is credible, all of *ret is ABSENT.
 */
bool fit_rep(struct fit_habit *habit, const struct rep_scan *scan, const struct scan_edges *edges, int64_t from_ns,
             const struct fit_noise *noise, struct fit_result *ret);
/* The way up alone, of a rep whose way down has no shape (or the other way round): all else of *ret is ABSENT. */
bool fit_up(struct fit_habit *habit, const struct rep_scan *scan, const struct scan_edges *edges, int64_t from_ns,
            const struct fit_noise *noise, struct fit_result *ret);
bool fit_down(struct fit_habit *habit, const struct rep_scan *scan, const struct scan_edges *edges,
              const struct fit_noise *noise, struct fit_result *ret);

/*
 * What a movement pulls at each n-th of its time, 0 to n, as a share of A: the mean over the shapes by what the set's reps
 * say of them. inertia: the load of an acc of 1, as such a share.
 */
void fit_habit_load(const struct fit_habit *habit, bool down, double inertia, int n, double *ret);

/* A pause between movements is known well enough to be told. */
bool fit_pause_told(const struct fit_time *pause);

#endif
