/* SPDX-License-Identifier: MIT */
/* Which shapes are fitted to a rep, and how likely each is; fit_shapes.h. */
#include "daemon/core/fit/fit_shapes.h"

#include "daemon/core/decay.h"
#include <string.h>

/* Of A: what no shape explains, when shapes are weighed; without it a signal free of noise would make them certain. */
#define FLOOR_PART 0.003

#define RULED_OUT 8.0 /* minus log likelihood */

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
            fit_curve_run(&curves[i], (enum fit_shape)(i / 2), i % 2 == 0, data, guess);
}

/*
 * Weights that sum to 1, 0 for curves that failed, by the habit and this rep. Both edges together are added to the habit;
 * of one alone the plateau takes what it likes: it counts for little, and is nobody's habit. False: all failed.
 */
bool fit_shapes_weigh(struct fit_habit *habit, const struct fit_curve *curves, double floor_q, bool both,
                      double *weights)
{
    double q = -1.0, least = -1.0, best = -1.0, sum = 0.0, costs[FIT_SHAPES];

    for (int i = 0; i < FIT_SHAPES; i++)
        if (curves[i].ok && (q < 0.0 || curves[i].q < q))
            q = curves[i].q;
    if (q < 0.0)
        return false;
    for (int i = 0; i < FIT_SHAPES; i++)
        if (curves[i].ok && (best < 0.0 || 0.5 * curves[i].cost / (q + floor_q) < best))
            best = 0.5 * curves[i].cost / (q + floor_q);
    for (int i = 0; i < FIT_SHAPES; i++) {
        double cost = curves[i].ok ? 0.5 * curves[i].cost / (q + floor_q) : curves[i].tried ? 1e6 : best;
        costs[i] = both ? FIT_MEMORY * habit->cost[i] + cost : habit->cost[i] + FIT_ALONE * cost;
        least = least < 0.0 || costs[i] < least ? costs[i] : least;
    }
    for (int i = 0; i < FIT_SHAPES; i++) {
        costs[i] -= least;
        if (both)
            habit->cost[i] = costs[i];
        weights[i] = curves[i].ok ? decay(FIT_TEMPER * costs[i]) : 0.0;
        sum += weights[i];
    }
    for (int i = 0; i < FIT_SHAPES; i++)
        weights[i] = sum > 0.0 ? weights[i] / sum : 0.0;
    return sum > 0.0;
}
