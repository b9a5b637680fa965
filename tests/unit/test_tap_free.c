/* SPDX-License-Identifier: MIT */
/* Taps without a tempo: quick legs, whose stop on top takes as much off the box as a foot on the floor, for a moment. */
#include "tap_signal.h"

#define RATE 80.0

static const struct dose free_dose = {.reps_max = 10, .tempo_ms = {TEMPO_FREE, TEMPO_FREE, TEMPO_FREE, TEMPO_FREE}};

static void begin_free(void)
{
    rep_run_begin(&run, DETECTOR_TAP, &free_dose, W - D, 2.0, -1.0);
}

/* Lifted at *t: the leg sets off, adding 20 N, and is stopped stop_s later, taking `fall` off the box for 0.1 s. */
static void add_quick(int *n, double *t, double stop_s, double fall, double floor_s)
{
    const struct corner corners[] = {{*t, W - D},
                                     {*t + 0.1, W + 20.0},
                                     {*t + 0.2, W},
                                     {*t + stop_s - 0.1, W},
                                     {*t + stop_s - 0.05, W - fall},
                                     {*t + stop_s + 0.05, W - fall},
                                     {*t + stop_s + 0.1, W},
                                     {*t + 3.0, W},
                                     {*t + 3.1, W - D}};

    for (int i = 0; i < 9; i++)
        c[(*n)++] = corners[i];
    *t += 3.1 + floor_s;
}

static void a_leg_that_is_stopped_on_top_has_not_tapped(void **state)
{
    (void)state;
    static const double falls[] = {0.5, 0.75, 1.0, 1.2};

    for (int k = 0; k < 4; k++)
        for (double stop_s = 0.7; stop_s < 1.6; stop_s += 0.1) {
            double t = 2.0;
            int n = 0;
            for (int i = 0; i < 6; i++)
                add_quick(&n, &t, stop_s, falls[k] * D, 0.5);
            begin_free();
            rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
            if (run.full != 6)
                fail_msg("stopped after %.1f s by %.2f of a tap: %d of 6", stop_s, falls[k], run.full);
            assert_int_equal(run.n, 6);
        }
}

/* Who only touches the floor taps all the same: the leg sets off anew each time. */
static void a_touch_of_the_floor_is_a_tap(void **state)
{
    (void)state;
    for (double floor_s = 0.05; floor_s < 0.6; floor_s += 0.05) {
        double t = 2.0;
        int n = 0;
        for (int i = 0; i < 6; i++)
            add_quick(&n, &t, 1.0, 0.0, floor_s);
        begin_free();
        rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
        if (run.full != 6)
            fail_msg("on the floor for %.2f s: %d of 6", floor_s, run.full);
        assert_int_equal(run.n, 6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leg_that_is_stopped_on_top_has_not_tapped),
        cmocka_unit_test(a_touch_of_the_floor_is_a_tap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
