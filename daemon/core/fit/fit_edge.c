/* SPDX-License-Identifier: MIT */
/* Shapes of edges; fit_edge.h has the formulas. */
#include "daemon/core/fit/fit_edge.h"

#define SOFT  0.1 /* of the movement: nothing is sped up in no time, the limb's soft parts see to that */
#define SLACK (8.0 / 90.0)

static struct fit_load min_jerk(double u)
{
    return (struct fit_load){.height = u * u * u * (10.0 - 15.0 * u + 6.0 * u * u),
                             .acc = u * (60.0 - 180.0 * u + 120.0 * u * u)};
}

static double blended_acc(double u, double blend)
{
    double most = 1.0 / (1.0 - blend) / blend;

    return u < blend ? most : u > 1.0 - blend ? -most : 0.0;
}

static struct fit_load constant_speed(double u, double blend)
{
    const double speed = 1.0 / (1.0 - blend);
    struct fit_load load = {.height = speed * (u - blend / 2.0), .acc = blended_acc(u, blend > SOFT ? blend : SOFT)};

    if (u < blend)
        load.height = speed * u * u / (2.0 * blend);
    else if (u > 1.0 - blend)
        load.height = 1.0 - speed * (1.0 - u) * (1.0 - u) / (2.0 * blend);
    return load;
}

/* Minimum jerk in a time w that runs ahead or behind, by the chain rule. */
static struct fit_load skewed(double u, double skew)
{
    double w = u * (1.0 + skew * (1.0 - u)), w1 = 1.0 + skew - 2.0 * skew * u;
    double speed = 30.0 * w * w * (1.0 - w) * (1.0 - w);
    struct fit_load load = min_jerk(w);

    load.acc = load.acc * w1 * w1 - 2.0 * skew * speed;
    return load;
}

struct fit_load fit_edge_lift(enum fit_shape shape, double u)
{
    if (u <= 0.0 || u >= 1.0)
        return (struct fit_load){.height = u >= 1.0 ? 1.0 : 0.0};
    switch (shape) {
    case FIT_MIN_JERK: return min_jerk(u);
    case FIT_CONSTANT: return constant_speed(u, 0.0);
    case FIT_BLENDED: return constant_speed(u, 0.1);
    case FIT_ROUNDED: return constant_speed(u, 0.2);
    case FIT_EARLY: return skewed(u, FIT_SKEW);
    case FIT_LATE: return skewed(u, -FIT_SKEW);
    case FIT_SHAPE_COUNT: break;
    }
    return (struct fit_load){0};
}

enum fit_shape fit_edge_mirror(enum fit_shape shape)
{
    return shape == FIT_EARLY ? FIT_LATE : shape == FIT_LATE ? FIT_EARLY : shape;
}

struct fit_load fit_edge_up(enum fit_shape shape, bool slack, double u)
{
    if (u <= 0.0)
        return (struct fit_load){0};
    if (u >= 1.0)
        return (struct fit_load){.height = 1.0};
    struct fit_load load = fit_edge_lift(shape, u);
    if (slack)
        load.height = load.height > SLACK ? (load.height - SLACK) / (1.0 - SLACK) : 0.0;
    return load;
}

struct fit_load fit_edge_down(enum fit_shape shape, bool slack, double u)
{
    return fit_edge_up(fit_edge_mirror(shape), slack, 1.0 - u);
}

double fit_edge_passes(enum fit_shape shape, bool slack, double inertia, double level)
{
    double lo = 0.0, hi = 1.0, below = 0.0, above = 1.0;

    for (int i = 0; i < 6; i++) {
        double u = 0.5 * (lo + hi);
        struct fit_load load = fit_edge_up(shape, slack, u);
        double value = load.height + inertia * load.acc;
        if (value < level) {
            lo = u;
            below = value;
        } else {
            hi = u;
            above = value;
        }
    }
    return lo + (hi - lo) * (above > below ? (level - below) / (above - below) : 0.5);
}
