/* SPDX-License-Identifier: MIT */
/* What else acts on the box, in a set and while it is idle: each case with what the station must make of it. */
#include "tests/unit/case_bench.h"

#define CASE_OF(exercise, more)                                                                                        \
    CASE_RX("{\"exercise\":\"" exercise "\"," more "\"sets\":1,\"reps_min\":4,\"reps_max\":4,\"pacing\":\"self\","     \
            "\"set_timeout_s\":60}")
#define BRIDGE CASE_OF("glute_bridge", "")
#define THRUST CASE_OF("hip_thrust", "")
#define TAP    CASE_OF("hip_extension", "\"side\":\"left\",\"contact\":\"box_tap\",")
#define CURL   CASE_CURL("1")

/* --- changes nothing ---------------------------------------------------------------------------------------------- */

static void test_knocks_are_no_reps(void **state)
{
    (void)state;
    const enum patient_case knocks[] = {PATIENT_COUGHS, PATIENT_SHUFFLES, PATIENT_HEEL_STRIKES};
    case_exact(PATIENT_KICKED, CURL, 10);
    for (size_t i = 0; i < sizeof knocks / sizeof knocks[0]; i++) {
        case_exact(knocks[i], CURL, 10);
        case_exact(knocks[i], CASE_STEP, 8);
    }
}

static void test_a_finger_on_a_chair_changes_no_count(void **state)
{
    (void)state;
    case_exact(PATIENT_HAND_TOUCH, CURL, 10);
    case_exact(PATIENT_HAND_TOUCH, CASE_STEP, 8);
}

static void test_a_phone_taken_away_in_the_set_changes_no_count(void **state)
{
    (void)state;
    case_exact(PATIENT_PHONE, CURL, 10);
    case_exact(PATIENT_PHONE, CASE_STEP, 8);
}

static void test_leaning_does_not_matter_where_the_whole_weight_is_seen(void **state)
{
    (void)state;
    case_exact(PATIENT_LEANING_STEPS, CASE_STEP, 8);
}

/* --- hands on a curl ---------------------------------------------------------------------------------------------- */

/* Leaning on a chair (C): measured within one, or paced and said so; never wrong in silence. */
static void hands_are_said(enum patient_case oddity)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, CURL, seed);
        struct tally tally = case_tally(run, 1);
        assert_int_equal(run_count(run, EVENT_SET_STARTED), 1);
        assert_int_equal(case_set(run, 0)->reason, SET_DONE);
        assert_true(tally.flags & FLAG_HAND_SUPPORT);
        if (tally.paced == 0)
            assert_in_range(case_truths(run, 1000), 9, 11);
        run_free(run);
    }
}

static void test_leaning_on_a_chair_is_said(void **state)
{
    (void)state;
    hands_are_said(PATIENT_HAND_LEAN);
}

/* What a hand may hide is not claimed: counted or paced, no phase of it is load or model. */
static void test_leaning_on_a_chair_claims_no_phase(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2 * SEEDS; seed++) {
        struct run *run = case_run(PATIENT_HAND_LEAN, CURL, seed);
        for (int i = 0; i < run->n; i++)
            for (int p = 0; p < PHASE_COUNT && run->events[i].head.type == EVENT_REP; p++)
                assert_true(run->events[i].u.rep.phases[p].src == SRC_NONE ||
                            run->events[i].u.rep.phases[p].src == SRC_CUE);
        run_free(run);
    }
}

static void test_leaning_steps_of_3_kg_are_said(void **state)
{
    (void)state;
    hands_are_said(PATIENT_LEANING_STEPS);
}

/* --- others ------------------------------------------------------------------------------------------------------- */

static void no_full_rep_of_it(enum patient_case oddity, const char *rx, int reps)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, rx, seed);
        assert_int_equal(case_tally(run, 1).full, reps);
        assert_int_equal(case_truths(run, 1000), reps);
        assert_int_equal(case_set(run, 0)->reason, SET_DONE);
        run_free(run);
    }
}

