/* SPDX-License-Identifier: MIT */
/*
 * What the board says about itself, from sysfs: the daemon's health and gymstationctl doctor. Reads small files of the kernel,
 * which no disk delays. Any thread. sys: where sysfs is, "/sys", or what a test put there.
 */
#ifndef GYMSTATION_BOARD_H
#define GYMSTATION_BOARD_H

#include <stdint.h>

/* GYMSTATION_SYS, for tests, else "/sys". */
const char *board_sys(void);

/*
 * Is the supply too weak? 1, 0, or -1: this board does not say. Of the hwmon device rpi_volt (raspberrypi-hwmon): its
 * alarm also tells what was since the last look.
 */
int board_undervoltage(const char *sys);

/* Of the first thermal zone, thousandths of a degree Celsius; ABSENT: it does not say. */
int64_t board_temp_mc(const char *sys);

#endif
