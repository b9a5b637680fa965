/* SPDX-License-Identifier: MIT */
/* Least squares over a grid that is refined; rise_fit.h has the model. */
#include "daemon/core/fit/rise_fit.h"

#include <math.h>

#include "daemon/core/fixed.h"

#define MOVE_MIN_S 0.3
#define BEGIN_LO_S -0.10 /* the edge is known to about 0.1 s */
#define BEGIN_HI_S 0.15
#define INERTIA_S2 0.15 /* K <= INERTIA_S2 R: 0.14 of the mass, raised by 0.25 m, is 0.065 of 5.5 % of its weight */
#define SIGMAS     3.0
#define RULED_OUT  8.0 /* minus log likelihood: as the reps that said so fade, the shape is tried again */

#define MISFIT_BINS 6 /* 0.3 s */

struct guess {
    enum fit_shape shape;
    double begin_s, move_s;
    double rise, inertia, sse;
};

static double square(double v)
{
    return v * v;
}

/* What the feet carry of R with the hips there. */
static double height_of(double l)
{
    return l * (1.0 + RISE_CURVE * (1.0 - l));
}

static struct fit_load load_of(enum fit_shape shape, double u)
{
    struct fit_load load = fit_edge_lift(shape, u);

    load.height = height_of(load.height);
    return load;
}

/* Centred sums over the bins: of the height h, its bend a (g'' / T^2) and the load f. */
struct sums {
    double h, hh, aa, ha, hf, af;
};

static struct sums sum_up(const struct rise_bins *bins, const struct guess *guess)
{
    double per_s = 1.0 / guess->move_s, n = bins->n, a_sum = 0.0;
    struct sums s = {0};

    for (int i = 0; i < bins->n; i++) {
        double u = (bins->t_s[i] - guess->begin_s) * per_s, f = bins->f_n[i] - bins->mean_n;
        struct fit_load load = load_of(guess->shape, u);
        double h = load.height, a = load.acc * per_s * per_s;
        s.h += h;
        a_sum += a;
        s.hh += h * h;
        s.aa += a * a;
        s.ha += h * a;
        s.hf += h * f;
        s.af += a * f;
    }
    s.hh -= s.h * s.h / n;
    s.aa -= a_sum * a_sum / n;
    s.ha -= s.h * a_sum / n;
    s.h += guess->inertia * a_sum;
    return s;
}

/* K / R for which the rest is least, held within its range. */
static double inertia_of(const struct sums *s)
{
    double rise = s->hf * s->aa - s->af * s->ha, inertia = s->af * s->hh - s->hf * s->ha;

    if (s->hh * s->aa - s->ha * s->ha <= 1e-9 || rise <= 0.0 || inertia <= 0.0)
        return 0.0;
    return inertia > INERTIA_S2 * rise ? INERTIA_S2 : inertia / rise;
}

/* Level, rise and inertia by least squares, for the guess's shape, begin and length. */
static void solve(const struct rise_bins *bins, struct guess *guess)
{
    guess->inertia = 0.0;
    struct sums s = sum_up(bins, guess);
    double k = inertia_of(&s), var = s.hh + 2.0 * k * s.ha + k * k * s.aa, cov = s.hf + k * s.af;

    guess->inertia = k;
    guess->rise = var > 1e-9 ? cov / var : 0.0;
    guess->sse = bins->square_n2 - guess->rise * cov;
    if (guess->sse < 0.0)
        guess->sse = 0.0;
}

/* L0 of the best guess; the search has no need of it. */
static double level_of(const struct rise_bins *bins, const struct guess *guess)
{
    return bins->mean_n - guess->rise * sum_up(bins, guess).h / bins->n;
}

static void better(const struct rise_bins *bins, struct guess guess, struct guess *best)
{
    double end_s = bins->t_s[bins->n - 1];

    if (guess.begin_s < BEGIN_LO_S || guess.begin_s > BEGIN_HI_S || guess.move_s < MOVE_MIN_S ||
        guess.begin_s + guess.move_s > end_s + RISE_BIN_NS / 1e9)
        return;
    solve(bins, &guess);
    if (guess.rise > 0.0 && (best->sse < 0.0 || guess.sse < best->sse))
        *best = guess;
}

