/* SPDX-License-Identifier: MIT */
/* A converter's driver on a virtual clock, and what it gave. For those whose chip the test plays itself. */
#ifndef GYMSTATION_TESTS_SENSOR_BENCH_H
#define GYMSTATION_TESTS_SENSOR_BENCH_H

#include "check.h"
#include "daemon/io/sensor/sensor.h"
#include "daemon/io/sensor/sensor_clock.h"

struct sensor_bench {
    int64_t now_ns;
    void (*slept)(void *chip, int64_t now_ns); /* the chip's side of time */
    void *chip;
    struct sensor sensor;
    struct sensor_driver *driver;
    uint64_t numbers;
    int32_t last, first;
    int64_t last_ns;
    unsigned faults;
    uint64_t troubles[TROUBLE_COUNT];
};

static inline int64_t sensor_bench_now(void *self)
{
    return ((struct sensor_bench *)self)->now_ns += 1000;
}

static inline void sensor_bench_sleep(void *self, int64_t t_ns)
{
    struct sensor_bench *run = self;

    if (t_ns > run->now_ns)
        run->now_ns = t_ns;
    run->now_ns += 50000;
    if (run->slept)
        run->slept(run->chip, run->now_ns);
}

static inline void sensor_bench_give(void *to, const struct input *input)
{
    struct sensor_bench *run = to;
    unsigned bit = input->kind == INPUT_FAULT ? 1u << input->u.fault.fault : 0;

    if (input->kind == INPUT_TROUBLE)
        run->troubles[input->u.trouble]++;
    else if (input->kind == INPUT_FAULT)
        run->faults = input->u.fault.raised ? run->faults | bit : run->faults & ~bit;
    else {
        assert_true(input->stamp_ns > run->last_ns);
        run->first = run->numbers++ ? run->first : input->u.force.raw;
        run->last = input->u.force.raw;
        run->last_ns = input->stamp_ns;
    }
}

static inline struct sensor_clock sensor_bench_clock(struct sensor_bench *run)
{
    return (struct sensor_clock){.now_ns = sensor_bench_now, .sleep_until = sensor_bench_sleep, .self = run};
}

static inline void sensor_bench_init(struct sensor_bench *run, int64_t nominal_ns)
{
    run->sensor.give = sensor_bench_give;
    run->sensor.to = run;
    sensor_init(&run->sensor, nominal_ns, run->now_ns);
}

/* Steps until s seconds have passed: how many it took. */
static inline int sensor_bench_for(struct sensor_bench *run, double s)
{
    int64_t end_ns = run->now_ns + (int64_t)(s * 1e9);
    int steps = 0;

    for (; run->now_ns < end_ns; steps++)
        sensor_run(&run->sensor, run->driver);
    return steps;
}

#endif
