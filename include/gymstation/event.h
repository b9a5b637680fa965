/* SPDX-License-Identifier: MIT */
/*
 * The durable record of what happened, as plain data. The core fills events, event_json.h renders them, the journal
 * keeps them. Optional numbers are ABSENT when they are not known; optional texts are "".
 */
#ifndef GYMSTATION_EVENT_H
#define GYMSTATION_EVENT_H

#include "gymstation/input.h"

#define ALGO_VERSION 1 /* version of the timing definitions (p = 0.10); published as session_started.algo */

enum event_type {
    EVENT_STATION_STARTED,
    EVENT_STATION_STOPPING,
    EVENT_PRESCRIPTION_ACCEPTED,
    EVENT_PRESCRIPTION_REJECTED,
    EVENT_START_REFUSED,
    EVENT_SESSION_STARTED,
    EVENT_SET_STARTED,
    EVENT_REP,
    EVENT_HOLD,
    EVENT_SET_COMPLETED,
    EVENT_REST_COMPLETED,
    EVENT_PAIN,
    EVENT_EFFORT,
    EVENT_STOP,
    EVENT_CALL,
    EVENT_SESSION_COMPLETED,
    EVENT_PROGRESSION_SUGGESTED,
    EVENT_FAULT_RAISED,
    EVENT_FAULT_CLEARED,
    EVENT_TARED,
    EVENT_CALIBRATED,
    EVENT_CLOCK_SYNCED,
    EVENT_SESSION_ATTRIBUTED,
    EVENT_EVENTS_DROPPED,
    EVENT_TYPE_COUNT
};

enum start_refusal {
    REFUSED_NO_PROGRAMME,
    REFUSED_EXPIRED,
    REFUSED_USED_UP,
    REFUSED_UNKNOWN_CARD,
    REFUSED_NOT_READY,
    REFUSED_PAIN
};
enum identified_by { BY_CARD, BY_SLOT, BY_ONLY };
enum rep_outcome { REP_FULL, REP_PARTIAL, REP_PACED };
enum hold_outcome { HOLD_FULL, HOLD_BROKEN, HOLD_STOPPED };
enum set_reason {
    SET_DONE,
    SET_STOPPED,
    SET_PAIN,
    SET_LEFT_BOX,
    SET_TIMEOUT,
    SET_FAULT,
    SET_POWER_LOSS,
    SET_SUPERSEDED,
    SET_UNCONFIRMED
};
enum set_end {
    ENDED_BY_REPS,
    ENDED_BY_STOP,
    ENDED_BY_LEAVE,
    ENDED_BY_STILL,
    ENDED_BY_TIMEOUT,
    ENDED_BY_COMMAND,
    ENDED_BY_RESTART
};
enum session_reason {
    SESSION_DONE,
    SESSION_STOPPED,
    SESSION_PAIN,
    SESSION_ABANDONED,
    SESSION_SUPERSEDED,
    SESSION_TIMEOUT,
    SESSION_FAULT,
    SESSION_POWER_LOSS
};
enum basis { BASIS_MEASURED, BASIS_MIXED, BASIS_CUED };
enum fault_effect { EFFECT_NONE, EFFECT_PACED, EFFECT_NO_START };

/* Why a figure is missing or doubtful; published as strings in flags[]. */
enum flag {
    FLAG_NO_BASELINE = 1u << 0,   /* the rest level is unknown: forces count from the zero */
    FLAG_CUED = 1u << 1,          /* times come from the cues; the patient was not observed */
    FLAG_BAND_NOT_SEEN = 1u << 2, /* a curl's pull is not seen, or no longer: the set went on paced */
    FLAG_SENSOR_FAULT = 1u << 3,  /* the sensor was at fault during this */
    FLAG_GAP = 1u << 4,           /* samples are missing during this */
    FLAG_HAND_SUPPORT = 1u << 5,  /* slow wander: a hand on a chair; phases are doubtful */
    FLAG_NO_TOUCHDOWN = 1u << 6,  /* pelvis or foot stayed up between reps: counted by cue */
    FLAG_TWO_PART = 1u << 7,      /* the way up stopped or slipped back */
    FLAG_PAUSE_IN_ECC = 1u << 8,  /* the way down stopped or came back up */
    FLAG_HEIGHT =
        1u << 9, /* step-up: height outside 0.6-1.4 of the step by more than 4 sd; if full: in doubt, or another box */
    FLAG_OVERLOAD = 1u << 10,
    FLAG_LIVE_ANCHOR = 1u << 11,
    FLAG_LOW_RATE = 1u << 12,          /* too few samples a second for phases: counted by load only */
    FLAG_MOVEMENT_NOT_SEEN = 1u << 13, /* reps are not told apart, or no longer, band or not: went on paced */
    FLAG_OTHER_LOAD = 1u << 14,        /* something else was on the box: not only the patient's force */
};
#define FLAG_COUNT 15

