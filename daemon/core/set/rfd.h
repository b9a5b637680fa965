/* SPDX-License-Identifier: MIT */
/*
 * Rate of force development of a hold, in N/s: the steepest mean rise of F over the shortest window of samples that is
 * 200 ms or longer,
 *
 *     RFD = max (F(t) - F(t - w)) / w,   200 ms <= w < 300 ms, t in the hold's own rise
 *
 * which has to have been seen: it begins where F - B last was below a tenth of the target (without one: below the onset, see hold.h) before the hold
 * began and ends 1 s after its first moment. What rose and fell again before, a kick against the box or a first try, is not
 * it, and who is in the band already when the rest ends has none: no force developed. Windows of 200 ms or more: this project's choice.
 * Over windows below 200 ms it tells the noise and the converter's averaging (50 ms at 80 SPS) rather than the muscle,
 * and below 70 samples a second it does not exist: then, and across holes, it stays ABSENT: a hole is no rise, whatever
 * follows it, until F is at rest again. Plain memory; zero is empty.
 */
#ifndef GYMSTATION_CORE_RFD_H
#define GYMSTATION_CORE_RFD_H

#include "daemon/core/detect/detector.h"

#define RFD_WINDOW_NS  (200 * NS_PER_MS)
#define RFD_WINDOW_MAX (300 * NS_PER_MS) /* a longer one has a hole in it */
#define RFD_RATE_MIN   70                /* samples a second */
#define RFD_AFTER_NS                                                                                                   \
    (1 * NS_PER_S)      /* after the first moment of the hold: the rise may end above the band's lower edge */
#define RFD_SAMPLES 128 /* 200 ms at up to 600 SPS */

struct rfd {
    int first, n;
    struct sample v[RFD_SAMPLES]; /* ring: oldest at first */
    bool rested;                  /* F has been at rest, and nothing is missing since */
    bool known;
    int64_t best_mn_s;
};

void rfd_begin(struct rfd *rfd);
void rfd_sample(struct rfd *rfd, const struct sample *sample);
/* F is at rest: what rose until now is nothing. */
void rfd_rest(struct rfd *rfd);
int64_t rfd_mn_s(const struct rfd *rfd); /* mN/s, or ABSENT */

#endif
