/* SPDX-License-Identifier: MIT */
/*
 * May the phases of a curl be claimed? A box that carries all of the body shows a hand on a chair as slow wander: 3 N
 * (sd) for a touching finger, 15 N for who leans on it, both an Ornstein-Uhlenbeck process of 2 s. Who leans hides the
 * movement, and no rep may be claimed to be measured then; who only touches is measured with an error that is published.
 * Nobody can tell at "go" who will lean: the evidence grows with the set, and a claim waits for it.
 *
 * Looked at are the still parts of a rep, in means of 0.25 s: the pause before it, where the load is B and the hand, and
 * its top, where it is a level of its own and the hand. Two Kalman filters follow them, one for each sd; what they
 * expect and what is seen gives the logarithm of the likelihood ratio, leaning against touching (touching covers no
 * hand at all, for which the ratio falls faster). The rest level itself was taken with the hand where it was then: that a
 * set's first pause lies near it says nothing.
 *
 *     ratio <= -LEAN_SURE: free, phases are claimed. Of who leans at most exp(-LEAN_SURE) = 1 in 3000 comes so far, as
 *                          far as hands are what is said here. Where no hand at all is to be seen -LEAN_SURE_NONE will
 *                          do: whoever leans shows one, and hardly misses both.
 *     ratio >=  LEAN_SURE: leans; the same the other way round.
 *     between:              counted, phases held back (left out). Without hands that is the first rep, often the second.
 *
 * In 960 simulated sets of who leans or takes weight off in steps (tools/bench accuracy --cases --case hand_lean, and
 * leaning_steps, --exercise banded_curl --sets 60 --seed 1 to 8; two ranges of bodies, bands and hands) no phase is
 * claimed; of 1425 sessions more (leaning curls of --seed 100 to 114 and 200 to 229) one is in two; in plain sets all but
 * the first rep's are, as a rule.
 *
 * Weight put on the chair or taken off it moves the level by more than a finger can, at once (LEAN_STEP): what has
 * spoken against leaning does not count any more, and claims wait for LEAN_STEP_REPS even reps.
 *
 * A knock (cough, kick, shove, shuffle, bounce) says nothing about hands: a mean over samples that lie further apart
 * than sway explains is left out. A level further off than LEAN_OTHERS_N is somebody or something put on the box: what
 * follows counts from there. Plain memory; work bounded by the still parts' samples, once a rep.
 */
#ifndef GYMSTATION_CORE_LEAN_H
#define GYMSTATION_CORE_LEAN_H

#include "daemon/core/detect/rep_buffer.h"

#define LEAN_BLOCK_NS (250 * NS_PER_MS)
#define LEAN_QUICK_NS (80 * NS_PER_MS) /* a quick rep's still parts are as short */
#define LEAN_SLOW_NS  (60 * NS_PER_MS) /* samples further apart than this: 10 SPS, means of twice that length */
#define LEAN_TAU_S    2.0
/* 15 N in all: some of it comes in steps where the hand takes hold anew, and a mean over 0.25 s evens out more. */
#define LEAN_SD_N        11.0
#define LEAN_TOUCH_N     3.0
#define LEAN_NONE_N      0.5 /* what wanders without a hand */
#define LEAN_ANEW_N      30.0
#define LEAN_TOUCH_PRIOR 1.5  /* odds of 1 in 5, before anything is known, that there is a hand */
#define LEAN_HAND_LEAST  0.05 /* a hand less likely than that is none */
#define LEAN_HAND        8.0  /* touch_ratio from which on a hand is told */
#define LEAN_TAIL_PART   0.01 /* of A: what the end of a movement leaves in a still part */
#define LEAN_TAIL_QUICK  0.03 /* of a quick one, which inertia ends */
#define LEAN_QUICK_MOST                                                                                                \
    4.0 /* what is still of a quick rep a fit says: one that is wrong looks like a hand, and proves none */
