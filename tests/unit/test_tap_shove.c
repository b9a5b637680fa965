/* SPDX-License-Identifier: MIT */
/* A box that is shoved to and fro while the foot is on the floor: what it shows then is no floor of a foot. */
#include "tap_signal.h"

#define RATE 80.0

/* Eight reps of 6 s with pauses of 1.2 s; in every third pause the load goes up by `by` times a tap for 0.4 s, then down. */
static void run_shoved(double by, double from_s)
{
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < 8; k++) {
        add_air(&n, &t, D, 6.0, 1.2);
        if (k % 3 != 2)
            continue;
        double at = t - 1.2 + from_s;
        const struct corner shove[] = {
            {at, W - D}, {at + 0.2, W - D + by * D}, {at + 0.4, W - D}, {at + 0.6, W - D - by * D}, {at + 0.8, W - D}};
        for (int i = 0; i < 5; i++)
            c[n++] = shove[i];
    }
    begin(W - D, 2.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
}

static void a_shove_in_the_pause_changes_no_count(void **state)
{
    (void)state;
    for (double by = 0.5; by < 2.1; by += 0.25)
        for (double from_s = 0.1; from_s < 0.38; from_s += 0.05) {
            run_shoved(by, from_s);
            if (run.full != 8 || run.not_seen != 0)
                fail_msg("shoved by %.2f of a tap, %.1f s after it: %d of 8, not seen %d", by, from_s, run.full,
                         run.not_seen);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shove_in_the_pause_changes_no_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
