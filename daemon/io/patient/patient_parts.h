/* SPDX-License-Identifier: MIT */
/*
 * The parts of the simulated patient, private to patient*.c:
 *
 *     behave  what to press and when to step on        (snapshots --> presses, posture)
 *     work    when to move, from cues or own tempo      (cues --> movements)
 *     body    what the movements weigh, at 480 Hz       (movements --> newtons)
 *     truth   crossings of the noise-free load
 *     world   what else acts on the box                 (newtons --> newtons)
 *     converter  what the load cell's chip makes of it  (newtons --> counts at its own rate)
 *     stream  what becomes of it on its way to the station
 *     case    what is odd: one hook, called at the turns of all the others
 *
 * Forces are double newtons and times int64_t ns. Only + - * / sqrt floor and comparisons, so that every machine gets
 * the same bits.
 */
#ifndef GYMSTATION_IO_PATIENT_PARTS_H
#define GYMSTATION_IO_PATIENT_PARTS_H

#include "daemon/io/patient/patient_rng.h"
#include "gymstation/patient.h"

#define PHYSICS_HZ 480
#define GRAVITY    9.80665

/* --- movements --------------------------------------------------------------------------------------------------- */

struct motion {
    double pos, acc; /* acc per s2 */
};

struct move {
    int64_t start_ns;
    double dur_s; /* > 0 */
    double from, to;
    enum patient_edge edge;
    double blend; /* constant speed: share of the duration at each end, 0-0.5 */
    double skew;  /* early and late: 0-0.95 */
};

#define AXIS_QUEUE 16

