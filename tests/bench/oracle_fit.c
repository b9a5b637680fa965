/* SPDX-License-Identifier: MIT */
/* The breakpoints that explain a rep's samples best; oracle.h. */
#include "tests/bench/oracle.h"

#include <math.h>
#include <string.h>

#define D_S        0.01 /* of the differences */
#define UNKNOWNS   5    /* of each way its begin and its length; and how long the pause half-way is */
#define BLOCKS_MIN 8

/* What a way becomes when its length, or its pause, is a little more and a little less. */
struct slope {
    double step_s; /* between the two */
    struct oracle_course more, less;
};

/* Gauss and Jordan, no pivoting: the matrix is positive definite. */
static void solve(double m[UNKNOWNS][UNKNOWNS + 1], int n)
{
    for (int p = 0; p < n; p++) {
        for (int q = n; q >= p; q--)
            m[p][q] /= m[p][p];
        for (int r = 0; r < n; r++)
            for (int q = n; r != p && q >= p; q--)
                m[r][q] -= m[r][p] * m[p][q];
    }
}

static bool slope_of_length(struct oracle *oracle, int way, struct slope *ret)
{
    const struct oracle_rep *rep = &oracle->reps[1];
    double length_s = rep->ways[way].length_s, width_s = oracle_width_s(oracle);
    bool fits = course_play(&oracle->patient, rep, way == 0, length_s + D_S, width_s, &ret->more) &&
                course_play(&oracle->patient, rep, way == 0, length_s - D_S, width_s, &ret->less);
    ret->step_s = ret->more.length_s - ret->less.length_s;
    return fits && ret->step_s > 0;
}

/* The way that has a pause keeps its length. */
static bool slope_of_rest(struct oracle *oracle, int way, struct slope *ret)
{
    static struct oracle_rep other;
    const struct oracle_rep *rep = &oracle->reps[1];
    double length_s = rep->ways[way].length_s, width_s = oracle_width_s(oracle);
    other = *rep;
    other.rest_s = rep->rest_s + D_S;
    bool fits = course_play(&oracle->patient, &other, way == 0, length_s, width_s, &ret->more);
    other.rest_s = rep->rest_s - D_S;
    ret->step_s = 2 * D_S;
    return fits && course_play(&oracle->patient, &other, way == 0, length_s, width_s, &ret->less);
}

static double slope_at(const struct slope *slope, double s, double spread_s)
{
    return (course_at(&slope->more, s, spread_s) - course_at(&slope->less, s, spread_s)) / slope->step_s;
}

/* By how much a change moves with the length. */
static double slope_change(const struct slope *slope, int which)
{
    return (slope->more.change_s[which % 2] - slope->less.change_s[which % 2]) / slope->step_s;
}

/* How the force goes with each unknown, block by block. */
static void differentiate(const struct oracle *oracle, const struct slope slopes[3], int unknowns, int rests, int n,
                          double j[UNKNOWNS][ORACLE_BLOCKS])
{
    const struct oracle_rep *rep = &oracle->reps[1];
    for (int k = 0; k < n; k++) {
        double spread_s = oracle->spread_s[k];
        for (int w = 0; w < 2; w++) {
            double s = oracle->at_s[k] - rep->at[2 * w];
            j[2 * w][k] =
                (course_at(&rep->ways[w], s - D_S, spread_s) - course_at(&rep->ways[w], s + D_S, spread_s)) / (2 * D_S);
            j[2 * w + 1][k] = slope_at(&slopes[w], s, spread_s);
        }
        if (unknowns == UNKNOWNS)
            j[UNKNOWNS - 1][k] = slope_at(&slopes[2], oracle->at_s[k] - rep->at[2 * rests], spread_s);
    }
}

static void least_squares(const double *y, double j[UNKNOWNS][ORACLE_BLOCKS], int unknowns, int n, double ret[UNKNOWNS])
{
    double m[UNKNOWNS][UNKNOWNS + 1] = {0};
    for (int p = 0; p < unknowns; p++)
        for (int k = 0; k < n; k++) {
            for (int q = 0; q < unknowns; q++)
                m[p][q] += j[p][k] * j[q][k];
            m[p][unknowns] += j[p][k] * y[k];
        }
    solve(m, unknowns);
    for (int p = 0; p < UNKNOWNS; p++)
        ret[p] = p < unknowns ? m[p][unknowns] : 0;
}

/* off: of begin and length, up and down, and of the pause. */
static void judge(struct oracle *oracle, const struct slope slopes[3], int rests, const double off[UNKNOWNS])
{
    const struct oracle_rep *rep = &oracle->reps[1];
    enum body_kind kind = oracle->patient.body.kind;
    double is[ORACLE_MOVES], late[ORACLE_MOVES];
    for (int p = 0; p < ORACLE_MOVES; p++) {
        int w = p / 2;
        is[p] = rep->at[2 * w] + rep->ways[w].change_s[p % 2];
        late[p] = off[2 * w] + off[2 * w + 1] * slope_change(&slopes[w], p);
        if (rep->rest_s > 0 && w == rests)
            late[p] += off[UNKNOWNS - 1] * slope_change(&slopes[2], p);
        if (isnan(is[p]) || isnan(late[p]))
            return;
    }
    for (int p = 0; p < 3; p++)
        oracle->error[FIGURE_CON + p] = late[p + 1] - late[p];
    if (kind == BODY_STEP)
        oracle->error[FIGURE_ECC_QUICK] = oracle->error[FIGURE_ECC_SLOW] = oracle->error[FIGURE_ECC];
    oracle->error[FIGURE_CON_MOVE] = off[1];
    oracle->error[FIGURE_ECC_MOVE] = off[3];
    if (kind == BODY_THRUST) /* its rep is from pelvis off to pelvis down, its tension is longer than that */
        oracle->error[FIGURE_REP] = (off[2] + off[3] - off[0]) / (rep->at[3] - rep->at[0]);
    else /* time under tension lies between the same two crossings */
        oracle->error[FIGURE_REP] = oracle->error[FIGURE_TUT] = (late[3] - late[0]) / (is[3] - is[0]);
}

void oracle_fit(struct oracle *oracle, double from_s, double to_s)
{
    static double y[ORACLE_BLOCKS], j[UNKNOWNS][ORACLE_BLOCKS];
    static struct slope slopes[3];
    double off[UNKNOWNS];
    int rests = oracle->patient.setup.oddity == PATIENT_TWO_PART_CON ? 0 : 1;
    int unknowns = oracle->reps[1].rest_s > 0 ? UNKNOWNS : UNKNOWNS - 1;
    int n = (int)((to_s - from_s) / oracle_block_s(oracle));
    if (n < BLOCKS_MIN || n > ORACLE_BLOCKS || !oracle_means(oracle, from_s, n, y) ||
        !slope_of_length(oracle, 0, &slopes[0]) || !slope_of_length(oracle, 1, &slopes[1]) ||
        (unknowns == UNKNOWNS && !slope_of_rest(oracle, rests, &slopes[2])))
        return;
    oracle_noise(oracle, n);
    for (int k = 0; k < n; k++)
        y[k] -= oracle_expects(oracle, k, -1);
    differentiate(oracle, slopes, unknowns, rests, n, j);
    oracle_whiten(oracle, n, y);
    for (int p = 0; p < unknowns; p++)
        oracle_whiten(oracle, n, j[p]);
    least_squares(y, j, unknowns, n, off);
    judge(oracle, slopes, rests, off);
}
