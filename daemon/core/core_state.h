/* SPDX-License-Identifier: MIT */
/*
 * The whole state of the station, as one piece of plain memory: no pointer into itself, so a copy of the bytes is a
 * copy of the station (tests clone it). Private to daemon/core.
 *
 *   core.c        inputs and deadlines to the machines below
 *   session.c     which state the session is in, and what each event does there
 *   session_act.c what beginning and ending a session, a set, a rest mean
 *   set_begin.c   how a set begins
 *   set.c         one set: pacer, detector or hold, and when it is over
 *   slots.c       prescriptions held, pending and refused
 *   health.c      is the sensor to be believed; faults raised and cleared
 */
#ifndef GYMSTATION_CORE_STATE_H
#define GYMSTATION_CORE_STATE_H

#include "daemon/core/panel/button.h"
#include "daemon/core/session/counter.h"
#include "daemon/core/detect/detector_memory.h"
#include "daemon/core/set/hold.h"
#include "daemon/core/set/pacer.h"
#include "daemon/core/session/plan.h"
#include "daemon/core/set/progression.h"
#include "daemon/core/signal/quiet.h"
#include "daemon/core/set/rfd.h"
#include "daemon/core/set/set_trend.h"
#include "daemon/core/set/unseen.h"
#include "daemon/core/signal/wander.h"
#include "gymstation/core.h"

#define SET_COUNTDOWN_NS (3 * NS_PER_S)   /* before every set but an item's first */
#define ASK_SILENCE_NS   (30 * NS_PER_S)  /* no answer */
#define STILL_NS         (15 * NS_PER_S)  /* without movement: the set is over once reps_min is reached */
#define CONTACT_WAIT_NS  (60 * NS_PER_S)  /* prep waits this long for somebody on the box, then pauses */
#define RESUME_NS        (600 * NS_PER_S) /* a session that broke off goes on within this */
#define CARD_NS          (60 * NS_PER_S)  /* a card shown counts for this long */
#define TARE_HOLD_NS     (5 * NS_PER_S)   /* both buttons in idle */
#define BASELINE_AGE_NS  (15 * NS_PER_S)  /* references older than this are not this patient's */
#define LAST_CUES        3                /* seconds that are counted down aloud */

/* ---- session ---------------------------------------------------------------------------------------------------- */

enum session_state {
    SESSION_STATE_IDLE,
    SESSION_STATE_CHOOSE,
    SESSION_STATE_ASK,
    SESSION_STATE_CONFIRM,
    SESSION_STATE_SETUP,
    SESSION_STATE_PREP,
    SESSION_STATE_WORK,
    SESSION_STATE_REST,
    SESSION_STATE_PAUSED,
    SESSION_STATE_COUNT
};

enum session_event {
    SESSION_EVENT_START,       /* first edge */
    SESSION_EVENT_START_SHORT, /* let go before the long threshold, in the state in which it was pressed */
    SESSION_EVENT_START_LONG,
    SESSION_EVENT_STOP, /* first edge, or a command */
    SESSION_EVENT_STOP_LONG,
    SESSION_EVENT_PLUS,
    SESSION_EVENT_MINUS,
    SESSION_EVENT_TIMEOUT, /* the state's deadline */
    SESSION_EVENT_CUE,     /* a countdown's next tone is due */
    SESSION_EVENT_COUNTER, /* the counter's deadline */
    SESSION_EVENT_CONTACT, /* steady contact for 1 s, or nobody to wait for any more */
    SESSION_EVENT_SET_OVER,
    SESSION_EVENT_CARD,
    SESSION_EVENT_SKIP,   /* command */
    SESSION_EVENT_ANSWER, /* command */
    SESSION_EVENT_COUNT
};

struct question {
    enum question_kind kind;
    enum pain_when when;
};

/* Where the session goes when the last question has been answered. */
enum after_ask { AFTER_ASK_BEGIN, AFTER_ASK_STOPPED_SET, AFTER_ASK_NEXT, AFTER_ASK_END };

#define QUESTION_MAX 4

