/* SPDX-License-Identifier: MIT */
/* The shape as a habit: figures of a way by what the reps before have shown; rise_fit.h has the model. */
#include "daemon/core/fit/rise_guess.h"

#include <math.h>

#define FALL_S 0.6 /* nobody lowers the hips in less */

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
    return &fit->curve[down ? rise_mirror((enum rise_shape)shape) : (enum rise_shape)shape];
}

/* Says something of the habit: a way that is no movement of any shape, or one let fall, does not. */
static bool telling(const struct rise_fit *fit)
{
    const struct rise_curve *best = rise_fit_likeliest(fit);

    return best->found && best->misfit <= RISE_MISFIT && best->at.move_s >= FALL_S;
}

/* How much less likely each shape is by this way than the likeliest, as minus log likelihood. */
static void add_cost(struct rise_habit *habit, const struct rise_fit *fit, bool down)
{
    const struct rise_curve *best = rise_fit_likeliest(fit);

    for (int k = 0; k < RISE_SHAPE_COUNT; k++) {
        const struct rise_curve *curve = curve_at(fit, down, k);
        if (curve->tried)
            habit->cost[k] += RISE_TEMPER * 0.5 * fit->n * (curve->found ? log_ratio(best->sse, curve->sse) : 2.0);
    }
}

/* One body has one bend: both ways' by that shape, and what was known before. Where they lie apart the shape is less likely. */
static void add_bend(struct rise_habit *habit, const struct rise_fit *fits, int shape)
{
    struct rise_prior prior = rise_habit_bend(habit, shape);
    double sum = prior.bend / prior.var, sure[2] = {0.0, 0.0}, alone[2], all = 1.0 / prior.var, cost = 0.0;

    for (int i = 0; i < 2; i++) {
        const struct rise_curve *curve = curve_at(&fits[i], i == 1, shape);
        if (!curve->found || !telling(&fits[i]))
            continue;
        sure[i] = 1.0 / curve->bend_var - 1.0 / prior.var;
        if (sure[i] <= 0.0) {
            sure[i] = 0.0;
            continue;
        }
        alone[i] = (curve->bend / curve->bend_var - prior.bend / prior.var) / sure[i];
        sum += alone[i] * sure[i];
        all += sure[i];
        cost -= 0.5 * (sure[i] * square(alone[i] - curve->bend) + square(curve->bend - prior.bend) / prior.var);
    }
    double mean = sum / all;
    for (int i = 0; i < 2; i++)
        if (sure[i] > 0.0)
            cost += 0.5 * sure[i] * square(alone[i] - mean);
    cost += 0.5 * square(mean - prior.bend) / prior.var;
    habit->cost[shape] += cost > 0.0 ? cost : 0.0;
    habit->bend_off[shape] = mean - RISE_BEND;
    habit->bend_sure[shape] = all - 1.0 / square(RISE_BEND_SD);
    if (habit->bend_sure[shape] > 1.0 / square(RISE_BEND_LEAST))
        habit->bend_sure[shape] = 1.0 / square(RISE_BEND_LEAST);
}

static void weights(const struct rise_habit *habit, const struct rise_fit *fit, bool down, double *ret)
{
    double sum = 0.0, least = -1.0;
    bool any = false;

    for (int k = 0; k < RISE_SHAPE_COUNT; k++)
        if (curve_at(fit, down, k)->found && (!any || habit->cost[k] < least)) {
            least = habit->cost[k];
            any = true;
        }
    for (int k = 0; k < RISE_SHAPE_COUNT; k++) {
        ret[k] = curve_at(fit, down, k)->found ? fade(habit->cost[k] - least) : 0.0;
        sum += ret[k];
    }
    for (int k = 0; k < RISE_SHAPE_COUNT; k++)
        ret[k] /= sum;
}

/* One shape's figures with the bend that both ways and the reps before have. */
struct bent {
    struct rise_figures at;
    double move_var, cross_var, top_var;
};

static double follow(double at, double by_bend, double more)
{
    return at + by_bend * more;
}

