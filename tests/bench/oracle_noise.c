/* SPDX-License-Identifier: MIT */
/* Blocks of samples, and what sway, hand and converter add to them; oracle.h. */
#include "tests/bench/oracle.h"

#include <math.h>

#define HAND_TAU_S   2.0  /* of what wanders */
#define HAND_STEPS   0.25 /* of the variance: takes hold anew every GRIP_MIN_S to GRIP_MAX_S */
#define GRIP_MIN_S   5.0
#define GRIP_MAX_S   20.0
#define PARTS        5   /* a block's mean, from so many points */
#define SURE_PERIODS 1.1 /* samples are not quite even */
#define AVERAGED     4   /* periods, by such converters */

double oracle_width_s(const struct oracle *oracle)
{
    return AVERAGED * oracle->period_s;
}

double oracle_delay_s(const struct oracle *oracle)
{
    return oracle_width_s(oracle) / 2;
}

double oracle_block_s(const struct oracle *oracle)
{
    return fmax(ORACLE_BLOCK_S, SURE_PERIODS * oracle->period_s);
}

bool oracle_means(struct oracle *oracle, double from_s, int n, double *ret)
{
    double block_s = oracle_block_s(oracle);
    int lo = 0, hi = oracle->n;
    while (lo < hi) { /* the first sample of the first block */
        int mid = (lo + hi) / 2;
        if (oracle->t[mid] < from_s)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (int k = 0, i = lo; k < n; k++) {
        int count = 0;
        ret[k] = oracle->at_s[k] = 0;
        for (; i < oracle->n && oracle->t[i] < from_s + (k + 1) * block_s; i++, count++) {
            ret[k] += oracle->f[i];
            oracle->at_s[k] += oracle->t[i];
        }
        if (count == 0)
            return false;
        ret[k] /= count;
        oracle->at_s[k] /= count;
        oracle->last_s[k] = oracle->t[i - 1];
        oracle->spread_s[k] = oracle->period_s * sqrt((double)count * count - 1); /* the same variance in time */
    }
    return true;
}

/* Autocorrelation of a resonance at 4.5 Hz, 2 Hz wide. */
static double sway_at(double s)
{
    double fall = M_PI * 2, turn = 2 * M_PI * 4.5;
    return exp(-fall * s) * (cos(turn * s) + fall / turn * sin(turn * s));
}

/* The same hold then as now: of stretches that are as often of any length between the two. */
static double same_grip(double s)
{
    double mean = (GRIP_MIN_S + GRIP_MAX_S) / 2, left = GRIP_MAX_S - s;
    if (s < GRIP_MIN_S)
        return 1 - s / mean;
    return left > 0 ? left * left / (2 * (GRIP_MAX_S - GRIP_MIN_S) * mean) : 0;
}

static double hand_at(double s)
{
    return (1 - HAND_STEPS) * exp(-s / HAND_TAU_S) + HAND_STEPS * same_grip(s);
}

static double covariance(const struct oracle *oracle, int k)
{
    double sway = oracle->sway_n, hand = oracle->hand_n, block_s = oracle_block_s(oracle);
    double width_s = fmax(block_s, oracle_width_s(oracle));
    double shared = 1 - block_s * k / width_s; /* of the converter's noise, with the block so far before */
    double cov = shared > 0 ? shared * (0.01 + 0.001 * sway * sway) : 0;
    for (int i = 0; i < PARTS * PARTS; i++) {
        double s = fabs(block_s * k + width_s * (i % PARTS - i / PARTS) / PARTS);
        cov += (sway * sway * sway_at(s) + (hand > 0 ? hand * hand * hand_at(s) : 0)) / (PARTS * PARTS);
    }
    return cov;
}

void oracle_noise(struct oracle *oracle, int n)
{
    static double cov[ORACLE_BLOCKS];
    if (n <= oracle->factored)
        return;
    for (int k = 0; k < n; k++)
        cov[k] = covariance(oracle, k);
    for (int i = oracle->factored; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double sum = cov[i - j];
            for (int k = 0; k < j; k++)
                sum -= oracle->factor[i][k] * oracle->factor[j][k];
            oracle->factor[i][j] = i == j ? sqrt(sum) : sum / oracle->factor[j][j];
        }
    oracle->factored = n;
}

void oracle_whiten(const struct oracle *oracle, int n, double *x)
{
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++)
            x[i] -= oracle->factor[i][k] * x[k];
        x[i] /= oracle->factor[i][i];
    }
}

double oracle_expects(const struct oracle *oracle, int k, int without)
{
    const struct oracle_rep *before = &oracle->reps[0], *rep = &oracle->reps[1], *after = &oracle->reps[2];
    double t = oracle->at_s[k], spread_s = oracle->spread_s[k], n = course_before(&rep->ways[0]);
    for (int w = 0; w < 2; w++)
        if (w != without)
            n += course_at(&rep->ways[w], t - rep->at[2 * w], spread_s) - course_before(&rep->ways[w]);
    if (before->set == rep->set)
        n += course_at(&before->ways[1], t - before->at[2], spread_s) - course_after(&before->ways[1]);
    if (after->set == rep->set)
        n += course_at(&after->ways[0], t - after->at[0], spread_s) - course_before(&after->ways[0]);
    return n;
}
