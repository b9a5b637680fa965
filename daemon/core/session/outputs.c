/* SPDX-License-Identifier: MIT */
/* Events, cues and replies into the caller's list, with as much of where we are as applies. */
#include <string.h>

#include "daemon/core/core_state.h"
#include "daemon/core/text.h"

static struct core_out *next(struct core *core, enum core_out_kind kind)
{
    struct core_outs *outs = core->outs;

    if (outs->n == CORE_OUT_MAX) {
        outs->lost++;
        core->counters.lost_outputs++;
        outs->n--; /* the last one is overwritten: the count above is what tests hold at zero */
    }
    outs->v[outs->n].kind = kind;
    return &outs->v[outs->n++];
}

static void fill_item(const struct core *core, struct event_head *head)
{
    const struct rx_item *item = session_item(core);
    const struct exercise *exercise = session_exercise(core);

    head->item = core->session.at.item + 1;
    head->side = plan_side(session_rx(core), &core->session.at);
    text_copy(head->exercise, sizeof(head->exercise), exercise->id);
    text_copy(head->variation, sizeof(head->variation), exercise->variations[item->variation].id);
}

void head_fill(const struct core *core, struct event_head *head, enum event_type type, enum scope scope, int64_t t_ns)
{
    *head = (struct event_head){.type = type, .t_ns = t_ns, .in_session = scope != SCOPE_STATION};
    if (scope == SCOPE_STATION)
        return;
    text_copy(head->patient, sizeof(head->patient), session_rx(core)->patient);
    if (scope == SCOPE_SESSION)
        return;
    fill_item(core, head);
    if (scope == SCOPE_SET)
        head->set = core->session.at.set + 1;
}

struct event *out_event(struct core *core, enum event_type type, enum scope scope, int64_t t_ns)
{
    struct event *event = &next(core, OUT_EVENT)->u.event;

    memset(&event->u, 0, sizeof(event->u));
    head_fill(core, &event->head, type, scope, t_ns);
    return event;
}

void out_cue(struct core *core, enum cue_kind kind, int64_t at_ns, int arg)
{
    next(core, OUT_CUE)->u.cue =
        (struct cue){.kind = kind, .at_ns = at_ns, .arg = arg, .side = core->session.shown_side};
}

void out_reply(struct core *core, enum reply_code code, const char *path, const char *reason)
{
    struct reply *reply = &next(core, OUT_REPLY)->u.reply;

    *reply = (struct reply){.command = core->command->kind, .code = code};
    text_copy(reply->id, sizeof(reply->id), core->command->id);
    text_copy(reply->refusal.path, sizeof(reply->refusal.path), path);
    text_copy(reply->refusal.reason, sizeof(reply->refusal.reason), reason);
    core->command_answered = true;
}
