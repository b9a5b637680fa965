/* SPDX-License-Identifier: MIT */
/* Shapes of edges; fit_edge.h has the formulas. */
#include "daemon/core/fit/fit_edge.h"

#define SOFT  0.1 /* of the movement: nothing is sped up in no time, the limb's soft parts see to that */
#define SLACK (8.0 / 90.0)
#define JUMP  0.01

static inline struct fit_slope min_jerk(double u)
{
    double v = 1.0 - u;

    return (struct fit_slope){.height = u * u * u * (10.0 - 15.0 * u + 6.0 * u * u),
                              .acc = 60.0 * u * v * (v - u),
                              .speed = 30.0 * u * u * v * v,
                              .jerk = 60.0 - 360.0 * u * v};
}

static double blended_acc(double u, double blend)
{
    double most = 1.0 / (1.0 - blend) / blend;

    return u < blend ? most : u > 1.0 - blend ? -most : 0.0;
}

/* The acceleration jumps: so much over JUMP to either side, so that a fit notices where it does. */
static double blended_jerk(double u, double blend)
{
    double v = u < 0.5 ? u : 1.0 - u, most = 1.0 / (1.0 - blend) / blend;

    return v < JUMP ? most / (2.0 * JUMP) : v > blend - JUMP && v < blend + JUMP ? -most / (2.0 * JUMP) : 0.0;
}

static inline struct fit_slope constant_speed(double u, double blend)
{
    const double speed = 1.0 / (1.0 - blend), soft = blend > SOFT ? blend : SOFT;
    struct fit_slope load = {.height = speed * (u - blend / 2.0),
                             .acc = blended_acc(u, soft),
                             .speed = speed,
                             .jerk = blended_jerk(u, soft)};

    if (u < blend) {
        load.speed = speed * u / blend;
        load.height = 0.5 * u * load.speed;
    } else if (u > 1.0 - blend) {
        load.speed = speed * (1.0 - u) / blend;
        load.height = 1.0 - 0.5 * (1.0 - u) * load.speed;
    }
    return load;
}

/* Minimum jerk in a time w that runs ahead or behind, by the chain rule. */
static inline struct fit_slope skewed(double u, double skew)
{
    double w = u * (1.0 + skew * (1.0 - u)), w1 = 1.0 + skew - 2.0 * skew * u, w2 = -2.0 * skew;
    struct fit_slope of = min_jerk(w);

    return (struct fit_slope){.height = of.height,
                              .acc = of.acc * w1 * w1 + of.speed * w2,
                              .speed = of.speed * w1,
                              .jerk = (of.jerk * w1 * w1 + 3.0 * of.acc * w2) * w1};
}

static inline struct fit_slope slope_of(enum fit_shape shape, double u)
{
    if (u <= 0.0 || u >= 1.0)
        return (struct fit_slope){.height = u >= 1.0 ? 1.0 : 0.0};
    switch (shape) {
    case FIT_MIN_JERK: return min_jerk(u);
    case FIT_CONSTANT: return constant_speed(u, 0.0);
    case FIT_BLENDED: return constant_speed(u, 0.1);
    case FIT_ROUNDED: return constant_speed(u, 0.2);
    case FIT_EARLY: return skewed(u, FIT_SKEW);
    case FIT_LATE: return skewed(u, -FIT_SKEW);
    case FIT_EARLY_LESS: return skewed(u, FIT_SKEW_LESS);
    case FIT_LATE_LESS: return skewed(u, -FIT_SKEW_LESS);
    case FIT_EARLY_MORE: return skewed(u, FIT_SKEW_MORE);
    case FIT_LATE_MORE: return skewed(u, -FIT_SKEW_MORE);
    case FIT_EDGE_COUNT: break;
    }
    return (struct fit_slope){0};
}

struct fit_load fit_edge_lift(enum fit_shape shape, double u)
{
    const struct fit_slope slope = slope_of(shape, u);

    return (struct fit_load){.height = slope.height, .acc = slope.acc};
}

enum fit_shape fit_edge_mirror(enum fit_shape shape)
{
    switch (shape) {
    case FIT_EARLY: return FIT_LATE;
    case FIT_LATE: return FIT_EARLY;
    case FIT_EARLY_LESS: return FIT_LATE_LESS;
    case FIT_LATE_LESS: return FIT_EARLY_LESS;
    case FIT_EARLY_MORE: return FIT_LATE_MORE;
    case FIT_LATE_MORE: return FIT_EARLY_MORE;
    case FIT_MIN_JERK:
    case FIT_CONSTANT:
    case FIT_BLENDED:
    case FIT_ROUNDED:
    case FIT_EDGE_COUNT: break;
    }
    return shape;
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

bool fit_edge_even(enum fit_shape shape)
{
    return shape == FIT_CONSTANT || shape == FIT_BLENDED || shape == FIT_ROUNDED;
}

struct fit_load fit_edge_pressed(enum fit_shape shape, bool slack, double soft, double u)
{
    struct fit_load load = fit_edge_up(shape, slack, u);
    double blend = shape == FIT_ROUNDED ? 0.2 : shape == FIT_BLENDED ? 0.1 : 0.0;

    blend = soft < blend ? blend : soft < 0.5 ? soft : 0.5;
    if (fit_edge_even(shape) && u > 0.0 && u < 1.0)
        load.acc = blended_acc(u, blend);
    return load;
}

struct fit_load fit_edge_down(enum fit_shape shape, bool slack, double u)
{
    return fit_edge_up(fit_edge_mirror(shape), slack, 1.0 - u);
}

struct fit_slope fit_edge_slope(enum fit_shape shape, bool slack, bool down, double u)
{
    struct fit_slope slope = down ? slope_of(fit_edge_mirror(shape), 1.0 - u) : slope_of(shape, u);

    if (slack) {
        slope.speed = slope.height > SLACK ? slope.speed / (1.0 - SLACK) : 0.0;
        slope.height = slope.height > SLACK ? (slope.height - SLACK) / (1.0 - SLACK) : 0.0;
    }
    if (down) {
        slope.speed = -slope.speed;
        slope.jerk = -slope.jerk;
    }
    return slope;
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
