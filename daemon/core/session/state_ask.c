/* SPDX-License-Identifier: MIT */
/* Session states: ask and confirm. The diagram and the rules are in session.c. */
#include "daemon/core/session/session_states.h"

static void ask_counter(struct core *core, int64_t t_ns)
{
    enum counter_act act = counter_fire(&core->session.counter);

    session_play_counter(core, act, t_ns);
    if (act == COUNTER_TAKEN)
        ask_answer(core, core->session.counter.count, t_ns);
}

/* Silence counts from the last press. */
static void ask_heard(struct core *core, enum counter_act act, int64_t t_ns)
{
    core->session.deadline_ns = t_ns + ASK_SILENCE_NS;
    session_play_counter(core, act, t_ns);
}

static void ask_command(struct core *core, int64_t t_ns)
{
    const struct session *session = &core->session;

    if (core->command->answers != session->questions[session->question].kind)
        out_reply(core, REPLY_INVALID, "/kind", "another question is open");
    else
        ask_answer(core, core->command->score, t_ns);
}

void state_ask(struct core *core, enum session_event event, int64_t t_ns)
{
    struct counter *counter = &core->session.counter;

    switch (event) {
    case SESSION_EVENT_START:
        session_ignored(core); /* the release tells a count from the long press that means 0 */
        break;
    case SESSION_EVENT_START_SHORT:
    case SESSION_EVENT_PLUS: ask_heard(core, counter_press(counter, t_ns), t_ns); break;
    case SESSION_EVENT_START_LONG: ask_heard(core, counter_zero(counter, t_ns), t_ns); break;
    case SESSION_EVENT_MINUS: ask_heard(core, counter_unpress(counter, t_ns), t_ns); break;
    case SESSION_EVENT_COUNTER: ask_counter(core, t_ns); break;
    case SESSION_EVENT_TIMEOUT: ask_answer(core, -1, t_ns); break;
    case SESSION_EVENT_ANSWER: ask_command(core, t_ns); break;
    case SESSION_EVENT_STOP: session_stop(core, t_ns); break;
    case SESSION_EVENT_STOP_LONG: session_stop_long(core, t_ns); break;
    case SESSION_EVENT_CARD: session_supersede(core, t_ns); break;
    case SESSION_EVENT_SKIP: out_reply(core, REPLY_BUSY, "", "a question is open: answer it or stop"); break;
    case SESSION_EVENT_CONTACT:
    case SESSION_EVENT_CUE:
    case SESSION_EVENT_SET_OVER:
    case SESSION_EVENT_COUNT: session_impossible(core); break;
    }
}

static void confirmed(struct core *core, int64_t t_ns)
{
    out_cue(core, CUE_PRESS, t_ns, 0);
    set_publish(core, SET_DONE, t_ns);
    ask_begin(core, AFTER_ASK_NEXT, t_ns);
}

static void unconfirmed(struct core *core, int64_t t_ns)
{
    set_publish(core, SET_UNCONFIRMED, t_ns);
    ask_begin(core, AFTER_ASK_NEXT, t_ns);
}

void state_confirm(struct core *core, enum session_event event, int64_t t_ns)
{
    switch (event) {
    case SESSION_EVENT_START: confirmed(core, t_ns); break;
    case SESSION_EVENT_TIMEOUT: unconfirmed(core, t_ns); break;
    case SESSION_EVENT_STOP:
        session_stop_event(core, t_ns);
        out_cue(core, CUE_STOPPED, t_ns, 0);
        set_publish(core, SET_UNCONFIRMED, t_ns);
        session_end(core, SESSION_STOPPED, t_ns);
        break;
    case SESSION_EVENT_STOP_LONG: session_stop_long(core, t_ns); break;
    case SESSION_EVENT_CARD:
        if (core->card_slot != core->session.slot)
            set_publish(core, SET_UNCONFIRMED, t_ns);
        session_supersede(core, t_ns);
        break;
    case SESSION_EVENT_PLUS:
    case SESSION_EVENT_MINUS: session_shrug(core, t_ns); break;
    case SESSION_EVENT_SKIP:
    case SESSION_EVENT_ANSWER: out_reply(core, REPLY_BUSY, "", "the set waits to be confirmed with start"); break;
    case SESSION_EVENT_START_SHORT: /* the press has left this state */
    case SESSION_EVENT_START_LONG:
    case SESSION_EVENT_CONTACT:
    case SESSION_EVENT_CUE:
    case SESSION_EVENT_COUNTER:
    case SESSION_EVENT_SET_OVER:
    case SESSION_EVENT_COUNT: session_impossible(core); break;
    }
}