struct session {
    enum session_state state;
    uint32_t epoch; /* counts entries: a press belongs to the state it was made in */
    int64_t entered_ns;
    int64_t deadline_ns; /* of the state */
    int64_t cue_ns;      /* next tone of a countdown, or NEVER */
    bool start_waits;    /* idle: start is down and its release decides */
    bool active;         /* between session_started and session_completed */
    int slot;
    enum identified_by identified_by;
    int64_t started_ns;
    struct progress progress;
    struct position at; /* the set at hand, or the next one */
    bool was_set;       /* at least one set has started */
    bool counted;       /* in `used`: it has, or the session it goes on from had, reached a set */
    struct pain_seen pain;
    struct course course; /* what the sessions before have come to, from the first set to the end */
    struct question questions[QUESTION_MAX];
    int question, question_count;
    enum after_ask after_ask;
    struct counter counter;
    bool waits_contact;  /* prep: nobody on the box yet */
    int64_t prep_end_ns; /* prep: when it would have ended without the wait */
    bool rest_armed;     /* rest: start was pressed before it was over */
    int futile;          /* how often the set at hand timed out with nothing counted, in a row */
    int64_t set_end_ns;  /* the rest counts from here */
    int64_t rest_planned_ns, rest_overrun_ns;
    enum side shown_side; /* of the set-up announced */
};

/* ---- set -------------------------------------------------------------------------------------------------------- */

enum set_mode {
    SET_MODE_NONE,     /* no set runs */
    SET_MODE_MEASURED, /* the detector counts; the pacer, if on, only cues */
    SET_MODE_CUED,     /* the pacer counts */
    SET_MODE_HOLD,     /* a hold is waited for or going on */
    SET_MODE_HOLD_REST /* the pause between two holds */
};

struct set_run {
    enum set_mode mode;
    struct dose dose; /* as prescribed, with what was open resolved */
    struct position at;
    int64_t start_ns, end_ns;
    int64_t timeout_ns; /* the set's own limit, monotonic */
    int64_t target_mn;  /* of holds, above the rest level, or ABSENT */
    struct references refs;
    bool rest_lent;                      /* its rest level is not its own: an earlier set's, or that of an empty box */
    bool rest_other;                     /* and is that of the other side */
    struct hold_lag lag;                 /* of the samples that a detector is given */
    struct unseen unseen;                /* measured sets: what moves and is not told apart */
    int reps_before, reps_min, reps_max; /* reps_before: counted in earlier runs of this set */
    int counted, measured;               /* in this run; reps or full holds */
    int seen, cued;                      /* in this run, of any outcome: partial and broken ones were seen, too */
    int tried;                           /* holds that are over: full or broken, but not those that were stopped */
    bool observed;                       /* something of it was seen, and not only cued */
    int64_t tut_ns;                      /* sum over tut_reps of them, or ABSENT */
    int tut_reps;
    int64_t tempo_ok, tempo_n;
    struct set_trend trend;
    bool trusted;
    unsigned flags;
    unsigned spoilt; /* flags of the next rep or hold only */
    struct pacer pacer;
    bool can_see;       /* this set began as a measured one and has not fallen back */
    bool saw;           /* it began as a measured one */
    bool presence_seen; /* somebody was on the box */
    int64_t left_ns;    /* off the box since, or ABSENT */
    int64_t moved_ns;   /* last movement */
    int64_t rep_end_ns; /* last rep of any outcome, 0 before the first */
    bool hold_begun;    /* its first moment has been cued */
    int64_t hold_rest_end_ns, hold_cue_ns;
    int64_t held_ns, in_band_ns; /* of measured holds with a target */
    bool phase_known;            /* measured sets: the live phase */
    enum phase phase;
    int64_t phase_start_ns;
    enum set_reason reason; /* once over */
    enum set_end ended_by;
};

/* ---- slots, health, the whole ------------------------------------------------------------------------------------- */

enum pending_kind { PENDING_NONE, PENDING_RX, PENDING_WITHDRAWAL };

struct slot_state {
    struct slot_held held;
    struct slot_last last;
    enum pending_kind pending;
    struct prescription pending_rx;
    char pending_hash[HASH_LEN];
};

struct sensor_health {
    int64_t last_good_ns; /* stamp of the last sample that was believed, or ABSENT */
    int64_t watch_ns;     /* when silence becomes a fault, or NEVER */
    bool ended;           /* the source has ended: the last force stands */
    int32_t force_mn;     /* last good force above the working zero */
    bool overloaded;
    int64_t overload_ns; /* last overload */
    unsigned faults;     /* bits 1u << enum fault */
    int64_t fault_since_ns[FAULT_COUNT];
};

