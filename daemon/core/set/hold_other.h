/* SPDX-License-Identifier: MIT */
/*
 * Is what lies on the box during a hold still the patient's force? A patient presses harder over seconds; somebody who
 * steps on the box, or a dumbbell that is put on it, adds its weight within one (0.25-0.8 s) and stays. Used by hold.c
 * only. Plain memory.
 *
 * The patient's own force is followed from where the rise into the hold is over: 200 N where 120 are prescribed are a hold
 * that is too strong, or a dumbbell that came with the lift: which of them cannot be told, so the force is, with the flag.
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

struct hold_other {
    int64_t steady_mn; /* or ABSENT: not begun */
    int64_t last_ns;
    int64_t since_ns, far_since_ns; /* or ABSENT: no more on the box than the patient; not that far above the target */
    bool risen;
    int64_t top_mn, top_ns; /* highest while it rises */
};

/* risen: what is held already stands. */
void hold_other_begin(struct hold_other *other, bool risen);

/* F at t_ns with a known target: true once there has been more on the box for HOLD_OTHER_NS than that patient presses. */
bool hold_other_load(struct hold_other *other, int64_t t_ns, int64_t f_mn, int64_t target_mn);
/* At the same F: it has been above the target by as much as something else would add, for HOLD_OTHER_NS. */
bool hold_other_doubt(struct hold_other *other, int64_t t_ns, int64_t f_mn, int64_t target_mn);
/* F is so far above the target that this is not the patient entering the band. */
bool hold_other_far(int64_t f_mn, int64_t target_mn);

#endif