/*
 * What is measured of a repetition and of a hold. F: force on the box above the working zero, N; B: the rest level before
 * the set (0 and flag no_baseline where it is not known); A: the plateau of this rep above B; p = 0.10 (ALGO_VERSION).
 * The definitions are this project's; where another's is taken over, it is named.
 *
 *   con, top, ecc, bottom  s      con: F from B + pA up to B + (1-p)A; top: until F last falls below B + (1-p)A; ecc: until F
 *                                 falls below B + pA; bottom: from the rep before to con. A thrust's con and ecc: between
 *                                 p and 1-p of what the load rises from pelvis off to the top. A step-up's: from 0.5 body
 *                                 weight to 95 % of the height, above it, down to the last 0.9 body weight
 *   move                   s      the movement itself, breakpoint to breakpoint of a fit, with the standard deviation of
 *                                 that fit
 *   start, end                    of the rep: start of con, end of ecc; a bridge's and a thrust's: pelvis off, pelvis down;
 *                                 of a tapping foot: off the floor, back on it
 *   tut                    s      time with F > B + pA; a bridge's and a thrust's begins in the pre-tension and ends in the
 *                                 unloading, so it is a little longer than the rep; a set's: sum over the reps that have
 *                                 one, partial ones too, and over the holds of held
 *   peak                   N      max (F - B) from start to end
 *   impulse                N s    integral of (F - B) dt from start to end
 *   mean                   N      impulse / (end - start); a hold's: integral of (F - B) dt / observed time
 *   held, in_band          s      wall time from the start of the hold to its end; of it, with F - B inside the band. The
 *                                 band is target +-band_pct; without a target that of the level held, +-10 %, and absent
 *                                 when the hold ended before that was known. Start: F - B enters the band; without a
 *                                 target: passes p of the level held. With FLAG_OTHER_LOAD in_band and mean leave out
 *                                 what something else on the box hid; held does not
 *   dips, longest_dip      1, s   times below the fail level, which is (1 - fail_frac) target or the band's lower edge
 *                                 where that is lower: what is in the band never breaks a hold. Counted when F came back
 *                                 within the grace and the hold went on; one that is open at the end, or goes on within
 *                                 0.25 s and then breaks it, is not; the longest of those counted
 *   cv                     %      steadiness: 100 sd(F less its straight line over time) / mean(F), F as above with the rest
 *                                 level in it, of the samples without the first and the last second; absent with
 *                                 FLAG_OTHER_LOAD
 *   rfd                    N/s    rate of force development: max (F(t) - F(t - w)) / w, 200 ms <= w < 300 ms, from where F
 *                                 - B last was below a tenth of the target to 1 s after the start; from 70 samples a
 *                                 second on; absent where that rise was not seen whole. The windows are this
 *                                 project's: shorter ones tell the converter's mean
 *   tempo                  %      see TEMPO_JUDGED_MIN
 *   fatigue                %      100 (first - last) / first. Reps: median (end - start) of the first three and of the last
 *                                 three, from six on; holds: mean of the first and of the last
 *   tut_in_tolerance              |sum of moves - prescribed| <= tut_tol_pct of it, over con, top and ecc of the full reps;
 *                                 absent unless all three are known in every one of them; 8 % unless prescribed: Faber et
 *                                 al. 2015, PeerJ 3:e1102
 *   asymmetry              %      100 (max - min) / max of the mean of each side's measured reps or holds, negative when
 *                                 the left is weaker. mean is of F - B, of F for step-ups: how heavy a foot lay on the box
 *                                 before says nothing. Holds count only with a rest level of their own
 *   compliance             %      100 x volume x tempo x load, each 0..1; one that was not observed is left out.
 *                                 volume: mean over the items of counted / prescribed minimum, at most 1, skipped ones 0;
 *                                 tempo: phases in tolerance / judged; load: in_band / held of the measured holds with a
 *                                 target and without FLAG_OTHER_LOAD. basis: measured when all counts were watched and a
 *                                 prescribed tempo was judged where reps were seen, mixed when a part was, cued when
 *                                 nothing was
 */
