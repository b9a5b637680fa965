/* SPDX-License-Identifier: MIT */
/* Sets of holds: automatic rests, broken and stopped ones, what is left after a stop, leaving the box in between. */
#include <string.h>

#include "check.h"
#include "daemon/core/core_state.h"
#include "rx_texts.h"
#include "station.h"

/*
 * Go at 8 s (start at 3 s, prep 5 s); the band is 90-110 N. Times of a hold are two samples (25 ms) before those of the
 * samples that show them: the station's converters average four.
 */
static struct station_rig *at_go(const char *rx)
{
    return rig_at_go(rx, 0, 3);
}

/* A force that stands for s seconds, then nothing. It begins between two samples: entry is interpolated. */
static void press(struct station_rig *rig, double newtons, double s)
{
    rig_load(rig, newtons);
    rig_run(rig, s);
    rig_load(rig, 0);
}

static void test_holds_follow_each_other_with_automatic_rests(void **state)
{
    struct station_rig *rig = at_go(RX("", HOLDS("")));

    (void)state;
    rig_run(rig, 1);
    press(rig, 100, 5.1);
    assert_string_equal(rig_events(rig),
                        "hold 1L1.1 full 8.986-13.986 held=5.000 in_band=5.000 dips=0 target=100 no_baseline\n");
    rig_run_until(rig, rig_ns(20)); /* the rest of 6 s counts from the end of the hold */
    assert_string_equal(rig_cues(rig),
                        "16.986 ~ countdown 3\n17.986 ~ countdown 2\n18.986 ~ countdown 1\n19.986 ~ go\n");
    press(rig, 100, 5.4);
    assert_string_equal(rig_events(rig),
                        "hold 1L1.2 full 19.987-24.987 held=5.000 in_band=5.000 dips=0 target=100 no_baseline\n"
                        "set_completed 1L1 done by reps reps=2 measured=2 tut=10.0\n");
    assert_int_equal(rig_now(rig), NOW_REST);
    rig_free(rig);
}

/* A kick of 300 N rises at 1500 N/s over 200 ms; the hold's own 100 N at 500. */
static void test_a_kick_before_the_hold_is_not_its_rise(void **state)
{
    struct station_rig *rig = at_go(RX("", HOLDS("")));

    (void)state;
    rig_run(rig, 0.5);
    press(rig, 300, 0.05);
    rig_run(rig, 1);
    press(rig, 100, 5.1);
    assert_non_null(strstr(rig_events(rig), "hold 1L1.1 full"));
    assert_in_range(rfd_mn_s(&rig->core->rfd), 460000, 501000);
    rig_free(rig);
}

/* Live says where a hold's phase comes from, and when it began only once it has. */
static void test_a_hold_shows_its_source_and_its_beginning(void **state)
{
    struct station_rig *rig = at_go(RX("", HOLDS("")));
    struct snapshot snapshot;

    (void)state;
    rig_run(rig, 1);
    core_snapshot(rig->core, &snapshot);
    assert_string_equal(snapshot.hold_phase, "wait");
    assert_true(snapshot.phase_start_ns == ABSENT);
    press(rig, 100, 2);
    core_snapshot(rig->core, &snapshot);
    assert_string_equal(snapshot.hold_phase, "hold");
    assert_int_equal(snapshot.phase_src, SRC_LOAD);
    assert_in_range(snapshot.phase_start_ns, rig_ns(8.975), rig_ns(9.075));
    rig_free(rig);
}

static void test_a_broken_hold_is_tried_and_not_counted(void **state)
{
    struct station_rig *rig = at_go(RX("", HOLDS("")));

    (void)state;
    rig_run(rig, 1);
    press(rig, 100, 2); /* then nothing for longer than the grace of 1 s */
    rig_run(rig, 8);
    press(rig, 100, 5.5);
    assert_string_equal(rig_events(rig),
                        "hold 1L1.1 broken 8.986-10.977 held=1.991 in_band=1.990 dips=0 target=100 no_baseline\n"
                        "hold 1L1.2 full 18.986-23.986 held=5.000 in_band=5.000 dips=0 target=100 no_baseline\n"
                        "set_completed 1L1 done by reps reps=1 measured=1 tut=7.0\n");
    rig_free(rig);
}

/* They were seen, and seen to break: nothing is to be confirmed. */
static void test_a_set_of_broken_holds_was_observed(void **state)
{
    struct station_rig *rig = at_go(RX("", HOLDS("")));

    (void)state;
    rig_run(rig, 1);
    press(rig, 100, 2);
    rig_run(rig, 8);
    rig_forget(rig);
    press(rig, 100, 2);
    rig_run(rig, 2);
    assert_string_equal(rig_events(rig),
                        "hold 1L1.2 broken 18.986-20.977 held=1.991 in_band=1.990 dips=0 target=100 no_baseline\n"
                        "set_completed 1L1 done by reps reps=0 measured=0 tut=4.0\n");
    assert_int_equal(rig_now(rig), NOW_REST);
    rig_forget(rig);
    rig_click(rig, BUTTON_STOP); /* nothing counted, and that is measured: the basis says so */
    assert_non_null(strstr(rig_events(rig), "measured [iso_heel_dig left sets 1/2 reps 0/4 measured 0]"));
    rig_free(rig);
}

