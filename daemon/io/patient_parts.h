/* SPDX-License-Identifier: MIT */
/*
 * The parts of the simulated patient, private to patient*.c:
 *
 *     behave  what to press and when to step on        (snapshots --> presses, posture)
 *     work    when to move, from cues or own tempo      (cues --> movements)
 *     body    what the movements weigh, at 480 Hz       (movements --> newtons)
 *     truth   crossings of the noise-free load
 *     converter  what the load cell's chip makes of it  (newtons --> counts at its own rate)
 *
 * Forces are double newtons and times int64_t ns. Only + - * / sqrt floor and comparisons, so that every machine gets
 * the same bits.
 */
#ifndef GYMSTATION_IO_PATIENT_PARTS_H
#define GYMSTATION_IO_PATIENT_PARTS_H

#include "gymstation/patient.h"

#define PHYSICS_HZ 480
#define GRAVITY    9.80665

/* --- chance: xoshiro256** seeded by splitmix64 ------------------------------------------------------------------- */

/* One stream for each purpose, so that a new habit of the patient does not change the noise. */
enum rng_stream { RNG_BODY, RNG_MIND, RNG_SWAY, RNG_CONVERTER, RNG_BOUNCE };

struct rng {
    uint64_t s[4];
};

void rng_seed(struct rng *rng, uint64_t seed, enum rng_stream stream);
uint64_t rng_next(struct rng *rng);
double rng_uniform(struct rng *rng, double lo, double hi); /* lo <= x < hi */
int64_t rng_ns(struct rng *rng, int64_t lo, int64_t hi);   /* lo <= x < hi; lo when they are equal */
double rng_gauss(struct rng *rng);                         /* mean 0, sd 1, within +-6 */

/* A resonance driven by white noise: AR(2) at 480 Hz with unit variance. */
struct ar2_kind {
    double a1, a2, gain;
};
struct ar2 {
    double x1, x2;
};
extern const struct ar2_kind AR2_SWAY;   /* 4.5 Hz, 2 Hz wide */
extern const struct ar2_kind AR2_TREMOR; /* 10 Hz, 4 Hz wide: covers 8-12 Hz */

double ar2_step(struct ar2 *ar2, const struct ar2_kind *kind, struct rng *rng);

/* --- movements --------------------------------------------------------------------------------------------------- */

struct motion {
    double pos, acc; /* acc per s2 */
};

struct move {
    int64_t start_ns;
    double dur_s; /* > 0 */
    double from, to;
    enum patient_edge edge;
};

#define AXIS_QUEUE 6

/* One degree of freedom: the movement under way (or done) and those to come, in order of their start. */
struct axis {
    struct move now;
    int n;
    struct move next[AXIS_QUEUE];
};

struct motion move_at(const struct move *move, int64_t t_ns);
int64_t move_end_ns(const struct move *move);
void axis_reset(struct axis *axis, double pos);
/* Moves to `to` from start_ns on; forgets what was to start later. */
void axis_to(struct axis *axis, int64_t start_ns, double dur_s, double to, enum patient_edge edge);
/* Forgets every movement that has not started at t_ns. */
void axis_cancel(struct axis *axis, int64_t t_ns);
/* Where the axis is; t_ns never decreases from call to call. */
struct motion axis_at(struct axis *axis, int64_t t_ns);
/* Where it will be when all is done. */
double axis_goal(const struct axis *axis);

/* --- body -------------------------------------------------------------------------------------------------------- */

enum body_kind {
    BODY_NONE, /* nothing reaches the box */
    BODY_CURL_DEAD,
    BODY_CURL_LIVE,
    BODY_CURL_FRONT,
    BODY_HIP_EXTENSION,
    BODY_HIP_TAP,
    BODY_BRIDGE,
    BODY_THRUST,
    BODY_THRUST_BACK,
    BODY_STEP,
    BODY_HEEL,
    BODY_BRIDGE_HOLD
};

struct body {
    enum body_kind kind;
    double mass_kg, weight_n;
    double amp_n;        /* curl: pull of the band at 90 degrees; holds: the force aimed at */
    double step_m;       /* step-up: height of the surface */
    double sag;          /* holds: share of the force lost over the hold */
    double sway, tremor; /* sd as a share of the supported weight and of the held force */
    struct axis on;      /* 0: away; 1: in position */
    struct axis lift;    /* the movement itself: knee, hips or height from 0 to 1; share of a hold's force */
    struct axis shift;   /* step-up: weight taken by the lead leg; bridge: pelvis off; tap: moving foot on the floor */
    int64_t tap_ns;      /* step-up: the trailing foot lands on top, or ABSENT */
    struct ar2 sway_state, tremor_state;
};

struct load {
    double clean_n; /* what the definitions speak of */
    double noisy_n; /* with sway and tremor */
    double height;  /* step-up: share of the step height; else position of the movement */
};

enum body_kind body_kind(const char *exercise, enum contact contact, enum anchor anchor);
bool body_visible(enum body_kind kind); /* the repetitions or holds can be seen in the load */
/* Takes the strengths for an exercise from the seed; leaves the posture alone when the kind is the same. */
void body_begin(struct body *body, enum body_kind kind, const struct patient_setup *setup, struct rng *rng);
double body_rest_n(const struct body *body); /* B: clean load in position, before the movement */
double body_amp_n(const struct body *body);  /* A: plateau above it */
struct load body_step(struct body *body, int64_t t_ns, struct rng *rng);

/* --- truth ------------------------------------------------------------------------------------------------------- */

#define TRUTH_QUEUE 64

