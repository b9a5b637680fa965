/* SPDX-License-Identifier: MIT */
/* Buttons and lamps over GPIO lines, with a chip of this test's own behind gpio.h. */
#include "gpio_fake.h"

#include <time.h>

#include "gymstation/cue_gpio.h"

static int64_t mono_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* The next edge, looking again until there is one: what was lost is found after a while, without any new edge. */
static struct button_edge found(struct buttons *buttons)
{
    int64_t deadline_ns = mono_ns() + 10 * NS_PER_S;
    struct button_edge edge;
    int r;

    do {
        r = buttons_next(buttons, &edge);
        assert_true(r >= 0);
        assert_true(mono_ns() < deadline_ns);
    } while (r == 0);
    return edge;
}

static void test_edges_come_with_the_kernels_stamp(void **state)
{
    struct buttons *buttons = open_two();
    struct button_edge edge;

    (void)state;
    assert_int_equal(chip.lines, 2);
    assert_true(chip.line[0].use == GPIO_EDGES && chip.line[0].bias == GPIO_BIAS_UP && chip.line[0].active_low);
    assert_int_equal(buttons_next(buttons, &edge), 0);
    wire(1, true, 123456789);
    wire(1, false, 123459999);
    assert_int_equal(buttons_next(buttons, &edge), 1);
    assert_true(edge.button == BUTTON_STOP && edge.pressed && edge.stamp_ns == 123456789);
    assert_int_equal(buttons_next(buttons, &edge), 1);
    assert_true(edge.button == BUTTON_STOP && !edge.pressed && edge.stamp_ns == 123459999);
    assert_int_equal(buttons_next(buttons, &edge), 0);
    buttons_close(buttons);
    assert_int_equal(chip.closed, 1);
}

/* 64 edges while the reader sleeps: 16 are kept, the last level is found out at once, beside the last that was kept. */
static void test_an_overflow_leaves_no_button_down(void **state)
{
    struct buttons *buttons = open_two();
    struct button_edge edge = {0};

    (void)state;
    for (int i = 0; i < 63; i++)
        wire(0, i % 2 == 0, 1000 + i);
    wire(0, true, 2000);
    for (int n = 0; n < KERNEL_QUEUE; n++)
        assert_int_equal(buttons_next(buttons, &edge), 1);
    assert_false(edge.pressed);
    assert_int_equal(buttons_next(buttons, &edge), 1);
    assert_true(edge.button == BUTTON_START && edge.pressed && edge.stamp_ns == 1000 + KERNEL_QUEUE - 1);
    assert_int_equal(buttons_next(buttons, &edge), 0);
    buttons_close(buttons);
}

/* Without a full queue too: found after a while, with the time at which it was. */
static void test_a_lost_edge_is_found(void **state)
{
    struct buttons *buttons = open_two();
    struct button_edge edge;

    (void)state;
    wire(0, false, 1000);
    chip.level[0] = true;
    assert_int_equal(buttons_next(buttons, &edge), 1);
    int64_t before_ns = mono_ns();
    edge = found(buttons);
    assert_true(edge.button == BUTTON_START && edge.pressed && edge.stamp_ns >= before_ns);
    assert_int_equal(buttons_next(buttons, &edge), 0);
    chip.level[0] = false;
    buttons_close(buttons);
}

/* The level changes a moment before its edge is in the queue: the edge is believed, not the look at the level. */
static void test_a_level_that_is_seen_before_its_edge_keeps_the_edges_stamp(void **state)
{
    struct buttons *buttons = open_two();
    struct button_edge edge;

    (void)state;
    wire(0, true, 1000);
    chip.level[1] = true;
    assert_int_equal(buttons_next(buttons, &edge), 1);
    assert_int_equal(buttons_next(buttons, &edge), 0);
    wire(1, true, 1500);
    assert_int_equal(buttons_next(buttons, &edge), 1);
    assert_true(edge.button == BUTTON_STOP && edge.stamp_ns == 1500);
    assert_int_equal(buttons_next(buttons, &edge), 0);
    buttons_close(buttons);
}

/* The kernel notes an edge, looks at the line a moment later, and finds it as it was: a disturbance, and no finger. */
static void test_a_spike_that_is_over_before_the_kernel_looks_is_no_press(void **state)
{
    struct buttons *buttons = open_two();
    struct panel panel = {0};
    struct button_edge edge;

    (void)state;
    chip.level[0] = chip.level[1] = false;
    for (int i = 0; i < 20; i++)
        wire(0, false, 1000 + i);
    while (buttons_next(buttons, &edge) > 0)
        assert_false(panel_edge(&panel, 0, &edge));
    buttons_close(buttons);
}

