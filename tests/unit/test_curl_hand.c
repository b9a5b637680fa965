/* SPDX-License-Identifier: MIT */
/* Curls with a finger on a chair: what it takes off a rep does not make it a partial one. */
#include "tests/unit/case_bench.h"

#define PATIENTS 60
#define REPS     10

#define CURLS                                                                                                          \
    CASE_RX("{\"exercise\":\"banded_curl\",\"side\":\"left\",\"contact\":\"box\",\"anchor\":\"dead\",\"sets\":1,"      \
            "\"reps_min\":10,\"reps_max\":10,\"tempo\":{\"con_s\":1.5,\"top_s\":1,\"ecc_s\":3,\"bottom_s\":1}}")

/* Light, or bands that a finger's wander is a seventh of. */
static struct patient_setup touching_patient(int i)
{
    struct patient_setup setup = run_setup(7100 + (uint64_t)i);
    setup.oddity = PATIENT_HAND_TOUCH;
    setup.body_g = 45000 + 500 * i;
    setup.band_mn = 21000 + i % 10 * 1500;
    return setup;
}

static void a_finger_makes_no_rep_a_partial_one(void **state)
{
    (void)state;
    int partial = 0, full = 0;

    for (int i = 0; i < PATIENTS; i++) {
        struct patient_setup setup = touching_patient(i);
        struct run *run = run_session(&setup, CURLS);
        struct tally tally = case_tally(run, 0);
        case_honest(run);
        partial += tally.partial;
        full += tally.full;
        run_free(run);
    }
    printf("  %d reps are full, %d partial\n", full, partial);
    assert_true(full > PATIENTS * REPS / 2);
    assert_true(partial * 300 <= full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finger_makes_no_rep_a_partial_one),
    };
    return cmocka_run_group_tests(tests, run_load_exercises, run_free_exercises);
}
