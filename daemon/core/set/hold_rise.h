/* SPDX-License-Identifier: MIT */
/*
 * When a hold really began: what a sample shows was so a little before it was read, and without a target the level that
 * counts is known only later. Used by hold.c only. Plain memory.
 */
#ifndef GYMSTATION_CORE_HOLD_RISE_H
#define GYMSTATION_CORE_HOLD_RISE_H

#include "daemon/core/detect/detector.h"

#define HOLD_RISE_LEVELS   20                /* up to 57 times the onset */
#define HOLD_PERIOD_MAX_NS (120 * NS_PER_MS) /* of the slowest converter: 10 SPS less 17 % */

/* Samples are behind what they show by so many of their periods. */
struct hold_lag {
    int samples;
    int64_t stamp_ns;  /* of the last one, or ABSENT */
    int64_t period_ns; /* 0: not known yet */
};

/* The time at which what the sample shows was so; not before floor_ns. */
int64_t hold_lag_shown_ns(struct hold_lag *lag, int64_t stamp_ns, int64_t floor_ns);

/* When F first passed onset (1 + i / 4), for i below n. */
struct hold_rise {
    int n;
    int64_t onset_mn;
    int64_t t_ns[HOLD_RISE_LEVELS];
};

/* F passed the onset at t_ns. */
void hold_rise_begin(struct hold_rise *rise, int64_t onset_mn, int64_t t_ns);
/* F ran straight from f0 at t0 to f1 at t1. */
void hold_rise_follow(struct hold_rise *rise, int64_t t0_ns, int64_t f0, int64_t t1_ns, int64_t f1);
/* When F first passed level; ABSENT for one that is not above the onset. Straight between the levels kept. */
int64_t hold_rise_ns(const struct hold_rise *rise, int64_t level_mn);

#endif
