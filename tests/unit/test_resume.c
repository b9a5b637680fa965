/* SPDX-License-Identifier: MIT */
/* Going on with a session that broke off, here and after a power cut. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "rx_texts.h"
#include "station.h"

/* Two sets of 3 reps; the first is done, the second stopped after one rep. Stop at 49.2 s ends the session. */
static struct station_rig *broken_off(const char *more)
{
    struct station_rig *rig = rig_new(NULL);
    char rx[1024] = "";

    snprintf(rx, sizeof(rx), "%s" RX("", FLOOR("left", ",'rest_mode':'fixed'")), more);
    rig_prescribe(rig, 1, rx);
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(16.5));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(43)); /* go of set 2 at 39 s, a rep at 42 s */
    rig_click(rig, BUTTON_STOP);
    rig_click(rig, BUTTON_STOP);
    assert_true(core_idle(rig->core));
    rig_forget(rig);
    return rig;
}

static void test_start_goes_on_at_the_first_unfinished_set(void **state)
{
    struct station_rig *rig = broken_off("");

    (void)state;
    rig_run(rig, 599);
    rig_click(rig, BUTTON_START); /* let go at 642.3 s: prep 5 s */
    rig_run(rig, 13);
    rig_click(rig, BUTTON_START);
    assert_string_equal(
        rig_events(rig),
        "session_started slot=1 rx=rx-1 rev=1 by=only resumes\n"
        "set_started 1L2 floor live count=C\n"
        "rep 1L2.2 paced 647.300-650.300 con=1.0/cue top=1.0/cue ecc=1.0/cue cued live_anchor\n"
        "rep 1L2.3 paced 651.300-654.300 con=1.0/cue top=1.0/cue ecc=1.0/cue bottom=1.0/cue cued live_anchor\n"
        "set_completed 1L2 done by reps reps=2 measured=0\n"
        "session_completed done 13.0s pct=50000 volume=500 overrun=0.0 cued "
        "[banded_curl left sets 1/2 reps 2/4 measured 0]\n");
    rig_free(rig);
}

static void test_after_ten_minutes_it_begins_anew(void **state)
{
    struct station_rig *rig = broken_off("");

    (void)state;
    rig_run(rig, 600.1);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=only\n");
    rig_free(rig);
}

static void test_a_long_start_begins_anew(void **state)
{
    struct station_rig *rig = broken_off("");

    (void)state;
    rig_run(rig, 1);
    rig_hold_button(rig, BUTTON_START, 2);
    rig_run(rig, 6);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=only\n"
                                         "set_started 1L1 floor live count=C\n");
    rig_free(rig);
}

/* Ten minutes pass while start is down: it was pressed in time or not, but it is answered. */
static void test_an_offer_that_lapses_under_the_finger_begins_anew(void **state)
{
    struct station_rig *rig = broken_off("");

    (void)state;
    rig_run(rig, 599.85);
    rig_hold_button(rig, BUTTON_START, 0.2);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=only\n");
    rig_free(rig);
}

static void test_going_on_is_no_use(void **state)
{
    struct station_rig *rig = broken_off("'uses':2,");
    struct slot_held held;
    struct slot_last last;

    (void)state;
    rig_run(rig, 1);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 6);
    core_slot(rig->core, 1, &held, &last);
    assert_int_equal(held.used, 1);
    rig_free(rig);
}

/* ... unless no set had been reached before: a use is a session that reaches its first set, whatever came between. */
static void test_a_stop_before_the_first_set_saves_no_use(void **state)
{
    struct station_rig *rig = rig_new(NULL);
    struct slot_held held;
    struct slot_last last;

    (void)state;
    rig_prescribe(rig, 1, "'uses':2," RX("", FLOOR("left", "")));
    rig_click(rig, BUTTON_START);
    rig_run(rig, 1);
    rig_click(rig, BUTTON_STOP); /* in prep: paused */
    rig_click(rig, BUTTON_STOP);
    assert_true(core_idle(rig->core));
    rig_click(rig, BUTTON_START);
    rig_run(rig, 6); /* in its first set */
    core_slot(rig->core, 1, &held, &last);
    assert_int_equal(held.used, 1);
    rig_free(rig);
}

