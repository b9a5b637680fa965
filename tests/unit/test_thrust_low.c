/* SPDX-License-Identifier: MIT */
/* Low thrusts whose ends lie apart: one foot took over more of the load than the other gave back. Low they are all the same. */
#include "pelvis_signal.h"

#define RATE 80.0
#define B    118.0
#define S    118.0
#define R    43.0

static const struct dose dose = {.reps_max = 10, .tempo_ms = {2000, 2000, 3000, 1000}};
static struct rep_run run;
static struct corner c[128];

/* One rep to `part` of the height, whose level at touch-down lies apart_n below that at lift-off. */
static void add_apart(int *n, double *t, double part, double apart_n)
{
    double off = *t + 0.3;
    const struct corner rep[] = {{*t, B},
                                 {off, B + S + apart_n / 2.0},
                                 {off + 1.6, B + S + part * R},
                                 {off + 3.6, B + S + part * R},
                                 {off + 6.0, B + S - apart_n / 2.0},
                                 {off + 6.25, B}};

    for (int i = 0; i < 6; i++)
        c[(*n)++] = rep[i];
    *t = off + 7.3;
}

static void a_low_rep_is_low_though_its_ends_lie_apart(void **state)
{
    (void)state;
    for (double apart_n = 0.0; apart_n < 0.31 * R; apart_n += 0.05 * R)
        for (double part = 0.35; part < 0.56; part += 0.05) {
            double t = 2.0;
            int n = 0;
            for (int k = 0; k < 8; k++)
                add_apart(&n, &t, k == 5 ? part : 1.0, k == 5 ? apart_n : 0.0);
            rep_run_begin(&run, DETECTOR_THRUST, &dose, B, 0.4, -1.0);
            rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
            assert_int_equal(run.n, 8);
            for (int k = 0; k < 8; k++)
                if ((run.reps[k].outcome == REP_PARTIAL) != (k == 5))
                    fail_msg("%.2f of the height, ends %.2f of the rise apart: rep %d is %s", part, apart_n / R, k + 1,
                             rep_outcome_str(run.reps[k].outcome));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_low_rep_is_low_though_its_ends_lie_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
