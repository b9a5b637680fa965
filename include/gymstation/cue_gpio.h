/* SPDX-License-Identifier: MIT */
/* Lamps and buzzers on GPIO lines. Opened and used from the loop. */
#ifndef GYMSTATION_CUE_GPIO_H
#define GYMSTATION_CUE_GPIO_H

#include "gymstation/cue.h"

struct cue_gpio_setup {
    const char *chip; /* label, path, or "": by the lines' names */
    const char
        *line[CUE_OUTPUT_COUNT]; /* offset or name; "": there is none. A buzzer without its twin plays both pitches */
    bool active_low;
};

/* 0 with *ret_sink, NULL when no line is given. Negative errno with *ret_why: see gpio.h. Everything is off at first. */
int cue_gpio_open(struct cue_sink **ret_sink, const struct cue_gpio_setup *setup, struct refusal *ret_why);

#endif
