/* SPDX-License-Identifier: MIT */
/*
 * What the reps or holds of a set say together, beyond their count. Only what was measured goes in; what is missing
 * stays ABSENT. Plain memory; zero is empty.
 *
 *   fatigue     100 (first - last) / first, %. Reps: first and last are the median length (start of con to end of ecc) of
 *               the first three and the last three, so it is positive when they get shorter (six are needed) and one odd
 *               rep at either end does not make it. Holds: the mean force of the first and of the last hold, positive
 *               when the force declines (two are needed).
 *   TUT         the set's time under tension as a therapist prescribes it: sum over reps of move_s of con and ecc and of
 *               the top between them; judged against as many times con + top + ecc, within tut_tol_pct (default 8 %:
 *               Faber et al. 2015, PeerJ 3:e1102). Only where all three are known in every full rep: a rep without a
 *               credible fit is likely the odd one, and the ordinary ones cannot speak for it.
 *   asymmetry   see trend_asymmetry().
 */
#ifndef GYMSTATION_CORE_SET_TREND_H
#define GYMSTATION_CORE_SET_TREND_H

#include "gymstation/event.h"

#define TREND_REPS 3 /* at either end of a set: one rep alone varies by 10 %, and may be an odd one */

struct set_trend {
    int n;                                       /* values seen */
    int64_t first[TREND_REPS], last[TREND_REPS]; /* last: newest first */
    int64_t force_sum_mn, force_n;               /* of mean_mn */
    int64_t tut_ns, tut_n;                       /* of movements; reps in which all three are known */
};

/* A full one. rest_mn: what its forces are to be compared with on top of what it says, 0 where they are compared as they are. */
void trend_rep(struct set_trend *trend, const struct rep_data *rep, int64_t rest_mn);
/* A full one that was seen. Its force is compared with the other side's only when it counts from a rest level of its own. */
void trend_hold(struct set_trend *trend, const struct hold_data *hold, bool own_rest);
/* In thousandths of a per cent, or ABSENT. */
int64_t trend_fatigue(const struct set_trend *trend, bool hold);
/* What is prescribed for the full reps, or ABSENT: free, asap, helped, none seen, or one without its movements. */
int64_t trend_tut_target_ns(const struct set_trend *trend, const struct dose *dose);
/* 1 in tolerance, 0 not, -1 cannot be judged. */
int trend_tut_in_tolerance(const struct set_trend *trend, const struct dose *dose);

/* Sum and number of mean forces above the rest level of one side. */
struct side_force {
    int64_t sum_mn, n;
};

/*
 * Asymmetry between the sides of an item that is done with each, in thousandths of a per cent: 100 (max - min) / max of
 * the sides' mean forces, negative when the left is the weaker one, positive when the right is. ABSENT unless both were
 * measured. Where posture or body weight sets the force (bridge, step-up) it tells how the load was shared, not strength.
 */
int64_t trend_asymmetry(const struct side_force *left, const struct side_force *right);

#endif
