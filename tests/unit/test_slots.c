/* SPDX-License-Identifier: MIT */
/* Prescriptions by slot: what is taken, refused, kept waiting and withdrawn. */
#include <string.h>

#include "check.h"
#include "rx_texts.h"
#include "station.h"

#define A FLOOR("left", "")
#define B FLOOR("right", "")

static enum slot_status status(const struct station_rig *rig, int slot)
{
    struct slot_held held;
    struct slot_last last;

    core_slot(rig->core, slot, &held, &last);
    return last.status;
}

/* The rev that is held, 0: none. */
static int held_rev(const struct station_rig *rig, int slot)
{
    struct slot_held held;
    struct slot_last last;

    core_slot(rig->core, slot, &held, &last);
    return held.held ? (int)held.rx.rev : 0;
}

static void test_only_a_higher_rev_is_taken(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX_REV(5, A));
    assert_string_equal(rig_events(rig), "prescription_accepted slot=1 rev=5\n");
    rig_prescribe(rig, 1, RX_REV(5, A)); /* the same again, as after every connection: silence */
    assert_string_equal(rig_events(rig), "");
    assert_int_equal(status(rig, 1), SLOT_APPLIED);
    rig_prescribe(rig, 1, RX_REV(4, B));
    assert_string_equal(
        rig_events(rig),
        "prescription_rejected slot=1 rev=4 /rev: a higher rev is held here already: send a rev above it\n");
    assert_int_equal(held_rev(rig, 1), 5);
    assert_int_equal(status(rig, 1), SLOT_REJECTED);
    rig_prescribe(rig, 1, RX_REV(6, B));
    assert_string_equal(rig_events(rig), "prescription_accepted slot=1 rev=6\n");
    rig_prescribe(rig, 2, RX_REV(1, A)); /* revs rise per slot */
    assert_string_equal(rig_events(rig), "prescription_accepted slot=2 rev=1\n");
    rig_free(rig);
}

static void test_the_same_rev_with_other_bytes_is_rejected_once(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX_REV(5, A));
    rig_forget(rig);
    rig_prescribe(rig, 1, RX_REV(5, B));
    rig_prescribe(rig, 1, RX_REV(5, B));
    rig_prescribe(rig, 1, RX_REV(5, B));
    assert_string_equal(rig_events(rig), "prescription_rejected slot=1 rev=5 /rev: this rev is held here with other "
                                         "content: raise rev with every change\n");
    rig_free(rig);
}

static void test_in_a_session_it_waits_until_the_end(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX_REV(1, A));
    rig_click(rig, BUTTON_START);
    rig_run(rig, 7);
    rig_forget(rig);
    rig_prescribe(rig, 1, RX_REV(2, B)); /* in mid-set */
    rig_prescribe(rig, 3, RX_REV(9, B));
    assert_string_equal(rig_events(rig), "");
    assert_int_equal(status(rig, 1), SLOT_PENDING);
    assert_int_equal(status(rig, 3), SLOT_PENDING);
    assert_int_equal(held_rev(rig, 1), 1);
    rig_prescribe(rig, 1, RX_REV(2, B));
    rig_prescribe(rig, 1, RX_REV(3, A)); /* a higher one replaces the one that waits */
    rig_prescribe(rig, 1, RX_REV(2, B)); /* and that is too old now */
    assert_string_equal(
        rig_events(rig),
        "prescription_rejected slot=1 rev=2 /rev: a higher rev is held here already: send a rev above it\n");
    rig_click(rig, BUTTON_STOP);
    rig_click(rig, BUTTON_STOP);
    assert_string_equal(rig_events(rig), "stop 1L button during work\n"
                                         "set_completed 1L1 stopped by stop reps=0 measured=0\n"
                                         "stop 1L button during paused\n"
                                         "session_completed stopped 7.2s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 0/2 reps 0/4 measured 0]\n"
                                         "prescription_accepted slot=1 rev=3\n"
                                         "prescription_accepted slot=3 rev=9\n");
    assert_int_equal(status(rig, 1), SLOT_APPLIED);
    rig_free(rig);
}

static void test_a_withdrawn_one_is_gone_and_its_rev_stays_the_floor(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX_REV(5, A));
    rig_prescribe(rig, 1, NULL);
    assert_int_equal(held_rev(rig, 1), 0);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "start_refused no_programme\n");
    rig_prescribe(rig, 1, RX_REV(5, A));
    assert_string_equal(rig_events(rig),
                        "prescription_rejected slot=1 rev=5 /rev: this rev was withdrawn: send a higher one\n");
    rig_prescribe(rig, 1, RX_REV(6, A));
    assert_string_equal(rig_events(rig), "prescription_accepted slot=1 rev=6\n");
    rig_free(rig);
}

