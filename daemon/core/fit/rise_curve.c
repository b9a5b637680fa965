/* SPDX-License-Identifier: MIT */
/* What a guess says: crossings, what it leaves over, and how far its figures may go; rise_fit.h has the model. */
#include "daemon/core/fit/rise_guess.h"

#include <math.h>

#define MISFIT_BINS 6     /* 0.3 s */
#define SIGMAS      3.0   /* less is no rise */
#define LEFT_PART   0.004 /* of R: what bins and the converter's mean blur */
#define INERTIA_SD  0.04  /* s^2: K / R lies evenly between its ends */
#define BEGIN_SD_S  0.07  /* the edge is known to about 0.1 s */
#define DIFF_PART   0.01  /* of a movement: for slopes */
#define BEND_STEP   0.1

static double square(double v)
{
    return v * v;
}

#define DIP_DOUBT 0.2 /* of R: sharper or softer braking than the shape's, which bins of 50 ms blur */
#define U_PARTS   128 /* of a movement: 30 ms of 4 s, interpolated */

/* The load by parts of the movement. */
struct loads {
    double v[U_PARTS + 1];
};

/* u of the crossing of level between part i - 1, below it, and part i. */
static double passes(const struct loads *load, int i, double level)
{
    double below = load->v[i - 1], above = load->v[i];
    double share = above > below ? (level - below) / (above - below) : 1.0;

    return (i - 1.0 + share) / U_PARTS;
}

/* The first crossing of 90 % after which the load stays above `least`. */
static int top_after(const struct loads *load, double least)
{
    int high = U_PARTS;

    while (high > 1 && load->v[high - 1] >= least)
        high--;
    while (high < U_PARTS && load->v[high] < 0.9)
        high++;
    return high;
}

/* How low the load swings between the two. */
static double lowest(const struct loads *load, int from, int to)
{
    double least = 1.0;

    for (int i = from; i <= to; i++)
        least = load->v[i] < least ? load->v[i] : least;
    return least;
}

/*
 * Quick hips swing the load by more than it rises: the top begins with the first 90 % after which it stays above 50. How far
 * it swings is known to DIP_DOUBT only; where that leaves both crossings, the figure is their mean by the odds of each.
 */
static void cross(const struct rise_guess *guess, struct rise_curve *ret)
{
    struct loads load;
    int low = 1;

    for (int i = 0; i <= U_PARTS; i++)
        load.v[i] = rise_load(guess, (double)i / U_PARTS);
    int first = top_after(&load, 0.5 - DIP_DOUBT), last = top_after(&load, 0.5 + DIP_DOUBT);
    while (low < U_PARTS && load.v[low] < 0.1)
        low++;
    double odds = (0.5 + DIP_DOUBT - lowest(&load, first, last)) / (2.0 * DIP_DOUBT);
    double first_s = passes(&load, first, 0.9), last_s = passes(&load, last, 0.9);
    odds = odds < 0.0 || first == last ? 0.0 : odds > 1.0 ? 1.0 : odds;
    ret->at.low_s = guess->begin_s + guess->move_s * passes(&load, low, 0.1);
    ret->at.high_s = guess->begin_s + guess->move_s * (first_s + odds * (last_s - first_s));
    ret->high_var_s2 = odds * (1.0 - odds) * square(guess->move_s * (last_s - first_s));
}

/* Sway is gone in means over 0.3 s; a movement that stopped and went on is not. */
static double misfit(const struct rise_bins *bins, const struct rise_guess *guess, double level_n)
{
    double sum = 0.0, squares = 0.0;
    int n = 0, parts = 0;

    for (int i = 0; i < bins->n; i++) {
        sum += bins->f_n[i] - level_n - guess->rise * rise_shown(bins, guess, bins->t_s[i]);
        if (++n < MISFIT_BINS && i + 1 < bins->n)
            continue;
        squares += square(sum / n);
        sum = 0.0;
        n = 0;
        parts++;
    }
    return sqrt(squares / parts) / guess->rise;
}

double rise_noise_n2(const struct rise_bins *bins, const struct rise_guess *best)
{
    double free = bins->n > 12 ? bins->n - 5.0 : 7.0;

    return best->sse / free + square(LEFT_PART * best->rise);
}

/* --- how sure ---------------------------------------------------------------------------------------------------- */

enum { AT_RISE, AT_BEND, AT_INERTIA, AT_BEGIN, AT_MOVE, AT_COUNT };

/* Slopes of the load in the bins over each of these; at: their means. */
struct slopes {
    double mean[AT_COUNT], a[AT_COUNT][AT_COUNT];
};

static void add_bin(struct slopes *slopes, const struct rise_bins *bins, const struct rise_guess *best, double t_s)
{
    struct rise_guess near[4] = {*best, *best, *best, *best};
    struct rise_terms at = rise_seen(best->shape, bins->blur_s, 1.0 / best->move_s, t_s - best->begin_s);
    double step = DIFF_PART * best->move_s, slope = best->rise / (2.0 * step);

    near[0].begin_s -= step;
    near[1].begin_s += step;
    near[2].move_s -= step;
    near[3].move_s += step;
    const double d[AT_COUNT] = {at.height + best->bend * at.arch, best->rise * at.arch, at.acc,
                                slope * (rise_shown(bins, &near[1], t_s) - rise_shown(bins, &near[0], t_s)),
                                slope * (rise_shown(bins, &near[3], t_s) - rise_shown(bins, &near[2], t_s))};
    for (int i = 0; i < AT_COUNT; i++) {
        slopes->mean[i] += d[i];
        for (int k = 0; k <= i; k++)
            slopes->a[i][k] += d[i] * d[k];
    }
}

