/* SPDX-License-Identifier: MIT */
/* Rests, set-ups, pauses, sides, skipping: what lies between the sets. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "rx_texts.h"
#include "station.h"

/* A set of 3 reps of 4 s and a countdown; leaves the station after the confirming press. */
static void do_set(struct station_rig *rig, double countdown_s)
{
    rig_run(rig, countdown_s + 11.5);
    rig_click(rig, BUTTON_START);
}

/* The first set has ended at 16 s and was confirmed at 16.6 s. */
static struct station_rig *after_one_set(const char *rx)
{
    struct station_rig *rig = rig_new(NULL);

    rig_prescribe(rig, 1, rx);
    rig_click(rig, BUTTON_START);
    do_set(rig, 5);
    rig_forget(rig);
    return rig;
}

static void test_fixed_ends_by_itself_and_a_press_does_nothing(void **state)
{
    struct station_rig *rig = after_one_set(RX("", FLOOR("left", ",'rest_mode':'fixed'")));

    (void)state;
    rig_run_until(rig, rig_ns(20));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(36));
    assert_string_equal(rig_all(rig), "20.100 ~ refused\n33.000 ~ last 3\n34.000 ~ last 2\n35.000 ~ last 1\n"
                                      "36.000 rest_completed 20.000 of 20.000\n36.000 ~ countdown 3\n");
    rig_free(rig);
}

static void test_min_pressed_early_goes_on_when_it_is_over(void **state)
{
    struct station_rig *rig = after_one_set(RX("", FLOOR("left", "")));

    (void)state;
    rig_run_until(rig, rig_ns(20));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(35.9));
    assert_string_equal(rig_events(rig), "");
    rig_run_until(rig, rig_ns(36));
    assert_string_equal(rig_events(rig), "rest_completed 20.000 of 20.000\n");
    assert_int_equal(rig_now(rig), NOW_PREP);
    rig_free(rig);
}

static void test_min_waits_for_a_press_and_overruns(void **state)
{
    struct station_rig *rig = after_one_set(RX("", FLOOR("left", "")));

    (void)state;
    rig_run_until(rig, rig_ns(49.9));
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "rest_completed 34.000 of 20.000\n");
    do_set(rig, 3); /* go at 53 s, over at 64 s, confirmed at 64.5 s */
    assert_string_equal(strstr(rig_events(rig), "session_completed"),
                        "session_completed done 64.5s pct=100000 volume=1000 overrun=14.0 cued "
                        "[banded_curl left sets 2/2 reps 6/4 measured 0]\n");
    rig_free(rig);
}

static void test_until_button_ends_at_the_press(void **state)
{
    struct station_rig *rig = after_one_set(RX("", FLOOR("left", ",'rest_mode':'until_button'")));

    (void)state;
    rig_run_until(rig, rig_ns(20));
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "rest_completed 4.100 of 20.000\n");
    rig_free(rig);
}

static void test_nothing_for_five_minutes_after_the_rest_is_abandoned(void **state)
{
    struct station_rig *rig = after_one_set(RX("", FLOOR("left", "")));

    (void)state;
    rig_run_until(rig, rig_ns(335.9));
    assert_string_equal(rig_events(rig), "");
    rig_run_until(rig, rig_ns(336));
    assert_string_equal(rig_events(rig), "session_completed abandoned 336.0s pct=75000 volume=750 overrun=0.0 cued "
                                         "[banded_curl left sets 1/2 reps 3/4 measured 0]\n");
    rig_free(rig);
}

static void test_nothing_for_five_minutes_in_setup_or_pause_is_abandoned(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("'before'", FLOOR("left", "")));
    rig_click(rig, BUTTON_START);
    rig_answer(rig, QUESTION_PAIN, 0);
    assert_int_equal(rig_now(rig), NOW_SETUP);
    rig_run(rig, 299.9);
    assert_false(core_idle(rig->core));
    rig_run(rig, 0.1);
    assert_true(core_idle(rig->core));
    rig_hold_button(rig, BUTTON_START, 2); /* anew */
    rig_answer(rig, QUESTION_PAIN, 0);
    rig_click(rig, BUTTON_START);
    rig_click(rig, BUTTON_STOP);
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_forget(rig);
    rig_run(rig, 300);
    assert_string_equal(rig_events(rig), "session_completed abandoned 300.6s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 0/2 reps 0/4 measured 0]\n");
    rig_free(rig);
}