static void test_withdrawn_in_a_session_it_is_gone_after_it(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX_REV(5, A));
    rig_click(rig, BUTTON_START);
    rig_prescribe(rig, 1, NULL);
    assert_int_equal(held_rev(rig, 1), 5);
    assert_int_equal(status(rig, 1), SLOT_PENDING);
    rig_click(rig, BUTTON_STOP);
    rig_click(rig, BUTTON_STOP);
    assert_int_equal(held_rev(rig, 1), 0);
    rig_free(rig);
}

/* What is wanted last counts: the withdrawal had not been applied, and the same is wanted again. */
static void test_a_withdrawal_taken_back_in_a_session_changes_nothing(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX_REV(5, A));
    rig_click(rig, BUTTON_START);
    rig_prescribe(rig, 1, NULL);
    rig_forget(rig);
    rig_prescribe(rig, 1, RX_REV(5, A));
    assert_int_equal(status(rig, 1), SLOT_APPLIED);
    rig_click(rig, BUTTON_STOP);
    rig_click(rig, BUTTON_STOP);
    assert_int_equal(held_rev(rig, 1), 5);
    assert_null(strstr(rig_events(rig), "prescription"));
    rig_free(rig);
}

/* What survived a restart was answered before it: a dashboard need not wait for it to arrive once more. */
static void test_what_was_held_before_the_start_is_applied(void **state)
{
    struct station_rig *rig = rig_new(NULL), *next = rig_new(NULL);
    struct slot_held held;
    struct slot_last last;

    (void)state;
    rig_prescribe(rig, 1, RX_REV(5, A));
    core_slot(rig->core, 1, &held, &last);
    core_hold(next->core, 1, &held);
    core_slot(next->core, 1, &held, &last);
    assert_int_equal(last.status, SLOT_APPLIED);
    assert_int_equal(last.rev, 5);
    assert_string_equal(last.hash, held.hash);
    rig_free(rig);
    rig_free(next);
}

static void test_what_was_withdrawn_before_the_start_is_still_the_floor(void **state)
{
    struct station_rig *rig = rig_new(NULL), *next = rig_new(NULL);
    struct slot_held held;
    struct slot_last last;

    (void)state;
    rig_prescribe(rig, 1, RX_REV(5, A));
    rig_prescribe(rig, 1, NULL);
    core_slot(rig->core, 1, &held, &last);
    assert_int_equal(held.rx.rev, 5);
    core_hold(next->core, 1, &held);
    core_slot(next->core, 1, &held, &last);
    assert_false(held.held);
    assert_int_equal(last.status, SLOT_APPLIED);
    assert_int_equal(last.rev, 5);
    assert_string_equal(last.hash, "");
    rig_prescribe(next, 1, NULL);
    rig_prescribe(next, 1, RX_REV(5, A));
    rig_prescribe(next, 1, RX_REV(4, B));
    assert_string_equal(
        rig_events(next),
        "prescription_rejected slot=1 rev=5 /rev: this rev was withdrawn: send a higher one\n"
        "prescription_rejected slot=1 rev=4 /rev: a higher rev is held here already: send a rev above it\n");
    rig_prescribe(next, 1, RX_REV(6, A));
    assert_int_equal(held_rev(next, 1), 6);
    rig_free(rig);
    rig_free(next);
}

static void test_an_empty_withdrawal_says_nothing(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 4, NULL);
    assert_int_equal(status(rig, 4), SLOT_NONE);
    assert_string_equal(rig_events(rig), "");
    rig_free(rig);
}

static void test_uses_begin_anew_with_a_new_rev(void **state)
{
    struct station_rig *rig = rig_new(NULL);
    struct slot_held held;
    struct slot_last last;

    (void)state;
    rig_prescribe(rig, 1, RX_REV(5, A));
    rig_click(rig, BUTTON_START);
    rig_run(rig, 6);
    core_slot(rig->core, 1, &held, &last);
    assert_int_equal(held.used, 1);
    rig_clicks(rig, BUTTON_STOP, 2);
    rig_prescribe(rig, 1, RX_REV(6, A));
    core_slot(rig->core, 1, &held, &last);
    assert_int_equal(held.used, 0);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_a_higher_rev_is_taken),
        cmocka_unit_test(test_the_same_rev_with_other_bytes_is_rejected_once),
        cmocka_unit_test(test_in_a_session_it_waits_until_the_end),
        cmocka_unit_test(test_a_withdrawn_one_is_gone_and_its_rev_stays_the_floor),
        cmocka_unit_test(test_withdrawn_in_a_session_it_is_gone_after_it),
        cmocka_unit_test(test_a_withdrawal_taken_back_in_a_session_changes_nothing),
        cmocka_unit_test(test_what_was_held_before_the_start_is_applied),
        cmocka_unit_test(test_what_was_withdrawn_before_the_start_is_still_the_floor),
        cmocka_unit_test(test_an_empty_withdrawal_says_nothing),
        cmocka_unit_test(test_uses_begin_anew_with_a_new_rev),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
