/* SPDX-License-Identifier: MIT */
/* Buttons from several sources, and how lateness is counted. */
#include "check.h"

#include "gymstation/latency.h"
#include "gymstation/panel.h"

#define MS(n) ((n)*NS_PER_MS)

static struct panel panel_at_rest(void)
{
    return (struct panel){.since = {0}};
}

static bool edge(struct panel *panel, int source, enum button button, bool pressed, int64_t stamp_ns)
{
    return panel_edge(panel, source, &(struct button_edge){button, pressed, stamp_ns});
}

static void test_a_button_is_down_while_any_source_says_so(void **state)
{
    struct panel panel = panel_at_rest();

    (void)state;
    assert_true(edge(&panel, 0, BUTTON_STOP, true, MS(1)));
    assert_false(edge(&panel, 3, BUTTON_STOP, true, MS(100)));
    assert_false(edge(&panel, 0, BUTTON_STOP, false, MS(200)));
    assert_true(edge(&panel, 3, BUTTON_STOP, false, MS(300)));
    assert_false(edge(&panel, 3, BUTTON_STOP, false, MS(400))); /* unplugged: nothing was down */
}

static void test_what_is_down_at_the_start_is_no_press_until_it_came_up(void **state)
{
    struct panel panel = panel_at_rest();

    (void)state;
    panel_found_down(&panel, 0, BUTTON_START);
    assert_true(panel_stuck(&panel, MS(1)));
    assert_false(edge(&panel, 0, BUTTON_START, true, MS(10)));
    assert_true(edge(&panel, 1, BUTTON_START, true, MS(20))); /* the pedal still works */
    assert_true(edge(&panel, 1, BUTTON_START, false, MS(200)));
    assert_false(edge(&panel, 0, BUTTON_START, false, MS(500)));
    assert_true(panel_stuck(&panel, MS(529)));
    assert_false(panel_stuck(&panel, MS(530)));
    assert_true(edge(&panel, 0, BUTTON_START, true, MS(600)));
    assert_false(panel_stuck(&panel, MS(600)));
}

/* Let go after all, the contacts bounce as at any other time: that begins no session. */
static void test_its_release_bounces_without_a_press(void **state)
{
    struct panel panel = panel_at_rest();

    (void)state;
    panel_found_down(&panel, 0, BUTTON_START);
    for (int i = 0; i < 5; i++) {
        assert_false(edge(&panel, 0, BUTTON_START, false, MS(1000 + 4 * i)));
        assert_false(edge(&panel, 0, BUTTON_START, true, MS(1002 + 4 * i)));
        assert_true(panel_stuck(&panel, MS(1003 + 4 * i)));
    }
    assert_false(edge(&panel, 0, BUTTON_START, false, MS(1020)));
    assert_false(panel_stuck(&panel, MS(1050)));
    assert_true(edge(&panel, 0, BUTTON_START, true, MS(1050)));
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
        cmocka_unit_test(test_its_release_bounces_without_a_press),
        cmocka_unit_test(test_percentiles_are_the_upper_edges_of_bins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
