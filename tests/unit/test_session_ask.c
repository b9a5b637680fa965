/* SPDX-License-Identifier: MIT */
/* Questions: when they are asked, how a score is entered, and what an answer does. */
#include "check.h"
#include "rx_texts.h"
#include "station.h"

#define DAY_NS (86400 * NS_PER_S)

static struct station_rig *asked(const char *rx)
{
    struct station_rig *rig = rig_new(NULL);

    rig_prescribe(rig, 1, rx);
    rig_run(rig, 1);
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(2));
    rig_forget(rig);
    return rig;
}

/* Presses count when they are let go, because a long one means 0. Read back 3 s after the last, taken 3 s later. */
static void test_a_score_is_counted_read_back_and_taken(void **state)
{
    struct station_rig *rig = asked(RX("'before'", FLOOR("left", "")));

    (void)state;
    rig_clicks(rig, BUTTON_START, 2); /* let go at 2.1 and 2.5 s */
    rig_run_until(rig, rig_ns(10));
    assert_string_equal(rig_all(rig), "2.100 ~ entry 1\n2.500 ~ entry 2\n5.500 ~ read_back 2\n"
                                      "8.500 pain before nrs=2 limit=3\n8.500 ~ setup 1 left\n");
    rig_free(rig);
}

static void test_a_long_start_is_zero(void **state)
{
    struct station_rig *rig = asked(RX("'before'", FLOOR("left", "")));

    (void)state;
    rig_hold_button(rig, BUTTON_START, 2);
    rig_run_until(rig, rig_ns(10));
    assert_string_equal(rig_all(rig), "3.500 ~ entry 0\n6.500 ~ read_back 0\n"
                                      "9.500 pain before nrs=0 limit=3\n9.500 ~ setup 1 left\n");
    rig_free(rig);
}

static void test_over_ten_starts_over(void **state)
{
    struct station_rig *rig = asked("'pain_limit':10," RX("'before'", FLOOR("left", "")));

    (void)state;
    rig_clicks(rig, BUTTON_START, 10);
    rig_run(rig, 6);
    assert_string_equal(rig_events(rig), "pain before nrs=10 limit=10\n");
    rig_free(rig);
    rig = asked("'pain_limit':10," RX("'before'", FLOOR("left", "")));
    rig_clicks(rig, BUTTON_START, 13);
    rig_run(rig, 6);
    assert_string_equal(rig_events(rig), "pain before nrs=2 limit=10\n");
    rig_free(rig);
}

static void test_a_press_after_the_read_back_starts_over(void **state)
{
    struct station_rig *rig = asked(RX("'before'", FLOOR("left", "")));

    (void)state;
    rig_clicks(rig, BUTTON_START, 3);
    rig_run(rig, 4);
    rig_clicks(rig, BUTTON_START, 1);
    rig_run(rig, 6);
    assert_string_equal(rig_events(rig), "pain before nrs=1 limit=3\n");
    rig_free(rig);
}

static void test_silence_is_no_answer_and_never_zero(void **state)
{
    struct station_rig *rig = asked(RX("'before'", FLOOR("left", "")));

    (void)state;
    rig_run_until(rig, rig_ns(30.99));
    assert_string_equal(rig_events(rig), "");
    rig_run_until(rig, rig_ns(31));
    assert_string_equal(rig_events(rig), "pain before limit=3\n");
    rig_free(rig);
}

static void test_plus_and_minus_help_to_count(void **state)
{
    struct station_rig *rig = asked(RX("'before'", FLOOR("left", "")));

    (void)state;
    rig_clicks(rig, BUTTON_PLUS, 3);
    rig_clicks(rig, BUTTON_MINUS, 1);
    rig_run(rig, 6);
    assert_string_equal(rig_events(rig), "pain before nrs=2 limit=3\n");
    rig_free(rig);
}

static void test_stop_leaves_the_question_unanswered(void **state)
{
    struct station_rig *rig = asked(RX("'before'", FLOOR("left", "")));

    (void)state;
    rig_clicks(rig, BUTTON_START, 2);
    rig_click(rig, BUTTON_STOP);
    assert_string_equal(rig_events(rig), "stop 1L button during ask\n"
                                         "session_completed stopped 1.5s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 0/2 reps 0/4 measured 0]\n");
    rig_free(rig);
}

static void test_pain_before_above_the_limit_ends_it(void **state)
{
    struct station_rig *rig = asked(RX("'before'", FLOOR("left", "")));

    (void)state;
    rig_clicks(rig, BUTTON_START, 4);
    rig_run(rig, 6);
    assert_string_equal(rig_events(rig), "pain before nrs=4 limit=3\n"
                                         "session_completed pain 8.3s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 0/2 reps 0/4 measured 0]\n");
    rig_free(rig);
}

