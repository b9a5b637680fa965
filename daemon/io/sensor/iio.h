/* SPDX-License-Identifier: MIT */
/*
 * A converter behind a driver of the kernel: hx711 or nau7802 (Debian's kernels have both, Raspberry Pi OS has neither). Each
 * read of in_voltage0_raw waits for a conversion in the kernel, and is stamped when it returns: up to 10 ms late with the
 * kernel's hx711, which looks that often. Reading the chip ourselves is better timed.
 */
#ifndef GYMSTATION_DAEMON_IO_IIO_H
#define GYMSTATION_DAEMON_IO_IIO_H

#include "daemon/io/sensor/sensor.h"
#include "daemon/io/sensor/sensor_clock.h"

/* device: directory of the device; "": the first under root (/sys/bus/iio/devices) that is an hx711 or a nau7802. */
int iio_open(const char *root, const char *device, int64_t nominal_ns, const struct sensor_clock *clock,
             struct sensor_driver **ret_driver, struct refusal *ret_why);

#endif
