/* SPDX-License-Identifier: MIT */
/* The live phases of a set's first thrust, of which nothing is known beforehand: how much the hips add differs by body. */
#include "pelvis_signal.h"

#define B 118.0
#define S 118.0

/* Crossings of 10 % of a min-jerk movement. */
#define EDGE min_jerk_inverse(0.1)

static const struct dose dose = {.reps_max = 10, .tempo_ms = {2000, 2000, 3000, 1000}};
static struct rep_run run;
static struct corner c[64];

static void one_rep(struct lift lift, double rate)
{
    double t = 2.0;
    int n = 0;

    add_lift(c, &n, &t, B, lift);
    rep_run_begin(&run, DETECTOR_THRUST, &dose, B, 0.4, -1.0);
    run_averaged(&run, c, n, rate, t + 1.0);
}

/* The last time that the phase was told, or -1. */
static double told_s(enum phase phase)
{
    double at_s = -1.0;

    for (int i = 0; i < run.n_phases; i++)
        if (run.phases[i].phase == phase)
            at_s = s_of(run.phases[i].t_ns);
    return at_s;
}

/* Its way down is told by what its way up has shown, whatever that was: R is 20-45 % of the level at lift-off. */
static void the_first_way_down_is_told_within_300_ms(void **state)
{
    (void)state;
    static const double rates[] = {76.0, 320.0};

    for (int r = 0; r < 2; r++)
        for (double rise = 0.20; rise < 0.46; rise += 0.05)
            for (double ecc_s = 1.5; ecc_s < 5.1; ecc_s += 0.5) {
                one_rep((struct lift){S, rise * S, 0.3, 2.0, 1.5, ecc_s, 0.25, 1.0}, rates[r]);
                double from_s = 2.3 + 3.5, ecc = told_s(PHASE_ECC) - (from_s + EDGE * ecc_s);
                double bottom = told_s(PHASE_BOTTOM) - (from_s + (1.0 - EDGE) * ecc_s);
                assert_int_equal(run.full, 1);
                if (fabs(ecc) > 0.3 || fabs(bottom) > 0.3)
                    fail_msg("rise %.2f, down in %.1f s: ecc %+.2f s, bottom %+.2f s", rise, ecc_s, ecc, bottom);
            }
}

/* Of a set after another one everything is: the feet stand where they stood. Else it is as if there had been none. */
static void after_another_set_so_is_the_first_way_up(void **state)
{
    (void)state;
    for (double rise = 0.20; rise < 0.46; rise += 0.05)
        for (double con_s = 1.0; con_s < 3.1; con_s += 0.5) {
            const struct lift lift = {S, rise * S, 0.3, con_s, 1.5, 3.0, 0.25, 1.0};
            struct detector_setup again = {.dose = &dose,
                                           .refs = {.rest_mn = (int64_t)(1000 * B), .noise_mn = 400, .bw_mn = ABSENT},
                                           .ref_amp_mn = ABSENT};
            double t = 2.0;
            int n = 0;
            one_rep(lift, 80.0);
            again.ref_rise = run.ops->ref_rise(&run.memory);
            assert_true(again.ref_rise.rise_mn > 0);
            add_lift(c, &n, &t, B, lift);
            memset(&run, 0, sizeof run);
            run.ops = detector_ops(DETECTOR_THRUST);
            run.ops->begin(&run.memory, &again);
            run_averaged(&run, c, n, 80.0, t + 1.0);
            double con = told_s(PHASE_CON) - (2.3 + EDGE * con_s),
                   top = told_s(PHASE_TOP) - (2.3 + (1.0 - EDGE) * con_s);
            assert_int_equal(run.full, 1);
            assert_int_equal(run.n_phases, 4);
            if (fabs(con) > 0.3 || fabs(top) > 0.3)
                fail_msg("rise %.2f, up in %.1f s: con %+.2f s, top %+.2f s", rise, con_s, con, top);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_way_down_is_told_within_300_ms),
        cmocka_unit_test(after_another_set_so_is_the_first_way_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
