/* SPDX-License-Identifier: MIT */
/* Sets whose reps are measured: a dead-anchored curl, drawn by hand, and how its sets end. */
#include <string.h>

#include "check.h"
#include "daemon/core/core_state.h"
#include "rx_texts.h"
#include "station.h"

#define BODY_N 700.0
#define PULL_N 60.0

/* 1.5 s up, 1 s on top, 3 s down, 1 s of rest. */
static void curl(struct station_rig *rig)
{
    rig_ramp(rig, BODY_N + PULL_N, 1.5);
    rig_run(rig, 1);
    rig_ramp(rig, BODY_N, 3);
    rig_run(rig, 1);
}

/* Somebody stands on the box; go at 10 s. */
static struct station_rig *at_go(const char *rx)
{
    return rig_at_go(rx, BODY_N, 5);
}

/* The line of the last set_completed, without its tempo and time under tension. */
static const char *completed(struct station_rig *rig, struct text *line)
{
    const char *at = strstr(rig_events(rig), "set_completed");

    text_clear(line);
    if (at)
        text_add(line, "%.*s", (int)(strstr(at, "measured=") + 10 - at), at);
    return line->v;
}

static struct text line;

static void test_reps_max_ends_the_set(void **state)
{
    struct station_rig *rig = at_go(RX("", DEAD("")));

    (void)state;
    for (int i = 0; i < 3; i++)
        curl(rig);
    assert_string_equal(completed(rig, &line), "set_completed 1L1 done by reps reps=3 measured=3");
    assert_int_equal(rig_now(rig), NOW_REST);
    rig_free(rig);
}

/* Whoever steps down during the countdown leaves an empty box: its level is nobody's weight. */
static void test_an_empty_box_is_nobody_s_weight(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_sensor(rig, RIG_FAST_NS);
    rig_load(rig, BODY_N);
    rig_run(rig, 5);
    rig_prescribe(rig, 1, RX("", DEAD("")));
    rig_click(rig, BUTTON_START);
    rig_run(rig, 0.5);
    rig_load(rig, -1);
    rig_run_until(rig, rig_ns(10.5));
    assert_int_equal(rig_now(rig), NOW_WORK);
    assert_true(rig->core->set.refs.rest_mn < 0);
    assert_true(rig->core->set.refs.bw_mn == ABSENT);
    rig_free(rig);
}

static void test_still_after_reps_min_is_done(void **state)
{
    struct station_rig *rig = at_go(RX("", DEAD("")));

    (void)state;
    curl(rig);
    rig_run(rig, 20); /* one rep: too few to be done */
    assert_int_equal(rig_now(rig), NOW_WORK);
    curl(rig);
    rig_run(rig, 13);
    assert_int_equal(rig_now(rig), NOW_WORK);
    rig_run(rig, 3);
    assert_string_equal(completed(rig, &line), "set_completed 1L1 done by still reps=2 measured=2");
    rig_free(rig);
}

static void test_leaving_after_reps_min_is_done_and_before_it_is_not(void **state)
{
    struct station_rig *rig = at_go(RX("", DEAD("")));

    (void)state;
    curl(rig);
    rig_load(rig, 0);
    rig_run(rig, 3.5);
    assert_string_equal(completed(rig, &line), "set_completed 1L1 left_box by leave reps=1 measured=1");
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_load(rig, BODY_N);
    rig_run(rig, 4);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 3);
    curl(rig); /* the second in all */
    rig_load(rig, 0);
    rig_run(rig, 3.5);
    assert_string_equal(completed(rig, &line), "set_completed 1L1 done by leave reps=1 measured=1");
    assert_int_equal(rig_now(rig), NOW_REST);
    rig_free(rig);
}

static void test_a_stop_after_reps_min_is_done_and_pain_is_asked(void **state)
{
    struct station_rig *rig = at_go(RX("'item'", DEAD("")));

    (void)state;
    curl(rig);
    curl(rig);
    rig_click(rig, BUTTON_STOP);
    assert_string_equal(completed(rig, &line), "set_completed 1L1 done by stop reps=2 measured=2");
    assert_int_equal(rig_now(rig), NOW_ASK);
    rig_answer(rig, QUESTION_PAIN, 2);
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 3);
    rig_forget(rig);
    rig_click(rig, BUTTON_STOP);
    assert_string_equal(completed(rig, &line), "set_completed 1L2 stopped by stop reps=0 measured=0");
    rig_free(rig);
}

/* Counted by the load until the cable breaks, then by the cue: mixed, and not trusted. */
static void test_a_sensor_that_dies_in_a_set_leaves_it_to_the_cues(void **state)
{
    struct station_rig *rig = at_go(RX("", DEAD("")));
    const char *events;

    (void)state;
    curl(rig);
    curl(rig);
    rig_sensor(rig, 0);
    rig_run(rig, 8);
    events = rig_events(rig);
    assert_non_null(strstr(events, "rep 1L1.2 full"));
    assert_non_null(strstr(events, "fault_raised sensor_dead"));
    assert_non_null(strstr(events, "rep 1L1.3 paced"));
    assert_non_null(strstr(events, "set_completed 1L1 done by reps reps=3 measured=2"));
    assert_non_null(strstr(events, "untrusted"));
    rig_clicks(rig, BUTTON_STOP, 1);
    assert_non_null(strstr(rig_events(rig), " mixed ["));
    rig_free(rig);
}

