/* SPDX-License-Identifier: MIT */
/* How soon a change of phase can be told at best; oracle.h says by whom. */
#include "tests/bench/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_S  0.05
#define BEFORE_S 2.0 /* what is seen before the movement */
#define AFTER_S  1.2 /* and after it */
#define STARTS   200 /* the movement may begin any 50 ms of ten seconds, one as likely as the other */
#define START_S  0.05
#define NEVER_S  3.0
#define FAR_S    1e6
#define LATE_S   0.3   /* from then on what has not been told is wrong, as it is of the station */
#define LENGTHS  3     /* how long the movement takes: nobody knows better than their patient's skill */
#define LENGTH   1.225 /* sds, of three as likely ones with a variance of 1 */
#define TRIALS   (STARTS * LENGTHS)

static const double cautions[ORACLE_CAUTIONS] = {0.05, 0.1, 0.2, 0.35, 0.5};

/* The movement of change `which` begins at start_s and takes `share` of its time; the other one is far away. */
static struct oracle_rep begun(const struct oracle_rep *rep, int which, double start_s, double share)
{
    struct oracle_rep ret = *rep;
    int s = which < 2 ? 0 : 2;
    double far = which < 2 ? FAR_S : -FAR_S;
    ret.at[s] = start_s;
    ret.at[s + 1] = start_s + share * (rep->at[s + 1] - rep->at[s]);
    ret.at[2 - s] = far;
    ret.at[3 - s] = far + 1;
    return ret;
}

/* A start's movement as the blocks see it beyond one that never begins, whitened; 0 up to its first block. */
struct trial {
    struct oracle_rep rep;
    double x[ORACLE_BLOCKS];
    double cost;
    double change_s;
    int first;
};

/* Share of the trials' likelihoods for which the change lies before t_s. */
static double passed(const struct trial *trials, double t_s)
{
    double least = trials[0].cost, all = 0, yes = 0;
    for (int g = 1; g < TRIALS; g++)
        least = trials[g].cost < least ? trials[g].cost : least;
    for (int g = 0; g < TRIALS; g++) {
        double w = exp(least - trials[g].cost);
        all += w;
        yes += trials[g].change_s <= t_s ? w : 0;
    }
    return yes / all;
}

static void take_block(const struct oracle *oracle, struct trial *trial, int k, double width_s, double never_n,
                       double y)
{
    if (k < trial->first)
        trial->x[k] = 0;
    else {
        trial->x[k] = oracle_mean_force(&trial->rep, oracle->at_s[k], width_s) - never_n;
        for (int j = trial->first; j < k; j++)
            trial->x[k] -= oracle->factor[k][j] * trial->x[j];
        trial->x[k] /= oracle->factor[k][k];
    }
    trial->cost += (y - trial->x[k]) * (y - trial->x[k]) / 2;
}

/* Until the next block's end: it was told before it happened, or is not told although it has. */
static double wrong_s(bool told, double from_s, double to_s)
{
    double begin_s = told ? from_s : fmax(from_s, LATE_S), end_s = told ? fmin(to_s, 0) : to_s;
    return fmax(end_s - begin_s, 0);
}

/*
 * How late it is told that the change is as likely to have happened as each caution asks; never_n: the force if nothing
 * ever moves. It may be taken back and told again: the nearest time counts, and that which it was wrong for, as they do
 * of the station.
 */
static void told_late_s(struct oracle *oracle, struct trial *trials, const double *y, int n, double never_n,
                        double change_s, double ret[ORACLE_CAUTIONS])
{
    double width_s = oracle_width_s(oracle, BLOCK_S), last = 0;
    for (int i = 0; i < ORACLE_CAUTIONS; i++)
        ret[i] = NEVER_S;
    for (int k = 0; k < n; k++) {
        double late_s =
            oracle->last_s[k] + oracle->delay_s - change_s; /* what began since then has not been seen yet */
        for (int g = 0; g < TRIALS; g++)
            take_block(oracle, &trials[g], k, width_s, never_n, y[k]);
        double share = passed(trials, late_s + change_s);
        double next_s = k + 1 < n ? late_s + oracle->last_s[k + 1] - oracle->last_s[k] : late_s;
        for (int i = 0; i < ORACLE_CAUTIONS; i++)
            oracle->wrong_s[i] += wrong_s(share >= cautions[i], late_s, next_s);
        for (int i = 0; i < ORACLE_CAUTIONS; i++)
            if (last < cautions[i] && share >= cautions[i] && fabs(late_s) < fabs(ret[i]))
                ret[i] = late_s;
        last = share;
    }
}

