/* SPDX-License-Identifier: MIT */
/*
 * The session: what the station is doing, and what a press does to it.
 *
 *   1. one prescription, nothing asked:   start -> PREP -> WORK -> REST -> PREP ... -> IDLE
 *   2. several, pain asked before:        start -> CHOOSE (count) -> ASK (count) -> SETUP -> start -> PREP ...
 *   3. stop in a set:                     WORK -> ASK (pain) -> PAUSED -> start -> PREP, the same set goes on
 *                                                            -> pain above the limit: IDLE
 *   4. nothing was observed:              WORK -> CONFIRM -> start: it counts / 30 s: it does not -> REST ...
 *   5. another leg, another exercise:     REST -> SETUP (announced) -> start -> PREP
 *   6. stop anywhere else:                IDLE; from PREP: PAUSED. Long stop anywhere: IDLE, and a call
 *
 *                   several            pain, effort
 *        IDLE ------------> CHOOSE ------------> ASK <---------------------+
 *         |  one, nothing asked    nothing asked  | first, new set-up      | questions, stop
 *         |                                       v          start         |
 *         +------------------------------------> PREP <--- SETUP <---+     |
 *                                       stop |    | countdown        | new item or side
 *                             PAUSED <-------+    v   nothing seen   |     |
 *                                ^              WORK ---> CONFIRM    |     |
 *                                | left, timeout |  |______|_________|_____|
 *                                +---------------+         v         |
 *                                                        REST -------+---> PREP
 *
 * Every state function answers every event. session_ignored(): it may well happen here and means nothing.
 * session_impossible(): no machine can produce it here; it is counted, and the state stays.
 */
#include "daemon/core/session/session_states.h"

void session_ignored(const struct core *core)
{
    (void)core;
}

void session_impossible(struct core *core)
{
    core->counters.impossible++;
}

/* A press that does nothing here is answered all the same. */
void session_shrug(struct core *core, int64_t t_ns)
{
    out_cue(core, CUE_REFUSED, t_ns, 0);
}

void session_enter(struct core *core, enum session_state state, int64_t t_ns, int64_t deadline_ns)
{
    struct session *session = &core->session;

    session->state = state;
    session->epoch++;
    session->entered_ns = t_ns;
    session->deadline_ns = deadline_ns;
    session->cue_ns = NEVER;
    session->start_waits = false;
}

void session_call(struct core *core, int64_t t_ns)
{
    core->call = true;
    out_event(core, EVENT_CALL, core->session.active ? SCOPE_SESSION : SCOPE_STATION, t_ns);
    out_cue(core, CUE_CALL, t_ns, 0);
}

/* Stop outside a set: the session is over. */
void session_stop(struct core *core, int64_t t_ns)
{
    session_stop_event(core, t_ns);
    out_cue(core, CUE_STOPPED, t_ns, 0);
    session_end(core, SESSION_STOPPED, t_ns);
}

/* The button has been down for 3 s: its first edge has long acted; what is left of the session ends, and help is called. */
void session_stop_long(struct core *core, int64_t t_ns)
{
    if (core->session.state == SESSION_STATE_CONFIRM)
        set_publish(core, SET_UNCONFIRMED, t_ns);
    session_call(core, t_ns);
    if (core->session.active)
        session_end(core, SESSION_STOPPED, t_ns);
}

void session_supersede(struct core *core, int64_t t_ns)
{
    if (core->card_slot == core->session.slot) {
        session_ignored(core);
        return;
    }
    session_end(core, SESSION_SUPERSEDED, t_ns);
}

void session_skip_item(struct core *core, int64_t t_ns)
{
    core->session.futile = 0;
    plan_skip_item(session_rx(core), &core->session.progress, core->session.at.item);
    session_to_next(core, t_ns, false);
}

void session_play_counter(struct core *core, enum counter_act act, int64_t t_ns)
{
    switch (act) {
    case COUNTER_COUNTED: out_cue(core, CUE_ENTRY, t_ns, core->session.counter.count); break;
    case COUNTER_OVER: session_shrug(core, t_ns); break;
    case COUNTER_PLAY: out_cue(core, CUE_READ_BACK, t_ns, core->session.counter.count); break;
    case COUNTER_NONE: /* a deadline without a count */ session_impossible(core); break;
    case COUNTER_TAKEN: break;
    }
}

