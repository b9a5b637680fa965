/* SPDX-License-Identifier: MIT */
/*
 * GPIO lines over libgpiod 1.6 (Debian 12, Raspberry Pi OS Bookworm); see gpio.h. It has one event fd a line, so one
 * epoll fd stands for them, and edges of several lines are put in order here. Kernel stamps are CLOCK_MONOTONIC since
 * Linux 5.7.
 */
#include "daemon/io/gpio/gpio.h"

#include <errno.h>
#include <gpiod.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "daemon/io/gpio/gpio_chip.h"

struct gpio {
    struct gpiod_chip *chip;
    int n, epoll_fd; /* epoll_fd: -1 where no line has edges */
    struct gpiod_line *lines[GPIO_LINES_MAX];
    enum gpio_use uses[GPIO_LINES_MAX];
    bool waiting[GPIO_LINES_MAX]; /* waits[i] holds an edge that was read and not yet given */
    struct gpio_edge waits[GPIO_LINES_MAX];
};

static int request_flags(const struct gpio_line *line)
{
    int flags = line->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;

    if (line->use == GPIO_OUT)
        return flags;
    switch (line->bias) {
    case GPIO_BIAS_OFF: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    case GPIO_BIAS_UP: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case GPIO_BIAS_DOWN: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    }
    return flags;
}

static int request_type(enum gpio_use use)
{
    switch (use) {
    case GPIO_IN: return GPIOD_LINE_REQUEST_DIRECTION_INPUT;
    case GPIO_EDGES: return GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES;
    case GPIO_OUT: return GPIOD_LINE_REQUEST_DIRECTION_OUTPUT;
    }
    return 0;
}

/* The library leaves errno as it was on some paths. */
static int errno_or(int fallback)
{
    return errno > 0 ? -errno : fallback;
}

static int watch(struct gpio *gpio, int line)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)line};

    if (gpio->epoll_fd < 0)
        gpio->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (gpio->epoll_fd < 0 ||
        epoll_ctl(gpio->epoll_fd, EPOLL_CTL_ADD, gpiod_line_event_get_fd(gpio->lines[line]), &event) < 0)
        return -errno;
    return 0;
}

static int request(struct gpio *gpio, int line, const struct gpio_line *wanted, unsigned offset)
{
    const struct gpiod_line_request_config config = {.consumer = program_invocation_short_name,
                                                     .request_type = request_type(wanted->use),
                                                     .flags = request_flags(wanted)};
    struct gpiod_line *handle;

    errno = 0;
    handle = gpiod_chip_get_line(gpio->chip, offset);
    if (!handle || gpiod_line_request(handle, &config, 0) < 0)
        return errno_or(-EIO);
    gpio->lines[line] = handle;
    gpio->uses[line] = wanted->use;
    gpio->n = line + 1;
    return wanted->use == GPIO_EDGES ? watch(gpio, line) : 0;
}

int gpio_open(struct gpio **ret_gpio, const char *chip, const struct gpio_line *lines, int n, struct refusal *ret_why)
{
    struct gpio_found found;
    struct gpio *gpio;
    int r = gpio_find(&gpio_kernel, chip, lines, n, &found, ret_why);

    if (r < 0)
        return r;
    gpio = calloc(1, sizeof(*gpio));
    if (!gpio)
        return gpio_refused(&gpio_kernel, &found, lines, 0, -ENOMEM, ret_why);
    gpio->epoll_fd = -1;
    errno = 0;
    gpio->chip = gpiod_chip_open(found.path);
    if (!gpio->chip)
        r = gpio_refused(&gpio_kernel, &found, lines, 0, errno_or(-EIO), ret_why);
    for (int line = 0; line < n && r == 0; line++) {
        r = request(gpio, line, &lines[line], found.offsets[line]);
        if (r < 0)
            gpio_refused(&gpio_kernel, &found, lines, line, r, ret_why);
    }
    if (r < 0) {
        gpio_close(gpio);
        return r;
    }
    *ret_gpio = gpio;
    return 0;
}

int gpio_get(const struct gpio *gpio, int line)
{
    int value = gpiod_line_get_value(gpio->lines[line]);

    return value < 0 ? errno_or(-EIO) : value;
}

int gpio_set(struct gpio *gpio, int line, bool active)
{
    return gpiod_line_set_value(gpio->lines[line], active) < 0 ? errno_or(-EIO) : 0;
}

int gpio_fd(const struct gpio *gpio)
{
    return gpio->epoll_fd;
}

/* Fills waits[line] when the line has an edge. 0 or a negative errno. */
static int fetch(struct gpio *gpio, int line)
{
    struct pollfd ready = {.fd = gpiod_line_event_get_fd(gpio->lines[line]), .events = POLLIN};
    struct gpiod_line_event event;

    if (poll(&ready, 1, 0) <= 0)
        return 0;
    errno = 0;
    if (gpiod_line_event_read(gpio->lines[line], &event) < 0)
        return errno == EAGAIN ? 0 : errno_or(-EIO);
    gpio->waiting[line] = true;
    gpio->waits[line] = (struct gpio_edge){.line = line,
                                           .active = event.event_type == GPIOD_LINE_EVENT_RISING_EDGE,
                                           .stamp_ns = event.ts.tv_sec * NS_PER_S + event.ts.tv_nsec};
    return 0;
}

int gpio_next_edge(struct gpio *gpio, struct gpio_edge *ret_edge)
{
    int first = -1;

    for (int line = 0; line < gpio->n; line++) {
        int r = gpio->uses[line] == GPIO_EDGES && !gpio->waiting[line] ? fetch(gpio, line) : 0;

        if (r < 0)
            return r;
        if (gpio->waiting[line] && (first < 0 || gpio->waits[line].stamp_ns < gpio->waits[first].stamp_ns))
            first = line;
    }
    if (first < 0)
        return 0;
    gpio->waiting[first] = false;
    *ret_edge = gpio->waits[first];
    return 1;
}

void gpio_close(struct gpio *gpio)
{
    if (!gpio)
        return;
    for (int line = 0; line < gpio->n; line++)
        if (gpio->uses[line] == GPIO_OUT)
            (void)gpiod_line_set_value(gpio->lines[line], 0); /* nothing can be done about a line that is gone */
    if (gpio->epoll_fd >= 0)
        close(gpio->epoll_fd);
    if (gpio->chip)
        gpiod_chip_close(gpio->chip); /* gives its lines back */
    free(gpio);
}
