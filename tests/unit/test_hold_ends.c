/* SPDX-License-Identifier: MIT */
/* Holds that nobody sees, that are stopped, that lose samples; copies and wake-ups. */
#include "hold_run.h"

#include <stdlib.h>

static void a_cued_hold_starts_after_the_ramp_and_claims_nothing(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold;
    struct hold_setup setup = {
        .dose = &dose, .refs = {ABSENT, ABSENT, ABSENT}, .target_mn = 250000, .go_ns = 5 * NS_PER_S, .measured = false};

    hold_begin(&hold, &setup);
    assert_int_equal(hold_deadline_ns(&hold), 7 * NS_PER_S);
    assert_int_equal(hold_started_ns(&hold), ABSENT);
    hold_fire(&hold);
    assert_int_equal(hold_started_ns(&hold), 7 * NS_PER_S);
    run_out(&hold);
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_FULL);
    assert_int_equal(data.end_ns, 17 * NS_PER_S);
    assert_int_equal(data.flags, FLAG_CUED);
    assert_int_equal(data.in_band_ns, ABSENT);
    assert_int_equal(data.dips, ABSENT);
    assert_int_equal(data.longest_dip_ns, ABSENT);
    assert_int_equal(data.mean_mn, ABSENT);
    assert_int_equal(data.cv_milli_pct, ABSENT);
}

static void blind_in_mid_hold_goes_on_by_the_clock(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{0.0, 250.0}, {3.0, 250.0}, {3.2, 0.0}};

    run(&hold, c, 3, RATE, 0.0, 4.0);
    assert_int_equal(hold_state(&hold), HOLD_STATE_DIP);
    hold_go_blind(&hold, ns_of(4.0), FLAG_SENSOR_FAULT);
    run_out(&hold);
    assert_int_equal(result(&hold).outcome, HOLD_FULL);
    assert_int_equal(result(&hold).end_ns, 10 * NS_PER_S);
    assert_int_equal(result(&hold).flags, FLAG_SENSOR_FAULT | FLAG_CUED);
    assert_int_equal(result(&hold).in_band_ns, ABSENT);
}

static void a_stop_ends_the_hold_there_and_inside_a_dip_where_that_began(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{0.0, 250.0}, {3.0, 250.0}, {3.2, 0.0}};
    double left = 3.0 + 0.2 * min_jerk_inverse(0.15);

    run(&hold, c, 3, RATE, 0.0, 2.0);
    struct hold copy = hold;
    hold_stop(&copy, ns_of(2.003), 0);
    assert_int_equal(result(&copy).outcome, HOLD_STOPPED);
    assert_int_equal(result(&copy).end_ns, ns_of(2.003));
    assert_int_equal(result(&copy).in_band_ns, ns_of(2.003));
    run(&hold, c, 3, RATE, 2.0, 4.0);
    hold_stop(&hold, ns_of(4.0), 0);
    assert_int_equal(result(&hold).outcome, HOLD_STOPPED);
    assert_near_ns(result(&hold).end_ns, left, 0.001);
}

/* Without a target the level tells what is held, and a step of 0.6 s has none; the hold after it is told as ever. */
static void without_a_target_a_walkers_step_is_no_hold(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 0.0);
    struct corner c[] = {{1.0, 0.0}, {1.1, 800.0}, {1.6, 800.0}, {1.7, 0.0}, {5.0, 0.0}, {6.0, 200.0}};

    run(&hold, c, 6, RATE, 0.0, 3.0);
    struct hold stopped = hold;
    struct hold_data data;
    hold_stop(&stopped, ns_of(3.0), 0);
    assert_false(hold_result(&stopped, &data));
    run(&hold, c, 6, RATE, 3.0, 20.0);
    data = result(&hold);
    assert_int_equal(data.outcome, HOLD_FULL);
    assert_near_ns(data.start_ns, 5.0 + min_jerk_inverse(0.1), 0.01);
    assert_int_equal(data.dips, 0);
    assert_true(llabs(data.mean_mn - 200000) < 8000);
}

static void a_gap_is_flagged_and_not_counted_as_in_band(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{0.0, 250.0}};

    run(&hold, c, 1, RATE, 0.0, 3.0);
    run(&hold, c, 1, RATE, 4.0, 11.0);
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_FULL);
    assert_int_equal(data.flags, FLAG_GAP);
    assert_near_ns(data.in_band_ns, 10.0 - 1.0125, 0.001);
    assert_int_equal(data.mean_mn, 250000);
}

/* A burst of late samples: their stamps lie before a deadline that has fired. */
static void late_samples_after_a_deadline_break_nothing(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{0.0, 250.0}, {3.0, 250.0}, {3.2, 0.0}};

    run(&hold, c, 3, RATE, 0.0, 3.5);
    while (hold_deadline_ns(&hold) <= ns_of(5.2)) /* time goes on without samples: broken */
        hold_fire(&hold);
    struct hold_data before = result(&hold);
    for (double t = 3.6; t < 5.2; t += 0.1) {
        struct sample s = sample_of(t, REST_N + 250.0);
        hold_sample(&hold, &s);
    }
    struct hold_data after = result(&hold);
    assert_true(same(&before, &after));
}

static void cv_is_that_of_the_detrended_force(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);

    /* Slow sag of 10 N and a sine of 5 N: sd 3.536 N; mean load 245 N above 20 N of rest: 1.334 %. */
    for (int i = 0; i < 80 * 11; i++) {
        double t = i / RATE;
        struct sample s = sample_of(t, REST_N + 250.0 - t + 5.0 * sin(2.0 * 3.14159265358979 * 2.0 * t));
        feed(&hold, &s);
    }
    assert_in_range(result(&hold).cv_milli_pct, 1322, 1346);
    assert_in_range(result(&hold).mean_mn, 244900, 245100);
}

