/* SPDX-License-Identifier: MIT */
/*
 * Bridges and thrusts of light and heavy people to whom something odd happens: what is done is counted, and what is
 * counted was done. A leaning hand takes a third of what the lightest add by lifting, and nothing of the heaviest.
 */
#include "tests/unit/case_bench.h"

#define HIPS(exercise)                                                                                                 \
    CASE_RX("{\"exercise\":\"" exercise "\",\"contact\":\"box\",\"sets\":1,\"reps_min\":8,\"reps_max\":8}")

static const char *const exercises[] = {HIPS("glute_bridge"), HIPS("hip_thrust")};
static const int32_t masses_g[] = {45000, 60000, 80000, 100000, 130000};

static struct run *run_of(const char *rx, enum patient_case oddity, int32_t body_g, uint64_t seed)
{
    struct patient_setup setup = run_setup(seed);

    setup.oddity = oddity;
    setup.body_g = body_g;
    return run_session(&setup, rx);
}

/* Reps that went all of the way, and to their end. */
static int done(const struct run *run)
{
    int n = 0;

    for (int i = 0; i < run->truths; i++)
        n += run->truth[i].depth_milli >= 1000 && run->truth[i].end_ns != ABSENT;
    return n;
}

static void every_rep_is_counted_once(enum patient_case oddity, uint64_t seeds)
{
    for (int e = 0; e < 2; e++)
        for (int m = 0; m < 5; m++)
            for (uint64_t seed = 1; seed <= seeds; seed++) {
                struct run *run = run_of(exercises[e], oddity, masses_g[m], seed);
                struct tally tally = case_tally(run, 0);
                if (tally.full != 8 || tally.paced != 0 || done(run) != 8)
                    fail_msg("%s, %s, %d kg, seed %d: %d full, %d paced reps of %d done", patient_case_str(oddity),
                             e == 0 ? "bridge" : "thrust", (int)masses_g[m] / 1000, (int)seed, tally.full, tally.paced,
                             done(run));
                run_free(run);
            }
}

static void test_a_hand_that_takes_3_kg_and_puts_them_back(void **state)
{
    (void)state;
    every_rep_is_counted_once(PATIENT_LEANING_STEPS, 6);
}

static void test_knocks(void **state)
{
    (void)state;
    every_rep_is_counted_once(PATIENT_KICKED, 6); /* the reference is not known yet when the first one comes */
    every_rep_is_counted_once(PATIENT_SHOVED, 2);
    every_rep_is_counted_once(PATIENT_COUGHS, 2);
}

static void test_feet(void **state)
{
    (void)state;
    every_rep_is_counted_once(PATIENT_BOTH_OFF, 3);
    every_rep_is_counted_once(PATIENT_SHUFFLES, 2);
    every_rep_is_counted_once(PATIENT_HEEL_STRIKES, 2);
}

/* A rep that was broken off on its way is none, wherever it was; what came before stays, and the rest is done later. */
static void test_feet_that_leave_in_mid_rep(void **state)
{
    (void)state;
    every_rep_is_counted_once(PATIENT_LEAVES_IN_ECC, 2);
    every_rep_is_counted_once(PATIENT_JUMPS_OFF, 2);
    every_rep_is_counted_once(PATIENT_LEAVES_BOX, 1);
}

static void test_a_finger(void **state)
{
    (void)state;
    every_rep_is_counted_once(PATIENT_HAND_TOUCH, 3);
}

/* What others weigh is not told as the patient's, nor as a pelvis that stayed up. */
static void test_others_on_the_box(void **state)
{
    static const enum patient_case others[] = {PATIENT_SECOND_PERSON, PATIENT_DUMBBELL};

    (void)state;
    for (int k = 0; k < 2 * 2 * 5; k++) {
        struct run *run = run_of(exercises[k % 2], others[k / 2 % 2], masses_g[k / 4], (uint64_t)k + 1);
        assert_int_equal(case_tally(run, 0).flags & FLAG_NO_TOUCHDOWN, 0);
        assert_true((case_tally(run, 0).flags & FLAG_OTHER_LOAD) != 0);
        for (int i = 0; i < run->n; i++) {
            const struct rep_data *rep = &run->events[i].u.rep;
            if (run->events[i].head.type != EVENT_REP || !(rep->flags & FLAG_OTHER_LOAD))
                continue;
            assert_int_equal(rep->peak_mn, ABSENT);
            for (int phase = PHASE_CON; phase <= PHASE_ECC; phase++)
                assert_true(rep->phases[phase].src == SRC_NONE || rep->phases[phase].src == SRC_CUE);
        }
        run_free(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hand_that_takes_3_kg_and_puts_them_back),
        cmocka_unit_test(test_knocks),
        cmocka_unit_test(test_feet),
        cmocka_unit_test(test_feet_that_leave_in_mid_rep),
        cmocka_unit_test(test_others_on_the_box),
        cmocka_unit_test(test_a_finger),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
