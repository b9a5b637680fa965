/* SPDX-License-Identifier: MIT */
/*
 * What physics leaves of a curl: a reader who knows the patient. It knows the band's pull, the rest level, the limb's
 * inertia, what a sample averages, the shape of the movement and the spectrum of sway and hand to the letter, which no
 * station can; unknown is only when the movements begin and end. What it misses, everybody misses, but for luck and for who takes the cue for the
 * patient. oracle.c: the four breakpoints of a rep by generalised least squares (one step from the truth: the error of
 * the maximum likelihood to first order), from what the station has when it tells the rep. oracle_live.c: the time at
 * which a change is likely enough to have happened, of a movement that may begin at any time of ten seconds and takes as
 * long as it takes within the patient's skill.
 */
#ifndef GYMSTATION_BENCH_ORACLE_H
#define GYMSTATION_BENCH_ORACLE_H

#include "tests/bench/bench.h"

#define ORACLE_BLOCKS   400
#define ORACLE_SAMPLES  400000
#define ORACLE_CAUTIONS 5 /* how sure of a live change it may want to be, per row and change: the best of them counts */
#define ORACLE_MOVES    4 /* breakpoints: begin and end of the way up, begin and end of the way down, s */

struct oracle_rep {
    double at[ORACLE_MOVES];
    double amp_n;
    const struct patient_setup *patient;
};

struct oracle {
    int n; /* samples: time less the converter's delay, s; force above the body's weight, N */
    double t[ORACLE_SAMPLES], f[ORACLE_SAMPLES];
    double at_s[ORACLE_BLOCKS];                  /* of the last means: mean time of each block's samples */
    double last_s[ORACLE_BLOCKS];                /* and time of the last of them */
    double factor[ORACLE_BLOCKS][ORACLE_BLOCKS]; /* lower triangle, Cholesky factor of the noise's covariance */
    double delay_s;                              /* of the samples' stamps: half of what a sample averages */
    struct sways sways;
    double error[FIGURE_COUNT];                            /* of the rep at hand; NAN: none */
    double live[ORACLE_MOVES][ORACLE_CAUTIONS];            /* of its live changes */
    struct figure cautious[ORACLE_MOVES][ORACLE_CAUTIONS]; /* of all of them */
    double wrong_s[ORACLE_CAUTIONS];                       /* of its four changes: told too soon, or 0.3 s too late */
    double cycle_s;                                        /* of the rep at hand, from the end of the one before */
    struct figure wrong[ORACLE_CAUTIONS];
    struct figure best[FIGURE_COUNT];    /* of all that the station measured, too */
    struct figure station[FIGURE_COUNT]; /* of the same ones */
};

/* Noise-free force above body weight. */
double oracle_force(const struct oracle_rep *rep, double t_s);
/* When it passes 0.1 A up, 0.9 A up, 0.9 A down, 0.1 A down for the first, first, last, last time; -1: it does not. */
double oracle_crossing(const struct oracle_rep *rep, int which);
/* A block of at least that length that a sample falls into whatever the rate, s. */
double oracle_block_s(const struct oracle *oracle, double least_s);
/* What a block's mean averages, s: a sample of ten a second takes 0.4. */
double oracle_width_s(const struct oracle *oracle, double block_s);
/* Means of the samples in n blocks of block_s from from_s on, and when they were; false: one is empty. */
bool oracle_means(struct oracle *oracle, double from_s, double block_s, int n, double *ret);
/* Mean of the noise-free force around at_s. */
double oracle_mean_force(const struct oracle_rep *rep, double at_s, double width_s);
/* Covariance of such means: of sway_n, and hand_n of a hand; factored. */
void oracle_noise(struct oracle *oracle, double hand_n, double block_s, int n);
/* x becomes what its blocks say beyond what is expected after the ones before, in sd. */
void oracle_whiten(const struct oracle *oracle, int n, double *x);
/* Sets the errors of the four live changes of a rep. */
void oracle_live(struct oracle *oracle, const struct oracle_rep *rep, double hand_n, double from_s);

/*
 * What it misses of every rep of a curl that was watched, whatever the station told of it, is added to oracle->best.
 * Returns how many there were.
 */
int oracle_session(struct oracle *oracle, const struct bench_session *session, const struct watch *watch);
/* The last such errors count in that figure; then: the figures with the caution that serves each best. */
void oracle_live_add(struct oracle *oracle, enum figure_kind kind);
void oracle_live_best(struct oracle *oracle);

/*
 * Of a run's first `sessions` sessions, of each row of curls at most that many sets: without hands, beside a finger, fast.
 * Only figures that the station has of the same repetition; its own ones stand beside them.
 */
void oracle_measure(struct bounds *ret, uint64_t seed, int sets, int sessions, const struct exercise_set *exercises);
/* Prints them, whatever session they are of. */
void oracle_run(uint64_t seed, int sets, const struct exercise_set *exercises);

#endif