static void a_copy_goes_on_identically(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0), copy;
    struct sway sway = sway_make(3, RATE, 6.0);

    for (int i = 0; i < 80 * 12; i++) {
        struct sample s = sample_of(i / RATE, REST_N + 250.0 * min_jerk(i / RATE) + sway_next(&sway));
        feed(&hold, &s);
        if (i == 400)
            memcpy(&copy, &hold, sizeof(copy));
        else if (i > 400)
            feed(&copy, &s);
    }
    struct hold_data a = result(&hold), b = result(&copy);
    assert_true(same(&a, &b));
}

static void extra_wake_ups_change_nothing(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};

    for (int round = 0; round < 50; round++) {
        struct dose dose = dose_10s();
        dose.hold_clock = round % 2 != 0 ? HOLD_CLOCK_IN_BAND : HOLD_CLOCK_TOTAL;
        struct hold a = begun(&dose, 250.0), b = begun(&dose, 250.0);
        struct sway sway = sway_make(lcg.state, RATE, lcg_between(&lcg, 0.0, 25.0));
        for (int i = 0; i < 80 * 20; i++) {
            struct sample s = sample_of(i / RATE, REST_N + 250.0 * min_jerk(i / RATE) + sway_next(&sway));
            feed(&a, &s);
            feed(&b, &s);
            /* b is woken when nothing more can come before the next sample. */
            while (hold_deadline_ns(&b) < s.t_ns + ns_of(lcg_between(&lcg, 0.0, 1.0 / RATE)))
                hold_fire(&b);
        }
        run_out(&a);
        run_out(&b);
        struct hold_data ra, rb;
        assert_int_equal(hold_result(&a, &ra), hold_result(&b, &rb));
        if (a.begun)
            assert_true(same(&ra, &rb));
    }
}

/* Random levels, gaps and stamps; with and without a target; blind or stopped at any time. */
static void anything_at_all_is_answered_sensibly(void **state)
{
    (void)state;
    struct lcg lcg = {signal_seed()};
    int results = 0;

    for (int round = 0; round < 2000; round++) {
        struct dose dose = dose_10s();
        dose.hold_clock = round % 2 != 0 ? HOLD_CLOCK_IN_BAND : HOLD_CLOCK_TOTAL;
        dose.settle_ms = (int32_t)lcg_between(&lcg, 0.0, 3000.0);
        dose.grace_ms = (int32_t)lcg_between(&lcg, 0.0, 3000.0);
        dose.fail_frac_milli = (int32_t)lcg_between(&lcg, 0.0, 500.0);
        struct hold hold = begun(&dose, lcg_uniform(&lcg) < 0.5 ? lcg_between(&lcg, 1.0, 300.0) : -1.0);
        double t = 0.0, level = 0.0;
        for (int i = 0; i < 1000; i++) {
            if (lcg_uniform(&lcg) < 0.03)
                level = lcg_uniform(&lcg) < 0.5 ? floor(lcg_between(&lcg, 0.0, 30.0)) * 10.0
                                                : lcg_between(&lcg, -50.0, 400.0);
            struct sample s = sample_of(t - (lcg_uniform(&lcg) < 0.02 ? 0.2 : 0.0), REST_N + level);
            feed(&hold, &s);
            if (lcg_uniform(&lcg) < 0.0003)
                hold_go_blind(&hold, ns_of(t), FLAG_SENSOR_FAULT);
            if (lcg_uniform(&lcg) < 0.0005)
                hold_stop(&hold, ns_of(t), 0);
            t += lcg_uniform(&lcg) < 0.005 ? lcg_between(&lcg, 0.0, 4.0) : 0.02;
        }
        run_out(&hold);
        struct hold_data data;
        if (!hold_result(&hold, &data))
            continue;
        results++;
        assert_true(data.end_ns >= data.start_ns && data.start_ns >= 0);
        assert_int_equal(data.held_ns, data.end_ns - data.start_ns);
        assert_true(data.in_band_ns == ABSENT ||
                    (data.in_band_ns >= 0 && data.in_band_ns <= data.end_ns - data.start_ns + NS_PER_MS));
        assert_true(data.outcome != HOLD_FULL || (round % 2 == 0 && data.held_ns == 10 * NS_PER_S) ||
                    (round % 2 != 0 && data.held_ns >= 10 * NS_PER_S));
        assert_true((data.dips == ABSENT) == ((data.flags & FLAG_CUED) != 0));
    }
    printf("%d results\n", results);
    assert_true(results > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cued_hold_starts_after_the_ramp_and_claims_nothing),
        cmocka_unit_test(blind_in_mid_hold_goes_on_by_the_clock),
        cmocka_unit_test(a_stop_ends_the_hold_there_and_inside_a_dip_where_that_began),
        cmocka_unit_test(without_a_target_a_walkers_step_is_no_hold),
        cmocka_unit_test(a_gap_is_flagged_and_not_counted_as_in_band),
        cmocka_unit_test(late_samples_after_a_deadline_break_nothing),
        cmocka_unit_test(cv_is_that_of_the_detrended_force),
        cmocka_unit_test(a_copy_goes_on_identically),
        cmocka_unit_test(extra_wake_ups_change_nothing),
        cmocka_unit_test(anything_at_all_is_answered_sensibly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
