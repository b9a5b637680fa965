/* SPDX-License-Identifier: MIT */
/*
 * GPIO lines over libgpiod 2.x (Debian 13, Raspberry Pi OS Trixie); see gpio.h. One request and one event fd for all
 * lines, edges in order. The kernel's debounce is not used: it stamps an edge when the line has settled, not when the
 * finger came down.
 */
#include "daemon/io/gpio/gpio.h"

#include <errno.h>
#include <gpiod.h>
#include <stdlib.h>

#include "daemon/io/gpio/gpio_chip.h"

#define KERNEL_EDGES 256 /* wished-for room in the kernel: a stalled loop must not lose a press */
#define EDGES_READ   16

struct gpio {
    struct gpiod_line_request *request;
    struct gpiod_edge_event_buffer *edges;
    unsigned long next, read; /* edges[next..read) have been read and not yet given */
    int n, fd;
    bool has_edges;
    unsigned offsets[GPIO_LINES_MAX];
    enum gpio_use uses[GPIO_LINES_MAX];
};

static int errno_or(int fallback)
{
    return errno > 0 ? -errno : fallback;
}

static enum gpiod_line_bias bias_of(enum gpio_bias bias)
{
    switch (bias) {
    case GPIO_BIAS_OFF: return GPIOD_LINE_BIAS_DISABLED;
    case GPIO_BIAS_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case GPIO_BIAS_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    }
    return GPIOD_LINE_BIAS_AS_IS;
}

static int settle(struct gpiod_line_settings *settings, const struct gpio_line *line)
{
    int r = 0;

    gpiod_line_settings_set_active_low(settings, line->active_low);
    if (line->use == GPIO_OUT)
        return gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT) |
               gpiod_line_settings_set_output_value(settings, GPIOD_LINE_VALUE_INACTIVE);
    r = gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT) |
        gpiod_line_settings_set_bias(settings, bias_of(line->bias));
    if (line->use == GPIO_EDGES)
        r |= gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH) |
             gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC);
    return r;
}

/* 0 or a negative errno; *ret_line: the line at which it ended. */
static int add_lines(struct gpiod_line_config *config, const struct gpio_found *found, const struct gpio_line *lines,
                     int n, int *ret_line)
{
    int r = 0;

    for (int line = 0; line < n && r == 0; line++) {
        struct gpiod_line_settings *settings = gpiod_line_settings_new();

        *ret_line = line;
        errno = 0;
        if (!settings || settle(settings, &lines[line]) < 0 ||
            gpiod_line_config_add_line_settings(config, &found->offsets[line], 1, settings) < 0)
            r = errno_or(-EINVAL);
        gpiod_line_settings_free(settings);
    }
    return r;
}

static int request(struct gpio *gpio, const struct gpio_found *found, struct gpiod_line_config *lines)
{
    struct gpiod_request_config *config = gpiod_request_config_new();
    struct gpiod_chip *chip;
    int r = 0;

    errno = 0;
    chip = config ? gpiod_chip_open(found->path) : NULL;
    if (!chip) {
        gpiod_request_config_free(config);
        return errno_or(-ENOMEM);
    }
    gpiod_request_config_set_consumer(config, program_invocation_short_name);
    gpiod_request_config_set_event_buffer_size(config, KERNEL_EDGES);
    gpio->request = gpiod_chip_request_lines(chip, config, lines);
    if (!gpio->request)
        r = errno_or(-EIO);
    gpiod_chip_close(chip); /* a request lives on without its chip */
    gpiod_request_config_free(config);
    return r;
}

/* The library does not say which of several lines is taken: the first that somebody uses. */
static int taken_line(const struct gpio_found *found, int n)
{
    struct gpio_line_seen seen;

    for (int line = 0; line < n; line++)
        if (gpio_kernel.line(found->path, found->offsets[line], &seen) == 0 && seen.used)
            return line;
    return 0;
}

