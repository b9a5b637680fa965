/* SPDX-License-Identifier: MIT */
/*
 * The shapes a movement's edge may have, as load over time. u runs from 0 to 1 between the breakpoints of a movement
 * upward; a movement downward goes the same way in time, from the upper level to the lower.
 *
 *     lift      where the limb is, from 0 to 1: minimum jerk (10 w^3 - 15 w^4 + 6 w^5; Flash and Hogan 1985) with w = u,
 *               or most of it early or late, w = u (1 +- skew (1 - u)); or constant speed, with parabolic blends of
 *               0, a tenth or a fifth of the movement at both ends. What a patient does lies between these.
 *     height    what it pulls, from 0 to 1: the lift, or with a slack band nothing over the first 8 of 90 degrees
 *     acc       of the lift, in movements per movement squared: what the limb's inertia adds
 *     speed     of the height, and jerk of the lift, over u; where either jumps nothing is added for it
 */
#ifndef GYMSTATION_CORE_FIT_EDGE_H
#define GYMSTATION_CORE_FIT_EDGE_H

#include <stdbool.h>

#define FIT_SKEW      0.5
#define FIT_SKEW_LESS 0.35
#define FIT_SKEW_MORE 0.65

/* The first FIT_SHAPE_COUNT are for fits that hardly tell more or less skewed; the others stand for early and late. */
enum fit_shape {
    FIT_MIN_JERK,
    FIT_CONSTANT,
    FIT_BLENDED,
    FIT_ROUNDED,
    FIT_EARLY,
    FIT_LATE,
    FIT_SHAPE_COUNT,
    FIT_EARLY_LESS = FIT_SHAPE_COUNT,
    FIT_LATE_LESS,
    FIT_EARLY_MORE,
    FIT_LATE_MORE,
    FIT_EDGE_COUNT
};

struct fit_load {
    double height, acc;
};

struct fit_slope {
    double height, acc, speed, jerk;
};

/* The lift itself. */
struct fit_load fit_edge_lift(enum fit_shape shape, double u);
/* What a shape is when time runs backwards. */
enum fit_shape fit_edge_mirror(enum fit_shape shape);
/* Outside 0..1 the edge is over: height 0 or 1, acc 0. */
struct fit_load fit_edge_up(enum fit_shape shape, bool slack, double u);
struct fit_load fit_edge_down(enum fit_shape shape, bool slack, double u);
/* Constant speed, with blends or without. */
bool fit_edge_even(enum fit_shape shape);
/*
 * Upward, sped up in no less than `soft` of the movement: force takes FIT_FORCE_S to build up, in muscle and in the soft parts
 * between it and the box (rise times of voluntary force are 0.1 s and more).
 */
#define FIT_FORCE_S 0.1
struct fit_load fit_edge_pressed(enum fit_shape shape, bool slack, double soft, double u);
/* Of either, with its slopes over u. */
struct fit_slope fit_edge_slope(enum fit_shape shape, bool slack, bool down, double u);

/*
 * u at which the load of an upward edge passes `level` (0..1) while it rises through its middle; inertia is the load of
 * an acc of 1, as a share of the edge's height. Bisections, then a straight line: within 0.0003 but where acc jumps.
 */
double fit_edge_passes(enum fit_shape shape, bool slack, double inertia, double level);

#endif
