/* SPDX-License-Identifier: MIT */
/*
 * The phase of a hip thrust as it can be told while it happens: the height above the level at lift-off L0, compared with
 * what the hips' rise R adds on top (live.h, on: R / 10). From a set's second rep on both are those of the reps before.
 *
 * In the first rep L0 is where the load stops jumping: the feet take over within 0.2-0.5 s, the hips then raise the load
 * for seconds. It is the load where its gain over THRUST_GAIN_NS has fallen to a quarter of the most there was. R is then
 * taken for THRUST_RISE_PCT of L0 (moments about the shoulders: 33 % for the simulated body, 36 % for physics' 5-6 % of body
 * weight on 15 %; bodies and benches differ by a third of that): where R is less the top is told by standing still, where
 * it is more it is told early. The rep's own figures are not touched by it.
 *
 * After another set of this item the first rep goes by that set's L0 and R, unless L0 lies elsewhere now (feet that moved).
 *
 * Once the hips stand still, and again when they sink, a fit of the way up (rise_fit.h) tells L0 and R of the first rep, so
 * that its way down is told by them. Its way up cannot be: R is not known before the load stops rising, and a level read
 * off the knee is off by a twentieth of L0, which is a seventh of R.
 *
 * A converter of ten samples a second gives the mean of 0.4 s: its level is carried on to now by how it changes (live.h).
 *
 * Simulated patients, con 1-3 s, ecc 1.2-5 s, after the crossing (median, 90 %): at 76-320 SPS con 0.13 (0.18), top 0.13
 * (0.19), ecc 0.11 (0.27), bottom 0.12 (0.17) s; in the first rep con 0.14 (0.36), top 0.21 (0.68), ecc 0.14 (0.32),
 * bottom 0.13 (0.27). At 10 SPS con 0.09 (0.19), top 0.07 (0.25), ecc 0.09 (0.23), bottom 0.09 (0.32).
 */
#ifndef GYMSTATION_CORE_THRUST_LIVE_H
#define GYMSTATION_CORE_THRUST_LIVE_H

#include "daemon/core/detect/pelvis/pelvis.h"
#include "daemon/core/detect/pelvis/thrust_quick.h"

#define THRUST_GAIN_NS  (120 * NS_PER_MS)
#define THRUST_STILL_NS (400 * NS_PER_MS) /* no higher for so long: the way up is over */
#define THRUST_TURN_NS  (300 * NS_PER_MS) /* before the way down is told it has begun */
#define THRUST_RISE_PCT 29                /* of L0 */

struct thrust_live {
    struct live_phase phase;
    struct live_mean mean;
    int64_t gain_mn;          /* the most of this excursion */
    int64_t level_mn;         /* L0 of it, or ABSENT */
    int64_t knee_ns;          /* where the jump ended */
    int64_t most_mn, most_ns; /* the most above it, and when it last grew */
    int64_t rise_mn;          /* R of it as its way up shows it, or ABSENT */
    struct thrust_quick quick;
};

void thrust_live_begin(struct thrust_live *live, const struct dose *dose);
/* In the first rep: the hips stand still on top, and R is not known yet. */
bool thrust_live_still(const struct thrust_live *live, int64_t t_ns);
/* In the first rep: L0 and R have become known. */
void thrust_live_learn(struct thrust_live *live, int64_t level_mn, int64_t rise_mn);
/*
 * After each sample of pelvis. level_mn, rise_mn: L0 and R of the reps before, above the rest level, or both ABSENT. True: a
 * phase begins now, live->phase.phase.
 */
bool thrust_live_step(struct thrust_live *live, const struct pelvis *pelvis, int64_t level_mn, int64_t rise_mn);

#endif
