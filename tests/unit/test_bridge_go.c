/* SPDX-License-Identifier: MIT */
/* A pelvis that is up at "go" already: the end of the rep in which the set was stopped, or a patient who does not wait. */
#include "bridge_set.h"

/* A rep that began before_s before "go", then three more. amp_n: what earlier sets have learnt, or -1. */
static void play_from(double before_s, double amp_n)
{
    double t = -before_s;
    int n = 0;

    for (int k = 0; k < 4; k++)
        add_lift(c, &n, &t, B, LIFT);
    begin(amp_n);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
}

/* LIFT is up for 6.4 s; from a stop to "go" again it is 3.3 s at least (a press, a countdown). */
static void the_end_of_a_stopped_rep_is_none(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++)
        for (double before_s = 3.3; before_s < 6.2; before_s += 0.1) {
            play_from(before_s, known != 0 ? A : -1.0);
            assert_int_equal(run.full, 3);
            assert_int_equal(run.n, 3);
            assert_int_equal(run.reps[0].flags, 0);
        }
}

/* Who lifts on the last beat of the countdown has done all of it but the first moment. */
static void who_does_not_wait_for_go_has_done_it(void **state)
{
    (void)state;
    for (double before_s = 0.0; before_s < 1.3; before_s += 0.1) {
        play_from(before_s, A);
        assert_int_equal(run.full, 4);
        assert_int_equal(run.n, 4);
        assert_int_equal(run.reps[0].flags, 0); /* its beginning was not seen, but no sample is missing */
        assert_true(before_s < 0.5 || run.reps[0].tut_ns == ABSENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_a_stopped_rep_is_none),
        cmocka_unit_test(who_does_not_wait_for_go_has_done_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
