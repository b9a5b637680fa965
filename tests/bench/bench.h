/* SPDX-License-Identifier: MIT */
/*
 * The accuracy bench: simulated sessions of a patient and a core in virtual time, and what the station published
 * against what really happened. accuracy.c runs it; each part below has a file of its own. One thread.
 *
 *     draw     which session is the i-th: set-up, rate, tempo, body, case     (seeded)
 *     vary     what the plain rows leave out of a programme
 *     drawn    what a run went over
 *     cases    every case in every exercise that it applies to, a row each
 *     watch    one session, with everything kept that is judged
 *     run      the sessions of a run, into their rows
 *     spoil    stations that measure worse, to see that the bench sees it
 *     weak     how much a patient sways beside its band
 *     judge    errors of one session --> the figures of a row (judge_counts.c, judge_live.c: of its sets, of its live stream)
 *     show     one session for a reader
 *     table    the rows for a reader
 *     targets  what is wanted of them, met or missed, and by which row (targets_met.c)
 *     recorded the rows against what they were
 *     still    false reps while nobody exercises, and the stop button
 *     speed    how fast the core takes samples
 *     oracle   what physics leaves of the figures of curls, step-ups and thrusts (oracle.h)
 *
 * Errors are published minus true, in s; those of reps and time under tension as a share of the true one.
 */
#ifndef GYMSTATION_BENCH_H
#define GYMSTATION_BENCH_H

#include "gymstation/exercise_file.h"
#include "gymstation/simulate.h"

/* --- figures ----------------------------------------------------------------------------------------------------- */

enum figure_kind {
    FIGURE_CON,
    FIGURE_TOP,
    FIGURE_ECC,
    FIGURE_BOTTOM, /* crossing times */
    FIGURE_CON_MOVE,
    FIGURE_TOP_MOVE,
    FIGURE_ECC_MOVE,
    FIGURE_BOTTOM_MOVE, /* move_s */
    FIGURE_REP,
    FIGURE_TUT, /* shares */
    FIGURE_HOLD,
    FIGURE_LIVE_CON,
    FIGURE_LIVE_TOP,
    FIGURE_LIVE_ECC,
    FIGURE_LIVE_BOTTOM, /* the live stream says that it begins */
    FIGURE_LIVE_WRONG, /* share of a cycle's time for which it shows another phase, 0.3 s after a true change or later */
    FIGURE_TOLD,       /* the rep event comes, after the true end */
    FIGURE_ECC_QUICK,  /* crossing times of a step-up's way down: movements of up to 2 s */
    FIGURE_ECC_SLOW,   /* of 2.5 to 3.5 s */
    FIGURE_COUNT
};

struct figure {
    int n, size;
    double *v;   /* signed errors */
    bool sorted; /* by size */
};

struct figure_summary {
    int n;
    double bias, median, p90; /* mean of the errors; quantiles of their sizes */
};

const char *figure_str(enum figure_kind kind);
bool figure_is_share(enum figure_kind kind);
void figure_add(struct figure *figure, double error);
struct figure_summary figure_summary(struct figure *figure);

#define ROW_NAME_LEN 64

#define SCORES_MAX 4096

/* One error of a session, and the true repetition (index) that it is of. */
struct score {
    int truth;
    enum figure_kind kind;
    double error;
};

struct scores {
    int n; /* those beyond SCORES_MAX are left out */
    struct score v[SCORES_MAX];
};

/* A line of the table. */
struct row {
    char name[ROW_NAME_LEN];
    bool counted; /* the box sees the repetitions: measured and exact mean something */
    int sets, measured, exact, worst_miss, src_violations, unfinished;
    int weak;                /* of the sets that went on by cue: weak bands */
    int reps;                /* measured ones that are compared: what they do not say is not in the figures */
    int asked[FIGURE_COUNT]; /* of the live stream, and of quick and slow ways down: such repetitions among them */
    int with_sd, within_sd;  /* phases that carry sd_s; of those the errors that are no larger */
    /* Phases that are compared; of those the errors that are beyond 3 sd_s and 0.3 s; of those in reps without a flag. */
    int phases, wrong, wrong_unsaid;
    int cycles, changes; /* of the live stream, from one rep's end to the next one's: four of each are true */
    struct figure figures[FIGURE_COUNT];
    struct scores *scores; /* of whoever wants the errors one by one, or NULL */
    int truth;             /* that the next of them is of */
};

