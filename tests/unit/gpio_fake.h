/* SPDX-License-Identifier: MIT */
/* A chip behind daemon/io/gpio/gpio.h whose lines a test moves: queues of 16 edges that overflow. For one file of a test. */
#ifndef GYMSTATION_TESTS_GPIO_FAKE_H
#define GYMSTATION_TESTS_GPIO_FAKE_H

#include "check.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "daemon/io/gpio/gpio.h"
#include "gymstation/buttons.h"

#define KERNEL_QUEUE GPIO_EDGES_KEPT /* edges kept; with libgpiod 1.6 the newest are lost */

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

#endif
