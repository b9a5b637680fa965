/* SPDX-License-Identifier: MIT */
/* Least squares over a grid that is refined; rise_fit.h has the model. */
#include "daemon/core/fit/rise_guess.h"

#include <math.h>

#include "daemon/core/fixed.h"

#define MOVE_MIN_S 0.3
#define BEGIN_LO_S -0.10 /* the edge is known to about 0.1 s */
#define BEGIN_HI_S 0.15
#define RULED_OUT  8.0 /* minus log likelihood: as the reps that said so fade, the shape is tried again */
#define FAR        8.0 /* times what the best shape leaves: no bend makes up for that */
#define HELD       1e6 /* weight of a bend that is taken for known */

/* The bins, and what is known of the bend: (R bend - R bend') weighs as much as so many bins of an arch of 1. */
struct task {
    const struct rise_bins *bins;
    double bend, weight;
};

/* Centred sums over the bins: of height h, arch q, acc a and the load f; and means. */
struct sums {
    double hh, qq, aa, hq, ha, qa, hf, qf, af;
};

/* Of one shape, that of the guess: told apart once, not in every bin. */
static inline struct sums sum_shape(const struct rise_bins *bins, const struct rise_guess *guess, enum rise_shape shape)
{
    double per_n = 1.0 / bins->n, per_s = 1.0 / guess->move_s, half_s = 0.5 * bins->blur_s;
    double h = 0.0, q = 0.0, a = 0.0;
    struct sums s = {0};

    for (int i = 0; i < bins->n; i++) {
        double f = bins->f_n[i] - bins->mean_n, from_s = bins->t_s[i] - guess->begin_s;
        if (from_s <= -half_s)
            continue;
        if (from_s >= guess->move_s + half_s) { /* the most of them: on top */
            h += bins->n - i;
            s.hh += bins->n - i;
            s.hf += bins->after_n[i];
            break;
        }
        struct rise_terms at = rise_seen(shape, bins->blur_s, per_s, from_s);
        h += at.height;
        q += at.arch;
        a += at.acc;
        s.hh += at.height * at.height;
        s.qq += at.arch * at.arch;
        s.aa += at.acc * at.acc;
        s.hq += at.height * at.arch;
        s.ha += at.height * at.acc;
        s.qa += at.arch * at.acc;
        s.hf += at.height * f;
        s.qf += at.arch * f;
        s.af += at.acc * f;
    }
    s.hh -= h * h * per_n;
    s.qq -= q * q * per_n;
    s.aa -= a * a * per_n;
    s.hq -= h * q * per_n;
    s.ha -= h * a * per_n;
    s.qa -= q * a * per_n;
    return s;
}

static struct sums sum_up(const struct rise_bins *bins, const struct rise_guess *guess)
{
    switch (guess->shape) {
    case RISE_MIN_JERK: return sum_shape(bins, guess, RISE_MIN_JERK);
    case RISE_CONSTANT: return sum_shape(bins, guess, RISE_CONSTANT);
    case RISE_BLENDED: return sum_shape(bins, guess, RISE_BLENDED);
    case RISE_ROUNDED: return sum_shape(bins, guess, RISE_ROUNDED);
    case RISE_EARLY: return sum_shape(bins, guess, RISE_EARLY);
    case RISE_EARLIER: return sum_shape(bins, guess, RISE_EARLIER);
    case RISE_LATE: return sum_shape(bins, guess, RISE_LATE);
    case RISE_LATER: return sum_shape(bins, guess, RISE_LATER);
    case RISE_SHAPE_COUNT: break;
    }
    return (struct sums){0};
}

/* K / R for which the rest is least, held within its range. */
static double inertia_of(const struct sums *s)
{
    double rise = s->hf * s->aa - s->af * s->ha, inertia = s->af * s->hh - s->hf * s->ha;

    if (s->hh * s->aa - s->ha * s->ha <= 1e-9 || rise <= 0.0 || inertia <= 0.0)
        return 0.0;
    return inertia > RISE_INERTIA_S2 * rise ? RISE_INERTIA_S2 : inertia / rise;
}

/* Level, rise, bend and inertia by least squares, for the guess's shape, begin and length: the bend is put in for first. */
static void solve(const struct task *task, struct rise_guess *guess)
{
    const struct sums s = sum_up(task->bins, guess);
    double per = 1.0 / (s.qq + task->weight), hq = s.hq - task->weight * task->bend;
    const struct sums left = {.hh = s.hh + task->weight * task->bend * task->bend - hq * hq * per,
                              .aa = s.aa - s.qa * s.qa * per,
                              .ha = s.ha - hq * s.qa * per,
                              .hf = s.hf - hq * s.qf * per,
                              .af = s.af - s.qa * s.qf * per};
    double k = inertia_of(&left), var = left.hh + 2.0 * k * left.ha + k * k * left.aa, cov = left.hf + k * left.af;

    guess->inertia = k;
    guess->rise = var > 1e-9 ? cov / var : 0.0;
    guess->bend = guess->rise > 0.0 ? per * (s.qf / guess->rise - hq - k * s.qa) : task->bend;
    guess->sse = task->bins->square_n2 - s.qf * s.qf * per - guess->rise * cov;
    if (guess->sse < 0.0)
        guess->sse = 0.0;
}

