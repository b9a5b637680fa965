/* SPDX-License-Identifier: MIT */
/*
 * The reader of the bench that knows the patient: of one who does not sway it misses next to nothing, whatever is done
 * and however it is done; else it would blame physics for what it does not know itself.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench_exercises.h"

#include "tests/bench/oracle.h"

#define PATIENTS 4
#define NOISE_MN 10
#define MISSES_S 0.02 /* the physics of the simulation goes in steps of 2 ms, the reader's in steps of 4 */
#define TOLD_S   0.12 /* two blocks of 50 ms, and what a sample averages */
#define SLOW_S   0.25 /* the same of ten samples a second */
#define REPS_MIN 24

enum { CURL, STEP, THRUST }; /* as in bench_setups */

static struct watch watch;

static struct oracle *oracle_of(const struct bench_session *sessions, int n, int *ret_reps)
{
    struct oracle *oracle = calloc(1, sizeof *oracle);
    assert_non_null(oracle);
    *ret_reps = 0;
    for (int i = 0; i < n; i++) {
        watch_session(&watch, &sessions[i]);
        assert_int_equal(watch.error, 0);
        *ret_reps += oracle_session(oracle, &sessions[i], &watch);
    }
    return oracle;
}

static void free_oracle(struct oracle *oracle)
{
    for (int k = 0; k < FIGURE_COUNT; k++)
        free(oracle->best[k].v);
    free(oracle);
}

/* Nearly every rep has the figure, and nine of ten are that near. */
static void assert_near(struct oracle *oracle, enum figure_kind kind, int reps, double most)
{
    struct figure_summary s = figure_summary(&oracle->best[kind]);
    if (s.n < reps * 3 / 4 || s.p90 > most)
        fail_msg("%s: p90 %.3f, of %d of %d reps", figure_str(kind), s.p90, s.n, reps);
}

static void assert_knows(int setup, enum patient_case oddity, int32_t sps_milli)
{
    static const enum figure_kind times[] = {FIGURE_CON, FIGURE_TOP, FIGURE_ECC, FIGURE_CON_MOVE, FIGURE_ECC_MOVE};
    struct bench_session sessions[PATIENTS];
    int reps;
    for (int i = 0; i < PATIENTS; i++) {
        draw_case(7, i, &bench_setups[setup], oddity, exercises, &sessions[i]);
        sessions[i].patient.sway = false;
        sessions[i].patient.noise_mn = NOISE_MN;
        sessions[i].patient.sps_milli = sps_milli;
    }
    struct oracle *oracle = oracle_of(sessions, PATIENTS, &reps);
    printf("%s %s at %d\n", bench_setups[setup].exercise, patient_case_str(oddity), sps_milli / 1000);
    assert_true(reps >= REPS_MIN);
    for (size_t k = 0; k < sizeof times / sizeof times[0]; k++)
        assert_near(oracle, times[k], reps, MISSES_S);
    for (int k = FIGURE_LIVE_CON; k < FIGURE_LIVE_BOTTOM; k++)
        assert_near(oracle, (enum figure_kind)k, reps, sps_milli > 10000 ? TOLD_S : SLOW_S);
    free_oracle(oracle);
}

static void test_it_knows_curls_steps_and_thrusts(void **state)
{
    (void)state;
    for (int setup = CURL; setup <= THRUST; setup++) {
        assert_knows(setup, PATIENT_PLAIN, 80000);
        assert_knows(setup, PATIENT_PLAIN, 10000);
    }
}

static void test_it_knows_who_rests_half_way(void **state)
{
    (void)state;
    for (int setup = CURL; setup <= THRUST; setup++) {
        assert_knows(setup, PATIENT_PAUSE_IN_ECC, 80000);
        assert_knows(setup, PATIENT_TWO_PART_CON, 80000);
    }
}

static void test_it_knows_a_trailing_leg(void **state)
{
    (void)state;
    assert_knows(STEP, PATIENT_DOUBLE_TAP, 80000);
    assert_knows(STEP, PATIENT_REAR_PUSH, 80000);
}

/* A hand on a rail carries what nobody else can tell from the body: the way down is not told as soon as without it. */
static void test_a_hand_on_a_rail_costs_it_time(void **state)
{
    struct bench_session sessions[PATIENTS];
    double p90[2];
    int reps;
    (void)state;
    for (int hand = 0; hand < 2; hand++) {
        for (int i = 0; i < PATIENTS; i++)
            draw_case(7, i, &bench_setups[STEP], hand ? PATIENT_HAND_TOUCH : PATIENT_PLAIN, exercises, &sessions[i]);
        struct oracle *oracle = oracle_of(sessions, PATIENTS, &reps);
        p90[hand] = figure_summary(&oracle->best[FIGURE_LIVE_ECC]).p90;
        free_oracle(oracle);
    }
    printf("way down of a step-up told by who knows the patient: p90 %.2f s, beside a rail %.2f s\n", p90[0], p90[1]);
    assert_true(p90[1] > p90[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_knows_curls_steps_and_thrusts),
        cmocka_unit_test(test_it_knows_who_rests_half_way),
        cmocka_unit_test(test_it_knows_a_trailing_leg),
        cmocka_unit_test(test_a_hand_on_a_rail_costs_it_time),
    };
    return cmocka_run_group_tests(tests, exercises_load, exercises_unload);
}
