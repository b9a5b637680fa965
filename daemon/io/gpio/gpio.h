/* SPDX-License-Identifier: MIT */
/*
 * Lines of the header, whichever libgpiod there is: gpio_gpiod1.c speaks 1.6, gpio_gpiod2.c speaks 2.x, gpio_chip.c finds
 * chip and lines for both. Used by the drivers over it (hx711, buttons, cue lights); no libgpiod type leaves those files.
 *
 * One request is a group of lines on one chip that one thread uses, held in the program's name (gymstationd, gymstationctl). Levels are logical: 1 is active, active_low
 * lines are turned round here.
 */
#ifndef GYMSTATION_DAEMON_IO_GPIO_H
#define GYMSTATION_DAEMON_IO_GPIO_H

#include "gymstation/prescription.h"

#define GPIO_LINES_MAX  16 /* of one request */
#define GPIO_EDGES_KEPT 16 /* at least, of each line by the kernel */

enum gpio_use {
    GPIO_IN,    /* level only: gpio_get() */
    GPIO_EDGES, /* level, and both edges with the kernel's stamp */
    GPIO_OUT,   /* starts inactive; left inactive at gpio_close() */
};

enum gpio_bias { GPIO_BIAS_OFF, GPIO_BIAS_UP, GPIO_BIAS_DOWN };

struct gpio_line {
    const char *name; /* decimal offset on the chip ("17": BCM 17), or a line's name ("GPIO17") */
    enum gpio_use use;
    enum gpio_bias bias; /* inputs */
    bool active_low;
};

struct gpio_edge {
    int line; /* index into the request's lines */
    bool active;
    int64_t stamp_ns; /* CLOCK_MONOTONIC, from the kernel's interrupt */
};

struct gpio;

/*
 * chip: a label ("pinctrl-bcm2711"), a path ("/dev/gpiochip0") or "": the first chip that has every line by name, and where
 * a line is given by its offset the header of whichever Raspberry Pi this is.
 * 0, or a negative errno with *ret_why (path: the line or the chip; reason: what is wrong and what to do): -ENOENT no such
 * chip or line, -EBUSY somebody else (named) has the line, -EACCES the group is missing.
 */
int gpio_open(struct gpio **ret_gpio, const char *chip, const struct gpio_line *lines, int n, struct refusal *ret_why);

int gpio_get(const struct gpio *gpio, int line);        /* 0, 1 or a negative errno */
int gpio_set(struct gpio *gpio, int line, bool active); /* 0 or a negative errno */

/* Readable when there may be an edge. One for the whole request. -1 where no line has GPIO_EDGES. */
int gpio_fd(const struct gpio *gpio);
/*
 * 1 and the next edge in *ret_edge, 0 when there is none, negative errno. Edges may have been lost (the kernel keeps
 * GPIO_EDGES_KEPT a line, with libgpiod 1.6 the oldest, and does not tell): after a 0 read the level of every line again.
 */
int gpio_next_edge(struct gpio *gpio, struct gpio_edge *ret_edge);

/* Drives outputs inactive, then gives the lines back. NULL is fine. */
void gpio_close(struct gpio *gpio);

#endif
