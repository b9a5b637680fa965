/* SPDX-License-Identifier: MIT */
/* The HX711's reader on the model, and what it gave. */
#ifndef GYMSTATION_TESTS_HX711_RUN_H
#define GYMSTATION_TESTS_HX711_RUN_H

#include "check.h"
#include "hx711_model.h"

#define RUN_80_NS (12500 * NS_PER_MS / 1000)
#define RUN_10_NS (100 * NS_PER_MS)

struct run {
    struct model model;
    struct sensor sensor;
    struct sensor_driver *driver;
    uint64_t numbers, wrong, stamps_back;
    int64_t off_max; /* of those that are wrong, in counts */
    int64_t last_stamp_ns, gap_ns;
    uint64_t troubles[TROUBLE_COUNT];
    unsigned faults; /* that stand */
    int raises;
    int64_t raised_ns[FAULT_COUNT], cleared_ns[FAULT_COUNT], last_number_ns;
};

static inline void run_give(void *to, const struct input *input)
{
    struct run *run = to;

    if (input->kind == INPUT_TROUBLE) {
        run->troubles[input->u.trouble]++;
    } else if (input->kind == INPUT_FAULT) {
        unsigned bit = 1u << input->u.fault.fault;

        run->faults = input->u.fault.raised ? run->faults | bit : run->faults & ~bit;
        run->raises += input->u.fault.raised;
        (input->u.fault.raised ? run->raised_ns : run->cleared_ns)[input->u.fault.fault] = input->stamp_ns;
    } else {
        int64_t off = model_truth(&run->model, input->stamp_ns) - input->u.force.raw;

        run->wrong += off != 0;
        run->off_max = off > run->off_max ? off : -off > run->off_max ? -off : run->off_max;
        run->stamps_back += input->stamp_ns <= run->last_stamp_ns;
        if (run->numbers++ > 0 && input->stamp_ns - run->last_stamp_ns > run->gap_ns)
            run->gap_ns = input->stamp_ns - run->last_stamp_ns;
        run->last_stamp_ns = input->stamp_ns;
        run->last_number_ns = run->model.now_ns;
    }
}

/* period_ns: the chip's; nominal_ns: what the configuration says. */
static inline void run_open(struct run *run, uint64_t seed, int64_t period_ns, int64_t nominal_ns, int gain)
{
    const struct hx711_wire wire = model_wire(&run->model);

    *run = (struct run){.sensor = {.give = run_give, .to = run}};
    model_init(&run->model, seed, period_ns);
    assert_int_equal(hx711_open(&wire, gain, nominal_ns, &run->driver), 0);
    sensor_init(&run->sensor, nominal_ns, run->model.now_ns);
}

static inline void run_until(struct run *run, int64_t t_ns)
{
    while (run->model.now_ns < t_ns)
        sensor_run(&run->sensor, run->driver);
}

static inline void run_for(struct run *run, double s)
{
    run_until(run, run->model.now_ns + (int64_t)(s * 1e9));
}

static inline uint64_t run_count(const struct run *run, enum sensor_counter counter)
{
    return run->sensor.counters[counter];
}

static inline void run_close(struct run *run)
{
    run->driver->ops->close(run->driver);
}

#endif
