/* SPDX-License-Identifier: MIT */
/*
 * A curve as its bins see it: value and slopes at a time, what they share worked out once. At ten samples a second each is
 * a mean over 0.4 s, which makes a movement of 1.5 s look 6 % longer: so is the curve then, and its slopes.
 * Used by fit_curve.c only.
 */
#ifndef GYMSTATION_CORE_FIT_VIEW_H
#define GYMSTATION_CORE_FIT_VIEW_H

#include "daemon/core/fit/fit_normal.h"

/* Holds until the curve's parameters change; times in s. */
struct fit_view {
    const struct fit_curve *curve;
    double middle;              /* of the plateau */
    double from, to, per_s;     /* the plateau, and over its length */
    double start[2], length[2]; /* of the edges */
    double per_edge[2];
    double half; /* a bin is a mean over so long before and after its time; 0: as good as a point */
};

struct fit_view fit_view_of(const struct fit_curve *curve, double half);
double fit_view_value(const struct fit_view *view, double t);
void fit_view_line(const struct fit_view *view, double t, struct fit_line *ret);

#endif
