/* SPDX-License-Identifier: MIT */
/* The best there is for a curl's figures; oracle.h says of whom. */
#include "tests/bench/oracle.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/io/patient/patient_parts.h"

#define BLOCK_S      0.05
#define TOLD_S       0.25 /* the rep is told so long after its end (row `told`) */
#define REST_S       2.0  /* of the pause before */
#define SHANK_NS2    1.87 /* patient_body.c */
#define SLACK        (8.0 / 90.0)
#define HAND_TAU_S   2.0  /* of what wanders */
#define HAND_STEPS   0.25 /* of the variance: takes hold anew every GRIP_MIN_S to GRIP_MAX_S */
#define GRIP_MIN_S   5.0
#define GRIP_MAX_S   20.0
#define PARTS        5   /* a block's mean, from so many points */
#define SURE_PERIODS 1.1 /* of a converter whose clock is 5 % off */

/* Of the rows that the targets are asked of: curls without hands, beside a finger, fast ones, the first two at 10 SPS. */
static const int oracle_rows[] = {0, BENCH_COUNTED - 1, BENCH_TARGET_FAST, BENCH_COUNTED, 2 * BENCH_COUNTED - 1};
#define ROWS (sizeof oracle_rows / sizeof oracle_rows[0])

static struct motion moved(const struct oracle_rep *rep, double t_s, int move)
{
    const double *at = rep->at + 2 * move;
    const struct move m = {.start_ns = (int64_t)(at[0] * 1e9),
                           .dur_s = at[1] - at[0],
                           .from = move,
                           .to = 1 - move,
                           .edge = rep->patient->edge,
                           .blend = rep->patient->blend_milli / 1000.0,
                           .skew = rep->patient->skew_milli / 1000.0};
    return move_at(&m, (int64_t)(t_s * 1e9));
}

double oracle_force(const struct oracle_rep *rep, double t_s)
{
    struct motion m = moved(rep, t_s, t_s < (rep->at[1] + rep->at[2]) / 2 ? 0 : 1);
    return rep->amp_n * (m.pos > SLACK ? (m.pos - SLACK) / (1 - SLACK) : 0) + SHANK_NS2 * m.acc;
}

double oracle_crossing(const struct oracle_rep *rep, int which)
{
    bool up = which < 2;
    double level = rep->amp_n * (which == 0 || which == 3 ? 0.1 : 0.9), found = -1, last = 0;
    double from = rep->at[up ? 0 : 2], step = (rep->at[up ? 1 : 3] - from) / 400;
    for (int i = 0; i <= 400; i++) {
        double f = oracle_force(rep, from + i * step);
        bool crosses = i > 0 && (last < level) != (f < level) && (f < level) != up;
        if (crosses && (!up || found < 0))
            found = from + step * (i - (f - level) / (f - last));
        last = f;
    }
    return found;
}

double oracle_block_s(const struct oracle *oracle, double least_s)
{
    double period_s = oracle->delay_s / 2;
    return least_s > SURE_PERIODS * period_s ? least_s : SURE_PERIODS * period_s;
}

double oracle_width_s(const struct oracle *oracle, double block_s)
{
    return block_s > 2 * oracle->delay_s ? block_s : 2 * oracle->delay_s;
}

bool oracle_means(struct oracle *oracle, double from_s, double block_s, int n, double *ret)
{
    int i = 0;
    while (i < oracle->n && oracle->t[i] < from_s)
        i++;
    for (int k = 0; k < n; k++) {
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

void oracle_noise(struct oracle *oracle, double hand_n, double block_s, int n)
{
    static double cov[ORACLE_BLOCKS];
    double sway = oracle->sways.sway_n, width_s = oracle_width_s(oracle, block_s);
    for (int k = 0; k < n; k++) {
        double shared = 1 - block_s * k / width_s; /* of the converter's noise, with the block so far before */
        cov[k] = shared > 0 ? shared * (0.01 + 0.001 * sway * sway) : 0;
        for (int i = 0; i < PARTS * PARTS; i++) {
            double s = fabs(block_s * k + width_s * (i % PARTS - i / PARTS) / PARTS);
            cov[k] += (sway * sway * sway_at(s) + hand_n * hand_n * hand_at(s)) / (PARTS * PARTS);
        }
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double sum = cov[i - j];
            for (int k = 0; k < j; k++)
                sum -= oracle->factor[i][k] * oracle->factor[j][k];
            oracle->factor[i][j] = i == j ? sqrt(sum) : sum / oracle->factor[j][j];
        }
}

void oracle_whiten(const struct oracle *oracle, int n, double *x)
{
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < i; k++)
            x[i] -= oracle->factor[i][k] * x[k];
        x[i] /= oracle->factor[i][i];
    }
}