/* The last use is used up, but the session that it began can still go on. */
static void test_the_last_use_can_go_on(void **state)
{
    struct station_rig *rig = broken_off("'uses':1,");

    (void)state;
    rig_run(rig, 1);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=only resumes\n");
    rig_free(rig);
}

/* ... but not begin anew. */
static void test_the_last_use_cannot_begin_anew(void **state)
{
    struct station_rig *rig = broken_off("'uses':1,");

    (void)state;
    rig_run(rig, 1);
    rig_hold_button(rig, BUTTON_START, 2);
    assert_string_equal(rig_events(rig), "start_refused used_up\n");
    rig_free(rig);
}

static void test_a_new_prescription_ends_the_offer(void **state)
{
    struct station_rig *rig = broken_off("");

    (void)state;
    rig_prescribe(rig, 1, RX_REV(2, FLOOR("left", "")));
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=2 by=only\n");
    rig_free(rig);
}

static void test_a_done_session_is_not_gone_on_with(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR_SETS("left", 1, "")));
    rig_click(rig, BUTTON_START);
    rig_run(rig, 17);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 1);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=only\n");
    rig_free(rig);
}

/* ---- power cut ---------------------------------------------------------------------------------------------------- */

static void add_event(struct text *text, const struct event *event)
{
    struct core_out out = {.kind = OUT_EVENT};

    out.u.event = *event;
    out_line(&out, text);
    text_add(text, "\n");
}

/* What closes the session if the power goes now, or the program stops in order. */
static char *closing(const struct station_rig *rig, int (*how)(const struct core *core, struct event ret[2]))
{
    struct event events[2];
    struct text text = {0};
    int n = how(rig->core, events);

    text_add(&text, "%s", "");
    for (int i = 0; i < n; i++)
        add_event(&text, &events[i]);
    return text.v;
}

static void check_closing(const struct station_rig *rig, const char *expected)
{
    char *text = closing(rig, core_closing);

    assert_string_equal(text, expected);
    free(text);
}

static void check_orderly(const struct station_rig *rig, const char *expected)
{
    char *text = closing(rig, core_closing_orderly);

    assert_string_equal(text, expected);
    free(text);
}

static void test_closing_closes_what_is_open(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR("left", ",'rest_mode':'fixed'")));
    rig_run(rig, 1);
    check_closing(rig, "");
    check_orderly(rig, "");
    rig_click(rig, BUTTON_START);
    check_orderly(rig, "session_completed stopped 0.1s pct=0 volume=0 overrun=0.0 cued "
                       "[banded_curl left sets 0/2 reps 0/4 measured 0]\n");
    check_closing(rig, "session_completed power_loss 0.1s pct=0 volume=0 overrun=0.0 cued "
                       "[banded_curl left sets 0/2 reps 0/4 measured 0]\n");
    rig_run_until(rig, rig_ns(10)); /* go at 6 s, a rep at 9 s */
    check_closing(rig, "set_completed 1L1 power_loss by restart reps=1 measured=0\n"
                       "session_completed power_loss 9.0s pct=25000 volume=250 overrun=0.0 cued "
                       "[banded_curl left sets 0/2 reps 1/4 measured 0]\n");
    check_orderly(rig, "set_completed 1L1 stopped by restart reps=1 measured=0\n"
                       "session_completed stopped 9.0s pct=25000 volume=250 overrun=0.0 cued "
                       "[banded_curl left sets 0/2 reps 1/4 measured 0]\n");
    rig_run_until(rig, rig_ns(18)); /* nobody has confirmed the set yet */
    check_closing(rig, "set_completed 1L1 power_loss by restart reps=0 measured=0\n"
                       "session_completed power_loss 17.0s pct=0 volume=0 overrun=0.0 cued "
                       "[banded_curl left sets 0/2 reps 0/4 measured 0]\n");
    rig_click(rig, BUTTON_START);
    check_closing(rig, "session_completed power_loss 17.1s pct=75000 volume=750 overrun=0.0 cued "
                       "[banded_curl left sets 1/2 reps 3/4 measured 0]\n");
    rig_free(rig);
}

