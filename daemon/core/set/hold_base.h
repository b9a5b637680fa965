/* SPDX-License-Identifier: MIT */
/*
 * A hold without a target whose rest level B is not known: nobody was quiet for the 2 s of a rest level before it, or
 * somebody walked over the box meanwhile. Feet that rest on the box are no hold, so a hold has to be seen to begin: from a
 * level that the load has kept to for HOLD_BASE_NS, the base, F has to rise by the onset.
 *
 * The base follows at once to a lower level and, once HOLD_BASE_UP_NS are over, to a higher one (feet put elsewhere). Who is
 * up already at "go" holds nothing that can be told from feet at rest: the next try is seen. An empty box is a base only
 * until something has rested on it. Used by hold.c only. Plain memory.
 */
#ifndef GYMSTATION_CORE_HOLD_BASE_H
#define GYMSTATION_CORE_HOLD_BASE_H

#include "daemon/core/detect/detector.h"

#define HOLD_BASE_NS                                                                                                   \
    (300 * NS_PER_MS) /* longer than a reaction to "go", as short as the pause on the floor of a quick rep */
#define HOLD_BASE_UP_NS (2 * NS_PER_S) /* as long as a rest level takes */
#define HOLD_BASE_PCT   10             /* of the level, and HOLD_BASE_MN: the load keeps to it within this (quiet.h) */
#define HOLD_BASE_MN    5000

struct hold_base {
    int64_t level_mn, since_ns; /* the load has kept to it since; or ABSENT */
    int64_t base_mn;            /* above the zero, or ABSENT */
};

void hold_base_begin(struct hold_base *base);
/* The load above the zero at t_ns. True: the base has changed. */
bool hold_base_step(struct hold_base *base, int64_t t_ns, int64_t force_mn);

#endif
