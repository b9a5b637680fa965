/* SPDX-License-Identifier: MIT */
/* The best there is for the figures of a run, rep by rep, and the station beside it; oracle.h says of whom. */
#include "tests/bench/oracle.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOLD_S  0.25 /* the rep is told so long after its end (row `told`) */
#define REST_S  2.0  /* of the pause before */
#define PRESS_S 0.35 /* patient_rep.c: how long feet press before the pelvis leaves, in the mean */
#define NEAR_S  1.2  /* around it */

enum { CURL, STEP, THRUST }; /* as in bench_setups */

static bool has_oracle(int row)
{
    int setup = draw_target_setup(row);
    return setup == CURL || setup == STEP || setup == THRUST || setup == BENCH_COUNTED - 1;
}

/* --- samples ----------------------------------------------------------------------------------------------------- */

static void take_input(void *self, const struct input *input, const char *text, size_t len)
{
    struct oracle *oracle = self;
    (void)text;
    (void)len;
    if (input->kind != INPUT_FORCE || oracle->n == ORACLE_SAMPLES)
        return;
    oracle->t[oracle->n] = (double)input->stamp_ns / 1e9;
    oracle->f[oracle->n++] = input->u.force.force_mn / 1000.0;
}

/* Its samples, each at the middle of what it averages, and how its patient sways. */
static bool take_session(struct oracle *oracle, const struct bench_session *session)
{
    static const struct simulate_ops ops = {.input = take_input};
    const struct simulate_setup run = {.patient = session->patient, .rx = session->rx, .rx_len = strlen(session->rx)};
    struct simulate_result result;
    oracle->n = oracle->factored = 0;
    if (simulate_run(&run, &ops, oracle, &result) < 0)
        return false;
    oracle->period_s = 1000.0 / (double)result.rate_milli;
    for (int i = 0; i < oracle->n; i++)
        oracle->t[i] -= oracle_delay_s(oracle);
    oracle->sway_n = course_begin(&oracle->patient, session);
    oracle->hand_n = session->patient.oddity == PATIENT_HAND_TOUCH ? BENCH_HAND_N : 0;
    rng_seed(&oracle->plans, session->patient.seed, RNG_CASE);
    memset(oracle->reps, 0, sizeof oracle->reps);
    return true;
}

/* --- repetitions ------------------------------------------------------------------------------------------------- */

/* How long the feet pressed before this pelvis left, by the impulse: shorter by the half of what is missing of it. */
static double pressed_s(struct oracle *oracle, struct oracle_rep *rep)
{
    double missing = 0;
    rep->press_s = PRESS_S;
    if (!course_play(&oracle->patient, rep, true, rep->at[1] - rep->at[0], oracle_width_s(oracle), &rep->ways[0]))
        return PRESS_S;
    for (int i = 0; i < oracle->n; i++) {
        double s = oracle->t[i] - rep->at[0];
        if (fabs(s) < NEAR_S)
            missing += (course_at(&rep->ways[0], s, 0) - oracle->f[i]) * oracle->period_s;
    }
    return PRESS_S - 2 * missing / (body_up_n(&oracle->patient.body, 0) - body_rest_n(&oracle->patient.body));
}

/*
 * How long feet press and how long they are unloaded, as the patient drew it. A rep that was planned when a set ended was
 * never done: which of two draws is the first one of the next set is seen in how its feet press.
 */
static void take_plan(struct oracle *oracle, struct oracle_rep *rep, bool first)
{
    struct rng later = oracle->plans;
    struct rep_plan plans[2];
    struct patient asked = oracle->patient;
    int which = 0;
    asked.odd_rng = later;
    plans[0] = rep_plan(&asked, 1);
    oracle->plans = asked.odd_rng;
    plans[1] = rep_plan(&asked, 1);
    if (first && body_hips(oracle->patient.body.kind)) {
        double press_s = pressed_s(oracle, rep);
        which = fabs(plans[1].pretension_s - press_s) < fabs(plans[0].pretension_s - press_s);
    }
    if (which == 1)
        oracle->plans = asked.odd_rng;
    rep->press_s = plans[which].pretension_s;
    rep->unload_s = plans[which].unload_s;
}

/* set 0: its ends are not all there. */
static void begin_rep(struct oracle *oracle, const struct patient_truth *all, int n, int i, struct oracle_rep *ret)
{
    ret->set = 0;
    if (i >= n)
        return;
    const struct patient_truth *truth = &all[i];
    const int64_t at[] = {truth->con_move_ns, truth->con_move_end_ns, truth->ecc_move_ns, truth->ecc_move_end_ns};
    bool known = truth->kind == PATIENT_TRUTH_REP && truth->visible && truth->depth_milli > 0;
    for (int p = 0; p < ORACLE_MOVES; p++) {
        known = known && at[p] != ABSENT;
        ret->at[p] = (double)at[p] / 1e9;
    }
    ret->depth = truth->depth_milli / 1000.0;
    ret->rest_s = course_rest_s(&oracle->patient);
    if (known)
        take_plan(oracle, ret, i > 0 && truth[-1].set != truth->set);
    for (int w = 0; w < 2; w++)
        known = known && course_play(&oracle->patient, ret, w == 0, ret->at[2 * w + 1] - ret->at[2 * w],
                                     oracle_width_s(oracle), &ret->ways[w]);
    ret->set = known ? truth->set : 0;
}