/*
 * A coarse grid, then a pattern search that halves its steps where nothing around is better. In the second look the
 * parabola through the pattern says where the least lies, and where that comes true the steps are a quarter: each shape
 * takes a third of the guesses.
 */
#define COARSE     16
#define ROUNDS     30
#define NEAR_PART  0.1 /* of the movement */
#define ROUGH_S    0.08
#define STEP_MIN_S 0.01 /* the sd is thrice that at least */
#define STEP_PART  0.004
#define FORETOLD   0.3 /* of the gain */

/* What the guesses leave over, by length (-1, 0, 1) and begin; < 0: none there. */
struct pattern {
    double sse[3][3];
};

static double try(const struct task *task, struct rise_guess guess, struct rise_guess *best)
{
    double end_s = task->bins->t_s[task->bins->n - 1];

    if (guess.begin_s < BEGIN_LO_S || guess.begin_s > BEGIN_HI_S || guess.move_s < MOVE_MIN_S ||
        guess.begin_s + guess.move_s > end_s + RISE_BIN_NS / 1e9)
        return -1.0;
    solve(task, &guess);
    if (guess.rise <= 0.0)
        return -1.0;
    if (best->sse < 0.0 || guess.sse < best->sse)
        *best = guess;
    return guess.sse;
}

/* Around `at`: later and longer at once is hardly another curve. */
static struct pattern look_around(const struct task *task, const struct rise_guess *at, double step, double shift,
                                  struct rise_guess *best)
{
    struct pattern ret = {.sse = {{-1.0, -1.0, -1.0}, {-1.0, at->sse, -1.0}, {-1.0, -1.0, -1.0}}};

    for (int i = -1; i <= 1; i++)
        for (int b = -1; b <= 1; b++) {
            struct rise_guess next = *at;
            next.move_s += step * i;
            next.begin_s += shift * b;
            if (i != b)
                ret.sse[i + 1][b + 1] = try(task, next, best);
        }
    return ret;
}

/* Into *best where the parabola has its least. True where that is what it said. */
static bool leap(const struct task *task, const struct pattern *pattern, double step, double shift,
                 struct rise_guess *best)
{
    const double(*v)[3] = pattern->sse;

    if (v[0][1] < 0.0 || v[2][1] < 0.0 || v[1][0] < 0.0 || v[1][2] < 0.0 || v[0][2] < 0.0 || v[2][0] < 0.0)
        return false;
    double i1 = 0.5 * (v[2][1] - v[0][1]), b1 = 0.5 * (v[1][2] - v[1][0]);
    double i2 = v[2][1] + v[0][1] - 2.0 * v[1][1], b2 = v[1][2] + v[1][0] - 2.0 * v[1][1];
    double ib = v[1][1] - 0.5 * (v[0][2] + v[2][0]) + 0.5 * (i2 + b2), det = i2 * b2 - ib * ib;
    if (i2 <= 0.0 || det <= 0.0)
        return false;
    double i = (b1 * ib - i1 * b2) / det, b = (i1 * ib - b1 * i2) / det, gain = -0.5 * (i1 * i + b1 * b);
    struct rise_guess next = *best;
    if (fabs(i) > 2.0 || fabs(b) > 2.0)
        return false;
    next.move_s += step * i;
    next.begin_s += shift * b;
    double sse = try(task, next, best);
    return sse >= 0.0 && fabs(v[1][1] - sse - gain) <= FORETOLD * gain;
}

static struct rise_guess refine(const struct task *task, struct rise_guess best, double step, double shift,
                                double until)
{
    for (int round = 0; best.sse >= 0.0 && round < ROUNDS && step > until; round++) {
        struct rise_guess at = best;
        struct pattern pattern = look_around(task, &at, step, shift, &best);
        if (best.sse < at.sse)
            continue;
        double less = until < ROUGH_S && leap(task, &pattern, step, shift, &best) ? 0.25 : 0.5;
        step *= less;
        shift *= less;
    }
    return best;
}

/* With the bend that is likeliest beforehand. */
static struct rise_guess search(const struct task *task, enum rise_shape shape)
{
    double most = task->bins->t_s[task->bins->n - 1] - BEGIN_LO_S, step = (most - MOVE_MIN_S) / COARSE;
    struct rise_guess best = {.sse = -1.0};

    for (int i = 0; i <= COARSE; i++)
        try(task, (struct rise_guess){.shape = shape, .move_s = MOVE_MIN_S + step * i}, &best);
    return refine(task, best, step, 0.08, ROUGH_S);
}

/* Near where a shape much like it was found. */
static struct rise_guess search_near(const struct task *task, enum rise_shape shape, const struct rise_guess *like)
{
    struct rise_guess best = {.sse = -1.0}, next = *like;

    next.shape = shape;
    try(task, next, &best);
    return refine(task, best, NEAR_PART * next.move_s, 0.08, ROUGH_S);
}