/* One degree of freedom: the movement under way (or done) and those to come, in order of their start. */
struct axis {
    struct move now;
    double blend, skew; /* of the moves to come */
    bool whole_body;    /* position too takes its time to be sped up: the box is a force plate under it */
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

/* A planar body between shoulders and ankles, for bridges and thrusts (patient_statics.c). */
struct hips {
    double low_m, rise_m; /* of the hip joint above the shoulder contact, pelvis just off the floor; and how much */
    double ankle_m, ankle_x_m; /* the ankles over the shoulder contact, and away from it */
    double trunk_m, leg_m;     /* from shoulder contact to hip; thigh, and shank */
};
extern const struct hips HIPS_BRIDGE, HIPS_THRUST; /* an average body on an average bench */
struct hips hips_draw(const struct hips *average, struct rng *rng);

struct body {
    enum body_kind kind;
    double mass_kg, weight_n;
    double load_kg;      /* of dumbbells: step-up: in the hands, and in mass_kg; bridge and thrust: on the hips */
    bool single;         /* bridge and thrust: one foot on the box, the other leg in the air */
    double amp_n;        /* curl: pull of the band at 90 degrees; holds: the force aimed at */
    double step_m;       /* step-up: height of the surface */
    double sag;          /* holds: share of the force lost over the hold */
    double sway, tremor; /* sd as a share of the supported weight and of the held force */
    double foot, tap;   /* step-up, shares of body weight: the lead foot at rest on the box; the trailing one landing */
    int64_t tap_len_ns; /* and how long that takes */
    struct axis on;     /* 0: away; 1: in position */
    struct axis lift;   /* the movement itself: knee, hips or height from 0 to 1; share of a hold's force */
    struct axis shift;  /* step-up: weight taken by the lead leg; bridge: pelvis off; tap: moving foot on the floor */
    int64_t tap_ns;     /* step-up: the trailing foot lands on top, or ABSENT */
    int taps;           /* how often */
    struct ar2 sway_state, tremor_state;
    struct hips hips; /* bridge and thrust */
};

/* Share of body weight on the feet, or on the back, with the hips `lift` (0-1) of the way up; and before they leave. */
double hips_share(const struct hips *hips, double lift, bool back);
double hips_rest(const struct hips *hips, bool back);
double hips_carried(const struct hips *hips, double lift, bool back); /* the same of a weight that lies on the hips */

struct load {
    double clean_n; /* what the definitions speak of */
    double noisy_n; /* with sway and tremor */
    double height;  /* step-up: share of the step height; else position of the movement */
};

enum body_kind body_kind(const char *exercise, enum contact contact, enum anchor anchor);
bool body_hips(enum body_kind kind);    /* the pelvis leaves the floor */
bool body_visible(enum body_kind kind); /* the repetitions or holds can be seen in the load */
/* Takes the strengths for an exercise from the seed; leaves the posture alone when the kind is the same. */
void body_begin(struct body *body, enum body_kind kind, const struct patient_setup *setup, struct rng *rng);
/* What the variation makes of it, after body_begin(): one leg, or dumbbells. */
void body_vary(struct body *body, bool single, double load_kg);
double body_rest_n(const struct body *body);                /* B: clean load in position, before the movement */
double body_amp_n(const struct body *body);                 /* A: plateau above it */
double body_up_n(const struct body *body, double lift);     /* bridge and thrust, pelvis up: load without movement */
double body_reach_n(const struct body *body, double depth); /* the same of a rep that goes so far */
struct load body_step(struct body *body, int64_t t_ns, struct rng *rng);

/* --- world ------------------------------------------------------------------------------------------------------- */

#define PULSE_MAX 64

/* A knock: a parabola of force; with a heel's or a kick's ringing of plate and floor after it. */
struct pulse {
    int64_t at_ns, dur_ns;
    double peak_n;
    bool rings;
};

/* What acts on the box besides the patient's own movements. All zero: nothing. */
struct world {
    struct rng rng, grip_rng;
    struct axis extra; /* what else stands on the box, N */
    double hand_sd_n;  /* of a hand: slow wander, and steps where it takes hold anew */
    double hand_n;
    struct axis grip;     /* the steps, in sd */
    int64_t grip_next_ns; /* or ABSENT: no hand yet */
    double noise_n;       /* sd of white noise, per physics step */
    double drift_n_per_s; /* of the zero, for ten minutes */
    double creep_share, creep_n;
    int64_t start_ns;
    int n_pulses;
    struct pulse pulses[PULSE_MAX]; /* in no order */
    struct ar2 ring;
};

void world_init(struct world *world, const struct patient_setup *setup);
void world_pulse(struct world *world, int64_t at_ns, int64_t dur_ns, double peak_n, bool rings);
void world_extra(struct world *world, int64_t at_ns, double dur_s, double to_n);
/* What the cell feels when the patient weighs load_n. */
double world_step(struct world *world, int64_t t_ns, double load_n);

/* --- truth ------------------------------------------------------------------------------------------------------- */

#define TRUTH_QUEUE 64

struct truth {
    bool open;
    struct patient_truth rep;
    enum body_kind kind;
    double lo_n, hi_n;                       /* thresholds of this rep */
    double tension_n;                        /* B + pA */
    bool one_level;                          /* they are the same */
    double rise_lo_n, rise_mid_n, rise_hi_n; /* thrust: of what the load rises by after lift-off */
    int64_t high_ns, leaves_ns;              /* thrust: crossings of rise_hi_n, up and down, so far */
    bool sinks;                              /* thrust: below rise_mid_n on the way down */
    int64_t last_t_ns;                       /* previous physics step */
    double last_n, last_h;
    int64_t above_ns; /* step-up: when the load last fell below 0.9 BW */
    int64_t left_ns;  /* the patient leaves the box then, or ABSENT: what is not over by then never is */
    struct {          /* the rep before, when the next one was planned before its last crossing */
        bool open;
        struct patient_truth rep;
        double lo_n, hi_n, tension_n;
    } before;
    int first, n, lost;
    struct patient_truth queue[TRUTH_QUEUE];
};

void truth_init(struct truth *truth);
/* A rep or hold begins; its moves, place and levels are in rep, its crossings are found. Ends an open one. */
void truth_begin(struct truth *truth, const struct patient_truth *rep, const struct body *body, double band_low);
void truth_cancel(struct truth *truth); /* it was broken off: no truth */
void truth_leave(struct truth *truth,
                 int64_t t_ns); /* the patient leaves the box then, in the middle of a rep or not */
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

/* --- stream ------------------------------------------------------------------------------------------------------ */

#define STREAM_MAX 16

struct span {
    int64_t from_ns, to_ns;
};

/* Samples on their way from the converter to the station, and inputs that are neither samples nor presses. */
struct stream {
    struct span lost, late, stuck; /* read-outs within: never arrive; arrive together at the end; repeat one code */
    int64_t spike_ns;              /* the next sample from then on reads 2^23 - 1, or NEVER */
    bool doubles;                  /* every eighth sample arrives twice */
    int count;
    int32_t last_raw;
    int n;
    struct input other[STREAM_MAX]; /* by t_ns */
};

void stream_init(struct stream *stream);
void stream_put(struct stream *stream, const struct input *input); /* at input.t_ns */
int64_t stream_arrival_ns(const struct stream *stream, int64_t stamp_ns);
int64_t stream_other_ns(const struct stream *stream); /* NEVER when there is none */
struct input stream_take(struct stream *stream);
/* The sample as it leaves the converter; false: it is lost. */
bool stream_pass(struct stream *stream, struct input *sample, const struct calibration *calibration);

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

/* How the rep at hand will be done; hooks change it before it begins. */
struct rep_plan {
    double con_s;
    double ecc_s, ecc_share; /* instead of what is prescribed, 0: not; and what it is multiplied by */
    double depth;            /* share of the full movement: 1 */
    double con_stop_s;       /* half-way up, with a slip back; 0: none */
    double ecc_stop_s;       /* half-way down; 0: none */
    int bounces;             /* at the bottom, to 0.4 of the depth */
    double pretension_s;     /* bridge and thrust: the feet press before the pelvis leaves */
    double unload_s;         /* and how long they take to give the weight back */
    bool press_only;         /* bridge and thrust: no lift at all */
    bool stays_up;           /* bridge and thrust: no touch-down after it */
    bool rear_push;          /* step-up: the trailing leg helps until near the top */
    int taps;                /* step-up: of the trailing foot on top; 1 */
};

struct work {
    bool going;      /* the set is under way for the patient */
    bool self;       /* own tempo; cues are not followed */
    int done;        /* reps or holds begun in this set */
    int goal;        /* as many as were asked for */
    int limit;       /* will do no more than that */
    bool up;         /* on top or on the way there */
    int64_t next_ns; /* own tempo: when the next rep begins, else NEVER */
    bool holding;    /* pressing, in a hold item */
    struct rep_plan plan;
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
    struct world world;
    struct stream stream;
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
    int fruitless;       /* pauses in a row without a rep or hold before */
    int64_t begin_ns;    /* when to press start in idle; NEVER: not any more */
    int64_t retry_ns;    /* when to do again what seems to have had no effect, or NEVER */
    int64_t idle_since_ns;
    bool odd_done; /* the oddity has happened */
    int odd_count; /* how often, where it happens more than once */
    double odd_n;  /* a force to come back to */
    struct rng odd_rng;
    int64_t away_until_ns; /* left the box until, or ABSENT */
    double mount_s;        /* how long stepping on takes */
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

/* patient_rep.c: a plan of the usual kind; movements of the rep at hand from t_ns on; how the set is left. */
struct rep_plan rep_plan(struct patient *patient, double con_s);
int64_t rep_go_up(struct patient *patient, int64_t t_ns, int64_t *ret_end_ns); /* returns when the movement begins */
int64_t rep_go_down(struct patient *patient, int64_t t_ns, double s);          /* returns when it ends */
void rep_settle(struct patient *patient, int64_t t_ns);
int64_t rep_bounces_ns(const struct patient *patient); /* how long it bounces after the last rep was down */

#endif