struct core {
    const struct exercise *exercises;
    int exercise_count;
    struct station station;
    struct calibration calibration;
    int32_t zero_mn;
    bool calibrated;

    int64_t now_ns;
    bool begun; /* the first input has been seen */
    bool wall_synced;
    int64_t wall_offset_ns; /* wall - monotonic, or ABSENT */
    bool call;

    struct button_machine buttons[BUTTON_COUNT];
    bool stuck_told; /* from outside: a button that has been down since start-up, which no edge can say */
    uint32_t press_epoch[BUTTON_COUNT];
    int64_t tare_ns; /* both buttons are down in idle: when they will have been for long enough, else NEVER */
    struct session session;
    struct set_run set;
    struct quiet quiet;
    struct wander wander;
    struct sensor_health health;
    struct slot_state slots[SLOT_MAX + 1]; /* 1..SLOT_MAX */
    int card_slot;                         /* chosen by a card */
    int64_t card_ns;
    struct resume resume;
    int64_t ref_amp_mn[ITEM_MAX][SIDES_MAX]; /* learnt in earlier sets of this session, or ABSENT */
    struct rise_reference ref_rise[ITEM_MAX][SIDES_MAX];
    struct step_reference ref_step[ITEM_MAX][SIDES_MAX];
    bool leant[ITEM_MAX][SIDES_MAX];      /* a hand took the measuring of an earlier set away */
    int64_t limb_mn[ITEM_MAX][SIDES_MAX]; /* rest levels of limbs on the box, of earlier sets, or ABSENT */
    struct core_counters counters;

    const struct command *command; /* during core_feed() only: what caused a command's event */
    bool command_answered;
    struct core_outs *outs; /* during a call only */

    struct hold hold;
    struct rfd rfd; /* of the hold at hand */
    union detector_memory detector;
};

/* ---- between the files of daemon/core ------------------------------------------------------------------------------ */

/* outputs.c: how much of where we are an event carries */
enum scope { SCOPE_STATION, SCOPE_SESSION, SCOPE_ITEM, SCOPE_SET };
struct event *out_event(struct core *core, enum event_type type, enum scope scope, int64_t t_ns);
void out_cue(struct core *core, enum cue_kind kind, int64_t at_ns, int arg);
void out_reply(struct core *core, enum reply_code code, const char *path, const char *reason);
void head_fill(const struct core *core, struct event_head *head, enum event_type type, enum scope scope, int64_t t_ns);

/* session.c */
void session_event(struct core *core, enum session_event event, int64_t t_ns);
int64_t session_deadline_ns(const struct core *core);
void session_fire(struct core *core);
void session_enter(struct core *core, enum session_state state, int64_t t_ns, int64_t deadline_ns);
const char *session_state_str(enum session_state state);
const char *session_event_str(enum session_event event);
enum now session_now(const struct core *core);

/* session_act.c */
const struct prescription *session_rx(const struct core *core);
const struct rx_item *session_item(const struct core *core);
const struct exercise *session_exercise(const struct core *core);
const struct setup *session_setup(const struct core *core);
void session_refuse_start(struct core *core, enum start_refusal why, int64_t t_ns);
void session_start_pressed(struct core *core, int64_t t_ns, bool anew);
bool session_resume_offered(const struct core *core, int slot);
void session_begin(struct core *core, int slot, int64_t t_ns, bool anew);
void session_end(struct core *core, enum session_reason reason, int64_t t_ns);
void session_stop_event(struct core *core, int64_t t_ns);
void session_to_setup(struct core *core, int64_t t_ns);
void session_to_prep(struct core *core, int64_t t_ns);
void session_countdown(struct core *core, int64_t t_ns, int64_t go_ns);
/* The next open set, by way of rest and set-up; or the end. */
void session_to_next(struct core *core, int64_t t_ns, bool rest);
void session_after_rest(struct core *core, int64_t t_ns);
void session_go_on(struct core *core, int64_t t_ns);
void session_results(const struct core *core, const struct progress *progress, enum session_reason reason, int64_t t_ns,
                     struct session_completed_data *ret);
