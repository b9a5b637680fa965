/* SPDX-License-Identifier: MIT */
/* Causal helpers of the detectors' live stream. Plain memory, bounded time. */
#ifndef GYMSTATION_CORE_LIVE_H
#define GYMSTATION_CORE_LIVE_H

#include "daemon/core/detect/detector.h"

/* Longer than this between two samples: a hole. Three samples of a 10 SPS part; the shortest hole to answer is 0.5 s. */
#define LIVE_GAP_NS (300 * NS_PER_MS)

/* Median of the last three samples, one sample late: a single spike never gets further. */
struct live_median {
    int n;
    struct sample v[2];
};

/* True and *ret the median with the middle sample's stamp. Stamps that do not rise are dropped. */
bool live_median(struct live_median *median, const struct sample *sample, struct sample *ret);

#define LIVE_MEAN_MAX 80 /* 0.24 s at 335 SPS; beyond that the mean is over a shorter time */

struct live_mean {
    int first, n;
    int64_t sum;
    struct sample v[LIVE_MEAN_MAX];
};

/* Mean over the last window_ns (0: the sample itself). */
int64_t live_mean(struct live_mean *mean, const struct sample *sample, int64_t window_ns);

/* True once holds has been true for dur_ns without a break; *since_ns is the caller's, ABSENT at first. */
bool live_dwell(int64_t *since_ns, bool holds, int64_t t_ns, int64_t dur_ns);

/*
 * Something moves: the level has gone somewhere else since the last time that was said, at most once a second.
 * level_mn ABSENT: no level yet.
 */
struct live_move {
    int64_t level_mn, said_ns;
};

bool live_move(struct live_move *move, int64_t t_ns, int64_t level_mn, int64_t step_mn);

/*
 * The phase as it can be told while it happens, from the height u above the rest level. Revised by the rep.
 *
 *     BOTTOM --u > 0.1 A--> CON --u > 0.9 A or no longer rising--> TOP --u < 0.9 peak--> ECC --u < 0.1 A--> BOTTOM
 *
 * Where u is carried on to now from what a slow converter measured late, it overshoots at the end of a movement: then
 * the peak is that of the measured height, and nobody comes down who is not measured to.
 */
#define LIVE_PHASE_DWELL_NS (80 * NS_PER_MS)
#define LIVE_STALL_NS       (250 * NS_PER_MS)
#define LIVE_SLOW_ON_PCT    150 /* on the way down, of on_mn: the rest level itself is known no better */

struct live_phase {
    enum phase phase, next;
    int64_t next_since_ns;    /* next has been seen since, or ABSENT */
    int64_t peak_mn;          /* since this excursion began */
    int64_t rise_mn, rise_ns; /* the peak when it last rose by 3 % */
    int64_t last_mn;          /* as measured at the last sample */
};

struct live_height {
    int64_t t_ns;
    int64_t u_mn;        /* now */
    int64_t measured_mn; /* the same, or late where the converter is */
    bool slow;           /* it is: a sample is as long as a dwell */
};

void live_phase_begin(struct live_phase *live);
/* amp_mn: reference amplitude, or ABSENT (then only standing still tells the top); on_mn: what counts as off the rest level. */
bool live_phase(struct live_phase *live, const struct live_height *at, int64_t amp_mn, int64_t on_mn);

/* Con, top and ecc as prescribed; 0 where one of them is free, or all are nothing. */
int64_t live_rep_ns(const struct dose *dose);
/*
 * How long one rep of this dose takes at most while something else speaks against it: con, top and ecc as prescribed, and
 * 0.6 of a cycle or LIVE_MORE_NS, whichever is more. LIVE_FREE_NS without a tempo.
 */
#define LIVE_MORE_NS     (3 * NS_PER_S)
#define LIVE_FREE_NS     (15 * NS_PER_S)
#define LIVE_OWN_NS      (30 * NS_PER_S)
#define LIVE_PATIENCE_NS (60 * NS_PER_S) /* never more: the rep buffer's length */

int64_t live_slow_ns(const struct dose *dose);

/*
 * How long one rep may keep the body off the floor: 2.5 times a cycle of it, at least LIVE_MORE_NS more than con, top and
 * ecc as prescribed; where nobody counts it out at least LIVE_OWN_NS. Beyond that further reps without touch-down are under
 * way. Who is twice as slow as the cues is slow and no more. LIVE_FREE_NS without a tempo.
 */
int64_t live_patience_ns(const struct dose *dose);

#endif
