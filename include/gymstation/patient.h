/* SPDX-License-Identifier: MIT */
/*
 * A simulated patient at a simulated box: sees what the station shows, hears its cues, presses its buttons and loads
 * its plate. Closed loop: nothing here knows the core; inputs come out, snapshots and cues go in. The offline
 * driver (gymstationctl simulate) and the daemon's source `sim` use the same patient.
 *
 *     while (!patient_done(patient)) {
 *         ... fire the core's deadlines up to patient_next_ns(patient) one by one; after each: hear its cues, then see
 *         if (patient_next(patient, &input)) { core_feed(...); hear its cues, then see }
 *     }
 *
 * Deterministic: the same set-up, cues and snapshots give the same inputs on every machine (integers, and double with
 * only + - * / fabs sqrt floor). One thread at a time may use a patient. All times are station time in ns.
 */
#ifndef GYMSTATION_PATIENT_H
#define GYMSTATION_PATIENT_H

#include "gymstation/core.h"

/*
 * What is odd about this patient, this box or this converter; `plain` does what it is told. Each is a row of
 * patient_case.c and one hook. What happens in "the first set" happens in set 1 of item 1 of the first session.
 */
enum patient_case {
    PATIENT_PLAIN,
    /* comes and goes */
    PATIENT_STOPS_MIDSET, /* presses stop on top of rep 4 of the first set (holds: in the first), then goes on */
    PATIENT_LEAVES_BOX,   /* steps off after rep 3 of the first set (holds: in the first) for 12 s, then goes on */
    PATIENT_AWAY_40,
    PATIENT_LEAVES_IN_ECC,
    PATIENT_JUMPS_OFF,
    PATIENT_SLOW_MOUNT,
    PATIENT_SILENT_AT_7, /* stands still after 7 reps of the first set until it times out, then goes on */
    PATIENT_STANDS,
    PATIENT_TWELVE,
    PATIENT_NO_PATIENT,
    /* how the repetitions are done */
    PATIENT_PARTIAL,
    PATIENT_DOUBLE_BOUNCE,
    PATIENT_PAUSE_IN_ECC,
    PATIENT_TWO_PART_CON,
    PATIENT_DROPPED_ECC,
    PATIENT_TEMPO_DOUBLES,
    PATIENT_NO_TOUCHDOWN,
    PATIENT_PRESS_NO_LIFT,
    PATIENT_PRETENSION,
    PATIENT_REAR_PUSH,
    PATIENT_LEAD_SWAPPED,
    PATIENT_BOTH_OFF,
    PATIENT_DOUBLE_TAP,
    PATIENT_HOVERS,
    /* what else acts on the box */
    PATIENT_HAND_TOUCH,
    PATIENT_HAND_LEAN,
    PATIENT_LEANING_STEPS,
    PATIENT_TREMOR,
    PATIENT_COUGHS,
    PATIENT_SHUFFLES,
    PATIENT_HEEL_STRIKES,
    PATIENT_SECOND_PERSON,
    PATIENT_DUMBBELL,
    PATIENT_PHONE,
    PATIENT_TARE_FOOT,
    PATIENT_KICKED,
    PATIENT_SHOVED,
    PATIENT_DRIFT,
    PATIENT_CREEP,
    PATIENT_WALKS_OVER,
    PATIENT_WALKED_PAST,
    PATIENT_CHILD_JUMPS,
    PATIENT_NOISE,
    /* the band */
    PATIENT_BAND_SLIPS,
    PATIENT_BAND_SWAPPED,
    PATIENT_LIVE_AS_DEAD,
    /* converter and stream */
    PATIENT_SPS_10,
    PATIENT_SPS_76,
    PATIENT_SPS_87,
    PATIENT_GAP_SHORT,
    PATIENT_GAP_3S,
    PATIENT_LATE_BURST,
    PATIENT_DUPLICATES,
    PATIENT_STUCK_CODE,
    PATIENT_SPIKE,
    PATIENT_OVERLOAD,
    PATIENT_SATURATED,
    PATIENT_CLOCK_STEPS,
    /* buttons */
    PATIENT_START_TWICE,
    PATIENT_STOP_COUNTDOWN,
    PATIENT_STOP_REST,
    PATIENT_STOP_REP_END,
    PATIENT_STOP_100,
    PATIENT_STUCK_BUTTON,
    PATIENT_RX_REPLACED, /* simulate_setup.rx_later: the patient does nothing odd */
    PATIENT_CASE_COUNT
};

/* The shape of a movement's edges. */
enum patient_edge {
    PATIENT_EDGE_MIN_JERK, /* 10 u^3 - 15 u^4 + 6 u^5 */
    PATIENT_EDGE_CONSTANT, /* constant speed; blend_milli rounds it off */
    PATIENT_EDGE_EARLY,    /* minimum jerk, most of the way in the first half: skew_milli */
    PATIENT_EDGE_LATE,     /* and in the second */
    PATIENT_EDGE_COUNT
};

