/* SPDX-License-Identifier: MIT */
/* Hands on a chair, told from the valleys between reps: sway alone, a touch, leaning, leaning steps, somebody else. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "daemon/core/signal/support.h"
#include "signals.h"

#define RATE 80.0
#define B    800.0
#define A    50.0
#define REP  7.5

/* Load at t: reps of 1.5-1-4-1 s. */
static double rep_n(double t)
{
    double in = fmod(t, REP);

    return B + A * (min_jerk(in / 1.5) - min_jerk((in - 2.5) / 4.0));
}

/* Slow wander of that sd (tau 2 s) and steps of that size in every second rep, over so many reps. */
static enum support_grade grade_of(uint64_t seed, int reps, double wander_n, double step_n)
{
    struct support support;
    struct lcg lcg = {seed};
    struct sway sway = sway_make(seed, RATE, 3.0);
    enum support_grade worst = SUPPORT_NONE;
    double hand = 0.0;

    support_begin(&support);
    for (int i = 0; i / RATE < reps * REP; i++) {
        double t = i / RATE;
        hand += -hand / (2.0 * RATE) + wander_n * sqrt(2.0 / (2.0 * RATE)) * lcg_normal(&lcg);
        double step = (int)((t + 0.8) / REP) % 2 != 0 ? step_n : 0.0; /* in the pause at the bottom */
        struct sample s = sample_of(t, rep_n(t) + sway_next(&sway) + hand - step);
        support_step(&support, s.t_ns, s.force_mn, (int64_t)(A * 1000.0));
        enum support_grade grade = support_grade(&support, 3000, (int64_t)(A * 1000.0));
        worst = grade > worst ? grade : worst;
    }
    return worst;
}

static int count(enum support_grade least, double wander_n, double step_n)
{
    int n = 0;

    for (uint64_t seed = 1; seed <= 100; seed++)
        n += grade_of(seed, 10, wander_n, step_n) >= least;
    return n;
}

static void sway_alone_is_no_hand(void **state)
{
    (void)state;
    assert_in_range(count(SUPPORT_TOUCH, 0.0, 0.0), 0, 5);
    assert_int_equal(count(SUPPORT_LEAN, 0.0, 0.0), 0);
}

static void a_finger_is_a_touch_and_no_more(void **state)
{
    (void)state;
    assert_in_range(count(SUPPORT_TOUCH, 3.0, 0.0), 75, 100);
    assert_in_range(count(SUPPORT_LEAN, 3.0, 0.0), 0, 1);
}

static void leaning_is_told_within_ten_reps(void **state)
{
    (void)state;
    assert_in_range(count(SUPPORT_LEAN, 15.0, 0.0), 80, 100);
    assert_in_range(count(SUPPORT_LEAN, 0.0, 24.0), 75, 100);
}

/* Put on the box and taken away again: no hand is as heavy. */
static void a_dumbbell_is_no_hand(void **state)
{
    (void)state;
    struct support support;

    support_begin(&support);
    for (int i = 0; i / RATE < 10.0 * REP; i++) {
        double t = i / RATE, extra = t > 3.2 * REP && t < 6.2 * REP ? 78.0 : 0.0;
        struct sample s = sample_of(t, rep_n(t) + extra);
        support_step(&support, s.t_ns, s.force_mn, (int64_t)(A * 1000.0));
        assert_int_not_equal(support_grade(&support, 1000, (int64_t)(A * 1000.0)), SUPPORT_LEAN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sway_alone_is_no_hand),
        cmocka_unit_test(a_finger_is_a_touch_and_no_more),
        cmocka_unit_test(leaning_is_told_within_ten_reps),
        cmocka_unit_test(a_dumbbell_is_no_hand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
