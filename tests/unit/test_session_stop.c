/* SPDX-License-Identifier: MIT */
/* Stop wins: in every state, at any instant, however often, long or short; and a long one calls. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "rx_texts.h"
#include "situations.h"
#include "station.h"

static uint64_t impossible(const struct station_rig *rig)
{
    struct core_counters counters;

    core_counters(rig->core, &counters);
    return counters.impossible;
}

static int count(const char *text, const char *what)
{
    int n = 0;

    for (; (text = strstr(text, what)) != NULL; text++)
        n++;
    return n;
}

/* The stop's event carries the press's own stamp; what it ends follows in the same call. */
static void test_stop_acts_at_its_edge_in_every_situation(void **state)
{
    (void)state;
    for (int i = 0; i < situation_count; i++) {
        struct station_rig *rig = rig_new(NULL);
        struct snapshot snapshot;
        const char *events;

        situations[i].make(rig);
        rig_button(rig, BUTTON_START, false);
        rig_run(rig, 0.04);
        core_snapshot(rig->core, &snapshot);
        rig_forget(rig);
        rig_button(rig, BUTTON_STOP, true);
        events = rig_events(rig);
        if (snapshot.in_session && strncmp(events, "stop ", 5) != 0)
            fail_msg("%s: %s", situations[i].name, events);
        if (!snapshot.in_session)
            assert_string_equal(events, "");
        assert_int_not_equal(rig_now(rig), NOW_WORK);
        assert_int_not_equal(rig_now(rig), NOW_HOLD);
        assert_int_not_equal(rig_now(rig), NOW_PREP);
        rig_free(rig);
    }
}

static void test_two_stops_reach_idle_from_every_situation(void **state)
{
    (void)state;
    for (int i = 0; i < situation_count; i++) {
        struct station_rig *rig = rig_new(NULL);

        situations[i].make(rig);
        rig_button(rig, BUTTON_START, false);
        rig_run(rig, 0.04);
        rig_clicks(rig, BUTTON_STOP, 2);
        if (!core_idle(rig->core))
            fail_msg("%s: not idle", situations[i].name);
        assert_int_equal(impossible(rig), 0);
        rig_free(rig);
    }
}

/* What a long stop leaves: idle, a call, and what was begun is completed. */
static void test_a_long_stop_calls_from_every_situation(void **state)
{
    (void)state;
    for (int i = 0; i < situation_count; i++) {
        struct station_rig *rig = rig_new(NULL);
        struct snapshot snapshot;
        const char *events;

        situations[i].make(rig);
        rig_button(rig, BUTTON_START, false);
        rig_run(rig, 0.04);
        rig_hold_button(rig, BUTTON_STOP, 3.01);
        core_snapshot(rig->core, &snapshot);
        assert_true(snapshot.call);
        events = rig_events(rig);
        assert_int_equal(count(events, "call\n"), 1);
        assert_int_equal(count(events, "session_started"), count(events, "session_completed"));
        if (!core_idle(rig->core))
            fail_msg("%s: not idle", situations[i].name);
        rig_free(rig);
    }
}

static void test_a_call_lasts_until_the_next_session_or_an_answer(void **state)
{
    struct station_rig *rig = rig_new(NULL);
    struct snapshot snapshot;

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR("left", "")));
    rig_hold_button(rig, BUTTON_STOP, 3.5);
    rig_run(rig, 5000);
    core_snapshot(rig->core, &snapshot);
    assert_true(snapshot.call);
    rig_click(rig, BUTTON_START);
    core_snapshot(rig->core, &snapshot);
    assert_false(snapshot.call);
    rig_hold_button(rig, BUTTON_STOP, 3.5);
    rig_command(rig, COMMAND_CLEAR_CALL);
    core_snapshot(rig->core, &snapshot);
    assert_false(snapshot.call);
    rig_free(rig);
}

