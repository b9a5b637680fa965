/* SPDX-License-Identifier: MIT */
/* Which shapes are fitted to a rep, and how likely each is; fit_shapes.h. */
#include "daemon/core/fit/fit_shapes.h"

#include "daemon/core/decay.h"
#include <string.h>

/* Of A: what no shape explains, when shapes are weighed; without it a signal free of noise would make them certain. */
#define FLOOR_PART 0.003

#define RULED_OUT  8.0  /* minus log likelihood */
#define OF_ITSELF  12.0 /* a rep says no more against a shape than this, of itself, ... */
#define OF_HABIT   6.0  /* ... and than this of the habit: models have tails, a quick limb's inertia above all */
#define FAILED     1e6  /* of a fit that came to no end */
#define WEIGHTLESS 0.01 /* of the likelihood: less than that without inertia, and the limb weighs something; ... */
#define WEIGHED    2    /* ... after so many reps in a row it is known to */
#define VOLUME     0.25 /* of log det J'J: Laplace's half, by what corners of constant speed overdo theirs */

/*
 * The four kinds of edges (physics, simulator) are as likely before anything is seen, and within a kind its members. step:
 * what lies between a member and the next one is longer or shorter by so much of the movement (sd).
 */
struct member {
    enum fit_shape shape;
    double prior, step;
};

static const struct member members[FIT_SHAPES / 2] = {
    {FIT_MIN_JERK, 1.0, 0.02},       {FIT_CONSTANT, 1.0 / 3.0, 0.035}, {FIT_BLENDED, 1.0 / 3.0, 0.035},
    {FIT_ROUNDED, 1.0 / 3.0, 0.035}, {FIT_EARLY_LESS, 0.5, 0.02},      {FIT_EARLY_MORE, 0.5, 0.02},
    {FIT_LATE_LESS, 0.5, 0.02},      {FIT_LATE_MORE, 0.5, 0.02},
};

double fit_shapes_step(int i)
{
    return members[i / 2].step;
}

#define FIT_LOAD_LEAST 0.02 /* of all shapes: a lighter one is not asked what it pulls */

void fit_habit_load(const struct fit_habit *habit, bool down, double inertia, int n, double *ret)
{
    double weight[FIT_SHAPES], sum = 0.0;

    for (int i = 0; i < FIT_SHAPES; i++)
        sum += weight[i] = members[i / 2].prior * decay(FIT_TEMPER * habit->cost[i]);
    double least = FIT_LOAD_LEAST * sum, kept = 0.0;
    for (int i = 0; i < FIT_SHAPES; i++)
        kept += weight[i] > least ? weight[i] : 0.0;
    for (int k = 0; k <= n; k++) {
        double u = (double)k / n;

        ret[k] = 0.0;
        for (int i = 0; i < FIT_SHAPES; i++) {
            if (weight[i] <= least)
                continue;
            struct fit_load load = down ? fit_edge_down(members[i / 2].shape, i % 2 == 0, u)
                                        : fit_edge_up(members[i / 2].shape, i % 2 == 0, u);
            ret[k] += weight[i] / kept * (load.height + inertia * load.acc);
        }
    }
}

double fit_shapes_floor(const struct fit_guess *guess)
{
    return FLOOR_PART * FLOOR_PART * guess->amp * guess->amp;
}

/* What is known before this rep of how unlikely curves[i] is. */
static double known(const struct fit_habit *habit, int i)
{
    return FIT_TEMPER * FIT_MEMORY * habit->cost[i];
}

/* None that the reps before have ruled out; as those fade, it is tried again. */
void fit_shapes_run(const struct fit_habit *habit, struct fit_curve *curves, const struct fit_data *data,
                    const struct fit_guess *guess)
{
    memset(curves, 0, FIT_SHAPES * sizeof(curves[0]));
    for (int i = 0; i < FIT_SHAPES; i++)
        if (known(habit, i) < RULED_OUT)
            fit_curve_run(&curves[i], members[i / 2].shape, i % 2 == 0, habit->weighed >= WEIGHED, data, guess);
}

/* Minus the logarithm of what this rep says for a shape, whatever its breakpoints (Laplace). */
static double cost_of(const struct fit_curve *curve, double q)
{
    return 0.5 * (curve->cost + curve->penalty) / q + VOLUME * curve->log_det;
}

static bool least_q(const struct fit_curve *curves, double *ret_q)
{
    bool any = false;

    for (int i = 0; i < FIT_SHAPES; i++) {
        if (!curves[i].ok || (any && curves[i].q >= *ret_q))
            continue;
        *ret_q = curves[i].q;
        any = true;
    }
    return any;
}

/* Of every shape, above the least; one that was not tried is taken for as good as the best: the reps before have spoken. */
static void costs_of(const struct fit_curve *curves, double q, double *ret)
{
    double best = FAILED;

    for (int i = 0; i < FIT_SHAPES; i++) {
        ret[i] = curves[i].ok ? cost_of(&curves[i], q) : FAILED;
        best = ret[i] < best ? ret[i] : best;
    }
    for (int i = 0; i < FIT_SHAPES; i++) {
        double cost = curves[i].tried ? ret[i] - best : 0.0;
        ret[i] = cost < OF_ITSELF ? cost : OF_ITSELF;
    }
}

/* Costs of a rep, the least of them 0; the habit's least stays 0, too. */
static void learn(struct fit_habit *habit, const double *costs)
{
    double least = 0.0;

    for (int i = 0; i < FIT_SHAPES; i++) {
        habit->cost[i] = FIT_MEMORY * habit->cost[i] + (costs[i] < OF_HABIT ? costs[i] : OF_HABIT);
        least = i == 0 || habit->cost[i] < least ? habit->cost[i] : least;
    }
    for (int i = 0; i < FIT_SHAPES; i++)
        habit->cost[i] -= least;
}

/*
 * Weights that sum to 1, 0 for curves that failed, by the habit and this rep. Both edges together are added to the habit;
 * of one alone the plateau takes what it likes: it counts for little, and is nobody's habit. False: all failed.
 */
bool fit_shapes_weigh(struct fit_habit *habit, const struct fit_curve *curves, double floor_q, bool both,
                      double *weights)
{
    double q = 0.0, least = 0.0, sum = 0.0, weightless = 0.0, costs[FIT_SHAPES];

    if (!least_q(curves, &q))
        return false;
    costs_of(curves, q + floor_q, costs);
    for (int i = 0; i < FIT_SHAPES; i++) {
        double before = both ? FIT_MEMORY * habit->cost[i] : habit->cost[i];
        weights[i] = curves[i].ok ? before + (both ? costs[i] : FIT_ALONE * costs[i]) : FAILED;
        least = i == 0 || weights[i] < least ? weights[i] : least;
    }
    for (int i = 0; i < FIT_SHAPES; i++) {
        weights[i] = curves[i].ok ? members[i / 2].prior * decay(FIT_TEMPER * (weights[i] - least)) : 0.0;
        sum += weights[i];
        weightless += curves[i].weightless ? weights[i] : 0.0;
    }
    if (both) {
        learn(habit, costs);
        habit->weighed = weightless <= WEIGHTLESS * sum ? habit->weighed + 1 : 0;
    }
    for (int i = 0; i < FIT_SHAPES; i++)
        weights[i] = sum > 0.0 ? weights[i] / sum : 0.0;
    return sum > 0.0;
}
