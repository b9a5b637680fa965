/* SPDX-License-Identifier: MIT */
/* When a hold really began: the converter's delay taken away, and the start put right once the level is known. */
#include "hold_run.h"

/* A ramp as a converter gives it: every sample is the mean of the last four periods. Returns when it passed level_n. */
static double averaged_ramp(struct hold *hold, double rate, double top_n, double level_n)
{
    const struct corner c[] = {{1.0, 0.0}, {3.0, top_n}};

    for (int i = 1; i / rate < 16.0; i++) {
        double t = i / rate, sum = 0.0;
        for (int k = 0; k < 400; k++)
            sum += shape_at(c, 2, t - 4.0 / rate * (k + 0.5) / 400.0);
        struct sample s = sample_of(t, REST_N + sum / 400.0);
        feed(hold, &s);
    }
    return 1.0 + 2.0 * min_jerk_inverse(level_n / top_n);
}

static struct hold lagging(const struct dose *dose, double target_n)
{
    struct hold hold = begun(dose, target_n);

    hold.lag.samples = HOLD_LAG_SAMPLES;
    return hold;
}

static void the_converters_delay_is_taken_away(void **state)
{
    (void)state;
    static const double rates[] = {80.0, 76.0, 87.5, 320.0, 10.0};
    const struct dose dose = dose_10s();

    for (int r = 0; r < 5; r++)
        for (int target = 0; target < 2; target++) {
            struct hold hold = lagging(&dose, target != 0 ? 200.0 : 0.0);
            double entry = averaged_ramp(&hold, rates[r], 200.0, target != 0 ? 180.0 : 20.0);
            struct hold_data data = result(&hold);
            assert_int_equal(data.outcome, HOLD_FULL);
            assert_near_ns(data.start_ns, entry, rates[r] > 20.0 ? 0.01 : 0.06);
            assert_near_ns(data.end_ns, entry + 10.0, rates[r] > 20.0 ? 0.01 : 0.06);
            assert_int_equal(data.held_ns, 10 * NS_PER_S);
            assert_int_equal(data.dips, 0);
        }
}

/* Being in the band when the rest ends is entry: the correction puts no start before that. */
static void nothing_begins_before_go(void **state)
{
    (void)state;
    const struct dose dose = dose_10s();
    struct hold hold = lagging(&dose, 200.0);

    for (int i = 1; i < 1200; i++) {
        struct sample s = sample_of(i / RATE, REST_N + 200.0);
        feed(&hold, &s);
    }
    assert_int_equal(result(&hold).start_ns, 0);
    assert_int_equal(result(&hold).in_band_ns, 10 * NS_PER_S);
}

/* A hole of 0.4 s, a duplicate and a change of the rate move what samples show by little, and never backwards. */
static void the_delay_follows_the_rate_and_not_the_holes(void **state)
{
    (void)state;
    struct hold_lag lag = {.samples = 2, .stamp_ns = ABSENT};
    int64_t last = 0, t = 0;

    for (int i = 0; i < 2000; i++) {
        t += i == 500 ? 400 * NS_PER_MS : i == 700 ? 0 : i < 1000 ? 12500000 : 100 * NS_PER_MS;
        int64_t shown = hold_lag_shown_ns(&lag, t, last);
        assert_true(shown >= last && shown <= t);
        if (i > 0 && i < 1000)
            assert_in_range(t - shown, 20 * NS_PER_MS, 30 * NS_PER_MS);
        if (i > 1050)
            assert_in_range(t - shown, 195 * NS_PER_MS, 200 * NS_PER_MS);
        last = shown;
    }
}