struct patient_setup {
    uint64_t seed;
    int64_t start_ns;                 /* when the patient's world begins: the first sample comes one period later */
    const struct exercise *exercises; /* the caller's: the core's own table, for whoever drives both */
    int exercise_count;
    struct station station;         /* heights: how high a step-up is unless the prescription says */
    struct calibration calibration; /* of the simulated converter; must be valid */
    int32_t body_g;                 /* 20 000-250 000 */
    int32_t sps_milli;              /* nominal output rate, 5 000-400 000 */
    int32_t clock_error_ppm;        /* of the converter's oscillator; ABSENT_PPM: drawn within +-50 000 */
    int32_t noise_mn;               /* rms of one output at 80 SPS; grows with the root of the rate */
    int32_t band_mn;                /* pull of the band at 90 degrees; 0: drawn from 2-9 kgf */
    int32_t fatigue_milli;          /* how much shorter the last movement of a set is than the first; 0-500 */
    int32_t skill_milli;            /* sd of a movement's duration about the one asked for; 0-300 */
    enum patient_edge edge;
    int32_t blend_milli;           /* constant speed: how much of a movement each end is sped up over; 0-500 */
    int32_t skew_milli;            /* early, late: time w = u (1 + skew (1 - u)), and its mirror image; 0-800 */
    bool bounce;                   /* contacts bounce for 0-8 ms on press and release */
    bool own_lengths;              /* trunk, legs, bench and rise of the hips drawn; false: average ones */
    bool sway;                     /* body sway and tremor; false for noise-free figures in tests */
    int32_t think_ms;              /* mean time before a press, 100-60 000 */
    int32_t pain[PAIN_WHEN_COUNT]; /* answer 0-10 by occasion; -1: does not answer */
    int32_t effort;                /* answer 0-10; -1: does not answer */
    int slot;                      /* the slot to choose; 0: the lowest that is held */
    int sessions;                  /* how many to begin; 0: one after another for ever */
    int32_t session_gap_ms;        /* pause between sessions, off the box */
    enum patient_case oddity;
};

#define ABSENT_PPM INT32_MIN

/* Pull of a band that is seen whatever the sway: 6.5 times the most that one leg sways, 1 % of body weight. */
int32_t patient_seen_band_mn(int32_t body_g);

/* 80 kg, 80 SPS, drawn clock error, 4 g noise, 10 % fatigue, bounces, sway, answers 1, one session. No exercises. */
void patient_setup_default(struct patient_setup *ret);

struct patient;

/* Returns 0 or -EINVAL (a figure outside its range), -ENOMEM; *ret_patient is untouched on failure. */
int patient_open(const struct patient_setup *setup, struct patient **ret_patient);
void patient_close(struct patient *patient); /* NULL is fine */

/* When the next input happens; always a time: the converter never stops. */
int64_t patient_next_ns(const struct patient *patient);
/*
 * Takes the next input: t_ns is patient_next_ns(), stamp_ns the same but for samples that arrive late. Forces and
 * buttons; in some cases trouble and wall clock. False: what was due was lost on its way, and *ret is undefined.
 */
bool patient_next(struct patient *patient, struct input *ret);
/* What the station shows at now_ns, after each input and deadline of the core; what it needs is copied. */
void patient_see(struct patient *patient, const struct snapshot *snapshot, int64_t now_ns);
void patient_hear(struct patient *patient, const struct cue *cue);
/* All sessions are over and the box has been empty for a while. */
bool patient_done(const struct patient *patient);
/* True rate of the converter's outputs, in milli-SPS: nominal and clock error. */
int64_t patient_rate_milli(const struct patient *patient);

/*
 * What really happened, from the noise-free signal (no sway, tremor or converter), interpolated between physics steps
 * of 1/480 s. p = 0.10. Times ABSENT where the exercise has no such crossing or the box cannot see it.
 */
enum patient_truth_kind { PATIENT_TRUTH_REP, PATIENT_TRUTH_HOLD };

struct patient_truth {
    enum patient_truth_kind kind;
    char exercise[NAME_LEN];
    int item, set, n; /* from 1; n: number of the rep or hold as the patient counts, within the set */
    enum side side;
    bool visible;             /* the box sees it: the crossings below are load crossings */
    int32_t depth_milli;      /* how much of the full movement: 1000, less in partial reps */
    int64_t rest_mn, peak_mn; /* rest level B; peak_mn: A, the plateau above it (target of a hold) */
    /* Rep: start of con, its end, start of ecc, its end, by the definitions of the timing (see README). */
    int64_t con_ns, top_ns, ecc_ns, end_ns;
    int64_t tut_ns; /* Rep: time with the load above B + pA; step-up: end_ns - con_ns; ABSENT where it is not seen */
    /* Rep: breakpoints of the two movements; a step-up's first begins when the lead leg begins to take the body over.
     * Hold: con = the ramp up, ecc = the release. */
    int64_t con_move_ns, con_move_end_ns, ecc_move_ns, ecc_move_end_ns;
    /* Hold: con_ns = first enters the band (lower edge), end_ns = falls below it at the release. Bridge and thrust:
     * con_ns = pelvis off, end_ns = pelvis down (the hips' movement). Tapped hip extension: foot off, foot down
     * (half-level). top_ns and ecc_ns are ABSENT in all of them but the thrust. */
    /* Thrust: the load passes 10 % of what it rises by between lift-off and the top, up and down again; top_ns and ecc_ns
     * are the crossings of 90 %. All four ABSENT elsewhere or where there is no such crossing. */
    int64_t rise_ns, sunk_ns;
};

/* The truths that have become known since, oldest first; 64 are kept. */
bool patient_truth_next(struct patient *patient, struct patient_truth *ret);

/* NULL when oddity is not one; words for --case and --list-cases. */
const char *patient_case_str(enum patient_case oddity);
const char *patient_case_about(enum patient_case oddity);
bool patient_case_find(const char *name, enum patient_case *ret_oddity);
/* The same of an edge: min_jerk, constant, early, late. */
const char *patient_edge_str(enum patient_edge edge);
bool patient_edge_find(const char *name, enum patient_edge *ret_edge);

/*
 * The patient as the daemon's source: inputs become due as station time passes, at time.speed_milli of the source
 * (1000: real time; SPEED_MAX: as fast as they are taken, one at a time, each seen before the next).
 * base_ns of time is set from setup.start_ns. Returns 0 or a negative errno.
 */
struct source;
int sim_source_open(const struct patient_setup *setup, int32_t speed_milli, int64_t mono_ns,
                    struct source **ret_source);

#endif
