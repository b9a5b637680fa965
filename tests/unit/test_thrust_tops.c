/* SPDX-License-Identifier: MIT */
/* Quick hips that halt half-way down: braking them adds as much to the load as the top does, so there seem to be two. */
#include "pelvis_signal.h"

#define RATE 80.0
#define B    118.0
#define S    118.0
#define R    43.0

static const struct dose dose = {.reps_max = 10, .tempo_ms = {1000, 0, 3000, 1000}};
static struct rep_run run;
static struct corner c[256];

/* Up in 0.9 s, half-way down in 0.5 s, 2 s there; what brakes the hips at the floor adds `brake` of the rise for 0.2 s. */
static void run_halting(double brake)
{
    double t = 2.0;
    int n = 0;

    for (int k = 0; k < 6; k++) {
        double off = t + 0.3;
        const struct corner rep[] = {{t, B},
                                     {off, B + S},
                                     {off + 0.9, B + S + R},
                                     {off + 1.0, B + S + R},
                                     {off + 1.5, B + S + 0.5 * R},
                                     {off + 3.5, B + S + 0.5 * R},
                                     {off + 3.7, B + S + (0.2 + brake) * R},
                                     {off + 3.8, B + S + (0.2 + brake) * R},
                                     {off + 4.0, B + S},
                                     {off + 4.25, B}};
        for (int i = 0; i < 10; i++)
            c[n++] = rep[i];
        t = off + 5.2;
    }
    rep_run_begin(&run, DETECTOR_THRUST, &dose, B, 0.4, -1.0);
    rep_run_shape(&run, c, n, RATE, 0.0, t + 1.0, NULL);
}

/* The way down is the 3 s that it took, or it is not told; never the moment after the brake. */
static void a_brake_at_the_floor_is_no_top(void **state)
{
    (void)state;
    for (double brake = 0.2; brake < 1.3; brake += 0.1) {
        run_halting(brake);
        assert_int_equal(run.full, 6);
        for (int k = 0; k < 6; k++) {
            const struct phase_time *top = &run.reps[k].phases[PHASE_TOP], *ecc = &run.reps[k].phases[PHASE_ECC];
            if (top->src != SRC_NONE && llabs(top->dur_ns - ns_of(0.4)) > 3 * top->sd_ns + ns_of(0.3))
                fail_msg("brake %.1f: top %.2f s with sd %.2f s", brake, s_of(top->dur_ns), s_of(top->sd_ns));
            if (ecc->src != SRC_NONE && llabs(ecc->dur_ns - ns_of(2.7)) > 3 * ecc->sd_ns + ns_of(0.3))
                fail_msg("brake %.1f: ecc %.2f s with sd %.2f s", brake, s_of(ecc->dur_ns), s_of(ecc->sd_ns));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_brake_at_the_floor_is_no_top),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
