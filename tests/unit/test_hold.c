/* SPDX-License-Identifier: MIT */
/* Holds on signals whose answers are known: target 250 N +-10 %, fail level 212.5 N, rest level 20 N. */
#include "hold_run.h"

/* A minimum-jerk ramp of 1 s from 0 to 250 N crosses the band's edge (0.9) at 0.7534 s. */
static void full_hold_starts_at_the_crossing_and_lasts_exactly(void **state)
{
    (void)state;
    struct corner c[] = {{1.0, 0.0}, {2.0, 250.0}};

    for (int r = 0; r < 5; r++) {
        static const double rates[] = {10.0, 76.0, 80.0, 87.5, 320.0};
        struct dose dose = dose_10s();
        struct hold hold = begun(&dose, 250.0);
        run(&hold, c, 2, rates[r], 0.0, 15.0);
        struct hold_data data = result(&hold);
        assert_int_equal(data.outcome, HOLD_FULL);
        assert_near_ns(data.start_ns, 1.7534, rates[r] > 20.0 ? 0.001 : 0.02);
        assert_int_equal(data.end_ns - data.start_ns, 10 * NS_PER_S);
        assert_int_equal(data.held_ns, 10 * NS_PER_S);
        assert_near_ns(data.in_band_ns, 10.0, 1e-6);
        assert_int_equal(data.dips, 0);
        assert_int_equal(data.longest_dip_ns, 0);
        assert_int_equal(data.target_mn, 250000);
        assert_in_range(data.mean_mn, 249000, 250000);
        assert_in_range(data.cv_milli_pct, 0, 50);
        assert_int_equal(data.flags, 0);
    }
}

static void in_the_band_at_go_counts_from_go(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{0.0, 250.0}};

    run(&hold, c, 1, RATE, 0.005, 11.0);
    assert_int_equal(result(&hold).start_ns, 0);
    assert_int_equal(result(&hold).end_ns, 10 * NS_PER_S);
}

static void who_starts_above_the_band_starts_when_coming_down(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{2.0, 400.0}, {4.0, 250.0}};

    run(&hold, c, 2, RATE, 0.0, 16.0);
    /* 275 N is 5/6 of the way down. */
    assert_near_ns(result(&hold).start_ns, 2.0 + 2.0 * min_jerk_inverse(5.0 / 6.0), 0.001);
}

static void a_dip_shorter_than_the_grace_is_survived_and_measured(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{0.0, 0.0}, {1.0, 250.0}, {4.0, 250.0}, {4.5, 150.0}, {5.5, 150.0}, {6.0, 250.0}};
    /* 212.5 N is 37.5 % of the way from 250 to 150. */
    double x = 0.5 * min_jerk_inverse(0.375);
    double band = 0.5 * min_jerk_inverse(0.25);

    run(&hold, c, 6, RATE, 0.0, 14.0);
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_FULL);
    assert_int_equal(data.held_ns, 10 * NS_PER_S);
    assert_int_equal(data.dips, 1);
    assert_near_ns(data.longest_dip_ns, 2.0 - 2.0 * x, 0.002);
    assert_near_ns(data.in_band_ns, 10.0 - (2.0 - 2.0 * band), 0.003);
}

static void broken_when_below_for_longer_than_the_grace_and_ended_when_it_left(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{0.0, 0.0}, {1.0, 250.0}, {5.0, 250.0}, {5.4, 0.0}};
    double left = 5.0 + 0.4 * min_jerk_inverse(0.15);

    run(&hold, c, 4, RATE, 0.0, 6.9);
    assert_int_equal(hold_state(&hold), HOLD_STATE_DIP);
    assert_near_ns(hold_deadline_ns(&hold), left + 2.0, 0.001);
    run(&hold, c, 4, RATE, 6.9, 8.0);
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_BROKEN);
    assert_near_ns(data.end_ns, left, 0.001);
    assert_int_equal(data.held_ns, data.end_ns - data.start_ns);
    assert_int_equal(data.dips, 0); /* the fall that ended it is no dip that was survived */
    assert_in_range(data.mean_mn, 247000, 250000);
    assert_in_range(data.cv_milli_pct, 0, 60); /* the release is in the last second, which does not count */
}

