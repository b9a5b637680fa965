/* SPDX-License-Identifier: MIT */
/*
 * Bridges, thrusts and tapped hip extensions done in odd ways. What a set-up has no detector for is paced, and the
 * answer is that nothing is passed off as measured; with its detector the answers of the specification hold.
 */
#include "tests/unit/case_bench.h"

#include "daemon/core/detect/detector.h"

#define BRIDGE CASE_RX("{\"exercise\":\"glute_bridge\",\"contact\":\"box\",\"sets\":1,\"reps_min\":6,\"reps_max\":6}")
#define THRUST CASE_RX("{\"exercise\":\"hip_thrust\",\"contact\":\"box\",\"sets\":1,\"reps_min\":6,\"reps_max\":6}")
#define BACK   CASE_RX("{\"exercise\":\"hip_thrust\",\"contact\":\"box_back\",\"sets\":1,\"reps_min\":6,\"reps_max\":6}")

/* Six paced reps, every figure of them from the cues. */
static void only_cued(const char *rx, enum patient_case oddity)
{
    struct run *run = case_run(oddity, rx, 1);
    for (int i = 0; i < run->n; i++)
        for (int phase = 0; run->events[i].head.type == EVENT_REP && phase < PHASE_COUNT; phase++) {
            const struct phase_time *time = &run->events[i].u.rep.phases[phase];
            assert_true(time->src == SRC_NONE || time->src == SRC_CUE);
        }
    assert_int_equal(case_tally(run, 1).paced, 6);
    assert_int_equal(case_set(run, 0)->reps_measured, 0);
    run_free(run);
}

static void exact(enum detector_kind kind, const char *rx, enum patient_case oddity)
{
    if (detector_ops(kind) == NULL)
        only_cued(rx, oddity);
    else
        case_exact(oddity, rx, 6);
}

static void test_plain_hips_are_exact(void **state)
{
    (void)state;
    exact(DETECTOR_BRIDGE, BRIDGE, PATIENT_PLAIN);
    exact(DETECTOR_THRUST, THRUST, PATIENT_PLAIN);
    only_cued(BACK, PATIENT_PLAIN); /* the back's load falls as the hips rise: no detector for it */
}

static void test_a_pretension_of_1_s_is_no_rep_of_its_own(void **state)
{
    (void)state;
    exact(DETECTOR_BRIDGE, BRIDGE, PATIENT_PRETENSION);
    exact(DETECTOR_THRUST, THRUST, PATIENT_PRETENSION);
}

/* Counted exactly; the thump of a dropped pelvis may look like a partial, never like a full rep. */
static void dropped(enum detector_kind kind, const char *rx)
{
    if (!detector_ops(kind))
        return;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_DROPPED_ECC, rx, seed);
        struct tally tally = case_tally(run, 0);

        assert_int_equal(tally.full, 6);
        assert_int_equal(tally.paced, 0);
        assert_true(tally.partial <= 1);
        case_done(run);
        run_free(run);
    }
}

static void test_dropped_hips_are_reps(void **state)
{
    (void)state;
    dropped(DETECTOR_BRIDGE, BRIDGE);
    dropped(DETECTOR_THRUST, THRUST);
}

static void test_a_pause_on_the_way_down_is_one_rep(void **state)
{
    (void)state;
    exact(DETECTOR_BRIDGE, BRIDGE, PATIENT_PAUSE_IN_ECC);
    exact(DETECTOR_THRUST, THRUST, PATIENT_PAUSE_IN_ECC);
}

static void test_knocks_on_a_bridge_are_no_reps(void **state)
{
    (void)state;
    exact(DETECTOR_BRIDGE, BRIDGE, PATIENT_KICKED);
    exact(DETECTOR_BRIDGE, BRIDGE, PATIENT_COUGHS);
}

/* Pressing without lifting reaches 30-60 % of the step: no full rep; the set goes on until six are. */
static void test_a_press_without_a_lift_is_no_full_rep(void **state)
{
    (void)state;
    if (detector_ops(DETECTOR_BRIDGE) == NULL) {
        only_cued(BRIDGE, PATIENT_PRESS_NO_LIFT);
        return;
    }
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_PRESS_NO_LIFT, BRIDGE, seed);
        assert_int_equal(case_tally(run, 1).full, 6);
        assert_int_equal(case_truths(run, 1000), 6);
        assert_int_equal(case_set(run, 0)->reason, SET_DONE);
        run_free(run);
    }
}

/* Without touch-down there are no marks: counted by cue, and said. */
static void test_hips_that_stay_up_are_counted_by_cue(void **state)
{
    (void)state;
    if (detector_ops(DETECTOR_BRIDGE) == NULL) {
        only_cued(BRIDGE, PATIENT_NO_TOUCHDOWN);
        return;
    }
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_NO_TOUCHDOWN, BRIDGE, seed);
        assert_true(case_tally(run, 1).flags & FLAG_NO_TOUCHDOWN);
        assert_true(case_tally(run, 1).full <= 1); /* all of it is one stay */
        assert_int_equal(case_set(run, 0)->reps, 6);
        assert_int_equal(run_count(run, EVENT_SET_STARTED), 1);
        run_free(run);
    }
}

static void test_lying_still_is_no_rep(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_STANDS, BRIDGE, seed);
        assert_int_equal(case_tally(run, 0).full + case_tally(run, 0).partial, 0);
        assert_int_equal(case_set(run, 0)->reps_measured, 0);
        run_free(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_hips_are_exact),
        cmocka_unit_test(test_a_pretension_of_1_s_is_no_rep_of_its_own),
        cmocka_unit_test(test_dropped_hips_are_reps),
        cmocka_unit_test(test_a_pause_on_the_way_down_is_one_rep),
        cmocka_unit_test(test_knocks_on_a_bridge_are_no_reps),
        cmocka_unit_test(test_a_press_without_a_lift_is_no_full_rep),
        cmocka_unit_test(test_hips_that_stay_up_are_counted_by_cue),
        cmocka_unit_test(test_lying_still_is_no_rep),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
