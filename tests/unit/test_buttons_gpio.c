/* SPDX-License-Identifier: MIT */
/* Buttons and lamps over GPIO lines, with a chip of this test's own behind gpio.h: queues of 16 edges that overflow. */
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/core/button.h"
#include "daemon/io/gpio.h"
#include "gymstation/buttons.h"
#include "gymstation/cue_gpio.h"
#include "rng.h"

#define KERNEL_QUEUE 16 /* edges kept; with libgpiod 1.6 the newest are lost */

struct gpio {
    int lines;
    struct gpio_line line[GPIO_LINES_MAX];
    bool level[GPIO_LINES_MAX];
    struct gpio_edge queue[KERNEL_QUEUE];
    int queued;
    int fails; /* what every call returns, or 0 */
    int closed;
    int sets;
};

/* The chip under test: gpio.h has no other way to say which one a request reached. */
static struct gpio chip;

int gpio_open(struct gpio **ret_gpio, const char *name, const struct gpio_line *lines, int n, struct refusal *ret_why)
{
    if (strcmp(name, "pinctrl-test") != 0) {
        *ret_why = (struct refusal){.path = "pinctrl-none", .reason = "there is no such chip"};
        return -ENOENT;
    }
    chip.lines = n;
    memcpy(chip.line, lines, (size_t)n * sizeof(*lines));
    *ret_gpio = &chip;
    return 0;
}

int gpio_get(const struct gpio *gpio, int line)
{
    return gpio->fails ? gpio->fails : gpio->level[line];
}

int gpio_set(struct gpio *gpio, int line, bool active)
{
    if (gpio->fails)
        return gpio->fails;
    gpio->sets++;
    gpio->level[line] = active;
    return 0;
}

int gpio_fd(const struct gpio *gpio)
{
    (void)gpio;
    return STDIN_FILENO;
}

int gpio_next_edge(struct gpio *gpio, struct gpio_edge *ret_edge)
{
    if (gpio->fails)
        return gpio->fails;
    if (gpio->queued == 0)
        return 0;
    *ret_edge = gpio->queue[0];
    memmove(gpio->queue, gpio->queue + 1, sizeof(gpio->queue[0]) * (size_t)--gpio->queued);
    return 1;
}

void gpio_close(struct gpio *gpio)
{
    if (gpio == NULL)
        return;
    for (int line = 0; line < gpio->lines; line++)
        if (gpio->line[line].use == GPIO_OUT)
            gpio->level[line] = false;
    gpio->closed++;
}

static void wire(int line, bool active, int64_t stamp_ns)
{
    chip.level[line] = active;
    if (chip.queued < KERNEL_QUEUE)
        chip.queue[chip.queued++] = (struct gpio_edge){line, active, stamp_ns};
}

static struct buttons *open_two(void)
{
    const struct buttons_setup setup = {
        .chip = "pinctrl-test", .line = {"17", "27", "", ""}, .pull = PULL_UP, .active_low = true};
    struct buttons *buttons = NULL;
    struct refusal why;

    chip.queued = chip.fails = chip.closed = 0;
    assert_int_equal(buttons_open(&buttons, &setup, &why), 0);
    return buttons;
}

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

