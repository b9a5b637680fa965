/* SPDX-License-Identifier: MIT */
/* See sensor_clock.h. */
#include "daemon/io/sensor/sensor_clock.h"

#include <stddef.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

static int64_t real_now_ns(void *self)
{
    struct timespec now;

    (void)self;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void real_sleep_until(void *self, int64_t t_ns)
{
    const struct timespec until = {.tv_sec = t_ns / NS_PER_S, .tv_nsec = t_ns % NS_PER_S};

    (void)self;
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

const struct sensor_clock sensor_clock_real = {.now_ns = real_now_ns, .sleep_until = real_sleep_until, .self = NULL};
