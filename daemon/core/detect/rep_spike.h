/* SPDX-License-Identifier: MIT */
/*
 * Samples without what is over too soon to be a movement: a kick, a cough, a limb that is stopped, a foot that bounces.
 * What is further than `limit` from the median over REP_SPIKE_NS before and after it (fewer at the ends) becomes that
 * median: a median keeps ramps and plateaus as they are and loses what is shorter than half of its window, and what is
 * left of a blow held at the limit would still raise a weak band's rep by a fifth. Used by rep_scan.c.
 */
#ifndef GYMSTATION_CORE_REP_SPIKE_H
#define GYMSTATION_CORE_REP_SPIKE_H

#include "daemon/core/detect/rep_buffer.h"

#define REP_SPIKE_NS   (250 * NS_PER_MS)
#define REP_SPIKE_BINS 512

/*
 * ret[i]: the running median of samples from..to (to excluded) less rest_mn, within +-range_mn and to range_mn /
 * (REP_SPIKE_BINS / 2).
 */
void rep_spike_medians(const struct rep_buffer *buffer, int from, int to, int64_t rest_mn, int64_t range_mn,
                       int32_t *ret);
/* v[i], a median, becomes sample i less rest_mn where that is within limit_mn of it. */
void rep_spike_clear(const struct rep_buffer *buffer, int from, int to, int64_t rest_mn, int64_t limit_mn, int32_t *v);

#endif