/* The station that starts next is offered what core_closing_resume() said, with its own monotonic time. */
static void test_after_a_power_cut_the_session_goes_on(void **state)
{
    struct station_rig *rig = rig_new(NULL), *next = rig_new(NULL);
    struct slot_held held;
    struct slot_last last;
    struct resume resume, offered;

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR("left", ",'rest_mode':'fixed'")));
    rig_click(rig, BUTTON_START);
    rig_run_until(rig, rig_ns(9)); /* one rep */
    core_slot(rig->core, 1, &held, &last);
    core_closing_resume(rig->core, &resume);
    core_hold(next->core, 1, &held);
    resume.ended_ns = -rig_ns(60); /* a minute before this boot */
    core_offer_resume(next->core, &resume);
    core_resume(next->core, &offered); /* before the first input */
    assert_true(offered.offered);
    rig_run(next, 500);
    rig_click(next, BUTTON_START);
    rig_run(next, 8.5);
    assert_string_equal(rig_events(next),
                        "session_started slot=1 rx=rx-1 rev=1 by=only resumes\n"
                        "set_started 1L1 floor live count=C\n"
                        "rep 1L1.2 paced 505.100-508.100 con=1.0/cue top=1.0/cue ecc=1.0/cue cued live_anchor\n");
    rig_free(rig);
    rig_free(next);
}

static void test_an_offer_from_another_boot_lapses_too(void **state)
{
    struct station_rig *rig = broken_off(""), *next = rig_new(NULL);
    struct slot_held held;
    struct slot_last last;
    struct resume resume;

    (void)state;
    core_slot(rig->core, 1, &held, &last);
    core_resume(rig->core, &resume);
    assert_true(resume.offered);
    core_hold(next->core, 1, &held);
    resume.ended_ns = -rig_ns(60);
    core_offer_resume(next->core, &resume);
    rig_run(next, 541);
    core_resume(next->core, &resume);
    assert_false(resume.offered);
    rig_free(rig);
    rig_free(next);
}

/* A place that the prescription does not have is no place to go on at. */
static void test_an_offer_that_fits_nothing_begins_anew(void **state)
{
    struct station_rig *rig = broken_off(""), *next = rig_new(NULL);
    struct slot_held held;
    struct slot_last last;
    struct resume resume;

    (void)state;
    core_slot(rig->core, 1, &held, &last);
    core_resume(rig->core, &resume);
    resume.item = 7;
    resume.ended_ns = 0;
    core_hold(next->core, 1, &held);
    core_offer_resume(next->core, &resume);
    rig_run(next, 1);
    rig_click(next, BUTTON_START);
    rig_run(next, 6);
    assert_string_equal(rig_events(next), "session_started slot=1 rx=rx-1 rev=1 by=only\n"
                                          "set_started 1L1 floor live count=C\n");
    rig_free(rig);
    rig_free(next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start_goes_on_at_the_first_unfinished_set),
        cmocka_unit_test(test_after_ten_minutes_it_begins_anew),
        cmocka_unit_test(test_a_long_start_begins_anew),
        cmocka_unit_test(test_an_offer_that_lapses_under_the_finger_begins_anew),
        cmocka_unit_test(test_going_on_is_no_use),
        cmocka_unit_test(test_a_stop_before_the_first_set_saves_no_use),
        cmocka_unit_test(test_the_last_use_can_go_on),
        cmocka_unit_test(test_the_last_use_cannot_begin_anew),
        cmocka_unit_test(test_a_new_prescription_ends_the_offer),
        cmocka_unit_test(test_a_done_session_is_not_gone_on_with),
        cmocka_unit_test(test_closing_closes_what_is_open),
        cmocka_unit_test(test_after_a_power_cut_the_session_goes_on),
        cmocka_unit_test(test_an_offer_from_another_boot_lapses_too),
        cmocka_unit_test(test_an_offer_that_fits_nothing_begins_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
