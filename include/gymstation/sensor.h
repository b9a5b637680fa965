/* SPDX-License-Identifier: MIT */
/*
 * The load cell's converter as a source: an HX711 on two GPIO lines, a driver of the kernel (IIO), a NAU7802 on I2C. Each is
 * read by a real-time thread of its own; samples come as INPUT_FORCE with raw counts, trouble as INPUT_TROUBLE and
 * INPUT_FAULT. Opened by the app, and by tools that look at the cell while no daemon has it. Calls from one thread.
 */
#ifndef GYMSTATION_SENSOR_H
#define GYMSTATION_SENSOR_H

#include "gymstation/config.h"
#include "gymstation/source.h"

enum sensor_kind { SENSOR_HX711, SENSOR_IIO, SENSOR_NAU7802 };

struct sensor_config {
    enum sensor_kind kind;
    int32_t rate_sps;       /* what the RATE strap is set to; 20 % off is FAULT_SENSOR_RATE */
    int32_t gain;           /* 128 or 64: channel A; 32: channel B (HX711). NAU7802: 1, 2, 4 .. 128 */
    const char *chip;       /* HX711: see gpio_open() in daemon/io/gpio/gpio.h; "": find it */
    const char *dout, *sck; /* HX711: line offset or name */
    const char *iio_device; /* IIO: directory of the device; "": the first one called hx711 or nau7802 */
    const char *i2c_bus;    /* NAU7802: "/dev/i2c-1" */
};

/* The converter that the configuration names; false where its source is none (sim, trace). Texts stay the configuration's. */
bool sensor_configured(const struct config *config, struct sensor_config *ret);

/* What the reader has counted since it was opened. */
enum sensor_counter {
    SENSOR_GOOD,          /* numbers given */
    SENSOR_SUSPECT,       /* held back: the clock may have been high for too long */
    SENSOR_SUSPECT_TAKEN, /* of those: no reset followed, given with their own time */
    SENSOR_REJECTED_TAIL, /* DOUT low after the last pulse: nobody is there, or out of step */
    SENSOR_REJECTED_GAIN, /* a gain bit read 0 */
    SENSOR_REJECTED_SPAN, /* the read took so long that the next conversion may have overtaken it */
    SENSOR_REJECTED_IO,   /* the line, the file or the bus answered with an error */
    SENSOR_UNPROVED, /* dropped: what came next was no answer of a chip, so the line may have been cut in the middle */
    SENSOR_FLIPPED, /* dropped: stands out from both of its neighbours as no force does; a contact opened in mid-read */
    SENSOR_SETTLING,       /* dropped while the converter settles */
    SENSOR_SAME,           /* dropped: the third of equal codes and on */
    SENSOR_SATURATED,      /* at the end of the range */
    SENSOR_LATE,           /* pauses of more than 2.5 periods */
    SENSOR_RESETS_NOTICED, /* the chip reset itself */
    SENSOR_RESETS_GIVEN,   /* the reader reset it */
    SENSOR_OVERSLEPT,      /* the conversion was there before the reader came */
    SENSOR_LOST,           /* numbers that found the queue full: the loop stood still */
    SENSOR_GAP_MAX_US,     /* longest time between two numbers */
    SENSOR_PERIOD_US,      /* measured, now */
    SENSOR_CPU_US,         /* the thread's processor time */
    SENSOR_COUNTER_COUNT
};

/*
 * 0, or a negative errno with *ret_why (path: the line, file or key; reason: what is wrong and what to do). Never fails for a
 * converter that does not answer: that is FAULT_SENSOR_DEAD, and it may be plugged in later.
 */
int sensor_open(const struct sensor_config *config, int64_t mono_ns, struct source **ret_source,
                struct refusal *ret_why);

/* Of a source that sensor_open() gave. */
void sensor_counters(const struct source *source, uint64_t ret[SENSOR_COUNTER_COUNT]);
bool sensor_realtime(const struct source *source); /* SCHED_FIFO was permitted */
bool sensor_locked(const struct source *source);   /* the memory could be locked */

const char *sensor_counter_str(enum sensor_counter counter); /* "sensor_good" */

#endif