struct phase_time {
    enum src src;        /* SRC_NONE: this phase is left out */
    int64_t dur_ns;      /* crossing time (load, model) or cued time (cue) */
    int64_t sd_ns;       /* of move_ns; without one, of a dur_ns from a model; or ABSENT */
    int64_t move_ns;     /* breakpoint to breakpoint of the fit, or ABSENT */
    int64_t target_ns;   /* prescribed, or ABSENT */
    int8_t in_tolerance; /* 1, 0, or -1 where it cannot be judged */
};

struct rep_data {
    enum rep_outcome outcome;
    int64_t start_ns, end_ns;
    struct phase_time phases[PHASE_COUNT];
    int64_t tut_ns, peak_mn, mean_mn, impulse_mns; /* or ABSENT; impulse in mN s */
    unsigned flags;
};

struct hold_data {
    enum hold_outcome outcome;
    int64_t start_ns, end_ns;
    int64_t held_ns, in_band_ns, longest_dip_ns; /* in_band_ns and longest_dip_ns ABSENT when only cued */
    int64_t dips;                                /* or ABSENT */
    int64_t mean_mn, cv_milli_pct, target_mn;    /* or ABSENT */
    unsigned flags;
    int64_t rfd_mn_s; /* or ABSENT; filled in by the set, not by the hold */
};

struct set_started_data {
    enum contact contact;
    enum anchor anchor;
    int64_t load_g, step_height_mm, target_mn, b_mn, noise_mn, bw_mn; /* or ABSENT */
    char band[ID_LEN];
    struct observability sees;
};

/*
 * Tempo adherence = 100 x phases in tolerance / phases judged, %. Judged are phases with a move_s and a prescribed time
 * above 0; in tolerance |move_s - prescribed| <= tempo_tol_pct / 100 x prescribed. Below this many it is left out: two
 * repetitions of three phases, since the phases of one rise and fall together and one alone says 0 or 100 %.
 */
#define TEMPO_JUDGED_MIN 6

struct set_completed_data {
    enum set_reason reason;
    enum set_end ended_by;
    int64_t reps, reps_measured; /* of this run of the set; holds count here too */
    int64_t tempo_milli_pct;     /* tempo adherence, or ABSENT below TEMPO_JUDGED_MIN */
    int64_t tempo_n;             /* judged phases */
    int64_t tut_ns;              /* of full reps, or of holds, or ABSENT */
    int64_t tut_reps;            /* of so many: those in which it was seen */
    int64_t fatigue_milli_pct;   /* change over the set, or ABSENT */
    int64_t tut_n;               /* reps whose movements make the next ones */
    int64_t tut_move_ns;         /* con, top and ecc of those, by move_s: comparable with the prescribed */
    int64_t tut_target_ns;       /* the same as prescribed, or ABSENT */
    int8_t tut_in_tolerance;     /* these two: 1, 0, or -1 where it cannot be judged */
    bool trusted;                /* false when the sensor was at fault meanwhile */
};

/* One line of session_completed.items: prescribed and done side by side. */
struct item_result {
    char exercise[NAME_LEN], variation[NAME_LEN];
    enum side_rule side;
    int64_t sets, sets_done;               /* set-rounds on every side: `each` counts both */
    int64_t reps_min, reps, reps_measured; /* prescribed minimum in all, counted, measured; holds for hold items */
    int64_t asymmetry_milli_pct;           /* -: the left is weaker, or ABSENT */
    bool hold;
    bool skipped;
};

struct session_completed_data {
    enum session_reason reason;
    int64_t duration_ns;
    int item_count;
    struct item_result items[ITEM_MAX];
    int64_t pct_milli, volume_milli, tempo_milli, load_milli; /* per cent and factors x 1000, or ABSENT */
    int64_t tempo_n; /* judged phases; below TEMPO_JUDGED_MIN tempo_milli is ABSENT */
    int64_t rest_overrun_ns;
    enum basis basis;
};