/* A coarse grid, then a pattern search that halves its steps where nothing around is better. */
#define COARSE     16
#define ROUNDS     30
#define STEP_MIN_S 0.01 /* the sd is thrice that at least */

static struct guess search(const struct rise_bins *bins, enum fit_shape shape)
{
    double most = bins->t_s[bins->n - 1] - BEGIN_LO_S, step = (most - MOVE_MIN_S) / COARSE, shift = 0.08;
    struct guess best = {.sse = -1.0};

    for (int i = 0; i <= COARSE; i++)
        better(bins, (struct guess){.shape = shape, .move_s = MOVE_MIN_S + step * i}, &best);
    for (int round = 0; best.sse >= 0.0 && round < ROUNDS && step > STEP_MIN_S; round++) {
        struct guess at = best;
        for (int i = -1; i <= 1; i++)
            for (int b = -1; b <= 1; b++) {
                struct guess next = at;
                next.move_s += step * i;
                next.begin_s += shift * b;
                if (i != b) /* later and longer at once is hardly another curve */
                    better(bins, next, &best);
            }
        if (best.sse < at.sse)
            continue;
        step *= 0.5;
        shift *= 0.5;
    }
    return best;
}

/* How far move_s may go, everything else following, before the fit is worse by one sigma: from the curvature. */
static double move_sd_s(const struct rise_bins *bins, const struct guess *best)
{
    double delta = 0.1 * best->move_s, free = bins->n > 12 ? bins->n - 5.0 : 7.0;
    double variance = best->sse / free, curve = 0.0;

    for (int i = -1; i <= 1; i += 2) {
        struct guess least = {.sse = -1.0};
        for (int b = -2; b <= 2; b++) {
            struct guess next = *best;
            next.move_s += delta * i;
            next.begin_s += 0.5 * delta * b;
            solve(bins, &next);
            if (least.sse < 0.0 || next.sse < least.sse)
                least = next;
        }
        curve += (least.sse - best->sse) / square(delta) / 2.0;
    }
    return curve > 1e-12 ? sqrt(variance / curve) : best->move_s;
}

#define DIP_DOUBT 0.2 /* of R: sharper or softer braking than the shape's, which bins of 50 ms blur */
#define U_PARTS   400 /* of a movement: 10 ms of 4 s, interpolated */

static double load_at(const struct guess *guess, double u)
{
    struct fit_load load = load_of(guess->shape, u);

    return load.height + guess->inertia * load.acc / square(guess->move_s);
}

/* u of the crossing of level between part i - 1, below it, and part i. */
static double passes(const struct guess *guess, int i, double level)
{
    double below = load_at(guess, (i - 1.0) / U_PARTS), above = load_at(guess, (double)i / U_PARTS);
    double share = above > below ? (level - below) / (above - below) : 1.0;

    return (i - 1.0 + share) / U_PARTS;
}

/* The first crossing of 90 % after which the load stays above `least`. */
static int top_after(const struct guess *guess, double least)
{
    int high = U_PARTS;

    while (high > 1 && load_at(guess, (high - 1.0) / U_PARTS) >= least)
        high--;
    while (high < U_PARTS && load_at(guess, (double)high / U_PARTS) < 0.9)
        high++;
    return high;
}

/* How low the load swings between the two. */
static double lowest(const struct guess *guess, int from, int to)
{
    double least = 1.0, load;

    for (int i = from; i <= to; i++)
        if ((load = load_at(guess, (double)i / U_PARTS)) < least)
            least = load;
    return least;
}

/*
 * Quick hips swing the load by more than it rises: the top begins with the first 90 % after which it stays above 50. How far
 * it swings is known to DIP_DOUBT only; where that leaves both crossings, the figure is their mean by the odds of each.
 */