/* The last hold of the set is not done because it was begun. */
static void test_a_stopped_hold_is_what_is_left(void **state)
{
    struct station_rig *rig = at_go(RX("", HOLDS("")));

    (void)state;
    rig_run(rig, 1);
    press(rig, 100, 5.1);
    rig_run(rig, 6);
    rig_forget(rig);
    rig_load(rig, 100);
    rig_run(rig, 2);
    rig_click(rig, BUTTON_STOP);
    rig_load(rig, 0);
    assert_string_equal(rig_events(rig),
                        "stop 1L button during hold\n"
                        "hold 1L1.2 stopped 20.086-22.100 held=2.014 in_band=2.014 dips=0 target=100 no_baseline\n"
                        "set_completed 1L1 stopped by stop reps=1 measured=1 tut=7.0\n");
    rig_run(rig, 5);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 4);
    press(rig, 100, 5.5);
    rig_run(rig, 0.1);
    assert_string_equal(rig_events(rig),
                        "set_started 1L1 box count=A target=100\n"
                        "hold 1L1.2 full 31.286-36.286 held=5.000 in_band=5.000 dips=0 target=100 no_baseline\n"
                        "set_completed 1L1 done by reps reps=1 measured=1 tut=5.0\n");
    rig_free(rig);
}

static void test_a_power_cut_in_a_hold_leaves_it_to_be_done(void **state)
{
    struct station_rig *rig = at_go(RX("", HOLDS("")));
    struct resume resume;

    (void)state;
    core_closing_resume(rig->core, &resume);
    assert_int_equal(resume.reps_done, 0);
    rig_run(rig, 1);
    press(rig, 100, 4);
    core_closing_resume(rig->core, &resume);
    assert_int_equal(resume.reps_done, 0);
    press(rig, 100, 3);
    core_closing_resume(rig->core, &resume);
    assert_int_equal(resume.reps_done, 1);
    rig_free(rig);
}

static void test_holds_nobody_sees_go_by_the_clock_and_are_confirmed(void **state)
{
    struct core_setup setup;
    struct station_rig *rig;

    (void)state;
    rig_setup(&setup);
    setup.calibrated = false;
    rig = rig_new(&setup);
    rig_prescribe(rig, 1, RX("", HOLDS("")));
    rig_click(rig, BUTTON_START); /* go at 5 s, ramp 1 s */
    rig_run_until(rig, rig_ns(26));
    rig_forget(rig);
    assert_int_equal(rig_now(rig), NOW_ASK);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "set_completed 1L1 done by reps reps=2 measured=0 untrusted\n");
    rig_free(rig);
}

#define BRIDGES                                                                                                        \
    "{'exercise':'iso_bridge','variation':'standard','holds':2,'hold_s':5,'hold_rest_s':10,'ramp_s':1,'grace_s':1,"    \
    "'sets':1,'prep_s':5,'leave_s':3}"

/* Feet on the box at rest: 100 N; bridging: 250 N. Between the holds the patient may take the feet off. */
static void test_between_holds_nobody_has_to_stay(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_sensor(rig, RIG_FAST_NS);
    rig_load(rig, 100);
    rig_run(rig, 3);
    rig_prescribe(rig, 1, RX("", BRIDGES));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(9));
    rig_load(rig, 250);
    rig_run(rig, 5.5);
    rig_load(rig, 0);
    rig_run(rig, 9);
    assert_int_equal(rig_now(rig), NOW_HOLD);
    rig_run(rig, 4); /* the second hold is waited for, and nobody has come back yet */
    assert_int_equal(rig_now(rig), NOW_HOLD);
    rig_load(rig, 250);
    rig_run(rig, 1);
    rig_load(rig, 0); /* now they have, and leave in the hold: broken after 1 s, the set is over */
    rig_run(rig, 4);
    assert_int_not_equal(rig_now(rig), NOW_HOLD);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holds_follow_each_other_with_automatic_rests),
        cmocka_unit_test(test_a_kick_before_the_hold_is_not_its_rise),
        cmocka_unit_test(test_a_hold_shows_its_source_and_its_beginning),
        cmocka_unit_test(test_a_broken_hold_is_tried_and_not_counted),
        cmocka_unit_test(test_a_set_of_broken_holds_was_observed),
        cmocka_unit_test(test_a_stopped_hold_is_what_is_left),
        cmocka_unit_test(test_a_power_cut_in_a_hold_leaves_it_to_be_done),
        cmocka_unit_test(test_holds_nobody_sees_go_by_the_clock_and_are_confirmed),
        cmocka_unit_test(test_between_holds_nobody_has_to_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
