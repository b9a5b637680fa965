/* SPDX-License-Identifier: MIT */
/* Durations of movements from crossings; see step_move.h. Double precision, only + - * / and sqrt. */
#include "daemon/core/detect/step/step_move.h"

#include <math.h>

#define SD_TIME_S 0.01 /* added to each crossing: steps of the integration, the shape of real movements */
#define HALF      3    /* of STEP_BELOW */

/*
 * The trailing foot meets the floor shortly before the body rests: knee and ankle still give. Whatever the shape, that keeps
 * the end of the way down, which is extrapolated from 0.65 of the height, from running far ahead or away.
 */
#define LANDED    0.94
#define LANDED_SD 0.07 /* of the movement */

/* Of the sd by the fit, up and down: so that two thirds of the simulated errors lie within one sd (the bench shows it). */
static const double sd_factor[2] = {0.6, 0.6};

/* How far the speeds at STEP_BELOW, as shares of that half-way, are off by sway and by what no shape explains. */
static const double speed_sd[STEP_LEVELS] = {0.15, 0.08, 0.06, 1.0, 0.06};

/* Share of the time on the way up at STEP_BELOW under the top; of a way down the time runs backwards. */
static double share_at(enum fit_shape shape, int level)
{
    return fit_edge_passes(shape, false, 0.0, 1.0 - STEP_BELOW[level]);
}

static double speed_at(enum fit_shape shape, int level)
{
    double u = share_at(shape, level), d = 0.005;

    return (fit_edge_lift(shape, u + d).height - fit_edge_lift(shape, u - d).height) / (2.0 * d);
}

static enum fit_shape as_upward(enum fit_shape shape, bool down)
{
    return down ? fit_edge_mirror(shape) : shape;
}

static bool all_seen(const struct step_crossing *crossings)
{
    for (int i = 0; i < STEP_LEVELS; i++)
        if (!crossings[i].seen)
            return false;
    return crossings[HALF].m_s > 0.0;
}

/* Least squares of begin and length for one shape: t = begin + T u. */
struct line {
    double begin_s, move_s, misfit;
    double begin_var, move_var, cov;
};

struct sums {
    double n, u, uu, t, ut, tt;
    int rows;
};

static void add(struct sums *sums, double u, double t, double sd_s)
{
    double w = 1.0 / (sd_s * sd_s);

    sums->n += w;
    sums->u += w * u;
    sums->uu += w * u * u;
    sums->t += w * t;
    sums->ut += w * u * t;
    sums->tt += w * t * t;
    sums->rows++;
}

static bool line_of(enum fit_shape shape, const struct step_motion *motion, bool down, struct line *ret)
{
    const struct step_crossing *crossings = down ? motion->down : motion->up;
    struct sums sums = {0};

    for (int i = 0; i < STEP_LEVELS; i++) {
        double u = share_at(as_upward(shape, down), i);
        add(&sums, down ? 1.0 - u : u, crossings[i].s,
            sqrt(crossings[i].sd_s * crossings[i].sd_s + SD_TIME_S * SD_TIME_S));
    }
    if (down)
        add(&sums, LANDED, motion->landed_s, LANDED_SD * fabs(motion->landed_s - crossings[0].s));
    double det = sums.n * sums.uu - sums.u * sums.u;
    if (!(det > 0.0))
        return false;
    ret->move_s = (sums.n * sums.ut - sums.u * sums.t) / det;
    ret->begin_s = (sums.t - ret->move_s * sums.u) / sums.n;
    double left = sums.tt - ret->begin_s * sums.t - ret->move_s * sums.ut;
    ret->misfit = left > 0.0 ? sqrt(left / (sums.rows - 2)) : 0.0;
    double grown = ret->misfit > 1.0 ? ret->misfit * ret->misfit : 1.0;
    ret->begin_var = grown * sums.uu / det;
    ret->move_var = grown * sums.n / det;
    ret->cov = -grown * sums.u / det;
    return ret->move_s > 0.0;
}

static bool of_the_family(const struct step_motion *motion, bool down)
{
    struct line line;

    for (int k = 0; k < FIT_SHAPE_COUNT; k++)
        if (line_of((enum fit_shape)k, motion, down, &line) && line.misfit <= STEP_MOVE_MISFIT)
            return true;
    return false;
}

