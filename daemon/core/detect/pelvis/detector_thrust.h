/* SPDX-License-Identifier: MIT */
/*
 * Hip thrust, back on a bench, feet on the box: reps as in pelvis.h, and inside them the hips' movement, because the load
 * goes on rising by 5-6 % of body weight between lift-off and the top:
 *
 *     con   10 to 90 % of the rise from the level just after lift-off (L0) to the level on top (L0 + R)
 *     top   until it last falls below 90 %
 *     ecc   until it falls below 10 %
 *
 * They are read off the plateau fit's curve (rise_fit.h), so all three are SRC_MODEL with an sd; move_s is the fit's where
 * it is credible, and then sd is the movement's. A movement that stopped on its way is on no curve: crossings of the load
 * itself, a generous sd, no move_s. A time known worse than THRUST_VAGUE_S is left out. Where nothing rises out of the noise
 * the phases are left out; the rep stays.
 * Hips that move within less than a second swing the load by as much as they rise: told by those swings, thrust_quick.h.
 * Live phases: thrust_live.h.
 * A hand on a chair or bench is as large as the rise itself: the levels at lift-off and touch-down then lie apart, and so
 * do those at rest between the reps. By that, and by what the fit leaves over, sd grows; from a fifth of the rise on
 * nothing is told of the inside, and the rep says hand_support.
 * A rep with a rise under THRUST_FULL_PCT of what is usual (running median of five), and a load on top as much lower
 * than usual, beyond what a hand explains, is partial, and has no move_s: hips that turn round below the top follow
 * another curve.
 */
#ifndef GYMSTATION_CORE_DETECTOR_THRUST_H
#define GYMSTATION_CORE_DETECTOR_THRUST_H

#include "daemon/core/detect/pelvis/pelvis.h"
#include "daemon/core/fit/rise_fit.h"
#include "daemon/core/detect/pelvis/thrust_live.h"

#define THRUST_REST_PCT                                                                                                \
    100 /* feet 15 % of body weight at rest, 35 % on top; pressing reaches 60 % of the step of 15 % */
#define THRUST_LIFTED_PCT 55   /* S is 73 % of A */
#define THRUST_SLOW_PCT   42   /* half of S would be 37 %, and so deep is what a pause of 0.5 s shows as */
#define THRUST_QUICK_PCT  80   /* and the mean of a quick rep is two thirds of the way from S to A: 91 % */
#define THRUST_FULL_PCT   72   /* half reps reach 30-70 % of the way */
#define THRUST_VAGUE_S    0.80 /* sd of a crossing time, s: as much as nine of ten errors have to stay below */

struct thrust_detector {
    struct pelvis pelvis;
    struct pelvis_median levels, rises; /* L0 and R of full reps, mN */
    struct pelvis_median tops, lifts;   /* and the load on top of them, by itself and above that at rest before */
    struct pelvis_median apart;         /* levels at lift-off and touch-down, millionths of R */
    struct rise_reference earlier;      /* of the sets before, until this one has its own or the feet stand elsewhere */
    int64_t before_mn;                  /* the load at rest before the rep before, or ABSENT */
    struct thrust_live live;
    struct rise_habit habit;
    struct rise_bins bins;
};

extern const struct detector_ops thrust_detector_ops;

#endif