#define LEAN_TOP_PART 0.15 /* of A: a band pulls much the same at the top of each rep; a partial rep has no top */
/* Of who leans 30 % of the ways halt, with a finger 6 %, without hands 1 %: ln 5. An even way proves little, and uneven ones
 * alone no leaning: there are people who pause. */
#define LEAN_UNEVEN    1.5
#define LEAN_SURE      8.0
#define LEAN_SURE_NONE 5.0 /* where no hand is to be seen at all */
#define LEAN_HALTED    3.0 /* for each way of a rep that halts: claims do not begin with one so soon */
#define LEAN_UNLIKELY  2.2
#define LEAN_MOST      12.0 /* no more credit than this: who begins to lean in mid-set is told within three reps */
#define LEAN_OTHERS_N  60.0 /* 6 kg, four sd of who leans */
/* Sway as means of 0.25 s see it: density 0.0315 s at 0 Hz (fit.h) / 0.25 s, root. */
#define LEAN_SWAY_PART      0.355
#define LEAN_SWAY_PER_MILLE 2.5  /* of the rest level: 2 s of quiet tell its sd to a third only */
#define LEAN_KNOCK_SD       5.0  /* highest less lowest sample of a mean: so many sd of sway, ... */
#define LEAN_KNOCK_N        8.0  /* ... and what a hand wanders within it */
#define LEAN_STEP           6.0  /* sd of what is expected of a finger */
#define LEAN_STEP_REPS      3    /* even reps in a row before phases are claimed again after one */
#define LEAN_SURPRISE       16.0 /* squares of a deviation beyond four sd count as that: models have tails */

/* What is followed, N: the hand, what it took off when the rest level was taken, the top's level. And its covariance. */
enum { LEAN_AT_HAND, LEAN_AT_REST, LEAN_AT_TOP, LEAN_STATES };

struct lean_filter {
    double sd_n;
    double x[LEAN_STATES], p[LEAN_STATES][LEAN_STATES];
};

struct lean {
    struct lean_filter leans, touches, none;
    double ratio, touch_ratio; /* leaning against touching; touching against no hand at all */
    double base_n;             /* above the rest level: others who came */
    int64_t last_ns;
    int stepped; /* even reps still to come, one after another, before a claim may be made again */
    bool begun, free;
};

/* A finished rep: what is still. Times in ns; a part whose end is not after its beginning is none. */
struct lean_rep {
    const struct rep_buffer *buffer;
    int64_t rest_mn, noise_mn; /* of the set */
    int64_t amp_mn;            /* A of this rep */
    int64_t bottom_ns, bottom_end_ns;
    int64_t top_ns, top_end_ns;
    bool quick; /* still parts of less than LEAN_BLOCK_NS: each is a mean of its own */
    int uneven; /* ways, 0-2, that halted or turned back */
};

/* Nothing is known: a set begins. */
void lean_begin(struct lean *lean);
/* Somebody has come, gone or come back: where the rest level is now is known no better than LEAN_ANEW_N. */
void lean_begin_anew(struct lean *lean);
void lean_take(struct lean *lean, const struct lean_rep *rep);
/* The rest level that reps are told from has followed the load by so much: that could be a hand's. */
void lean_moved(struct lean *lean, int64_t by_mn);
/* This rep is none like those before it: claims wait for the next one. */
void lean_wait(struct lean *lean);
bool lean_free(const struct lean *lean);
bool lean_told(const struct lean *lean);
/*
 * For who has other signs of a hand (support.h): what is still shows one; nothing that is still speaks against leaning,
 * or nothing is still.
 */
bool lean_hand(const struct lean *lean);
/* A step was seen elsewhere: as LEAN_STEP. */
void lean_doubt(struct lean *lean);
bool lean_likely(const struct lean *lean);
/* Time under tension may be told: of who leans 1 in 9 comes so far. */
bool lean_unlikely(const struct lean *lean);
/* sd of a touching hand's wander as far as the evidence goes, mN: LEAN_TOUCH_N times the root of its probability. */
int64_t lean_hand_mn(const struct lean *lean);

#endif
