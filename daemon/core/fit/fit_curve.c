/* SPDX-License-Identifier: MIT */
/* Gauss-Newton for one curve; fit_curve.h has the formula. */
#include "daemon/core/fit/fit_curve.h"

#include <math.h>
#include <string.h>

#include "daemon/core/fit/fit_guess.h"
#include "daemon/core/fit/fit_settle.h"
#include "daemon/core/fit/fit_view.h"
#include "daemon/core/logarithm.h"

/*
 * The limb's inertia, N s2 per whole movement: 1.1 kgf for a curl of 1 s at minimum jerk's peak of 5.77 / T^2 (physics,
 * observability of the live anchor). Legs differ.
 */
#define INERTIA    1.9
#define INERTIA_SD 1.0
#define SLOPE_SD   0.03  /* of A: a plateau sags slightly */
#define REST_SD    0.3   /* N: creep and drift since the rest level was taken (20 g/min) */
#define REST_PART  0.2   /* of sigma: 2 s of sway average to an eighth, rounded up */
#define REST_HAND  0.5   /* of the hand's sd: the rest level follows who stands still */
#define STIFF_PART 0.01  /* of A: noise floor that holds the inertia until the breakpoints are about right */
#define TRY        2     /* iterations with a stiff inertia, from each of the two guesses at it */
#define WITHOUT    16.0  /* the limb weighs nothing only when that explains the samples better by four sigma */
#define STILL      0.004 /* of the edge, a tenth of its sd: a step that short was the last one */
#define VAIN       0.2   /* of a bin's variance: so was one that explains no more than that, along a valley of noise */
#define STEP_MAX   0.15  /* of the edge, in one iteration */

/*
 * Sway's memory: its spectrum at 0 Hz over its variance is what slow parameters see. AR(2) at 4.5 Hz, 2 Hz wide:
 * 0.0315 s (physics, simulator). White noise would be one sample's distance.
 */
#define SWAY_S 0.0315
/* Means over four of their distances, of noise much quicker than that: each says a quarter; of sway a little more. */
#define SLOW_TIMES 3.5
#define Q_PRIOR    8.0 /* batches that the sway's known shape is worth against the residual's own */

/* Returns the cost there: squared residuals, by weight, and what the priors add. */
static double build(const struct fit_curve *curve, const struct fit_data *data, double stiff, struct fit_normal *ret)
{
    double states[FIT_PARAMS + 1] = {0}, cost = 0.0;
    const struct fit_bins *bins = &data->bins;
    const struct fit_view view = fit_view_of(curve, bins->half);

    memset(ret, 0, sizeof(*ret));
    for (int i = 0; i < FIT_PARAMS; i++) {
        double prec = curve->prec[i] + (i == FIT_K ? stiff : 0.0);
        ret->h[i][i] = prec;
        ret->g[i] = prec * (curve->prior[i] - curve->p[i]);
        cost += ret->g[i] * (curve->prior[i] - curve->p[i]);
    }
    for (int n = 0; n < bins->n; n++) {
        struct fit_line line;
        fit_view_line(&view, bins->t[n], &line);
        if (data->white.hand)
            cost += fit_normal_add_filtered(ret, &data->white, n, &line, bins->f[n] - line.value, states);
        else
            cost += fit_normal_add(ret, &line, bins->w[n], bins->f[n] - line.value);
    }
    /* A parameter that nothing speaks of stays where it is. */
    for (int i = 0; i < FIT_PARAMS; i++)
        ret->h[i][i] = ret->h[i][i] * (1.0 + 1e-9) + 1e-12;
    return cost;
}

