/* SPDX-License-Identifier: MIT */
/*
 * Thrusts with a hand on a chair, and with coughs: what moves the load is then as large as the hips' rise. Every
 * repetition counts; what is told of its inside says how sure it is, and where that is not sure enough nothing is told.
 */
#include "tests/unit/case_bench.h"

#define THRUST   CASE_RX("{\"exercise\":\"hip_thrust\",\"contact\":\"box\",\"sets\":1,\"reps_min\":8,\"reps_max\":8}")
#define PATIENTS 4 /* of each of five weights */

struct told {
    int reps, looked_into, flagged; /* full reps */
    int phases, within_sd, wrong;   /* wrong: by more than 3 sd and 0.3 s, and no flag */
};

static int64_t true_ns(const struct patient_truth *truth, int phase)
{
    int64_t up_ns = truth->rise_ns, down_ns = truth->sunk_ns;

    return phase == PHASE_CON   ? truth->top_ns - up_ns
           : phase == PHASE_TOP ? truth->ecc_ns - truth->top_ns
                                : down_ns - truth->ecc_ns;
}

static const struct patient_truth *truth_of(const struct run *run, const struct rep_data *rep)
{
    for (int i = 0; i < run->truths; i++) {
        const struct patient_truth *truth = &run->truth[i];
        int64_t middle_ns = rep->start_ns + (rep->end_ns - rep->start_ns) / 2;
        if (truth->end_ns != ABSENT && truth->con_ns <= middle_ns && middle_ns <= truth->end_ns)
            return truth;
    }
    return NULL;
}

static void take_rep(struct told *told, const struct run *run, const struct rep_data *rep)
{
    const struct patient_truth *truth = truth_of(run, rep);

    assert_non_null(truth);
    told->reps++;
    told->looked_into += rep->phases[PHASE_ECC].src == SRC_MODEL;
    told->flagged += (rep->flags & FLAG_HAND_SUPPORT) != 0;
    for (int phase = PHASE_CON; phase <= PHASE_ECC; phase++) {
        const struct phase_time *time = &rep->phases[phase];
        if (time->src != SRC_MODEL || truth->top_ns == ABSENT || truth->ecc_ns == ABSENT)
            continue;
        int64_t error_ns = llabs(time->dur_ns - true_ns(truth, phase));
        told->phases++;
        told->within_sd += error_ns <= time->sd_ns;
        told->wrong += error_ns > 3 * time->sd_ns && error_ns > 300 * NS_PER_MS && rep->flags == 0;
    }
}

static struct told play(enum patient_case oddity)
{
    static const int32_t masses_g[] = {45000, 60000, 80000, 100000, 130000};
    struct told told = {0};

    for (int k = 0; k < 5 * PATIENTS; k++) {
        struct patient_setup setup = run_setup((uint64_t)k + 1);
        setup.oddity = oddity;
        setup.body_g = masses_g[k % 5];
        struct run *run = run_session(&setup, THRUST);
        case_honest(run);
        assert_int_equal(case_tally(run, 0).full, 8);
        assert_int_equal(case_tally(run, 0).paced, 0);
        for (int i = 0; i < run->n; i++)
            if (run->events[i].head.type == EVENT_REP && run->events[i].u.rep.outcome == REP_FULL)
                take_rep(&told, run, &run->events[i].u.rep);
        run_free(run);
    }
    printf("  %s: %d of %d reps looked into, %d flagged; of %d times %d within one sd, %d wrong and not said\n",
           patient_case_str(oddity), told.looked_into, told.reps, told.flagged, told.phases, told.within_sd,
           told.wrong);
    return told;
}

static void test_without_hands_nothing_is_doubted(void **state)
{
    struct told told = play(PATIENT_PLAIN);

    (void)state;
    assert_int_equal(told.looked_into, told.reps);
    assert_int_equal(told.flagged, 0);
    assert_int_equal(told.wrong, 0);
}

static void test_a_finger_on_a_chair(void **state)
{
    struct told told = play(PATIENT_HAND_TOUCH);

    (void)state;
    assert_true(told.looked_into * 100 >= 70 * told.reps);
    assert_true(told.within_sd * 100 >= 55 * told.phases && told.within_sd * 100 <= 85 * told.phases);
    assert_true(told.wrong * 100 <= 4 * told.phases);
}

/* Leaning moves the load by a third of the rise or more. */
static void test_who_leans_on_a_chair(void **state)
{
    struct told told = play(PATIENT_HAND_LEAN);

    (void)state;
    assert_true(told.flagged * 100 >= 45 * told.reps); /* once is no hand: of eight reps the first two cannot say it */
    assert_true(told.looked_into * 100 <= 40 * told.reps);
    assert_true(told.wrong * 100 <= 3 * told.reps);
}

static void test_coughs_and_kicks(void **state)
{
    struct told coughs = play(PATIENT_COUGHS), kicks = play(PATIENT_KICKED);

    (void)state;
    assert_true(coughs.looked_into * 100 >= 90 * coughs.reps && kicks.looked_into * 100 >= 90 * kicks.reps);
    assert_true(coughs.within_sd * 100 >= 65 * coughs.phases && kicks.within_sd * 100 >= 65 * kicks.phases);
    assert_true(coughs.wrong * 100 <= coughs.phases && kicks.wrong * 100 <= kicks.phases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_hands_nothing_is_doubted),
        cmocka_unit_test(test_a_finger_on_a_chair),
        cmocka_unit_test(test_who_leans_on_a_chair),
        cmocka_unit_test(test_coughs_and_kicks),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
