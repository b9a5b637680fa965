/* SPDX-License-Identifier: MIT */
/* Live phases of a curl by a converter of ten samples a second. */
#include "slow_run.h"

#define B    700.0
#define A    50.0
#define REPS 5

static const struct dose dose = {.reps_max = 10, .tempo_ms = {1500, 1000, 4000, 1000}};
static struct rep_run run;
static struct corner c[256];

/* From the second rep on, which knows A: within 0.25 s and the sample that the change falls into. */
static void check(double from_s, struct tempo tempo, double rate)
{
    static const char *const names[PHASE_COUNT] = {"con", "top", "ecc", "bottom"};
    double edge = min_jerk_inverse(0.1), down_s = from_s + tempo.con + tempo.top;
    const double at_s[PHASE_COUNT] = {from_s + edge * tempo.con, from_s + (1.0 - edge) * tempo.con,
                                      down_s + edge * tempo.ecc, down_s + (1.0 - edge) * tempo.ecc};

    for (int p = 0; p < PHASE_COUNT; p++) {
        double late = slow_late_s(&run, (enum phase)p, at_s[p]);
        if (fabs(late) > 0.25 + 1.0 / rate)
            fail_msg("%.2f samples/s, up in %.1f s, down in %.1f s: %s %+.2f s", rate, tempo.con, tempo.ecc, names[p],
                     late);
    }
}

static void live_phases_follow_at_ten_samples_a_second(void **state)
{
    (void)state;
    static const double rates[] = {9.5, 10.0, 11.65};

    for (int r = 0; r < 3; r++)
        for (double con_s = 1.0; con_s < 3.1; con_s += 0.5)
            for (double ecc_s = 1.2; ecc_s < 5.0; ecc_s += 0.6) {
                struct tempo tempo = {con_s, 1.2, ecc_s, 1.0};
                double t = 2.0, cycle_s = con_s + 1.2 + ecc_s + 1.0;
                int n = 0;
                for (int k = 0; k < REPS; k++)
                    n = add_rep(c, n, &t, B, A, tempo);
                rep_run_begin(&run, DETECTOR_CURL, &dose, B, 0.5, -1.0);
                slow_run(&run, c, n, rates[r], t + 1.0, NULL);
                assert_int_equal(run.full, REPS);
                for (int k = 1; k < REPS; k++)
                    check(2.0 + k * cycle_s, tempo, rates[r]);
                if (run.n_phases > 5 * REPS)
                    fail_msg("%d live phases of %d reps", run.n_phases, REPS);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_phases_follow_at_ten_samples_a_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
