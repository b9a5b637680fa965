/* SPDX-License-Identifier: MIT */
/*
 * Between the readers (hx711, iio, nau7802) and the core: a reader says what it saw, the health machine decides, and what is
 * to be told is given as inputs. One thread; no clock, no memory, no lock of its own.
 */
#ifndef GYMSTATION_DAEMON_IO_SENSOR_H
#define GYMSTATION_DAEMON_IO_SENSOR_H

#include <stdatomic.h>

#include "daemon/io/sensor/converter_health.h"
#include "gymstation/sensor.h"

struct sensor {
    struct converter_health health;
    int64_t nominal_ns; /* period that the configuration promises */
    int64_t given_ns;   /* stamp of the last number, or ABSENT */
    int64_t settled_ns; /* what became ready before is not settled */
    bool reset_due;
    _Atomic uint64_t counters[SENSOR_COUNTER_COUNT]; /* written by the reader's thread, read by any */
    void (*give)(void *to, const struct input *input);
    void *to;
};

/*
 * A converter's reader. step() waits for the next conversion, until sensor_deadline_ns() or for 100 ms at most, reports what it
 * saw, and returns the time; reset() pulses the chip's reset. Both in the sensor's thread, never with an error: that is
 * sensor_reject().
 */
struct sensor_driver {
    const struct sensor_driver_ops *ops;
    /* each driver embeds this as its first member */
};

struct sensor_driver_ops {
    int64_t (*step)(struct sensor_driver *driver, struct sensor *sensor);
    void (*reset)(struct sensor_driver *driver, struct sensor *sensor);
    void (*close)(struct sensor_driver *driver);
};

void sensor_init(struct sensor *sensor, int64_t nominal_ns, int64_t now_ns);

/* One step, the deadlines that it passed, and the reset that may follow. */
void sensor_run(struct sensor *sensor, struct sensor_driver *driver);

/* What readers report. clean: the conversion was seen to become ready, and nothing about the read is in doubt. */
void sensor_code(struct sensor *sensor, int32_t raw, int64_t stamp_ns, bool clean, int64_t now_ns);
void sensor_reject(struct sensor *sensor, enum sensor_counter reason, int64_t now_ns);
void sensor_noticed_reset(struct sensor *sensor, int64_t now_ns);
/* A chip that is silent while it settles: whatever resets it, of what comes from then on one conversion is dropped. */
void sensor_settles(struct sensor *sensor, int64_t until_ns);
void sensor_want_reset(struct sensor *sensor, int64_t now_ns); /* the reader has lost step with the chip */
void sensor_period(struct sensor *sensor, int64_t period_ns, int64_t now_ns); /* measured */
void sensor_count(struct sensor *sensor, enum sensor_counter counter);
int64_t sensor_deadline_ns(const struct sensor *sensor);

/*
 * Puts the driver behind a thread and a queue; takes the driver, also on failure. SCHED_FIFO and locked memory where they are
 * permitted.
 */
int sensor_start(struct sensor_driver *driver, int64_t nominal_ns, int64_t mono_ns, struct source **ret_source);

#endif
