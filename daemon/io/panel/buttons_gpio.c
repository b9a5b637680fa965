/* SPDX-License-Identifier: MIT */
/* Buttons over the GPIO header; see gymstation/buttons.h. */
#include "gymstation/buttons.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/io/gpio/gpio.h"

/*
 * A level may be seen before its edge is in the queue; an edge that takes longer than this is lost. Where the queue was
 * full that is known at once: to wait would let the bounce end with a level that is not so, as a press that is over, and
 * make the finger that is still there a second one.
 */
#define LOST_NS (5 * NS_PER_MS)

struct buttons {
    struct gpio *gpio;
    int lines;
    enum button button[BUTTON_COUNT]; /* of each line */
    bool level[BUTTON_COUNT];         /* of each line, as told so far */
    unsigned found_down;
    bool recheck;                     /* there were edges since all levels agreed with what was told */
    int64_t differs_ns[BUTTON_COUNT]; /* since when a line's level is not the one that was told; 0: it is */
    int drained[BUTTON_COUNT];        /* edges of a line since its level was read */
    int64_t last_ns[BUTTON_COUNT];    /* stamp of the last of them */
};

const char *button_pull_str(enum button_pull pull)
{
    switch (pull) {
    case PULL_OFF: return "off";
    case PULL_UP: return "up";
    case PULL_DOWN: return "down";
    case PULL_COUNT: break;
    }
    return NULL;
}

static enum gpio_bias bias_of(enum button_pull pull)
{
    switch (pull) {
    case PULL_UP: return GPIO_BIAS_UP;
    case PULL_DOWN: return GPIO_BIAS_DOWN;
    case PULL_OFF:
    case PULL_COUNT: break;
    }
    return GPIO_BIAS_OFF;
}

static int request(struct buttons *buttons, const struct buttons_setup *setup, struct refusal *ret_why)
{
    struct gpio_line lines[BUTTON_COUNT] = {0};

    for (int b = 0; b < BUTTON_COUNT; b++) {
        if (setup->line[b] == NULL || setup->line[b][0] == '\0')
            continue;
        lines[buttons->lines] = (struct gpio_line){
            .name = setup->line[b], .use = GPIO_EDGES, .bias = bias_of(setup->pull), .active_low = setup->active_low};
        buttons->button[buttons->lines++] = (enum button)b;
    }
    return buttons->lines > 0 ? gpio_open(&buttons->gpio, setup->chip, lines, buttons->lines, ret_why) : 0;
}

/* 0 or a negative errno with the line in *ret_why. */
static int look(struct buttons *buttons, struct refusal *ret_why)
{
    for (int line = 0; line < buttons->lines; line++) {
        int level = gpio_get(buttons->gpio, line);

        if (level < 0) {
            *ret_why = (struct refusal){.reason = "the level of this button's line cannot be read"};
            memcpy(ret_why->path, button_str(buttons->button[line]), strlen(button_str(buttons->button[line])) + 1);
            return level;
        }
        buttons->level[line] = level > 0;
        if (level > 0)
            buttons->found_down |= 1u << buttons->button[line];
    }
    return 0;
}

int buttons_open(struct buttons **ret_buttons, const struct buttons_setup *setup, struct refusal *ret_why)
{
    struct buttons *buttons = calloc(1, sizeof(*buttons));
    int r;

    if (buttons == NULL) {
        *ret_why = (struct refusal){.path = "buttons", .reason = "out of memory"};
        return -ENOMEM;
    }
    r = request(buttons, setup, ret_why);
    if (r == 0)
        r = look(buttons, ret_why);
    if (r < 0 || buttons->lines == 0) {
        buttons_close(buttons);
        buttons = NULL;
    }
    if (r == 0)
        *ret_buttons = buttons;
    return r;
}

unsigned buttons_found_down(const struct buttons *buttons)
{
    return buttons->found_down;
}

int buttons_fd(const struct buttons *buttons)
{
    return gpio_fd(buttons->gpio);
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void tell(struct buttons *buttons, int line, bool pressed, int64_t stamp_ns, struct button_edge *ret_edge)
{
    buttons->level[line] = pressed;
    buttons->differs_ns[line] = 0;
    *ret_edge = (struct button_edge){buttons->button[line], pressed, stamp_ns};
}

/*
 * The level behind a drained queue: 1 when its edge was lost. Out of a full queue, soon after the last that is in it; or
 * some time before now.
 */
static int reread(struct buttons *buttons, int line, int64_t at_ns, struct button_edge *ret_edge)
{
    bool full = buttons->drained[line] >= GPIO_EDGES_KEPT;
    int level = gpio_get(buttons->gpio, line);

    if (level < 0)
        return level;
    buttons->drained[line] = 0;
    if ((level > 0) == buttons->level[line]) {
        buttons->differs_ns[line] = 0;
        return 0;
    }
    buttons->recheck = true;
    if (buttons->differs_ns[line] == 0)
        buttons->differs_ns[line] = at_ns;
    if (!full && at_ns - buttons->differs_ns[line] < LOST_NS)
        return 0;
    tell(buttons, line, level > 0, full ? buttons->last_ns[line] : at_ns, ret_edge);
    return 1;
}

int buttons_next(struct buttons *buttons, struct button_edge *ret_edge)
{
    struct gpio_edge edge;
    int r = gpio_next_edge(buttons->gpio, &edge);

    if (r < 0)
        return r;
    if (r > 0) {
        buttons->recheck = true;
        buttons->drained[edge.line]++;
        buttons->last_ns[edge.line] = edge.stamp_ns;
        tell(buttons, edge.line, edge.active, edge.stamp_ns, ret_edge);
        return 1;
    }
    if (!buttons->recheck)
        return 0;
    buttons->recheck = false;
    int64_t at_ns = now_ns();
    for (int line = 0; line < buttons->lines && r == 0; line++)
        r = reread(buttons, line, at_ns, ret_edge);
    if (r > 0)
        buttons->recheck = true; /* not all have been looked at */
    return r;
}

void buttons_close(struct buttons *buttons)
{
    if (buttons == NULL)
        return;
    gpio_close(buttons->gpio);
    free(buttons);
}
