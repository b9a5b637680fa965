/* SPDX-License-Identifier: MIT */
/* See set_trend.h. */
#include "daemon/core/set/set_trend.h"

#include "daemon/core/fixed.h"

static void add(struct set_trend *trend, int64_t value)
{
    if (trend->n < TREND_REPS)
        trend->first[trend->n] = value;
    for (int i = TREND_REPS - 1; i > 0; i--)
        trend->last[i] = trend->last[i - 1];
    trend->last[0] = value;
    trend->n++;
}

static void add_force(struct set_trend *trend, int64_t mean_mn)
{
    if (mean_mn == ABSENT)
        return;
    trend->force_sum_mn += mean_mn;
    trend->force_n++;
}

void trend_rep(struct set_trend *trend, const struct rep_data *rep, int64_t rest_mn)
{
    const struct phase_time *con = &rep->phases[PHASE_CON], *top = &rep->phases[PHASE_TOP],
                            *ecc = &rep->phases[PHASE_ECC];

    add(trend, rep->end_ns - rep->start_ns);
    add_force(trend, rep->mean_mn == ABSENT ? ABSENT : rep->mean_mn + rest_mn);
    if (con->move_ns == ABSENT || top->move_ns == ABSENT || ecc->move_ns == ABSENT)
        return;
    trend->tut_ns += con->move_ns + top->move_ns + ecc->move_ns;
    trend->tut_n++;
}

void trend_hold(struct set_trend *trend, const struct hold_data *hold, bool own_rest)
{
    if (hold->mean_mn == ABSENT)
        return;
    add(trend, hold->mean_mn);
    add_force(trend, own_rest ? hold->mean_mn : ABSENT);
}

static int64_t median(const int64_t values[TREND_REPS])
{
    int64_t low = fixed_min(values[0], values[1]), high = fixed_max(values[0], values[1]);

    return fixed_clamp(values[2], low, high);
}

int64_t trend_fatigue(const struct set_trend *trend, bool hold)
{
    int64_t first, last;

    if (trend->n < 2 * (hold ? 1 : TREND_REPS))
        return ABSENT;
    /* In microseconds or millinewtons the product stays far below 2^63. */
    first = hold ? trend->first[0] : median(trend->first) / 1000;
    last = hold ? trend->last[0] : median(trend->last) / 1000;
    return first > 0 ? fixed_div(100000 * (first - last), first) : ABSENT;
}

int64_t trend_tut_target_ns(const struct set_trend *trend, const struct dose *dose)
{
    const int32_t *tempo = dose->tempo_ms;

    if (trend->tut_n == 0 || trend->tut_n < trend->n || dose->ecc_only || tempo[PHASE_CON] < 0 ||
        tempo[PHASE_TOP] < 0 || tempo[PHASE_ECC] < 0)
        return ABSENT;
    return trend->tut_n * ((int64_t)tempo[PHASE_CON] + tempo[PHASE_TOP] + tempo[PHASE_ECC]) * NS_PER_MS;
}

int trend_tut_in_tolerance(const struct set_trend *trend, const struct dose *dose)
{
    int64_t target_ns = trend_tut_target_ns(trend, dose);
    int64_t error_ns;

    if (target_ns == ABSENT || target_ns == 0)
        return -1;
    error_ns = trend->tut_ns > target_ns ? trend->tut_ns - target_ns : target_ns - trend->tut_ns;
    return 100 * error_ns <= dose->tut_tol_pct * target_ns;
}

int64_t trend_asymmetry(const struct side_force *left, const struct side_force *right)
{
    int64_t l, r;

    if (left->n == 0 || right->n == 0)
        return ABSENT;
    l = left->sum_mn / left->n;
    r = right->sum_mn / right->n;
    if (l <= 0 || r <= 0)
        return ABSENT;
    return l < r ? -fixed_div(100000 * (r - l), r) : fixed_div(100000 * (l - r), l);
}
