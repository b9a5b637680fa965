/* SPDX-License-Identifier: MIT */
/* Durations of movements from crossings; see step_move.h. Double precision, only + - * / and sqrt. */
#include "daemon/core/detect/step_move.h"

#include <math.h>

#define SD_TIME_S 0.01 /* added to each crossing: steps of the integration, the shape of real movements */

/* Of the sd by the fit, up and down: so that two thirds of the simulated errors lie within one sd (the bench shows it). */
static const double sd_factor[2] = {0.85, 0.7};

/* Shares of the time on the way up at STEP_BELOW under the top, of minimum jerk and of constant speed. */
static const double min_jerk[STEP_LEVELS] = {0.8107, 0.6734, 0.5814, 0.5000, 0.4186};
static const double constant[STEP_LEVELS] = {0.9051, 0.7700, 0.6350, 0.5000, 0.3650};

/* Normal equations of three unknowns, and what is left. */
struct normal3 {
    double a[3][3], y[3], yy;
    int rows;
};

static void add(struct normal3 *n, const double row[3], double y, double sd)
{
    double w = 1.0 / (sd * sd);

    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            n->a[i][j] += w * row[i] * row[j];
        n->y[i] += w * row[i] * y;
    }
    n->yy += w * y * y;
    n->rows++;
}

/* Inverse of a symmetric matrix, by cofactors; the prior on p keeps it regular. */
static void invert(double a[3][3], double ret[3][3])
{
    double c00 = a[1][1] * a[2][2] - a[1][2] * a[2][1], c01 = a[1][2] * a[2][0] - a[1][0] * a[2][2];
    double c02 = a[1][0] * a[2][1] - a[1][1] * a[2][0];
    double det = a[0][0] * c00 + a[0][1] * c01 + a[0][2] * c02;

    ret[0][0] = c00 / det;
    ret[0][1] = ret[1][0] = c01 / det;
    ret[0][2] = ret[2][0] = c02 / det;
    ret[1][1] = (a[0][0] * a[2][2] - a[0][2] * a[2][0]) / det;
    ret[1][2] = ret[2][1] = (a[0][1] * a[2][0] - a[0][0] * a[2][1]) / det;
    ret[2][2] = (a[0][0] * a[1][1] - a[0][1] * a[1][0]) / det;
}

/* Shares of the greatest speed at 0.95 and at 0.8 of the way. */
#define JERK_95  0.376
#define JERK_80  0.774
#define CONST_95 0.949

static double clamp(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static bool fill(const struct step_habit *habit, const struct step_crossing *crossings, bool down, struct normal3 *n)
{
    double way_s = fabs(crossings[0].s - crossings[3].s);

    for (int i = 0; i < STEP_LEVELS; i++) {
        double u = down ? 1.0 - min_jerk[i] : min_jerk[i], shape = constant[i] - min_jerk[i];
        const double row[3] = {1.0, u, down ? -shape : shape};
        if (!crossings[i].seen)
            return false;
        add(n, row, crossings[i].s, sqrt(crossings[i].sd_s * crossings[i].sd_s + SD_TIME_S * SD_TIME_S));
    }
    /* p T is p times what the way from half height to 95 % says of T for such a p. */
    double p = clamp(habit->p, 0.0, 1.0), all_s = way_s / (min_jerk[0] - 0.5 + p * (constant[0] - min_jerk[0]));
    double sd =
        sqrt(STEP_SHAPE_SD * STEP_SHAPE_SD / (habit->n > 1.0 ? habit->n : 1.0) + STEP_SHAPE_FLOOR * STEP_SHAPE_FLOOR);
    const double prior[3] = {0.0, 0.0, 1.0};
    add(n, prior, p * all_s, sd * all_s);
    return way_s > 0.0;
}

struct solution {
    double x[3], cov[3][3], misfit; /* begin, T, p T */
};

static bool solve(const struct step_habit *habit, const struct step_crossing *crossings, bool down,
                  struct solution *ret)
{
    struct normal3 n = {0};
    double left;

    *ret = (struct solution){0};
    if (!fill(habit, crossings, down, &n))
        return false;
    invert(n.a, ret->cov);
    left = n.yy;
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            ret->x[i] += ret->cov[i][j] * n.y[j];
        left -= ret->x[i] * n.y[i];
    }
    ret->misfit = left > 0.0 ? sqrt(left / (double)(n.rows - 3)) : 0.0;
    return ret->x[1] > 0.0 && ret->misfit <= STEP_MOVE_MISFIT;
}

void step_habit_take(struct step_habit *habit, const struct step_crossing *crossings, bool down)
{
    struct solution solution;

    for (int i = 0; i < STEP_LEVELS; i++)
        if (!crossings[i].seen)
            return;
    double half = crossings[3].m_s;
    double p95 = (crossings[0].m_s / half - JERK_95) / (CONST_95 - JERK_95);
    double p80 = (crossings[1].m_s / half - JERK_80) / (1.0 - JERK_80), p = 0.5 * (p95 + p80);
    const struct step_habit own = {.n = 1.0, .p = p};

    if (!solve(&own, crossings, down, &solution)) /* in two parts: a shape, but none of the family */
        return;
    habit->n = habit->n < STEP_SHAPE_MEMORY ? habit->n + 1.0 : STEP_SHAPE_MEMORY;
    habit->p += (clamp(p, -0.3, 1.3) - habit->p) / habit->n;
}

void step_habit_take_length(struct step_habit *habit, double s)
{
    habit->reps = habit->reps < STEP_LENGTH_MEMORY ? habit->reps + 1.0 : STEP_LENGTH_MEMORY;
    habit->rep_s += (s - habit->rep_s) / habit->reps;
}

void step_habit_take_fit(struct step_habit *habit, const struct step_motion *motion)
{
    habit->fits = habit->fits < STEP_LENGTH_MEMORY ? habit->fits + 1.0 : STEP_LENGTH_MEMORY;
    habit->misfit += (motion->misfit - habit->misfit) / habit->fits;
    habit->height_m += (motion->height_m - habit->height_m) / habit->fits;
}

bool step_move_fit(const struct step_habit *habit, const struct step_crossing *crossings, bool down,
                   struct step_move *ret)
{
    struct solution solution;

    *ret = (struct step_move){0};
    if (!solve(habit, crossings, down, &solution))
        return false;
    const double *x = solution.x;
    double grown = sd_factor[down] * (solution.misfit > 1.0 ? solution.misfit : 1.0);
    *ret =
        (struct step_move){.begin_s = x[0],
                           .end_s = x[0] + x[1],
                           .begin_sd_s = grown * sqrt(solution.cov[0][0]),
                           .end_sd_s = grown * sqrt(solution.cov[0][0] + solution.cov[1][1] + 2.0 * solution.cov[0][1]),
                           .sd_s = grown * sqrt(solution.cov[1][1])};
    return ret->sd_s <= STEP_MOVE_SD_PART * x[1];
}