static void fill(struct slopes *slopes, const struct rise_bins *bins, const struct rise_guess *best)
{
    *slopes = (struct slopes){.mean = {0.0}};
    for (int i = 0; i < bins->n; i++)
        add_bin(slopes, bins, best, bins->t_s[i]);
    for (int i = 0; i < AT_COUNT; i++)
        for (int k = 0; k <= i; k++)
            slopes->a[i][k] = slopes->a[k][i] = slopes->a[i][k] - slopes->mean[i] * slopes->mean[k] / bins->n;
    for (int i = 0; i < AT_COUNT; i++)
        slopes->mean[i] /= bins->n;
}

/* Gauss and Jordan, in place, of a matrix that its priors keep positive. */
static void invert(double a[AT_COUNT][AT_COUNT])
{
    for (int p = 0; p < AT_COUNT; p++) {
        double by = 1.0 / a[p][p];
        a[p][p] = 1.0;
        for (int k = 0; k < AT_COUNT; k++)
            a[p][k] *= by;
        for (int i = 0; i < AT_COUNT; i++) {
            double part = a[i][p];
            if (i == p)
                continue;
            a[i][p] = 0.0;
            for (int k = 0; k < AT_COUNT; k++)
                a[i][k] -= part * a[p][k];
        }
    }
}

/* Covariances by the slopes, the priors and the noise. */
static void weigh(struct slopes *slopes, const struct rise_guess *best, const struct rise_prior *prior, double noise_n2)
{
    for (int i = 0; i < AT_COUNT; i++)
        for (int k = 0; k < AT_COUNT; k++)
            slopes->a[i][k] *= RISE_TEMPER / noise_n2;
    slopes->a[AT_RISE][AT_RISE] += 1.0 / square(best->rise);
    slopes->a[AT_BEND][AT_BEND] += 1.0 / prior->var;
    slopes->a[AT_INERTIA][AT_INERTIA] += 1.0 / square(INERTIA_SD * best->rise);
    slopes->a[AT_BEGIN][AT_BEGIN] += 1.0 / square(BEGIN_SD_S);
    slopes->a[AT_MOVE][AT_MOVE] += 1.0 / square(best->move_s);
    invert(slopes->a);
}

/* How the figures follow the bend, and how sure they are where it is known. */
static void follow(const struct slopes *slopes, const struct rise_guess *best, struct rise_curve *curve)
{
    double g[AT_COUNT], level = 0.0;
    struct rise_guess bent = *best;
    struct rise_curve other;

    for (int i = 0; i < AT_COUNT; i++) {
        g[i] = slopes->a[i][AT_BEND] / slopes->a[AT_BEND][AT_BEND];
        level -= slopes->mean[i] * g[i];
    }
    curve->bend_var = slopes->a[AT_BEND][AT_BEND];
    curve->move_sd_s = sqrt(slopes->a[AT_MOVE][AT_MOVE] - square(g[AT_MOVE]) * curve->bend_var);
    bent.bend += BEND_STEP;
    bent.begin_s += BEND_STEP * g[AT_BEGIN];
    bent.move_s += BEND_STEP * g[AT_MOVE];
    bent.rise += BEND_STEP * g[AT_RISE];
    bent.inertia += BEND_STEP * g[AT_INERTIA] / best->rise;
    cross(&bent, &other);
    curve->by_bend = (struct rise_figures){.begin_s = g[AT_BEGIN],
                                           .move_s = g[AT_MOVE],
                                           .low_s = (other.at.low_s - curve->at.low_s) / BEND_STEP,
                                           .high_s = (other.at.high_s - curve->at.high_s) / BEND_STEP,
                                           .level_n = level,
                                           .rise_n = g[AT_RISE]};
}

static double level_of(const struct rise_bins *bins, const struct rise_guess *best)
{
    double sum = 0.0;

    for (int i = 0; i < bins->n; i++)
        sum += rise_shown(bins, best, bins->t_s[i]);
    return bins->mean_n - best->rise * sum / bins->n;
}

struct rise_curve rise_curve_of(const struct rise_bins *bins, const struct rise_guess *best,
                                const struct rise_prior *prior)
{
    double noise_n = best->sse >= 0.0 ? sqrt(best->sse / bins->n) : 0.0;
    struct rise_curve curve = {.tried = true,
                               .found = best->sse >= 0.0 && best->rise > SIGMAS * noise_n / sqrt(bins->n / 4.0)};
    struct slopes slopes;

    if (!curve.found)
        return curve;
    curve.at.begin_s = best->begin_s;
    curve.at.move_s = best->move_s;
    curve.at.rise_n = best->rise;
    curve.at.level_n = level_of(bins, best);
    curve.bend = best->bend;
    curve.sse = best->sse;
    curve.misfit = misfit(bins, best, curve.at.level_n);
    cross(best, &curve);
    fill(&slopes, bins, best);
    weigh(&slopes, best, prior, rise_noise_n2(bins, best));
    follow(&slopes, best, &curve);
    return curve;
}
