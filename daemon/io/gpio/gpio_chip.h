/* SPDX-License-Identifier: MIT */
/*
 * Which chip and which offsets a request means: for gpio_gpiod1.c and gpio_gpiod2.c, before they ask for the lines. The
 * same for both libraries, because the kernel is asked and not them. Any thread; nothing stays open.
 */
#ifndef GYMSTATION_DAEMON_IO_GPIO_CHIP_H
#define GYMSTATION_DAEMON_IO_GPIO_CHIP_H

#include "daemon/io/gpio/gpio.h"

#define GPIO_PATH_LEN  64
#define GPIO_NAME_LEN  32 /* as in <linux/gpio.h>, NUL included */
#define GPIO_CHIPS_MAX 32 /* a Pi 5 has up to 16 */

struct gpio_chip_seen {
    char label[GPIO_NAME_LEN];
    unsigned lines;
};

struct gpio_line_seen {
    char name[GPIO_NAME_LEN];     /* "": it has none */
    char consumer[GPIO_NAME_LEN]; /* "": unknown */
    bool used;
};

/* What there is. The kernel's answers, or a test's; 0 or a negative errno. */
struct gpio_prober {
    /* Paths of the chips, by number, without symlinks (Raspberry Pi OS links /dev/gpiochip4 to gpiochip0): how many. */
    int (*paths)(char ret[GPIO_CHIPS_MAX][GPIO_PATH_LEN]);
    int (*chip)(const char *path, struct gpio_chip_seen *ret);
    int (*line)(const char *path, unsigned offset, struct gpio_line_seen *ret);
};
extern const struct gpio_prober gpio_kernel; /* gpio_probe.c */

struct gpio_found {
    char path[GPIO_PATH_LEN];
    unsigned offsets[GPIO_LINES_MAX];
};

/* As gpio_open(); *ret_found is untouched on failure. */
int gpio_find(const struct gpio_prober *prober, const char *chip, const struct gpio_line *lines, int n,
              struct gpio_found *ret_found, struct refusal *ret_why);

/* Why a line that was found is not given: *ret_why for the errno r; returns r. */
int gpio_refused(const struct gpio_prober *prober, const struct gpio_found *found, const struct gpio_line *lines,
                 int line, int r, struct refusal *ret_why);

#endif
