/* SPDX-License-Identifier: MIT */
/* How a session begins and what refuses it: idle, choose, cards, uses, validity. */
#include <string.h>

#include "check.h"
#include "rx_texts.h"
#include "station.h"

#define DAY_NS (86400 * NS_PER_S)

static void test_nothing_prescribed_is_refused_once_a_press(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_click(rig, BUTTON_START);
    rig_run(rig, 1);
    assert_string_equal(rig_all(rig), "0.000 start_refused no_programme\n0.000 ~ refused\n");
    rig_hold_button(rig, BUTTON_START, 2);
    assert_string_equal(rig_events(rig), "start_refused no_programme\n");
    rig_free(rig);
}

static void test_the_only_prescription_starts_at_the_first_edge(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 3, RX("", FLOOR("left", "")));
    rig_run(rig, 2);
    rig_forget(rig);
    rig_button(rig, BUTTON_START, true);
    assert_string_equal(rig_all(rig), "2.000 session_started slot=3 rx=rx-3 rev=1 by=only\n2.000 ~ press\n");
    assert_int_equal(rig_now(rig), NOW_PREP);
    rig_free(rig);
}

static void test_start_pressed_twice_is_one_session(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR("left", "")));
    rig_forget(rig);
    rig_clicks(rig, BUTTON_START, 2);
    assert_string_equal(rig_all(rig), "0.000 session_started slot=1 rx=rx-1 rev=1 by=only\n0.000 ~ press\n"
                                      "0.400 ~ refused\n");
    rig_free(rig);
}

static struct station_rig *several(void)
{
    struct station_rig *rig = rig_new(NULL);

    rig_prescribe(rig, 1, RX("", FLOOR("left", "")));
    rig_prescribe(rig, 2, RX("", FLOOR("right", "")));
    rig_forget(rig);
    return rig;
}

static void test_choose_counts_reads_back_and_takes(void **state)
{
    struct station_rig *rig = several();

    (void)state;
    rig_click(rig, BUTTON_START);
    assert_int_equal(rig_now(rig), NOW_CHOOSE);
    rig_run(rig, 0.9);
    rig_clicks(rig, BUTTON_START, 2); /* at 1.0 and 1.4 */
    rig_run_until(rig, rig_ns(10));
    assert_string_equal(rig_all(rig), "0.000 ~ ask pain\n"
                                      "1.000 ~ entry 1\n1.400 ~ entry 2\n"
                                      "4.400 ~ read_back 2\n"
                                      "7.400 session_started slot=2 rx=rx-2 rev=1 by=slot\n7.400 ~ press\n"
                                      "9.400 ~ countdown 3\n");
    rig_free(rig);
}

static void test_a_press_after_the_read_back_starts_over(void **state)
{
    struct station_rig *rig = several();

    (void)state;
    rig_click(rig, BUTTON_START);
    rig_clicks(rig, BUTTON_START, 2);
    rig_run(rig, 4);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 7);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=slot\n");
    rig_free(rig);
}

static void test_an_empty_slot_is_refused_and_can_be_chosen_anew(void **state)
{
    struct station_rig *rig = several();

    (void)state;
    rig_click(rig, BUTTON_START);
    rig_clicks(rig, BUTTON_START, 3);
    rig_run(rig, 7);
    assert_string_equal(rig_events(rig), "start_refused no_programme\n");
    assert_int_equal(rig_now(rig), NOW_CHOOSE);
    rig_clicks(rig, BUTTON_START, 1);
    rig_run(rig, 7);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=slot\n");
    rig_free(rig);
}

static void test_choose_ends_with_stop_or_after_five_minutes(void **state)
{
    struct station_rig *rig = several();

    (void)state;
    rig_click(rig, BUTTON_START);
    rig_click(rig, BUTTON_STOP);
    assert_int_equal(rig_now(rig), NOW_IDLE);
    rig_run(rig, 1);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 200);
    rig_clicks(rig, BUTTON_START, 9); /* over the eighth slot: nothing is counted */
    rig_run(rig, 299);
    assert_int_equal(rig_now(rig), NOW_CHOOSE);
    rig_run(rig, 1.2);
    assert_int_equal(rig_now(rig), NOW_IDLE);
    assert_string_equal(rig_events(rig), "");
    rig_free(rig);
}

static void test_a_card_chooses_its_slot_for_a_minute(void **state)
{
    struct station_rig *rig = several();

    (void)state;
    rig_prescribe(rig, 5, "'login':'anna'," RX("", FLOOR("left", "")));
    rig_forget(rig);
    rig_card(rig, "anna");
    rig_run(rig, 59);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "session_started slot=5 rx=rx-5 rev=1 by=card\n");
    rig_click(rig, BUTTON_STOP);
    rig_click(rig, BUTTON_STOP);
    rig_run(rig, 601);
    rig_card(rig, "anna");
    rig_run(rig, 61);
    rig_click(rig, BUTTON_START);
    assert_int_equal(rig_now(rig), NOW_CHOOSE);
    rig_free(rig);
}

