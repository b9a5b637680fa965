/* SPDX-License-Identifier: MIT */
/*
 * The body weight of a set of step-ups. Nobody stands on the box before the first rep, and others may stand on it in
 * the middle of one: the weight is the median of what the last STEP_WEIGHT_REPS well measured reps have shown (one that
 * was disturbed moves nothing, two others in a row are believed); before the first it is the first level of standing
 * still. Loads in the hands count: what is raised is what weighs. Plain memory. Forces in mN.
 */
#ifndef GYMSTATION_CORE_STEP_WEIGHT_H
#define GYMSTATION_CORE_STEP_WEIGHT_H

#include "daemon/core/detect/rep_buffer.h"

#define STEP_WEIGHT_REPS    5
#define STEP_BW_MIN_MN      200000 /* 20 kg; a resting foot (8-15 % BW) of the heaviest patients stays below */
#define STEP_STILL_NS       (500 * NS_PER_MS)
#define STEP_WANDER_PART    350 /* of body weight: so much the level differs by sway alone (0.4-1 % BW at 4.5 Hz) */
#define STEP_STILL_PER_CENT 7   /* about its mean: the tap of the trailing foot is 3-6 %, sway on one leg 4 x 1 % */

struct step_weight {
    int64_t bw_mn;               /* or ABSENT */
    int64_t v[STEP_WEIGHT_REPS]; /* of the last reps, a ring */
    bool rough;                  /* of reps of which only the means over 0.4 s are known */
    int n, next;
    int64_t level_mn, median_mn;      /* of the rep before, or ABSENT */
    int64_t change[STEP_WEIGHT_REPS]; /* of the level, from rep to rep, a ring */
    int n_changes, next_change;
    int64_t change_mn;                              /* their median: the live stream asks at every sample */
    int64_t still_ns, still_mn, still_sum, still_n; /* standing still since, its mean */
};

/* bw_mn: known before the set, or ABSENT. */
void step_weight_begin(struct step_weight *weight, int64_t bw_mn);
/* The level that the patient has kept to for STEP_STILL_NS, with at least STEP_BW_MIN_MN; else ABSENT. */
int64_t step_weight_still(struct step_weight *weight, int64_t t_ns, int64_t f_mn);
/* A level of standing still before any rep has shown the weight. */
void step_weight_learn(struct step_weight *weight, int64_t level_mn);
/* What a rep has shown; rough: only its means over 0.4 s could be read. From the first better one on those do not count. */
void step_weight_take(struct step_weight *weight, int64_t bw_mn, bool rough);
/* The level at which a rep stood still, by its mean and its median: a cough moves the one, sway the other. */
void step_weight_level_seen(struct step_weight *weight, int64_t level_mn, int64_t median_mn);
/*
 * How far that level wanders from rep to rep (median of the last changes), less what sway and the converter leave in it;
 * 0 while fewer than two are known. A finger on a chair (0.3 kg) shows as 2-4 N, leaning (1.5 kg) as 10-20 N.
 */
int64_t step_weight_wander_mn(const struct step_weight *weight);
#define STEP_WANDERS_PART 650 /* a wander of more than 0.15 % of BW beside what sway does is a hand */
static inline bool step_weight_wanders(int64_t wander_mn, int64_t bw_mn)
{
    return wander_mn * STEP_WANDERS_PART > bw_mn;
}
/* Reps have shown it. */
static inline bool step_weight_proven(const struct step_weight *weight)
{
    return weight->n > 0;
}

/*
 * Body weight of somebody who never stood still: momentum comes and goes, so what the box carried on average, from the
 * first to the last sample of from..to (included) that carries nine tenths of it, is within about 2 % of the weight. ABSENT
 * when that was for less than STEP_CARRIED_NS or the samples are too few.
 */
#define STEP_CARRIED_NS (400 * NS_PER_MS)
int64_t step_weight_carried(const struct rep_buffer *buffer, int from, int to);

/* Mean of the stillest STEP_STILL_NS among samples from..to (included), or ABSENT when there is less than that, or none. */
int64_t step_weight_level(const struct rep_buffer *buffer, int from, int to);

/*
 * The level at which the body stood from from_s to to_s seconds after sample `first`, among those up to `last` (included):
 * the median. A cough or a tap moves a mean of half a second by more than a finger on a chair does.
 */
int64_t step_weight_median(const struct rep_buffer *buffer, int first, int last, double from_s, double to_s);

#endif
