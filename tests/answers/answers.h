/* SPDX-License-Identifier: MIT */
/*
 * What the station must make of every odd case in every exercise that it applies to: stated in answers.c, judged by
 * test_answers.c with the sessions and the judge of tests/bench; prescribed.c has what is odd in the prescription. One thread.
 */
#ifndef GYMSTATION_TESTS_ANSWERS_H
#define GYMSTATION_TESTS_ANSWERS_H

#include "tests/bench/bench.h"

/* Of bench_setups, as bits. */
enum {
    CURL = 1,
    STEP = 2,
    THRUST = 4,
    BRIDGE = 8,
    TAP = 16,
    HEEL = 32,
    HELD_BRIDGE = 64,
    HIPS = THRUST | BRIDGE,
    REPS = CURL | STEP | HIPS | TAP,
    HOLDS = HEEL | HELD_BRIDGE,
    ALL = REPS | HOLDS,
};
#define ANSWER_SETUPS 7

/* What is said of the number of repetitions, or holds. */
enum count_answer {
    COUNT_EXACT,  /* every one that was done to its end is full, nothing is paced */
    COUNT_NEAR,   /* the same within one, and if not exact a flag or `trusted` says so */
    COUNT_HONEST, /* exact, or paced, or a flag or `trusted` says so */
    COUNT_PACED,  /* from some rep on counted by cue, never more full ones than were done */
    COUNT_NONE,   /* none is full: nobody exercised */
};

/* Of the phases that the exercise shows (observability in tests/bench/draw.c). */
enum phase_answer {
    PHASES_SEEN,  /* claimed; hardly any wrong without a flag: WRONG_MAX_PCT */
    PHASES_MAYBE, /* what is claimed is as right */
    PHASES_NONE,  /* none is claimed: load and model appear nowhere */
};

/* How the sets and the session end. */
enum end_answer {
    END_DONE,         /* one set, done and trusted */
    END_AFTER_STOP,   /* stopped, gone on with, done */
    END_AFTER_LEAVE,  /* the box was left, gone on with, done */
    END_AFTER_TIME,   /* the time limit, gone on with, done */
    END_BLIND,        /* done, and not trusted: the sensor was at fault */
    END_NOBODY,       /* nobody confirms what was cued: unconfirmed */
    END_NO_HOLD,      /* time limit twice, the second time unconfirmed */
    END_NOT_STARTED,  /* the same as either, or no set at all: nobody is found on the box */
    END_STOPPED,      /* the set is stopped, and the session with it */
    END_REST_STOPPED, /* the set is done, the session stopped */
    END_IDLE,         /* no session ever begins */
    END_COUNT
};

/* One answer for some of the set-ups; what is left out is that of a plain patient: exact, seen, done, no flag, no fault. */
struct answer {
    enum patient_case oddity;
    unsigned setups;
    enum count_answer count;
    enum phase_answer phases;
    enum end_answer end;
    int partial_min, partial_max; /* partial reps of all sets, both included */
    unsigned must, may;           /* flags: each of must in one rep at least; none beyond may and cases_flags() */
    int faults_min, faults_max;   /* raised, both included */
};

extern const struct answer answers[];
extern const int answer_count;

/* prescribed.c: an odd prescription, or a long one; each fails the test that calls it. watch: to work in. */
void prescribed_nothing(int setup, const struct exercise_set *exercises, struct watch *watch);
void prescribed_free(int setup, const struct exercise_set *exercises, struct watch *watch);
void prescribed_light(int setup, const struct exercise_set *exercises, struct watch *watch);
void prescribed_asap(int setup, const struct exercise_set *exercises, struct watch *watch);
void prescribed_standing(int setup, const struct exercise_set *exercises, struct watch *watch);

#endif