double oracle_mean_force(const struct oracle_rep *rep, double at_s, double width_s)
{
    double sum = 0;
    for (int i = 0; i < PARTS; i++)
        sum += oracle_force(rep, at_s + ((i + 0.5) / PARTS - 0.5) * width_s);
    return sum / PARTS;
}

/* Gauss and Jordan, no pivoting: the matrix is positive definite. */
static void solve(double m[ORACLE_MOVES][ORACLE_MOVES + 1])
{
    for (int p = 0; p < ORACLE_MOVES; p++) {
        for (int q = ORACLE_MOVES; q >= p; q--)
            m[p][q] /= m[p][p];
        for (int r = 0; r < ORACLE_MOVES; r++)
            for (int q = ORACLE_MOVES; r != p && q >= p; q--)
                m[r][q] -= m[r][p] * m[p][q];
    }
}

/* How far the breakpoints are off that explain the samples best. */
static bool estimate(struct oracle *oracle, const struct oracle_rep *rep, double hand_n, double from_s, double to_s,
                     struct oracle_rep *ret)
{
    static double y[ORACLE_BLOCKS], j[ORACLE_MOVES][ORACLE_BLOCKS];
    double m[ORACLE_MOVES][ORACLE_MOVES + 1] = {0}, d = 0.01;
    double block_s = oracle_block_s(oracle, BLOCK_S), width_s = oracle_width_s(oracle, BLOCK_S);
    int n = (int)((to_s - from_s) / block_s);
    if (n < 8 || n > ORACLE_BLOCKS || !oracle_means(oracle, from_s, block_s, n, y))
        return false;
    oracle_noise(oracle, hand_n, block_s, n);
    for (int k = 0; k < n; k++) {
        y[k] -= oracle_mean_force(rep, oracle->at_s[k], width_s);
        for (int p = 0; p < ORACLE_MOVES; p++) {
            struct oracle_rep more = *rep, less = *rep;
            more.at[p] += d;
            less.at[p] -= d;
            j[p][k] = (oracle_mean_force(&more, oracle->at_s[k], width_s) -
                       oracle_mean_force(&less, oracle->at_s[k], width_s)) /
                      (2 * d);
        }
    }
    oracle_whiten(oracle, n, y);
    for (int p = 0; p < ORACLE_MOVES; p++)
        oracle_whiten(oracle, n, j[p]);
    for (int p = 0; p < ORACLE_MOVES; p++)
        for (int k = 0; k < n; k++) {
            for (int q = 0; q < ORACLE_MOVES; q++)
                m[p][q] += j[p][k] * j[q][k];
            m[p][ORACLE_MOVES] += j[p][k] * y[k];
        }
    solve(m);
    *ret = *rep;
    for (int p = 0; p < ORACLE_MOVES; p++)
        ret->at[p] += m[p][ORACLE_MOVES];
    return ret->at[1] > ret->at[0] && ret->at[3] > ret->at[2];
}

static void judge(struct oracle *oracle, const struct oracle_rep *rep, const struct oracle_rep *found)
{
    double is[ORACLE_MOVES], was[ORACLE_MOVES];
    for (int p = 0; p < ORACLE_MOVES; p++) {
        is[p] = oracle_crossing(rep, p);
        was[p] = oracle_crossing(found, p);
        if (is[p] < 0 || was[p] < 0)
            return;
    }
    for (int p = 0; p < 3; p++)
        oracle->error[FIGURE_CON + p] = was[p + 1] - was[p] - (is[p + 1] - is[p]);
    oracle->error[FIGURE_CON_MOVE] = found->at[1] - found->at[0] - (rep->at[1] - rep->at[0]);
    oracle->error[FIGURE_ECC_MOVE] = found->at[3] - found->at[2] - (rep->at[3] - rep->at[2]);
    /* A curl's time under tension lies between the same two crossings. */
    oracle->error[FIGURE_REP] = oracle->error[FIGURE_TUT] = (was[3] - was[0]) / (is[3] - is[0]) - 1;
}

