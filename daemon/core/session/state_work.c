/* SPDX-License-Identifier: MIT */
/* Session states: setup, prep and work. The diagram and the rules are in session.c. */
#include "daemon/core/session/session_states.h"

void state_setup(struct core *core, enum session_event event, int64_t t_ns)
{
    switch (event) {
    case SESSION_EVENT_START: out_cue(core, CUE_PRESS, t_ns, 0); break;
    case SESSION_EVENT_START_SHORT: session_to_prep(core, t_ns); break;
    case SESSION_EVENT_START_LONG:
    case SESSION_EVENT_SKIP: session_skip_item(core, t_ns); break;
    case SESSION_EVENT_PLUS:
        session_to_setup(core, t_ns); /* said again */
        break;
    case SESSION_EVENT_MINUS: session_shrug(core, t_ns); break;
    case SESSION_EVENT_STOP: session_stop(core, t_ns); break;
    case SESSION_EVENT_STOP_LONG: session_stop_long(core, t_ns); break;
    case SESSION_EVENT_TIMEOUT: session_end(core, SESSION_ABANDONED, t_ns); break;
    case SESSION_EVENT_CARD: session_supersede(core, t_ns); break;
    case SESSION_EVENT_ANSWER: out_reply(core, REPLY_INVALID, "/kind", "no question is open"); break;
    case SESSION_EVENT_CONTACT:
    case SESSION_EVENT_CUE:
    case SESSION_EVENT_COUNTER:
    case SESSION_EVENT_SET_OVER:
    case SESSION_EVENT_COUNT: session_impossible(core); break;
    }
}

/* The countdown's tones fall on whole seconds before "go". */
static void countdown(struct core *core, int64_t t_ns)
{
    int64_t left_ns = core->session.deadline_ns - t_ns;

    out_cue(core, CUE_COUNTDOWN, t_ns, (int)(left_ns / NS_PER_S));
    core->session.cue_ns = left_ns > NS_PER_S ? t_ns + NS_PER_S : NEVER;
}

/* Whoever steps on late still gets a countdown. */
static void contact_made(struct core *core, int64_t t_ns)
{
    int64_t go_ns = t_ns + SET_COUNTDOWN_NS;

    session_countdown(core, t_ns, core->session.prep_end_ns > go_ns ? core->session.prep_end_ns : go_ns);
}

static void prep_over(struct core *core, int64_t t_ns)
{
    if (core->session.waits_contact) { /* nobody came */
        out_cue(core, CUE_STOPPED, t_ns, 0);
        session_pause(core, t_ns);
        return;
    }
    session_enter(core, SESSION_STATE_WORK, t_ns, NEVER);
    set_begin(core, t_ns);
}

void state_prep(struct core *core, enum session_event event, int64_t t_ns)
{
    switch (event) {
    case SESSION_EVENT_START:
    case SESSION_EVENT_PLUS:
    case SESSION_EVENT_MINUS: session_shrug(core, t_ns); break;
    case SESSION_EVENT_STOP:
        session_stop_event(core, t_ns);
        out_cue(core, CUE_STOPPED, t_ns, 0);
        session_pause(core, t_ns);
        break;
    case SESSION_EVENT_STOP_LONG: session_stop_long(core, t_ns); break;
    case SESSION_EVENT_TIMEOUT: prep_over(core, t_ns); break;
    case SESSION_EVENT_CUE: countdown(core, t_ns); break;
    case SESSION_EVENT_CONTACT:
        if (core->session.waits_contact)
            contact_made(core, t_ns);
        break;
    case SESSION_EVENT_SKIP: session_skip_item(core, t_ns); break;
    case SESSION_EVENT_ANSWER: out_reply(core, REPLY_INVALID, "/kind", "no question is open"); break;
    case SESSION_EVENT_START_SHORT:
    case SESSION_EVENT_START_LONG:
    case SESSION_EVENT_CARD: session_ignored(core); break;
    case SESSION_EVENT_COUNTER:
    case SESSION_EVENT_SET_OVER:
    case SESSION_EVENT_COUNT: session_impossible(core); break;
    }
}

#define FUTILE_MAX 2

/*
 * A set that runs out of time is broken off and can be begun again. When nothing has counted in it and nothing counts
 * the next time either, it would go on so for ever (every rep partial, or not seen): then it is closed, unconfirmed, and
 * the session goes on behind it. What earlier runs of it have counted stays.
 */
static enum set_reason reason_of(struct core *core)
{
    const struct set_run *set = &core->set;
    bool timeout = set->reason == SET_TIMEOUT || set->reason == SET_FAULT;
    bool futile = timeout && set->counted == 0 && set->tried == 0;

    core->session.futile = futile ? core->session.futile + 1 : 0;
    if (core->session.futile < FUTILE_MAX)
        return set->reason;
    core->session.futile = 0;
    return SET_UNCONFIRMED;
}

static void set_over(struct core *core, int64_t t_ns)
{
    const struct set_run *set = &core->set;
    enum set_reason reason = reason_of(core);
    bool left = reason == SET_LEFT_BOX || reason == SET_TIMEOUT || reason == SET_FAULT;

    core->session.set_end_ns = set->end_ns;
    if (set->reason == SET_DONE && !set_observed(core)) {
        session_enter(core, SESSION_STATE_CONFIRM, t_ns, t_ns + ASK_SILENCE_NS);
        out_cue(core, CUE_ASK, t_ns, QUESTION_CONFIRM);
        return;
    }
    set_publish(core, reason, t_ns);
    if (left) {
        out_cue(core, CUE_STOPPED, t_ns, 0);
        session_pause(core, t_ns);
    } else {
        ask_begin(core, AFTER_ASK_NEXT, t_ns);
    }
}

static void stop_set(struct core *core, int64_t t_ns)
{
    core->session.futile = 0;
    out_cue(core, CUE_STOPPED, t_ns, 0);
    set_finish(core, SET_STOPPED, core->command ? ENDED_BY_COMMAND : ENDED_BY_STOP, t_ns);
    core->session.set_end_ns = core->set.end_ns;
    set_publish(core, core->set.reason, t_ns);
}

void state_work(struct core *core, enum session_event event, int64_t t_ns)
{
    switch (event) {
    case SESSION_EVENT_STOP:
        session_stop_event(core, t_ns);
        stop_set(core, t_ns);
        ask_begin(core, AFTER_ASK_STOPPED_SET, t_ns);
        break;
    case SESSION_EVENT_STOP_LONG: /* held since a pause: its first edge was told there */
        stop_set(core, t_ns);
        session_stop_long(core, t_ns);
        break;
    case SESSION_EVENT_SET_OVER: set_over(core, t_ns); break;
    case SESSION_EVENT_START:
    case SESSION_EVENT_PLUS:
    case SESSION_EVENT_MINUS: session_shrug(core, t_ns); break;
    case SESSION_EVENT_SKIP:
    case SESSION_EVENT_ANSWER: out_reply(core, REPLY_BUSY, "", "a set is running: stop it first"); break;
    case SESSION_EVENT_START_SHORT:
    case SESSION_EVENT_START_LONG:
    case SESSION_EVENT_CARD: session_ignored(core); break;
    case SESSION_EVENT_CONTACT:
    case SESSION_EVENT_TIMEOUT:
    case SESSION_EVENT_CUE:
    case SESSION_EVENT_COUNTER:
    case SESSION_EVENT_COUNT: session_impossible(core); break;
    }
}
