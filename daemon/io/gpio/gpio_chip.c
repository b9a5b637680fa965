/* SPDX-License-Identifier: MIT */
/* From what the configuration says to a chip's path and offsets; see gpio_chip.h. */
#include "daemon/io/gpio/gpio_chip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Never by number: the header's chip has been gpiochip0, 4 and 11..15 on a Pi 5. Line offset = BCM number on all. */
static const char *const header_labels[] = {
    "pinctrl-rp1",     /* Pi 5 */
    "pinctrl-bcm2711", /* Pi 4 */
    "pinctrl-bcm2835", /* Pi 3, Zero 2 W */
};

struct search {
    const struct gpio_prober *prober;
    char paths[GPIO_CHIPS_MAX][GPIO_PATH_LEN];
    struct gpio_chip_seen chips[GPIO_CHIPS_MAX];
    int n;
    bool denied;    /* a chip that could be the one may not be opened */
    char there[72]; /* labels, for the message; cut */
};

/* The number a line's name is, or -1. */
static long decimal(const char *name)
{
    char *rest;
    long number;

    if (name[0] < '0' || name[0] > '9')
        return -1;
    number = strtol(name, &rest, 10);
    return *rest == '\0' && number <= 1000000 ? number : -1;
}

static void look(struct search *search)
{
    char paths[GPIO_CHIPS_MAX][GPIO_PATH_LEN];
    int n = search->prober->paths(paths);
    size_t used = 0;

    for (int i = 0; i < n; i++) {
        struct gpio_chip_seen *chip = &search->chips[search->n];
        int r = search->prober->chip(paths[i], chip);

        if (r == -EACCES || r == -EPERM)
            search->denied = true;
        if (r < 0)
            continue;
        memcpy(search->paths[search->n++], paths[i], GPIO_PATH_LEN);
        if (used < sizeof(search->there))
            used += (size_t)snprintf(search->there + used, sizeof(search->there) - used, "%s%s", used ? ", " : "",
                                     chip->label);
    }
}

static int refuse(struct refusal *why, const char *path, const char *reason, int r)
{
    snprintf(why->path, sizeof(why->path), "%s", path);
    snprintf(why->reason, sizeof(why->reason), "%s", reason);
    return r;
}

static int refuse_chip(const struct search *search, const char *chip, struct refusal *why)
{
    char reason[REASON_TEXT_LEN];

    if (search->denied)
        return refuse(why, chip[0] ? chip : "/dev/gpiochip*",
                      "may not be opened: let the daemon's user into the group gpio, and the unit see char-gpiochip",
                      -EACCES);
    if (search->n == 0)
        return refuse(why, chip[0] ? chip : "/dev/gpiochip*",
                      "this machine has no GPIO chip; on a Raspberry Pi give the label, such as pinctrl-bcm2711",
                      -ENOENT);
    snprintf(reason, sizeof(reason), "no GPIO chip has %s; there are: %s",
             chip[0] ? "this label" : "all of the lines, and none is a Raspberry Pi's header", search->there);
    return refuse(why, chip[0] ? chip : "GPIO", reason, -ENOENT);
}

/* Offset of the line on chip i, or -1. */
static long offset_of(const struct search *search, int i, const char *name)
{
    long number = decimal(name);
    struct gpio_line_seen seen;

    if (number >= 0)
        return number < (long)search->chips[i].lines ? number : -1;
    for (unsigned offset = 0; offset < search->chips[i].lines; offset++)
        if (search->prober->line(search->paths[i], offset, &seen) == 0 && strcmp(seen.name, name) == 0)
            return (long)offset;
    return -1;
}

/* Index of the line that chip i has not, or -1 when it has all. */
static int missing_line(const struct search *search, int i, const struct gpio_line *lines, int n, unsigned *ret_offsets)
{
    for (int line = 0; line < n; line++) {
        long offset = offset_of(search, i, lines[line].name);

        if (offset < 0)
            return line;
        ret_offsets[line] = (unsigned)offset;
    }
    return -1;
}

static bool is_header(const char *label)
{
    for (size_t i = 0; i < sizeof(header_labels) / sizeof(header_labels[0]); i++)
        if (strcmp(label, header_labels[i]) == 0)
            return true;
    return false;
}

static bool all_named(const struct gpio_line *lines, int n)
{
    for (int line = 0; line < n; line++)
        if (decimal(lines[line].name) >= 0)
            return false;
    return true;
}

/* The chip that is meant: its index, or -1. Without a chip, numbers mean the header and names whoever has them all. */
static int pick(const struct search *search, const char *chip, const struct gpio_line *lines, int n)
{
    unsigned offsets[GPIO_LINES_MAX];

    for (int i = 0; i < search->n; i++) {
        bool is_it = chip[0]               ? strcmp(search->chips[i].label, chip) == 0
                     : all_named(lines, n) ? missing_line(search, i, lines, n, offsets) < 0
                                           : is_header(search->chips[i].label);

        if (is_it)
            return i;
    }
    return -1;
}

static int find_path(struct search *search, const char *path, struct refusal *why)
{
    int r = search->prober->chip(path, &search->chips[0]);
    char reason[REASON_TEXT_LEN];

    if (r == -EACCES || r == -EPERM)
        search->denied = true;
    if (search->denied)
        return refuse_chip(search, path, why);
    snprintf(reason, sizeof(reason), "is not a GPIO chip: %s", strerror(-r));
    if (r < 0)
        return refuse(why, path, reason, r);
    snprintf(search->paths[0], GPIO_PATH_LEN, "%s", path);
    search->n = 1;
    return 0;
}

int gpio_find(const struct gpio_prober *prober, const char *chip, const struct gpio_line *lines, int n,
              struct gpio_found *ret_found, struct refusal *ret_why)
{
    struct search search = {.prober = prober};
    struct gpio_found found;
    char reason[REASON_TEXT_LEN];
    int i = 0, r = 0, line;

    if (n < 1 || n > GPIO_LINES_MAX)
        return refuse(ret_why, "GPIO", "a request has 1..16 lines", -EINVAL);
    if (chip[0] == '/') {
        r = find_path(&search, chip, ret_why);
    } else {
        look(&search);
        i = pick(&search, chip, lines, n);
        r = i < 0 ? refuse_chip(&search, chip, ret_why) : 0;
    }
    if (r < 0)
        return r;
    line = missing_line(&search, i, lines, n, found.offsets);
    if (line >= 0) {
        snprintf(reason, sizeof(reason), "is no line of %s, which has %u: give an offset or a name that it has",
                 search.paths[i], search.chips[i].lines);
        return refuse(ret_why, lines[line].name, reason, -ENOENT);
    }
    memcpy(found.path, search.paths[i], sizeof(found.path));
    *ret_found = found;
    return 0;
}

int gpio_refused(const struct gpio_prober *prober, const struct gpio_found *found, const struct gpio_line *lines,
                 int line, int r, struct refusal *ret_why)
{
    struct gpio_line_seen seen = {0};
    char path[PATH_TEXT_LEN], reason[REASON_TEXT_LEN];

    snprintf(path, sizeof(path), "line %s of %s", lines[line].name, found->path);
    snprintf(reason, sizeof(reason), "cannot be had: %s", strerror(-r));
    if (r == -EBUSY && prober->line(found->path, found->offsets[line], &seen) == 0)
        snprintf(reason, sizeof(reason), "is in use by %s: take it away there, or choose another line",
                 seen.consumer[0] ? seen.consumer : "the kernel");
    return refuse(ret_why, path, reason, r);
}
