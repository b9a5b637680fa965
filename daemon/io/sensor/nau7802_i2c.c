/* SPDX-License-Identifier: MIT */
/* The NAU7802's registers over /dev/i2c-N; see nau7802.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "daemon/io/sensor/nau7802.h"

#define ADDRESS 0x2A

/* The fd travels as the bus's self. */
static int fd_of(void *self)
{
    return (int)(intptr_t)self;
}

static int transfer(void *self, struct i2c_msg *messages, unsigned n)
{
    struct i2c_rdwr_ioctl_data data = {.msgs = messages, .nmsgs = n};

    return ioctl(fd_of(self), I2C_RDWR, &data) < 0 ? -errno : 0;
}

static int bus_read(void *self, uint8_t reg, uint8_t *ret, int n)
{
    struct i2c_msg messages[] = {{.addr = ADDRESS, .len = 1, .buf = &reg},
                                 {.addr = ADDRESS, .flags = I2C_M_RD, .len = (uint16_t)n, .buf = ret}};

    return transfer(self, messages, 2);
}

static int bus_write(void *self, uint8_t reg, uint8_t value)
{
    uint8_t bytes[] = {reg, value};
    struct i2c_msg message = {.addr = ADDRESS, .len = sizeof(bytes), .buf = bytes};

    return transfer(self, &message, 1);
}

static void bus_close(void *self)
{
    close(fd_of(self));
}

int nau7802_i2c_open(const char *path, struct nau7802_bus *ret_bus, struct refusal *ret_why)
{
    unsigned long can = 0;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    int r = fd < 0 ? -errno : 0;

    if (r == 0 && (ioctl(fd, I2C_FUNCS, &can) < 0 || !(can & I2C_FUNC_I2C))) {
        r = -ENOTSUP;
        close(fd);
    }
    if (r < 0) {
        snprintf(ret_why->path, sizeof(ret_why->path), "%s", path);
        snprintf(ret_why->reason, sizeof(ret_why->reason),
                 "no I2C bus to use: %s; switch I2C on (dtparam=i2c_arm=on) and let the user into the group i2c",
                 strerror(-r));
        return r;
    }
    *ret_bus =
        (struct nau7802_bus){.read = bus_read, .write = bus_write, .close = bus_close, .self = (void *)(intptr_t)fd};
    return 0;
}
