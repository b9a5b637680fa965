/* SPDX-License-Identifier: MIT */
/* Zero: both buttons in idle are the guided tare; by itself it follows drift, and never a person. What refuses either. A stop beside a start is never a start. */
#include <string.h>

#include "check.h"
#include "rx_texts.h"
#include "station.h"

/* Stop goes down, half a second later start. */
static void chord(struct station_rig *rig, double s)
{
    rig_button(rig, BUTTON_STOP, true);
    rig_run(rig, 0.5);
    rig_button(rig, BUTTON_START, true);
    rig_run(rig, s);
    rig_button(rig, BUTTON_START, false);
    rig_button(rig, BUTTON_STOP, false);
    rig_run(rig, 1);
}

static struct station_rig *with_offset(double newtons)
{
    struct station_rig *rig = rig_new(NULL);

    rig_prescribe(rig, 1, RX("", FLOOR("left", "")));
    rig_sensor(rig, RIG_FAST_NS);
    rig_load(rig, newtons);
    rig_run(rig, 5);
    rig_forget(rig);
    return rig;
}

static void test_both_for_five_seconds_tare(void **state)
{
    struct station_rig *rig = with_offset(0.9);

    (void)state;
    chord(rig, 4.99);
    assert_string_equal(rig_events(rig), "");
    assert_int_equal(core_zero_mn(rig->core), 0);
    chord(rig, 5.01);
    assert_string_equal(rig_events(rig), "tared moved=91g by buttons\n");
    assert_int_equal(core_zero_mn(rig->core), 900);
    rig_free(rig);
}

static void test_somebody_on_the_box_is_no_offset(void **state)
{
    struct station_rig *rig = with_offset(12); /* over 1 kg */

    (void)state;
    chord(rig, 5.5);
    assert_string_equal(rig_all(rig), "5.000 ~ refused\n5.500 ~ press\n10.500 ~ refused\n");
    assert_int_equal(core_zero_mn(rig->core), 0);
    rig_free(rig);
}

static void test_an_unsteady_reading_is_refused(void **state)
{
    struct station_rig *rig = with_offset(0);

    (void)state;
    rig_button(rig, BUTTON_STOP, true);
    rig_button(rig, BUTTON_START, true);
    for (int i = 0; i < 60; i++) {
        rig_load(rig, i % 2 ? 0 : 60);
        rig_run(rig, 0.1);
    }
    assert_string_equal(rig_events(rig), "");
    assert_int_equal(core_zero_mn(rig->core), 0);
    rig_free(rig);
}

static void test_an_empty_box_that_drifts_is_followed(void **state)
{
    struct station_rig *rig = with_offset(2);

    (void)state;
    assert_int_equal(core_zero_mn(rig->core), 2000);
    rig_load(rig, 1.1); /* 0.9 N away: not worth an event */
    rig_run(rig, 5);
    assert_string_equal(rig_events(rig), "");
    rig_load(rig, 1);
    rig_run(rig, 5);
    assert_string_equal(rig_events(rig),
                        "tared moved=-100g by auto\n"); /* as soon as the mean of 2 s is that far off */
    assert_in_range(core_zero_mn(rig->core), 1000, 1020);
    rig_free(rig);
}

/* Somebody stood on it when the station was switched on: 1 kg and more is none of the zero's business. */
static void test_who_stands_on_the_box_is_never_tared(void **state)
{
    const double newtons[] = {9.9, 50, 700};

    (void)state;
    for (size_t i = 0; i < sizeof(newtons) / sizeof(newtons[0]); i++) {
        struct station_rig *rig = with_offset(newtons[i]);
        rig_run(rig, 60);
        assert_string_equal(rig_events(rig), "");
        assert_int_equal(core_zero_mn(rig->core), 0);
        rig_load(rig, 0);
        rig_run(rig, 5);
        assert_string_equal(rig_events(rig), "");
        rig_free(rig);
    }
}

static void test_what_moves_is_not_followed(void **state)
{
    struct station_rig *rig = with_offset(0);

    (void)state;
    for (int i = 0; i < 100; i++) {
        rig_load(rig, i % 2 ? 4 : 2.5); /* sd 0.75 N: a foot that rests */
        rig_run(rig, 0.1);
    }
    assert_string_equal(rig_events(rig), "");
    rig_free(rig);
}