/* The patient stops in the countdown, keeps the pedal down and presses start: the next set runs when 3 s are over. */
static void test_a_stop_held_into_a_set_ends_it(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1,
                  RX("", "{'exercise':'banded_curl','side':'left','contact':'floor','anchor':'live','sets':1,"
                         "'reps_min':5,'reps_max':5," TEMPO_4 ",'prep_s':1}"));
    rig_click(rig, BUTTON_START);
    rig_forget(rig);
    rig_run(rig, 0.3);
    rig_button(rig, BUTTON_STOP, true);
    rig_run(rig, 0.2);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 3);
    assert_string_equal(rig_events(rig), "stop 1L button during prep\n"
                                         "set_started 1L1 floor live count=C\n"
                                         "set_completed 1L1 stopped by stop reps=0 measured=0\n"
                                         "call\n"
                                         "session_completed stopped 3.4s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 0/1 reps 0/5 measured 0]\n");
    assert_int_equal(impossible(rig), 0);
    rig_free(rig);
}

static void test_a_hundred_stops_are_one_stop_and_shrugs(void **state)
{
    struct station_rig *rig = rig_new(NULL);
    const char *events;

    (void)state;
    rig_prescribe(rig, 1, RX("'item'", FLOOR("left", "")));
    rig_click(rig, BUTTON_START);
    rig_run(rig, 7);
    rig_forget(rig);
    rig_clicks(rig, BUTTON_STOP, 100);
    events = rig_events(rig);
    /* The first ends the set, the second leaves the question and the session, the rest do nothing. */
    assert_string_equal(events, "stop 1L button during work\n"
                                "set_completed 1L1 stopped by stop reps=0 measured=0\n"
                                "stop 1L button during ask\n"
                                "session_completed stopped 7.5s pct=0 volume=0 overrun=0.0 cued "
                                "[banded_curl left sets 0/2 reps 0/4 measured 0]\n");
    assert_int_equal(count(rig->log.v, "~ refused"), 98);
    rig_free(rig);
}

/* The rep was complete when the stop came: it counts. */
static void test_a_stop_at_the_end_of_a_rep_leaves_the_rep(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR("left", "")));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(5)); /* go */
    rig_run_until(rig, rig_ns(8) - 1);
    rig_forget(rig);
    rig->t_ns = rig_ns(8);
    rig_button(rig, BUTTON_STOP, true);
    assert_string_equal(rig_events(rig),
                        "rep 1L1.1 paced 5.000-8.000 con=1.0/cue top=1.0/cue ecc=1.0/cue cued live_anchor\n"
                        "stop 1L button during work\n"
                        "set_completed 1L1 stopped by stop reps=1 measured=0\n");
    rig_free(rig);
}

/* Stop comes first in the record, also where it leaves a set unconfirmed. */
static void test_stop_never_confirms(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR_SETS("left", 1, "")));
    rig_click(rig, BUTTON_START);
    rig_run(rig, 17);
    rig_forget(rig);
    rig_click(rig, BUTTON_STOP);
    assert_string_equal(rig_events(rig), "stop 1L button during ask\n"
                                         "set_completed 1L1 unconfirmed by reps reps=0 measured=0\n"
                                         "session_completed stopped 17.1s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 0/1 reps 0/2 measured 0]\n");
    rig_free(rig);
}

/* Whether a stop acts does not depend on the sensor, a fault or the journal. */
static void test_stop_works_with_everything_broken(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("", LIVE("")));
    rig_click(rig, BUTTON_START);
    rig_sensor(rig, 0);
    for (int fault = 0; fault < FAULT_COUNT; fault++)
        rig_fault(rig, (enum fault)fault, true);
    rig_run(rig, 8);
    assert_int_equal(rig_now(rig), NOW_WORK);
    rig_forget(rig);
    rig_click(rig, BUTTON_STOP);
    assert_int_equal(strncmp(rig_events(rig), "stop 1L button during work\n", 27), 0);
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stop_acts_at_its_edge_in_every_situation),
        cmocka_unit_test(test_two_stops_reach_idle_from_every_situation),
        cmocka_unit_test(test_a_long_stop_calls_from_every_situation),
        cmocka_unit_test(test_a_call_lasts_until_the_next_session_or_an_answer),
        cmocka_unit_test(test_a_stop_held_into_a_set_ends_it),
        cmocka_unit_test(test_a_hundred_stops_are_one_stop_and_shrugs),
        cmocka_unit_test(test_a_stop_at_the_end_of_a_rep_leaves_the_rep),
        cmocka_unit_test(test_stop_never_confirms),
        cmocka_unit_test(test_stop_works_with_everything_broken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
