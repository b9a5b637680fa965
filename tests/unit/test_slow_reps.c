/* SPDX-License-Identifier: MIT */
/* Who is twice as slow as the tempo, in what is told by its touch-down: slow, and no more. */
#include "tap_signal.h"

#define RATE 80.0
#define B    94.0
#define REPS 5

static const enum pacing pacings[] = {PACING_PACED, PACING_SELF, PACING_FADE};
/* Of a dose of 2-2-3-1 and of 2-1-3-1. */
static const struct lift SLOW_LIFT = {165.0, 43.0, 0.3, 4.0, 4.0, 6.0, 0.25, 2.0};
#define SLOW_AIR_S 12.0

static void assert_all(enum pacing pacing)
{
    if (run.full != REPS || run.n != REPS || run.not_seen != 0)
        fail_msg("pacing %d: %d reps, %d full, not seen %d", (int)pacing, run.n, run.full, run.not_seen);
}

static void slow_hips_are_counted(void **state)
{
    static const enum detector_kind kinds[] = {DETECTOR_BRIDGE, DETECTOR_THRUST};

    (void)state;
    for (int kind = 0; kind < 2; kind++)
        for (int p = 0; p < 3; p++) {
            struct dose slow = {.reps_max = 10, .tempo_ms = {2000, 2000, 3000, 1000}, .pacing = pacings[p]};
            double t = 2.0;
            int n = 0;
            for (int k = 0; k < REPS; k++)
                add_lift(c, &n, &t, B, SLOW_LIFT);
            rep_run_begin(&run, kinds[kind], &slow, B, 0.4, -1.0);
            rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
            assert_all(pacings[p]);
        }
}

static void slow_taps_are_counted(void **state)
{
    (void)state;
    for (int p = 0; p < 3; p++) {
        struct dose slow = {.reps_max = 10, .tempo_ms = {2000, 1000, 3000, 1000}, .pacing = pacings[p]};
        struct sway sway = sway_make(7, RATE, 3.1);
        double t = 2.0;
        int n = 0;
        for (int k = 0; k < REPS; k++)
            add_air(&n, &t, D, SLOW_AIR_S, 2.0);
        rep_run_begin(&run, DETECTOR_TAP, &slow, W - D, 3.1, -1.0);
        rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, &sway);
        assert_all(pacings[p]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_hips_are_counted),
        cmocka_unit_test(slow_taps_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
