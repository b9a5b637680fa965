/* SPDX-License-Identifier: MIT */
/* The shape as a habit: figures of a way by what the reps before have shown; rise_fit.h has the model. */
#include "daemon/core/fit/rise_fit.h"

#include <math.h>

static double square(double v)
{
    return v * v;
}

/* log(b / a) as far as it matters: 2 (b - a) / (b + a) is within 4 % of it up to a ratio of 2, and bounded. */
static double log_ratio(double a, double b)
{
    return a + b > 0.0 ? 2.0 * (b - a) / (a + b) : 0.0;
}

/* exp(-x) for x >= 0: 1 / (1 + x/8)^8, monotone, within 0.1; the weights need no more. */
static double fade(double x)
{
    double v = 1.0 + x / 8.0;

    v = v * v;
    v = v * v;
    return 1.0 / (v * v);
}

/* The patient's shape: a way down is walked backwards. */
static const struct rise_curve *curve_at(const struct rise_fit *fit, bool down, int shape)
{
    return &fit->curve[down ? fit_edge_mirror((enum fit_shape)shape) : (enum fit_shape)shape];
}

/* How much less likely each shape is by this way than the likeliest, as minus log likelihood. */
static void add_cost(struct rise_habit *habit, const struct rise_fit *fit, bool down)
{
    const struct rise_curve *best = rise_fit_likeliest(fit);

    /* A way that is no movement of any shape says nothing of the habit. */
    if (!best->found || best->misfit > RISE_MISFIT)
        return;
    for (int k = 0; k < FIT_SHAPE_COUNT; k++) {
        const struct rise_curve *curve = curve_at(fit, down, k);
        if (curve->tried)
            habit->cost[k] += RISE_TEMPER * 0.5 * fit->n * (curve->found ? log_ratio(best->sse, curve->sse) : 2.0);
    }
}

static void weights(const struct rise_habit *habit, const struct rise_fit *fit, bool down, double *ret)
{
    double sum = 0.0, least = -1.0;

    for (int k = 0; k < FIT_SHAPE_COUNT; k++)
        if (curve_at(fit, down, k)->found && (least < 0.0 || habit->cost[k] < least))
            least = habit->cost[k];
    for (int k = 0; k < FIT_SHAPE_COUNT; k++) {
        ret[k] = curve_at(fit, down, k)->found ? fade(habit->cost[k] - least) : 0.0;
        sum += ret[k];
    }
    for (int k = 0; k < FIT_SHAPE_COUNT; k++)
        ret[k] /= sum;
}

static void mean_side(const struct rise_fit *fit, bool down, const double *w, struct rise_side *ret)
{
    *ret = (struct rise_side){.begin_s = 0.0};
    for (int k = 0; k < FIT_SHAPE_COUNT; k++) {
        const struct rise_curve *curve = curve_at(fit, down, k);
        if (!curve->found)
            continue;
        ret->begin_s += w[k] * curve->begin_s;
        ret->end_s += w[k] * (curve->begin_s + curve->move_s);
        ret->low_s += w[k] * curve->low_s;
        ret->high_s += w[k] * curve->high_s;
        ret->level_n += w[k] * curve->level_n;
        ret->rise_n += w[k] * curve->rise_n;
        ret->misfit += w[k] * curve->misfit;
    }
}

static void sd_side(const struct rise_fit *fit, bool down, const double *w, struct rise_side *ret)
{
    double move_s = ret->end_s - ret->begin_s, cross_s = ret->high_s - ret->low_s, move_var = 0.0, cross_var = 0.0,
           top_var = 0.0;
    double edge_s = fit->sample_s * RISE_SD_SAMPLE > RISE_SD_MIN_S ? fit->sample_s * RISE_SD_SAMPLE : RISE_SD_MIN_S;

    for (int k = 0; k < FIT_SHAPE_COUNT; k++) {
        const struct rise_curve *curve = curve_at(fit, down, k);
        if (!curve->found)
            continue;
        double length_s = curve->high_s - curve->low_s;
        move_var += w[k] * (square(curve->move_sd_s) + square(curve->move_s - move_s));
        cross_var += w[k] * (square(curve->move_sd_s * length_s / curve->move_s) + square(length_s - cross_s) +
                             curve->high_var_s2);
        top_var += w[k] * curve->high_var_s2 + w[k] * square(curve->high_s - ret->high_s);
    }
    ret->move_sd_s = sqrt(square(RISE_SD_FACTOR) * move_var + square(RISE_SD_FLOOR * move_s) + square(edge_s));
    ret->cross_sd_s = sqrt(square(RISE_SD_FACTOR) * cross_var + square(RISE_SD_CROSS * cross_s) + square(edge_s));
    ret->top_sd_s = sqrt(top_var);
    ret->credible = ret->misfit <= RISE_MISFIT && ret->move_sd_s <= RISE_SD_PART * move_s;
}

void rise_mix(struct rise_habit *habit, const struct rise_fit *fits, struct rise_side *sides)
{
    double w[FIT_SHAPE_COUNT];

    for (int k = 0; k < FIT_SHAPE_COUNT; k++)
        habit->cost[k] *= RISE_MEMORY;
    add_cost(habit, &fits[0], false);
    add_cost(habit, &fits[1], true);
    for (int i = 0; i < 2; i++) {
        weights(habit, &fits[i], i == 1, w);
        mean_side(&fits[i], i == 1, w, &sides[i]);
        sd_side(&fits[i], i == 1, w, &sides[i]);
    }
}
