/* SPDX-License-Identifier: MIT */
/* Session states: idle and choose. The diagram and the rules are in session.c. */
#include "daemon/core/session/session_states.h"

/* While a broken-off session could go on, short and long differ, so the release decides. */
static void idle_pressed(struct core *core, int64_t t_ns)
{
    struct session *session = &core->session;

    session->start_waits = session_resume_offered(core, core->resume.slot);
    if (session->start_waits)
        out_cue(core, CUE_PRESS, t_ns, 0);
    else
        session_start_pressed(core, t_ns, true);
}

/* The end of a press that has acted already means nothing more. */
static void idle_released(struct core *core, int64_t t_ns, bool anew)
{
    if (!core->session.start_waits) {
        session_ignored(core);
        return;
    }
    core->session.start_waits = false;
    session_start_pressed(core, t_ns, anew);
}

void state_idle(struct core *core, enum session_event event, int64_t t_ns)
{
    switch (event) {
    case SESSION_EVENT_START: idle_pressed(core, t_ns); break;
    case SESSION_EVENT_START_SHORT: idle_released(core, t_ns, false); break;
    case SESSION_EVENT_START_LONG: idle_released(core, t_ns, true); break;
    case SESSION_EVENT_STOP:
    case SESSION_EVENT_PLUS:
    case SESSION_EVENT_MINUS: session_shrug(core, t_ns); break;
    case SESSION_EVENT_STOP_LONG: session_call(core, t_ns); break;
    case SESSION_EVENT_CARD: out_cue(core, CUE_PRESS, t_ns, 0); break;
    case SESSION_EVENT_SKIP:
    case SESSION_EVENT_ANSWER: out_reply(core, REPLY_INVALID, "", "no session is running"); break;
    case SESSION_EVENT_CONTACT:
    case SESSION_EVENT_TIMEOUT:
    case SESSION_EVENT_CUE:
    case SESSION_EVENT_COUNTER:
    case SESSION_EVENT_SET_OVER:
    case SESSION_EVENT_COUNT: session_impossible(core); break;
    }
}

/* Silence counts from the last press. */
static void choose_heard(struct core *core, enum counter_act act, int64_t t_ns)
{
    core->session.deadline_ns = t_ns + core->station.session_idle_ms * NS_PER_MS;
    session_play_counter(core, act, t_ns);
}

static void choose_counter(struct core *core, int64_t t_ns)
{
    enum counter_act act = counter_fire(&core->session.counter);
    enum start_refusal why = REFUSED_NOT_READY;
    int slot = core->session.counter.count;

    session_play_counter(core, act, t_ns);
    if (act != COUNTER_TAKEN)
        return;
    if (health_no_start(core) || !slot_ready(core, slot, false, &why)) {
        session_refuse_start(core, why, t_ns);
        counter_begin(&core->session.counter, SLOT_MAX);
        return;
    }
    core->session.identified_by = BY_SLOT;
    session_begin(core, slot, t_ns, false);
}

void state_choose(struct core *core, enum session_event event, int64_t t_ns)
{
    struct session *session = &core->session;

    switch (event) {
    case SESSION_EVENT_START:
    case SESSION_EVENT_PLUS: choose_heard(core, counter_press(&session->counter, t_ns), t_ns); break;
    case SESSION_EVENT_MINUS: choose_heard(core, counter_unpress(&session->counter, t_ns), t_ns); break;
    case SESSION_EVENT_COUNTER: choose_counter(core, t_ns); break;
    case SESSION_EVENT_STOP:
        out_cue(core, CUE_STOPPED, t_ns, 0);
        session_enter(core, SESSION_STATE_IDLE, t_ns, NEVER);
        break;
    case SESSION_EVENT_STOP_LONG:
        session_stop_long(core, t_ns);
        session_enter(core, SESSION_STATE_IDLE, t_ns, NEVER);
        break;
    case SESSION_EVENT_TIMEOUT: session_enter(core, SESSION_STATE_IDLE, t_ns, NEVER); break;
    case SESSION_EVENT_CARD:
        session_enter(core, SESSION_STATE_IDLE, t_ns, NEVER);
        out_cue(core, CUE_PRESS, t_ns, 0);
        break;
    case SESSION_EVENT_SKIP:
    case SESSION_EVENT_ANSWER: out_reply(core, REPLY_INVALID, "", "no session is running"); break;
    case SESSION_EVENT_START_SHORT:
    case SESSION_EVENT_START_LONG: session_ignored(core); break;
    case SESSION_EVENT_CONTACT:
    case SESSION_EVENT_CUE:
    case SESSION_EVENT_SET_OVER:
    case SESSION_EVENT_COUNT: session_impossible(core); break;
    }
}
