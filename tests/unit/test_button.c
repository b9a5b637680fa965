/* SPDX-License-Identifier: MIT */
/* One push-button and one number entered with it: their transition tables, and bounces at random. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "daemon/core/session/counter.h"
#include "rng.h"
#include "station.h"

#define MS(ms) ((ms)*NS_PER_MS)

/* ---- tables ------------------------------------------------------------------------------------------------------- */

static void add_acts(unsigned acts, struct text *table)
{
    static const char *const names[] = {"press", "short", "long", "stuck", "unstuck"};

    for (int i = 0; i < 5; i++)
        if (acts & (1u << i))
            text_add(table, " %s", names[i]);
}

static void add_button_row(const struct button_machine *from, const char *edge, struct text *table)
{
    struct button_machine button = *from;
    int64_t t_ns = edge[0] == 'd' && edge[1] == 'e' ? button.deadline_ns : MS(100000);
    unsigned acts;

    if (t_ns == NEVER) {
        text_add(table, "%-11s %-5s %-8s .\n", button_state_str(from->state), from->level ? "down" : "up", edge);
        return;
    }
    if (edge[0] == 'd' && edge[1] == 'e')
        acts = button_fire(&button);
    else
        acts = button_edge(&button, edge[0] == 'd', t_ns);
    text_add(table, "%-11s %-5s %-8s ", button_state_str(from->state), from->level ? "down" : "up", edge);
    if (button.state == from->state && button.deadline_ns == from->deadline_ns && acts == 0) {
        text_add(table, "%s\n", button.bounces > from->bounces ? "- bounce" : "-");
        return;
    }
    text_add(table, "%-11s", button_state_str(button.state));
    if (button.deadline_ns != NEVER)
        text_add(table, " (%g s)", seconds(button.deadline_ns - t_ns));
    add_acts(acts, table);
    text_add(table, "\n");
}

static void test_button_table_is_the_golden_one(void **state)
{
    static const char *const edges[] = {"down", "up", "deadline"};
    struct text table = {0};

    (void)state;
    text_add(&table,
             "# Button: state, raw level, edge or deadline -> state (its deadline) acts; a long press is 1.5 s.\n"
             "# '-': nothing; '.': no deadline is set. Edges come at 100 s, the press was at 99 s.\n");
    for (int s = 0; s < BUTTON_STATE_COUNT; s++)
        for (int level = 0; level < 2; level++)
            for (int e = 0; e < 3; e++) {
                struct button_machine button;

                button_init(&button, START_LONG_NS);
                button.state = (enum button_state)s;
                button.level = level == 1;
                button.pressed_ns = MS(99000);
                if (s != BUTTON_STATE_UP && s != BUTTON_STATE_STUCK)
                    button.deadline_ns = MS(s == BUTTON_STATE_DOWN ? 100500 : s == BUTTON_STATE_LONG ? 129000 : 100010);
                add_button_row(&button, edges[e], &table);
            }
    golden_check("tests/transitions/button.txt", table.v);
    free(table.v);
}

static void add_counter_row(const struct counter *from, int event, struct text *table)
{
    static const char *const states[] = {"empty", "counting", "read_back"};
    static const char *const events[] = {"press", "minus", "zero", "deadline"};
    static const char *const acts[] = {"", "counted", "over", "play", "taken"};
    struct counter counter = *from;
    enum counter_act act = COUNTER_NONE;

    text_add(table, "%-9s %2d of %2d  %-8s ", states[from->state], from->count, from->limit, events[event]);
    if (event == 3 && from->deadline_ns == NEVER) {
        text_add(table, ".\n");
        return;
    }
    switch (event) {
    case 0: act = counter_press(&counter, MS(10000)); break;
    case 1: act = counter_unpress(&counter, MS(10000)); break;
    case 2: act = counter_zero(&counter, MS(10000)); break;
    case 3: act = counter_fire(&counter); break;
    }
    text_add(table, "%-9s %2d %s", states[counter.state], counter.count, acts[act]);
    if (counter.deadline_ns != NEVER)
        text_add(table, " (%g s)", seconds(counter.deadline_ns - (event == 3 ? from->deadline_ns : MS(10000))));
    text_add(table, "\n");
}

static void test_counter_table_is_the_golden_one(void **state)
{
    static const struct {
        enum counter_state state;
        int count, limit;
    } from[] = {{COUNTER_EMPTY, 0, 10},    {COUNTER_COUNTING, 0, 10},  {COUNTER_COUNTING, 1, 10},
                {COUNTER_COUNTING, 9, 10}, {COUNTER_COUNTING, 10, 10}, {COUNTER_READ_BACK, 0, 10},
                {COUNTER_READ_BACK, 3, 10}};
    struct text table = {0};

    (void)state;
    text_add(&table, "# Counter: state, count, event -> state, count, act (its deadline). '.': no deadline is set.\n");
    for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++)
        for (int event = 0; event < 4; event++) {
            struct counter counter;

            counter_begin(&counter, from[i].limit);
            counter.state = from[i].state;
            counter.count = from[i].count;
            if (counter.state != COUNTER_EMPTY)
                counter.deadline_ns = MS(12000);
            add_counter_row(&counter, event, &table);
        }
    golden_check("tests/transitions/counter.txt", table.v);
    free(table.v);
}

