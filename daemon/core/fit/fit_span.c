/* SPDX-License-Identifier: MIT */
/* Crossings of a fitted curve; fit_span.h. */
#include "daemon/core/fit/fit_span.h"

#include <math.h>

#define STEPS   48
#define PRESSES 3 /* what the limb may press: Gauss and Hermite's three points of a normal variable */

static const double points[PRESSES] = {-1.7320508075688772, 0.0, 1.7320508075688772};
static const double shares[PRESSES] = {1.0 / 6.0, 2.0 / 3.0, 1.0 / 6.0};

/*
 * A fit sees what a press weighs in all, its speed; how high it is depends on how long the limb takes to get there, of
 * which shapes of constant speed know the half. Of a smooth shape both are one.
 */
#define PRESS_PART 0.5

/* The crossings if the limb's inertia is k, as a share of A and per movement squared. */
static struct fit_span cross(enum fit_shape shape, bool slack, double soft, double k, int edge)
{
    double last = 0.0, back = 1.0 / STEPS;
    struct fit_span span = {.low = 0.0, .high = 1.0};
    bool have_low = false;

    for (int i = 0; i <= STEPS; i++) {
        double u = back * i; /* upward in both edges: the mirror image of the way down */
        struct fit_load load = fit_edge_pressed(shape, slack, soft, u);
        double f = load.height + k * load.acc;
        /* On the way up the first crossing counts, on the way down the first, which is the last of the mirror image. */
        if ((edge == 1 || !have_low) && i > 0 && last < 0.1 && f >= 0.1) {
            have_low = true;
            span.low = u - back * (f - 0.1) / (f - last);
        }
        if (i > 0 && last < 0.9 && f >= 0.9) {
            span.high = u - back * (f - 0.9) / (f - last);
            return span;
        }
        last = f;
    }
    return span;
}

static double press_sd(const struct fit_curve *curve)
{
    double part = fit_edge_even(curve->shape) ? PRESS_PART * curve->p[FIT_K] : 0.0;

    return sqrt(curve->cov[FIT_K][FIT_K] + part * part);
}

struct fit_span fit_span_of(const struct fit_curve *curve, int edge)
{
    double length = fit_curve_length(curve, edge), per_a = 1.0 / (length * length * curve->p[FIT_A]);
    enum fit_shape shape = edge == 0 ? curve->shape : fit_edge_mirror(curve->shape);
    double sd = press_sd(curve), low2 = 0.0, way2 = 0.0, way = 0.0;
    struct fit_span mean = {0};

    for (int n = 0; n < PRESSES; n++) {
        double k = curve->p[FIT_K] + points[n] * sd;
        struct fit_span span = cross(shape, curve->slack, FIT_FORCE_S / length, (k > 0.0 ? k : 0.0) * per_a, edge);

        mean.low += shares[n] * span.low;
        low2 += shares[n] * span.low * span.low;
        way += shares[n] * (span.high - span.low);
        way2 += shares[n] * (span.high - span.low) * (span.high - span.low);
    }
    mean.high = mean.low + way;
    mean.low_var = low2 > mean.low * mean.low ? low2 - mean.low * mean.low : 0.0;
    mean.way_var = way2 > way * way ? way2 - way * way : 0.0;
    return mean;
}
