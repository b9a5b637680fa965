/* SPDX-License-Identifier: MIT */
/*
 * What the step-up's detector goes by: the median of three samples, one sample late; of a slow converter, whose samples are
 * means over four periods, those means, and live its newest period alone (step_now.h). Used by detector_step.c only.
 */
#ifndef GYMSTATION_CORE_STEP_INPUT_H
#define GYMSTATION_CORE_STEP_INPUT_H

#include "daemon/core/detect/step/detector_step.h"

/* The samples before t_ns are so far apart that a mean over four is as long as a movement, or nobody knows yet. */
bool step_input_slow(const struct step_detector *step, int64_t t_ns);
/* The middle one of three samples, which are in step->median: its force as it is to be taken, mN. */
int64_t step_input_mn(const struct step_detector *step, const struct sample *middle);
/*
 * What the live stream goes by: a slow converter's newest sample, not the middle one of three, and of that its last period
 * alone. Whose means show no single periods tells nothing live: false.
 */
bool step_input_live(struct step_detector *step, const struct sample *middle, struct step_live_input *ret);

#endif
