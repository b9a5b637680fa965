/* SPDX-License-Identifier: MIT */
/*
 * The timing core: inputs in, events and cues out. Pure: it asks no clock, allocates nothing and cannot fail.
 * One thread at a time may use a core.
 *
 *     while (core_deadline_ns(core) <= input.t_ns)
 *         core_fire(core, &outs), take(&outs);
 *     core_feed(core, &input, &outs), take(&outs);
 *
 * Deadlines act at their nominal time, before the input that passed them. core_fire() acts on the earliest one, so it is
 * only called while that is due; with none set it does nothing. Waking up early, and asking for the deadline or a
 * snapshot however often, changes nothing.
 */
#ifndef GYMSTATION_CORE_H
#define GYMSTATION_CORE_H

#include "gymstation/course.h"
#include "gymstation/cue.h"

enum core_out_kind { OUT_EVENT, OUT_CUE, OUT_REPLY };

/* The core's answer to a command. */
enum reply_code {
    REPLY_OK,
    REPLY_INVALID,
    REPLY_STALE,
    REPLY_DUPLICATE,
    REPLY_BUSY,
    REPLY_UNSUPPORTED,
    REPLY_CLOCK_UNSYNCED
};

struct reply {
    enum command_kind command;
    char id[ID_LEN];
    enum reply_code code;
    struct refusal refusal; /* "" when code is REPLY_OK */
};

struct core_out {
    enum core_out_kind kind;
    union {
        struct event event;
        struct cue cue;
        struct reply reply;
    } u;
};

#define CORE_OUT_MAX 48 /* what one core_feed() or core_fire() can yield; proved by a property test */

struct core_outs {
    int n;
    int lost; /* outputs that did not fit: a bug; tests hold it at zero */
    struct core_out v[CORE_OUT_MAX];
};

enum now { NOW_IDLE, NOW_CHOOSE, NOW_ASK, NOW_SETUP, NOW_PREP, NOW_WORK, NOW_HOLD, NOW_REST, NOW_PAUSED };

/* What a slot holds, for start-up, for the trace header and for the topic prescription/<slot>. */
struct slot_held {
    bool held;
    struct prescription rx;
    char hash[HASH_LEN];
    int32_t used; /* sessions that reached their first set */
    struct course course;
};

enum slot_status { SLOT_NONE, SLOT_APPLIED, SLOT_PENDING, SLOT_REJECTED };

/* The answer to the last thing that arrived on a slot. */
struct slot_last {
    enum slot_status status; /* SLOT_NONE: nothing arrived, nothing was held at start-up */
    int64_t rev;
    char hash[HASH_LEN];
    struct refusal refusal;
};

/* Where a session that broke off can go on (see README, "Resuming"); offered for 10 minutes after t_ns. */
struct resume {
    bool offered;
    int slot;
    int64_t rev;
    char hash[HASH_LEN];
    int item, set, side_index; /* from 0: the first unfinished set */
    int reps_done;             /* in that set */
    bool counted;              /* the session reached a set: going on is no new use */
    int64_t ended_ns;          /* monotonic, of this boot */
};

struct core_setup {
    const struct exercise *exercises; /* the caller's, for the life of the core */
    int exercise_count;
    struct station station;
    int32_t zero_mn;                /* working zero: the empty box reads this much; +-ZERO_MAX_MN */
    bool calibrated;                /* false: every force is ignored, everything is paced */
    struct calibration calibration; /* only to say zero_counts in tared events; not valid: forces come calibrated */
};