/* The next day's question names the session it is about, and how long ago that was where the clock is known. */
static void test_the_next_day_is_asked_about_the_last_session(void **state)
{
    static const char rx[] =
        "'last_session':{'id':'s-7','ts':'1970-01-02T00:00:00Z'},'rev':1,'items':[" FLOOR("left", "") "]";
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, rx);
    rig_clock(rig, 2 * DAY_NS, true);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    rig_answer(rig, QUESTION_PAIN, 2);
    rig_answer(rig, QUESTION_PAIN, 1);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=only\n"
                                         "pain next_day nrs=2 limit=3 after=24.0h about=s-7\n"
                                         "pain before nrs=1 limit=3\n");
    rig_free(rig);
    rig = rig_new(NULL);
    rig_prescribe(rig, 1, rx);
    rig_click(rig, BUTTON_START);
    rig_forget(rig);
    rig_answer(rig, QUESTION_PAIN, 2);
    assert_string_equal(rig_events(rig), "pain next_day nrs=2 limit=3 about=s-7\n");
    rig_free(rig);
}

/* Without a last session there is nothing to ask about it. */
static void test_no_last_session_no_next_day(void **state)
{
    struct station_rig *rig = asked(RX("'next_day'", FLOOR("left", "")));

    (void)state;
    assert_int_equal(rig_now(rig), NOW_PREP);
    rig_free(rig);
}

/* Prep 5 s, set of 11 s, confirmed, for two items of one set each. */
static void test_set_item_effort_and_after_are_asked_in_turn(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(
        rig, 1, "'ask_effort':true," RX("'set','item','after'", FLOOR_SETS("left", 2, ",'rest_mode':'until_button'")));
    rig_click(rig, BUTTON_START);
    for (int set = 0; set < 2; set++) {
        rig_run(rig, 17);
        rig_forget(rig);
        rig_click(rig, BUTTON_START); /* confirms */
        rig_answer(rig, QUESTION_PAIN, set);
        if (set == 0) {
            assert_string_equal(rig_events(rig),
                                "set_completed 1L1 done by reps reps=3 measured=0\npain 1L1 set nrs=0 limit=3\n");
            rig_click(rig, BUTTON_START); /* ends the rest */
        }
    }
    assert_string_equal(rig_events(rig),
                        "set_completed 1L2 done by reps reps=3 measured=0\npain 1L item nrs=1 limit=3\n");
    rig_answer(rig, QUESTION_EFFORT, 6);
    rig_answer(rig, QUESTION_PAIN, 2);
    assert_string_equal(rig_events(rig), "effort 1L cr10=6\npain after nrs=2 limit=3\n"
                                         "session_completed done 34.4s pct=100000 volume=1000 overrun=0.0 cued "
                                         "[banded_curl left sets 2/2 reps 6/4 measured 0]\n");
    rig_free(rig);
}

static void test_an_unanswered_effort_is_told_without_a_number(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, "'ask_effort':true," RX("", FLOOR_SETS("left", 1, "")));
    rig_click(rig, BUTTON_START);
    rig_run(rig, 17);
    rig_click(rig, BUTTON_START);
    rig_forget(rig);
    rig_run(rig, 31);
    assert_string_equal(rig_events(rig),
                        "effort 1L\nsession_completed done 47.1s pct=100000 volume=1000 overrun=0.0 cued "
                        "[banded_curl left sets 1/1 reps 3/2 measured 0]\n");
    rig_free(rig);
}

/* A rest counts from the end of the set: what the questions took of it is over. */
static void test_questions_take_time_from_the_rest(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("'set'", FLOOR("left", ",'rest_mode':'fixed'")));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(17)); /* the set ended at 16 s */
    rig_click(rig, BUTTON_START);
    rig_forget(rig);
    rig_run_until(rig, rig_ns(46.9)); /* silence: 17 + 30 s, and the rest of 20 s has long been over */
    assert_string_equal(rig_events(rig), "");
    rig_run_until(rig, rig_ns(47));
    assert_string_equal(rig_events(rig), "pain 1L1 set limit=3\nrest_completed 31.000 of 20.000\n");
    assert_int_equal(rig_now(rig), NOW_PREP);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_score_is_counted_read_back_and_taken),
        cmocka_unit_test(test_a_long_start_is_zero),
        cmocka_unit_test(test_over_ten_starts_over),
        cmocka_unit_test(test_a_press_after_the_read_back_starts_over),
        cmocka_unit_test(test_silence_is_no_answer_and_never_zero),
        cmocka_unit_test(test_plus_and_minus_help_to_count),
        cmocka_unit_test(test_stop_leaves_the_question_unanswered),
        cmocka_unit_test(test_pain_before_above_the_limit_ends_it),
        cmocka_unit_test(test_the_next_day_is_asked_about_the_last_session),
        cmocka_unit_test(test_no_last_session_no_next_day),
        cmocka_unit_test(test_set_item_effort_and_after_are_asked_in_turn),
        cmocka_unit_test(test_an_unanswered_effort_is_told_without_a_number),
        cmocka_unit_test(test_questions_take_time_from_the_rest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