/* What the oracle misses of a rep, in order; false: its ends are not all there. */
static bool take_rep(struct oracle *oracle, const struct patient_truth *all, int n, int i)
{
    const struct patient_truth *truth = &all[i];
    struct oracle_rep *reps = oracle->reps;
    for (int k = 0; k < FIGURE_COUNT; k++)
        oracle->error[k] = NAN;
    if (i == 0)
        begin_rep(oracle, all, n, 0, &reps[1]);
    else {
        reps[0] = reps[1];
        reps[1] = reps[2];
    }
    begin_rep(oracle, all, n, i + 1, &reps[2]);
    if (reps[1].set == 0 || truth->con_ns == ABSENT || truth->ecc_ns == ABSENT || truth->end_ns == ABSENT)
        return false;
    double from_s = reps[1].at[0] - REST_S;
    bool follows = reps[0].set == reps[1].set;
    oracle->cycle_s = follows ? (double)(truth->end_ns - truth[-1].end_ns) / 1e9 : 0;
    if (follows)
        from_s = fmax(from_s, reps[0].at[3]);
    oracle_fit(oracle, from_s, (double)truth->end_ns / 1e9 + TOLD_S + oracle_delay_s(oracle));
    oracle_live(oracle, from_s);
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

static void print(const char *name, const struct bound of[FIGURE_COUNT])
{
    printf("%s, at best, and the station of the same ones (mean error; median / 90th percentile of its size):\n", name);
    for (size_t i = 0; i < KINDS; i++) {
        const struct figure_summary *best = &of[kinds[i]].best, *station = &of[kinds[i]].station;
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

int oracle_session(struct oracle *oracle, const struct bench_session *session, const struct watch *watch)
{
    int reps = 0;
    if (!take_session(oracle, session))
        return 0;
    for (int i = 0; i < watch->truths; i++) {
        if (!take_rep(oracle, watch->truth, watch->truths, i))
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
        if (take_rep(oracle, watch.truth, watch.truths, k))
            compare(oracle, &scores, k);
}

/* The first sessions of a run's own, or of its varieties, that are of that row. */
static void run_row(struct oracle *oracle, const struct bench_options *options, int first, int sessions, int row,
                    const struct exercise_set *exercises)
{
    char name[ROW_NAME_LEN];
    struct bench_session session;
    draw_target_name(row, name);
    for (int i = 0, done = 0; done < options->sets && i < sessions; i++) {
        draw_session(options, first + i, exercises, &session);
        if (strcmp(session.row, name) != 0)
            continue;
        run_session(oracle, &session);
        done += BENCH_SETS;
    }
}

void oracle_measure(struct bounds *ret, uint64_t seed, int sets, int sessions, int varied,
                    const struct exercise_set *exercises)
{
    const struct bench_options options = {.seed = seed, .sets = sets};
    struct oracle *oracle = calloc(1, sizeof *oracle);
    if (oracle == NULL)
        abort();
    *ret = (struct bounds){.sets = sets};
    for (int i = 0; i < BENCH_TARGET_ROWS; i++) {
        if (!has_oracle(i))
            continue;
        bool plain = i < BENCH_TARGET_VARIED;
        run_row(oracle, &options, plain ? 0 : BENCH_VARIED_FROM, plain ? sessions : varied, i, exercises);
        sum_up(oracle, ret->of[i]);
    }
    free(oracle);
}

void oracle_run(uint64_t seed, int sets, const struct exercise_set *exercises)
{
    static struct bounds bounds;
    char name[ROW_NAME_LEN];
    oracle_measure(&bounds, seed, sets, INT_MAX, INT_MAX - BENCH_VARIED_FROM, exercises);
    for (int i = 0; i < BENCH_TARGET_ROWS; i++)
        if (has_oracle(i))
            print(draw_target_name(i, name), bounds.of[i]);
}

/* --- cases ------------------------------------------------------------------------------------------------------- */

static bool chosen(const char *name, const char *wanted)
{
    return wanted == NULL || strcmp(name, wanted) == 0;
}

static void run_case(struct oracle *oracle, const struct cases_wanted *wanted, int setup, enum patient_case oddity,
                     const struct exercise_set *exercises)
{
    static struct bound of[FIGURE_COUNT];
    char name[ROW_NAME_LEN];
    struct bench_session session;
    for (int i = 0; i < wanted->sets; i++) {
        draw_case(wanted->seed, i, &bench_setups[setup], oddity, exercises, &session);
        run_session(oracle, &session);
    }
    sum_up(oracle, of);
    snprintf(name, sizeof name, "%s %s", bench_setups[setup].exercise, patient_case_str(oddity));
    print(name, of);
}

int oracle_cases(const struct cases_wanted *wanted, const struct exercise_set *exercises)
{
    struct oracle *oracle = calloc(1, sizeof *oracle);
    int rows = 0;
    if (oracle == NULL)
        abort();
    for (int oddity = 0; oddity < PATIENT_CASE_COUNT; oddity++)
        for (int setup = CURL; setup <= THRUST; setup++)
            if (course_knows((enum patient_case)oddity) &&
                (cases_setups((enum patient_case)oddity) & 1u << setup) != 0 &&
                chosen(patient_case_str((enum patient_case)oddity), wanted->oddity) &&
                chosen(bench_setups[setup].exercise, wanted->exercise)) {
                run_case(oracle, wanted, setup, (enum patient_case)oddity, exercises);
                rows++;
            }
    free(oracle);
    if (rows == 0)
        fprintf(stderr, "The reader does not know that case of that exercise.\n");
    return rows == 0;
}
