/* SPDX-License-Identifier: MIT */
/*
 * One isometric hold: from the cue until it is full, broken or stopped. Measured by the load (refs, target) or, where
 * nothing can be seen, by the clock alone (FLAG_CUED).
 *
 *     WAIT --force enters the band--> HOLD <--> DIP --grace over below fail level--> OVER (broken)
 *                                      |--hold_ms reached--> OVER (full)
 */
#ifndef GYMSTATION_CORE_HOLD_H
#define GYMSTATION_CORE_HOLD_H

#include "daemon/core/detector.h"

enum hold_state { HOLD_STATE_WAIT, HOLD_STATE_HOLD, HOLD_STATE_DIP, HOLD_STATE_OVER };

struct hold_setup {
    const struct dose *dose;
    struct references refs;
    int64_t target_mn; /* above the rest level; ABSENT: no target, the level of the first second counts */
    int64_t go_ns;
    bool measured;
};

struct hold;

void hold_begin(struct hold *hold, const struct hold_setup *setup);
enum hold_state hold_state(const struct hold *hold);
/* When the hold will be full, a dip too long or a cued hold over; NEVER when nothing is due. */
int64_t hold_deadline_ns(const struct hold *hold);
void hold_fire(struct hold *hold);
void hold_sample(struct hold *hold, const struct sample *sample);
/* The set is being ended or the sensor has failed at t_ns; a hold that had begun becomes HOLD_STOPPED. */
void hold_stop(struct hold *hold, int64_t t_ns, unsigned flags);
/* From now on nobody sees: the clock alone decides; flags are added to the result. */
void hold_go_blind(struct hold *hold, int64_t t_ns, unsigned flags);
/* The clock's start, or ABSENT while waiting. */
int64_t hold_started_ns(const struct hold *hold);
/* In HOLD_STATE_OVER: the result; false when the hold never began (nothing to publish). */
bool hold_result(const struct hold *hold, struct hold_data *ret);

#endif
