/* SPDX-License-Identifier: MIT */
/*
 * Is what lies on the box during a hold still the patient's force? A patient presses harder over seconds; somebody who
 * steps on the box, or a dumbbell that is put on it, adds its weight within one (0.25-0.8 s) and stays. Used by hold.c
 * only. Plain memory.
 *
 * The patient's own force is followed from where the rise into the hold is over: 200 N where 120 are prescribed are a hold
 * that is too strong, or a dumbbell that came with the lift: which of them cannot be told, so the force is, with the flag
 * (doubt) where it came as quickly as a dumbbell does. People of 64-82 years who press 1.7 times the target get there over
 * a second or more (tests/e2e/test_recordings.py).
 *
 * What is put down while the patient lifts is not told from the lift: feet take over within 0.2-0.5 s, and the sum of a lift
 * and a dumbbell is a heavier patient's lift, at every moment (tests/unit/test_hold_other.c). Without a target it is in the
 * level then, and taking it away looks like easing off: which it is for a heel, where no posture sets the force.
 */
#ifndef GYMSTATION_CORE_HOLD_OTHER_H
#define GYMSTATION_CORE_HOLD_OTHER_H

#include "daemon/core/detect/detector.h"

#define HOLD_OTHER_MN  60000    /* 6 kg more at once: less than a dumbbell worth the name */
#define HOLD_OTHER_PCT 25       /* of the target: twice the widest usual band, and tremor and sway are far below */
#define HOLD_OTHER_NS  NS_PER_S /* a kick lasts 50 ms, a shove half a second */
#define HOLD_STEADY_NS NS_PER_S /* time constant with which the patient's own force is followed */
#define HOLD_FAR       2        /* times the target, and HOLD_OTHER_MN: nobody enters a band up there */
#define HOLD_RISE_PCT  5        /* of the target, and HOLD_RISE_NS: what gains less in so long no longer rises */
#define HOLD_RISE_NS   (250 * NS_PER_MS)

/* A force that is followed over HOLD_STEADY_NS. */
struct hold_force {
    int64_t steady_mn; /* or ABSENT: not begun */
    int64_t since_ns;  /* a step above it; or ABSENT */
};

struct hold_other {
    struct hold_force own; /* from where the rise into the hold is over */
    struct hold_force any; /* from before it */
    int64_t last_ns;
    bool risen;
    bool doubt;             /* the rise went past the target by a step, quickly, and stayed there */
    int64_t top_mn, top_ns; /* highest while it rises */
};

void hold_other_begin(struct hold_other *other);
/* The force has entered the hold. risen: what is held already stands. */
void hold_other_entered(struct hold_other *other, bool risen);

/* F at t_ns with a known target: true once there has been more on the box for HOLD_OTHER_NS than that patient presses. */
bool hold_other_load(struct hold_other *other, int64_t t_ns, int64_t f_mn, int64_t target_mn);
/* F is so far above the target that this is not the patient entering the band. */
bool hold_other_far(int64_t f_mn, int64_t target_mn);

#endif