static void test_a_button_that_is_down_at_the_start_is_told(void **state)
{
    struct buttons *buttons;

    (void)state;
    chip.level[0] = false;
    chip.level[1] = true;
    buttons = open_two();
    assert_int_equal(buttons_found_down(buttons), 1u << BUTTON_STOP);
    buttons_close(buttons);
    chip.level[1] = false;
}

static void test_trouble_is_an_errno_and_no_wiring_is_none(void **state)
{
    const struct buttons_setup none = {.chip = "pinctrl-test", .line = {"", "", "", ""}};
    const struct buttons_setup elsewhere = {.chip = "pinctrl-none", .line = {"17", "27", "", ""}};
    struct buttons *buttons = open_two();
    struct button_edge edge;
    struct refusal why = {0};

    (void)state;
    chip.fails = -EIO;
    assert_int_equal(buttons_next(buttons, &edge), -EIO);
    buttons_close(buttons);
    assert_int_equal(buttons_open(&buttons, &none, &why), 0);
    assert_null(buttons);
    assert_int_equal(buttons_open(&buttons, &elsewhere, &why), -ENOENT);
    assert_string_equal(why.path, "pinctrl-none");
    chip.fails = 0;
}

/* ---- lamps ------------------------------------------------------------------------------------------------------------- */

static struct cue_sink *open_sink(const char *lamp, const char *alert, const char *buzzer, const char *high)
{
    const struct cue_gpio_setup setup = {.chip = "pinctrl-test", .line = {lamp, alert, buzzer, high}};
    struct cue_sink *sink = NULL;
    struct refusal why;

    chip.fails = chip.closed = chip.sets = 0;
    memset(chip.level, 0, sizeof(chip.level));
    assert_int_equal(cue_gpio_open(&sink, &setup, &why), 0);
    return sink;
}

static void test_every_output_has_its_line(void **state)
{
    struct cue_sink *sink = open_sink("1", "2", "3", "4");

    (void)state;
    assert_int_equal(chip.lines, CUE_OUTPUT_COUNT);
    assert_true(chip.line[0].use == GPIO_OUT);
    for (unsigned levels = 0; levels < 1u << CUE_OUTPUT_COUNT; levels++) {
        assert_int_equal(sink->ops->set(sink, levels), 0);
        for (int line = 0; line < CUE_OUTPUT_COUNT; line++)
            assert_int_equal(chip.level[line], levels >> line & 1);
    }
    sink->ops->close(sink);
    for (int line = 0; line < CUE_OUTPUT_COUNT; line++)
        assert_false(chip.level[line]); /* off at the end */
    assert_int_equal(chip.closed, 1);
}

/* One lamp and one buzzer are enough: nothing is said that they do not say. */
static void test_one_lamp_and_one_buzzer_say_everything(void **state)
{
    struct cue_sink *sink = open_sink("1", "", "3", "");

    (void)state;
    sink->ops->set(sink, 1u << CUE_ALERT | 1u << CUE_BUZZER_HIGH);
    assert_true(chip.level[0] && chip.level[1]);
    sink->ops->set(sink, 1u << CUE_LAMP | 1u << CUE_BUZZER);
    assert_true(chip.level[0] && chip.level[1]);
    assert_int_equal(chip.sets, 2); /* nothing had to be switched again */
    chip.fails = -EIO;
    assert_int_equal(sink->ops->set(sink, 0), -EIO);
    chip.fails = 0;
    assert_int_equal(sink->ops->set(sink, 0), 0); /* tried again */
    assert_false(chip.level[0] || chip.level[1]);
    sink->ops->close(sink);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges_come_with_the_kernels_stamp),
        cmocka_unit_test(test_an_overflow_leaves_no_button_down),
        cmocka_unit_test(test_a_lost_edge_is_found),
        cmocka_unit_test(test_a_level_that_is_seen_before_its_edge_keeps_the_edges_stamp),
        cmocka_unit_test(test_a_spike_that_is_over_before_the_kernel_looks_is_no_press),
        cmocka_unit_test(test_a_button_that_is_down_at_the_start_is_told),
        cmocka_unit_test(test_trouble_is_an_errno_and_no_wiring_is_none),
        cmocka_unit_test(test_every_output_has_its_line),
        cmocka_unit_test(test_one_lamp_and_one_buzzer_say_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
