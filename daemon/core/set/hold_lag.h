/* SPDX-License-Identifier: MIT */
/*
 * What a sample shows was so a little before it was read: the time by which. Used by hold.c and by the set for what it
 * gives its detector. Plain memory.
 */
#ifndef GYMSTATION_CORE_HOLD_LAG_H
#define GYMSTATION_CORE_HOLD_LAG_H

#include "daemon/core/detect/detector.h"

#define HOLD_PERIOD_MAX_NS (120 * NS_PER_MS) /* of the slowest converter: 10 SPS less 17 % */

/* Samples are behind what they show by so many of their periods. */
struct hold_lag {
    int samples;
    int64_t stamp_ns;  /* of the last one, or ABSENT */
    int64_t period_ns; /* 0: not known yet */
};

/* The time at which what the sample shows was so; not before floor_ns. */
int64_t hold_lag_shown_ns(struct hold_lag *lag, int64_t stamp_ns, int64_t floor_ns);

#endif
