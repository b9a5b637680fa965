/* SPDX-License-Identifier: MIT */
/* Which questions are asked when, and what an answer does. */
#include "daemon/core/session/session_states.h"
#include "daemon/core/text.h"

#define SCORE_MAX 10 /* numeric rating scale and CR10 */

static bool asks(const struct prescription *rx, enum pain_when when)
{
    return (rx->ask & (1u << when)) != 0;
}

static void add(struct session *session, enum question_kind kind, enum pain_when when)
{
    session->questions[session->question_count++] = (struct question){.kind = kind, .when = when};
}

/* QUESTION_MAX holds what one occasion can ask: set or item, effort. */
static void after_set(struct core *core)
{
    const struct prescription *rx = session_rx(core);
    bool item_over = plan_item_over(rx, &core->session.progress, core->session.at.item);

    if (item_over && asks(rx, PAIN_ITEM))
        add(&core->session, QUESTION_PAIN, PAIN_ITEM);
    else if (asks(rx, PAIN_SET))
        add(&core->session, QUESTION_PAIN, PAIN_SET);
    if (item_over && rx->ask_effort)
        add(&core->session, QUESTION_EFFORT, PAIN_ITEM);
}

void ask_begin(struct core *core, enum after_ask after, int64_t t_ns)
{
    struct session *session = &core->session;
    const struct prescription *rx = session_rx(core);

    session->question = session->question_count = 0;
    session->after_ask = after;
    switch (after) {
    case AFTER_ASK_BEGIN:
        if (asks(rx, PAIN_NEXT_DAY) && rx->last_session_ns != ABSENT)
            add(session, QUESTION_PAIN, PAIN_NEXT_DAY);
        if (asks(rx, PAIN_BEFORE))
            add(session, QUESTION_PAIN, PAIN_BEFORE);
        break;
    case AFTER_ASK_STOPPED_SET:
        if (rx->ask != 0)
            add(session, QUESTION_PAIN, PAIN_SET);
        break;
    case AFTER_ASK_NEXT: after_set(core); break;
    case AFTER_ASK_END:
        if (asks(rx, PAIN_AFTER))
            add(session, QUESTION_PAIN, PAIN_AFTER);
        break;
    }
    ask_next(core, t_ns);
}

/* A set was stopped within the pain limit: pause before whatever is left of the session. */
static void after_stopped_set(struct core *core, int64_t t_ns)
{
    struct session *session = &core->session;

    if (!plan_next(session_rx(core), &session->progress, &session->at)) {
        ask_begin(core, AFTER_ASK_END, t_ns);
        return;
    }
    if (session->question_count > 0)
        out_cue(core, CUE_STOPPED, t_ns, 0); /* the answer is taken, the session still stands */
    session_pause(core, t_ns);
}

static void go_on(struct core *core, int64_t t_ns)
{
    switch (core->session.after_ask) {
    case AFTER_ASK_BEGIN:
        if (core->session.question_count == 0)
            session_to_prep(core, t_ns);
        else
            session_to_setup(core, t_ns);
        break;
    case AFTER_ASK_STOPPED_SET: after_stopped_set(core, t_ns); break;
    case AFTER_ASK_NEXT: session_to_next(core, t_ns, true); break;
    case AFTER_ASK_END: session_end(core, SESSION_DONE, t_ns); break;
    }
}

void ask_next(struct core *core, int64_t t_ns)
{
    struct session *session = &core->session;

    if (session->question == session->question_count) {
        go_on(core, t_ns);
        return;
    }
    session_enter(core, SESSION_STATE_ASK, t_ns, t_ns + ASK_SILENCE_NS);
    counter_begin(&session->counter, SCORE_MAX);
    out_cue(core, CUE_ASK, t_ns, (int)session->questions[session->question].kind);
}

static enum scope pain_scope(enum pain_when when)
{
    switch (when) {
    case PAIN_SET: return SCOPE_SET;
    case PAIN_ITEM: return SCOPE_ITEM;
    case PAIN_NEXT_DAY:
    case PAIN_BEFORE:
    case PAIN_AFTER:
    case PAIN_WHEN_COUNT: break;
    }
    return SCOPE_SESSION;
}

static void publish_pain(struct core *core, enum pain_when when, int score, int64_t t_ns)
{
    const struct prescription *rx = session_rx(core);
    struct event *event = out_event(core, EVENT_PAIN, pain_scope(when), t_ns);

    event->u.pain.nrs = score < 0 ? ABSENT : score;
    event->u.pain.when = when;
    event->u.pain.limit = rx->pain_limit;
    event->u.pain.hours_after_milli = ABSENT;
    if (when != PAIN_NEXT_DAY)
        return;
    text_copy(event->u.pain.about_session, ID_LEN, rx->last_session_id);
    if (core->wall_synced) /* in ms: a last session as old as a date can be is more ns away than a number holds */
        event->u.pain.hours_after_milli =
            ((t_ns + core->wall_offset_ns) / NS_PER_MS - rx->last_session_ns / NS_PER_MS) / 3600;
}

void ask_answer(struct core *core, int score, int64_t t_ns)
{
    struct session *session = &core->session;
    const struct question *question = &session->questions[session->question];
    bool pain = question->kind == QUESTION_PAIN;

    if (pain) {
        publish_pain(core, question->when, score, t_ns);
        progression_pain(core, question->when, score, t_ns);
    } else {
        out_event(core, EVENT_EFFORT, SCOPE_ITEM, t_ns)->u.effort_cr10 = score < 0 ? ABSENT : score;
    }
    if (pain && score > session_rx(core)->pain_limit) {
        session_end(core, SESSION_PAIN, t_ns);
        return;
    }
    session->question++;
    ask_next(core, t_ns);
}