/* When the movement passes the level of the change, after its start, if it takes `share` of its time. */
static double after_s(const struct oracle_rep *rep, int which, double share)
{
    struct oracle_rep other = begun(rep, which, 0, share);
    return oracle_crossing(&other, which);
}

static void begin_trials(const struct oracle *oracle, const struct oracle_rep *rep, int which, double from_s,
                         struct trial *trials)
{
    double block_s = oracle_block_s(oracle, BLOCK_S), width_s = oracle_width_s(oracle, BLOCK_S);
    double skill = rep->patient->skill_milli / 1000.0;
    for (int l = 0; l < LENGTHS; l++) {
        double share = 1 + (l - 1) * LENGTH * skill, off_s = after_s(rep, which, share);
        for (int g = 0; g < STARTS; g++) {
            struct trial *trial = &trials[l * STARTS + g];
            double first = (g * START_S - width_s / 2) / block_s - 1;
            trial->rep = begun(rep, which, from_s + g * START_S, share);
            trial->change_s = from_s + g * START_S + off_s;
            trial->first = first > 0 ? (int)first : 0;
            trial->cost = 0;
        }
    }
}

static bool live_errors(struct oracle *oracle, const struct oracle_rep *rep, int which, double hand_n, double from_s)
{
    static double y[ORACLE_BLOCKS];
    static struct trial trials[TRIALS];
    double start_s = rep->at[which < 2 ? 0 : 2], end_s = rep->at[which < 2 ? 1 : 3];
    double change_s = oracle_crossing(rep, which), never_n = which < 2 ? 0 : rep->amp_n;
    if (start_s - from_s > BEFORE_S)
        from_s = start_s - BEFORE_S;
    if (which >= 2 && from_s < rep->at[1])
        from_s = rep->at[1];
    double block_s = oracle_block_s(oracle, BLOCK_S);
    int n = (int)((end_s - from_s + AFTER_S) / block_s);
    if (n > ORACLE_BLOCKS)
        n = ORACLE_BLOCKS;
    if (change_s < 0 || !oracle_means(oracle, from_s, block_s, n, y))
        return false;
    for (int k = 0; k < n; k++)
        y[k] -= never_n;
    oracle_noise(oracle, hand_n, block_s, n);
    oracle_whiten(oracle, n, y);
    begin_trials(oracle, rep, which, from_s, trials);
    told_late_s(oracle, trials, y, n, never_n, change_s, oracle->live[which]);
    return true;
}

void oracle_live(struct oracle *oracle, const struct oracle_rep *rep, double hand_n, double from_s)
{
    bool all = true;
    memset(oracle->wrong_s, 0, sizeof oracle->wrong_s);
    for (int which = 0; which < ORACLE_MOVES; which++)
        if (live_errors(oracle, rep, which, hand_n, from_s))
            oracle->error[FIGURE_LIVE_CON + which] = oracle->live[which][0];
        else
            all = false;
    if (all && oracle->cycle_s > 0)
        oracle->error[FIGURE_LIVE_WRONG] = oracle->wrong_s[0] / oracle->cycle_s;
}

void oracle_live_add(struct oracle *oracle, enum figure_kind kind)
{
    int which = (int)kind - FIGURE_LIVE_CON;
    for (int i = 0; i < ORACLE_CAUTIONS; i++)
        if (kind == FIGURE_LIVE_WRONG)
            figure_add(&oracle->wrong[i], oracle->wrong_s[i] / oracle->cycle_s);
        else
            figure_add(&oracle->cautious[which][i], oracle->live[which][i]);
}

/* Of changes the ninth of ten is to be soon; of time all of it counts. */
static double how_bad(struct figure *figure, enum figure_kind kind)
{
    struct figure_summary s = figure_summary(figure);
    return kind == FIGURE_LIVE_WRONG ? s.bias : s.p90;
}

static void pick_best(struct figure *all, enum figure_kind kind, struct figure *ret)
{
    int best = 0;
    for (int i = 1; i < ORACLE_CAUTIONS; i++)
        best = how_bad(&all[i], kind) < how_bad(&all[best], kind) ? i : best;
    for (int i = 0; i < ORACLE_CAUTIONS; i++) {
        if (i == best)
            *ret = all[i];
        else
            free(all[i].v);
        all[i] = (struct figure){0};
    }
}

void oracle_live_best(struct oracle *oracle)
{
    for (int which = 0; which < ORACLE_MOVES; which++)
        pick_best(oracle->cautious[which], (enum figure_kind)(FIGURE_LIVE_CON + which),
                  &oracle->best[FIGURE_LIVE_CON + which]);
    pick_best(oracle->wrong, FIGURE_LIVE_WRONG, &oracle->best[FIGURE_LIVE_WRONG]);
}
