/* SPDX-License-Identifier: MIT */
/* Bridges as fast as they can: hips that are sped up and slowed down swing the load by more than half of the lift. */
#include "bridge_set.h"

/* Up for 1.1 s or so: the load at lift-off, sped up, slowed down, on top, and the same way back; parts of S. */
static void add_quick(int *n, double *t, double up, double dip, double slower)
{
    const double shape[][2] = {{0.0, 0.0},  {0.15, 0.9},  {0.22, up},   {0.34, 1.0}, {0.42, dip},
                               {0.5, dip},  {0.54, 0.95}, {0.66, 0.95}, {0.7, dip},  {0.78, dip},
                               {0.86, 1.0}, {0.98, up},   {1.05, 0.9},  {1.2, 0.0}};

    for (int i = 0; i < 14; i++)
        c[(*n)++] = (struct corner){*t + slower * shape[i][0], B + S * shape[i][1]};
    *t = c[*n - 1].t_s + 0.8;
}

static void quick_reps_are_counted_beside_slow_ones(void **state)
{
    (void)state;
    for (double slower = 0.9; slower < 1.21; slower += 0.1)
        for (double up = 1.3; up < 1.91; up += 0.1)
            for (double dip = 0.3; dip < 0.71; dip += 0.1) {
                double t = 2.0;
                int n = 0;
                add_lift(c, &n, &t, B, LIFT);
                for (int k = 0; k < 8; k++)
                    add_quick(&n, &t, up, dip, slower);
                begin(-1.0);
                run_averaged(&run, c, n, RATE, t + 1.0);
                if (run.full != 9 || run.n != 9)
                    fail_msg("slower by %.1f, up to %.1f, down to %.1f of S: %d of 9", slower, up, dip, run.full);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quick_reps_are_counted_beside_slow_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