#define ROWS_MAX 160

struct rows {
    int n;
    struct row v[ROWS_MAX];
};

/* The row of that name, a new one at the end if there is none. */
struct row *rows_find(struct rows *rows, const char *name, bool counted);
void rows_clear(struct rows *rows);
void row_add(struct row *row, enum figure_kind kind, double error);
/* Of how many repetitions the figure could be told; -1: it is not one of a repetition's own. */
int row_asked(const struct row *row, enum figure_kind kind);
/* Share of these that have it, 0..1; -1: not one of a repetition's own, or there are none. */
double row_share(const struct row *row, enum figure_kind kind);

/* --- draw -------------------------------------------------------------------------------------------------------- */

/* A set-up with what physics allows there, written down a second time, independent of the exercise files. */
struct bench_setup {
    const char *exercise;
    enum contact contact;
    enum anchor anchor;
    bool counted;    /* count graded A or B */
    unsigned phases; /* bits 1u << enum phase: may be claimed load or model */
    bool hold;
    enum patient_case oddity; /* what is a set-up of its own for the physics: hands on a chair */
};

#define BENCH_SETUP_COUNT 16
#define BENCH_COUNTED     8 /* the first of them: the box sees their repetitions */
extern const struct bench_setup bench_setups[BENCH_SETUP_COUNT];

#define BENCH_SETS 2 /* sets of a session */
#define RX_LEN     1024

#define BENCH_FAST_ROW "banded_curl box dead, fast"
#define BENCH_OF_CURLS ", curls" /* ends the row of a case that takes the grade of curls down, and of nothing else */

#define BENCH_VARIETIES    15         /* vary.h */
#define BENCH_VARIED_FROM  1000000    /* the number of their first session */
#define BENCH_VARIED_SHARE 4          /* of a run's sets one in so many is added of them */
#define BENCH_VARIED       ", varied" /* their rows where odd cases have one row, too */

struct bench_variety;

struct bench_session {
    const struct bench_setup *setup;
    const struct bench_variety *variety; /* or NULL */
    bool fast;                           /* phases of less than a second */
    int reps;                            /* prescribed of a set, holds in hold set-ups */
    struct patient_setup patient;
    char rx[RX_LEN];
    char rx_later[RX_LEN]; /* of the next rev, or "" */
    char row[ROW_NAME_LEN];
};

struct bench_options {
    uint64_t seed;
    int sets;
    bool pool_cases; /* one row for all cases but plain */
};

/* A curl whose patient leans on a chair: graded C, whatever the set-up's own grade. */
bool leaning_curl(const struct bench_session *session);

/* The i-th session of a run; from BENCH_VARIED_FROM on those of the varieties in turn. */
void draw_session(const struct bench_options *options, int i, const struct exercise_set *exercises,
                  struct bench_session *ret);
/* One set of that set-up and case, for the parts that judge in their own way. set_s: its time limit, 0: the default. */
void draw_plain(uint64_t seed, const struct bench_setup *setup, enum patient_case oddity, int sets, int set_s,
                const struct exercise_set *exercises, struct bench_session *ret);
/* The i-th session of a case: one set, and the same bodies in every case. */
void draw_case(uint64_t seed, int i, const struct bench_setup *setup, enum patient_case oddity,
               const struct exercise_set *exercises, struct bench_session *ret);
const char *draw_row_name(const struct bench_setup *setup, bool low_rate, char ret[ROW_NAME_LEN]);
/* The rows that the targets are asked of: what the box sees at 76-320 samples a second, at ten, fast curls, varieties. */
#define BENCH_TARGET_FAST   (2 * BENCH_COUNTED)
#define BENCH_TARGET_VARIED (BENCH_TARGET_FAST + 1)
#define BENCH_TARGET_ROWS   (BENCH_TARGET_VARIED + BENCH_VARIETIES)
const char *draw_target_name(int i, char ret[ROW_NAME_LEN]);
int draw_target_setup(int i); /* index of bench_setups */