/* What a harder variation is suggested for; see daemon/core/set/progression.h. */
#define PROGRESSION_RULE                                                                                               \
    "two sessions in a row: every set at reps_max, tempo >= 80 % where observed, pain in the limit and no higher the " \
    "next day"

struct progression_data {
    int item; /* from 1 */
    struct {
        char exercise[NAME_LEN], variation[NAME_LEN];
    } from, to;
    enum basis basis; /* was the tempo judged in both sessions, in one, in none */
};

/* How the load cell was calibrated: as gymstationctl calibrate wrote it down, and as the event says it. */
struct calibrated_data {
    int64_t wall_ns;                /* when */
    char by[ID_LEN];                /* who */
    struct calibration calibration; /* valid */
    int64_t mass_g;                 /* known mass that was put on */
    int64_t rate_milli;             /* measured meanwhile, thousandths of samples a second */
    int64_t noise_mg;               /* standard deviation of the empty box */
};

/* What identifies an event in its session; copied into the envelope. */
struct event_head {
    enum event_type type;
    int64_t t_ns;    /* stamp of what happened */
    bool in_session; /* session and patient apply */
    char patient[ID_LEN];
    int item, set, rep;                           /* from 1; 0: does not apply */
    char exercise[NAME_LEN], variation[NAME_LEN]; /* "": does not apply */
    enum side side;
};

/* Events by their seq. */
struct seq_range {
    int64_t from, to; /* both included */
};

struct event {
    struct event_head head;
    union {
        struct {
            char version[32];
            char reason[32];
            bool clean; /* the last run stopped by itself */
        } station;      /* EVENT_STATION_STARTED, EVENT_STATION_STOPPING */
        struct {
            int slot;
            int64_t rev;
            char hash[HASH_LEN];
            const struct prescription *rx; /* accepted: valid until the core is called again; NULL: withdrawn */
            struct refusal refusal;        /* rejected */
        } prescription;
        enum start_refusal start_refused;
        struct {
            int slot;
            char rx[ID_LEN];
            int64_t rev;
            char hash[HASH_LEN];
            enum identified_by identified_by;
            bool resumes; /* of the session that ended last; the journal knows its id */
        } session_started;
        struct set_started_data set_started;
        struct rep_data rep;
        struct hold_data hold;
        struct set_completed_data set_completed;
        struct {
            int64_t planned_ns, actual_ns;
        } rest_completed;
        struct {
            int64_t nrs; /* or ABSENT: no answer */
            enum pain_when when;
            int64_t limit;
            int64_t hours_after_milli; /* or ABSENT */
            char about_session[ID_LEN];
        } pain;
        int64_t effort_cr10; /* or ABSENT */
        struct {
            bool by_command;
            char during[8]; /* the state's name */
            int64_t pressed_t_ns;
            char by[ID_LEN];
        } stop;
        struct session_completed_data session_completed;
        struct progression_data progression;
        struct {
            enum fault fault;
            enum fault_effect effect;
            int64_t lasted_ns; /* cleared */
        } fault;               /* the text comes from fault_text() */
        struct {
            int64_t zero_counts, moved_g;
            char by[ID_LEN];
        } tared;
        struct calibrated_data calibrated;
        struct {
            int64_t wall_ns, step_ns;
        } clock_synced; /* head.t_ns is its t_ns */
        struct {
            char session[UUID_LEN], patient[ID_LEN], by[ID_LEN];
        } attributed;
        struct {
            int64_t from, to;
            char why[32];
        } dropped;
    } u;
};

const char *event_type_str(enum event_type type);
const char *start_refusal_str(enum start_refusal reason);
const char *identified_by_str(enum identified_by by);
const char *rep_outcome_str(enum rep_outcome outcome);
const char *hold_outcome_str(enum hold_outcome outcome);
const char *set_reason_str(enum set_reason reason);
const char *set_end_str(enum set_end end);
const char *session_reason_str(enum session_reason reason);
const char *basis_str(enum basis basis);
const char *fault_effect_str(enum fault_effect effect);
const char *flag_str(unsigned flag);      /* one bit; "no_baseline" ... */
const char *fault_text(enum fault fault); /* one sentence: what it means and what to do */
enum fault_effect fault_effect(enum fault fault);

#endif
