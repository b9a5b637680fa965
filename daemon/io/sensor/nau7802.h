/* SPDX-License-Identifier: MIT */
/*
 * NAU7802 on I2C (datasheet rev. 1.7): the converter to recommend, since a master that is interrupted only makes the bus wait.
 * Its three bytes are read in one burst, so that they belong to one conversion, and its analogue front end is calibrated
 * after every change of gain, rate or channel.
 */
#ifndef GYMSTATION_DAEMON_IO_NAU7802_H
#define GYMSTATION_DAEMON_IO_NAU7802_H

#include "daemon/io/sensor/sensor.h"
#include "daemon/io/sensor/sensor_clock.h"

/* Registers of the chip on its bus, or of a test's. 0 or a negative errno. */
struct nau7802_bus {
    int (*read)(void *self, uint8_t reg, uint8_t *ret, int n); /* n registers from reg on, in one transfer */
    int (*write)(void *self, uint8_t reg, uint8_t value);
    void (*close)(void *self);
    void *self;
};

/* gain 1, 2 .. 128; rate 10, 20, 40, 80 or 320. The bus is the driver's from here on, also on failure. */
int nau7802_open(const struct nau7802_bus *bus, int gain, int rate_sps, const struct sensor_clock *clock,
                 struct sensor_driver **ret_driver);

/* nau7802_i2c.c: /dev/i2c-N, address 0x2A. */
int nau7802_i2c_open(const char *path, struct nau7802_bus *ret_bus, struct refusal *ret_why);

#endif
