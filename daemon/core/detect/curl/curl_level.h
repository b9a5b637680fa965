/* SPDX-License-Identifier: MIT */
/*
 * The level that curls are counted by: the median of what the box has carried over the last CURL_LEVEL_NS, in means of
 * CURL_LEVEL_BLOCK_NS. Kicks, coughs, a foot that bounces and the jerks of a quick limb are over within half of that and
 * never show; what lasts longer shows half of it late. Plain memory, a bounded number of steps a sample.
 */
#ifndef GYMSTATION_CORE_CURL_LEVEL_H
#define GYMSTATION_CORE_CURL_LEVEL_H

#include "daemon/core/detect/detector.h"

#define CURL_LEVEL_NS       (400 * NS_PER_MS)
#define CURL_LEVEL_SLOW_NS  (250 * NS_PER_MS) /* of a slow converter, whose samples are means over 0.4 s themselves */
#define CURL_LEVEL_BLOCK_NS (25 * NS_PER_MS)
#define CURL_LEVEL_BLOCKS   20

struct curl_level {
    int64_t block_ns, sum_mn, last_ns, step_ns; /* of the block being filled; of the samples */
    int n;                                      /* samples in it */
    int n_blocks, first;                        /* complete ones: a ring, and the same sorted */
    int64_t at_ns[CURL_LEVEL_BLOCKS], mn[CURL_LEVEL_BLOCKS], sorted[CURL_LEVEL_BLOCKS];
};

void curl_level_begin(struct curl_level *level);
/* The level as of now, in the unit of the samples. */
int64_t curl_level_step(struct curl_level *level, const struct sample *sample);
/* The level that samples are told from has moved: what was taken counts by_mn more. */
void curl_level_shift(struct curl_level *level, int64_t by_mn);
/* How late the level is. */
int64_t curl_level_late_ns(const struct curl_level *level);

#endif
