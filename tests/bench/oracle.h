/* SPDX-License-Identifier: MIT */
/*
 * What physics leaves of a curl, a step-up and a thrust: a reader who knows the patient. It knows the body, the band's
 * pull or the height of the step, the rest level, the limb's inertia, what a sample averages, the shape of the movement,
 * how long feet press before a pelvis leaves, and the spectrum of sway and hand to the letter, which no station can;
 * unknown is only when the movements begin and end, how long a pause half-way lasts, and what the hand does. What it
 * misses, everybody misses, but for luck and for who takes the cue for the patient.
 *
 *     oracle_course  what the cell feels of a movement: the simulated patient's own body plays it, without sway
 *     oracle_noise   what sway, hand and converter add, block by block: their covariance
 *     oracle_fit     the breakpoints of a rep by generalised least squares (one step from the truth: the error of the
 *                    maximum likelihood to first order), from what the station has when it tells the rep
 *     oracle_live    the time at which a change is likely enough to have happened, of a movement that may begin at any
 *                    time of ten seconds and takes as long as it takes within the patient's skill, the patient's other
 *                    movements being known
 *     oracle         the sessions of a run, and the station beside it
 */
#ifndef GYMSTATION_BENCH_ORACLE_H
#define GYMSTATION_BENCH_ORACLE_H

#include "daemon/io/patient/patient_parts.h"
#include "tests/bench/bench.h"

#define ORACLE_BLOCKS   400
#define ORACLE_BLOCK_S  0.05
#define ORACLE_SAMPLES  400000
#define ORACLE_CAUTIONS 5 /* how sure of a live change it may want to be, per row and change: the best of them counts */
#define ORACLE_MOVES    4 /* breakpoints: begin and end of the way up, begin and end of the way down, s */

/* --- a movement -------------------------------------------------------------------------------------------------- */

#define COURSE_HZ  240
#define COURSE_MAX (18 * COURSE_HZ) /* the slowest way, its pause, and what follows */

/* Noise-free means of the cell's, as wide as a sample; before and after it goes on as it begins and ends. */
struct oracle_course {
    double lead_s;      /* it begins so long before the movement: samples average, feet press */
    double length_s;    /* of the movement */
    double change_s[2]; /* con and top, ecc and bottom begin, after its begin; NAN: they do not */
    int n;
    double mean_n[COURSE_MAX]; /* N */
    double sum[COURSE_MAX];    /* of those */
};

struct oracle_rep {
    double at[ORACLE_MOVES];
    double depth, rest_s;         /* of a pause half-way; 0: none */
    double press_s, unload_s;     /* feet before the pelvis leaves, and when it is down */
    int set;                      /* 0: there is no such repetition */
    struct oracle_course ways[2]; /* up and down */
};

/* The patient of the session in position, without its sway: returns the sd of that, N. */
double course_begin(struct patient *patient, const struct bench_session *session);
/* Cases that are nothing but a way of doing the repetition, a hand, or nothing odd. */
bool course_knows(enum patient_case oddity);
/* How long it rests half-way, in a case that is that; else 0. */
double course_rest_s(const struct patient *patient);
/* A way up or down that takes length_s, or as nearly as the body's weight lets it be; false: it is too long. */
bool course_play(struct patient *patient, const struct oracle_rep *rep, bool up, double length_s, double width_s,
                 struct oracle_course *ret);
/* Its force s after the movement's begin, mean over spread_s. */
double course_at(const struct oracle_course *course, double s, double spread_s);
double course_before(const struct oracle_course *course);
double course_after(const struct oracle_course *course);

/* --- the reader -------------------------------------------------------------------------------------------------- */

struct oracle {
    struct patient patient;
    int n; /* samples: time less the converter's delay, s; force, N */
    double t[ORACLE_SAMPLES], f[ORACLE_SAMPLES];
    double at_s[ORACLE_BLOCKS];                  /* of the last means: mean time of each block's samples */
    double last_s[ORACLE_BLOCKS];                /* time of the last of them */
    double spread_s[ORACLE_BLOCKS];              /* and over how long they are spread, beside what each averages */
    int factored;                                /* blocks so far of this: */
    double factor[ORACLE_BLOCKS][ORACLE_BLOCKS]; /* lower triangle, Cholesky factor of the noise's covariance */
    double period_s;                             /* of a sample; it averages four */
    double sway_n, hand_n;                       /* sd */
    struct rng plans;                            /* how long feet press: as the patient draws it */
    struct oracle_rep reps[3];                   /* before, at hand, after */
    double error[FIGURE_COUNT];                  /* of the rep at hand; NAN: none */
    double live[ORACLE_MOVES][ORACLE_CAUTIONS];  /* of its live changes */
    struct figure cautious[ORACLE_MOVES][ORACLE_CAUTIONS]; /* of all of them */
    double wrong_s[ORACLE_CAUTIONS];                       /* of its four changes: told too soon, or 0.3 s too late */
    double cycle_s;                                        /* of the rep at hand, from the end of the one before */
    struct figure wrong[ORACLE_CAUTIONS];
    struct figure best[FIGURE_COUNT];    /* of all that the station measured, too */
    struct figure station[FIGURE_COUNT]; /* of the same ones */
};

/* What a sample averages, and how long ago its middle is when it is told. */
double oracle_width_s(const struct oracle *oracle);
double oracle_delay_s(const struct oracle *oracle);
/* A block that a sample falls into whatever the rate, s. */
double oracle_block_s(const struct oracle *oracle);
/* Means of the samples in n blocks from from_s on, and when they were; false: one is empty. */
bool oracle_means(struct oracle *oracle, double from_s, int n, double *ret);
/* Covariance of such means, factored. */
void oracle_noise(struct oracle *oracle, int n);
/* x becomes what its blocks say beyond what is expected after the ones before, in sd. */
void oracle_whiten(const struct oracle *oracle, int n, double *x);
/* What the reader expects of block k: the rep at hand with its neighbours, without its way `without` (-1: with both). */
double oracle_expects(const struct oracle *oracle, int k, int without);
/* Sets the errors of the rep at hand from its samples from from_s to to_s. */
void oracle_fit(struct oracle *oracle, double from_s, double to_s);
/* And of its four live changes. */
void oracle_live(struct oracle *oracle, double from_s);

/*
 * What it misses of every rep that was watched, whatever the station told of it, is added to oracle->best. Returns how
 * many there were.
 */
int oracle_session(struct oracle *oracle, const struct bench_session *session, const struct watch *watch);
/* The last such errors count in that figure; then: the figures with the caution that serves each best. */
void oracle_live_add(struct oracle *oracle, enum figure_kind kind);
void oracle_live_best(struct oracle *oracle);

/*
 * Of a run's first `sessions` sessions, and `varied` of the varieties, of each row of curls, step-ups and thrusts at most
 * that many sets. Only figures that the station has of the same repetition; its own ones stand beside them.
 */
void oracle_measure(struct bounds *ret, uint64_t seed, int sets, int sessions, int varied,
                    const struct exercise_set *exercises);
/* Prints them of sessions of those cases, of a set each, that the reader knows; 1: there are none. */
int oracle_cases(const struct cases_wanted *wanted, const struct exercise_set *exercises);
/* Prints them, whatever session they are of. */
void oracle_run(uint64_t seed, int sets, const struct exercise_set *exercises);

#endif
