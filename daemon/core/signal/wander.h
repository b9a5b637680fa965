/* SPDX-License-Identifier: MIT */
/*
 * How far the load wanders while somebody only stands on the box: a hand that leans on a chair takes 1.5 kg (sd) off it,
 * now more, now less (time constant 2 s); of sway means of 0.5 s keep 0.2-0.4 of its sd, and a finger takes 3 N.
 * What counts is the standard deviation of such means over the last 8 s of standing.
 *
 * A mean that is further than WANDER_STEP_MN from the one before is a step onto the box, or another person: it begins
 * anew, and its first mean, half of it the step, does not count. Plain memory, a bounded number of steps a sample.
 */
#ifndef GYMSTATION_CORE_WANDER_H
#define GYMSTATION_CORE_WANDER_H

#include "daemon/core/detect/detector.h"

#define WANDER_BLOCK_NS (500 * NS_PER_MS)
#define WANDER_BLOCKS   16
#define WANDER_LEAST    6     /* 3 s */
#define WANDER_STEP_MN  60000 /* 6 kg, four sd of who leans */
/* On the bench, before 22 sets of who leans 5.9-20 N, before 104 with a finger at most 5.0, 160 without hands 2.2 N. */
#define WANDER_LEAN_MN        5400
#define WANDER_NOISE_PCT      60 /* of the samples' sd about their means: less is what noise leaves in these */
#define WANDER_HALF_MN        2500 /* in either half of the time: who only comes to rest stands still in the second one ... */
#define WANDER_HALF_NOISE_PCT 45 /* ... but for sway, which leaves a quarter of its sd in such means */

struct wander {
    int64_t from_ns;              /* what was before is not looked at */
    int64_t start_ns, sum_mn;     /* of the block under way */
    int64_t sum_sq;               /* of what its samples are off the mean before, mN2 */
    int n;                        /* samples in it */
    int64_t means[WANDER_BLOCKS]; /* ring */
    int64_t vars[WANDER_BLOCKS];  /* mN2, of the samples about each */
    int n_means, next;
    int64_t last_mn;
    bool on; /* somebody was on the box during the last mean */
};

void wander_break(struct wander *wander);
/* As wander_break(), and what comes before from_ns does not count: somebody still exercises. */
void wander_wait(struct wander *wander, int64_t from_ns);
void wander_step(struct wander *wander, const struct sample *sample);
/* Somebody leans on something beside the box. False while there are fewer than WANDER_LEAST means. */
bool wander_leans(const struct wander *wander);

#endif
