/* SPDX-License-Identifier: MIT */
/*
 * Old people shift their weight onto the lead leg for a second or two, and rise then. That loads the leg as slowly as a
 * push of the rear leg does (step_climb.h), but nothing is climbed meanwhile: taken for a push it makes the step a third too
 * high. Which it was shows in the fit. Pure.
 */
#ifndef GYMSTATION_CORE_STEP_SHIFT_H
#define GYMSTATION_CORE_STEP_SHIFT_H

#include "daemon/core/detect/step/step_motion.h"

/*
 * step_motion_fit() of a stretch, as a push of the rear leg or as a shift. A shift is asked for only where a push fits badly
 * and comes out too high (so a plain rep costs nothing), and believed only where it fits far better, and all of the step
 * was climbed after it: a push taken for a shift lacks what it has climbed.
 */
bool step_shift_fit(const struct step_stretch *stretch, struct step_motion *ret);

#endif