/* What a dashboard that joins late needs, and what lights and the simulated patient see. */
struct snapshot {
    enum now now;
    bool in_session;
    int slot; /* 0: none */
    int64_t rx_rev;
    char rx_id[ID_LEN];
    int item, items, set, sets, rep, reps_min, reps_max; /* from 1; 0: does not apply */
    char exercise[NAME_LEN], variation[NAME_LEN];
    enum contact contact;
    enum anchor anchor;
    enum side side;
    bool hold_item;
    bool phase_known;
    enum phase phase;
    const char *hold_phase; /* "wait" "ramp" "hold" "rest" in hold items, else NULL */
    enum src phase_src;
    int64_t phase_start_ns; /* or ABSENT: a hold that has not begun */
    int64_t phase_end_ns;   /* cued end of the phase, or ABSENT */
    int next_phase;         /* enum phase, or -1 */
    int64_t ends_ns;        /* end of the countdown, rest or hold, or ABSENT: left_s is ends_ns - now */
    bool measured;          /* reps of this set are being measured */
    bool asking;
    enum question_kind question;
    enum pain_when when;
    int entered;     /* -1: nothing yet */
    int last_result; /* reps counted in the last set, or -1 */
    bool call;
    unsigned faults; /* bits 1u << enum fault */
    int64_t fault_since_ns[FAULT_COUNT];
    int64_t force_mn;              /* above the working zero, or ABSENT */
    int64_t target_mn;             /* or ABSENT */
    const struct rx_item *rx_item; /* the item at hand or NULL; valid until the core is called again */
    unsigned slots_held;           /* bits 1u << slot */
};

struct core;

size_t core_size(void);
/* Takes memory of at least core_size() bytes, aligned as malloc does; the memory stays the caller's. */
struct core *core_init(void *memory, const struct core_setup *setup);

/*
 * Start-up only, before the first input: what was held, and where a broken-off session could go on. Of a slot from which
 * the prescription was withdrawn: held false, with its rx.rev and hash, as core_slot() had them.
 */
void core_hold(struct core *core, int slot, const struct slot_held *held);
/* After core_hold(): what was refused last there, so that it is not said again. */
void core_hold_rejected(struct core *core, int slot, const struct slot_last *last);
void core_offer_resume(struct core *core, const struct resume *resume);

/*
 * Where a recording begins: idle, with nothing at fault. What was learnt from the samples before is forgotten, so that a core
 * that is begun there with the same zero, slots and resume takes the same turns.
 */
void core_begin_again(struct core *core);

void core_feed(struct core *core, const struct input *input, struct core_outs *outs);
int64_t core_deadline_ns(const struct core *core); /* NEVER when nothing is due */
void core_fire(struct core *core, struct core_outs *outs);
/* Time of the last input or deadline: no input may be fed with an earlier t_ns. */
int64_t core_now_ns(const struct core *core);

bool core_idle(const struct core *core);
/* The working zero: core_setup.zero_mn and the tares since. */
int32_t core_zero_mn(const struct core *core);
/* Standard deviation of the last quiet 2 s with nobody on the box, or ABSENT. */
int64_t core_noise_mn(const struct core *core);
void core_snapshot(const struct core *core, struct snapshot *ret);
void core_slot(const struct core *core, int slot, struct slot_held *ret_held, struct slot_last *ret_last);
void core_resume(const struct core *core, struct resume *ret);

/*
 * The events that would close what is open if the power went now (reason power_loss): set_completed when a set runs,
 * session_completed when a session does. Returns how many of ret[2] were filled. The journal keeps them beside the
 * open session and publishes them at the next start.
 */
int core_closing(const struct core *core, struct event ret[2]);
/*
 * The same of an orderly stop of the program: reason stopped, ended_by restart. Nobody pressed stop and no power went,
 * and as after either the patient can go on within ten minutes.
 */
int core_closing_orderly(const struct core *core, struct event ret[2]);
/* As core_resume() would say after either of them. */
void core_closing_resume(const struct core *core, struct resume *ret);

/* Bugs that show themselves: impossible state-event pairs and outputs that did not fit. Both stay 0. */
struct core_counters {
    uint64_t impossible, lost_outputs;
    uint64_t samples, samples_bad, presses, bounces;
};
void core_counters(const struct core *core, struct core_counters *ret);

const char *now_str(enum now now);
const char *reply_code_str(enum reply_code code);

#endif
