/* SPDX-License-Identifier: MIT */
/* Which converter; see gymstation/sensor.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/io/sensor/hx711.h"
#include "daemon/io/sensor/iio.h"
#include "daemon/io/sensor/nau7802.h"

static int refuse(struct refusal *why, const char *path, const char *reason, int r)
{
    snprintf(why->path, sizeof(why->path), "%s", path);
    snprintf(why->reason, sizeof(why->reason), "%s", reason);
    return r;
}

bool sensor_configured(const struct config *config, struct sensor_config *ret)
{
    struct config_source from;
    enum sensor_kind kind = SENSOR_HX711;

    config_source(config, &from);
    switch (from.kind) {
    case CONFIG_SOURCE_SIM:
    case CONFIG_SOURCE_TRACE: return false;
    case CONFIG_SOURCE_HX711: break;
    case CONFIG_SOURCE_IIO: kind = SENSOR_IIO; break;
    case CONFIG_SOURCE_NAU7802: kind = SENSOR_NAU7802; break;
    }
    *ret = (struct sensor_config){.kind = kind,
                                  .rate_sps = config->sensor.rate_sps,
                                  .gain = config->sensor.gain,
                                  .chip = config->sensor.chip,
                                  .dout = config->sensor.dout,
                                  .sck = config->sensor.sck,
                                  .iio_device = config->sensor.iio_device,
                                  .i2c_bus = config->sensor.i2c_bus};
    return true;
}

static int open_hx711(const struct sensor_config *config, int64_t nominal_ns, struct sensor_driver **ret_driver,
                      struct refusal *ret_why)
{
    struct hx711_wire wire;
    int r = hx711_gpio_open(config->chip, config->dout, config->sck, &wire, ret_why);

    if (r < 0)
        return r;
    r = hx711_open(&wire, config->gain, nominal_ns, ret_driver);
    return r < 0 ? refuse(ret_why, "sensor.gain", "an HX711 has 128, 64 and 32", r) : 0;
}

static int open_nau7802(const struct sensor_config *config, struct sensor_driver **ret_driver, struct refusal *ret_why)
{
    struct nau7802_bus bus;
    int r = nau7802_i2c_open(config->i2c_bus, &bus, ret_why);

    if (r < 0)
        return r;
    r = nau7802_open(&bus, config->gain, config->rate_sps, &sensor_clock_real, ret_driver);
    return r < 0 ? refuse(ret_why, "sensor.rate_sps",
                          "a NAU7802 has 10, 20, 40, 80 and 320, and gains that are powers of two", r)
                 : 0;
}

static int open_driver(const struct sensor_config *config, int64_t nominal_ns, struct sensor_driver **ret_driver,
                       struct refusal *ret_why)
{
    switch (config->kind) {
    case SENSOR_HX711: return open_hx711(config, nominal_ns, ret_driver, ret_why);
    case SENSOR_IIO:
        return iio_open("/sys/bus/iio/devices", config->iio_device, nominal_ns, &sensor_clock_real, ret_driver,
                        ret_why);
    case SENSOR_NAU7802: return open_nau7802(config, ret_driver, ret_why);
    }
    return -EINVAL;
}

int sensor_open(const struct sensor_config *config, int64_t mono_ns, struct source **ret_source,
                struct refusal *ret_why)
{
    int64_t nominal_ns = config->rate_sps > 0 ? NS_PER_S / config->rate_sps : 0;
    struct sensor_driver *driver;
    int r;

    if (nominal_ns == 0)
        return refuse(ret_why, "sensor.rate_sps", "is not a rate", -EINVAL);
    r = open_driver(config, nominal_ns, &driver, ret_why);
    if (r < 0)
        return r;
    r = sensor_start(driver, nominal_ns, mono_ns, ret_source);
    return r < 0 ? refuse(ret_why, "sensor.source", strerror(-r), r) : 0;
}