/* --- watch ------------------------------------------------------------------------------------------------------- */

#define WATCH_MAX 2000

struct seen_rep {
    int set;
    struct rep_data data;
    struct observability sees; /* as the set said it */
    int64_t told_ns;
};

struct seen_hold {
    int set;
    struct hold_data data;
};

struct live_change {
    enum phase phase;
    enum src src;
    int64_t at_ns;
};

#define SETS_SEEN 64

struct watch {
    struct set_completed_data done[SETS_SEEN]; /* of those that are over */
    int reps, holds, truths, changes, starts, sets;
    struct seen_rep rep[WATCH_MAX];
    struct seen_hold hold[WATCH_MAX];
    struct patient_truth truth[WATCH_MAX];
    struct live_change change[WATCH_MAX];
    struct observability sees;
    int64_t set_from_ns[SETS_SEEN], set_to_ns[SETS_SEEN]; /* a set that is gone on with counts twice; to: or NEVER */
    int64_t pressed_ns;        /* first edge of a stop that has not been told yet, or ABSENT */
    int samples_since;         /* samples since then */
    int faults;                /* raised */
    int sessions;              /* completed */
    enum session_reason ended; /* how the last of them was */
    int stops, late_samples;   /* stops told; worst number of samples between press and event */
    int64_t late_ns;           /* worst time between press and event */
    bool stop_down;
    int64_t stop_edge_ns;
    int reps_pending;
    struct simulate_result result;
    int error; /* 0 or simulate_run()'s */
};

/* Runs the session; *watch is overwritten. */
void watch_session(struct watch *watch, const struct bench_session *session);

/* --- judge ------------------------------------------------------------------------------------------------------- */

void judge_session(struct row *row, const struct bench_session *session, const struct watch *watch);
/* Of it: the sets, what was measured of them, and the miscounts. */
void judge_counts(struct row *row, const struct bench_session *session, const struct watch *watch);
/* The live stream of a cycle that was seen whole: the end of the rep before, then con, top, ecc and end; ABSENT: it was not. */
void judge_cycle(struct row *row, const struct watch *watch, const int64_t marks_ns[PHASE_COUNT + 1]);
bool live_measured(const struct live_change *change);
/* Bits 1u << enum phase: what may be claimed load or model of this patient's curl at that time. */
unsigned judge_allowed(const struct bench_session *session, const struct watch *watch, int64_t t_ns, bool live);
/* The box could see this repetition from beginning to end, and a set was under way. */
bool truth_complete(const struct watch *watch, const struct patient_truth *truth);
/* It may be counted or not: a stop came in that very moment, or it was half a bridge, which the box sees as a whole one. */
bool truth_either(const struct watch *watch, const struct patient_truth *truth);
/* By how many full reps a set is off whose true ones have to be counted, or may be (either). */
int count_miss(int full, int truths, int either);

/* --- weak -------------------------------------------------------------------------------------------------------- */

#define BENCH_HAND_N 2.942 /* sd of a finger on a chair: 0.3 kg */

/* How much a curl's patient and a finger sway, sd in N: drawn as the simulation draws it. */
struct sways {
    double sway_n, hand_n;
};

struct sways sways_of(const struct patient_setup *patient);
/* A curl's band that pulls less than 5 sd of its patient's sway and finger. */
bool weak_band(const struct bench_session *session);

/* --- cases ------------------------------------------------------------------------------------------------------- */

#define CASES_SETS 12 /* of a row, unless more are wanted */

struct cases_wanted {
    uint64_t seed;
    int sets;
    const char *oddity, *exercise; /* names; NULL: all */
    int session;                   /* to be shown instead of judged, or -1 */
};

/* Of bench_setups those that a case applies to, as bits; 0: nobody exercises. */
unsigned cases_setups(enum patient_case oddity);
/* Flags that it gives a reason for; beside them only those that say that nothing was seen. */
unsigned cases_flags(enum patient_case oddity);

