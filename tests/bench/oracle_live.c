/* SPDX-License-Identifier: MIT */
/* How soon a change of phase can be told at best; oracle.h says by whom. */
#include "tests/bench/oracle.h"

#include <math.h>
#include <string.h>

#define BLOCK_S  0.025
#define BEFORE_S 2.0 /* what is seen before the movement */
#define AFTER_S  1.2 /* and after it */
#define STARTS   250 /* the movement may begin any 40 ms of ten seconds, one as likely as the other */
#define START_S  0.04
#define NEVER_S  3.0
#define FAR_S    1e6

/* The movement of change `which` begins at start_s; the other one is far away. */
static struct oracle_rep begun(const struct oracle_rep *rep, int which, double start_s)
{
    struct oracle_rep ret = *rep;
    int s = which < 2 ? 0 : 2;
    double far = which < 2 ? FAR_S : -FAR_S;
    ret.at[s] = start_s;
    ret.at[s + 1] = start_s + rep->at[s + 1] - rep->at[s];
    ret.at[2 - s] = far;
    ret.at[3 - s] = far + 1;
    return ret;
}

/* A start's movement as the blocks see it beyond one that never begins, whitened; 0 up to its first block. */
struct trial {
    struct oracle_rep rep;
    double x[ORACLE_BLOCKS];
    double cost;
    int first;
};

/* Share of the starts' likelihoods for which the change lies before t_s. */
static double passed(const struct trial *trials, double from_s, double off_s, double t_s)
{
    double least = trials[0].cost, all = 0, yes = 0;
    for (int g = 1; g < STARTS; g++)
        least = trials[g].cost < least ? trials[g].cost : least;
    for (int g = 0; g < STARTS; g++) {
        double w = exp(least - trials[g].cost);
        all += w;
        yes += from_s + g * START_S + off_s <= t_s ? w : 0;
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

/* When the change is more likely to have happened than not, after from_s; never_n: the force if nothing ever moves. */
static double told_s(const struct oracle *oracle, struct trial *trials, const double *y, int n, double from_s,
                     double never_n, double off_s)
{
    double width_s = oracle_width_s(oracle, BLOCK_S);
    for (int k = 0; k < n; k++) {
        double t_s = oracle->last_s[k] + oracle->delay_s; /* now: what began since then has not been seen yet */
        for (int g = 0; g < STARTS; g++)
            take_block(oracle, &trials[g], k, width_s, never_n, y[k]);
        if (passed(trials, from_s, off_s, t_s) >= 0.5)
            return t_s;
    }
    return NEVER_S + FAR_S;
}

static double live_error(struct oracle *oracle, const struct oracle_rep *rep, int which, double hand_n, double from_s)
{
    static double y[ORACLE_BLOCKS];
    static struct trial trials[STARTS];
    double start_s = rep->at[which < 2 ? 0 : 2], end_s = rep->at[which < 2 ? 1 : 3];
    double change_s = oracle_crossing(rep, which), never_n = which < 2 ? 0 : rep->amp_n;
    if (start_s - from_s > BEFORE_S)
        from_s = start_s - BEFORE_S;
    if (which >= 2 && from_s < rep->at[1])
        from_s = rep->at[1];
    double block_s = oracle_block_s(oracle, BLOCK_S), width_s = oracle_width_s(oracle, BLOCK_S);
    int n = (int)((end_s - from_s + AFTER_S) / block_s);
    if (n > ORACLE_BLOCKS)
        n = ORACLE_BLOCKS;
    if (change_s < 0 || !oracle_means(oracle, from_s, block_s, n, y))
        return NAN;
    for (int k = 0; k < n; k++)
        y[k] -= never_n;
    oracle_noise(oracle, hand_n, block_s, n);
    oracle_whiten(oracle, n, y);
    for (int g = 0; g < STARTS; g++) {
        trials[g].rep = begun(rep, which, from_s + g * START_S);
        double first = (g * START_S - width_s / 2) / block_s - 1;
        trials[g].first = first > 0 ? (int)first : 0;
        trials[g].cost = 0;
    }
    double at_s = told_s(oracle, trials, y, n, from_s, never_n, change_s - start_s);
    return at_s < FAR_S ? at_s - change_s : NEVER_S;
}

void oracle_live(struct oracle *oracle, const struct oracle_rep *rep, double hand_n, double from_s)
{
    for (int which = 0; which < ORACLE_MOVES; which++)
        oracle->error[FIGURE_LIVE_CON + which] = live_error(oracle, rep, which, hand_n, from_s);
}