static void full_at_its_time_inside_a_dip_within_the_grace(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{0.0, 250.0}, {9.0, 250.0}, {9.4, 0.0}};

    run(&hold, c, 3, RATE, 0.0, 13.0);
    assert_int_equal(result(&hold).outcome, HOLD_FULL);
    assert_int_equal(result(&hold).end_ns, 10 * NS_PER_S);
    assert_int_equal(result(&hold).dips, 0); /* it has not ended: nobody knows whether it would have */
    assert_int_equal(result(&hold).longest_dip_ns, 0);
}

/* Short of the level for 1.5 s and, 0.1 s later, for good: it ended at the second fall, and the first was over by then. */
static void of_two_falls_that_break_a_hold_together_the_first_is_a_dip(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct corner c[] = {{0.0, 250.0}, {3.0, 250.0},  {3.01, 150.0}, {4.5, 150.0}, {4.51, 250.0},
                         {4.6, 250.0}, {4.61, 150.0}, {5.6, 150.0},  {5.61, 250.0}};
    struct hold hold = begun(&dose, 250.0);

    run(&hold, c, 9, RATE, 0.0, 14.0);
    assert_int_equal(result(&hold).outcome, HOLD_BROKEN);
    assert_int_equal(result(&hold).dips, 1);
    assert_near_ns(result(&hold).longest_dip_ns, 1.5, 0.03);
    dose.grace_ms = 3000; /* the same within the grace: one dip */
    hold = begun(&dose, 250.0);
    run(&hold, c, 9, RATE, 0.0, 14.0);
    assert_int_equal(result(&hold).outcome, HOLD_FULL);
    assert_int_equal(result(&hold).dips, 1);
    assert_near_ns(result(&hold).longest_dip_ns, 2.6, 0.03);
}

static void settling_suspends_the_judgement_of_dips(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    /* Overshoot and a dip to 180 N within the first second. */
    struct corner c[] = {{0.0, 0.0}, {0.4, 260.0}, {0.7, 180.0}, {1.0, 250.0}};

    run(&hold, c, 4, RATE, 0.0, 12.0);
    assert_int_equal(result(&hold).outcome, HOLD_FULL);
    assert_int_equal(result(&hold).dips, 0);
}

static void a_dip_from_settling_on_has_the_whole_grace(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner c[] = {{0.0, 250.0}, {0.4, 250.0}, {0.6, 180.0}};

    run(&hold, c, 3, RATE, 0.0, 5.0);
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_BROKEN);
    assert_near_ns(data.end_ns, 0.4 + 0.2 * min_jerk_inverse(37.5 / 70.0), 0.002);
    assert_int_equal(hold.now_ns, 3 * NS_PER_S); /* settle 1 s + grace 2 s */
}

static void a_kick_against_the_box_is_no_hold(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);
    struct corner kick[] = {{1.0, 0.0}, {1.025, 300.0}, {1.05, 0.0}};

    run(&hold, kick, 3, RATE, 0.0, 5.0);
    assert_int_equal(hold_state(&hold), HOLD_STATE_WAIT);
    assert_int_equal(hold_deadline_ns(&hold), NEVER);
    hold_stop(&hold, ns_of(5.0), 0);
    struct hold_data data;
    assert_false(hold_result(&hold, &data));
}

static void hovering_at_the_fail_level_is_one_dip_and_ends_where_it_last_left(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);

    /* 8 Hz tremor of 3 % around the fail level from 4 s on: below it half of the time, never above it for long. */
    for (int i = 0; i < 80 * 12; i++) {
        double t = i / RATE;
        double f = t < 4.0 ? 250.0 : 212.0 + 7.5 * sin(2.0 * 3.14159265358979 * 8.0 * t);
        struct sample s = sample_of(t, REST_N + f);
        feed(&hold, &s);
    }
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_BROKEN);
    assert_in_range(data.end_ns, ns_of(5.8), ns_of(6.05));
}