static double clamp(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static void keep_apart(double *p)
{
    if (p[FIT_UP_E] > p[FIT_DOWN_S])
        p[FIT_UP_E] = p[FIT_DOWN_S] = 0.5 * (p[FIT_UP_E] + p[FIT_DOWN_S]);
}

/* One step from curve->p by what `normal` says there; the breakpoints keep within their limits. */
static bool move_on(struct fit_curve *curve, const struct fit_normal *at, double lambda)
{
    struct fit_normal normal = *at;
    double length[2] = {fit_curve_length(curve, 0), fit_curve_length(curve, 1)};

    for (int i = 0; i < FIT_PARAMS; i++)
        normal.h[i][i] *= 1.0 + lambda;
    if (!fit_normal_factor(&normal))
        return false;
    fit_normal_solve(&normal, normal.g);
    curve->moved = 0.0;
    for (int i = FIT_B; i < FIT_UP_S; i++)
        curve->p[i] += normal.g[i];
    for (int i = FIT_UP_S; i < FIT_PARAMS; i++) {
        double most = STEP_MAX * length[i < FIT_DOWN_S ? 0 : 1];
        double to = clamp(curve->p[i] + clamp(normal.g[i], -most, most), curve->lo[i], curve->hi[i]);
        double share = fabs(to - curve->p[i]) / length[i < FIT_DOWN_S ? 0 : 1];
        curve->moved = share > curve->moved ? share : curve->moved;
        curve->p[i] = to;
    }
    keep_apart(curve->p);
    return true;
}

static bool iterate(struct fit_curve *curve, const struct fit_data *data, double stiff)
{
    struct fit_normal normal;

    build(curve, data, stiff, &normal);
    return move_on(curve, &normal, 0.0);
}

static double build_free(const struct fit_curve *curve, const void *data, struct fit_normal *ret)
{
    return build(curve, data, 0.0, ret);
}

static bool settled(const struct fit_curve *curve, const void *data, double gain, double cost)
{
    const struct fit_data *of = data;

    return curve->moved < STILL || fabs(gain) < VAIN * cost / of->bins.n;
}

/* *ret: what is so at the end. */
static bool settle(struct fit_curve *curve, const struct fit_data *data, int times, struct fit_normal *ret)
{
    const struct fit_task task = {data, times, build_free, move_on, settled};
    double cost;

    return fit_settle(curve, &task, ret, &cost);
}

static double sway_times(const struct fit_bins *bins)
{
    if (bins->half > 0.0)
        return SLOW_TIMES;
    return bins->dt < SWAY_S ? SWAY_S / bins->dt : 1.0;
}

static double noise_q(const struct fit_bins *bins, double sigma, double floor_n)
{
    return (sigma * sigma + floor_n * floor_n) * sway_times(bins);
}

static void begin(struct fit_curve *curve, const struct fit_bins *bins, const struct fit_guess *guess, double k)
{
    double q = noise_q(bins, guess->sigma, 0.003 * guess->amp);
    double hand = REST_HAND * guess->hand;
    double rest = REST_PART * REST_PART * guess->sigma * guess->sigma + REST_SD * REST_SD + hand * hand;
    double slope = SLOPE_SD * guess->amp;

    fit_guess_edge(curve, bins, guess, 0, k);
    fit_guess_edge(curve, bins, guess, 1, k);
    keep_apart(curve->p);
    curve->p[FIT_B] = curve->p[FIT_C] = 0.0;
    curve->p[FIT_A] = guess->amp;
    curve->p[FIT_K] = k;
    memcpy(curve->prior, curve->p, sizeof(curve->prior));
    curve->prec[FIT_B] = q / rest;
    curve->prec[FIT_C] = q / (slope * slope);
    curve->prec[FIT_K] = q / (INERTIA_SD * INERTIA_SD);
}

static double cost_of(const struct fit_curve *curve, const struct fit_data *data)
{
    const struct fit_bins *bins = &data->bins;
    const struct fit_white *white = &data->white;
    double cost = 0.0, state = 0.0;
    const struct fit_view view = fit_view_of(curve, bins->half);

    for (int n = 0; n < bins->n; n++) {
        double r = fit_white_step(white, n, bins->f[n] - fit_view_value(&view, bins->t[n]), &state);
        cost += white->w[n] * r * r;
    }
    return cost;
}

/* The first iterations: the inertia is held until the breakpoints are about right. */
static bool begin_with(struct fit_curve *curve, const struct fit_data *data, const struct fit_guess *guess, double k)
{
    double stiff = noise_q(&data->bins, 0.0, STIFF_PART * guess->amp) / (INERTIA_SD * INERTIA_SD);

    begin(curve, &data->bins, guess, k);
    for (int i = 0; i < TRY; i++)
        if (!iterate(curve, data, stiff))
            return false;
    return true;
}

/*
 * With the limb's inertia and without (a band on something that weighs nothing): the two lie in different valleys, and a
 * quick edge's length depends on which it is.
 */
static bool enter_valley(struct fit_curve *curve, bool weighs, const struct fit_data *data,
                         const struct fit_guess *guess)
{
    struct fit_curve without = *curve;
    double much = WITHOUT * noise_q(&data->bins, guess->sigma, 0.003 * guess->amp);

    if (!begin_with(curve, data, guess, INERTIA))
        return false;
    if (weighs)
        return true;
    if (!begin_with(&without, data, guess, 0.0))
        return false;
    without.weightless = true;
    if (cost_of(&without, data) + much < cost_of(curve, data))
        *curve = without;
    return true;
}

/* Means of the residual over FIT_BATCH_S: what sway leaves of them, and what the shape does not explain. */
struct batches {
    double start, sum, w;  /* the one being filled */
    double squares, n;     /* sum of sum^2 / w, and how many */
    double in[2], n_in[2]; /* mean squares within the edges */
};

static void close_batch(struct batches *b, const double *p)
{
    double mid = b->start + 0.5 * FIT_BATCH_S;

    if (b->w > 0.0) {
        b->squares += b->sum * b->sum / b->w;
        b->n += 1.0;
        for (int edge = 0; edge < 2; edge++)
            if (mid > p[FIT_UP_S + 2 * edge] && mid < p[FIT_UP_E + 2 * edge]) {
                b->in[edge] += b->sum * b->sum / (b->w * b->w);
                b->n_in[edge] += 1.0;
            }
    }
    b->sum = b->w = 0.0;
}

static void judge(struct fit_curve *curve, const struct fit_data *data)
{
    const struct fit_bins *bins = &data->bins;
    const struct fit_white *white = &data->white;
    const struct fit_view view = fit_view_of(curve, bins->half);
    struct batches b = {.start = bins->t[0]};
    double state = 0.0;

    curve->cost = 0.0;
    for (int n = 0; n < bins->n; n++) {
        if (bins->t[n] - b.start > FIT_BATCH_S) {
            close_batch(&b, curve->p);
            b.start = bins->t[n];
        }
        double r = fit_white_step(white, n, bins->f[n] - fit_view_value(&view, bins->t[n]), &state);
        curve->cost += white->w[n] * r * r;
        b.sum += white->w[n] * r;
        b.w += white->w[n];
    }
    close_batch(&b, curve->p);
    double sway = (curve->cost + bins->within) / bins->count * sway_times(bins);
    double free = b.n > 6.0 ? b.n - 6.0 : 0.0;
    curve->q = (Q_PRIOR * sway + (free > 0.0 ? b.squares : 0.0)) / (Q_PRIOR + free);
    for (int edge = 0; edge < 2; edge++)
        curve->misfit[edge] = b.n_in[edge] > 0.0 ? b.in[edge] / b.n_in[edge] : 0.0;
}

/* What the priors add, and how much of what is possible is as good as this. */
static void weigh(struct fit_curve *curve, const struct fit_normal *factored)
{
    curve->penalty = curve->log_det = 0.0;
    for (int i = 0; i < FIT_PARAMS; i++) {
        double off = curve->prior[i] - curve->p[i];
        curve->penalty += curve->prec[i] * off * off;
        curve->log_det += 2.0 * logarithm(factored->h[i][i]);
    }
}

void fit_curve_prepare(struct fit_data *data, const struct fit_guess *guess)
{
    double q = noise_q(&data->bins, guess->sigma, 0.003 * guess->amp);

    fit_white_begin(&data->white, &data->bins, guess->hand * guess->hand / q);
}

void fit_curve_run(struct fit_curve *curve, enum fit_shape shape, bool slack, bool weighs, const struct fit_data *data,
                   const struct fit_guess *guess)
{
    struct fit_normal normal;

    memset(curve, 0, sizeof(*curve));
    curve->shape = shape;
    curve->slack = slack;
    curve->tried = true;
    if (!enter_valley(curve, weighs, data, guess))
        return;
    if (!settle(curve, data, FIT_ITERATIONS - TRY, &normal))
        return;
    judge(curve, data);
    if (!fit_normal_factor(&normal))
        return;
    weigh(curve, &normal);
    for (int i = FIT_K; i < FIT_PARAMS; i++) {
        curve->cov[i][i] = curve->q;
        fit_normal_solve(&normal, curve->cov[i]);
    }
    curve->ok = true;
}

double fit_curve_length(const struct fit_curve *curve, int edge)
{
    return curve->p[FIT_UP_E + 2 * edge] - curve->p[FIT_UP_S + 2 * edge];
}

double fit_curve_length_var(const struct fit_curve *curve, int edge)
{
    int s = FIT_UP_S + 2 * edge, e = s + 1;

    return curve->cov[s][s] + curve->cov[e][e] - 2.0 * curve->cov[s][e];
}
