/* SPDX-License-Identifier: MIT */
/* One set: countdown, contact, cues, how it ends, and what goes on after a stop. */
#include "check.h"
#include "rx_texts.h"
#include "station.h"

static struct station_rig *begun(const char *rx)
{
    struct station_rig *rig = rig_new(NULL);

    rig_prescribe(rig, 1, rx);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    return rig;
}

/* Everything at its absolute time: tones at 2, 3, 4 s, go at 5; phases of 1 s; ticks fall on the accents. */
static void test_countdown_and_cues_come_at_absolute_times(void **state)
{
    struct station_rig *rig = begun(RX("", FLOOR("left", "")));

    (void)state;
    rig_run_until(rig, rig_ns(10.5));
    assert_string_equal(rig_cues(rig), "0.000 ~ press\n"
                                       "2.000 ~ countdown 3\n3.000 ~ countdown 2\n4.000 ~ countdown 1\n"
                                       "5.000 ~ go\n5.000 ~ phase con\n6.000 ~ phase top\n7.000 ~ phase ecc\n"
                                       "8.000 ~ phase bottom\n9.000 ~ phase con\n10.000 ~ phase top\n");
    rig_free(rig);
}

static void test_reps_of_a_cued_set_say_that_they_were_cued(void **state)
{
    struct station_rig *rig = begun(RX("", FLOOR("left", "")));

    (void)state;
    rig_run_until(rig, rig_ns(17));
    assert_string_equal(
        rig_events(rig),
        "session_started slot=1 rx=rx-1 rev=1 by=only\n"
        "set_started 1L1 floor live count=C\n"
        "rep 1L1.1 paced 5.000-8.000 con=1.0/cue top=1.0/cue ecc=1.0/cue cued live_anchor\n"
        "rep 1L1.2 paced 9.000-12.000 con=1.0/cue top=1.0/cue ecc=1.0/cue bottom=1.0/cue cued live_anchor\n"
        "rep 1L1.3 paced 13.000-16.000 con=1.0/cue top=1.0/cue ecc=1.0/cue bottom=1.0/cue cued live_anchor\n");
    rig_free(rig);
}

static void test_prep_precedes_an_items_first_set_and_3_s_the_others(void **state)
{
    struct station_rig *rig = begun(RX("", FLOOR("left", ",'rest_mode':'fixed'")));

    (void)state;
    rig_run_until(rig, rig_ns(16.5));
    rig_click(rig, BUTTON_START); /* confirmed; the rest of 20 s counts from 16 s */
    rig_forget(rig);
    rig_run_until(rig, rig_ns(40));
    assert_string_equal(rig_all(rig), "33.000 ~ last 3\n34.000 ~ last 2\n35.000 ~ last 1\n"
                                      "36.000 rest_completed 20.000 of 20.000\n"
                                      "36.000 ~ countdown 3\n37.000 ~ countdown 2\n38.000 ~ countdown 1\n"
                                      "39.000 set_started 1L2 floor live count=C\n39.000 ~ go\n39.000 ~ phase con\n"
                                      "40.000 ~ phase top\n");
    rig_free(rig);
}

static void test_no_prep_at_all_goes_at_once(void **state)
{
    struct station_rig *rig = begun(RX("", "{'exercise':'banded_curl','side':'left','contact':'floor','anchor':'live',"
                                           "'sets':1,'reps_min':1,'reps_max':1," TEMPO_4 ",'prep_s':0}"));

    (void)state;
    assert_string_equal(rig_all(rig), "0.000 session_started slot=1 rx=rx-1 rev=1 by=only\n0.000 ~ press\n"
                                      "0.000 set_started 1L1 floor live count=C\n0.000 ~ go\n0.000 ~ phase con\n");
    rig_free(rig);
}

/* ---- contact ------------------------------------------------------------------------------------------------------ */

/* Start at 1 s, when the box has been seen to be empty. */
static struct station_rig *nobody_there(const char *rx)
{
    struct station_rig *rig = rig_new(NULL);

    rig_prescribe(rig, 1, rx);
    rig_run(rig, 1);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    return rig;
}