static void hovering_at_the_edge_of_the_band_is_no_dip(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 250.0);

    for (int i = 0; i < 80 * 12; i++) {
        double t = i / RATE;
        double f = t < 2.0 ? 250.0 : 225.0 + 5.0 * sin(2.0 * 3.14159265358979 * 1.0 * t);
        struct sample s = sample_of(t, REST_N + f);
        feed(&hold, &s);
    }
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_FULL);
    assert_int_equal(data.dips, 0);
    assert_near_ns(data.in_band_ns, 2.0 + 4.0, 0.02);
}

static void the_clock_of_time_in_band(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    dose.hold_clock = HOLD_CLOCK_IN_BAND;
    struct hold hold = begun(&dose, 250.0);
    /* 3 s in the band, 2 s at 220 N (below the band, above the fail level), then on. */
    struct corner c[] = {{0.0, 250.0}, {3.0, 250.0}, {3.01, 220.0}, {5.0, 220.0}, {5.01, 250.0}};

    run(&hold, c, 5, RATE, 0.0, 15.0);
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_FULL);
    assert_int_equal(data.in_band_ns, 10 * NS_PER_S);
    assert_int_equal(data.held_ns, data.end_ns); /* wall time, whichever clock makes it full */
    assert_near_ns(data.end_ns, 12.0, 0.03);
}

static void without_a_target_the_level_after_settling_counts(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold = begun(&dose, 0.0);
    struct corner c[] = {{1.0, 0.0}, {2.0, 150.0}, {6.0, 150.0}, {6.5, 120.0}, {7.5, 120.0}, {8.0, 150.0}};

    run(&hold, c, 6, RATE, 0.0, 14.0);
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_FULL);
    /* A tenth of 150 N; the onset of 10 N came 0.04 s earlier. */
    assert_near_ns(data.start_ns, 1.0 + min_jerk_inverse(0.1), 0.002);
    assert_int_equal(data.target_mn, ABSENT);
    assert_int_equal(data.dips, 1); /* 120 N is below 0.85 x 150 */
}

static void without_a_rest_level_force_counts_from_the_zero(void **state)
{
    (void)state;
    struct dose dose = dose_10s();
    struct hold hold;
    struct hold_setup setup = {.dose = &dose, .refs = {ABSENT, ABSENT, ABSENT}, .target_mn = 250000, .measured = true};
    struct corner c[] = {{0.0, 250.0 - REST_N}};

    hold_begin(&hold, &setup);
    run(&hold, c, 1, RATE, 0.0, 11.0);
    assert_int_equal(result(&hold).flags, FLAG_NO_BASELINE);
    assert_int_equal(result(&hold).mean_mn, 250000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_hold_starts_at_the_crossing_and_lasts_exactly),
        cmocka_unit_test(in_the_band_at_go_counts_from_go),
        cmocka_unit_test(who_starts_above_the_band_starts_when_coming_down),
        cmocka_unit_test(a_dip_shorter_than_the_grace_is_survived_and_measured),
        cmocka_unit_test(broken_when_below_for_longer_than_the_grace_and_ended_when_it_left),
        cmocka_unit_test(full_at_its_time_inside_a_dip_within_the_grace),
        cmocka_unit_test(of_two_falls_that_break_a_hold_together_the_first_is_a_dip),
        cmocka_unit_test(settling_suspends_the_judgement_of_dips),
        cmocka_unit_test(a_dip_from_settling_on_has_the_whole_grace),
        cmocka_unit_test(a_kick_against_the_box_is_no_hold),
        cmocka_unit_test(hovering_at_the_fail_level_is_one_dip_and_ends_where_it_last_left),
        cmocka_unit_test(hovering_at_the_edge_of_the_band_is_no_dip),
        cmocka_unit_test(the_clock_of_time_in_band),
        cmocka_unit_test(without_a_target_the_level_after_settling_counts),
        cmocka_unit_test(without_a_rest_level_force_counts_from_the_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