/* right, 10 s, left, 20 s, right, 10 s, left: the affected side first. */
static void test_each_alternates_with_the_affected_side_first(void **state)
{
    struct station_rig *rig = after_one_set("'affected_side':'right'," RX("", FLOOR("each", "")));
    struct text starts = {0};

    (void)state;
    for (int set = 1; set < 4; set++) {
        rig_run(rig, 21); /* the rest ends itself: another leg has to be set up */
        rig_click(rig, BUTTON_START);
        do_set(rig, 3);
    }
    assert_true(core_idle(rig->core));
    for (const char *at = rig->log.v; (at = strstr(at, "set_started")) != NULL; at++)
        text_add(&starts, "%.3s ", at + 12);
    assert_string_equal(starts.v, "1R1 1L1 1R2 1L2 ");
    free(starts.v);
    rig_free(rig);
}

static void test_sides_rests_and_setups_of_each(void **state)
{
    struct station_rig *rig = after_one_set("'affected_side':'right'," RX("", FLOOR("each", "")));

    (void)state;
    rig_run_until(rig, rig_ns(30));
    assert_string_equal(rig_all(rig), "23.000 ~ last 3\n24.000 ~ last 2\n25.000 ~ last 1\n"
                                      "26.000 rest_completed 10.000 of 10.000\n26.000 ~ setup 1 left\n");
    rig_click(rig, BUTTON_PLUS);
    assert_string_equal(rig_all(rig), "30.000 ~ setup 1 left\n");
    rig_click(rig, BUTTON_START); /* let go at 30.2 s (30.1 is within plus's click) */
    rig_forget(rig);
    do_set(rig, 3);
    rig_run(rig, 25);
    assert_string_equal(
        rig_events(rig),
        "set_started 1L1 floor live count=C\n"
        "rep 1L1.1 paced 33.200-36.200 con=1.0/cue top=1.0/cue ecc=1.0/cue cued live_anchor\n"
        "rep 1L1.2 paced 37.200-40.200 con=1.0/cue top=1.0/cue ecc=1.0/cue bottom=1.0/cue cued live_anchor\n"
        "rep 1L1.3 paced 41.200-44.200 con=1.0/cue top=1.0/cue ecc=1.0/cue bottom=1.0/cue cued live_anchor\n"
        "set_completed 1L1 done by reps reps=3 measured=0\n"
        "rest_completed 20.000 of 20.000\n");
    rig_free(rig);
}

static void test_another_item_has_its_own_rest_and_is_announced(void **state)
{
    struct station_rig *rig = after_one_set(RX("", FLOOR_SETS("left", 1, "") "," FLOOR_SETS("right", 1, "")));

    (void)state;
    rig_run_until(rig, rig_ns(46));
    assert_string_equal(rig_events(rig), "rest_completed 30.000 of 30.000\n");
    assert_string_equal(rig_cues(rig), "");
    rig_click(rig, BUTTON_START);
    rig_run(rig, 4.9);
    assert_int_equal(rig_now(rig), NOW_PREP); /* an item's first set: prep_s */
    rig_run(rig, 0.2);
    assert_int_equal(rig_now(rig), NOW_WORK);
    rig_free(rig);
}

/* ---- skipping ----------------------------------------------------------------------------------------------------- */

static void test_a_long_start_skips_the_item_in_rest_and_setup(void **state)
{
    struct station_rig *rig = after_one_set(RX("", FLOOR("left", "") "," FLOOR("right", "")));

    (void)state;
    rig_run(rig, 1);
    rig_hold_button(rig, BUTTON_START, 2);
    assert_int_equal(rig_now(rig), NOW_SETUP);
    rig_run(rig, 1);
    rig_hold_button(rig, BUTTON_START, 2);
    assert_string_equal(rig_events(rig), "session_completed done 22.2s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 1/2 reps 3/4 measured 0 skipped] "
                                         "[banded_curl right sets 0/2 reps 0/4 measured 0 skipped]\n");
    rig_free(rig);
}

