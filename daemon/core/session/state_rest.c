/* SPDX-License-Identifier: MIT */
/* Session states: rest and paused. The diagram and the rules are in session.c. */
#include "daemon/core/session/session_states.h"

/* Rest modes: see README, "At the station". A set-up that follows is started by hand, so the rest before it ends itself. */
static void rest_pressed(struct core *core, int64_t t_ns)
{
    struct session *session = &core->session;
    enum rest_mode mode = session_item(core)->dose.rest_mode;
    bool over = session->deadline_ns == NEVER || t_ns >= session->set_end_ns + session->rest_planned_ns;

    switch (mode) {
    case REST_FIXED: session_shrug(core, t_ns); break;
    case REST_MIN:
        out_cue(core, CUE_PRESS, t_ns, 0);
        session->rest_armed = true;
        if (over)
            session_after_rest(core, t_ns);
        break;
    case REST_UNTIL_BUTTON:
        out_cue(core, CUE_PRESS, t_ns, 0);
        session_after_rest(core, t_ns);
        break;
    }
}

static void rest_timeout(struct core *core, int64_t t_ns)
{
    struct session *session = &core->session;
    bool itself = session_item(core)->dose.rest_mode == REST_FIXED || session->rest_armed ||
                  plan_new_setup(session_rx(core), &core->set.at, &session->at);
    int64_t idle_ns = core->station.session_idle_ms * NS_PER_MS;

    if (t_ns >= session->set_end_ns + session->rest_planned_ns + idle_ns && !itself)
        session_end(core, SESSION_ABANDONED, t_ns);
    else if (itself)
        session_after_rest(core, t_ns);
    else
        session->deadline_ns = session->set_end_ns + session->rest_planned_ns + idle_ns;
}

static void rest_cue(struct core *core, int64_t t_ns)
{
    struct session *session = &core->session;
    int64_t left_ns = session->set_end_ns + session->rest_planned_ns - t_ns;

    out_cue(core, CUE_LAST, t_ns, (int)(left_ns / NS_PER_S));
    session->cue_ns = left_ns > NS_PER_S ? t_ns + NS_PER_S : NEVER;
}

void state_rest(struct core *core, enum session_event event, int64_t t_ns)
{
    switch (event) {
    case SESSION_EVENT_START:
        session_ignored(core); /* the release tells going on from skipping */
        break;
    case SESSION_EVENT_START_SHORT: rest_pressed(core, t_ns); break;
    case SESSION_EVENT_START_LONG:
    case SESSION_EVENT_SKIP: session_skip_item(core, t_ns); break;
    case SESSION_EVENT_PLUS:
    case SESSION_EVENT_MINUS: session_shrug(core, t_ns); break;
    case SESSION_EVENT_STOP: session_stop(core, t_ns); break;
    case SESSION_EVENT_STOP_LONG: session_stop_long(core, t_ns); break;
    case SESSION_EVENT_TIMEOUT: rest_timeout(core, t_ns); break;
    case SESSION_EVENT_CUE: rest_cue(core, t_ns); break;
    case SESSION_EVENT_CARD: session_supersede(core, t_ns); break;
    case SESSION_EVENT_ANSWER: out_reply(core, REPLY_INVALID, "/kind", "no question is open"); break;
    case SESSION_EVENT_CONTACT:
    case SESSION_EVENT_COUNTER:
    case SESSION_EVENT_SET_OVER:
    case SESSION_EVENT_COUNT: session_impossible(core); break;
    }
}

void state_paused(struct core *core, enum session_event event, int64_t t_ns)
{
    switch (event) {
    case SESSION_EVENT_START:
        out_cue(core, CUE_PRESS, t_ns, 0);
        session_go_on(core, t_ns);
        break;
    case SESSION_EVENT_STOP: session_stop(core, t_ns); break;
    case SESSION_EVENT_STOP_LONG: session_stop_long(core, t_ns); break;
    case SESSION_EVENT_TIMEOUT: session_end(core, SESSION_ABANDONED, t_ns); break;
    case SESSION_EVENT_SKIP: session_skip_item(core, t_ns); break;
    case SESSION_EVENT_CARD: session_supersede(core, t_ns); break;
    case SESSION_EVENT_PLUS:
    case SESSION_EVENT_MINUS: session_shrug(core, t_ns); break;
    case SESSION_EVENT_ANSWER: out_reply(core, REPLY_INVALID, "/kind", "no question is open"); break;
    case SESSION_EVENT_START_SHORT: /* the press has left this state */
    case SESSION_EVENT_START_LONG:
    case SESSION_EVENT_CONTACT:
    case SESSION_EVENT_CUE:
    case SESSION_EVENT_COUNTER:
    case SESSION_EVENT_SET_OVER:
    case SESSION_EVENT_COUNT: session_impossible(core); break;
    }
}
