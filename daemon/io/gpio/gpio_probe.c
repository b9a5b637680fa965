/* SPDX-License-Identifier: MIT */
/* What the kernel says of its GPIO chips; see gpio_chip.h. Needs Linux 5.10 (GPIO_V2_GET_LINEINFO). */
#include "daemon/io/gpio/gpio_chip.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBERS_MAX 64 /* gpiochip0..63: fifteen is the highest seen */

static int probe_paths(char ret[GPIO_CHIPS_MAX][GPIO_PATH_LEN])
{
    struct stat stat;
    int n = 0;

    for (int number = 0; number < NUMBERS_MAX && n < GPIO_CHIPS_MAX; number++) {
        snprintf(ret[n], GPIO_PATH_LEN, "/dev/gpiochip%d", number);
        if (lstat(ret[n], &stat) == 0 && S_ISCHR(stat.st_mode))
            n++;
    }
    return n;
}

static int ask(const char *path, unsigned long request, void *argument)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    int r;

    if (fd < 0)
        return -errno;
    r = ioctl(fd, request, argument) < 0 ? -errno : 0;
    close(fd);
    return r;
}

static int probe_chip(const char *path, struct gpio_chip_seen *ret)
{
    struct gpiochip_info info = {0};
    int r = ask(path, GPIO_GET_CHIPINFO_IOCTL, &info);

    if (r < 0)
        return r;
    snprintf(ret->label, sizeof(ret->label), "%s", info.label);
    ret->lines = info.lines;
    return 0;
}

static int probe_line(const char *path, unsigned offset, struct gpio_line_seen *ret)
{
    struct gpio_v2_line_info info = {.offset = offset};
    int r = ask(path, GPIO_V2_GET_LINEINFO_IOCTL, &info);

    if (r < 0)
        return r;
    snprintf(ret->name, sizeof(ret->name), "%s", info.name);
    snprintf(ret->consumer, sizeof(ret->consumer), "%s", info.consumer);
    ret->used = (info.flags & GPIO_V2_LINE_FLAG_USED) != 0;
    return 0;
}

const struct gpio_prober gpio_kernel = {.paths = probe_paths, .chip = probe_chip, .line = probe_line};