#define SOME                                                                                                           \
    "{'exercise':'banded_curl','side':'left','contact':'floor','anchor':'live','sets_min':1,'sets':3,"                 \
    "'reps_min':3,'reps_max':3," TEMPO_4 ",'rest_s':20,'prep_s':5}"

/* One to three sets: after the first the rest is the patient's choice. */
static void test_beyond_sets_min_a_long_start_is_no_skip(void **state)
{
    struct station_rig *rig = after_one_set(RX("", SOME));

    (void)state;
    rig_run(rig, 1);
    rig_hold_button(rig, BUTTON_START, 2);
    assert_string_equal(rig_events(rig), "session_completed done 19.2s pct=100000 volume=1000 overrun=0.0 cued "
                                         "[banded_curl left sets 1/1 reps 3/3 measured 0]\n");
    rig_free(rig);
}

static void test_sets_reps_prescribes_each_set(void **state)
{
    struct station_rig *rig = after_one_set(
        RX("", "{'exercise':'banded_curl','side':'left','contact':'floor','anchor':'live','sets_reps':[3,1]," TEMPO_4
               ",'rest_s':20,'prep_s':5,'rest_mode':'until_button'}"));

    (void)state;
    rig_click(rig, BUTTON_START); /* let go at 16.8 s: go at 19.8 s, a rep of 3 s */
    rig_run(rig, 6.5);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig),
                        "rest_completed 0.800 of 20.000\n"
                        "set_started 1L2 floor live count=C\n"
                        "rep 1L2.1 paced 19.800-22.800 con=1.0/cue top=1.0/cue ecc=1.0/cue cued live_anchor\n"
                        "set_completed 1L2 done by reps reps=1 measured=0\n"
                        "session_completed done 23.3s pct=100000 volume=1000 overrun=0.0 cued "
                        "[banded_curl left sets 2/2 reps 4/4 measured 0]\n");
    rig_free(rig);
}

/* Skipping everything before the first set must not speak of a set of the session before. */
static void test_what_is_shown_after_skipping_everything_is_this_session_s(void **state)
{
    struct station_rig *rig = after_one_set(RX("", FLOOR_SETS("left", 1, "") "," FLOOR_SETS("right", 1, "")));
    struct snapshot snapshot;

    (void)state;
    rig_run(rig, 31);
    rig_click(rig, BUTTON_START);
    do_set(rig, 5); /* the last set was of item 2 */
    assert_true(core_idle(rig->core));
    rig_prescribe(rig, 1, "'rev':2,'ask':['before','after'],'items':[" FLOOR("left", "") "]");
    rig_click(rig, BUTTON_START);
    rig_answer(rig, QUESTION_PAIN, 0);
    rig_command(rig, COMMAND_SKIP);
    core_snapshot(rig->core, &snapshot);
    assert_int_equal(snapshot.now, NOW_ASK);
    assert_int_equal(snapshot.items, 1);
    assert_int_equal(snapshot.item, 1);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixed_ends_by_itself_and_a_press_does_nothing),
        cmocka_unit_test(test_min_pressed_early_goes_on_when_it_is_over),
        cmocka_unit_test(test_min_waits_for_a_press_and_overruns),
        cmocka_unit_test(test_until_button_ends_at_the_press),
        cmocka_unit_test(test_nothing_for_five_minutes_after_the_rest_is_abandoned),
        cmocka_unit_test(test_nothing_for_five_minutes_in_setup_or_pause_is_abandoned),
        cmocka_unit_test(test_each_alternates_with_the_affected_side_first),
        cmocka_unit_test(test_sides_rests_and_setups_of_each),
        cmocka_unit_test(test_another_item_has_its_own_rest_and_is_announced),
        cmocka_unit_test(test_a_long_start_skips_the_item_in_rest_and_setup),
        cmocka_unit_test(test_beyond_sets_min_a_long_start_is_no_skip),
        cmocka_unit_test(test_sets_reps_prescribes_each_set),
        cmocka_unit_test(test_what_is_shown_after_skipping_everything_is_this_session_s),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