/* Without a target the hold is told as if its level had been known from the beginning: the ramp is held, not in the band. */
static void the_ramp_of_a_hold_without_a_target_is_not_in_the_band(void **state)
{
    (void)state;
    static const double ramps[] = {0.5, 1.0, 2.0, 3.0, 4.0};
    struct dose dose = dose_10s();

    for (int k = 0; k < 20; k++) {
        double ramp = ramps[k % 5], in = min_jerk_inverse(0.9) * ramp, from = min_jerk_inverse(0.1) * ramp;
        const struct corner c[] = {{1.0, 0.0}, {1.0 + ramp, 165.0}};
        dose.ramp_ms = k >= 10 ? 0 : 2000;
        dose.hold_clock = k / 5 % 2 != 0 ? HOLD_CLOCK_IN_BAND : HOLD_CLOCK_TOTAL;
        struct hold hold = begun(&dose, 0.0);
        run(&hold, c, 2, RATE, 0.0, 20.0);
        struct hold_data data = result(&hold);
        double wall = dose.hold_clock == HOLD_CLOCK_TOTAL ? 10.0 : 10.0 + in - from;
        assert_int_equal(data.outcome, HOLD_FULL);
        /* The last twentieth of a minimum-jerk ramp takes a fifth of its time: the level is that much too low at worst. */
        assert_near_ns(data.start_ns, 1.0 + from, 0.005 + 0.005 * ramp);
        assert_near_ns(data.in_band_ns, wall - in + from, 0.01 + 0.05 * ramp);
        assert_near_ns(data.held_ns, wall, 0.01 + 0.05 * ramp);
        if (dose.hold_clock == HOLD_CLOCK_TOTAL)
            assert_int_equal(data.held_ns, 10 * NS_PER_S);
        else
            assert_int_equal(data.in_band_ns, 10 * NS_PER_S);
        assert_int_equal(data.dips, 0);
    }
}

/* 12 N for a while before the hold: figures are those from its start on, where F passed a tenth of the level. */
static void a_press_before_a_hold_without_a_target_is_in_no_figure(void **state)
{
    (void)state;
    static const double presses[] = {0.3, 0.6, 0.9, 1.5};
    const struct dose dose = dose_10s();

    for (int k = 0; k < 4; k++) {
        double t = 1.1 + presses[k];
        const struct corner c[] = {{1.0, 0.0}, {1.1, 12.0}, {t, 12.0}, {t + 0.5, 165.0}};
        struct hold hold = begun(&dose, 0.0);
        run(&hold, c, 4, RATE, 0.0, 16.0);
        struct hold_data data = result(&hold);
        assert_int_equal(data.outcome, HOLD_FULL);
        assert_near_ns(data.start_ns, t + 0.5 * min_jerk_inverse(4.5 / 153.0), 0.005);
        assert_int_equal(data.held_ns, 10 * NS_PER_S);
        assert_in_range(data.cv_milli_pct, 0, 20); /* a second after the start F is flat */
        assert_near_ns(data.in_band_ns, 10.0 - 0.5 * (min_jerk_inverse(136.5 / 153.0) - min_jerk_inverse(4.5 / 153.0)),
                       0.02);
    }
}

/* Shorter than ramp and settling: known by its last second, and full at its time. */
static void a_short_hold_without_a_target_is_full_at_its_time(void **state)
{
    (void)state;
    static const double rates[] = {80.0, 10.0};
    const struct corner c[] = {{1.0, 0.0}, {1.4, 165.0}};
    struct dose dose = dose_10s();

    for (int k = 0; k < 8; k++) {
        dose.hold_ms = 1000 * (k / 2 + 1);
        struct hold hold = begun(&dose, 0.0);
        run(&hold, c, 2, rates[k % 2], 0.0, 10.0);
        struct hold_data data = result(&hold);
        assert_int_equal(data.outcome, HOLD_FULL);
        assert_int_equal(data.held_ns, dose.hold_ms * NS_PER_MS);
        assert_near_ns(data.start_ns, 1.0 + 0.4 * min_jerk_inverse(0.1), k % 2 != 0 ? 0.06 : 0.01);
        assert_near_ns(data.in_band_ns, k / 2 + 1.0 - 0.4 * (min_jerk_inverse(0.9) - min_jerk_inverse(0.1)), 0.06);
    }
}

