/* SPDX-License-Identifier: MIT */
/*
 * Samples without what is over too soon to be a movement: a kick, a cough, a limb that is stopped, a foot that bounces.
 * A median over REP_SPIKE_NS before and after each sample (fewer at the ends) keeps ramps and plateaus as they are and
 * loses what is shorter than half of its window. A sample is held within `limit` of it; one that is further off than
 * REP_SPIKE_BLOW limits is a blow, of which nothing is left: held at the limit, a kick would still raise a weak band's rep
 * by a fifth. Used by rep_scan.c.
 */
#ifndef GYMSTATION_CORE_REP_SPIKE_H
#define GYMSTATION_CORE_REP_SPIKE_H

#include "daemon/core/detect/rep_buffer.h"

#define REP_SPIKE_NS         (250 * NS_PER_MS)
#define REP_SPIKE_BINS       512
#define REP_SPIKE_BLOW       2
#define REP_SPIKE_BLOWS_PART 10 /* of the samples at most are blows */

/*
 * ret[i]: the running median of samples from..to (to excluded) less rest_mn, within +-range_mn and to range_mn /
 * (REP_SPIKE_BINS / 2).
 */
void rep_spike_medians(const struct rep_buffer *buffer, int from, int to, int64_t rest_mn, int64_t range_mn,
                       int32_t *ret);
/* v[i], a median, becomes sample i less rest_mn within limit_mn of it, or stays where that is a blow. */
void rep_spike_clear(const struct rep_buffer *buffer, int from, int to, int64_t rest_mn, int64_t limit_mn, int32_t *v);

#endif