/* A shove of 4 kg and 0.4 s may look like a partial rep; it never counts. */
static void test_a_shove_is_no_full_rep(void **state)
{
    (void)state;
    no_full_rep_of_it(PATIENT_SHOVED, CURL, 10);
    case_exact(PATIENT_SHOVED, CASE_STEP, 8);
}

/* While somebody else is on the box reps may be lost; none is invented, and afterwards it counts on. */
static void others_cost(enum patient_case oddity, const char *rx, int reps, int most)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, rx, seed);
        struct tally tally = case_tally(run, 1);
        int lost = case_truths(run, 1000) - tally.full;
        if (lost < 0 || lost > most || tally.full != reps || tally.partial > most)
            fail_msg("%s, seed %d: %d full, %d partial of %d done", patient_case_str(oddity), (int)seed, tally.full,
                     tally.partial, case_truths(run, 1000));
        assert_int_equal(tally.paced, 0);
        assert_int_equal(case_set(run, 0)->reason, SET_DONE);
        case_done(run);
        run_free(run);
    }
}

/* 30 kg for 50 ms are 10 N s: doubly integrated a third of a step. A kicked step-up may turn partial, none is added. */
static void test_kicks_cost_at_most_one_step_up(void **state)
{
    (void)state;
    others_cost(PATIENT_KICKED, CASE_STEP, 8, 1);
}

static void test_a_second_person_costs_no_curl(void **state)
{
    (void)state;
    others_cost(PATIENT_SECOND_PERSON, CURL, 10, 0);
}

static void test_a_dumbbell_put_down_costs_no_curl(void **state)
{
    (void)state;
    others_cost(PATIENT_DUMBBELL, CURL, 10, 0);
}

static void test_others_on_the_step_are_forgotten_when_they_have_left(void **state)
{
    (void)state;
    others_cost(PATIENT_SECOND_PERSON, CASE_STEP, 8, 2);
    others_cost(PATIENT_DUMBBELL, CASE_STEP, 8, 3);
}

/* --- idle --------------------------------------------------------------------------------------------------------- */

/* Ten minutes without a press: no set without a start, and nothing else to tell. */
static void idle_stays_idle(enum patient_case oddity)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, CURL, seed);
        assert_int_equal(run->n, 1);
        assert_int_equal(run->events[0].head.type, EVENT_PRESCRIPTION_ACCEPTED);
        assert_true(run->result.end_ns > 590 * NS_PER_S);
        run_free(run);
    }
}

static void test_nobody_there_is_nothing(void **state)
{
    (void)state;
    idle_stays_idle(PATIENT_NO_PATIENT);
}

static void test_walking_over_the_box_is_nothing(void **state)
{
    (void)state;
    idle_stays_idle(PATIENT_WALKS_OVER);
}

/* While a patient lies or stands there and does nothing: no walker is a repetition, of any exercise. */
static void test_walking_past_is_no_rep(void **state)
{
    (void)state;
    const char *const sets[] = {CURL, BRIDGE, THRUST, CASE_STEP, TAP};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            struct run *run = case_run(PATIENT_WALKED_PAST, sets[i], seed);
            if (case_tally(run, 0).full != 0)
                fail_msg("%s, seed %d: %d reps", sets[i], (int)seed, case_tally(run, 0).full);
            run_free(run);
        }
}

static void test_a_child_jumping_on_the_idle_box_is_nothing(void **state)
{
    (void)state;
    idle_stays_idle(PATIENT_CHILD_JUMPS);
}

/* With a foot on the box it is no empty box: the zero stays, and the session is as good as any. */
static void test_tare_with_a_foot_on_is_refused(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_TARE_FOOT, CURL, seed);
        assert_int_equal(run_count(run, EVENT_TARED), 0);
        run_free(run);
    }
    case_exact(PATIENT_TARE_FOOT, CURL, 10);
}