void session_pause(struct core *core, int64_t t_ns)
{
    session_enter(core, SESSION_STATE_PAUSED, t_ns, t_ns + core->station.session_idle_ms * NS_PER_MS);
}

void session_event(struct core *core, enum session_event event, int64_t t_ns)
{
    switch (core->session.state) {
    case SESSION_STATE_IDLE: state_idle(core, event, t_ns); break;
    case SESSION_STATE_CHOOSE: state_choose(core, event, t_ns); break;
    case SESSION_STATE_ASK: state_ask(core, event, t_ns); break;
    case SESSION_STATE_CONFIRM: state_confirm(core, event, t_ns); break;
    case SESSION_STATE_SETUP: state_setup(core, event, t_ns); break;
    case SESSION_STATE_PREP: state_prep(core, event, t_ns); break;
    case SESSION_STATE_WORK: state_work(core, event, t_ns); break;
    case SESSION_STATE_REST: state_rest(core, event, t_ns); break;
    case SESSION_STATE_PAUSED: state_paused(core, event, t_ns); break;
    case SESSION_STATE_COUNT: break;
    }
}

static int64_t counter_deadline_ns(const struct core *core)
{
    bool counts = core->session.state == SESSION_STATE_CHOOSE || core->session.state == SESSION_STATE_ASK;

    return counts ? core->session.counter.deadline_ns : NEVER;
}

int64_t session_deadline_ns(const struct core *core)
{
    const struct session *session = &core->session;
    int64_t first_ns = session->deadline_ns;

    if (session->cue_ns < first_ns)
        first_ns = session->cue_ns;
    if (counter_deadline_ns(core) < first_ns)
        first_ns = counter_deadline_ns(core);
    return first_ns;
}

/* Tones before the state's end, so that a countdown's last tone never falls behind "go". */
void session_fire(struct core *core)
{
    int64_t t_ns = session_deadline_ns(core);

    if (core->session.cue_ns == t_ns)
        session_event(core, SESSION_EVENT_CUE, t_ns);
    else if (counter_deadline_ns(core) == t_ns)
        session_event(core, SESSION_EVENT_COUNTER, t_ns);
    else
        session_event(core, SESSION_EVENT_TIMEOUT, t_ns);
}

const char *session_state_str(enum session_state state)
{
    switch (state) {
    case SESSION_STATE_IDLE: return "idle";
    case SESSION_STATE_CHOOSE: return "choose";
    case SESSION_STATE_ASK: return "ask";
    case SESSION_STATE_CONFIRM: return "confirm";
    case SESSION_STATE_SETUP: return "setup";
    case SESSION_STATE_PREP: return "prep";
    case SESSION_STATE_WORK: return "work";
    case SESSION_STATE_REST: return "rest";
    case SESSION_STATE_PAUSED: return "paused";
    case SESSION_STATE_COUNT: break;
    }
    return NULL;
}

const char *session_event_str(enum session_event event)
{
    switch (event) {
    case SESSION_EVENT_START: return "start";
    case SESSION_EVENT_START_SHORT: return "start_short";
    case SESSION_EVENT_START_LONG: return "start_long";
    case SESSION_EVENT_STOP: return "stop";
    case SESSION_EVENT_STOP_LONG: return "stop_long";
    case SESSION_EVENT_PLUS: return "plus";
    case SESSION_EVENT_MINUS: return "minus";
    case SESSION_EVENT_TIMEOUT: return "timeout";
    case SESSION_EVENT_CUE: return "cue";
    case SESSION_EVENT_COUNTER: return "counter";
    case SESSION_EVENT_CONTACT: return "contact";
    case SESSION_EVENT_SET_OVER: return "set_over";
    case SESSION_EVENT_CARD: return "card";
    case SESSION_EVENT_SKIP: return "skip";
    case SESSION_EVENT_ANSWER: return "answer";
    case SESSION_EVENT_COUNT: break;
    }
    return NULL;
}
