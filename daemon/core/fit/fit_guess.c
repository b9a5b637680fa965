/* SPDX-License-Identifier: MIT */
/* The first guess at an edge; fit_guess.h. */
#include "daemon/core/fit/fit_guess.h"

#define OUT_MAX 1.7 /* breakpoints leave the crossings by at most this share of the crossing time ... */
#define IN_MAX  0.3 /* ... outwards and inwards; late and slack, a movement's first 0.49 lie before 0.1 A */
#define REACH   0.5 /* of the crossing time to either side: samples that tell of its length */

/* Of the crossing time: from constant speed without blends to the most skewed. */
static const double lengths[FIT_GUESSES] = {1.1, 1.3, 1.55, 1.85, 2.2};

struct attempt {
    double start, length, k;
};

static struct fit_load load_at(const struct fit_curve *curve, int edge, double u)
{
    return edge == 0 ? fit_edge_up(curve->shape, curve->slack, u) : fit_edge_down(curve->shape, curve->slack, u);
}

/* Squared residuals about an edge, nothing of the other one in them; once they are no less than `least` nobody asks for more. */
static double cost_of(const struct fit_curve *curve, const struct fit_bins *bins, const struct fit_guess *guess,
                      int edge, const struct attempt *attempt, double least)
{
    const double *outer = guess->outer[edge];
    double reach = REACH * (outer[1] - outer[0]), from = outer[0] - reach, to = outer[1] + reach, cost = 0.0;
    double inertia = attempt->k / (attempt->length * attempt->length);

    from = edge == 1 && guess->outer[0][1] > from ? guess->outer[0][1] : from;
    to = edge == 0 && guess->outer[1][0] < to ? guess->outer[1][0] : to;
    for (int n = 0; n < bins->n && bins->t[n] <= to && (least < 0.0 || cost < least); n++) {
        if (bins->t[n] < from)
            continue;
        struct fit_load load = load_at(curve, edge, (bins->t[n] - attempt->start) / attempt->length);
        double r = bins->f[n] - guess->amp * load.height - inertia * load.acc;
        cost += bins->w[n] * r * r;
    }
    return cost;
}

/* Where the middle of its crossings lies in an edge; the inertia moves it. */
static double share_of(const struct fit_curve *curve, int edge, double inertia)
{
    enum fit_shape shape = edge == 0 ? curve->shape : fit_edge_mirror(curve->shape);

    return 0.5 *
           (fit_edge_passes(shape, curve->slack, inertia, 0.3) + fit_edge_passes(shape, curve->slack, inertia, 0.7));
}

/* An edge of that length about the middle of its crossings. */
static struct attempt attempt_of(const struct fit_guess *guess, int edge, double length, double k, double share)
{
    double middle = 0.5 * (guess->inner[edge][0] + guess->inner[edge][1]);

    return (struct attempt){.start = middle - (edge == 0 ? share : 1.0 - share) * length, .length = length, .k = k};
}

static double clamp(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

void fit_guess_edge(struct fit_curve *curve, const struct fit_bins *bins, const struct fit_guess *guess, int edge,
                    double k)
{
    const double *outer = guess->outer[edge];
    double c = outer[1] - outer[0], least = -1.0, share = 0.0;
    int s = edge == 0 ? FIT_UP_S : FIT_DOWN_S;
    struct attempt best = {0};

    for (int i = 0; i < FIT_GUESSES; i++) {
        double length = lengths[i] * c;
        if (i == 0 || k > 0.0) /* what weighs nothing has them where it had them */
            share = share_of(curve, edge, k / (guess->amp * length * length));
        struct attempt attempt = attempt_of(guess, edge, length, k, share);
        double cost = cost_of(curve, bins, guess, edge, &attempt, least);
        if (i > 0 && cost >= least)
            continue;
        least = cost;
        best = attempt;
    }
    curve->lo[s] = outer[0] - OUT_MAX * c;
    curve->hi[s] = outer[0] + IN_MAX * c;
    curve->lo[s + 1] = outer[1] - IN_MAX * c;
    curve->hi[s + 1] = outer[1] + OUT_MAX * c;
    curve->p[s] = clamp(best.start, curve->lo[s], curve->hi[s]);
    curve->p[s + 1] = clamp(best.start + best.length, curve->lo[s + 1], curve->hi[s + 1]);
}