void session_resume_at(const struct core *core, const struct progress *progress, int64_t t_ns, struct resume *ret);

/* questions.c */
void ask_begin(struct core *core, enum after_ask after, int64_t t_ns);
void ask_next(struct core *core, int64_t t_ns);
void ask_answer(struct core *core, int score, int64_t t_ns); /* -1: no answer */

/* set.c */
bool set_waits_for_contact(const struct core *core);
void set_begin(struct core *core, int64_t t_ns);
void set_sample(struct core *core, const struct sample *sample);
int64_t set_deadline_ns(const struct core *core);
void set_fire(struct core *core);
/* Nobody sees any more: the rest of the set goes by cue. */
void set_go_blind(struct core *core, int64_t t_ns, unsigned flags);
/* A fault of the sensor: what is left of the set goes by cue, and none of it is trusted. */
void set_sensor_fault(struct core *core, int64_t t_ns);
/* The rest level of the hold that begins at t_ns, where the set began without one; the last hold was over at since_ns. */
void set_rest_again(struct core *core, int64_t t_ns, int64_t since_ns);
/* Could this set be measured now, by its set-up and by the sensor? */
bool set_can_measure(const struct core *core);
/* The set is over; at or after reps_min an observed set is done, whatever ended it. */
void set_finish(struct core *core, enum set_reason reason, enum set_end ended_by, int64_t t_ns);
bool set_observed(const struct core *core);
int set_total(const struct set_run *set); /* counted in all runs of this set */

/* set_cued.c */
/* A set that would be measured begins as a cued one when somebody leans on a chair already; references are known. */
void set_foresee(struct core *core);
const int32_t *set_own_tempo(const struct core *core); /* the exercise's, for what was prescribed as free or asap */
/* The live phase, unless it may not be claimed. */
void set_show_phase(struct set_run *set, const struct mark *mark);
/* Takes its phases from a rep that is counted, but may not be claimed to be measured inside. */
void set_hold_back(struct rep_data *rep);
/* Adds to a measured rep the phases that were cued and cannot be seen in this set-up. */
void set_add_cued(const struct core *core, struct rep_data *rep);

/* set_result.c */
void set_publish(struct core *core, enum set_reason reason,
                 int64_t t_ns); /* set_completed, and the progress it makes */
void set_completed_fill(const struct set_run *set, enum set_reason reason, struct set_completed_data *ret);
void set_progress(const struct set_run *set, enum set_reason reason, struct item_progress *progress);
void set_publish_rep(struct core *core, const struct rep_data *rep);
void set_publish_hold(struct core *core, const struct hold_data *hold);
/* Measured, or else as prescribed; ABSENT when neither. */
int64_t set_body_mn(const struct prescription *rx, int64_t bw_mn);
int64_t set_target_mn(const struct prescription *rx, const struct dose *dose, int64_t bw_mn);

/* set_hold.c */
void set_hold_begin(struct core *core, int64_t t_ns);
void set_hold_sample(struct core *core, const struct sample *sample);
void set_hold_end(struct core *core, int64_t t_ns); /* the set is being ended from outside */
int64_t set_hold_deadline_ns(const struct core *core);
void set_hold_fire(struct core *core);

/* slots.c */
void slots_arrival(struct core *core, const struct rx_arrival *arrival, int64_t t_ns);
void slots_apply_pending(struct core *core, int64_t t_ns);
/* May a session begin from this slot now? anew: and not go on, which takes no use. */
bool slot_ready(const struct core *core, int slot, bool anew, enum start_refusal *ret_why);

/* health.c */
void health_begin(struct core *core);
void health_sample(struct core *core, const struct input *input);
void health_trouble(struct core *core, enum trouble trouble, int64_t t_ns);
void health_fire(struct core *core);
int64_t health_deadline_ns(const struct core *core);
void health_fault(struct core *core, enum fault fault, bool raised, int64_t t_ns);
bool health_reads(const struct core *core);    /* there are readings */
bool health_at_fault(const struct core *core); /* they are not to be believed */
bool health_sees(const struct core *core);     /* there are, and they are */
bool health_no_start(const struct core *core);
void health_tare(struct core *core, const char *by, int64_t t_ns);

/* command.c */
void command_feed(struct core *core, const struct command *command, int64_t t_ns);

#endif
