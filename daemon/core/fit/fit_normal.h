/* SPDX-License-Identifier: MIT */
/* The normal equations of a curve's least squares: lines added one by one, then solved. For fit_curve.c, swing_fit.c. */
#ifndef GYMSTATION_CORE_FIT_NORMAL_H
#define GYMSTATION_CORE_FIT_NORMAL_H

#include "daemon/core/fit/fit_curve.h"

/* Columns that differ from 0 where the band is slack, and where it is held on top: no inertia there. */
#define FIT_LEVELS_REST 1
#define FIT_LEVELS_TOP  3

/* A line of the Jacobian: only `n` columns from `at`, and the first `levels` of the four of the levels, differ from 0. */
struct fit_line {
    double value;
    double level[4];
    int levels;
    int at, n; /* breakpoints that matter: none on the levels, two on an edge, four of a mean over both */
    double moves[4];
    int edge;
};

struct fit_normal {
    double h[FIT_PARAMS][FIT_PARAMS]; /* lower triangle, then its Cholesky factor */
    double g[FIT_PARAMS];
};

/* Both return the squared residual by its weight. */
double fit_normal_add(struct fit_normal *normal, const struct fit_line *line, double w, double residual);
/* Bin n through the filter that follows a hand; states: FIT_PARAMS + 1, 0 before the first bin. */
double fit_normal_add_filtered(struct fit_normal *normal, const struct fit_white *white, int n,
                               const struct fit_line *line, double residual, double *states);
/* False: they have no solution. */
bool fit_normal_factor(struct fit_normal *normal);
/* x: the right side, then the solution; after the factoring. */
void fit_normal_solve(const struct fit_normal *normal, double *x);

#endif
