/* SPDX-License-Identifier: MIT */
/* Value and crossings of a quick rep's curve; swing_curve.h. */
#include "daemon/core/fit/swing_curve.h"

#define STEPS   64    /* of an edge, for its crossings */
#define LAST    1e-6  /* of an edge, before its end */
#define TWO_PTS 0.577 /* two points so far out, of the half width, stand for a mean: exact for a parabola */

struct swing_edge swing_edge_of(const struct fit_curve *curve, int edge)
{
    return (struct swing_edge){.shape = edge == 0 ? curve->shape : fit_edge_mirror(curve->shape),
                               .slack = curve->slack,
                               .down = edge != 0,
                               .from = curve->p[FIT_UP_S + 2 * edge],
                               .to = curve->p[FIT_UP_E + 2 * edge]};
}

static double blend_of(enum fit_shape shape)
{
    switch (shape) {
    case FIT_BLENDED: return 0.1;
    case FIT_ROUNDED: return 0.2;
    case FIT_CONSTANT:
    case FIT_MIN_JERK:
    case FIT_EARLY:
    case FIT_LATE:
    case FIT_EARLY_LESS:
    case FIT_LATE_LESS:
    case FIT_EARLY_MORE:
    case FIT_LATE_MORE:
    case FIT_EDGE_COUNT: break;
    }
    return 0.0;
}

static bool steady(enum fit_shape shape)
{
    return shape == FIT_CONSTANT || shape == FIT_BLENDED || shape == FIT_ROUNDED;
}

/* Of the edge, the share over which its speeding up is felt, and how fast it then is. */
static double soft_of(enum fit_shape shape, double length)
{
    double soft = SWING_FORCE_S / length < 0.5 ? SWING_FORCE_S / length : 0.5, blend = blend_of(shape);

    return blend > soft ? blend : soft;
}

static double felt_acc(double soft, double u)
{
    return u < soft ? 1.0 / ((1.0 - soft) * soft) : u > 1.0 - soft ? -1.0 / ((1.0 - soft) * soft) : 0.0;
}

/* What has been felt of it by u. */
static double felt_speed(double soft, double u)
{
    double v = u < 0.5 ? u : 1.0 - u;

    return v <= 0.0 ? 0.0 : v < soft ? v / ((1.0 - soft) * soft) : 1.0 / (1.0 - soft);
}

struct fit_load swing_load(const struct swing_edge *edge, double t)
{
    double length = edge->to - edge->from, u = (t - edge->from) / length;

    if (edge->down)
        u = 1.0 - u;
    struct fit_load load = fit_edge_up(edge->shape, edge->slack, u);
    if (steady(edge->shape) && u > 0.0 && u < 1.0)
        load.acc = felt_acc(soft_of(edge->shape, length), u);
    load.acc /= length * length;
    return load;
}

struct fit_load swing_mean(const struct swing_edge *edge, double t, double half)
{
    if (t + half <= edge->from || t - half >= edge->to)
        return swing_load(edge, t);
    struct fit_load a = swing_load(edge, t - TWO_PTS * half), b = swing_load(edge, t + TWO_PTS * half);

    struct fit_load mean = {.height = 0.5 * (a.height + b.height), .acc = 0.5 * (a.acc + b.acc)};
    if (steady(edge->shape)) { /* which is sped up all at once: what lies between two points is not in them */
        double length = edge->to - edge->from, u = (t - edge->from) / length, by = half / length;
        double soft = soft_of(edge->shape, length);
        u = edge->down ? 1.0 - u : u;
        mean.acc = (felt_speed(soft, u + by) - felt_speed(soft, u - by)) / (2.0 * by * length * length);
    }
    return mean;
}

/* The load as a share of A, k steps into an edge. */
static double share_at(const struct fit_curve *curve, const struct swing_edge *edge, int k)
{
    double u = edge->down && k == STEPS ? 1.0 - LAST : (double)k / STEPS; /* what jumps there is no crossing */
    struct fit_load load = swing_load(edge, edge->from + (edge->to - edge->from) * u);

    return load.height + curve->p[FIT_K] / curve->p[FIT_A] * load.acc;
}

static double between(const struct swing_edge *edge, int k, double last, double f, double level)
{
    return edge->from + (edge->to - edge->from) * (k - (f - level) / (f - last)) / STEPS;
}

static bool passes(double last, double f, double level, bool up)
{
    return up ? last < level && f >= level : last >= level && f < level;
}

static double above(const struct swing_edge *edge, double last, double f)
{
    double dt = (edge->to - edge->from) / STEPS, more = last > f ? last : f, less = last > f ? f : last;

    return more <= 0.1 ? 0.0 : less >= 0.1 ? dt : dt * (more - 0.1) / (more - less);
}

bool swing_times(const struct fit_curve *curve, struct swing_times *ret)
{
    const struct swing_edge up = swing_edge_of(curve, 0), down = swing_edge_of(curve, 1);
    bool con = false, top = false, ecc = false, end = false;
    double last = 0.0;

    *ret = (struct swing_times){.tut = down.from - up.to};
    for (int k = 1; k <= STEPS; k++) {
        double f = share_at(curve, &up, k);
        if (!con && passes(last, f, 0.1, true)) {
            con = true;
            ret->con = between(&up, k, last, f, 0.1);
        }
        if (!top && passes(last, f, 0.9, true)) {
            top = true;
            ret->top = between(&up, k, last, f, 0.9);
        }
        ret->tut += above(&up, last, f);
        last = f;
    }
    for (int k = 1; k <= STEPS; k++) {
        double f = share_at(curve, &down, k);
        if (passes(last, f, 0.9, false)) { /* a last one that fell back from up there was not it */
            ecc = true;
            end = false;
            ret->ecc = between(&down, k, last, f, 0.9);
        }
        if (ecc && !end && passes(last, f, 0.1, false)) {
            end = true;
            ret->end = between(&down, k, last, f, 0.1);
        }
        ret->tut += above(&down, last, f);
        last = f;
    }
    if (!end)
        ret->end = down.to;
    return con && top && ecc;
}