static void take_input(void *self, const struct input *input, const char *text, size_t len)
{
    struct oracle *oracle = self;
    (void)text;
    (void)len;
    if (input->kind != INPUT_FORCE || oracle->n == ORACLE_SAMPLES)
        return;
    oracle->t[oracle->n] = (double)input->stamp_ns / 1e9 - oracle->delay_s;
    oracle->f[oracle->n++] = input->u.force.force_mn / 1000.0 - oracle->sways.weight_n;
}

/* What the oracle misses of a rep; false: its ends are not all there. */
static bool take_rep(struct oracle *oracle, const struct bench_session *session, const struct patient_truth *all, int i)
{
    const struct patient_truth *truth = &all[i];
    for (int k = 0; k < FIGURE_COUNT; k++)
        oracle->error[k] = NAN;
    if (!truth->visible || truth->con_ns == ABSENT || truth->ecc_ns == ABSENT || truth->end_ns == ABSENT)
        return false;
    struct oracle_rep found, rep = {.amp_n = (double)truth->peak_mn / 1000.0, .patient = &session->patient};
    const int64_t at[] = {truth->con_move_ns, truth->con_move_end_ns, truth->ecc_move_ns, truth->ecc_move_end_ns};
    for (int p = 0; p < ORACLE_MOVES; p++)
        rep.at[p] = (double)at[p] / 1e9;
    double from_s = rep.at[0] - REST_S, hand_n = oracle->sways.hand_n;
    bool follows = i > 0 && truth[-1].set == truth->set && truth[-1].end_ns != ABSENT;
    oracle->cycle_s = follows ? (double)(truth->end_ns - truth[-1].end_ns) / 1e9 : 0;
    if (i > 0 && truth[-1].set == truth->set && from_s < (double)truth[-1].ecc_move_end_ns / 1e9)
        from_s = (double)truth[-1].ecc_move_end_ns / 1e9;
    if (estimate(oracle, &rep, hand_n, from_s, (double)truth->end_ns / 1e9 + TOLD_S + oracle->delay_s, &found))
        judge(oracle, &rep, &found);
    oracle_live(oracle, &rep, hand_n, from_s);
    return true;
}

/* What the station withholds drops out of both, and what only the station has. */
static void compare(struct oracle *oracle, const struct scores *scores, int truth)
{
    for (int i = 0; i < scores->n; i++) {
        const struct score *score = &scores->v[i];
        if (score->truth != truth || isnan(oracle->error[score->kind]))
            continue;
        if (score->kind >= FIGURE_LIVE_CON && score->kind <= FIGURE_LIVE_WRONG)
            oracle_live_add(oracle, score->kind);
        else
            figure_add(&oracle->best[score->kind], oracle->error[score->kind]);
        figure_add(&oracle->station[score->kind], score->error);
    }
}

/* The figures that the oracle has. */
static const enum figure_kind kinds[] = {FIGURE_CON,      FIGURE_TOP,      FIGURE_ECC,         FIGURE_CON_MOVE,
                                         FIGURE_ECC_MOVE, FIGURE_REP,      FIGURE_TUT,         FIGURE_LIVE_CON,
                                         FIGURE_LIVE_TOP, FIGURE_LIVE_ECC, FIGURE_LIVE_BOTTOM, FIGURE_LIVE_WRONG};
#define KINDS (sizeof kinds / sizeof kinds[0])

