/* SPDX-License-Identifier: MIT */
/* How soon a change of phase can be told at best; oracle.h says by whom. */
#include "tests/bench/oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BEFORE_S 2.0 /* what is seen before the movement */
#define AFTER_S  1.2 /* and after it */
#define STARTS   200 /* the movement may begin any 50 ms of ten seconds, one as likely as the other */
#define START_S  0.05
#define NEVER_S  3.0
#define LATE_S   0.3   /* from then on what has not been told is wrong, as it is of the station */
#define LENGTHS  3     /* how long the movement takes: nobody knows better than their patient's skill */
#define LENGTH   1.225 /* sds, of three as likely ones with a variance of 1 */
#define TRIALS   (STARTS * LENGTHS)
#define SURELY   40.0 /* a likelihood of exp(-40) is none */

static const double cautions[ORACLE_CAUTIONS] = {0.05, 0.1, 0.2, 0.35, 0.5};

/* A movement of each length, begun at each start: as the blocks see it, whitened, and how badly it explains them. */
struct trials {
    const struct oracle_course *lengths[LENGTHS];
    double from_s; /* of the first start */
    double x[ORACLE_BLOCKS][TRIALS];
    int begun[ORACLE_BLOCKS]; /* starts whose movement the block can feel; the others' x are 0 */
    double cost[TRIALS], change_s[TRIALS];
};

/* Share of the trials' likelihoods for which the change lies before t_s. */
static double passed(const struct trials *trials, double t_s)
{
    double least = trials->cost[0], all = 0, yes = 0;
    for (int g = 1; g < TRIALS; g++)
        least = fmin(least, trials->cost[g]);
    for (int g = 0; g < TRIALS; g++) {
        double more = trials->cost[g] - least, w = more < SURELY ? exp(-more) : 0;
        all += w;
        yes += trials->change_s[g] <= t_s ? w : 0;
    }
    return yes / all;
}

static int starts_begun(const struct oracle *oracle, const struct trials *trials, int k)
{
    double lead_s = 0, t_s = oracle->at_s[k] + oracle->spread_s[k] / 2 - trials->from_s;
    for (int l = 0; l < LENGTHS; l++)
        lead_s = fmax(lead_s, trials->lengths[l]->lead_s);
    double n = (t_s + lead_s) / START_S + 1;
    return n < 0 ? 0 : n < STARTS ? (int)n : STARTS;
}

/* Block k of all trials: what is new in it beyond the blocks before. */
static void take_block(const struct oracle *oracle, struct trials *trials, int k, double y)
{
    double *x = trials->x[k];
    trials->begun[k] = starts_begun(oracle, trials, k);
    for (int l = 0; l < LENGTHS; l++) {
        double before = course_before(trials->lengths[l]), *of = x + l * STARTS;
        for (int g = 0; g < trials->begun[k]; g++)
            of[g] = course_at(trials->lengths[l], oracle->at_s[k] - trials->from_s - g * START_S, oracle->spread_s[k]) -
                    before;
        for (int j = 0; j < k; j++) {
            const double *earlier = trials->x[j] + l * STARTS, share = oracle->factor[k][j];
            for (int g = 0; g < trials->begun[j]; g++)
                of[g] -= share * earlier[g];
        }
        for (int g = 0; g < STARTS; g++) {
            of[g] = g < trials->begun[k] ? of[g] / oracle->factor[k][k] : 0;
            trials->cost[l * STARTS + g] += (y - of[g]) * (y - of[g]) / 2;
        }
    }
}

/* Until the next block's end: it was told before it happened, or is not told although it has. */
static double wrong_s(bool told, double from_s, double to_s)
{
    double begin_s = told ? from_s : fmax(from_s, LATE_S), end_s = told ? fmin(to_s, 0) : to_s;
    return fmax(end_s - begin_s, 0);
}

/*
 * How late it is told that the change is as likely to have happened as each caution asks. It may be taken back and told
 * again: the nearest time counts, and that which it was wrong for, as they do of the station.
 */
static void told_late_s(struct oracle *oracle, struct trials *trials, const double *y, int n, double change_s,
                        double ret[ORACLE_CAUTIONS])
{
    double last = 0;
    for (int i = 0; i < ORACLE_CAUTIONS; i++)
        ret[i] = NEVER_S;
    for (int k = 0; k < n; k++) {
        /* What began since then has not been seen yet. */
        double late_s = oracle->last_s[k] + oracle_delay_s(oracle) - change_s;
        take_block(oracle, trials, k, y[k]);
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

/* The change `which` of one of the movements: con or top, ecc or bottom. */
static bool live_errors(struct oracle *oracle, struct trials *trials, int which, double from_s)
{
    static double y[ORACLE_BLOCKS];
    const struct oracle_rep *rep = &oracle->reps[1];
    int way = which / 2;
    double start_s = rep->at[2 * way], change_s = start_s + rep->ways[way].change_s[which % 2];
    from_s = fmax(from_s, start_s - BEFORE_S);
    if (way == 1)
        from_s = fmax(from_s, rep->at[1]);
    int n = (int)((rep->at[2 * way + 1] - from_s + AFTER_S) / oracle_block_s(oracle));
    n = n < ORACLE_BLOCKS ? n : ORACLE_BLOCKS;
    if (isnan(change_s) || !oracle_means(oracle, from_s, n, y))
        return false;
    for (int k = 0; k < n; k++)
        y[k] -= oracle_expects(oracle, k, way);
    oracle_noise(oracle, n);
    oracle_whiten(oracle, n, y);
    trials->from_s = from_s;
    for (int l = 0; l < LENGTHS; l++)
        for (int g = 0; g < STARTS; g++) {
            trials->cost[l * STARTS + g] = 0;
            trials->change_s[l * STARTS + g] = from_s + g * START_S + trials->lengths[l]->change_s[which % 2];
        }
    told_late_s(oracle, trials, y, n, change_s, oracle->live[which]);
    return true;
}

/* The movement at hand, and two as likely ones that take less and more time. */
static bool lengths_of(struct oracle *oracle, int way, struct oracle_course other[2], struct trials *ret)
{
    const struct oracle_rep *rep = &oracle->reps[1];
    double skill = oracle->patient.setup.skill_milli / 1000.0;
    ret->lengths[1] = &rep->ways[way];
    for (int l = 0; l < LENGTHS; l += 2) {
        double length_s = (rep->ways[way].length_s - rep->rest_s) * (1 + (l - 1) * LENGTH * skill) + rep->rest_s;
        if (!course_play(&oracle->patient, rep, way == 0, length_s, oracle_width_s(oracle), &other[l / 2]))
            return false;
        ret->lengths[l] = &other[l / 2];
    }
    return true;
}

void oracle_live(struct oracle *oracle, double from_s)
{
    static struct trials trials;
    static struct oracle_course other[2];
    bool all = true;
    memset(oracle->wrong_s, 0, sizeof oracle->wrong_s);
    for (int which = 0; which < ORACLE_MOVES; which++) {
        bool lengths = which % 2 == 1 || lengths_of(oracle, which / 2, other, &trials);
        if (lengths && live_errors(oracle, &trials, which, from_s))
            oracle->error[FIGURE_LIVE_CON + which] = oracle->live[which][0];
        else
            all = false;
    }
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
