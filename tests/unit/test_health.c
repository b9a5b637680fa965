/* SPDX-License-Identifier: MIT */
/* Is the sensor to be believed: silence, stuck codes, spikes, overload, and what a set makes of them. */
#include <string.h>

#include "check.h"
#include "rx_texts.h"
#include "station.h"

/* In the first of two holds. */
static struct station_rig *pressing(void)
{
    struct station_rig *rig = rig_at_go(RX("", HOLDS("")), 0, 3);

    rig_run(rig, 1);
    rig_load(rig, 100);
    rig_run(rig, 2);
    rig_forget(rig);
    return rig;
}

static void test_a_second_of_silence_is_a_dead_sensor(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_run(rig, 2);
    rig_sensor(rig, 0);
    rig_run(rig, 0.999);
    assert_string_equal(rig_events(rig), "");
    rig_run(rig, 0.001);
    assert_string_equal(rig_all(rig), "3.000 fault_raised sensor_dead\n3.000 ~ fault sensor_dead\n");
    rig_run(rig, 7);
    rig_sensor(rig, RIG_FAST_NS);
    rig_run(rig, 0.1);
    assert_string_equal(rig_events(rig), "fault_cleared sensor_dead lasted=7.013\n");
    rig_free(rig);
}

static void test_no_sample_after_the_start_is_a_dead_sensor(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_sensor(rig, 0);
    rig_clock(rig, 0, false); /* the first input */
    rig_run(rig, 10);
    assert_string_equal(rig_all(rig), "1.500 fault_raised sensor_dead\n1.500 ~ fault sensor_dead\n");
    rig_free(rig);
}

static void test_the_source_s_end_is_no_silence(void **state)
{
    struct station_rig *rig = rig_new(NULL);
    struct input end = {.kind = INPUT_END};

    (void)state;
    rig_run(rig, 2);
    rig_sensor(rig, 0);
    rig_feed(rig, &end);
    rig_run(rig, 100);
    assert_string_equal(rig_events(rig), "");
    rig_free(rig);
}

/* It goes on by the clock and says so. */
static void die_in_the_first_hold(struct station_rig *rig)
{
    rig_sensor(rig, 0);
    rig_run(rig, 5);
    assert_string_equal(rig_events(rig),
                        "fault_raised sensor_dead\n"
                        "hold 1L1.1 full 8.986-13.986 held=5.000 target=100 no_baseline cued sensor_fault\n");
}

/* The rest of the set is by cue, too, and the set is not trusted. */
static void test_a_set_goes_on_by_cue_when_the_sensor_dies(void **state)
{
    struct station_rig *rig = pressing();

    (void)state;
    die_in_the_first_hold(rig);
    rig_run(rig, 5);
    rig_sensor(rig, RIG_FAST_NS); /* it comes back, and this set has gone blind for good */
    rig_run(rig, 7);
    assert_string_equal(rig_events(rig), "fault_cleared sensor_dead lasted=9.012\n"
                                         "hold 1L1.2 full 20.986-25.986 held=5.000 target=100 cued sensor_fault\n");
    rig_run(rig, 2);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "set_completed 1L1 done by reps reps=2 measured=0 untrusted\n");
    rig_free(rig);
}

/* What a fault hid is said of the hold that it hid; the next one is seen again, and the set stays untrusted. */
static void test_a_hold_after_the_fault_is_seen_again(void **state)
{
    struct station_rig *rig = pressing();

    (void)state;
    die_in_the_first_hold(rig);
    rig_sensor(rig, RIG_FAST_NS);
    rig_run(rig, 12);
    assert_string_equal(rig_events(rig),
                        "fault_cleared sensor_dead lasted=4.013\n"
                        "hold 1L1.2 full 19.986-24.986 held=5.000 in_band=5.000 dips=0 target=100 no_baseline\n"
                        "set_completed 1L1 done by reps reps=2 measured=1 tut=5.0 untrusted\n");
    rig_free(rig);
}

