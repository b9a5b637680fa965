/* SPDX-License-Identifier: MIT */
/*
 * The shapes of a rep's movements against each other: which are fitted, and the weight of each by the habit and this rep.
 * Used by fit.c only. curves[i] is of the family's member i / 2, its band slack where i is even.
 */
#ifndef GYMSTATION_CORE_FIT_SHAPES_H
#define GYMSTATION_CORE_FIT_SHAPES_H

#include "daemon/core/fit/fit.h"
#include "daemon/core/fit/fit_curve.h"

/* sd of a movement's length by what lies between curves[i] and its neighbours, as a share of it. */
double fit_shapes_step(int i);
/* Variance of one sample's worth of what no shape explains, N2. */
double fit_shapes_floor(const struct fit_guess *guess);
/* Fits what may be likely into curves[FIT_SHAPES]; the others are neither tried nor ok. */
void fit_shapes_run(const struct fit_habit *habit, struct fit_curve *curves, const struct fit_data *data,
                    const struct fit_guess *guess);
/* both: both edges are in it, and the habit learns. False: all failed. */
bool fit_shapes_weigh(struct fit_habit *habit, const struct fit_curve *curves, double floor_q, bool both,
                      double *weights);

#endif
