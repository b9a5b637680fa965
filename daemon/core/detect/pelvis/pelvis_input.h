/* SPDX-License-Identifier: MIT */
/*
 * Which samples a bridge or thrust goes by: the middle one of the last three, which takes spikes out and is one sample late.
 * Where samples are far apart that is too late: there it is the newest one, and the middle one only in place of a spike,
 * which is where no body is from one sample to the next. A median of means over 0.4 s would fill the pause on the floor, too.
 */
#ifndef GYMSTATION_CORE_PELVIS_INPUT_H
#define GYMSTATION_CORE_PELVIS_INPUT_H

#include "daemon/core/detect/live.h"

#define PELVIS_INPUT_MAX 2
#define PELVIS_SLOW_NS   (60 * NS_PER_MS) /* between samples: the pause on the floor may be as short as two of them */
#define PELVIS_SPIKE_MN  400000 /* who steps on at once moves a mean of four periods by a quarter of what they weigh */

struct pelvis_input {
    struct live_median median;
    int64_t last_ns;     /* of the last sample as it came, or ABSENT */
    struct sample taken; /* the last one that was; t_ns ABSENT: none */
    bool apart, slow;    /* samples are far apart: the last two; the last three */
};

void pelvis_input_begin(struct pelvis_input *input);
/* Writes those to be taken now, in the order of their stamps, returns how many. */
int pelvis_input(struct pelvis_input *input, const struct sample *sample, struct sample ret[PELVIS_INPUT_MAX]);

#endif
