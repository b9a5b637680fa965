/* SPDX-License-Identifier: MIT */
/* Live phases of a thrust by a converter of ten samples a second, each the mean of 0.4 s and read at their end. */
#include "pelvis_signal.h"
#include "slow_run.h"

#define B    118.0
#define S    118.0
#define R    43.0
#define REPS 5

static const struct dose dose = {.reps_max = 10, .tempo_ms = {2000, 2000, 3000, 1000}};
static struct rep_run run;
static struct corner c[256];

#define QUICK_S 1.25 /* up in less: a dozen samples tell the level at lift-off and the bend */

static const double bends[] = {0.57, 0.67, 0.77, 0.87, 0.99}; /* 5 to 95 of a hundred bodies on benches: rise_fit.h */
static double bend;
static int changes, off; /* of quick ways up; off: not within 0.3 s */

/* The hips' height as load: a body's rises more at first (rise_fit.h), an average one's by RISE_BEND. */
static double bent(double f)
{
    double x = (f - B - S) / R;

    return x > 0.0 ? B + S + R * x * (1.0 + bend * (1.0 - x)) : f;
}

/* Of the way when the load passes a share of R. */
static double height_at(double share)
{
    double more = 1.0 + bend;

    return (more - sqrt(more * more - 4.0 * bend * share)) / (2.0 * bend);
}

static void check(double off_s, double con_s, double ecc_s, double rate)
{
    static const char *const names[PHASE_COUNT] = {"con", "top", "ecc", "bottom"};
    double low = min_jerk_inverse(height_at(0.1)), high = min_jerk_inverse(height_at(0.9));
    double down_s = off_s + con_s + 1.5;
    const double at_s[PHASE_COUNT] = {off_s + low * con_s, off_s + high * con_s, down_s + (1.0 - high) * ecc_s,
                                      down_s + (1.0 - low) * ecc_s};

    for (int p = 0; p < PHASE_COUNT; p++) {
        double late = slow_late_s(&run, (enum phase)p, at_s[p]),
               most = p == PHASE_BOTTOM && ecc_s > 3.0 ? ecc_s / 10.0 : 0.3;
        changes += con_s < QUICK_S;
        if (fabs(late) <= most)
            continue;
        printf("bend %.2f, %.2f samples/s, up in %.1f s, down in %.1f s: %s %+.2f s\n", bend, rate, con_s, ecc_s,
               names[p], late);
        if (con_s > QUICK_S)
            fail_msg("not within %.2f s", most);
        off++;
    }
}

/*
 * From the third rep on (one alone does not tell the level at lift-off of quick hips well enough for the end of a slow
 * way down); at most once in a rep it is told otherwise and back again. The end of a way down of more than 3 s within
 * a tenth of it: a tenth of the rise is as much as that level is known by. Of hips that rise in a second one change in 50 may be
 * told otherwise: after a bottom that came early, the pelvis on the floor has been taken for the next way up.
 */
static void follow_all(void)
{
    static const double rates[] = {9.5, 10.0, 11.65};

    for (int r = 0; r < 3; r++)
        for (double con_s = 1.0; con_s < 3.1; con_s += 0.5)
            for (double ecc_s = 1.2; ecc_s < 5.0; ecc_s += 0.6) {
                double t = 2.0;
                int n = 0;
                for (int k = 0; k < REPS; k++)
                    add_lift(c, &n, &t, B, (struct lift){S, R, 0.3, con_s, 1.5, ecc_s, 0.25, 1.0});
                rep_run_begin(&run, DETECTOR_THRUST, &dose, B, 0.4, -1.0);
                slow_run(&run, c, n, rates[r], t + 1.0, bent);
                assert_int_equal(run.full, REPS);
                double cycle_s = (t - 2.0) / REPS;
                for (int k = 2; k < REPS; k++)
                    check(2.3 + k * cycle_s, con_s, ecc_s, rates[r]);
                if (run.n_phases > 6 * REPS)
                    fail_msg("%d live phases of %d reps", run.n_phases, REPS);
            }
}

static void live_phases_follow_within_300_ms_at_ten_samples_a_second(void **state)
{
    (void)state;

    for (int i = 0; i < 5; i++) {
        bend = bends[i];
        follow_all();
    }
    printf("%d of %d changes of quick hips off\n", off, changes);
    assert_true(changes > 1000 && off * 50 <= changes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_phases_follow_within_300_ms_at_ten_samples_a_second),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
