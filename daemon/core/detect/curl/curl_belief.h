/* SPDX-License-Identifier: MIT */
/*
 * Which phase of a curl it is by all samples so far: a forward filter over the four phases, once a block. A pause lasts
 * until a movement begins, which it may every BELIEF_EVERY_S; a movement that began at some block goes its way, of a shape
 * and in a time that the set's reps have shown (BELIEF_LENGTHS of them: nobody repeats himself better than that), and then
 * the other pause begins. Each of these that is not ruled out yet has its likelihood, and a level of its own: a hand on a
 * chair wanders (Ornstein-Uhlenbeck process of BELIEF_TAU_S), and what it has done up to now depends on what the limb has
 * done.
 *
 *     rest --block--> ways up, begun then --their time is over--> top --block--> ways down --over--> rest
 *
 * What sway adds to a mean is as white noise of density 0.0315 s sigma^2 (fit.h), so that all levels have one variance and
 * each costs a Kalman step of one state. Likelihoods are Student's (7 degrees of freedom): a kick or a cough proves little.
 * Before BELIEF_SOONER of the patient's usual pause, and BELIEF_STANDS_S after it, few movements begin; the cues play no
 * part in it.
 *
 * Plain memory; a block costs at most two times BELIEF_WAYS steps, one or two dozen as a rule.
 */
#ifndef GYMSTATION_CORE_CURL_BELIEF_H
#define GYMSTATION_CORE_CURL_BELIEF_H

#include "daemon/core/fit/fit.h"

#define BELIEF_BLOCK_NS     (50 * NS_PER_MS) /* or a sample that is longer */
#define BELIEF_EVERY_S      0.09             /* of a quick converter every other block, of a slow one each */
#define BELIEF_SLOW_NS      (60 * NS_PER_MS) /* samples further apart: a slow converter */
#define BELIEF_GAP_S        1.0              /* without a sample: what was before is forgotten */
#define BELIEF_TAU_S        2.0
#define BELIEF_LENGTHS      3
#define BELIEF_WAYS         384 /* under way at a time in one direction; begun in twelve seconds */
#define BELIEF_SHAPE        32
#define BELIEF_SOONER       0.6 /* of the pause as it has been: a movement seldom begins before that ... */
#define BELIEF_STANDS_S     4.0 /* ... or so long after its end */
#define BELIEF_PAUSE_MOST_S 5.0 /* no pause is learnt to last longer */

/* A movement that may be under way: since when, and beyond what it pulls the load is so much off, of A. */
struct belief_way {
    double weight, level, age_s;
    int length;
};

/* One direction: as the set's reps have shown it, and what may be under way. */
struct belief_move {
    double length_s, pause_s;      /* breakpoint to breakpoint: the movement, the pause before it; 0: not known */
    double load[BELIEF_SHAPE + 1]; /* over its time, of A */
    double begun, over;            /* shares of its time at which it passes the levels that phases are told by */
    int n;
    struct belief_way way[BELIEF_WAYS];
};

struct belief_pause {
    double weight, level, age_s;
    double due_s; /* since a movement might begin last */
};

struct curl_belief {
    int64_t from_ns, sum_mn; /* of the block that is filled; from_ns ABSENT: nothing yet */
    int n_sum;
    double variance;              /* of all levels; below 0: nothing yet */
    struct belief_pause pause[2]; /* at rest, on top */
    struct belief_move move[2];   /* that end them: up, down */
    bool slow, clear;             /* converter; what there is to see stands out of sway */
    double likely[PHASE_COUNT];   /* by now, not by the last sample: the converter is behind */
};

struct belief_input {
    int64_t t_ns, u_mn;                /* a sample, above the rest level */
    int64_t amp_mn, noise_mn, hand_mn; /* A; sd of the quiet signal; of a hand's wander, 0: no hand */
    int64_t step_ns, late_ns;          /* between samples; what they are behind */
};

/* A full rep, crossing to crossing, bottom the pause before it; its movements, breakpoint to breakpoint; or ABSENT. */
struct belief_rep {
    int64_t dur_ns[PHASE_COUNT], move_ns[PHASE_COUNT];
    int64_t amp_mn;
};

void curl_belief_begin(struct curl_belief *belief);
/* curl_belief_learn.c */
void curl_belief_learn(struct curl_belief *belief, const struct fit_habit *habit, const struct belief_rep *rep);
/* A rep was learnt; not before that curl_belief_step(). */
bool curl_belief_knows(const struct curl_belief *belief);
/* True when it is new. */
bool curl_belief_step(struct curl_belief *belief, const struct belief_input *in);
/* The phase to be shown when `shown` is. */
enum phase curl_belief_phase(const struct curl_belief *belief, enum phase shown);

#endif