/* ---- answers ------------------------------------------------------------------------------------------------------ */

static unsigned run_until(struct button_machine *button, int64_t t_ns)
{
    unsigned acts = 0;

    while (button->deadline_ns <= t_ns)
        acts |= button_fire(button);
    return acts;
}

static void test_a_press_acts_at_its_first_edge_with_its_stamp(void **state)
{
    struct button_machine button;

    (void)state;
    button_init(&button, START_LONG_NS);
    assert_int_equal(button_edge(&button, true, MS(7)), BUTTON_ACT_PRESS);
    assert_int_equal(button.pressed_ns, MS(7));
    assert_int_equal(button_edge(&button, false, MS(9)), BUTTON_ACT_NONE);
    assert_int_equal(button_edge(&button, true, MS(12)), BUTTON_ACT_NONE);
    assert_int_equal(run_until(&button, MS(500)), BUTTON_ACT_NONE);
    assert_int_equal(button_edge(&button, false, MS(500)), BUTTON_ACT_SHORT);
    assert_int_equal(button.bounces, 2);
}

/* Up within the bounce and still up at its end: short, 30 ms after the edge. */
static void test_a_tap_shorter_than_the_bounce_is_a_press(void **state)
{
    struct button_machine button;

    (void)state;
    button_init(&button, START_LONG_NS);
    assert_int_equal(button_edge(&button, true, MS(0)), BUTTON_ACT_PRESS);
    button_edge(&button, false, MS(5));
    assert_int_equal(run_until(&button, MS(29)), BUTTON_ACT_NONE);
    assert_int_equal(run_until(&button, MS(30)), BUTTON_ACT_SHORT);
    assert_int_equal(button.state, BUTTON_STATE_UP);
}

static void test_a_long_press_is_long_once_and_stuck_after_30_s(void **state)
{
    struct button_machine button;

    (void)state;
    button_init(&button, STOP_LONG_NS);
    button_edge(&button, true, 0);
    assert_int_equal(run_until(&button, MS(2999)), BUTTON_ACT_NONE);
    assert_int_equal(run_until(&button, MS(3000)), BUTTON_ACT_LONG);
    assert_int_equal(run_until(&button, MS(29999)), BUTTON_ACT_NONE);
    assert_int_equal(run_until(&button, MS(30000)), BUTTON_ACT_STUCK);
    assert_int_equal(run_until(&button, MS(90000)), BUTTON_ACT_NONE);
    assert_int_equal(button_edge(&button, false, MS(90000)), BUTTON_ACT_UNSTUCK);
    run_until(&button, MS(90030));
    assert_int_equal(button_edge(&button, true, MS(90031)), BUTTON_ACT_PRESS);
}

/* An edge that never came: the next level heals it. */
static void test_lost_edges_leave_no_button_down(void **state)
{
    struct button_machine button;

    (void)state;
    button_init(&button, START_LONG_NS);
    button_edge(&button, true, 0);
    run_until(&button, MS(100));
    assert_int_equal(button_edge(&button, true, MS(200)), BUTTON_ACT_NONE); /* its release was lost */
    assert_int_equal(button_edge(&button, false, MS(300)), BUTTON_ACT_SHORT);
    run_until(&button, MS(400));
    assert_int_equal(button_edge(&button, false, MS(500)), BUTTON_ACT_NONE); /* a press was lost */
    assert_int_equal(button_edge(&button, true, MS(600)), BUTTON_ACT_PRESS);
}

/* Whatever the contacts do within 20 ms of a change, every press is one press and one release. */
static void test_bounces_at_random_change_no_count(void **state)
{
    uint64_t seed = test_seed();
    struct rng rng = {seed};

    (void)state;
    for (int run = 0; run < 200; run++) {
        struct button_machine button;
        int presses = 0, ends = 0;
        int64_t t_ns = 0;

        button_init(&button, START_LONG_NS);
        for (int press = 0; press < 20; press++) {
            for (int half = 0; half < 2; half++) {
                int64_t settle_ns = t_ns + MS(20);
                unsigned acts = button_edge(&button, half == 0, t_ns);

                for (int64_t at = t_ns; (at += (int64_t)rng_below(&rng, MS(8))) < settle_ns;)
                    acts |= run_until(&button, at) | button_edge(&button, rng_below(&rng, 2) == 0, at);
                acts |= run_until(&button, settle_ns) | button_edge(&button, half == 0, settle_ns);
                t_ns = settle_ns + MS(60) + (int64_t)rng_below(&rng, MS(3000));
                acts |= run_until(&button, t_ns);
                presses += (acts & BUTTON_ACT_PRESS) != 0;
                ends += (acts & (BUTTON_ACT_SHORT | BUTTON_ACT_LONG)) != 0;
            }
        }
        assert_int_equal(presses, 20);
        assert_int_equal(ends, 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_button_table_is_the_golden_one),
        cmocka_unit_test(test_counter_table_is_the_golden_one),
        cmocka_unit_test(test_a_press_acts_at_its_first_edge_with_its_stamp),
        cmocka_unit_test(test_a_tap_shorter_than_the_bounce_is_a_press),
        cmocka_unit_test(test_a_long_press_is_long_once_and_stuck_after_30_s),
        cmocka_unit_test(test_lost_edges_leave_no_button_down),
        cmocka_unit_test(test_bounces_at_random_change_no_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
