/* SPDX-License-Identifier: MIT */
/*
 * Many patients let themselves down from the step, and the floor takes the rest: the body still goes down at 0.1-1 m/s when
 * the trailing foot lands. step_turn.h sees that where the way down begins all at once; where it begins smoothly only the
 * whole of the rep tells: with any speed at the end, and both ways as high as the step, everything else agrees. Pure.
 */
#ifndef GYMSTATION_CORE_STEP_LAND_H
#define GYMSTATION_CORE_STEP_LAND_H

#include "daemon/core/detect/step/step_motion.h"

/*
 * step_shift_fit() of a stretch, or one that lands at speed. That is asked for only where the rep fits badly otherwise (so
 * a plain rep costs nothing), and believed only where it fits far better, downward.
 */
bool step_land_fit(const struct step_stretch *stretch, struct step_motion *ret);

#endif