/* A set that begins blind has a sensor at fault all along. */
static void test_a_set_that_begins_with_a_dead_sensor_is_not_trusted(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_sensor(rig, 0);
    rig_prescribe(rig, 1, RX("", FLOOR_SETS("left", 1, "")));
    rig_run(rig, 3);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 17);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_int_equal(strncmp(rig_events(rig), "set_completed 1L1 done by reps reps=3 measured=0 untrusted\n", 59), 0);
    rig_free(rig);
}

/* Faults that others find have the same effect: what is said to make sets paced does. */
static void test_every_fault_with_effect_paced_blinds(void **state)
{
    (void)state;
    for (int fault = 0; fault < FAULT_COUNT; fault++) {
        struct station_rig *rig = pressing();
        struct snapshot snapshot;

        rig_fault(rig, (enum fault)fault, true);
        core_snapshot(rig->core, &snapshot);
        assert_int_equal(snapshot.measured, fault_effect((enum fault)fault) != EFFECT_PACED);
        rig_free(rig);
    }
}

static void feed_force(struct station_rig *rig, int64_t force_mn)
{
    struct input input = {.kind = INPUT_FORCE};

    input.u.force.has_force = true;
    input.u.force.force_mn = (int32_t)force_mn;
    rig_feed(rig, &input);
}

/* A single code of 2^23 with 2000 N at 2^21 would be 8000 N. It never becomes a number anywhere. */
static void test_a_spike_is_counted_and_dropped(void **state)
{
    struct station_rig *rig = pressing();
    struct core_counters counters;
    struct snapshot snapshot;

    (void)state;
    rig_run(rig, 0.005);
    feed_force(rig, 8000000);
    rig_run(rig, 0.001);
    feed_force(rig, -8388608);
    core_counters(rig->core, &counters);
    assert_int_equal(counters.samples_bad, 2);
    core_snapshot(rig->core, &snapshot);
    assert_int_equal(snapshot.force_mn, 100000);
    rig_run(rig, 4);
    assert_string_equal(rig_events(rig),
                        "hold 1L1.1 full 8.986-13.986 held=5.000 in_band=5.000 dips=0 target=100 no_baseline\n");
    rig_free(rig);
}

static void test_duplicate_and_late_stamps_are_dropped(void **state)
{
    struct station_rig *rig = pressing();
    struct core_counters counters;

    (void)state;
    feed_force(rig, 0);
    feed_force(rig, 0);
    core_counters(rig->core, &counters);
    assert_int_equal(counters.samples_bad, 2); /* the sample at this stamp has been taken */
    rig_run(rig, 4);
    assert_string_equal(rig_events(rig),
                        "hold 1L1.1 full 8.986-13.986 held=5.000 in_band=5.000 dips=0 target=100 no_baseline\n");
    rig_free(rig);
}

static void test_overload_is_raised_and_clears_and_spoils_the_hold_it_hits(void **state)
{
    struct station_rig *rig = pressing();

    (void)state;
    rig_load(rig, 2600); /* capacity 2500 N */
    rig_run(rig, 0.05);
    rig_load(rig, 100);
    rig_run(rig, 4);
    assert_string_equal(
        rig_events(rig),
        "fault_raised overload\n"
        "fault_cleared overload lasted=1.038\n"
        "hold 1L1.1 full 8.986-13.986 held=5.000 in_band=4.938 dips=0 target=100 no_baseline overload\n");
    rig_run(rig, 6); /* the next one begins in the band and is not spoilt */
    rig_run(rig, 6);
    assert_string_equal(rig_events(rig),
                        "hold 1L1.2 full 19.986-24.986 held=5.000 in_band=5.000 dips=0 target=100 no_baseline\n"
                        "set_completed 1L1 done by reps reps=2 measured=2 tut=10.0\n");
    rig_free(rig);
}

