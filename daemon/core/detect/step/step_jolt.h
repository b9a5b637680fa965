/* SPDX-License-Identifier: MIT */
/*
 * What is too short to move a body: the tap of the trailing foot (50-80 ms), a kick (50 ms), a heel. Integrated as if the
 * body's weight did it, 20 kg for 50 ms would be 0.06 m/s on 80 kg, a third of the speed of a way down of 3 s.
 *
 * A jolt stands out to the same side from what was STEP_JOLT_NS before and what comes as long after, by more than
 * STEP_JOLT_PER_MILLE of body weight, and half of that for no longer than STEP_JOLT_WIDTH_NS (50 ms and the converter's
 * mean over 50 ms leave 60; the braking of somebody who drops down the step lasts 150 ms). The force goes straight from
 * its beginning to its end instead.
 */
#ifndef GYMSTATION_CORE_STEP_JOLT_H
#define GYMSTATION_CORE_STEP_JOLT_H

#include "daemon/core/detect/rep_buffer.h"

#define STEP_JOLT_NS        (100 * NS_PER_MS)
#define STEP_JOLT_SWAY_NS   (220 * NS_PER_MS)
#define STEP_JOLT_WIDTH_NS  (100 * NS_PER_MS)
#define STEP_JOLT_PER_MILLE 25 /* sway of 0.6 % BW (sd) at 4.5 Hz stays within it nearly always */
#define STEP_JOLT_LEAST_NS  (3 * NS_PER_S)
#define STEP_JOLTS_MAX      64 /* in one rep; more are left as they are */

struct step_jolts {
    int n;
    struct {
        int from, to; /* samples that bound it, rising */
    } v[STEP_JOLTS_MAX];
};

/* Among the samples from..to, those that stand out by least_mn; one pass. */
void step_jolts_find(struct step_jolts *jolts, const struct rep_buffer *buffer, int from, int to, int64_t least_mn);
/* The force at sample i without them; *next (0 at first) follows i, which does not decrease. */
int64_t step_jolts_free_mn(const struct step_jolts *jolts, const struct rep_buffer *buffer, int i, int *next);

#endif