static void cross(const struct guess *guess, struct rise_curve *ret)
{
    int low = 1, first = top_after(guess, 0.5 - DIP_DOUBT), last = top_after(guess, 0.5 + DIP_DOUBT);

    while (low < U_PARTS && load_at(guess, (double)low / U_PARTS) < 0.1)
        low++;
    double odds = (0.5 + DIP_DOUBT - lowest(guess, first, last)) / (2.0 * DIP_DOUBT);
    double first_s = passes(guess, first, 0.9), last_s = passes(guess, last, 0.9);
    odds = odds < 0.0 || first == last ? 0.0 : odds > 1.0 ? 1.0 : odds;
    ret->low_s = guess->begin_s + guess->move_s * passes(guess, low, 0.1);
    ret->high_s = guess->begin_s + guess->move_s * (first_s + odds * (last_s - first_s));
    ret->high_var_s2 = odds * (1.0 - odds) * square(guess->move_s * (last_s - first_s));
}

/* Sway is gone in means over 0.3 s; a movement that stopped and went on is not. */
static double misfit(const struct rise_bins *bins, const struct guess *guess, double level_n)
{
    double sum = 0.0, squares = 0.0;
    int n = 0, parts = 0;

    for (int i = 0; i < bins->n; i++) {
        double u = (bins->t_s[i] - guess->begin_s) / guess->move_s;
        sum += bins->f_n[i] - level_n - guess->rise * load_at(guess, u);
        if (++n < MISFIT_BINS && i + 1 < bins->n)
            continue;
        squares += square(sum / n);
        sum = 0.0;
        n = 0;
        parts++;
    }
    return sqrt(squares / parts) / guess->rise;
}

static struct rise_curve curve_of(const struct rise_bins *bins, struct guess best)
{
    double noise_n = best.sse >= 0.0 ? sqrt(best.sse / bins->n) : 0.0;
    struct rise_curve curve = {.tried = true,
                               .found = best.sse >= 0.0 && best.rise > SIGMAS * noise_n / sqrt(bins->n / 4.0)};

    if (!curve.found)
        return curve;
    curve.begin_s = best.begin_s;
    curve.move_s = best.move_s;
    curve.rise_n = best.rise;
    curve.inertia_s2 = best.inertia;
    curve.sse = best.sse;
    curve.level_n = level_of(bins, &best);
    curve.move_sd_s = move_sd_s(bins, &best);
    curve.misfit = misfit(bins, &best, curve.level_n);
    cross(&best, &curve);
    return curve;
}

bool rise_fit(const struct rise_habit *habit, bool down, const struct rise_bins *bins, struct rise_fit *ret)
{
    double least = habit->cost[0];
    bool found = false;

    for (int k = 1; k < FIT_SHAPE_COUNT; k++)
        least = habit->cost[k] < least ? habit->cost[k] : least;
    ret->n = bins->n;
    ret->sample_s = bins->sample_s;
    ret->end_s = bins->t_s[bins->n - 1];
    for (int k = 0; k < FIT_SHAPE_COUNT; k++) {
        enum fit_shape shape = down ? fit_edge_mirror((enum fit_shape)k) : (enum fit_shape)k;
        bool tried = RISE_MEMORY * (habit->cost[k] - least) < RULED_OUT;
        ret->curve[shape] = (struct rise_curve){.tried = tried};
        if (!tried)
            continue;
        ret->curve[shape] = curve_of(bins, search(bins, shape));
        found = found || ret->curve[shape].found;
    }
    return found;
}

const struct rise_curve *rise_fit_likeliest(const struct rise_fit *fit)
{
    const struct rise_curve *best = &fit->curve[0];

    for (int shape = 1; shape < FIT_SHAPE_COUNT; shape++)
        if (fit->curve[shape].found && (!best->found || fit->curve[shape].sse < best->sse))
            best = &fit->curve[shape];
    return best;
}

double rise_fit_end_s(const struct rise_fit *fit)
{
    const struct rise_curve *best = rise_fit_likeliest(fit);

    return best->begin_s + best->move_s;
}