static struct bent bent_of(const struct rise_curve *curve, const struct rise_prior *bend)
{
    const struct rise_figures *at = &curve->at, *by = &curve->by_bend;
    double more = bend->bend - curve->bend, cross_s;
    struct bent bent = {.at = {.begin_s = follow(at->begin_s, by->begin_s, more),
                               .move_s = follow(at->move_s, by->move_s, more),
                               .low_s = follow(at->low_s, by->low_s, more),
                               .high_s = follow(at->high_s, by->high_s, more),
                               .level_n = follow(at->level_n, by->level_n, more),
                               .rise_n = follow(at->rise_n, by->rise_n, more)}};

    cross_s = curve->move_sd_s * (at->high_s - at->low_s) / at->move_s;
    bent.move_var = square(curve->move_sd_s) + square(by->move_s) * bend->var;
    bent.cross_var = square(cross_s) + square(by->high_s - by->low_s) * bend->var + curve->high_var_s2;
    bent.top_var = curve->high_var_s2;
    return bent;
}

static void mean_side(const struct bent *bent, const double *w, struct rise_side *ret)
{
    for (int k = 0; k < RISE_SHAPE_COUNT; k++) {
        ret->begin_s += w[k] * bent[k].at.begin_s;
        ret->end_s += w[k] * (bent[k].at.begin_s + bent[k].at.move_s);
        ret->low_s += w[k] * bent[k].at.low_s;
        ret->high_s += w[k] * bent[k].at.high_s;
        ret->level_n += w[k] * bent[k].at.level_n;
        ret->rise_n += w[k] * bent[k].at.rise_n;
    }
}

static void sd_side(const struct bent *bent, const double *w, double sample_s, struct rise_side *ret)
{
    double move_s = ret->end_s - ret->begin_s, cross_s = ret->high_s - ret->low_s, move_var = 0.0, cross_var = 0.0,
           top_var = 0.0;
    double edge_s = sample_s * RISE_SD_SAMPLE > RISE_SD_MIN_S ? sample_s * RISE_SD_SAMPLE : RISE_SD_MIN_S;

    for (int k = 0; k < RISE_SHAPE_COUNT; k++) {
        const struct rise_figures *at = &bent[k].at;
        move_var += w[k] * (bent[k].move_var + square(at->move_s - move_s));
        cross_var += w[k] * (bent[k].cross_var + square(at->high_s - at->low_s - cross_s));
        top_var += w[k] * (bent[k].top_var + square(at->high_s - ret->high_s));
    }
    ret->move_sd_s = sqrt(square(RISE_SD_FACTOR) * move_var + square(RISE_SD_FLOOR * move_s) + square(edge_s));
    ret->cross_sd_s = sqrt(square(RISE_SD_FACTOR) * cross_var + square(RISE_SD_CROSS * cross_s) + square(edge_s));
    ret->top_sd_s = sqrt(top_var);
    ret->credible = ret->misfit <= RISE_MISFIT && ret->move_sd_s <= RISE_SD_PART * move_s;
}

static void mix_side(const struct rise_habit *habit, const struct rise_fit *fit, bool down, struct rise_side *ret)
{
    struct bent bent[RISE_SHAPE_COUNT] = {0};
    double w[RISE_SHAPE_COUNT];

    *ret = (struct rise_side){.begin_s = 0.0};
    weights(habit, fit, down, w);
    for (int k = 0; k < RISE_SHAPE_COUNT; k++) {
        const struct rise_curve *curve = curve_at(fit, down, k);
        struct rise_prior bend = rise_habit_bend(habit, k);
        if (!curve->found)
            continue;
        bent[k] = bent_of(curve, &bend);
        ret->misfit += w[k] * curve->misfit;
    }
    mean_side(bent, w, ret);
    sd_side(bent, w, fit->sample_s, ret);
}

void rise_mix(struct rise_habit *habit, const struct rise_fit *fits, struct rise_side *sides)
{
    for (int k = 0; k < RISE_SHAPE_COUNT; k++)
        habit->cost[k] *= RISE_MEMORY;
    for (int i = 0; i < 2; i++)
        if (telling(&fits[i]))
            add_cost(habit, &fits[i], i == 1);
    for (int k = 0; k < RISE_SHAPE_COUNT; k++)
        add_bend(habit, fits, k);
    for (int i = 0; i < 2; i++)
        mix_side(habit, &fits[i], i == 1, &sides[i]);
}