struct truth {
    bool open;
    struct patient_truth rep;
    enum body_kind kind;
    double lo_n, hi_n; /* thresholds of this rep */
    bool one_level;    /* they are the same */
    int64_t last_t_ns; /* previous physics step */
    double last_n, last_h;
    int64_t above_ns; /* step-up: when the load last fell below 0.9 BW */
    int first, n, lost;
    struct patient_truth queue[TRUTH_QUEUE];
};

void truth_init(struct truth *truth);
/* A rep or hold begins; its moves, place and levels are in rep, its crossings are found. Ends an open one. */
void truth_begin(struct truth *truth, const struct patient_truth *rep, enum body_kind kind, double band_low);
void truth_cancel(struct truth *truth); /* it was broken off: no truth */
void truth_step(struct truth *truth, int64_t t_ns, const struct load *load);

/* --- converter --------------------------------------------------------------------------------------------------- */

#define CONVERTER_RING 512 /* 1.07 s of physics: four periods of 5 SPS at most 0.84 s */

struct converter {
    int64_t period_ns, period_ps; /* of one output; ps: 0-999, the rest */
    int64_t ready_ns, ready_ps;   /* of the output to come */
    int64_t stamp_ns;             /* its read-out */
    double noise_n;
    double ring[CONVERTER_RING]; /* physics step k at k % CONVERTER_RING */
    struct rng rng;
};

void converter_init(struct converter *converter, const struct patient_setup *setup, int64_t *ret_rate_milli);
void converter_take(struct converter *converter, int64_t k, double force_n);
/* Raw counts of the output at hand; last_k is the newest physics step at or before ready_ns. Goes on to the next. */
int32_t converter_read(struct converter *converter, const struct calibration *calibration, int64_t start_ns,
                       int64_t last_k);
int64_t physics_ns(int64_t start_ns, int64_t k); /* time of physics step k */

/* --- buttons ----------------------------------------------------------------------------------------------------- */

#define PRESS_QUEUE 16
#define EDGE_QUEUE  32

struct press {
    int64_t at_ns, held_ns;
    enum button button;
};

struct edge {
    int64_t at_ns;
    enum button button;
    bool pressed;
};

/* Presses to come, and the edges of the one under way. */
struct hands {
    bool bounce;
    struct rng rng;
    int n_presses, n_edges;
    struct press presses[PRESS_QUEUE];
    struct edge edges[EDGE_QUEUE];
};

void hands_init(struct hands *hands, const struct patient_setup *setup);
/* Adds a press; it starts no earlier than the one before has been released for 0.2 s. Returns its release. */
int64_t hands_press(struct hands *hands, int64_t at_ns, int64_t held_ns, enum button button);
void hands_forget(struct hands *hands); /* presses that have not begun */
bool hands_busy(const struct hands *hands);
int64_t hands_next_ns(const struct hands *hands); /* NEVER when idle */
struct edge hands_take(struct hands *hands);

/* --- mind -------------------------------------------------------------------------------------------------------- */

/* What the patient remembers of the last look at the station. */
struct look {
    enum now now;
    bool in_session, asking;
    enum question_kind question;
    enum pain_when when;
    int item, set;
    enum side side;
};

struct work {
    bool going;      /* the set is under way for the patient */
    bool self;       /* own tempo; cues are not followed */
    int done;        /* reps or holds begun in this set */
    int goal;        /* as many as were asked for */
    bool up;         /* on top or on the way there */
    int64_t next_ns; /* own tempo: when the next rep begins, else NEVER */
    bool holding;    /* pressing, in a hold item */
};

struct patient {
    struct patient_setup setup;
    int64_t now_ns; /* of the last input taken or look */
    int64_t k;      /* the next physics step */
    int64_t rate_milli;
    struct rng body_rng, mind_rng, sway_rng;
    struct converter converter;
    struct body body;
    struct truth truth;
    struct hands hands;
    struct work work;

    struct look look;
    enum phase cued;   /* the last phase cue, in case it was heard before the set was seen to begin */
    int64_t cued_ns;   /* or ABSENT */
    int item;          /* the item that body and rx speak of; 0: none */
    struct rx_item rx; /* copy of it */
    char exercise[NAME_LEN];
    int set;
    enum side side;
    int sessions, tries; /* begun; presses of start that began nothing */
    int64_t begin_ns;    /* when to press start in idle; NEVER: not any more */
    int64_t retry_ns;    /* when to do again what seems to have had no effect, or NEVER */
    int64_t idle_since_ns;
    bool odd_done;         /* the oddity has happened */
    int64_t away_until_ns; /* left the box until, or ABSENT */
};

void behave_init(struct patient *patient);
void behave_see(struct patient *patient, const struct snapshot *snapshot, int64_t now_ns);
void behave_mount(struct patient *patient, int64_t at_ns);
void behave_dismount(struct patient *patient, int64_t at_ns);
bool behave_done(const struct patient *patient);

/* The set begins for the patient: `done` reps or holds of it are done already, `goal` is as many as there are. */
void work_begin(struct patient *patient, int64_t t_ns, int done, int goal);
void work_end(struct patient *patient, int64_t t_ns);                     /* the set is over: come down, let go */
void work_phase(struct patient *patient, enum phase phase, int64_t t_ns); /* a phase was cued */
void work_hold(struct patient *patient, bool resting, int64_t target_mn, int64_t t_ns);
void work_resume(struct patient *patient, int64_t t_ns); /* back on the box in mid-set */
void work_step(struct patient *patient, int64_t t_ns);   /* before each physics step */

/* Hooks of the oddities, in patient_case.c. */
bool case_moves(const struct patient *patient);            /* will the patient do the next rep? */
void case_top(struct patient *patient, int64_t top_ns);    /* a rep will be on top then */
void case_bottom(struct patient *patient, int64_t end_ns); /* and down again then */
void case_hold(struct patient *patient, int64_t start_ns); /* a hold will begin then */

void case_set_over(struct patient *patient);

#endif