static int ask(struct gpio *gpio, const struct gpio_found *found, const struct gpio_line *lines, int n, int *ret_line)
{
    struct gpiod_line_config *config = gpiod_line_config_new();
    int r = config ? add_lines(config, found, lines, n, ret_line) : -ENOMEM;

    if (r == 0) {
        r = request(gpio, found, config);
        *ret_line = r == -EBUSY ? taken_line(found, n) : 0;
    }
    gpiod_line_config_free(config);
    gpio->edges = r == 0 ? gpiod_edge_event_buffer_new(EDGES_READ) : NULL;
    return r == 0 && !gpio->edges ? -ENOMEM : r;
}

int gpio_open(struct gpio **ret_gpio, const char *chip, const struct gpio_line *lines, int n, struct refusal *ret_why)
{
    struct gpio_found found;
    struct gpio *gpio;
    int line = 0, r = gpio_find(&gpio_kernel, chip, lines, n, &found, ret_why);

    if (r < 0)
        return r;
    gpio = calloc(1, sizeof(*gpio));
    if (!gpio)
        return gpio_refused(&gpio_kernel, &found, lines, 0, -ENOMEM, ret_why);
    r = ask(gpio, &found, lines, n, &line);
    if (r < 0) {
        gpio_refused(&gpio_kernel, &found, lines, line, r, ret_why);
        gpio_close(gpio);
        return r;
    }
    gpio->n = n;
    for (int i = 0; i < n; i++) {
        gpio->offsets[i] = found.offsets[i];
        gpio->uses[i] = lines[i].use;
        gpio->has_edges |= lines[i].use == GPIO_EDGES;
    }
    gpio->fd = gpiod_line_request_get_fd(gpio->request);
    *ret_gpio = gpio;
    return 0;
}

int gpio_get(const struct gpio *gpio, int line)
{
    switch (gpiod_line_request_get_value(gpio->request, gpio->offsets[line])) {
    case GPIOD_LINE_VALUE_ERROR: break;
    case GPIOD_LINE_VALUE_INACTIVE: return 0;
    case GPIOD_LINE_VALUE_ACTIVE: return 1;
    }
    return errno_or(-EIO);
}

int gpio_set(struct gpio *gpio, int line, bool active)
{
    enum gpiod_line_value value = active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;

    return gpiod_line_request_set_value(gpio->request, gpio->offsets[line], value) < 0 ? errno_or(-EIO) : 0;
}

int gpio_fd(const struct gpio *gpio)
{
    return gpio->has_edges ? gpio->fd : -1;
}

static int line_at(const struct gpio *gpio, unsigned offset)
{
    for (int line = 0; line < gpio->n; line++)
        if (gpio->offsets[line] == offset)
            return line;
    return -1;
}

static int fetch(struct gpio *gpio)
{
    int n = gpiod_line_request_wait_edge_events(gpio->request, 0);

    gpio->next = gpio->read = 0;
    if (n > 0)
        n = gpiod_line_request_read_edge_events(gpio->request, gpio->edges, EDGES_READ);
    if (n < 0)
        return errno_or(-EIO);
    gpio->read = (unsigned long)n;
    return 0;
}

int gpio_next_edge(struct gpio *gpio, struct gpio_edge *ret_edge)
{
    struct gpiod_edge_event *edge;
    int r = gpio->has_edges && gpio->next == gpio->read ? fetch(gpio) : 0;

    if (r < 0 || gpio->next == gpio->read)
        return r;
    edge = gpiod_edge_event_buffer_get_event(gpio->edges, gpio->next++);
    *ret_edge = (struct gpio_edge){.line = line_at(gpio, gpiod_edge_event_get_line_offset(edge)),
                                   .active = gpiod_edge_event_get_event_type(edge) == GPIOD_EDGE_EVENT_RISING_EDGE,
                                   .stamp_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(edge)};
    return 1;
}

void gpio_close(struct gpio *gpio)
{
    if (!gpio)
        return;
    for (int line = 0; line < gpio->n; line++)
        if (gpio->uses[line] == GPIO_OUT)
            (void)gpio_set(gpio, line, false); /* nothing can be done about a line that is gone */
    if (gpio->request)
        gpiod_line_request_release(gpio->request);
    gpiod_edge_event_buffer_free(gpio->edges);
    free(gpio);
}
