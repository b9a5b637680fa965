/* SPDX-License-Identifier: MIT */
/* When a foot left the floor, where the leg that sets off and is stopped shows on the box too. */
#include "tap_signal.h"

#define RATE 80.0

/* At `off` a leg sets off and adds to the load; 0.5 s later it is stopped, and the load falls by `fall` for 0.4 s. */
static void add_setting_off(int *n, double off, double fall)
{
    c[(*n)++] = (struct corner){off + 0.08, W + 20.0};
    c[(*n)++] = (struct corner){off + 0.45, W + 15.0};
    c[(*n)++] = (struct corner){off + 0.6, W - fall};
    c[(*n)++] = (struct corner){off + 0.95, W - fall};
    c[(*n)++] = (struct corner){off + 1.05, W};
}

/* Eight reps whose leg is set off and stopped, four of them after the depth of a tap is learnt. */
static void run_stopped(double fall)
{
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < 8; k++) {
        double off = add_air(&n, &t, D, 6.0, 1.0);
        struct corner ends[2] = {c[n - 2], c[n - 1]};
        if (k < 4)
            continue;
        n -= 3;
        add_setting_off(&n, off, fall);
        c[n++] = ends[0];
        c[n++] = ends[1];
    }
    begin(W - D, 2.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
    assert_int_equal(run.full, 8);
}

/* A leg that is stopped is not put down: the rep goes on. A foot that was put down once more starts it anew. */
static void a_leg_that_is_stopped_does_not_start_the_rep_anew(void **state)
{
    (void)state;

    run_stopped(0.6 * D);
    for (int k = 0; k < 8; k++)
        assert_near(s_of(run.reps[k].end_ns - run.reps[k].start_ns), 6.0, 0.12);
    run_stopped(D);
    for (int k = 4; k < 8; k++)
        assert_near(s_of(run.reps[k].end_ns - run.reps[k].start_ns), 5.0, 0.12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leg_that_is_stopped_does_not_start_the_rep_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