static void test_prep_waits_for_a_second_of_steady_contact(void **state)
{
    struct station_rig *rig = nobody_there(RX("", LIVE("")));

    (void)state;
    rig_run_until(rig, rig_ns(20));
    assert_int_equal(rig_now(rig), NOW_PREP);
    rig_load(rig, 700); /* the first sample of it comes at 20.1 s: steady at 21.1 s, and then 3-2-1 */
    rig_run_until(rig, rig_ns(25));
    assert_string_equal(rig_all(rig), "1.000 session_started slot=1 rx=rx-1 rev=1 by=only\n1.000 ~ press\n"
                                      "21.100 ~ countdown 3\n22.100 ~ countdown 2\n23.100 ~ countdown 1\n"
                                      "24.100 set_started 1L1 box live count=C\n24.100 ~ go\n24.100 ~ phase con\n");
    rig_free(rig);
}

static void test_who_stands_there_already_does_not_wait(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_load(rig, 700);
    rig_run(rig, 2);
    rig_prescribe(rig, 1, RX("", LIVE("")));
    rig_click(rig, BUTTON_START);
    rig_forget(rig);
    rig_run_until(rig, rig_ns(7));
    assert_string_equal(rig_events(rig), "set_started 1L1 box live count=C\n");
    rig_free(rig);
}

static void test_contact_early_in_a_long_prep_keeps_its_end(void **state)
{
    struct station_rig *rig =
        nobody_there(RX("", "{'exercise':'banded_curl','side':'left','contact':'box','anchor':'live',"
                            "'sets':1,'reps_min':1,'reps_max':1," TEMPO_4 ",'prep_s':20}"));

    (void)state;
    rig_load(rig, 700);
    rig_run_until(rig, rig_ns(22));
    assert_string_equal(rig_cues(rig), "1.000 ~ press\n18.000 ~ countdown 3\n19.000 ~ countdown 2\n"
                                       "20.000 ~ countdown 1\n21.000 ~ go\n21.000 ~ phase con\n22.000 ~ phase top\n");
    rig_free(rig);
}

static void test_nobody_on_the_box_for_a_minute_pauses(void **state)
{
    struct station_rig *rig = nobody_there(RX("", LIVE("")));

    (void)state;
    rig_run_until(rig, rig_ns(60.9));
    assert_int_equal(rig_now(rig), NOW_PREP);
    rig_run_until(rig, rig_ns(61));
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_free(rig);
}

static void test_a_dead_sensor_in_prep_waits_for_nobody(void **state)
{
    struct station_rig *rig = nobody_there(RX("", LIVE("")));

    (void)state;
    rig_run_until(rig, rig_ns(10));
    rig_forget(rig);
    rig_sensor(rig, 0);
    rig_run_until(rig, rig_ns(15));
    assert_string_equal(rig_events(rig), "fault_raised sensor_dead\nset_started 1L1 box live count=C\n");
    rig_free(rig);
}

/* ---- ends --------------------------------------------------------------------------------------------------------- */

static struct station_rig *standing(const char *rx)
{
    struct station_rig *rig = rig_new(NULL);

    rig_load(rig, 700);
    rig_run(rig, 2);
    rig_prescribe(rig, 1, rx);
    rig_click(rig, BUTTON_START); /* go at 7 s */
    rig_run_until(rig, rig_ns(7));
    rig_forget(rig);
    return rig;
}

static void test_who_leaves_the_box_ends_the_set_and_is_asked_nothing(void **state)
{
    struct station_rig *rig = standing(RX("'set','item'", LIVE("")));

    (void)state;
    rig_run_until(rig, rig_ns(8));
    rig_load(rig, 0); /* seen at 8.1 s; leave_s 3 */
    rig_run_until(rig, rig_ns(11.05));
    assert_int_equal(rig_now(rig), NOW_WORK);
    rig_run_until(rig, rig_ns(11.1));
    /* The rep whose end was cued at 10 s is none: nobody stood there. */
    assert_string_equal(rig_events(rig), "set_completed 1L1 left_box by leave reps=0 measured=0\n");
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_free(rig);
}

static void test_who_comes_back_in_time_has_not_left(void **state)
{
    struct station_rig *rig = standing(RX("", LIVE("")));

    (void)state;
    rig_load(rig, 0);
    rig_run(rig, 2.9);
    rig_load(rig, 700);
    rig_run(rig, 1);
    rig_load(rig, 0);
    rig_run(rig, 2.9);
    assert_int_equal(rig_now(rig), NOW_WORK);
    rig_free(rig);
}

