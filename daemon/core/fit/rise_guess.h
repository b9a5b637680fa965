/* SPDX-License-Identifier: MIT */
/* A guess of the plateau fit of a hip thrust, and what is worked out from one. Used by rise_*.c only. */
#ifndef GYMSTATION_CORE_RISE_GUESS_H
#define GYMSTATION_CORE_RISE_GUESS_H

#include "daemon/core/fit/rise_fit.h"

#define RISE_INERTIA_S2 0.15 /* K <= 0.15 R: 0.14 of the mass, raised by 0.25 m, is 0.065 of 5.5 % of its weight */

/* What is known of the bend before the way is looked at. */
struct rise_prior {
    double bend, var;
};

/* Minimum jerk in a time w = u (1 + skew (1 - u)) that runs ahead or behind, by the chain rule. */
static inline struct fit_load rise_skewed(double skew, double u)
{
    double w = u * (1.0 + skew * (1.0 - u)), w1 = 1.0 + skew - 2.0 * skew * u, v = 1.0 - w, wv = w * v;

    return (struct fit_load){.height = w * w * w * (10.0 - 15.0 * w + 6.0 * w * w),
                             .acc = 60.0 * wv * (v - w) * w1 * w1 - 60.0 * wv * wv * skew};
}

/* The lift by that shape; 0 or 1 outside of it. */
static inline struct fit_load rise_lift(enum rise_shape shape, double u)
{
    static const double skews[RISE_SHAPE_COUNT] = {
        [RISE_EARLY] = 0.4, [RISE_EARLIER] = 0.6, [RISE_LATE] = -0.4, [RISE_LATER] = -0.6};

    if (u <= 0.0 || u >= 1.0)
        return (struct fit_load){.height = u >= 1.0 ? 1.0 : 0.0};
    if (shape >= RISE_CONSTANT && shape <= RISE_ROUNDED)
        return fit_edge_lift((enum fit_shape)(FIT_CONSTANT + (shape - RISE_CONSTANT)), u);
    return rise_skewed(skews[shape], u);
}

/* What a shape is when time runs backwards. */
enum rise_shape rise_mirror(enum rise_shape shape);

/* The load at u by its parts: R times height and bend times arch, K times acc, per s^2. */
struct rise_terms {
    double height, arch, acc;
};

static inline struct rise_terms rise_terms(enum rise_shape shape, double per_s, double u)
{
    struct fit_load load = rise_lift(shape, u);

    return (struct rise_terms){load.height, load.height * (1.0 - load.height), load.acc * (per_s * per_s)};
}

/* As a share of R. */
static inline double rise_load(const struct rise_guess *guess, double u)
{
    struct rise_terms at = rise_terms(guess->shape, 1.0 / guess->move_s, u);

    return at.height + guess->bend * at.arch + guess->inertia * at.acc;
}

#define RISE_BLUR_PARTS 4

/* What a bin shows of it so long after the begin, per_s: 1 / move. A slow converter's mean is longer than the bin. */
static inline struct rise_terms rise_seen(enum rise_shape shape, double blur_s, double per_s, double from_s)
{
    struct rise_terms sum = {0};

    if (blur_s <= 0.0)
        return rise_terms(shape, per_s, from_s * per_s);
    for (int i = 0; i < RISE_BLUR_PARTS; i++) {
        double part_s = blur_s * ((i + 0.5) / RISE_BLUR_PARTS - 0.5);
        struct rise_terms at = rise_terms(shape, per_s, (from_s + part_s) * per_s);
        sum.height += at.height / RISE_BLUR_PARTS;
        sum.arch += at.arch / RISE_BLUR_PARTS;
        sum.acc += at.acc / RISE_BLUR_PARTS;
    }
    return sum;
}

static inline double rise_shown(const struct rise_bins *bins, const struct rise_guess *guess, double t_s)
{
    struct rise_terms at = rise_seen(guess->shape, bins->blur_s, 1.0 / guess->move_s, t_s - guess->begin_s);

    return at.height + guess->bend * at.arch + guess->inertia * at.acc;
}

/* The curve of the best guess, with what its neighbours say of how sure it is. */
struct rise_curve rise_curve_of(const struct rise_bins *bins, const struct rise_guess *best,
                                const struct rise_prior *prior);
/* Of what the best guess leaves, N^2 a bin. */
double rise_noise_n2(const struct rise_bins *bins, const struct rise_guess *best);

#endif
