/* SPDX-License-Identifier: MIT */
/* Which converter; see gymstation/sensor.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/io/hx711.h"

static int refuse(struct refusal *why, const char *path, const char *reason, int r)
{
    snprintf(why->path, sizeof(why->path), "%s", path);
    snprintf(why->reason, sizeof(why->reason), "%s", reason);
    return r;
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

static int open_driver(const struct sensor_config *config, int64_t nominal_ns, struct sensor_driver **ret_driver,
                       struct refusal *ret_why)
{
    switch (config->kind) {
    case SENSOR_HX711: return open_hx711(config, nominal_ns, ret_driver, ret_why);
    case SENSOR_IIO:
    case SENSOR_NAU7802: break;
    }
    return refuse(ret_why, "sensor.source", "is not built in", -EOPNOTSUPP);
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
