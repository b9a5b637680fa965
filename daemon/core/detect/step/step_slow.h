/* SPDX-License-Identifier: MIT */
/*
 * A step-up at fewer than 25 samples a second: counted by the converter's means, as they are; its phases from its single
 * periods (step_sharp.h), where those show a whole step-up in which nothing is odd. One that comes
 * out as a part of a rep, or as another step, counts and says FLAG_HEIGHT. Pure but for the buffer, which is as it
 * was in the end.
 */
#ifndef GYMSTATION_CORE_STEP_SLOW_H
#define GYMSTATION_CORE_STEP_SLOW_H

#include "daemon/core/detect/step/step_look.h"

void step_slow_look(const struct step_look *look, struct rep_buffer *buffer, struct step_found *ret);

#endif
