/* SPDX-License-Identifier: MIT */
/* How likely each shape of a quick rep is; swing_shapes.h. */
#include "daemon/core/fit/swing_shapes.h"

#include "daemon/core/decay.h"

#define MEMORY    0.7  /* a rep */
#define TEMPER    0.35 /* of the log likelihood: the shapes are approximations, a quick one's inertia above all */
#define RULED_OUT 8.0  /* minus log likelihood */
#define FAILED    1e6  /* of a fit that came to no end */

bool swing_shapes_out(const struct swing_habit *habit, int i)
{
    return TEMPER * MEMORY * habit->cost[i] > RULED_OUT;
}

static double least_q(const struct fit_curve *curves)
{
    double q = -1.0;

    for (int i = 0; i < SWING_SHAPES; i++)
        if (curves[i].ok && (q < 0.0 || curves[i].q < q))
            q = curves[i].q;
    return q;
}

/* One that was not tried is taken for as good as the best: the reps before have spoken. */
static void costs_of(const struct fit_curve *curves, double q, double *ret)
{
    double best = FAILED;

    for (int i = 0; i < SWING_SHAPES; i++) {
        ret[i] = curves[i].ok ? 0.5 * curves[i].cost / q : FAILED;
        best = ret[i] < best ? ret[i] : best;
    }
    for (int i = 0; i < SWING_SHAPES; i++)
        ret[i] = curves[i].tried ? ret[i] : best;
}

bool swing_shapes_weigh(struct swing_habit *habit, const struct fit_curve *curves, double *weights)
{
    double q = least_q(curves), least = 0.0, sum = 0.0, costs[SWING_SHAPES];

    if (q < 0.0)
        return false;
    costs_of(curves, q, costs);
    for (int i = 0; i < SWING_SHAPES; i++) {
        costs[i] += MEMORY * habit->cost[i];
        least = i == 0 || costs[i] < least ? costs[i] : least;
    }
    for (int i = 0; i < SWING_SHAPES; i++) {
        habit->cost[i] = costs[i] - least;
        weights[i] = curves[i].ok ? decay(TEMPER * habit->cost[i]) : 0.0;
        sum += weights[i];
    }
    for (int i = 0; i < SWING_SHAPES; i++)
        weights[i] = sum > 0.0 ? weights[i] / sum : 0.0;
    return sum > 0.0;
}
