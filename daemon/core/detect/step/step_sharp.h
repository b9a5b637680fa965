/* SPDX-License-Identifier: MIT */
/*
 * What a slow converter's single periods were. A sample is the mean of the last four output periods (that is how such
 * converters settle), at ten a second of 0.4 s: so a period differs from the one four before it by four times what the
 * sample differs from the one before it,
 *
 *     p_k = p_(k-4) + 4 (f_k - f_(k-1)),   (p_k + p_(k-1) + p_(k-2) + p_(k-3)) / 4 = f_k
 *
 * and only how the first four share their sum is open: a pattern that goes on with a period of four samples. It is the one
 * that leaves the force as even as it can be, where the samples are. The means over four stay what they were, so momentum
 * and the way are no worse for it, and noise adds up to 20 times a sample's in 6 s (0.5 N of 800).
 *
 * A converter that averages otherwise shows it: its periods go on swinging where nobody moves. Then nothing is believed.
 * Forces in mN. Plain memory.
 */
#ifndef GYMSTATION_CORE_STEP_SHARP_H
#define GYMSTATION_CORE_STEP_SHARP_H

#include "daemon/core/detect/step/step_jolt.h"

#define STEP_SHARP_MEAN    4   /* periods that a sample averages */
#define STEP_SHARP_EVEN    5   /* samples come evenly: to this part of the time between two */
#define STEP_SHARP_MAX     512 /* samples: 16 s at 25 a second, and what goes before */
#define STEP_SHARP_LEAD_NS (2 * NS_PER_S)

struct step_sharp {
    int from, n;      /* what has been changed */
    int64_t early_ns; /* by so much a period is shown before its time: the middle of it, not that of four */
    int32_t kept[STEP_SHARP_MAX];
};

/*
 * Samples from from_ns less STEP_SHARP_LEAD_NS on become their own periods. False, and nothing is changed: they do not come
 * evenly, are too many or too few, or the converter does not average so. undo: they are what they were again.
 */
bool step_sharpen(struct step_sharp *sharp, struct rep_buffer *buffer, int64_t from_ns);
void step_sharp_undo(const struct step_sharp *sharp, struct rep_buffer *buffer);

/*
 * The taps of the trailing foot on top among single periods from..to: one or two samples that stand out upward from those
 * about them where nobody is pushed up. 6 % of body weight for 65 ms are hardly 3 % of a tenth of a second.
 */
void step_sharp_taps(struct step_jolts *jolts, const struct rep_buffer *buffer, int from, int to, int64_t bw_mn);

#endif