/* The same shape with a bend of its own, near the one that it was found with. */
#define BENT_STEP  0.06 /* of the movement */
#define BENT_SHIFT 0.04
#define LONGER     1.15 /* where speed changes at once a longer movement may fit as well as one of some length between */

static struct rise_guess bend(const struct task *task, struct rise_guess best)
{
    double until = STEP_PART * best.move_s > STEP_MIN_S ? STEP_PART * best.move_s : STEP_MIN_S;
    struct rise_guess longer = {.sse = -1.0}, next = best;
    bool kinks = best.shape == RISE_CONSTANT || best.shape == RISE_BLENDED || best.shape == RISE_ROUNDED;

    solve(task, &best);
    best = refine(task, best, BENT_STEP * best.move_s, BENT_SHIFT, until);
    next.move_s *= LONGER;
    if (kinks)
        try(task, next, &longer);
    longer = refine(task, longer, BENT_STEP * next.move_s, BENT_SHIFT, until);
    return longer.sse >= 0.0 && longer.sse < best.sse ? longer : best;
}

struct rise_prior rise_habit_bend(const struct rise_habit *habit, int shape)
{
    double sure = 1.0 / (RISE_BEND_SD * RISE_BEND_SD) + habit->bend_sure[shape];

    return (struct rise_prior){RISE_BEND + habit->bend_off[shape], 1.0 / sure};
}

/* Shapes that the reps before have not ruled out. */
static bool tried(const struct rise_habit *habit, int shape)
{
    double least = habit->cost[0];

    for (int k = 1; k < RISE_SHAPE_COUNT; k++)
        least = habit->cost[k] < least ? habit->cost[k] : least;
    return RISE_MEMORY * (habit->cost[shape] - least) < RULED_OUT;
}

static enum rise_shape shape_at(int k, bool down)
{
    return down ? rise_mirror((enum rise_shape)k) : (enum rise_shape)k;
}

bool rise_rough(const struct rise_habit *habit, bool down, const struct rise_bins *bins, struct rise_rough *ret)
{
    *ret = (struct rise_rough){.best = -1};
    for (int k = 0; k < RISE_SHAPE_COUNT; k++) {
        struct task task = {bins, rise_habit_bend(habit, k).bend, HELD};
        ret->guess[k].sse = -1.0;
        if (!tried(habit, k))
            continue;
        if ((k == RISE_EARLIER || k == RISE_LATER) && ret->guess[k - 1].sse >= 0.0)
            ret->guess[k] = search_near(&task, shape_at(k, down), &ret->guess[k - 1]);
        else
            ret->guess[k] = search(&task, shape_at(k, down));
        if (ret->guess[k].sse >= 0.0 && (ret->best < 0 || ret->guess[k].sse < ret->guess[ret->best].sse))
            ret->best = k;
    }
    return ret->best >= 0;
}

bool rise_fit(const struct rise_habit *habit, bool down, const struct rise_bins *bins, const struct rise_rough *rough,
              struct rise_fit *ret)
{
    double least = rough->guess[rough->best].sse, noise_n2 = rise_noise_n2(bins, &rough->guess[rough->best]);
    bool found = false;

    ret->n = bins->n;
    ret->sample_s = bins->sample_s;
    for (int k = 0; k < RISE_SHAPE_COUNT; k++) {
        struct rise_curve *curve = &ret->curve[shape_at(k, down)];
        struct rise_prior prior = rise_habit_bend(habit, k);
        struct rise_guess guess = rough->guess[k];
        *curve = (struct rise_curve){.tried = tried(habit, k)};
        if (guess.sse < 0.0 || guess.sse > FAR * least + bins->n * noise_n2)
            continue;
        double weight = noise_n2 / (RISE_TEMPER * prior.var * guess.rise * guess.rise);
        guess = bend(&(struct task){bins, prior.bend, weight}, guess);
        *curve = rise_curve_of(bins, &guess, &prior);
        found = found || curve->found;
    }
    return found;
}

double rise_rough_end_s(const struct rise_rough *rough)
{
    const struct rise_guess *best = &rough->guess[rough->best];

    return best->begin_s + best->move_s;
}

double rise_rough_most_s(const struct rise_rough *rough, const struct rise_bins *bins)
{
    double most = rise_rough_end_s(rough);

    for (int k = 0; k < RISE_SHAPE_COUNT; k++) {
        const struct rise_guess *guess = &rough->guess[k];
        double left_n = RISE_MISFIT * guess->rise, end_s = guess->begin_s + guess->move_s;
        if (guess->sse >= 0.0 && guess->sse < bins->n * left_n * left_n && end_s > most)
            most = end_s;
    }
    return most;
}

const struct rise_curve *rise_fit_likeliest(const struct rise_fit *fit)
{
    const struct rise_curve *best = &fit->curve[0];

    for (int shape = 1; shape < RISE_SHAPE_COUNT; shape++)
        if (fit->curve[shape].found && (!best->found || fit->curve[shape].sse < best->sse))
            best = &fit->curve[shape];
    return best;
}
