/* SPDX-License-Identifier: MIT */
/*
 * A hold without a target: at which level is held? The mean of a second in which F no longer rises, the ramp being over.
 * Samples are kept from the onset on, so that afterwards the hold can be told as if the level had been known from the
 * beginning. Used by hold.c only. Plain memory.
 */
#ifndef GYMSTATION_CORE_HOLD_LEARN_H
#define GYMSTATION_CORE_HOLD_LEARN_H

#include "daemon/core/set/hold_seen.h"

#define HOLD_GAP_NS         (500 * NS_PER_MS) /* five samples of a 10 SPS part */
#define HOLD_LEARN_NS       NS_PER_S
#define HOLD_LEARN_STEP_NS  (250 * NS_PER_MS) /* while F rises the next second to look at begins so much later ... */
#define HOLD_LEARN_MORE_NS  (3 * NS_PER_S)    /* ... for so long: then it is that of the last half second */
#define HOLD_LEARN_RISE_PCT 5    /* between the halves of the second: half as much as the usual band is wide */
#define HOLD_KEPT_MAX       3072 /* ramp 5 s, a second and 3 s more at 320 SPS; faster parts decide sooner */

struct hold_learn {
    int64_t from_ns; /* the second to look at begins here */
    int64_t last_ns; /* then the last half second is taken as it is */
    int n;
    struct sample kept[HOLD_KEPT_MAX]; /* F, mN, since the onset */
};

/* F passed the onset at t_ns; the level is looked for from from_ns on and settled at last_ns at the latest. */
void hold_learn_begin(struct hold_learn *learn, int64_t t_ns, int64_t f_mn, int64_t from_ns, int64_t last_ns);
void hold_learn_keep(struct hold_learn *learn, int64_t t_ns, int64_t f_mn);
/* F fell: what follows is another beginning. */
void hold_learn_fell(struct hold_learn *learn, int64_t t_ns);
/* A level ought to be known by now. */
bool hold_learn_over(const struct hold_learn *learn, int64_t t_ns);
/* The level, as far as it is known at t_ns: ABSENT while F rises. now: the last half second has to do. */
int64_t hold_learn_level_mn(struct hold_learn *learn, int64_t t_ns, bool now);
/* When F first passed level; ABSENT when that was before the onset, or never. */
int64_t hold_learn_start_ns(const struct hold_learn *learn, int64_t level_mn);
/* Adds up what was kept from first on, F running straight from there; lo..hi is the band. */
void hold_learn_tell(const struct hold_learn *learn, const struct sample *first, int64_t lo_mn, int64_t hi_mn,
                     struct hold_seen *seen, struct hold_trim *trim);

#endif
