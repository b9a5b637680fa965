/* SPDX-License-Identifier: MIT */
/*
 * Who lowers at one speed turns round on top all at once, and still goes down at that speed when the trailing foot lands:
 * everybody else has slowed down by then. Integrated, the force says which: raw speeds suffice, as a weight wrong by
 * 0.2 % changes them by 0.02 m/s in a second. Pure.
 */
#ifndef GYMSTATION_CORE_STEP_TURN_H
#define GYMSTATION_CORE_STEP_TURN_H

#include "daemon/core/detect/step/step_motion.h"

#define STEP_TURN_S        0.16 /* force builds up in 0.1 s, and the converter's mean is over 0.05 s */
#define STEP_TURN_AROUND_S 0.16 /* before and after that: as much again, of a turn that takes longer */
#define STEP_TURN_BRAKE_S  0.3  /* before it lands: what it loses by then the force shows, too */
#define STEP_TURN_WAY_S    1.0  /* a way down that is quicker turns as quickly as that in any shape */
#define STEP_TURN_AT_ONCE  0.8  /* of what the speed changes by in all three: minimum jerk of 1.5 s and more a half */
#define STEP_TURN_HEIGHT   0.6  /* of the step: that speed takes it so far at least */
#define STEP_TURN_PART     0.7  /* of the speed later on, and at most: */
#define STEP_TURN_PART_MAX 1.5

/*
 * The speed downward with which the body lands, m/s: that of the way down after mid_s (seconds from the first sample of the
 * stretch on, on top), less what it has lost shortly before. By the stretch's own weight. 0 where the way down was not at
 * one speed.
 */
double step_turn_m_s(const struct step_stretch *stretch, double mid_s);

#endif
