/* SPDX-License-Identifier: MIT */
/*
 * The rest level, its noise, and whether somebody is on the box, from all samples, set or no set. Constant memory and
 * time per sample. Plain memory: a copy goes on by itself.
 *
 * Quiet means: over 2 s (eight blocks of 0.25 s) without a hole,
 *   the standard deviation is at most the larger of QUIET_SD_MIN_MN and QUIET_SD_PER_MILLE of the level, and
 *   highest minus lowest sample is at most QUIET_RANGE_SD times that (sway peaks at 4 sd; a kick or a spike is more).
 * Vertical sway is 0.4-1 % of body weight on one leg (Sozzi, Do, Schieppati 2022): 1.5 % lets the least steady stance
 * pass and stops a movement (the weakest band pulls 2 kg, 2.5 % of 80 kg). Under feet or a heel at rest the level is
 * small and 1.5 % of it would be less than a breath moves: there 2 N (0.2 kg, below a touching hand's 0.3 kg) counts.
 */
#ifndef GYMSTATION_CORE_QUIET_H
#define GYMSTATION_CORE_QUIET_H

#include "daemon/core/detect/detector.h"

#define CONTACT_ON_MN     20000 /* 2 kg: more than ten minutes of drift (physics: contact 1-2 kg) */
#define CONTACT_OFF_MN    10000
#define CONTACT_STEADY_NS NS_PER_S

#define QUIET_BLOCKS       8
#define QUIET_BLOCK_NS     (250 * NS_PER_MS)
#define QUIET_SD_MIN_MN    2000
#define QUIET_SD_PER_MILLE 15
#define QUIET_RANGE_SD     8
#define QUIET_SAMPLES_MIN  10                /* in 2 s: 10 SPS give 20; below half of that nothing is known */
#define QUIET_GAP_NS       (600 * NS_PER_MS) /* six samples of a 10 SPS part */

/* Samples of 0.25 s; forces within +-4 kN, so the sums are exact up to 1000 samples a second. */
struct quiet_block {
    int64_t start_ns;
    int64_t n;
    int64_t sum_mn, sum_sq;
    int64_t min_mn, max_mn;
};

struct quiet {
    struct quiet_block blocks[QUIET_BLOCKS]; /* complete ones, a ring */
    int next, n_blocks;
    struct quiet_block block; /* being filled; n 0: none */
    int64_t last_ns;          /* stamp of the last sample, or ABSENT */
    bool have_level;          /* the last quiet 2 s seen */
    int64_t level_mn, noise_mn, level_t_ns;
    bool present;
    int64_t present_since_ns; /* of the present or absent spell */
    int64_t steady_mn;        /* the level that steady contact keeps to */
    int64_t steady_since_ns;  /* or ABSENT */
};

void quiet_init(struct quiet *quiet);
/* A stamp before the last one counts as the last one. */
void quiet_step(struct quiet *quiet, const struct sample *sample);
/* Samples are missing: history before this is no longer joined to what follows. Gaps > QUIET_GAP_NS do so by themselves. */
void quiet_break(struct quiet *quiet);
/* The zero has moved up by this much: what was seen is told from the new one, and history stays joined. */
void quiet_shift(struct quiet *quiet, int64_t by_mn);
/* References from the last quiet 2 s that ended within max_age_ns before now; false and ABSENT when there is none. */
bool quiet_references(const struct quiet *quiet, int64_t now_ns, int64_t max_age_ns, struct references *ret);
/* Somebody or something is on the box (hysteresis CONTACT_ON_MN, CONTACT_OFF_MN). */
bool quiet_present(const struct quiet *quiet);
/* Steady contact since when, or ABSENT: present, and within +-10 % (at least +-5 N) of the level it began with. */
int64_t quiet_steady_since_ns(const struct quiet *quiet);

#endif
