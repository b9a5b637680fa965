/* SPDX-License-Identifier: MIT */
/*
 * The answers. A case is an oddity of the patient, the box or the converter (gymstationctl simulate --list-cases); what
 * happens to it is said there. Where an answer is not the plain one, it is said here why.
 */
#include "tests/answers/answers.h"

#define MANY 99 /* where the number is not the point */

const struct answer answers[] = {
    {PATIENT_PLAIN, ALL, .count = COUNT_EXACT},

    /* --- comes and goes ------------------------------------------------------------------------------------------ */

    /* Phases of a curl need repetitions in one go before they are claimed. */
    {PATIENT_STOPS_MIDSET, REPS, .end = END_AFTER_STOP},
    {PATIENT_STOPS_MIDSET, HOLDS, .end = END_AFTER_STOP}, /* the stopped hold is one of three */
    /* leave_s is off for step-ups: stepping off is part of them. */
    {PATIENT_LEAVES_BOX, CURL | HIPS | TAP, .end = END_AFTER_LEAVE},
    {PATIENT_LEAVES_BOX, STEP | HOLDS, .count = COUNT_EXACT},
    {PATIENT_AWAY_40, CURL | HIPS | TAP, .end = END_AFTER_LEAVE},
    {PATIENT_AWAY_40, STEP | HOLDS, .count = COUNT_EXACT},
    /* What was broken off is partial, or nothing where it had hardly begun or the box cannot tell (a tap). */
    {PATIENT_LEAVES_IN_ECC, CURL | HIPS, .end = END_AFTER_LEAVE, .partial_max = 1},
    {PATIENT_LEAVES_IN_ECC, TAP, .end = END_AFTER_LEAVE, .partial_max = 1},
    /* Then a step-up more is done: the one after the last is not cued, the patient waits for the set's end. */
    {PATIENT_LEAVES_IN_ECC, STEP, .end = END_AFTER_TIME, .partial_min = 1, .partial_max = 1},
    {PATIENT_JUMPS_OFF, CURL | HIPS, .end = END_AFTER_LEAVE, .partial_min = 1, .partial_max = 1, .faults_max = 1},
    {PATIENT_JUMPS_OFF, TAP, .end = END_AFTER_LEAVE, .partial_max = 1, .faults_max = 1},
    {PATIENT_JUMPS_OFF, STEP, .end = END_AFTER_TIME, .partial_min = 1, .partial_max = 1, .faults_max = 1},
    {PATIENT_JUMPS_OFF, HOLDS, .faults_max = 1}, /* a broken hold and a full one */
    {PATIENT_SLOW_MOUNT, ALL, .count = COUNT_EXACT},
    /* Cues go on, nothing is counted by them; the time limit ends it, and what is missing is done after a pause. */
    {PATIENT_SILENT_AT_7, REPS, .end = END_AFTER_TIME},
    {PATIENT_STANDS, REPS, .count = COUNT_NONE, .phases = PHASES_NONE, .end = END_NOBODY, .must = FLAG_CUED},
    {PATIENT_STANDS, HOLDS, .count = COUNT_NONE, .phases = PHASES_NONE, .end = END_NO_HOLD},
    {PATIENT_TWELVE, REPS, .count = COUNT_EXACT},

    /* --- how the repetitions are done ---------------------------------------------------------------------------- */

    {PATIENT_PARTIAL, CURL | STEP | THRUST, .partial_min = 1, .partial_max = MANY},
    {PATIENT_PARTIAL, BRIDGE, .partial_max = MANY}, /* the feet feel half a bridge as a whole one */
    {PATIENT_DOUBLE_BOUNCE, CURL | STEP | HIPS, .phases = PHASES_MAYBE},
    {PATIENT_PAUSE_IN_ECC, CURL, .phases = PHASES_MAYBE, .must = FLAG_PAUSE_IN_ECC},
    {PATIENT_PAUSE_IN_ECC, STEP, .count = COUNT_EXACT, .must = FLAG_PAUSE_IN_ECC},
    {PATIENT_PAUSE_IN_ECC, THRUST, .count = COUNT_EXACT},
    {PATIENT_PAUSE_IN_ECC, BRIDGE | TAP, .count = COUNT_EXACT}, /* the box does not see the way down */
    {PATIENT_TWO_PART_CON, CURL, .count = COUNT_HONEST, .phases = PHASES_MAYBE},
    {PATIENT_TWO_PART_CON, STEP | HIPS | TAP, .count = COUNT_EXACT},
    {PATIENT_DROPPED_ECC, CURL, .phases = PHASES_MAYBE},
    {PATIENT_DROPPED_ECC, STEP, .faults_max = MANY},     /* whoever is heavy lands with more than 0.8 of the capacity */
    {PATIENT_DROPPED_ECC, HIPS | TAP, .partial_max = 1}, /* the thump may look like a little one */
    {PATIENT_TEMPO_DOUBLES, REPS, .faults_max = MANY},
    {PATIENT_NO_TOUCHDOWN, HIPS, .count = COUNT_PACED, .phases = PHASES_NONE, .must = FLAG_NO_TOUCHDOWN},
    {PATIENT_PRESS_NO_LIFT, HIPS, .partial_max = 2},
    {PATIENT_PRETENSION, HIPS, .count = COUNT_EXACT},
    {PATIENT_REAR_PUSH, STEP, .count = COUNT_EXACT},
    {PATIENT_LEAD_SWAPPED, STEP, .count = COUNT_EXACT},
    {PATIENT_BOTH_OFF, CURL | HIPS | TAP, .phases = PHASES_MAYBE},
    {PATIENT_BOTH_OFF, STEP, .count = COUNT_EXACT},
    {PATIENT_DOUBLE_TAP, STEP, .count = COUNT_EXACT},
    {PATIENT_HOVERS, HEEL, .count = COUNT_EXACT},

    /* --- what else acts on the box ------------------------------------------------------------------------------- */

    {PATIENT_HAND_TOUCH, CURL, .count = COUNT_NEAR, .phases = PHASES_MAYBE, .partial_max = 1},
    {PATIENT_HAND_TOUCH, STEP | HIPS | TAP, .count = COUNT_NEAR, .partial_max = 1},
    {PATIENT_HAND_TOUCH, HOLDS, .count = COUNT_EXACT},
    /* C: counted or paced, and said; no phase of it is claimed. */
    {PATIENT_HAND_LEAN, CURL, .count = COUNT_HONEST, .phases = PHASES_NONE, .must = FLAG_HAND_SUPPORT,
     .may = FLAG_TWO_PART | FLAG_PAUSE_IN_ECC, .partial_max = MANY}, /* which may be the hand's */
    {PATIENT_HAND_LEAN, STEP, .count = COUNT_HONEST, .phases = PHASES_MAYBE, .may = FLAG_HEIGHT, .partial_max = MANY},
    {PATIENT_HAND_LEAN, HIPS | TAP, .count = COUNT_HONEST, .phases = PHASES_MAYBE, .partial_max = MANY},
    {PATIENT_HAND_LEAN, HOLDS, .count = COUNT_EXACT},
    /* The first rep is over before any weight is on the chair; the judge allows the phases of no other one. */
    {PATIENT_LEANING_STEPS, CURL, .count = COUNT_HONEST, .phases = PHASES_MAYBE, .must = FLAG_HAND_SUPPORT,
     .partial_max = MANY},
    {PATIENT_LEANING_STEPS, STEP | HIPS, .count = COUNT_NEAR, .phases = PHASES_MAYBE},
    {PATIENT_LEANING_STEPS, TAP, .count = COUNT_HONEST}, /* 3 kg are a light patient's foot on the floor */
    {PATIENT_TREMOR, ALL, .count = COUNT_EXACT},
    {PATIENT_COUGHS, ALL, .count = COUNT_EXACT},
    {PATIENT_SHUFFLES, REPS, .count = COUNT_EXACT},
    {PATIENT_HEEL_STRIKES, REPS, .faults_max = MANY},
    /* While somebody else or a weight is there reps may be missed: then something says so. */
    {PATIENT_SECOND_PERSON, CURL | HIPS | TAP, .count = COUNT_HONEST, .phases = PHASES_MAYBE, .partial_max = 2,
     .faults_max = 2},
    {PATIENT_SECOND_PERSON, STEP, .count = COUNT_NEAR, .must = FLAG_OTHER_LOAD, .faults_max = 2},
    {PATIENT_SECOND_PERSON, HOLDS, .count = COUNT_HONEST}, /* the force is not theirs any more */
    {PATIENT_DUMBBELL, CURL | HIPS | TAP, .count = COUNT_HONEST, .phases = PHASES_MAYBE, .partial_max = 2},
    {PATIENT_DUMBBELL, STEP, .count = COUNT_HONEST, .phases = PHASES_MAYBE, .partial_max = 2, .may = FLAG_HEIGHT},
    {PATIENT_DUMBBELL, HOLDS, .count = COUNT_HONEST},
    {PATIENT_PHONE, ALL, .count = COUNT_EXACT},
    {PATIENT_TARE_FOOT, ALL, .count = COUNT_EXACT},
    {PATIENT_KICKED, CURL | HIPS | TAP, .partial_max = 2},
    {PATIENT_KICKED, STEP, .count = COUNT_NEAR, .phases = PHASES_MAYBE, .partial_max = 2, .faults_max = MANY,
     .may = FLAG_HEIGHT},
    {PATIENT_KICKED, HOLDS, .count = COUNT_EXACT},
    {PATIENT_SHOVED, REPS, .partial_max = 4},
    {PATIENT_DRIFT, ALL, .count = COUNT_EXACT},
    {PATIENT_CREEP, ALL, .count = COUNT_EXACT},
    {PATIENT_WALKED_PAST, REPS, .count = COUNT_NONE, .phases = PHASES_NONE, .end = END_NOBODY, .must = FLAG_CUED,
     .faults_max = MANY},
    {PATIENT_WALKED_PAST, HOLDS, .count = COUNT_NONE, .phases = PHASES_NONE, .end = END_NO_HOLD, .faults_max = MANY},
    /* 24 N of noise: who is to be on the box is waited for in vain where its load is weak. */
    {PATIENT_NOISE, ALL, .count = COUNT_NONE, .phases = PHASES_NONE, .end = END_NOT_STARTED},

    /* While the station is idle, whatever is prescribed. */
    {PATIENT_NO_PATIENT, ALL, .count = COUNT_NONE, .phases = PHASES_NONE, .end = END_IDLE},
    {PATIENT_WALKS_OVER, ALL, .count = COUNT_NONE, .phases = PHASES_NONE, .end = END_IDLE},
    {PATIENT_CHILD_JUMPS, ALL, .count = COUNT_NONE, .phases = PHASES_NONE, .end = END_IDLE},

    /* --- the band ------------------------------------------------------------------------------------------------ */

    {PATIENT_BAND_SLIPS, CURL, .count = COUNT_PACED, .phases = PHASES_MAYBE, .must = FLAG_BAND_NOT_SEEN},
    {PATIENT_BAND_SWAPPED, CURL, .count = COUNT_EXACT},
    {PATIENT_LIVE_AS_DEAD, CURL, .count = COUNT_NONE, .phases = PHASES_NONE, .must = FLAG_BAND_NOT_SEEN},

    /* --- converter and stream ------------------------------------------------------------------------------------ */

    {PATIENT_SPS_10, ALL, .phases = PHASES_MAYBE},
    {PATIENT_SPS_76, ALL, .count = COUNT_EXACT},
    {PATIENT_SPS_87, ALL, .count = COUNT_EXACT},
    {PATIENT_GAP_SHORT, ALL, .must = FLAG_GAP},
    {PATIENT_GAP_3S, ALL, .count = COUNT_PACED, .phases = PHASES_MAYBE, .end = END_BLIND, .must = FLAG_SENSOR_FAULT,
     .faults_min = 1, .faults_max = 1},
    {PATIENT_LATE_BURST, ALL, .count = COUNT_EXACT},
    {PATIENT_DUPLICATES, ALL, .count = COUNT_EXACT},
    {PATIENT_STUCK_CODE, ALL, .count = COUNT_PACED, .phases = PHASES_MAYBE, .end = END_BLIND, .must = FLAG_SENSOR_FAULT,
     .faults_min = 1, .faults_max = 1},
    {PATIENT_SPIKE, ALL, .count = COUNT_EXACT},
    {PATIENT_OVERLOAD, REPS, .count = COUNT_NEAR, .partial_max = 1, .must = FLAG_OVERLOAD, .faults_min = 1,
     .faults_max = 2},
    {PATIENT_SATURATED, ALL, .must = FLAG_OVERLOAD, .faults_min = 1, .faults_max = 1},
    {PATIENT_CLOCK_STEPS, ALL, .count = COUNT_EXACT},

    /* --- buttons ------------------------------------------------------------------------------------------------- */

    {PATIENT_START_TWICE, ALL, .count = COUNT_EXACT},
    {PATIENT_STOP_COUNTDOWN, ALL, .count = COUNT_EXACT},
    {PATIENT_STOP_REST, REPS, .end = END_REST_STOPPED},
    {PATIENT_STOP_REST, HOLDS,
     .count = COUNT_EXACT}, /* the rest between two holds of a set is the set's: see stops_midset */
    {PATIENT_STOP_REP_END, REPS, .end = END_AFTER_STOP},
    {PATIENT_STOP_100, REPS, .end = END_STOPPED},
    {PATIENT_STOP_100, HOLDS, .count = COUNT_EXACT}, /* comes on top of a repetition */
    {PATIENT_STUCK_BUTTON, ALL, .count = COUNT_NONE, .phases = PHASES_NONE, .end = END_IDLE, .faults_min = 1,
     .faults_max = 1},
    {PATIENT_RX_REPLACED, ALL, .count = COUNT_EXACT},
};

const int answer_count = sizeof answers / sizeof answers[0];
