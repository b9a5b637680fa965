/* SPDX-License-Identifier: MIT */
/* The sink of levels over the GPIO header; see gymstation/cue_gpio.h. */
#include "gymstation/cue_gpio.h"

#include <errno.h>
#include <stdlib.h>

#include "daemon/io/gpio/gpio.h"

struct cue_gpio {
    struct cue_sink sink; /* must be first */
    struct gpio *gpio;
    int lines;
    unsigned lit_by[CUE_OUTPUT_COUNT]; /* of each line: the outputs that switch it on */
    bool on[CUE_OUTPUT_COUNT];         /* of each line */
};

static int cue_gpio_set(struct cue_sink *sink, unsigned levels)
{
    struct cue_gpio *self = (struct cue_gpio *)sink;
    int r = 0;

    for (int line = 0; line < self->lines; line++) {
        bool on = (levels & self->lit_by[line]) != 0;
        int failed = on == self->on[line] ? 0 : gpio_set(self->gpio, line, on);

        if (failed < 0)
            r = failed; /* the other lines still get theirs */
        else
            self->on[line] = on;
    }
    return r;
}

static void cue_gpio_close(struct cue_sink *sink)
{
    struct cue_gpio *self = (struct cue_gpio *)sink;

    if (self == NULL)
        return;
    gpio_close(self->gpio); /* off first, as its header promises */
    free(self);
}

static const struct cue_ops ops = {.set = cue_gpio_set, .close = cue_gpio_close};

static bool given(const struct cue_gpio_setup *setup, enum cue_output output)
{
    return setup->line[output] != NULL && setup->line[output][0] != '\0';
}

/* A single buzzer plays both pitches; a single lamp is also the alert. */
static unsigned lit_by(const struct cue_gpio_setup *setup, enum cue_output output)
{
    static const enum cue_output twins[CUE_OUTPUT_COUNT] = {
        [CUE_LAMP] = CUE_ALERT,
        [CUE_ALERT] = CUE_LAMP,
        [CUE_BUZZER] = CUE_BUZZER_HIGH,
        [CUE_BUZZER_HIGH] = CUE_BUZZER,
    };

    return 1u << output | (given(setup, twins[output]) ? 0 : 1u << twins[output]);
}

int cue_gpio_open(struct cue_sink **ret_sink, const struct cue_gpio_setup *setup, struct refusal *ret_why)
{
    struct gpio_line lines[CUE_OUTPUT_COUNT] = {0};
    struct cue_gpio *self = calloc(1, sizeof(*self));
    int r = 0;

    if (self == NULL) {
        *ret_why = (struct refusal){.path = "cues", .reason = "out of memory"};
        return -ENOMEM;
    }
    for (int output = 0; output < CUE_OUTPUT_COUNT; output++) {
        if (!given(setup, (enum cue_output)output))
            continue;
        lines[self->lines] =
            (struct gpio_line){.name = setup->line[output], .use = GPIO_OUT, .active_low = setup->active_low};
        self->lit_by[self->lines++] = lit_by(setup, (enum cue_output)output);
    }
    if (self->lines > 0)
        r = gpio_open(&self->gpio, setup->chip, lines, self->lines, ret_why);
    if (r < 0 || self->lines == 0) {
        free(self);
        self = NULL;
    } else {
        self->sink.ops = &ops;
    }
    if (r == 0)
        *ret_sink = self ? &self->sink : NULL;
    return r;
}
