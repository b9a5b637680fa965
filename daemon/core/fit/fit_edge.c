/* SPDX-License-Identifier: MIT */
/* Shapes of edges; fit_edge.h has the formulas. */
#include "daemon/core/fit/fit_edge.h"

#define BLEND 0.1
#define SLACK (8.0 / 90.0)

static struct fit_load min_jerk(double u)
{
    return (struct fit_load){.height = u * u * u * (10.0 - 15.0 * u + 6.0 * u * u),
                             .acc = u * (60.0 - 180.0 * u + 120.0 * u * u)};
}

static struct fit_load constant_speed(double u)
{
    const double speed = 1.0 / (1.0 - BLEND);

    if (u < BLEND)
        return (struct fit_load){.height = speed * u * u / (2.0 * BLEND), .acc = speed / BLEND};
    if (u > 1.0 - BLEND)
        return (struct fit_load){.height = 1.0 - speed * (1.0 - u) * (1.0 - u) / (2.0 * BLEND), .acc = -speed / BLEND};
    return (struct fit_load){.height = speed * (u - BLEND / 2.0), .acc = 0.0};
}

static struct fit_load lift_at(enum fit_shape shape, double u)
{
    switch (shape) {
    case FIT_MIN_JERK: return min_jerk(u);
    case FIT_CONSTANT: return constant_speed(u);
    case FIT_SHAPE_COUNT: break;
    }
    return (struct fit_load){0};
}

struct fit_load fit_edge_up(enum fit_shape shape, bool slack, double u)
{
    if (u <= 0.0)
        return (struct fit_load){0};
    if (u >= 1.0)
        return (struct fit_load){.height = 1.0};
    struct fit_load load = lift_at(shape, u);
    if (slack)
        load.height = load.height > SLACK ? (load.height - SLACK) / (1.0 - SLACK) : 0.0;
    return load;
}

struct fit_load fit_edge_down(enum fit_shape shape, bool slack, double u)
{
    return fit_edge_up(shape, slack, 1.0 - u); /* both shapes are symmetric in time */
}

double fit_edge_passes(enum fit_shape shape, bool slack, double inertia, double level)
{
    double lo = 0.0, hi = 1.0;

    for (int i = 0; i < 12; i++) {
        double u = 0.5 * (lo + hi);
        struct fit_load load = fit_edge_up(shape, slack, u);
        if (load.height + inertia * load.acc < level)
            lo = u;
        else
            hi = u;
    }
    return 0.5 * (lo + hi);
}
