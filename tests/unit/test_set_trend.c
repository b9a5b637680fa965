/* SPDX-License-Identifier: MIT */
/* What a set says as a whole, against answers worked out by hand. */
#include "daemon/core/set/set_trend.h"
#include "check.h"

#define S(s) ((int64_t)((s)*1e9))

/* A full rep of length_s; con, top and ecc as movements, ABSENT where 0. */
static struct rep_data rep_of(double length_s, int64_t mean_mn, double con_s, double top_s, double ecc_s)
{
    const double moves[PHASE_COUNT] = {[PHASE_CON] = con_s, [PHASE_TOP] = top_s, [PHASE_ECC] = ecc_s};
    struct rep_data rep = {.outcome = REP_FULL, .start_ns = S(10), .end_ns = S(10 + length_s), .mean_mn = mean_mn};

    for (int p = 0; p < PHASE_COUNT; p++)
        rep.phases[p].move_ns = moves[p] > 0 ? S(moves[p]) : ABSENT;
    return rep;
}

static struct set_trend reps_of(const double *lengths_s, int n)
{
    struct set_trend trend = {0};

    for (int i = 0; i < n; i++) {
        struct rep_data rep = rep_of(lengths_s[i], ABSENT, 0, 0, 0);
        trend_rep(&trend, &rep, 0);
    }
    return trend;
}

/* First three: 6.0 s in the middle; last three: 4.8 s; (6.0 - 4.8) / 6.0 = 20 %. What is between does not matter. */
static void test_fatigue_is_how_much_shorter_the_last_three_reps_are(void **state)
{
    (void)state;
    const double shorter[] = {5.9, 6.1, 6.0, 9.0, 4.7, 4.9, 4.8}, longer[] = {4.0, 4.0, 4.0, 5.0, 5.0, 5.0};
    struct set_trend trend = reps_of(shorter, 7);

    assert_int_equal(trend_fatigue(&trend, false), 20000);
    trend = reps_of(longer, 6);
    assert_int_equal(trend_fatigue(&trend, false), -25000); /* they got longer */
    trend = reps_of(longer, 5);
    assert_true(trend_fatigue(&trend, false) == ABSENT); /* five reps have no two ends of three */
}

/* Wherever it is: a rep that is one minute long, or over in a second, is not how tired somebody is. */
static void test_one_odd_rep_does_not_make_a_fatigue(void **state)
{
    (void)state;
    const double odd_s[] = {60.0, 1.0};

    for (int at = 0; at < 10; at++)
        for (int o = 0; o < 2; o++) {
            double lengths[10] = {6.0, 6.0, 6.0, 6.0, 6.0, 5.4, 5.4, 5.4, 5.4, 5.4};
            lengths[at] = odd_s[o];
            struct set_trend trend = reps_of(lengths, 10);
            assert_int_equal(trend_fatigue(&trend, false), 10000);
        }
}

/* 250 N, then 200 N: a fifth less. */
static void test_fatigue_of_holds_is_of_the_force(void **state)
{
    (void)state;
    struct set_trend trend = {0};
    struct hold_data hold = {.outcome = HOLD_FULL, .mean_mn = 250000};

    trend_hold(&trend, &hold, true);
    assert_true(trend_fatigue(&trend, true) == ABSENT);
    hold.mean_mn = ABSENT; /* nobody measured this one */
    trend_hold(&trend, &hold, true);
    assert_true(trend_fatigue(&trend, true) == ABSENT);
    hold.mean_mn = 200000;
    trend_hold(&trend, &hold, true);
    assert_int_equal(trend_fatigue(&trend, true), 20000);
}

/* Prescribed 1.5-1-4: 6.5 s a rep. Two reps of 6.9 and 7.0 s: 13.9 against 13.0 is 6.9 % more; of 7.1 s both: 9.2 %. */
static void test_time_under_tension_is_judged_on_movements(void **state)
{
    (void)state;
    const struct dose dose = {.tempo_ms = {1500, 1000, 4000, 1000}, .tut_tol_pct = 8};
    struct dose helped = dose, as_liked = dose;
    struct set_trend trend = {0};
    struct rep_data rep = rep_of(6, 50000, 1.6, 1.0, 4.3);

    assert_int_equal(trend_tut_in_tolerance(&trend, &dose), -1); /* nothing measured */
    trend_rep(&trend, &rep, 0);
    rep = rep_of(6, 50000, 1.6, 1.1, 4.3);
    trend_rep(&trend, &rep, 0);
    assert_int_equal(trend.tut_n, 2);
    assert_int_equal(trend.tut_ns, S(13.9));
    assert_int_equal(trend_tut_target_ns(&trend, &dose), S(13.0));
    assert_int_equal(trend_tut_in_tolerance(&trend, &dose), 1);
    struct set_trend odd = trend;
    rep = rep_of(30, 50000, 1.6, 25, 0); /* one without a fit: the others do not speak for it */
    trend_rep(&odd, &rep, 0);
    assert_true(trend_tut_target_ns(&odd, &dose) == ABSENT);
    assert_int_equal(trend_tut_in_tolerance(&odd, &dose), -1);
    trend.tut_ns = S(14.2);
    assert_int_equal(trend_tut_in_tolerance(&trend, &dose), 0);
    helped.ecc_only = true; /* the way up is helped and not judged */
    as_liked.tempo_ms[PHASE_ECC] = TEMPO_FREE;
    assert_int_equal(trend_tut_in_tolerance(&trend, &helped), -1);
    assert_int_equal(trend_tut_in_tolerance(&trend, &as_liked), -1);
}

/* Left 45 N, right 60 N: 100 (60 - 45) / 60 = 25 %, and the left is the weaker one. */
static void test_asymmetry_has_the_sign_of_the_weaker_side(void **state)
{
    (void)state;
    const struct side_force left = {90000, 2}, right = {180000, 3}, none = {0, 0};

    assert_int_equal(trend_asymmetry(&left, &right), -25000);
    assert_int_equal(trend_asymmetry(&right, &left), 25000);
    assert_int_equal(trend_asymmetry(&left, &left), 0);
    assert_true(trend_asymmetry(&left, &none) == ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fatigue_is_how_much_shorter_the_last_three_reps_are),
        cmocka_unit_test(test_one_odd_rep_does_not_make_a_fatigue),
        cmocka_unit_test(test_fatigue_of_holds_is_of_the_force),
        cmocka_unit_test(test_time_under_tension_is_judged_on_movements),
        cmocka_unit_test(test_asymmetry_has_the_sign_of_the_weaker_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
