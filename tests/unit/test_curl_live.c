/* SPDX-License-Identifier: MIT */
/* Live phases of a curl whose level a hand on a chair has moved by more than a tenth of A. */
#include "rep_run.h"

#define B    700.0
#define A    50.0
#define RATE 80.0
#define OFF  0.12 /* of A: lifted on top, pressed at the bottom */
#define LATE 0.35 /* s: 0.3 and the block that it falls into */

static const struct dose dose = {.reps_max = 10, .tempo_ms = {1500, 1000, 4000, 1000}};
static struct rep_run run;

static void told_near(enum phase phase, double at_s)
{
    double best = 1e9;

    for (int i = 0; i < run.n_phases; i++)
        if (run.phases[i].phase == phase && fabs(s_of(run.phases[i].t_ns) - at_s) < fabs(best))
            best = s_of(run.phases[i].t_ns) - at_s;
    if (fabs(best) > LATE)
        fail_msg("phase %d at %.2f s: %+.2f s", phase, at_s, best);
}

/* The plateau stays below 0.9 A, and the load above 0.1 A when the leg is down: movements that end are told all the same. */
static void movements_end_where_they_give_out(void **state)
{
    (void)state;
    for (double con_s = 1.0; con_s < 3.1; con_s += 0.5)
        for (double ecc_s = 1.5; ecc_s < 4.6; ecc_s += 0.5) {
            struct corner c[32];
            double t = 2.0, edge = min_jerk_inverse(0.1);
            int n = add_rep(c, 0, &t, B, A, (struct tempo){con_s, 1.0, ecc_s, 1.5});
            double up_s = t, down_s = up_s + con_s + 1.5, end_s = down_s + ecc_s;
            const struct corner held[] = {{up_s, B},
                                          {up_s + con_s, B + (1.0 - OFF) * A},
                                          {down_s, B + (1.0 - OFF) * A},
                                          {end_s, B + OFF * A},
                                          {end_s + 1.5, B + OFF * A},
                                          {end_s + 2.0, B}};
            for (int i = 0; i < 6; i++)
                c[n++] = held[i];
            rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, A);
            rep_run_shape(&run, c, n, RATE, 0.0, end_s + 4.0, NULL);
            told_near(PHASE_TOP, up_s + (1.0 - edge) * con_s);
            told_near(PHASE_BOTTOM, down_s + (1.0 - edge) * ecc_s);
        }
}

/* A hand that lifts, slowly and not far, and lets go again: the way up that comes later is told when it comes. */
static void a_way_up_that_was_none_is_taken_back(void **state)
{
    (void)state;
    for (double con_s = 1.0; con_s < 3.1; con_s += 0.5) {
        struct corner c[32];
        double t = 2.0, edge = min_jerk_inverse(0.1);
        int n = add_rep(c, 0, &t, B, A, (struct tempo){con_s, 1.0, 3.0, 1.5});
        double up_s = t + 3.0;
        const struct corner lifted[] = {{t, B},
                                        {t + 0.8, B + 0.25 * A},
                                        {t + 1.2, B + 0.25 * A},
                                        {t + 2.2, B + 0.08 * A},
                                        {up_s, B + 0.08 * A},
                                        {up_s + con_s, B + A},
                                        {up_s + con_s + 1.0, B + A},
                                        {up_s + con_s + 4.0, B}};
        for (int i = 0; i < 8; i++)
            c[n++] = lifted[i];
        rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, A);
        rep_run_shape(&run, c, n, RATE, 0.0, up_s + con_s + 6.0, NULL);
        told_near(PHASE_CON, up_s + edge * con_s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(movements_end_where_they_give_out),
        cmocka_unit_test(a_way_up_that_was_none_is_taken_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
