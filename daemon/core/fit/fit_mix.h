/* SPDX-License-Identifier: MIT */
/*
 * Figures of a rep as means over the shapes that were fitted, by the weight of each; fit.h has the formula of their sd. Used by
 * fit.c only.
 */
#ifndef GYMSTATION_CORE_FIT_MIX_H
#define GYMSTATION_CORE_FIT_MIX_H

#include "daemon/core/fit/fit.h"
#include "daemon/core/fit/fit_span.h"

struct fit_mix {
    const struct fit_curve *curves;
    const double *weights; /* sum to 1, 0 where a curve is not ok */
    const struct fit_guess *guess;
    struct fit_span spans[FIT_SHAPES][2]; /* of the edges that were mixed, where the curve is ok */
};

/* The length of an edge's movement and its crossing time; what follows about that edge comes after this. */
void fit_mix_edge(struct fit_mix *mix, int edge, struct fit_result *ret);
/*
 * A breakpoint, or the way from one breakpoint (`from`, FIT_PARAMS: none) to another; length_s: of the movement that its
 * error is part of. Times from the curves' origin.
 */
struct fit_time fit_mix_points(const struct fit_mix *mix, enum fit_param from, enum fit_param to, double length_s);
/* Where an edge passes 0.1 of the plateau. */
struct fit_time fit_mix_low(const struct fit_mix *mix, int edge, double length_s);

#endif