/* Prints the rows; 1 when there are none or a phase was claimed that cannot be seen, else 0. */
int cases_run(const struct cases_wanted *wanted, const struct exercise_set *exercises);

/* --- drawn ------------------------------------------------------------------------------------------------------- */

struct range {
    bool any;
    double lo, hi;
};

#define DRAWN_RATES 16

/* What a run went over. */
struct drawn {
    int sessions, still, fingers, leaning; /* still: without sway */
    int varied;                            /* of these sessions */
    int own_pace, sides[4];                /* sessions not cued all through; of left, right, each, both */
    uint64_t setups;                       /* bits of bench_setups */
    bool cases[PATIENT_CASE_COUNT];
    int32_t rates_milli[DRAWN_RATES]; /* 0: no more */
    struct range body_kg, band_kg, noise_g, tires_pct, load_kg, step_m, phases_s[PHASE_COUNT];
};

void drawn_add(struct drawn *drawn, const struct bench_session *session);
void drawn_print(const struct drawn *drawn);

/* --- run --------------------------------------------------------------------------------------------------------- */

/* Whoever wants to see each session before it is judged, or NULL. */
typedef void session_taker(void *self, const struct bench_session *session, const struct watch *watch);

/* Sessions until there are options->sets sets, and BENCH_VARIED_SHARE more of the varieties. */
void run_sessions(struct rows *rows, struct drawn *drawn, const struct bench_options *options,
                  const struct exercise_set *exercises, session_taker *also, void *self);

/* --- the rest ---------------------------------------------------------------------------------------------------- */

struct still {
    double standing_h, idle_h;
    double walked_h;                             /* standing while others walk over the box */
    int standing_reps, walked_reps, idle_events; /* false ones */
    int stops, stop_samples;
    int64_t stop_ns;
};

/* hours of standing in a set and as many of an idle station. */
void still_run(struct still *ret, uint64_t seed, double hours, const struct exercise_set *exercises);

struct speed_of {
    int64_t samples, ns; /* ns: the best of several passes over all of them */
    int64_t worst_ns;    /* of one sample, likewise */
};

#define SPEED_RATES 2 /* 80 and 320 samples a second */

/* Sessions of two plain sets of every set-up, seen and unseen. */
struct speed {
    struct speed_of all[SPEED_RATES], setups[SPEED_RATES][BENCH_SETUP_COUNT];
    int64_t worst_ns; /* of one sample, of all of them; in which set-up, at which rate */
    int worst_setup;
    int32_t worst_milli;
};

void speed_run(struct speed *ret, uint64_t seed, const struct exercise_set *exercises);
/* Samples a second; 0 when there were none. */
double speed_per_s(const struct speed_of *of);
/* A line of all and one a set-up. */
void speed_print(const struct speed *speed);

/* What a reader who knows these patients would miss of them (oracle.h), and the station of the very same repetitions;
   n 0: nobody has asked. */
struct bound {
    struct figure_summary best, station;
};

struct bounds {
    int sets; /* of each row, at most */
    struct bound of[BENCH_TARGET_ROWS][FIGURE_COUNT];
};

/* All that was measured. */
struct found {
    struct rows *rows;
    struct drawn drawn;
    struct still still;
    bool whole; /* with what follows: not in a small run */
    struct speed speed;
    struct bounds bounds;
};

/* The table as Markdown, for the README: figures down, set-ups across. */
void table_markdown(const struct found *found);

/* What is wanted, what was measured, met or missed and why. */
void targets_print(const struct found *found, bool markdown);

/* Prints all of one session: the i-th of a run, or any that has been watched. */
void show_watched(const char *name, const struct bench_session *session, const struct watch *watch);
void show_session(const struct bench_options *options, int i, const struct exercise_set *exercises);

void table_print(const struct found *found);
void table_totals(const struct found *found);

/* 0; 1: something got worse (said on stdout); negative errno: the file cannot be read. */
int recorded_compare(const char *path, struct rows *rows, const struct still *still);
/* runs: the same sessions' rows under n seeds, the first the one that will be compared. 0 or negative errno. */
int recorded_write(const char *path, struct rows *runs, int n, const struct still *still,
                   const struct bench_options *options);

#endif
