/* SPDX-License-Identifier: MIT */
/*
 * A slow converter's newest single period, while it happens (step_sharp.h says how it follows from the means): what the
 * live stream goes by, a twentieth of a second late at ten a second where the mean is two tenths. Where the samples are
 * still all of the last four periods are the mean, so nothing adds up for long. Plain memory.
 */
#ifndef GYMSTATION_CORE_STEP_NOW_H
#define GYMSTATION_CORE_STEP_NOW_H

#include "daemon/core/detect/detector.h"
#include "daemon/core/detect/step/step_sharp.h"

struct step_now {
    int n, still;          /* samples; of these in a row that hardly differ from the one before */
    bool rested;           /* samples were still, and have come evenly since: the periods are known */
    bool doubted;          /* it does not average like that, or has not shown it since */
    int64_t t_ns, ns;      /* of the last sample; since the one before */
    int64_t f_mn, most_mn; /* its mean; the greatest so far */
    int64_t p_mn[STEP_SHARP_MEAN];
};

void step_now_begin(struct step_now *now);
/* The last period's force, mN; while the periods are not known, the mean. */
int64_t step_now_push(struct step_now *now, const struct sample *sample);

#endif
