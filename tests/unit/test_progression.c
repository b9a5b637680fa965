/* SPDX-License-Identifier: MIT */
/* When a harder variation is suggested, and everything that keeps it from being. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "rx_texts.h"
#include "station.h"

/* Bridges on the floor: two reps by cue, over after 7 s, and the patient says that they were done. */
#define BRIDGES(reps)                                                                                                  \
    "{'exercise':'glute_bridge','side':'both','contact':'floor','sets':1,'reps_min':2,'reps_max':" #reps "," TEMPO_4   \
    ",'prep_s':0}"
#define DAILY(rev, patient, items)                                                                                     \
    "'last_session':{'id':'s','ts':'1970-01-02T00:00:00Z'},'ask':['next_day','item'],'rev':" #rev                      \
    ",'patient':'" patient "','items':[" items "]"

#define NO_ANSWER (-1)
#define SUGGESTED "progression_suggested item 1 glute_bridge standard -> glute_bridge single"

static struct station_rig *rig_daily(void)
{
    struct station_rig *rig = rig_new(NULL);

    rig_prescribe(rig, 1, DAILY(1, "p", BRIDGES(2)));
    return rig;
}

static void say(struct station_rig *rig, int score)
{
    if (score == NO_ANSWER)
        rig_run(rig, 31);
    else
        rig_answer(rig, QUESTION_PAIN, score);
}

/* From start to the question behind the only item. */
static void work(struct station_rig *rig, int next_day)
{
    rig_click(rig, BUTTON_START);
    say(rig, next_day);
    rig_click(rig, BUTTON_START); /* set up */
    rig_run(rig, 7.5);
    rig_click(rig, BUTTON_START); /* yes, they were done */
}

/* Was it suggested behind the answer about the day after the last session? */
static bool session(struct station_rig *rig, int next_day, int pain)
{
    bool suggested;

    rig_forget(rig);
    work(rig, next_day);
    suggested = strstr(rig_events(rig), "progression_suggested") != NULL;
    assert_int_equal(rig_now(rig), NOW_ASK);
    say(rig, pain);
    assert_int_equal(rig_now(rig), NOW_IDLE);
    return suggested;
}

static void test_two_sessions_and_their_next_days_suggest_once(void **state)
{
    struct station_rig *rig = rig_daily();

    (void)state;
    assert_false(session(rig, 0, 2));
    assert_false(session(rig, 2, 3));
    rig_forget(rig);
    work(rig, 3);
    assert_non_null(strstr(rig_events(rig), "pain next_day nrs=3 limit=3 about=s\n" SUGGESTED " cued\n"));
    say(rig, 0);
    assert_false(session(rig, 0, 0)); /* the row has begun anew: this is the second one */
    assert_true(session(rig, 0, 0));
    rig_free(rig);
}

