/* SPDX-License-Identifier: MIT */
/* Buttons from several sources, and how lateness is counted. */
#include "check.h"

#include "gymstation/latency.h"
#include "gymstation/panel.h"

static void test_a_button_is_down_while_any_source_says_so(void **state)
{
    struct panel panel = {0};

    (void)state;
    assert_true(panel_edge(&panel, 0, BUTTON_STOP, true));
    assert_false(panel_edge(&panel, 3, BUTTON_STOP, true));
    assert_false(panel_edge(&panel, 0, BUTTON_STOP, false));
    assert_true(panel_edge(&panel, 3, BUTTON_STOP, false));
    assert_false(panel_edge(&panel, 3, BUTTON_STOP, false)); /* unplugged: nothing was down */
}

static void test_what_is_down_at_the_start_is_no_press_until_it_came_up(void **state)
{
    struct panel panel = {0};

    (void)state;
    panel_found_down(&panel, 0, BUTTON_START);
    assert_true(panel_stuck(&panel));
    assert_false(panel_edge(&panel, 0, BUTTON_START, true));
    assert_true(panel_edge(&panel, 1, BUTTON_START, true)); /* the pedal still works */
    assert_true(panel_edge(&panel, 1, BUTTON_START, false));
    assert_false(panel_edge(&panel, 0, BUTTON_START, false));
    assert_false(panel_stuck(&panel));
    assert_true(panel_edge(&panel, 0, BUTTON_START, true));
}

static void test_percentiles_are_the_upper_edges_of_bins(void **state)
{
    struct latency latency = {0};

    (void)state;
    assert_int_equal(latency_ns(&latency, 990), 0);
    for (int i = 0; i < 99; i++)
        latency_add(&latency, 30000);
    latency_add(&latency, 90 * NS_PER_MS);
    latency_add(&latency, -5);
    assert_int_equal(latency.n, 101);
    assert_int_equal(latency_ns(&latency, 5), 20000);
    assert_int_equal(latency_ns(&latency, 500), 40000);
    assert_int_equal(latency_ns(&latency, 990), 40000);
    assert_int_equal(latency_ns(&latency, 999), 90 * NS_PER_MS);
    assert_int_equal(latency.max_ns, 90 * NS_PER_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_button_is_down_while_any_source_says_so),
        cmocka_unit_test(test_what_is_down_at_the_start_is_no_press_until_it_came_up),
        cmocka_unit_test(test_percentiles_are_the_upper_edges_of_bins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
