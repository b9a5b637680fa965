/* SPDX-License-Identifier: MIT */
/* The clock that readers of converters sleep by: CLOCK_MONOTONIC, or a test's. */
#ifndef GYMSTATION_DAEMON_IO_SENSOR_CLOCK_H
#define GYMSTATION_DAEMON_IO_SENSOR_CLOCK_H

#include <stdint.h>

struct sensor_clock {
    int64_t (*now_ns)(void *self);
    void (*sleep_until)(void *self, int64_t t_ns); /* may wake early */
    void *self;
};

extern const struct sensor_clock sensor_clock_real;

#endif
