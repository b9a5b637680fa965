/* SPDX-License-Identifier: MIT */
/* A search over an edge's middle and length; A and the inertia follow from each by least squares. swing_seek.h. */
#include "daemon/core/fit/swing_seek.h"

static struct swing_guess try(const struct fit_bins *bins, int first, int last, const struct swing_edge *edge,
                              double half_s, const struct swing_prior *prior)
{
    double aa = prior->amp_prec, kk = prior->inertia_prec, ak = 0.0, af = aa * prior->amp, kf = kk * prior->inertia;
    double ff = af * prior->amp + kf * prior->inertia;

    for (int n = first; n < last; n++) {
        struct fit_load load = swing_mean(edge, bins->t[n], half_s);
        double w = bins->w[n], f = bins->f[n];
        aa += w * load.height * load.height;
        ak += w * load.height * load.acc;
        kk += w * load.acc * load.acc;
        af += w * load.height * f;
        kf += w * load.acc * f;
        ff += w * f * f;
    }
    double det = aa * kk - ak * ak;
    struct swing_guess guess = {.from = edge->from, .to = edge->to, .amp = prior->amp, .inertia = prior->inertia};
    if (det > 0.0) {
        guess.amp = (af * kk - kf * ak) / det;
        guess.inertia = (kf * aa - af * ak) / det;
    }
    guess.cost = ff - guess.amp * af - guess.inertia * kf;
    return guess;
}

struct swing_guess swing_seek(const struct fit_bins *bins, int first, int last, enum fit_shape shape, bool down,
                              double middle_s, double half_s, const struct swing_prior *prior)
{
    struct swing_guess best = {.cost = -1.0};
    double length = SWING_SHORT_S;

    for (int l = 0; l < SWING_LENGTHS; l++, length *= SWING_LONGER)
        for (int m = 0; m < SWING_MIDDLES; m++) {
            double middle = middle_s + SWING_APART_S * (m - SWING_MIDDLES / 2);
            const struct swing_edge edge = {.shape = down ? fit_edge_mirror(shape) : shape,
                                            .slack = true,
                                            .down = down,
                                            .from = middle - 0.5 * length,
                                            .to = middle + 0.5 * length};
            struct swing_guess guess = try(bins, first, last, &edge, half_s, prior);
            if (best.cost < 0.0 || guess.cost < best.cost)
                best = guess;
        }
    return best;
}
