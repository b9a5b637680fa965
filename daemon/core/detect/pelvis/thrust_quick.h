/* SPDX-License-Identifier: MIT */
/*
 * A thrust of quick hips. What speeding them up and slowing them down takes is then as much as they rise, or more (0.14 of
 * the mass, 0.24 m in 0.5 s: 0.08 of body weight at its most), so no curve of the rise fits, but the swings themselves tell
 * the movements:
 *
 *     u ^      _                                  _
 *       |     / \          top, P                / \
 *       |    /   \      ____________            /   \
 *       |  _/     \    /            \    L0    /     \_
 *       | /        \  /              \        /        \
 *     --+/----------\/----------------\______/----------\--> t
 *        off        braking           let go  braking    down
 *
 * The hips are up when the load is back from braking, at a level P that it keeps, and begin to come down where it leaves
 * that: both within some 20 ms, for the swing is steep there. A rep is quick when there is such a dip on both sides of the
 * longest level stretch, each of THRUST_DIP_PCT of P or more, and neither way took longer than 0.9 s: a slower one has no
 * such swing, R being a fifth of P.
 * On simulated patients as fast as they can (0.3-0.6 s a way), 76-320 SPS: 99 % of the reps are told, con within 0.02 s
 * (median; 0.08 s in 9 of 10), ecc 0.02 (0.03); live con 0.04 (0.09), top 0.13 (0.16), ecc 0.08 (0.19), bottom 0.15 (0.19).
 */
#ifndef GYMSTATION_CORE_THRUST_QUICK_H
#define GYMSTATION_CORE_THRUST_QUICK_H

#include "daemon/core/detect/pelvis/pelvis.h"

#define THRUST_DIP_PCT 11

/* Of the rep at hand, live. */
struct thrust_quick {
    bool on; /* hips are told by their swings: prescribed as fast as possible, or the rep before was quick */
    int64_t usual_mn, usual_ns; /* P and how long the way up took, of the last quick rep; P ABSENT: there was none */
    struct pelvis_median steps_ppm; /* S of P, of the reps */
    int64_t up_ns;                  /* pelvis off, or ABSENT */
    int64_t most_mn;                /* of u since then */
    int64_t least_mn;               /* of u since that; on the way down since it began */
    int64_t level_mn;               /* P, or ABSENT */
    int64_t since_ns;               /* a dwell */
    struct sample flat;             /* where the level stretch began that u is on */
};

void thrust_quick_begin(struct thrust_quick *quick, const struct dose *dose);
/* The phase after one more sample of pelvis, whose samples come close enough together. */
enum phase thrust_quick_step(struct thrust_quick *quick, const struct pelvis *pelvis, enum phase phase);
/*
 * The rep that pelvis has just told: its phases by its swings, and its ends anew by the S that they tell. False: they do
 * not tell them; rep stays as it was. Either way that is what the next rep is taken for.
 */
bool thrust_quick_look(struct thrust_quick *quick, struct pelvis *pelvis, struct rep_data *rep);

#endif
