/* SPDX-License-Identifier: MIT */
/*
 * What a patient has climbed before the box carries everything. Where the lead leg does all of the work it takes over in
 * 0.05-0.18 of the time of the way up, and the body has hardly begun to rise. Who pushes with the rear leg as well takes
 * longer, and is on the way up all that time: a third of it by 0.35 (simulated patients of either kind). Pure.
 */
#ifndef GYMSTATION_CORE_STEP_CLIMB_H
#define GYMSTATION_CORE_STEP_CLIMB_H

#define STEP_CLIMBED      0.065 /* of the height */
#define STEP_SHIFTED      0.03  /* who shifts the weight first (step_shift.h) has climbed less */
#define STEP_CLIMBED_MORE 0.4   /* more than that, at most */
#define STEP_LOADS_MOST   0.18
#define STEP_LOADS_CLIMB  1.9

/* share: of the time of the way up, in which the load went from half of the weight to all of it. */
static inline double step_climbed(double share)
{
    double more = share > STEP_LOADS_MOST ? STEP_LOADS_CLIMB * (share - STEP_LOADS_MOST) : 0.0;

    return STEP_CLIMBED + (more < STEP_CLIMBED_MORE ? more : STEP_CLIMBED_MORE);
}

#endif