/* 64 edges while the reader sleeps: 16 are kept, the last level is found out. */
static void test_an_overflow_leaves_no_button_down(void **state)
{
    struct buttons *buttons = open_two();
    struct button_edge edge = {0};
    struct button_edge last = {0};
    int n = 0;

    (void)state;
    for (int i = 0; i < 63; i++)
        wire(0, i % 2 == 0, 1000 + i);
    wire(0, true, 2000);
    while (buttons_next(buttons, &edge) > 0) {
        last = edge;
        n++;
    }
    assert_int_equal(n, KERNEL_QUEUE);
    assert_false(last.pressed);
    int64_t before_ns = mono_ns();
    edge = found(buttons);
    assert_true(edge.button == BUTTON_START && edge.pressed && edge.stamp_ns >= before_ns - NS_PER_S);
    assert_int_equal(buttons_next(buttons, &edge), 0);
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

/* ---- bounces: from the wire to the press ------------------------------------------------------------------------------- */

struct count {
    int presses, ends;
    int64_t stamp_ns;
};

static void act(struct count *count, unsigned acts, int64_t stamp_ns)
{
    if (acts & BUTTON_ACT_PRESS)
        count->stamp_ns = stamp_ns;
    count->presses += (acts & BUTTON_ACT_PRESS) != 0;
    count->ends += (acts & (BUTTON_ACT_SHORT | BUTTON_ACT_LONG)) != 0;
}

static void drain(struct buttons *buttons, struct button_machine *machine, struct count *count, int64_t until_ns)
{
    struct button_edge edge;

    while (buttons_next(buttons, &edge) > 0) {
        while (machine->deadline_ns <= edge.stamp_ns)
            act(count, button_fire(machine), machine->deadline_ns);
        act(count, button_edge(machine, edge.pressed, edge.stamp_ns), edge.stamp_ns);
    }
    while (machine->deadline_ns <= until_ns) {
        int64_t at_ns = machine->deadline_ns;
        act(count, button_fire(machine), at_ns);
    }
}

/* Contacts that bounce for 0-20 ms, then rest; at most as often as a queue holds. Returns when they rest. */
static int64_t change(struct rng *rng, bool down, int64_t t_ns)
{
    int64_t rest_ns = t_ns + (int64_t)rng_below(rng, 20 * NS_PER_MS);
    int bounces = (int)rng_below(rng, 7);
    int64_t at_ns = t_ns;

    wire(0, down, t_ns);
    for (int i = 0; i < bounces; i++) {
        at_ns += 1 + (int64_t)rng_below(rng, 6 * NS_PER_MS);
        if (at_ns + 1 >= rest_ns)
            break;
        wire(0, !down, at_ns);
        at_ns += 1 + (int64_t)rng_below(rng, (uint64_t)(rest_ns - at_ns));
        wire(0, down, at_ns);
    }
    return at_ns;
}

static void test_a_hundred_thousand_bounced_presses(void **state)
{
    uint64_t seed = test_seed();
    struct rng rng = {seed};
    struct buttons *buttons = open_two();
    struct button_machine machine;
    struct count count = {0};
    int64_t t_ns = NS_PER_S, worst_ns = 0;

    (void)state;
    button_init(&machine, START_LONG_NS);
    for (int press = 1; press <= 100000; press++) {
        int64_t pressed_ns = t_ns;

        for (int half = 0; half < 2; half++) {
            t_ns = change(&rng, half == 0, t_ns);
            t_ns += 40 * NS_PER_MS + (int64_t)rng_below(&rng, (uint64_t)(half ? NS_PER_S : 2500 * NS_PER_MS));
            drain(buttons, &machine, &count, t_ns);
            assert_true(half == 0 || count.ends == press);
        }
        assert_int_equal(count.presses, press); /* none missed, none doubled */
        if (count.stamp_ns - pressed_ns > worst_ns)
            worst_ns = count.stamp_ns - pressed_ns;
    }
    printf("    %d presses that bounced for up to 20 ms: %d counted, stamps at most %d ns off\n", 100000, count.presses,
           (int)worst_ns);
    assert_int_equal(worst_ns, 0); /* the press has the stamp of its first edge */
    buttons_close(buttons);
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
        cmocka_unit_test(test_a_level_that_is_seen_before_its_edge_keeps_the_edges_stamp),
        cmocka_unit_test(test_a_spike_that_is_over_before_the_kernel_looks_is_no_press),
        cmocka_unit_test(test_a_button_that_is_down_at_the_start_is_told),
        cmocka_unit_test(test_trouble_is_an_errno_and_no_wiring_is_none),
        cmocka_unit_test(test_a_hundred_thousand_bounced_presses),
        cmocka_unit_test(test_every_output_has_its_line),
        cmocka_unit_test(test_one_lamp_and_one_buzzer_say_everything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
