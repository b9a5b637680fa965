/* SPDX-License-Identifier: MIT */
/*
 * Step-up: the box as a force plate. BW is body weight; forces count from the working zero (there is no rest level: the
 * box is empty or carries a resting foot).
 *
 *     NO_WEIGHT --0.5 s of standing still on it: BW--> UP (its start is found in the buffer)
 *     LOW --F > 0.5 BW--> UP --F < 0.5 BW for 150 ms: second look, MARK_REP--> LOW
 *     any --no rep for 30 s from go--> LOST (MARK_NOT_SEEN)
 *
 * con starts when the lead leg carries 0.5 BW; ecc ends with the last F >= 0.9 BW before F falls below 0.5 BW; con ends
 * and ecc begins at 95 % of the step's height (step_motion.h), so con, top and ecc are SRC_MODEL with their sd; bottom
 * lies between two crossings of the load. The tap of the trailing foot on top (3-6 % BW) is nowhere near a threshold.
 * tut is start to end: all that time F is above a tenth of BW.
 *
 * A rep is full when the box carried everything for STEP_FULL_MIN_NS and the height came out within 0.6-1.4 of the step (give or take its sd);
 * else it is partial with FLAG_HEIGHT: weight put on the foot without stepping up, walking over the box.
 */
#ifndef GYMSTATION_CORE_DETECTOR_STEP_H
#define GYMSTATION_CORE_DETECTOR_STEP_H

#include "daemon/core/live.h"
#include "daemon/core/rep_buffer.h"

#define STEP_BW_MIN_MN      200000 /* 20 kg; a resting foot (8-15 % BW) of the heaviest patients stays below */
#define STEP_STILL_NS       (500 * NS_PER_MS)
#define STEP_STILL_PER_CENT 7 /* about its mean: the tap of the trailing foot is 3-6 %, sway on one leg 4 x 1 % */
#define STEP_DWELL_NS       (150 * NS_PER_MS)
#define STEP_TOUCH_NS       (400 * NS_PER_MS) /* above 0.5 BW for less: a stamp or a brake, not even a partial rep */
#define STEP_FULL_MIN_NS    NS_PER_S          /* one leg in passing carries everything for 0.4-0.7 s */
#define STEP_NOT_SEEN_NS    (30 * NS_PER_S)

enum step_state { STEP_STATE_NO_WEIGHT, STEP_STATE_LOW, STEP_STATE_UP, STEP_STATE_LOST };

struct step_detector {
    enum step_state state;
    int64_t start_ns;
    int32_t height_mm;
    int64_t bw_mn; /* or ABSENT */
    int n_reps;
    bool from_floor;                                /* UP: the rep's beginning has been seen */
    int64_t up_ns;                                  /* UP: F rose above 0.5 BW, sample time */
    int64_t low_ns;                                 /* dwell below 0.5 BW */
    int64_t prev_end_ns;                            /* or ABSENT */
    int64_t still_ns, still_mn, still_sum, still_n; /* standing still since, its mean */
    enum phase phase;
    int64_t phase_ns; /* dwell of what would be the next phase */
    struct live_median median;
    struct live_move move;
    struct rep_buffer buffer;
};

extern const struct detector_ops step_detector_ops;

#endif