/* Enough reps were cued: done, but only if the patient says so; nobody saw them. */
static void test_leaving_after_reps_min_unseen_is_confirmed(void **state)
{
    struct station_rig *rig =
        standing(RX("", "{'exercise':'banded_curl','side':'left','contact':'box','anchor':'live',"
                        "'sets':1,'reps_min':2,'reps_max':9," TEMPO_4 ",'prep_s':5,'leave_s':3}"));

    (void)state;
    rig_run_until(rig, rig_ns(14.5));
    rig_forget(rig);
    rig_load(rig, 0);
    rig_run(rig, 3.2);
    assert_int_equal(rig_now(rig), NOW_ASK);
    assert_string_equal(rig_events(rig), "");
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "set_completed 1L1 done by leave reps=2 measured=0\n"
                                         "session_completed done 15.7s pct=100000 volume=1000 overrun=0.0 cued "
                                         "[banded_curl left sets 1/1 reps 2/2 measured 0]\n");
    rig_free(rig);
}

static void test_confirmed_within_30_s_counts(void **state)
{
    struct station_rig *rig = begun(RX("", FLOOR_SETS("left", 1, "")));

    (void)state;
    rig_run_until(rig, rig_ns(45.9));
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "set_completed 1L1 done by reps reps=3 measured=0\n"
                                         "session_completed done 45.9s pct=100000 volume=1000 overrun=0.0 cued "
                                         "[banded_curl left sets 1/1 reps 3/2 measured 0]\n");
    rig_free(rig);
}

static void test_unconfirmed_counts_nothing(void **state)
{
    struct station_rig *rig = begun(RX("'item'", FLOOR_SETS("left", 1, "")));

    (void)state;
    rig_run_until(rig, rig_ns(45));
    rig_forget(rig);
    rig_run_until(rig, rig_ns(90));
    assert_string_equal(rig_events(rig), "set_completed 1L1 unconfirmed by reps reps=0 measured=0\n"
                                         "pain 1L item limit=3\n"
                                         "session_completed done 76.0s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 0/1 reps 0/2 measured 0]\n");
    rig_free(rig);
}

static void test_the_sets_own_timeout_pauses(void **state)
{
    struct station_rig *rig =
        begun(RX("", "{'exercise':'banded_curl','side':'left','contact':'floor','anchor':'live',"
                     "'sets':1,'reps_min':5,'reps_max':5," TEMPO_4 ",'prep_s':0,'set_timeout_s':10}"));

    (void)state;
    rig_run_until(rig, rig_ns(9.5));
    rig_forget(rig);
    rig_run_until(rig, rig_ns(10.5));
    assert_string_equal(rig_events(rig), "set_completed 1L1 timeout by timeout reps=2 measured=0\n");
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_free(rig);
}

/* Nothing can count in 10 s: the second time the set is closed, and the session goes on behind it. */
static void test_a_set_that_times_out_twice_with_nothing_counted_is_closed(void **state)
{
    struct station_rig *rig =
        begun(RX("", "{'exercise':'banded_curl','side':'left','contact':'floor','anchor':'live','sets':2,'reps_min':5,"
                     "'reps_max':5,'tempo':{'con_s':5,'top_s':1,'ecc_s':5,'bottom_s':1},'prep_s':0,'rest_s':30,"
                     "'set_timeout_s':10}"));

    (void)state;
    rig_forget(rig);
    rig_run_until(rig, rig_ns(15));
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(35));
    assert_string_equal(rig_events(rig), "set_completed 1L1 timeout by timeout reps=0 measured=0\n"
                                         "set_started 1L1 floor live count=C\n"
                                         "set_completed 1L1 unconfirmed by timeout reps=0 measured=0\n");
    assert_int_equal(rig_now(rig), NOW_REST);
    rig_forget(rig);
    rig_run_until(rig, rig_ns(80));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(100));
    assert_int_equal(rig_now(rig), NOW_PAUSED); /* the second set has two tries of its own */
    rig_free(rig);
}

/* ---- after a stop ------------------------------------------------------------------------------------------------- */

