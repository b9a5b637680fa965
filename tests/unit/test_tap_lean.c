/* SPDX-License-Identifier: MIT */
/* The moving foot taps the floor, and a hand takes as much off the box as the foot gives it when it is lifted. */
#include "tests/unit/case_bench.h"

#define TAPS(reps)                                                                                                     \
    CASE_RX("{\"exercise\":\"hip_extension\",\"side\":\"left\",\"contact\":\"box_tap\",\"sets\":1,\"reps_min\":" reps  \
            ",\"reps_max\":" reps ",\"tempo\":{\"con_s\":2.9,\"top_s\":1.6,\"ecc_s\":4.5,\"bottom_s\":1.1}}")

#define PATIENTS 12

static struct run *run_of(enum patient_case oddity, int32_t body_g, uint64_t seed, const char *rx)
{
    struct patient_setup setup = run_setup(seed);

    setup.oddity = oddity;
    setup.body_g = body_g;
    struct run *run = run_session(&setup, rx);
    case_honest(run);
    return run;
}

/*
 * 29 N of a light patient, whose foot weighs 27: a lift that the hand hides is not seen. What nobody did is not counted, a
 * few may be missing, and it is said.
 */
static void every_second_rep_beside_a_chair_is_said(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= PATIENTS; seed++) {
        struct run *run = run_of(PATIENT_LEANING_STEPS, 45000 + 1000 * (int32_t)seed, seed, TAPS("8"));
        struct tally tally = case_tally(run, 0);
        int truths = case_truths(run, 1000), told = tally.full + tally.paced;
        if (told - truths > 1 || truths - told > 2 || (told != truths && (tally.flags & FLAG_HAND_SUPPORT) == 0))
            fail_msg("seed %d: %d full, %d paced of %d, flags %x", (int)seed, tally.full, tally.paced, truths,
                     (unsigned)tally.flags);
        run_free(run);
    }
}

/* Who rests with the foot on the floor has not moved: seven are seven, and no cue makes eight of them. */
static void who_rests_without_a_hand_stays_measured(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct run *run = run_of(PATIENT_SILENT_AT_7, 80000, seed, TAPS("10"));
        struct tally tally = case_tally(run, 1);
        assert_int_equal(case_set(run, 0)->reps, 7);
        assert_int_equal(tally.paced, 0);
        run_free(run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_second_rep_beside_a_chair_is_said),
        cmocka_unit_test(who_rests_without_a_hand_stays_measured),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