static void test_the_zero_is_frozen_in_a_session(void **state)
{
    struct station_rig *rig = with_offset(0);

    (void)state;
    rig_click(rig, BUTTON_START);
    rig_load(rig, 5);
    rig_run(rig, 30);
    assert_int_equal(core_zero_mn(rig->core), 0);
    rig_click(rig, BUTTON_STOP);
    rig_run(rig, 5);
    rig_click(rig, BUTTON_STOP);
    rig_run(rig, 5);
    rig_click(rig, BUTTON_STOP);
    rig_run(rig, 5);
    assert_int_equal(rig_now(rig), NOW_IDLE);
    assert_int_equal(core_zero_mn(rig->core), 5000);
    rig_free(rig);
}

/* 45 N of 50 N are followed; what is beyond them is a fault until it has come back. */
static void test_in_all_two_per_cent_of_capacity_are_followed_and_no_more(void **state)
{
    struct station_rig *rig = with_offset(0);

    (void)state;
    for (int i = 1; i <= 5; i++) {
        rig_load(rig, 9 * i);
        rig_run(rig, 4);
        assert_string_equal(rig_events(rig), "tared moved=917g by auto\n");
    }
    rig_load(rig, 54);
    rig_run(rig, 4);
    assert_string_equal(rig_events(rig), "fault_raised zero_out_of_range\n");
    chord(rig, 5.1);
    assert_string_equal(rig_events(rig), "");
    assert_int_equal(core_zero_mn(rig->core), 45000);
    rig_load(rig, 45);
    rig_run(rig, 4);
    assert_non_null(strstr(rig_events(rig), "fault_cleared zero_out_of_range"));
    rig_free(rig);
}

/* Nobody pulls the box up: what was there when it was calibrated has gone. */
static void test_a_box_below_zero_is_a_fault(void **state)
{
    struct station_rig *rig = with_offset(-12);

    (void)state;
    rig_run(rig, 20);
    assert_int_equal(core_zero_mn(rig->core), 0);
    rig_load(rig, 0);
    rig_run(rig, 4);
    assert_non_null(strstr(rig_events(rig), "fault_cleared zero_out_of_range"));
    rig_free(rig);
}

/* Start alone would go on with the broken-off session when it is let go; with stop beside it, it must not. */
static void test_stop_beside_start_takes_the_start_back(void **state)
{
    struct station_rig *rig = with_offset(0);

    (void)state;
    rig_click(rig, BUTTON_START);
    rig_click(rig, BUTTON_STOP);
    rig_click(rig, BUTTON_STOP);
    rig_forget(rig);
    rig_button(rig, BUTTON_START, true);
    rig_run(rig, 0.2);
    rig_button(rig, BUTTON_STOP, true);
    rig_run(rig, 2);
    rig_button(rig, BUTTON_START, false);
    rig_run(rig, 0.1);
    rig_button(rig, BUTTON_STOP, false);
    assert_string_equal(rig_events(rig), "");
    assert_int_equal(rig_now(rig), NOW_IDLE);
    rig_free(rig);
}

static void test_another_button_does_not_prolong_the_chord(void **state)
{
    struct station_rig *rig = with_offset(0.9);

    (void)state;
    rig_button(rig, BUTTON_STOP, true);
    rig_button(rig, BUTTON_START, true);
    rig_run(rig, 4);
    rig_click(rig, BUTTON_PLUS);
    rig_run(rig, 1);
    assert_string_equal(rig_events(rig), "tared moved=91g by buttons\n");
    rig_free(rig);
}

/* Stop counts as long after 3 s and start as long after 1.5 s; as a chord they are neither. */
static void test_the_chord_is_no_long_press(void **state)
{
    struct station_rig *rig = with_offset(12);
    struct snapshot snapshot;

    (void)state;
    chord(rig, 4);
    core_snapshot(rig->core, &snapshot);
    assert_false(snapshot.call);
    assert_string_equal(rig_events(rig), "");
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_for_five_seconds_tare),
        cmocka_unit_test(test_somebody_on_the_box_is_no_offset),
        cmocka_unit_test(test_an_unsteady_reading_is_refused),
        cmocka_unit_test(test_an_empty_box_that_drifts_is_followed),
        cmocka_unit_test(test_who_stands_on_the_box_is_never_tared),
        cmocka_unit_test(test_what_moves_is_not_followed),
        cmocka_unit_test(test_the_zero_is_frozen_in_a_session),
        cmocka_unit_test(test_in_all_two_per_cent_of_capacity_are_followed_and_no_more),
        cmocka_unit_test(test_a_box_below_zero_is_a_fault),
        cmocka_unit_test(test_stop_beside_start_takes_the_start_back),
        cmocka_unit_test(test_another_button_does_not_prolong_the_chord),
        cmocka_unit_test(test_the_chord_is_no_long_press),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
