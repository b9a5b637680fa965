/* SPDX-License-Identifier: MIT */
/*
 * Where a fitted curve's edges cross 0.1 and 0.9 of the plateau's height. A limb that sets off presses: what its inertia
 * adds may pass 0.1 A at once, or not, and then the band does so a sixth of the movement later. con begins with the first
 * (physics, definitions). How much the limb presses is known to a part only, so that a crossing is a mean over what it may
 * be, and has a variance of its own beside the breakpoints': where both are likely it says that neither is known.
 * Used by fit.c and fit_mix.c only.
 */
#ifndef GYMSTATION_CORE_FIT_SPAN_H
#define GYMSTATION_CORE_FIT_SPAN_H

#include "daemon/core/fit/fit_curve.h"

/* Shares of an edge's length, from its lower end; variances of where it passes 0.1 A, and of the way from there to 0.9 A. */
struct fit_span {
    double low, high;
    double low_var, way_var;
};

/* Of an edge (0 up, 1 down). */
struct fit_span fit_span_of(const struct fit_curve *curve, int edge);

#endif
