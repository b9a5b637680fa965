/* SPDX-License-Identifier: MIT */
/*
 * The integrals of a step-up before any correction (step_motion.h), sample by sample: a fit goes over them a dozen times,
 * and each rep is fitted as a push, as a shift and as a landing at speed. Plain memory, of whoever looks.
 */
#ifndef GYMSTATION_CORE_STEP_PATH_H
#define GYMSTATION_CORE_STEP_PATH_H

#include "daemon/core/detect/step/step_motion.h"

#define STEP_PATH_MAX 4608 /* samples: STEP_SPAN_MAX_S at 384 a second; converters go to 320 */

struct step_place {
    double t, a, v, h; /* s since the first sample, m/s2, m/s, m */
};

struct step_path {
    int n;
    struct step_place v[STEP_PATH_MAX];
};

/*
 * By the weight of the stretch, without its jolts; the acceleration runs straight between samples. False where it is too
 * short to be a step-up, or longer than STEP_SPAN_MAX_S.
 */
bool step_path_walk(struct step_path *ret, const struct step_stretch *stretch);

#endif
