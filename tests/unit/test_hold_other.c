/* SPDX-License-Identifier: MIT */
/* What is put on the box during a hold without a target: told when it comes on top of what is held, never in the lift. */
#include "hold_run.h"

#define LIFT_N  160.0
#define OTHER_N 78.0 /* 8 kg */

static double lift_at(double t, double step_n, double in_s)
{
    const struct corner c[] = {{1.0, 0.0}, {1.0 + in_s, step_n}};

    return shape_at(c, 2, t);
}

/*
 * Feet take over within 0.2-0.5 s (physics, section 3). A lift of 160 N in 0.35 s with a dumbbell put down in 0.25 s lies
 * between lifts of 238 N in 0.2 and in 0.5 s all the time: no reader can tell it from one of them.
 */
static void a_dumbbell_put_down_with_the_lift_is_a_heavier_lift(void **state)
{
    (void)state;
    for (double t = 0.9; t < 2.0; t += 0.001) {
        double both = lift_at(t, LIFT_N, 0.35) + lift_at(t, OTHER_N, 0.25);
        assert_true(both <= lift_at(t, LIFT_N + OTHER_N, 0.2) + 1e-9);
        assert_true(both >= lift_at(t, LIFT_N + OTHER_N, 0.5) - 1e-9);
    }
}

/* 0: with the lift; later: so long after it. */
static struct hold_data with_other(double after_s)
{
    const struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 0.0);

    for (int i = 0; i / RATE < 16.0; i++) {
        double t = i / RATE, other = after_s < 100.0 ? lift_at(t - after_s, OTHER_N, 0.25) : 0.0;
        struct sample s = sample_of(t, REST_N + lift_at(t, LIFT_N, 0.35) + other);
        feed(&hold, &s);
    }
    return result(&hold);
}

static void put_down_later_it_is_told_and_no_force_with_it(void **state)
{
    (void)state;
    struct hold_data alone = with_other(1000.0), lift = with_other(0.0);

    assert_int_equal(alone.flags, 0);
    assert_int_equal(lift.flags, 0); /* see above */
    assert_int_equal(lift.held_ns, alone.held_ns);
    for (double after_s = 4.0; after_s < 8.0; after_s += 0.5) {
        struct hold_data data = with_other(after_s);
        assert_int_equal(data.outcome, HOLD_FULL);
        assert_int_equal(data.held_ns, alone.held_ns);
        assert_int_equal(data.flags, FLAG_OTHER_LOAD | FLAG_CUED);
        assert_true(data.mean_mn == ABSENT && data.in_band_ns == ABSENT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dumbbell_put_down_with_the_lift_is_a_heavier_lift),
        cmocka_unit_test(put_down_later_it_is_told_and_no_force_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
