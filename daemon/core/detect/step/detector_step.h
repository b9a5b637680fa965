/* SPDX-License-Identifier: MIT */
/*
 * Step-up: the box as a force plate. BW is body weight; decisions are taken on the force above the working zero, because
 * all of the body is weighed. The rest level B of the published forces is that before the set: an empty box or a
 * resting foot. Who stands on the box then leaves it unknown: B = 0, FLAG_NO_BASELINE.
 *
 *     NO_WEIGHT --0.5 s of standing still on it: BW--> UP (its start is found in the buffer)
 *     NO_WEIGHT --up and down again without it, as a step-up goes by its own weight: MARK_REP--> LOW
 *     LOW --F > 0.5 BW--> UP --F < 0.5 BW for 150 ms (350 just after the top): second look, MARK_REP--> LOW
 *     any --no rep for 30 s from go--> LOST (MARK_NOT_SEEN; where nobody came and went, cues count from then on only)
 *
 * con starts when the lead leg carries 0.5 BW; ecc ends with the last F >= 0.9 BW before F falls below 0.5 BW; con ends
 * and ecc begins at 95 % of the step's height (step_motion.h), so con, top and ecc are SRC_MODEL with their sd; bottom
 * lies between two crossings of the load. While others are on the box (step_others.h) reps only count. The tap of the trailing foot on top (3-6 % BW) is nowhere near a threshold.
 * tut is start to end: all that time F is above a tenth of BW.
 *
 * Whether it was a full rep is for the second look (step_look.h) to say.
 */
#ifndef GYMSTATION_CORE_DETECTOR_STEP_H
#define GYMSTATION_CORE_DETECTOR_STEP_H

#include "daemon/core/detect/live.h"
#include "daemon/core/detect/sieve.h"
#include "daemon/core/detect/step/step_live.h"
#include "daemon/core/detect/step/step_look.h"
#include "daemon/core/detect/step/step_now.h"
#include "daemon/core/detect/step/step_others.h"
#include "daemon/core/detect/step/step_path.h"
#include "daemon/core/detect/step/step_span.h"
#include "daemon/core/detect/step/step_weight.h"

#define STEP_DWELL_NS (150 * NS_PER_MS)
#define STEP_SLOW_DWELL_NS                                                                                             \
    (80 * NS_PER_MS) /* one more sample: a mean of 0.4 s is below half after 0.2 s of it as it is */
#define STEP_SPIKE_MN                                                                                                  \
    600000 /* from mean to mean over four periods: a quarter of the heaviest push-off, with dumbbells */
#define STEP_DROP_NS     (350 * NS_PER_MS) /* nobody falls 0.6 m, the highest step, in more; told within 0.5 s */
#define STEP_LATELY_NS   (500 * NS_PER_MS) /* nobody who goes down in a controlled way has landed by then */
#define STEP_SLOW_S      1.8               /* quicker reps follow on each other within STEP_DROP_NS */
#define STEP_TOUCH_NS    (400 * NS_PER_MS) /* above 0.5 BW for less: a stamp or a brake, not even a partial rep */
#define STEP_NOT_SEEN_NS (30 * NS_PER_S)

enum step_state { STEP_STATE_NO_WEIGHT, STEP_STATE_LOW, STEP_STATE_UP, STEP_STATE_LOST };

struct step_detector {
    enum step_state state;
    int64_t start_ns;
    int32_t height_mm;
    int64_t full_min_ns, planned_ns;
    int64_t drop_ns; /* nobody falls from this step in more */
    int64_t rest_mn; /* B, or ABSENT */
    struct step_weight weight;
    int64_t earlier_mn; /* the weight that the side's earlier sets have shown, or ABSENT: for the live stream only */
    struct step_others others;
    struct step_habit habit;
    int n_reps;
    bool from_floor;     /* UP: the rep's beginning has been seen */
    int64_t up_ns;       /* UP: F rose above 0.5 BW, sample time */
    int64_t low_ns;      /* dwell below 0.5 BW */
    bool high;           /* when that began, the way down was not half done */
    int64_t prev_end_ns; /* or ABSENT */
    bool prev_rough;     /* read from means over 0.4 s: its ends are late */
    int64_t over_ns;     /* the same, whatever was missing in between */
    struct step_point prev_landed;
    int64_t most_mn; /* NO_WEIGHT: what an excursion from the floor or the resting foot has reached */
    bool came;       /* somebody came and went again */
    int64_t foot_ns; /* dwell of a foot before the weight is known */
    struct step_live live;
    struct step_now now; /* a slow converter's */
    enum phase told;     /* live */
    int64_t told_ns;
    struct sieve sieve;
    struct live_move move;
    struct rep_buffer buffer;
    struct step_path path; /* the second look's */
};

extern const struct detector_ops step_detector_ops;

#endif
