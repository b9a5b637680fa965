/* SPDX-License-Identifier: MIT */
/* The HX711's wire on two lines of the header; see hx711.h. */
#include "daemon/io/gpio/gpio.h"
#include "daemon/io/sensor/hx711.h"
#include "daemon/io/sensor/sensor_clock.h"

enum { LINE_DOUT, LINE_SCK, LINES };

static int wire_clock(void *self, bool high)
{
    return gpio_set(self, LINE_SCK, high);
}

static int wire_data(void *self)
{
    return gpio_get(self, LINE_DOUT);
}

static void wire_close(void *self)
{
    gpio_close(self); /* leaves PD_SCK low: high would power the chip down */
}

int hx711_gpio_open(const char *chip, const char *dout, const char *sck, struct hx711_wire *ret_wire,
                    struct refusal *ret_why)
{
    /* Without bias, which the chip's output does not need, and with which a missing chip would look like a zero load. */
    const struct gpio_line lines[LINES] = {[LINE_DOUT] = {.name = dout, .use = GPIO_IN, .bias = GPIO_BIAS_OFF},
                                           [LINE_SCK] = {.name = sck, .use = GPIO_OUT}};
    struct gpio *gpio;
    int r = gpio_open(&gpio, chip, lines, LINES, ret_why);

    if (r < 0)
        return r;
    *ret_wire = (struct hx711_wire){.clock = wire_clock,
                                    .data = wire_data,
                                    .now_ns = sensor_clock_real.now_ns,
                                    .sleep_until = sensor_clock_real.sleep_until,
                                    .close = wire_close,
                                    .self = gpio};
    return 0;
}