/* No pull for 30 s: the patient follows the cues unseen. What was cued so far counts as cued, once. */
static void test_a_band_that_is_not_seen_goes_by_the_cues(void **state)
{
    struct station_rig *rig =
        at_go(RX("", "{'exercise':'banded_curl','side':'left','contact':'box','anchor':'dead','sets':1,"
                     "'reps_min':9,'reps_max':9,'tempo':{'con_s':2,'top_s':1,'ecc_s':2,'bottom_s':1},"
                     "'prep_s':5}"));
    const char *events;

    (void)state;
    rig_run(rig, 29);
    assert_string_equal(rig_events(rig), "");
    rig_run(rig, 2);
    events = rig_events(rig); /* a rep of 5 s each 6 s: 15, 21, 27, 33 and 39 s */
    assert_non_null(strstr(events, "rep 1L1.1 paced 10.000-15.000"));
    assert_non_null(strstr(events, "rep 1L1.5 paced 34.000-39.000"));
    assert_non_null(strstr(events, "band_not_seen"));
    assert_null(strstr(events, "rep 1L1.6"));
    rig_run(rig, 30);
    assert_non_null(strstr(rig_events(rig), "rep 1L1.9 paced 58.000-63.000"));
    assert_int_equal(rig_now(rig), NOW_ASK); /* nothing was observed */
    rig_free(rig);
}

/* The most that one call can yield: half a minute of the fastest tempo, counted at once. */
static void test_the_fastest_tempo_unseen_fits_into_one_call(void **state)
{
    struct station_rig *rig =
        at_go(RX("", "{'exercise':'banded_curl','side':'left','contact':'box','anchor':'dead','sets':1,"
                     "'reps_min':30,'reps_max':30,'tempo':{'con_s':0.5,'top_s':0,'ecc_s':0.5,'bottom_s':0},"
                     "'prep_s':5}"));
    const char *at;
    int reps = 0;

    (void)state;
    rig_run(rig, 31);
    for (at = rig_events(rig); (at = strstr(at, "rep 1L1.")) != NULL; at++)
        reps++;
    assert_int_equal(reps, 30);
    assert_int_equal(rig->lost, 0);
    assert_int_equal(rig_now(rig), NOW_ASK);
    rig_free(rig);
}

/*
 * 5 reps of 1 s in all would be over in 5 s, and a limit of 3 x that in 15: before the 30 s after which whoever is not
 * seen is taken to follow the cues. There is time for that and for the set itself.
 */
static void test_the_quickest_tempo_has_time_to_fall_back(void **state)
{
    struct station_rig *rig =
        at_go(RX("", "{'exercise':'banded_curl','side':'left','contact':'box','anchor':'dead','sets':1,'reps_min':5,"
                     "'reps_max':5,'tempo':{'con_s':0.3,'top_s':0.2,'ecc_s':0.3,'bottom_s':0.2},'prep_s':5}"));

    (void)state;
    rig_run_until(rig, rig_ns(50));
    rig_click(rig, BUTTON_START); /* yes, they were done */
    assert_string_equal(completed(rig, &line), "set_completed 1L1 done by reps reps=5 measured=0");
    rig_free(rig);
}

/* The sensor dies in the first rep; by cue there is no time for two more within 10 s: the fault is why, the time is what. */
static void test_a_set_that_runs_out_of_time_with_the_sensor_dead_ends_by_fault(void **state)
{
    struct station_rig *rig =
        at_go(RX("", "{'exercise':'banded_curl','side':'left','contact':'box','anchor':'dead','sets':1,'reps_min':2,"
                     "'reps_max':2,'tempo':{'con_s':1.5,'top_s':1,'ecc_s':4,'bottom_s':1},'pacing':'self','prep_s':5,"
                     "'set_timeout_s':10}"));

    (void)state;
    rig_run(rig, 1);
    rig_sensor(rig, 0);
    rig_run(rig, 10);
    assert_string_equal(completed(rig, &line), "set_completed 1L1 fault by timeout reps=1 measured=0");
    assert_int_equal(rig_now(rig), NOW_PAUSED);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reps_max_ends_the_set),
        cmocka_unit_test(test_an_empty_box_is_nobody_s_weight),
        cmocka_unit_test(test_still_after_reps_min_is_done),
        cmocka_unit_test(test_leaving_after_reps_min_is_done_and_before_it_is_not),
        cmocka_unit_test(test_a_stop_after_reps_min_is_done_and_pain_is_asked),
        cmocka_unit_test(test_a_sensor_that_dies_in_a_set_leaves_it_to_the_cues),
        cmocka_unit_test(test_a_band_that_is_not_seen_goes_by_the_cues),
        cmocka_unit_test(test_the_fastest_tempo_unseen_fits_into_one_call),
        cmocka_unit_test(test_the_quickest_tempo_has_time_to_fall_back),
        cmocka_unit_test(test_a_set_that_runs_out_of_time_with_the_sensor_dead_ends_by_fault),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