/* A set's own limit is 0.8 of the capacity unless prescribed; between sets only the capacity counts. */
static void test_load_limit_of_a_set(void **state)
{
    struct station_rig *rig = pressing();

    (void)state;
    rig_load(rig, 2050); /* capacity 2500 N, limit 2000 N */
    rig_run(rig, 0.05);
    rig_load(rig, 100);
    assert_string_equal(rig_events(rig), "fault_raised overload\n");
    rig_free(rig);
    rig = rig_new(NULL);
    rig_load(rig, 2050);
    rig_run(rig, 2);
    assert_string_equal(rig_events(rig), "");
    rig_free(rig);
}

static void test_a_stuck_code_and_its_end(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_run(rig, 1);
    rig_sensor(rig, 0);
    rig_trouble(rig, TROUBLE_STUCK);
    rig_run(rig, 0.5);
    rig_sensor(rig, RIG_SLOW_NS);
    rig_run(rig, 0.5);
    assert_string_equal(rig_events(rig), "fault_raised sensor_stuck\nfault_cleared sensor_stuck lasted=0.600\n");
    rig_free(rig);
}

/* A jam of two: the fault stands until the last one is free. */
static void test_two_jammed_buttons_are_one_fault_until_both_are_free(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_button(rig, BUTTON_PLUS, true);
    rig_run(rig, 10);
    rig_button(rig, BUTTON_MINUS, true);
    rig_run(rig, 40);
    assert_string_equal(rig_events(rig), "fault_raised button_stuck\n");
    rig_button(rig, BUTTON_PLUS, false);
    rig_run(rig, 1);
    assert_string_equal(rig_events(rig), "");
    rig_button(rig, BUTTON_MINUS, false);
    assert_string_equal(rig_events(rig), "fault_cleared button_stuck lasted=21.000\n");
    rig_free(rig);
}

static void test_a_jammed_button_forbids_to_start_and_a_jammed_stop_calls(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR("left", "")));
    rig_forget(rig);
    rig_button(rig, BUTTON_STOP, true);
    rig_run(rig, 31);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "call\nfault_raised button_stuck\nstart_refused not_ready\n");
    rig_free(rig);
}

/* Only what was told before can have been wrong; a clock that is synced from the start steps nothing. */
static void test_a_clock_that_becomes_synced_tells_its_step(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_clock(rig, 1000 * NS_PER_S, false);
    rig_run(rig, 10);
    rig_clock(rig, 4600 * NS_PER_S, true);
    rig_clock(rig, 4600 * NS_PER_S, true);
    assert_string_equal(rig_events(rig), "clock_synced step=3590.000\n");
    rig_free(rig);
    rig = rig_new(NULL);
    rig_clock(rig, 1000 * NS_PER_S, true);
    rig_run(rig, 10);
    rig_clock(rig, 1010 * NS_PER_S, false);
    assert_string_equal(rig_events(rig), "");
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_second_of_silence_is_a_dead_sensor),
        cmocka_unit_test(test_no_sample_after_the_start_is_a_dead_sensor),
        cmocka_unit_test(test_the_source_s_end_is_no_silence),
        cmocka_unit_test(test_a_set_goes_on_by_cue_when_the_sensor_dies),
        cmocka_unit_test(test_a_hold_after_the_fault_is_seen_again),
        cmocka_unit_test(test_a_set_that_begins_with_a_dead_sensor_is_not_trusted),
        cmocka_unit_test(test_every_fault_with_effect_paced_blinds),
        cmocka_unit_test(test_a_spike_is_counted_and_dropped),
        cmocka_unit_test(test_duplicate_and_late_stamps_are_dropped),
        cmocka_unit_test(test_overload_is_raised_and_clears_and_spoils_the_hold_it_hits),
        cmocka_unit_test(test_load_limit_of_a_set),
        cmocka_unit_test(test_a_stuck_code_and_its_end),
        cmocka_unit_test(test_two_jammed_buttons_are_one_fault_until_both_are_free),
        cmocka_unit_test(test_a_clock_that_becomes_synced_tells_its_step),
        cmocka_unit_test(test_a_jammed_button_forbids_to_start_and_a_jammed_stop_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