/* Released before a reference was known: the hold ended where it left, and not before it began. */
static void a_short_press_without_a_target_keeps_its_onset(void **state)
{
    (void)state;
    const struct dose dose = dose_10s();
    const struct corner c[] = {{1.0, 0.0}, {1.5, 150.0}, {2.0, 150.0}, {2.3, 0.0}};
    struct hold hold = begun(&dose, 0.0);

    run(&hold, c, 4, RATE, 0.0, 8.0);
    run_out(&hold);
    struct hold_data data = result(&hold);
    assert_int_equal(data.outcome, HOLD_BROKEN);
    assert_near_ns(data.start_ns, 1.0 + 0.5 * min_jerk_inverse(10.0 / 150.0), 0.002);
    assert_near_ns(data.end_ns, 2.3 - 0.3 * min_jerk_inverse(10.0 / 150.0), 0.002);
    assert_int_equal(data.in_band_ns, ABSENT); /* of no band that anybody knows */
}

/* Onset: 5 SD of the quiet baseline, and never below 10 N, since the zero drifts. Noise of 4 N: 20 N. */
static void a_hold_without_a_target_begins_above_five_sd(void **state)
{
    (void)state;
    static const struct {
        int64_t noise_mn;
        double press_n;
        bool begins;
    } rows[] = {{4000, 19.0, false}, {4000, 21.0, true}, {0, 9.5, false}, {0, 10.5, true}};
    const struct dose dose = dose_10s();

    for (int k = 0; k < 4; k++) {
        const struct corner c[] = {{1.0, 0.0}, {1.5, rows[k].press_n}};
        const struct hold_setup setup = {
            .dose = &dose,
            .refs = {.rest_mn = (int64_t)(REST_N * 1000), .noise_mn = rows[k].noise_mn, .bw_mn = ABSENT},
            .target_mn = ABSENT,
            .measured = true};
        struct hold hold;
        hold_begin(&hold, &setup);
        run(&hold, c, 2, RATE, 0.0, 6.0);
        assert_int_equal(hold_state(&hold) != HOLD_STATE_WAIT, rows[k].begins);
    }
}

/* Noise whose mean is half the target gets into the band and out again, for a second or two: nobody held anything. */
static void noise_about_half_the_target_holds_nothing(void **state)
{
    (void)state;
    struct lcg lcg = {1};
    struct dose dose = dose_10s();

    for (int set = 0; set < 100; set++) {
        struct hold hold = begun(&dose, lcg_between(&lcg, 95.0, 110.0));
        double last[4] = {0};
        for (int i = 0; i / RATE < 240.0; i++) {
            last[i % 4] = fmax(0.0, 50.0 + 40.0 * lcg_normal(&lcg)); /* the converter tells the mean of four */
            struct sample s = sample_of(i / RATE, REST_N + (last[0] + last[1] + last[2] + last[3]) / 4.0);
            feed(&hold, &s);
            if (hold_state(&hold) == HOLD_STATE_OVER)
                fail_msg("set %d: a hold at %.2f s", set, i / RATE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_converters_delay_is_taken_away),
        cmocka_unit_test(nothing_begins_before_go),
        cmocka_unit_test(the_delay_follows_the_rate_and_not_the_holes),
        cmocka_unit_test(the_ramp_of_a_hold_without_a_target_is_not_in_the_band),
        cmocka_unit_test(a_press_before_a_hold_without_a_target_is_in_no_figure),
        cmocka_unit_test(a_short_hold_without_a_target_is_full_at_its_time),
        cmocka_unit_test(a_hold_without_a_target_begins_above_five_sd),
        cmocka_unit_test(a_short_press_without_a_target_keeps_its_onset),
        cmocka_unit_test(noise_about_half_the_target_holds_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