static void print(const struct bounds *bounds, int row)
{
    char name[ROW_NAME_LEN];
    printf("%s, at best, and the station of the same ones (mean error; median / 90th percentile of its size):\n",
           draw_target_name(row, name));
    for (size_t i = 0; i < KINDS; i++) {
        const struct figure_summary *best = &bounds->of[row][kinds[i]].best,
                                    *station = &bounds->of[row][kinds[i]].station;
        double unit = figure_is_share(kinds[i]) ? 100 : 1;
        printf("  %-12s %6d   %+.3f; %.3f / %.3f %s   %+.3f; %.3f / %.3f\n", figure_str(kinds[i]), best->n,
               best->bias * unit, best->median * unit, best->p90 * unit, unit > 1 ? "%" : "s", station->bias * unit,
               station->median * unit, station->p90 * unit);
    }
}

static void sum_up(struct oracle *oracle, struct bound of[FIGURE_COUNT])
{
    oracle_live_best(oracle);
    for (int k = 0; k < FIGURE_COUNT; k++) {
        of[k] = (struct bound){figure_summary(&oracle->best[k]), figure_summary(&oracle->station[k])};
        free(oracle->best[k].v);
        free(oracle->station[k].v);
        oracle->best[k] = oracle->station[k] = (struct figure){0};
    }
}

/* What the station makes of the session, error by error. */
static void score_session(struct watch *watch, const struct bench_session *session, struct scores *scores)
{
    static struct rows rows;
    watch_session(watch, session);
    struct row *row = rows_find(&rows, session->row, true);
    scores->n = 0;
    row->scores = scores;
    judge_session(row, session, watch);
    rows_clear(&rows);
}

/* Its samples, and how its patient sways. */
static bool take_session(struct oracle *oracle, const struct bench_session *session)
{
    static const struct simulate_ops ops = {.input = take_input};
    const struct simulate_setup run = {.patient = session->patient, .rx = session->rx, .rx_len = strlen(session->rx)};
    struct simulate_result result;
    oracle->n = 0;
    oracle->delay_s = 2000.0 / session->patient.sps_milli;
    oracle->sways = sways_of(&session->patient);
    return simulate_run(&run, &ops, oracle, &result) == 0;
}

int oracle_session(struct oracle *oracle, const struct bench_session *session, const struct watch *watch)
{
    int reps = 0;
    if (!take_session(oracle, session))
        return 0;
    for (int i = 0; i < watch->truths; i++) {
        if (!take_rep(oracle, session, watch->truth, i))
            continue;
        reps++;
        for (int k = 0; k < FIGURE_COUNT; k++)
            if (!isnan(oracle->error[k]))
                figure_add(&oracle->best[k], oracle->error[k]);
    }
    return reps;
}

static void run_session(struct oracle *oracle, const struct bench_session *session)
{
    static struct scores scores;
    static struct watch watch;
    score_session(&watch, session, &scores);
    if (!take_session(oracle, session))
        return;
    for (int k = 0; k < watch.truths; k++)
        if (take_rep(oracle, session, watch.truth, k))
            compare(oracle, &scores, k);
}

/* The first sessions of a run's own that are of that row. */
static void run_row(struct oracle *oracle, const struct bench_options *options, int sessions, int row,
                    const struct exercise_set *exercises)
{
    char name[ROW_NAME_LEN];
    struct bench_session session;
    draw_target_name(row, name);
    for (int i = 0, done = 0; done < options->sets && i < sessions; i++) {
        draw_session(options, i, exercises, &session);
        if (strcmp(session.row, name) != 0)
            continue;
        run_session(oracle, &session);
        done += BENCH_SETS;
    }
}

void oracle_measure(struct bounds *ret, uint64_t seed, int sets, int sessions, const struct exercise_set *exercises)
{
    const struct bench_options options = {.seed = seed, .sets = sets};
    struct oracle *oracle = calloc(1, sizeof *oracle);
    if (oracle == NULL)
        abort();
    *ret = (struct bounds){.sets = sets};
    for (size_t i = 0; i < ROWS; i++) {
        run_row(oracle, &options, sessions, oracle_rows[i], exercises);
        sum_up(oracle, ret->of[oracle_rows[i]]);
    }
    free(oracle);
}

void oracle_run(uint64_t seed, int sets, const struct exercise_set *exercises)
{
    struct bounds bounds;
    oracle_measure(&bounds, seed, sets, INT_MAX, exercises);
    for (size_t i = 0; i < ROWS; i++)
        print(&bounds, oracle_rows[i]);
}
