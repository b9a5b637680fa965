/* SPDX-License-Identifier: MIT */
/*
 * What an exercise is: its set-ups, what the box can see in each, and its default dose.
 * Filled by exercise_file.h from config/exercises/NAME.conf; read-only afterwards, from any thread.
 */
#ifndef GYMSTATION_EXERCISE_H
#define GYMSTATION_EXERCISE_H

#include "gymstation/basics.h"

#define EXERCISE_MAX  24
#define SETUP_MAX     8
#define VARIATION_MAX 4

/* What the feet, heels or back press on. On CONTACT_FLOOR nothing reaches the load cell: everything is paced. */
enum contact { CONTACT_NONE, CONTACT_BOX, CONTACT_BOX_BACK, CONTACT_BOX_TAP, CONTACT_FLOOR, CONTACT_COUNT };

/* Where a band's other end is: under the stance foot (live), tied below the cell (dead), tied in front. */
enum anchor { ANCHOR_NONE, ANCHOR_LIVE, ANCHOR_DEAD, ANCHOR_FRONT, ANCHOR_COUNT };

/* How well a quantity is seen: A measured; B measured, with an uncertainty; C cue only; NONE nothing. */
enum grade { GRADE_NONE, GRADE_C, GRADE_B, GRADE_A };

enum detector_kind {
    DETECTOR_PACED, /* nothing to see: cues only */
    DETECTOR_CURL,  /* band on a dead anchor: body weight plus the band's pull */
    DETECTOR_STEP,  /* step-up: the box as a force plate */
    DETECTOR_HOLD,  /* isometric force above the rest level */
    DETECTOR_BRIDGE,
    DETECTOR_THRUST,
    DETECTOR_TAP,
    DETECTOR_COUNT
};

struct observability {
    enum grade presence, con, top, ecc, bottom, count, tut;
};

/* One way of setting the exercise up. The first that fits the station is the default. */
struct setup {
    enum contact contact;
    enum anchor anchor;
    int32_t max_height_mm; /* highest contact surface on which this is safe; 0: no limit */
    int32_t min_height_mm; /* a step-up needs one; 0: none. Over 0 the riser, where there is one, is on the plate */
    bool needs_bench;
    bool on_box; /* the patient stands or lies on the box before the set begins: prep waits for contact */
    enum detector_kind detector;
    struct observability sees;
    bool weighs_body; /* all of the body's weight is on the box: its rest level is the body weight */
};

#define TEMPO_ASAP (-1) /* as fast as possible */
#define TEMPO_FREE (-2) /* not prescribed */

enum pacing { PACING_PACED, PACING_SELF, PACING_FADE };
enum rest_mode { REST_FIXED, REST_MIN, REST_UNTIL_BUTTON };
enum hold_clock { HOLD_CLOCK_TOTAL, HOLD_CLOCK_IN_BAND };
enum target_kind { TARGET_NONE, TARGET_N, TARGET_KG, TARGET_PCT_BW, TARGET_PCT_REF };

struct target {
    enum target_kind kind;
    int32_t value_milli; /* N, kg or per cent, in thousandths */
    int32_t band_pct_milli;
    int32_t ref_mn; /* for TARGET_PCT_REF */
};

/*
 * How much and how: every number that a prescription's item may carry. Ranges are those of the prescription (see
 * prescription.h); an exercise's defaults obey the same ranges. Times in ms.
 */
struct dose {
    int32_t sets_min, sets;
    int32_t sets_reps[SET_MAX]; /* reps of each set when they differ; sets_reps_count 0: not used */
    int32_t sets_reps_count;
    int32_t reps_min, reps_max;
    int32_t tempo_ms[PHASE_COUNT]; /* or TEMPO_ASAP, TEMPO_FREE */
    enum phase first_phase;        /* PHASE_CON or PHASE_ECC */
    bool ecc_only;                 /* the way up is helped and not judged */
    int32_t holds, hold_ms, hold_rest_ms, ramp_ms, settle_ms, grace_ms, fail_frac_milli;
    enum hold_clock hold_clock;
    struct target target;
    int32_t rest_ms, rest_side_ms, rest_item_ms;
    enum rest_mode rest_mode;
    int32_t prep_ms;
    enum pacing pacing;
    int32_t tempo_tol_pct, tut_tol_pct;
    int32_t load_g;         /* 0: none */
    char band[ID_LEN];      /* "": none */
    int32_t step_height_mm; /* 0: not given */
    int32_t leave_ms;
    int32_t set_timeout_ms; /* 0: 3 x what is prescribed, at most 900 s, but 60 s more than it at least */
    int32_t load_limit_mn;  /* 0: 0.8 of the station's capacity */
};

struct variation {
    char id[NAME_LEN]; /* the first is the default; exercises without variations have one, "standard" */
    bool bilateral;    /* both legs work together */
    struct dose dose;  /* complete: the exercise's dose with this variation's changes */
    unsigned setups;   /* bits 1u << index of the set-ups this variation may use; 0: all of them */
};

struct exercise {
    char id[NAME_LEN];
    char next[NAME_LEN]; /* the variation of this one, or the exercise, that is the next step up; "": none */
    bool hold;           /* isometric: holds instead of reps */
    int setup_count;
    struct setup setups[SETUP_MAX];
    int variation_count;
    struct variation variations[VARIATION_MAX];
};

/* What this station has. */
struct station {
    char id[33];             /* [a-z0-9-]{1,32} */
    int32_t plate_height_mm; /* 100 */
    int32_t riser_height_mm; /* 0: no riser; step-ups stand on plate + riser */
    bool floor_anchor, bench;
    int32_t capacity_mn;
    int32_t session_idle_ms; /* 300 000: nothing happens for this long: abandoned */
};

const char *contact_str(enum contact contact); /* "box" "box_back" "box_tap" "floor" */
const char *anchor_str(enum anchor anchor);    /* "live" "dead" "front"; NULL for ANCHOR_NONE */
const char *grade_str(enum grade grade);       /* "A" "B" "C" "-" */
const char *detector_str(enum detector_kind kind);
const char *pacing_str(enum pacing pacing);
const char *rest_mode_str(enum rest_mode mode);
const char *hold_clock_str(enum hold_clock clock);
const char *target_kind_str(enum target_kind kind); /* "N" "kg" "pct_bw" "pct_ref"; NULL for TARGET_NONE */

/* Height of the surface under contact: 0 on the floor, the plate's, or plate and riser where the set-up needs height. */
int32_t setup_height_mm(const struct setup *setup, const struct station *station);
/* May this set-up be used on this station? Anchor, bench and that height decide. */
bool setup_fits(const struct setup *setup, const struct station *station);

#endif