static void test_pain_or_a_missing_answer_begins_the_row_anew(void **state)
{
    static const struct {
        int first, day_after, second, day_after_that;
    } rows[] = {
        {2, 3, 2, 2},         /* higher the next day, though within the limit */
        {2, 2, 2, 3},         /* the second time */
        {3, 4, 3, 3},         /* above the limit: that session ends there */
        {NO_ANSWER, 0, 2, 2}, /* after the exercise */
        {2, NO_ANSWER, 2, 2}, {2, 2, NO_ANSWER, 0}, {2, 2, 2, NO_ANSWER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct station_rig *rig = rig_daily();

        assert_false(session(rig, 0, rows[i].first));
        if (rows[i].day_after <= 3) {
            assert_false(session(rig, rows[i].day_after, rows[i].second));
        } else {
            rig_click(rig, BUTTON_START);
            say(rig, rows[i].day_after);
            assert_int_equal(rig_now(rig), NOW_IDLE);
            assert_false(session(rig, 0, rows[i].second));
        }
        if (session(rig, rows[i].day_after_that, 0))
            fail_msg("row %zu: a progression was suggested", i);
        rig_free(rig);
    }
}

static void test_a_session_that_was_not_done_begins_the_row_anew(void **state)
{
    struct station_rig *rig = rig_daily(), *cut;
    struct slot_held held;
    struct slot_last last;

    (void)state;
    session(rig, 0, 1);
    rig_click(rig, BUTTON_START);
    say(rig, 1);
    rig_click(rig, BUTTON_STOP); /* before anything was done: what was before stands */
    cut = rig_clone(rig);
    session(rig, 1, 1);
    assert_true(session(rig, 1, 1));

    rig_click(cut, BUTTON_START);
    say(cut, 1);
    rig_click(cut, BUTTON_START);
    rig_run(cut, 3);
    core_slot(cut->core, 1, &held, &last); /* what a power cut would find */
    assert_int_equal(held.course.good[0], 0);
    rig_click(cut, BUTTON_STOP);
    say(cut, 1);
    rig_click(cut, BUTTON_STOP);
    rig_hold_button(cut, BUTTON_START, 2); /* anew */
    say(cut, 1);
    rig_click(cut, BUTTON_START);
    rig_run(cut, 7.5);
    rig_click(cut, BUTTON_START);
    say(cut, 1);
    assert_false(session(cut, 1, 1));
    assert_true(session(cut, 1, 1));
    rig_free(cut);
    rig_free(rig); /* its exercises were both's */
}

/* 7 of 9 phases in tolerance are 77.8 %, 8 of 10 are 80 %; 5 phases say nothing either way. */
static void test_tempo_counts_where_it_was_observed(void **state)
{
    static const struct {
        int ok, n;
        const char *basis; /* NULL: no suggestion */
    } rows[] = {{7, 9, NULL}, {8, 10, "measured"}, {0, 5, "cued"}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct station_rig *rig = rig_daily();

        for (int n = 0; n < 2; n++) {
            work(rig, 0);
            rig->core->session.progress.items[0].tempo_ok = rows[i].ok;
            rig->core->session.progress.items[0].tempo_n = rows[i].n;
            say(rig, 0);
        }
        rig_forget(rig);
        work(rig, 0);
        if (rows[i].basis == NULL)
            assert_null(strstr(rig_events(rig), "progression"));
        else
            assert_non_null(strstr(strstr(rig_events(rig), SUGGESTED), rows[i].basis));
        rig_free(rig);
    }
}

/* A new rev for the same work keeps the row; for other work, or another patient, it begins anew. */
static void test_the_row_belongs_to_the_work_and_the_patient(void **state)
{
    static const struct {
        const char *rx;
        bool suggests;
    } rows[] = {
        {DAILY(2, "p", BRIDGES(2)), true}, {DAILY(2, "p", BRIDGES(3)), false}, {DAILY(2, "q", BRIDGES(2)), false}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct station_rig *rig = rig_daily();

        session(rig, 0, 0);
        session(rig, 0, 0);
        rig_prescribe(rig, 1, rows[i].rx);
        rig_forget(rig);
        work(rig, 0);
        assert_int_equal(strstr(rig_events(rig), "progression") != NULL, rows[i].suggests);
        rig_free(rig);
    }
}

/* A set that ends at its limit of 10 s with 2 of 2-3 reps; and a variation that is not the first. */
static void test_what_is_not_at_its_most_or_is_harder_already_is_not_suggested(void **state)
{
    static const char *const items[] = {"'side':'both','reps_max':3,'set_timeout_s':10",
                                        "'side':'left','reps_max':2,'variation':'single'"};
    char rx[1000];

    (void)state;
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        struct station_rig *rig = rig_new(NULL);

        snprintf(rx, sizeof(rx),
                 DAILY(1, "p",
                       "{'exercise':'glute_bridge','contact':'floor','sets':1,'reps_min':2," TEMPO_4 ",'prep_s':0,%s}"),
                 items[i]);
        rig_prescribe(rig, 1, rx);
        for (int n = 0; n < 4; n++) {
            rig_forget(rig);
            work(rig, 0);
            rig_run(rig, 3);
            rig_click(rig, BUTTON_START); /* the first was too early for the longer set */
            assert_null(strstr(rig_events(rig), "progression"));
            say(rig, 0);
            assert_int_equal(rig_now(rig), NOW_IDLE);
        }
        rig_free(rig);
    }
}

static void test_a_course_is_kept_as_text(void **state)
{
    struct course course = {.pain = 10, .good = {2, 0, 1}, .judged = {1, 0, 1}}, back;
    char text[COURSE_LEN];
    static const char *const wrong[] = {"b4", "04:", "0/", "09", "02", "-", "044444444444444444"};

    (void)state;
    course_str(&course, text);
    assert_string_equal(text, "a704");
    assert_true(course_parse(text, &back));
    assert_memory_equal(&back, &course, sizeof(course));
    course = (struct course){.pain = 3}; /* means nothing while no item is good */
    course_str(&course, text);
    assert_string_equal(text, "");
    assert_true(course_parse("", &back));
    assert_memory_equal(&back, &(struct course){0}, sizeof(back));
    course = (struct course){.pain = 0};
    for (int i = 0; i < ITEM_MAX; i++)
        course.good[i] = course.judged[i] = 2;
    course_str(&course, text);
    assert_int_equal(strlen(text), COURSE_LEN - 1);
    assert_true(course_parse(text, &back));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (course_parse(wrong[i], &back))
            fail_msg("%s was taken for a course", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_sessions_and_their_next_days_suggest_once),
        cmocka_unit_test(test_pain_or_a_missing_answer_begins_the_row_anew),
        cmocka_unit_test(test_a_session_that_was_not_done_begins_the_row_anew),
        cmocka_unit_test(test_tempo_counts_where_it_was_observed),
        cmocka_unit_test(test_the_row_belongs_to_the_work_and_the_patient),
        cmocka_unit_test(test_what_is_not_at_its_most_or_is_harder_already_is_not_suggested),
        cmocka_unit_test(test_a_course_is_kept_as_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
