/* SPDX-License-Identifier: MIT */
/*
 * Where the way up of a step-up begins: when the lead leg, a foot resting on the box until then, takes the body over. That
 * is a part of the movement that the cue asks for, before anything rises, and the load shows it: from a resting foot
 * (0.08-0.15 BW) to all of the body, the shape of a minimum-jerk movement. Three crossings of F, at 0.3, 0.5 and 0.6 BW,
 * give its length and its beginning.
 *
 *     sd^2 = (STEP_LOAD_SD T)^2 + (what t(0.5 BW) is off that shape)^2 + STEP_LOAD_SD_S^2
 *
 * Samples' clock. Pure.
 */
#ifndef GYMSTATION_CORE_STEP_LOAD_H
#define GYMSTATION_CORE_STEP_LOAD_H

#include "daemon/core/detect/step/step_look.h"
#include "daemon/core/detect/step/step_span.h"

#define STEP_LOAD_SD   0.09 /* of its length T: where the foot rests, and that people are no formula */
#define STEP_LOAD_SD_S 0.01 /* s */

/* Both ABSENT where samples are missing in it, or it began before the rep before was over. */
struct step_point step_load_begin(const struct step_span *span);

#endif
