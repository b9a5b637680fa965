/* SPDX-License-Identifier: MIT */
/*
 * The second look at an excursion of the load: whether it is a rep. It counts from the rest level or, where that makes no
 * rep of it and A is known, from what the load kept to just before it or comes down to just after it: then a hand took
 * some of the load meanwhile, or let go, and the rep says hand_support.
 */
#ifndef GYMSTATION_CORE_PELVIS_LOOK_H
#define GYMSTATION_CORE_PELVIS_LOOK_H

#include "daemon/core/detect/pelvis/pelvis.h"

#define PELVIS_BESIDE_PCT 5 /* of A: a level so near to the rest level is not another one */

static inline int64_t pelvis_part(int64_t mn, int64_t per_cent)
{
    return mn * per_cent / 100;
}

/* The least that counts as lifted while nothing is known. */
int64_t pelvis_floor_mn(const struct pelvis *pelvis);
/* A as far as it is known now. */
int64_t pelvis_now_amp_mn(const struct pelvis *pelvis);
/* Samples that lie within this of each other keep to a level. */
int64_t pelvis_flat_range_mn(const struct pelvis *pelvis);
bool pelvis_high_enough(const struct pelvis *pelvis, int64_t amp);
bool pelvis_too_high(const struct pelvis *pelvis, int64_t amp);
/* Far more is on the box than in the reps before, for longer than a knock: somebody or something else. */
bool pelvis_others(const struct pelvis *pelvis);
/*
 * The rep that was just told, full, once more with the load at lift-off and touch-down S known: ret anew but for con, top
 * and ecc, which are left out. False: it is no rep by that; ret stays as it was.
 */
bool pelvis_look_again(struct pelvis *pelvis, int64_t level_mn, struct rep_data *ret);
/* The excursion that fell below 0.3 A at low_ns, seen to to_ns. True: a rep, of which pelvis has learnt. */
bool pelvis_look(struct pelvis *pelvis, int64_t low_ns, int64_t to_ns, struct rep_data *ret);

#endif