static void test_a_stopped_set_goes_on_with_what_is_left(void **state)
{
    struct station_rig *rig = begun(RX("'item'", FLOOR_SETS("left", 1, "")));

    (void)state;
    rig_run_until(rig, rig_ns(9)); /* one rep, and a second one begun */
    rig_forget(rig);
    rig_click(rig, BUTTON_STOP);
    rig_hold_button(rig, BUTTON_START, 2); /* no pain */
    rig_run(rig, 6);
    assert_string_equal(rig_events(rig), "stop 1L button during work\n"
                                         "set_completed 1L1 stopped by stop reps=1 measured=0\n"
                                         "pain 1L1 set nrs=0 limit=3\n");
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_run_until(rig, rig_ns(100));
    rig_click(rig, BUTTON_START); /* 3 s, then reps 2 and 3 */
    rig_run_until(rig, rig_ns(111));
    rig_click(rig, BUTTON_START);
    assert_string_equal(
        rig_events(rig),
        "set_started 1L1 floor live count=C\n"
        "rep 1L1.2 paced 103.000-106.000 con=1.0/cue top=1.0/cue ecc=1.0/cue cued live_anchor\n"
        "rep 1L1.3 paced 107.000-110.000 con=1.0/cue top=1.0/cue ecc=1.0/cue bottom=1.0/cue cued live_anchor\n"
        "set_completed 1L1 done by reps reps=2 measured=0\n");
    rig_free(rig);
}

static void test_pain_above_the_limit_ends_the_session(void **state)
{
    struct station_rig *rig = begun("'pain_limit':5," RX("'before'", FLOOR("left", "")));

    (void)state;
    rig_answer(rig, QUESTION_PAIN, 5);
    rig_click(rig, BUTTON_START); /* set up */
    rig_run_until(rig, rig_ns(7));
    rig_click(rig, BUTTON_STOP);
    rig_forget(rig);
    rig_answer(rig, QUESTION_PAIN, 6);
    assert_string_equal(rig_events(rig), "pain 1L1 set nrs=6 limit=5\n"
                                         "session_completed pain 7.1s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 0/2 reps 0/4 measured 0]\n");
    rig_run(rig, 1);
    rig_click(rig, BUTTON_START); /* nothing is offered to go on with */
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=only\n");
    rig_free(rig);
}

static void test_nothing_is_asked_after_a_stop_when_ask_is_empty(void **state)
{
    struct station_rig *rig = begun(RX("", FLOOR("left", "")));

    (void)state;
    rig_run_until(rig, rig_ns(6));
    rig_click(rig, BUTTON_STOP);
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_countdown_and_cues_come_at_absolute_times),
        cmocka_unit_test(test_reps_of_a_cued_set_say_that_they_were_cued),
        cmocka_unit_test(test_prep_precedes_an_items_first_set_and_3_s_the_others),
        cmocka_unit_test(test_no_prep_at_all_goes_at_once),
        cmocka_unit_test(test_prep_waits_for_a_second_of_steady_contact),
        cmocka_unit_test(test_who_stands_there_already_does_not_wait),
        cmocka_unit_test(test_contact_early_in_a_long_prep_keeps_its_end),
        cmocka_unit_test(test_nobody_on_the_box_for_a_minute_pauses),
        cmocka_unit_test(test_a_dead_sensor_in_prep_waits_for_nobody),
        cmocka_unit_test(test_who_leaves_the_box_ends_the_set_and_is_asked_nothing),
        cmocka_unit_test(test_who_comes_back_in_time_has_not_left),
        cmocka_unit_test(test_leaving_after_reps_min_unseen_is_confirmed),
        cmocka_unit_test(test_confirmed_within_30_s_counts),
        cmocka_unit_test(test_unconfirmed_counts_nothing),
        cmocka_unit_test(test_the_sets_own_timeout_pauses),
        cmocka_unit_test(test_a_set_that_times_out_twice_with_nothing_counted_is_closed),
        cmocka_unit_test(test_a_stopped_set_goes_on_with_what_is_left),
        cmocka_unit_test(test_pain_above_the_limit_ends_the_session),
        cmocka_unit_test(test_nothing_is_asked_after_a_stop_when_ask_is_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