static void test_an_unknown_card_is_refused(void **state)
{
    struct station_rig *rig = several();

    (void)state;
    rig_card(rig, "nobody");
    assert_string_equal(rig_events(rig), "start_refused unknown_card\n");
    rig_free(rig);
}

static void test_another_card_supersedes_and_its_own_does_not(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, "'login':'anna'," RX("'before'", FLOOR("left", "")));
    rig_prescribe(rig, 2, "'login':'ben'," RX("", FLOOR("left", "")));
    rig_card(rig, "anna");
    rig_click(rig, BUTTON_START);
    rig_forget(rig);
    rig_card(rig, "anna");
    assert_string_equal(rig_events(rig), "");
    rig_card(rig, "ben");
    assert_string_equal(rig_events(rig), "session_completed superseded 0.1s pct=0 volume=0 overrun=0.0 cued "
                                         "[banded_curl left sets 0/2 reps 0/4 measured 0]\n");
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "session_started slot=2 rx=rx-2 rev=1 by=card\n");
    rig_free(rig);
}

static void test_uses_count_sessions_that_reached_a_set(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, "'uses':1," RX("", FLOOR("left", "")));
    rig_click(rig, BUTTON_START); /* stopped before its first set: not a use */
    rig_click(rig, BUTTON_STOP);
    rig_click(rig, BUTTON_STOP);
    rig_run(rig, 601);
    rig_click(rig, BUTTON_START);
    rig_run(rig, 6);
    rig_click(rig, BUTTON_STOP);
    rig_click(rig, BUTTON_STOP);
    rig_run(rig, 601);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "start_refused used_up\n");
    rig_free(rig);
}

static void test_validity_needs_a_synced_clock(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(
        rig, 1, "'valid_from':'1970-01-03T00:00:00Z','valid_until':'1970-01-05T00:00:00Z'," RX("", FLOOR("left", "")));
    rig_clock(rig, DAY_NS, true);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "start_refused expired\n");
    rig_clock(rig, 5 * DAY_NS, true); /* a jump: told as such */
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "start_refused expired\n");
    rig_clock(rig, 5 * DAY_NS, false);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=only\n");
    rig_free(rig);
}

static void test_a_valid_one_beside_an_expired_one_is_the_only_one(void **state)
{
    struct station_rig *rig = several();

    (void)state;
    rig_prescribe(rig, 2, "'valid_until':'1970-01-05T00:00:00Z'," RX_REV(2, FLOOR("left", "")));
    rig_clock(rig, 6 * DAY_NS, true);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "session_started slot=1 rx=rx-1 rev=1 by=only\n");
    rig_free(rig);
}

static void test_a_full_journal_lets_nobody_start(void **state)
{
    struct station_rig *rig = rig_new(NULL);

    (void)state;
    rig_prescribe(rig, 1, RX("", FLOOR("left", "")));
    rig_fault(rig, FAULT_JOURNAL, true);
    rig_forget(rig);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "start_refused not_ready\n");
    rig_run(rig, 1);
    rig_fault(rig, FAULT_JOURNAL, false);
    rig_click(rig, BUTTON_START);
    assert_string_equal(rig_events(rig), "fault_cleared journal lasted=1.100\n"
                                         "session_started slot=1 rx=rx-1 rev=1 by=only\n");
    rig_free(rig);
}

/* The journal fills up while somebody counts to the slot. */
static void test_nobody_starts_from_choose_either(void **state)
{
    struct station_rig *rig = several();

    (void)state;
    rig_click(rig, BUTTON_START);
    rig_clicks(rig, BUTTON_START, 1);
    rig_fault(rig, FAULT_JOURNAL, true);
    rig_forget(rig);
    rig_run(rig, 7);
    assert_string_equal(rig_events(rig), "start_refused not_ready\n");
    assert_int_equal(rig_now(rig), NOW_CHOOSE);
    rig_free(rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_prescribed_is_refused_once_a_press),
        cmocka_unit_test(test_the_only_prescription_starts_at_the_first_edge),
        cmocka_unit_test(test_start_pressed_twice_is_one_session),
        cmocka_unit_test(test_choose_counts_reads_back_and_takes),
        cmocka_unit_test(test_a_press_after_the_read_back_starts_over),
        cmocka_unit_test(test_an_empty_slot_is_refused_and_can_be_chosen_anew),
        cmocka_unit_test(test_choose_ends_with_stop_or_after_five_minutes),
        cmocka_unit_test(test_a_card_chooses_its_slot_for_a_minute),
        cmocka_unit_test(test_an_unknown_card_is_refused),
        cmocka_unit_test(test_another_card_supersedes_and_its_own_does_not),
        cmocka_unit_test(test_uses_count_sessions_that_reached_a_set),
        cmocka_unit_test(test_validity_needs_a_synced_clock),
        cmocka_unit_test(test_a_valid_one_beside_an_expired_one_is_the_only_one),
        cmocka_unit_test(test_a_full_journal_lets_nobody_start),
        cmocka_unit_test(test_nobody_starts_from_choose_either),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