/* --- step-ups: the other leg -------------------------------------------------------------------------------------- */

static void test_the_other_leg_changes_no_count(void **state)
{
    (void)state;
    const enum patient_case ways[] = {PATIENT_PLAIN,     PATIENT_LEAD_SWAPPED, PATIENT_BOTH_OFF,   PATIENT_DOUBLE_TAP,
                                      PATIENT_REAR_PUSH, PATIENT_TWO_PART_CON, PATIENT_DROPPED_ECC};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        case_exact(ways[i], CASE_STEP, 8);
}

static void test_half_a_step_is_partial(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_PARTIAL, CASE_STEP, seed);
        struct tally tally = case_tally(run, 1);
        assert_int_equal(tally.full, 8);
        assert_int_equal(tally.partial, case_truths(run, 0) - case_truths(run, 1000));
        assert_true(tally.flags & FLAG_HEIGHT);
        run_free(run);
    }
}

static void test_a_pause_on_the_way_down_from_a_step_is_one_rep(void **state)
{
    (void)state;
    case_exact(PATIENT_PAUSE_IN_ECC, CASE_STEP, 8);
}

/*
 * Off in the middle of rep 3, or with a jump from its top, and back: that rep is partial, and it counts on. What is
 * broken off is told by the way down alone, which sway leaves uncertain: of 200 seeds 189 and 178 come out so, the others
 * count it as full (a finger on a chair looks the same, and it is the more common).
 */
static void leaves_step(enum patient_case oddity)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, CASE_STEP, seed);
        struct tally tally = case_tally(run, 0);
        assert_int_equal(tally.full, 8);
        assert_int_equal(tally.partial, 1);
        assert_int_equal(run_event(run, EVENT_REP, 2)->u.rep.outcome, REP_PARTIAL);
        case_done(run);
        run_free(run);
    }
}

static void test_leaving_a_step_in_mid_eccentric_is_no_full_rep(void **state)
{
    (void)state;
    leaves_step(PATIENT_LEAVES_IN_ECC);
}

static void test_jumping_off_a_step_spoils_only_that_rep(void **state)
{
    (void)state;
    leaves_step(PATIENT_JUMPS_OFF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knocks_are_no_reps),
        cmocka_unit_test(test_a_finger_on_a_chair_changes_no_count),
        cmocka_unit_test(test_a_phone_taken_away_in_the_set_changes_no_count),
        cmocka_unit_test(test_leaning_does_not_matter_where_the_whole_weight_is_seen),
        cmocka_unit_test(test_leaning_on_a_chair_is_said),
        cmocka_unit_test(test_leaning_on_a_chair_claims_no_phase),
        cmocka_unit_test(test_leaning_steps_of_3_kg_are_said),
        cmocka_unit_test(test_a_shove_is_no_full_rep),
        cmocka_unit_test(test_kicks_cost_at_most_one_step_up),
        cmocka_unit_test(test_a_second_person_costs_no_curl),
        cmocka_unit_test(test_a_dumbbell_put_down_costs_no_curl),
        cmocka_unit_test(test_others_on_the_step_are_forgotten_when_they_have_left),
        cmocka_unit_test(test_nobody_there_is_nothing),
        cmocka_unit_test(test_walking_over_the_box_is_nothing),
        cmocka_unit_test(test_walking_past_is_no_rep),
        cmocka_unit_test(test_a_child_jumping_on_the_idle_box_is_nothing),
        cmocka_unit_test(test_tare_with_a_foot_on_is_refused),
        cmocka_unit_test(test_the_other_leg_changes_no_count),
        cmocka_unit_test(test_half_a_step_is_partial),
        cmocka_unit_test(test_a_pause_on_the_way_down_from_a_step_is_one_rep),
        cmocka_unit_test(test_leaving_a_step_in_mid_eccentric_is_no_full_rep),
        cmocka_unit_test(test_jumping_off_a_step_spoils_only_that_rep),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
