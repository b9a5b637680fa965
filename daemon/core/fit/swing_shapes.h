/* SPDX-License-Identifier: MIT */
/*
 * The shapes of a quick rep's movements against each other, and what a set has shown of them so far: fit_shapes.h does the
 * same for unhurried ones, which tell more shapes apart. curves[i] is of shape i / 2, its band slack where i is even. Used
 * by swing_fit.c only.
 */
#ifndef GYMSTATION_CORE_SWING_SHAPES_H
#define GYMSTATION_CORE_SWING_SHAPES_H

#include "daemon/core/fit/fit_curve.h"

#define SWING_SHAPES (2 * FIT_SHAPE_COUNT)

/* Minus log likelihoods, less the least; zero it when a set begins. */
struct swing_habit {
    double cost[SWING_SHAPES];
};

/* The reps before have ruled shape i out; as those fade, it is tried again. */
bool swing_shapes_out(const struct swing_habit *habit, int i);
/* Weights that sum to 1, 0 for curves that failed, by the habit and this rep, which it learns. False: all failed. */
bool swing_shapes_weigh(struct swing_habit *habit, const struct fit_curve *curves, double *weights);

#endif