void step_habit_take(struct step_habit *habit, const struct step_motion *motion, bool down)
{
    const struct step_crossing *crossings = down ? motion->down : motion->up;
    double least = 0.0;

    if (!all_seen(crossings) || !of_the_family(motion, down)) /* in two parts: a shape, but none of the family */
        return;
    for (int k = 0; k < FIT_SHAPE_COUNT; k++) {
        enum fit_shape shape = as_upward((enum fit_shape)k, down);
        double half = speed_at(shape, HALF), cost = 0.0;
        for (int i = 0; i < STEP_LEVELS; i++) {
            double off = (crossings[i].m_s / crossings[HALF].m_s - speed_at(shape, i) / half) / speed_sd[i];
            cost += 0.5 * off * off;
        }
        habit->cost[k] = STEP_SHAPE_MEMORY * habit->cost[k] + STEP_SHAPE_TEMPER * cost;
        least = k == 0 || habit->cost[k] < least ? habit->cost[k] : least;
    }
    for (int k = 0; k < FIT_SHAPE_COUNT; k++)
        habit->cost[k] -= least;
}

void step_habit_take_length(struct step_habit *habit, double s)
{
    habit->reps = habit->reps < STEP_LENGTH_MEMORY ? habit->reps + 1.0 : STEP_LENGTH_MEMORY;
    habit->rep_s += (s - habit->rep_s) / habit->reps;
    habit->last_s = s;
}

void step_habit_take_fit(struct step_habit *habit, const struct step_motion *motion)
{
    habit->fits = habit->fits < STEP_LENGTH_MEMORY ? habit->fits + 1.0 : STEP_LENGTH_MEMORY;
    habit->misfit += (motion->misfit - habit->misfit) / habit->fits;
    habit->height_m += (motion->height_m - habit->height_m) / habit->fits;
}

/* exp(-x) for x >= 0: 1 / (1 + x/8)^8, monotone, within 0.1; the weights need no more. */
static double fade(double x)
{
    double v = 1.0 + x / 8.0;

    v = v * v;
    v = v * v;
    return 1.0 / (v * v);
}

struct moments {
    double w, mean, square; /* sums of weights, of values, and of variances and squares */
};

static void take(struct moments *m, double w, double value, double var)
{
    m->w += w;
    m->mean += w * value;
    m->square += w * (var + value * value);
}

static double sd_of(const struct moments *m, double factor, double floor_s)
{
    double mean = m->mean / m->w, var = m->square / m->w - mean * mean;

    return sqrt(factor * factor * (var > 0.0 ? var : 0.0) + floor_s * floor_s);
}

bool step_move_fit(const struct step_habit *habit, const struct step_motion *motion, bool down, struct step_move *ret)
{
    struct moments begin = {0}, end = {0}, move = {0}, misfit = {0};

    *ret = (struct step_move){0};
    if (!all_seen(down ? motion->down : motion->up))
        return false;
    for (int k = 0; k < FIT_SHAPE_COUNT; k++) {
        struct line line;
        if (!line_of((enum fit_shape)k, motion, down, &line))
            continue;
        double w = fade(habit->cost[k] + STEP_SHAPE_TEMPER * line.misfit * line.misfit);
        take(&begin, w, line.begin_s, line.begin_var);
        take(&move, w, line.move_s, line.move_var);
        take(&end, w, line.begin_s + line.move_s, line.begin_var + line.move_var + 2.0 * line.cov);
        take(&misfit, w, line.misfit, 0.0);
    }
    if (!(move.w > 0.0))
        return false;
    double move_s = move.mean / move.w, floor_s = STEP_SHAPE_FLOOR * move_s, factor = sd_factor[down];
    *ret = (struct step_move){.begin_s = begin.mean / begin.w,
                              .end_s = end.mean / end.w,
                              .begin_sd_s = sd_of(&begin, factor, 0.7 * floor_s),
                              .end_sd_s = sd_of(&end, factor, 0.7 * floor_s),
                              .sd_s = sd_of(&move, factor, floor_s)};
    return misfit.mean / misfit.w <= STEP_MOVE_MISFIT && ret->sd_s <= STEP_MOVE_SD_PART * move_s;
}
