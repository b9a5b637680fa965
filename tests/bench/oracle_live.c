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
#define PARTS    3
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

/* Share of the starts' likelihoods for which the change lies before t_s. */
static double passed(const double *cost, double from_s, double off_s, double t_s)
{
    double least = cost[0], all = 0, yes = 0;
    for (int g = 1; g < STARTS; g++)
        least = cost[g] < least ? cost[g] : least;
    for (int g = 0; g < STARTS; g++) {
        double w = exp(least - cost[g]);
        all += w;
        yes += from_s + g * START_S + off_s <= t_s ? w : 0;
    }
    return yes / all;
}

static double live_error(struct oracle *oracle, const struct oracle_rep *rep, int which, double hand_n, double from_s)
{
    static double y[ORACLE_BLOCKS], x[STARTS][ORACLE_BLOCKS], cost[STARTS];
    double start_s = rep->at[which < 2 ? 0 : 2], end_s = rep->at[which < 2 ? 1 : 3];
    double change_s = oracle_crossing(rep, which);
    if (start_s - from_s > BEFORE_S)
        from_s = start_s - BEFORE_S;
    if (which >= 2 && from_s < rep->at[1])
        from_s = rep->at[1];
    int n = (int)((end_s - from_s + AFTER_S) / BLOCK_S);
    if (n > ORACLE_BLOCKS)
        n = ORACLE_BLOCKS;
    if (change_s < 0 || !oracle_means(oracle, from_s, BLOCK_S, n, y))
        return NAN;
    oracle_noise(oracle, hand_n, BLOCK_S, n);
    oracle_whiten(oracle, n, y);
    for (int g = 0; g < STARTS; g++) {
        struct oracle_rep at = begun(rep, which, from_s + g * START_S);
        for (int k = 0; k < n; k++) {
            x[g][k] = 0;
            for (int i = 0; i < PARTS; i++)
                x[g][k] += oracle_force(&at, from_s + (k + (i + 0.5) / PARTS) * BLOCK_S) / PARTS;
        }
        oracle_whiten(oracle, n, x[g]);
        cost[g] = 0;
    }
    for (int k = 0; k < n; k++) {
        double t_s = from_s + (k + 1) * BLOCK_S;
        for (int g = 0; g < STARTS; g++)
            cost[g] += (y[k] - x[g][k]) * (y[k] - x[g][k]) / 2;
        if (passed(cost, from_s, change_s - start_s, t_s) >= 0.5)
            return t_s + oracle->delay_s - change_s;
    }
    return NEVER_S;
}

void oracle_live(struct oracle *oracle, const struct oracle_rep *rep, double hand_n, double from_s)
{
    for (int which = 0; which < ORACLE_MOVES; which++) {
        double error_s = live_error(oracle, rep, which, hand_n, from_s);
        if (!isnan(error_s))
            figure_add(&oracle->figures[FIGURE_LIVE_CON + which], error_s);
    }
}
