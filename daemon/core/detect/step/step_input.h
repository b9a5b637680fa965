/* SPDX-License-Identifier: MIT */
/*
 * What the step-up's detector goes by: what the sieve leaves, of a slow converter means over four periods, and live its
 * newest period alone (step_now.h). Used by detector_step.c only.
 */
#ifndef GYMSTATION_CORE_STEP_INPUT_H
#define GYMSTATION_CORE_STEP_INPUT_H

#include "daemon/core/detect/step/detector_step.h"

/* The samples before t_ns are so far apart that a mean over four is as long as a movement, or nobody knows yet. */
bool step_input_slow(const struct step_detector *step, int64_t t_ns);
/*
 * A sample comes into the buffer. Whether a slow converter's one before it was a spike is seen by now: beside both of its
 * neighbours. Then what lies between them takes its place: single periods are read from the differences. At 17-25 a second
 * the sieve leaves the middle of three: of that the sample as it came is kept, unless it is a spike.
 */
void step_input_push(struct step_detector *step, const struct sample *taken);
/*
 * What the live stream goes by: of a slow converter's newest sample its last period alone. Whose means show no single
 * periods tells nothing live: false.
 */
bool step_input_live(struct step_detector *step, const struct sample *taken, struct step_live_input *ret);

#endif
