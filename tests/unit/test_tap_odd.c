/* SPDX-License-Identifier: MIT */
/* The moving foot taps the floor, and something is odd: light quick legs, other people, hands, kicks, holes. */
#include "tests/unit/case_bench.h"

#define TAPS(tempo, reps)                                                                                              \
    CASE_RX("{\"exercise\":\"hip_extension\",\"side\":\"left\",\"contact\":\"box_tap\",\"sets\":1,\"reps_min\":" reps  \
            ",\"reps_max\":" reps ",\"tempo\":{" tempo "}}")
#define USUAL TAPS("\"con_s\":2,\"top_s\":1,\"ecc_s\":3,\"bottom_s\":1", "8")
#define QUICK TAPS("\"con_s\":1.2,\"top_s\":1.1,\"ecc_s\":1.2,\"bottom_s\":0.5", "12")
/* A leg that is dropped leaves con and top of the rep, less than half of it. */
#define SLOW_DOWN TAPS("\"con_s\":1.4,\"top_s\":0.7,\"ecc_s\":3.9,\"bottom_s\":1", "8")

/* Legs of 45 kg at 1.2 s: set off and stopped with 20 N, where the foot on the floor takes 27 N. */
static void test_a_light_patient_with_quick_legs_is_counted(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct patient_setup setup = run_setup(seed);
        struct run *run;
        setup.body_g = 45700;
        setup.sps_milli = 320000;
        run = run_session(&setup, QUICK);
        if (case_tally(run, 0).full != 12)
            fail_msg("seed %d: %d of 12", (int)seed, case_tally(run, 0).full);
        run_free(run);
    }
}

static void test_a_dropped_leg_is_a_rep(void **state)
{
    (void)state;
    case_exact(PATIENT_DROPPED_ECC, SLOW_DOWN, 8);
}

/* Counted by cue from the rep in which it happened, and said what it was. */
static void others_are_said(enum patient_case oddity)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(oddity, USUAL, seed);
        struct tally tally = case_tally(run, 0);
        if (tally.full != 3 || tally.paced != 5 || (tally.flags & FLAG_OTHER_LOAD) == 0 ||
            (tally.flags & (FLAG_NO_TOUCHDOWN | FLAG_HAND_SUPPORT)) != 0)
            fail_msg("%s, seed %d: %d full, %d paced, flags %x", patient_case_str(oddity), (int)seed, tally.full,
                     tally.paced, (unsigned)tally.flags);
        run_free(run);
    }
}

static void test_a_second_person_is_no_missing_touchdown(void **state)
{
    (void)state;
    others_are_said(PATIENT_SECOND_PERSON);
}

static void test_a_dumbbell_is_no_missing_touchdown(void **state)
{
    (void)state;
    others_are_said(PATIENT_DUMBBELL);
}

/* Kicked while the foot is on the floor the box rings: that is no deeper floor. */
static void test_a_kick_is_no_floor(void **state)
{
    (void)state;
    case_exact(PATIENT_KICKED, USUAL, 8);
}

/* Half a second without samples in the third rep: it is counted, and says so; the others do not. */
static void test_a_hole_is_said(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_GAP_SHORT, USUAL, seed);
        assert_int_equal(case_tally(run, 0).full, 8);
        for (int i = 0; i < 8; i++)
            assert_int_equal(run_event(run, EVENT_REP, i)->u.rep.flags, i == 2 ? FLAG_GAP : 0);
        run_free(run);
    }
}

/* Whoever stepped off with both feet begins the next rep when the standing foot is back: not a second later. */
static void test_a_rep_begins_when_the_foot_is_back_on_the_box(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = case_run(PATIENT_BOTH_OFF, USUAL, seed);
        assert_int_equal(case_tally(run, 0).full, 8);
        for (int i = 0; i < 8; i++) {
            int64_t late_ns = run_event(run, EVENT_REP, i)->u.rep.start_ns - run->truth[i].con_ns;
            assert_in_range(late_ns + NS_PER_S, NS_PER_S - 300 * NS_PER_MS, NS_PER_S + 300 * NS_PER_MS);
        }
        run_free(run);
    }
}

/* Who leans a good deal is counted by the taps as far as they show, and it is said. */
static void test_leaning_is_said(void **state)
{
    int said = 0, full = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct run *run = case_run(PATIENT_HAND_LEAN, USUAL, seed);
        struct tally tally = case_tally(run, 0);
        said += (tally.flags & (FLAG_HAND_SUPPORT | FLAG_NO_TOUCHDOWN)) != 0;
        full += tally.full;
        run_free(run);
    }
    assert_true(said >= 4);
    assert_true(full > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_light_patient_with_quick_legs_is_counted),
        cmocka_unit_test(test_a_dropped_leg_is_a_rep),
        cmocka_unit_test(test_a_second_person_is_no_missing_touchdown),
        cmocka_unit_test(test_a_dumbbell_is_no_missing_touchdown),
        cmocka_unit_test(test_a_kick_is_no_floor),
        cmocka_unit_test(test_a_hole_is_said),
        cmocka_unit_test(test_a_rep_begins_when_the_foot_is_back_on_the_box),
        cmocka_unit_test(test_leaning_is_said),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
