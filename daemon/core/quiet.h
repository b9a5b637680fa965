/* SPDX-License-Identifier: MIT */
/*
 * The rest level, its noise, and whether somebody is on the box, from all samples, set or no set. Constant memory and
 * time per sample.
 */
#ifndef GYMSTATION_CORE_QUIET_H
#define GYMSTATION_CORE_QUIET_H

#include "daemon/core/detector.h"

#define CONTACT_ON_MN  20000 /* 2 kg: more than ten minutes of drift (physics: contact 1-2 kg) */
#define CONTACT_OFF_MN 10000
#define CONTACT_STEADY_NS NS_PER_S

#define QUIET_BLOCKS 16 /* blocks of 0.25 s: 4 s of history */

struct quiet_block {
    int64_t start_ns;
    int32_t n;
    int64_t sum_mn; /* of force - origin, so that sums of squares stay exact */
    int64_t sum_sq;
    int32_t min_mn, max_mn;
};

struct quiet {
    struct quiet_block blocks[QUIET_BLOCKS];
    int newest;
    int n_blocks;
    int64_t last_ns;
    bool have_level; /* the last quiet 2 s seen */
    int64_t level_mn, noise_mn, level_t_ns;
    bool present;
    int64_t present_since_ns; /* of the present or absent spell */
    int64_t steady_since_ns;  /* force has stayed within the contact's bounds since, or ABSENT */
};

void quiet_init(struct quiet *quiet);
void quiet_step(struct quiet *quiet, const struct sample *sample);
/* Samples are missing: history before this is no longer joined to what follows. */
void quiet_break(struct quiet *quiet);
/* References from the last quiet 2 s that ended within max_age_ns before now; false and ABSENT when there is none. */
bool quiet_references(const struct quiet *quiet, int64_t now_ns, int64_t max_age_ns, struct references *ret);
/* Somebody or something is on the box (hysteresis CONTACT_ON_MN, CONTACT_OFF_MN). */
bool quiet_present(const struct quiet *quiet);
/* Steady contact since when, or ABSENT: present, and within +-10 % of its level. */
int64_t quiet_steady_since_ns(const struct quiet *quiet);

#endif
