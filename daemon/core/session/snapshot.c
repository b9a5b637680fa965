/* SPDX-License-Identifier: MIT */
/* What others may look at: the state for dashboards, the slots, what a power cut would leave. Nothing changes here. */
#include "daemon/core/core_state.h"
#include "daemon/core/text.h"

enum now session_now(const struct core *core)
{
    switch (core->session.state) {
    case SESSION_STATE_IDLE: return NOW_IDLE;
    case SESSION_STATE_CHOOSE: return NOW_CHOOSE;
    case SESSION_STATE_ASK:
    case SESSION_STATE_CONFIRM: return NOW_ASK;
    case SESSION_STATE_SETUP: return NOW_SETUP;
    case SESSION_STATE_PREP: return NOW_PREP;
    case SESSION_STATE_WORK: return session_exercise(core)->hold ? NOW_HOLD : NOW_WORK;
    case SESSION_STATE_REST: return NOW_REST;
    case SESSION_STATE_PAUSED: return NOW_PAUSED;
    case SESSION_STATE_COUNT: break;
    }
    return NOW_IDLE;
}

static void show_item(const struct core *core, struct snapshot *ret)
{
    const struct session *session = &core->session;
    const struct rx_item *item = session_item(core);
    const struct exercise *exercise = session_exercise(core);
    const struct setup *setup = session_setup(core);

    ret->item = session->at.item + 1;
    ret->set = session->at.set + 1;
    ret->sets = plan_sets(item);
    ret->side = plan_side(session_rx(core), &session->at);
    ret->rx_item = item;
    ret->contact = setup->contact;
    ret->anchor = setup->anchor;
    ret->hold_item = exercise->hold;
    ret->last_result = session->progress.items[session->at.item].last_result;
    plan_reps(item, exercise->hold, session->at.set, &ret->reps_min, &ret->reps_max);
    text_copy(ret->exercise, sizeof(ret->exercise), exercise->id);
    text_copy(ret->variation, sizeof(ret->variation), exercise->variations[item->variation].id);
}

static void show_session(const struct core *core, struct snapshot *ret)
{
    const struct prescription *rx = session_rx(core);

    ret->slot = core->session.slot;
    ret->rx_rev = rx->rev;
    ret->items = rx->item_count;
    text_copy(ret->rx_id, sizeof(ret->rx_id), rx->id);
    show_item(core, ret);
}

static void show_pacer(const struct pacer *pacer, struct snapshot *ret)
{
    ret->phase_known = true;
    ret->phase = pacer->order[pacer->at];
    ret->phase_src = SRC_CUE;
    ret->phase_start_ns = pacer->phase_start_ns;
    ret->phase_end_ns = pacer_phase_end_ns(pacer);
    ret->next_phase = (int)pacer->order[(pacer->at + 1) % PHASE_COUNT];
}

static void show_hold(const struct core *core, struct snapshot *ret)
{
    const struct set_run *set = &core->set;
    enum hold_state state = hold_state(&core->hold);

    ret->rep = set->reps_before + set->tried + (set->mode == SET_MODE_HOLD);
    ret->phase_src = set->can_see ? SRC_LOAD : SRC_CUE;
    if (set->mode == SET_MODE_HOLD_REST) {
        ret->hold_phase = "rest";
        ret->phase_src = SRC_CUE;
        ret->ends_ns = set->hold_rest_end_ns;
    } else if (state == HOLD_STATE_WAIT) {
        ret->hold_phase = set->can_see ? "wait" : "ramp";
    } else {
        ret->hold_phase = "hold";
        ret->phase_start_ns = hold_started_ns(&core->hold);
        ret->ends_ns = state == HOLD_STATE_HOLD ? hold_deadline_ns(&core->hold) : ABSENT;
    }
}

/* The live phase as far as it is seen; while the patient is not observed, what is being cued. */
static void show_set(const struct core *core, struct snapshot *ret)
{
    const struct set_run *set = &core->set;

    ret->measured = set->can_see;
    ret->target_mn = set->target_mn;
    if (set->mode == SET_MODE_HOLD || set->mode == SET_MODE_HOLD_REST) {
        show_hold(core, ret);
        return;
    }
    ret->rep = set_total(set) + 1;
    if (set->pacer.on)
        show_pacer(&set->pacer, ret);
    if (set->phase_known) {
        ret->phase_known = true;
        ret->phase = set->phase;
        ret->phase_src = SRC_LOAD;
        ret->phase_start_ns = set->phase_start_ns;
        ret->phase_end_ns = ABSENT;
        ret->next_phase = -1;
    }
}

static void show_question(const struct core *core, struct snapshot *ret)
{
    const struct session *session = &core->session;

    ret->asking = true;
    ret->question = QUESTION_CONFIRM;
    if (session->state == SESSION_STATE_CONFIRM)
        return;
    ret->question = session->questions[session->question].kind;
    ret->when = session->questions[session->question].when;
}

static void show_state(const struct core *core, struct snapshot *ret)
{
    const struct session *session = &core->session;

    switch (session->state) {
    case SESSION_STATE_ASK:
    case SESSION_STATE_CONFIRM: show_question(core, ret); break;
    case SESSION_STATE_PREP:
        if (!session->waits_contact)
            ret->ends_ns = session->deadline_ns;
        break;
    case SESSION_STATE_WORK: show_set(core, ret); break;
    case SESSION_STATE_REST: ret->ends_ns = session->set_end_ns + session->rest_planned_ns; break;
    case SESSION_STATE_IDLE:
    case SESSION_STATE_CHOOSE:
    case SESSION_STATE_SETUP:
    case SESSION_STATE_PAUSED:
    case SESSION_STATE_COUNT: break;
    }
    if ((session->state == SESSION_STATE_ASK || session->state == SESSION_STATE_CHOOSE) &&
        session->counter.state != COUNTER_EMPTY)
        ret->entered = session->counter.count;
}

void core_snapshot(const struct core *core, struct snapshot *ret)
{
    *ret = (struct snapshot){.now = session_now(core),
                             .in_session = core->session.active,
                             .phase_start_ns = ABSENT,
                             .phase_end_ns = ABSENT,
                             .next_phase = -1,
                             .ends_ns = ABSENT,
                             .entered = -1,
                             .last_result = -1,
                             .call = core->call,
                             .faults = core->health.faults,
                             .force_mn = ABSENT,
                             .target_mn = ABSENT};
    for (int fault = 0; fault < FAULT_COUNT; fault++)
        ret->fault_since_ns[fault] = core->health.fault_since_ns[fault];
    if (health_reads(core))
        ret->force_mn = core->health.force_mn;
    for (int slot = 1; slot <= SLOT_MAX; slot++)
        if (core->slots[slot].held.held)
            ret->slots_held |= 1u << slot;
    if (core->session.active)
        show_session(core, ret);
    show_state(core, ret);
}

void core_slot(const struct core *core, int slot, struct slot_held *ret_held, struct slot_last *ret_last)
{
    *ret_held = core->slots[slot].held;
    *ret_last = core->slots[slot].last;
}

void core_resume(const struct core *core, struct resume *ret)
{
    *ret = core->resume;
    if (!session_resume_offered(core, ret->slot))
        ret->offered = false;
}

void core_counters(const struct core *core, struct core_counters *ret)
{
    *ret = core->counters;
    for (int b = 0; b < BUTTON_COUNT; b++)
        ret->bounces += core->buttons[b].bounces;
}

/* ---- what a power cut would leave --------------------------------------------------------------------------------- */

static bool set_open(const struct core *core)
{
    return core->set.mode != SET_MODE_NONE || core->session.state == SESSION_STATE_CONFIRM;
}

/* Progress as it will stand after the power cut: what the open set counted is counted, but unconfirmed reps are not. */
static void closing_progress(const struct core *core, struct progress *ret)
{
    *ret = core->session.progress;
    if (core->set.mode != SET_MODE_NONE)
        set_progress(&core->set, SET_POWER_LOSS, &ret->items[core->set.at.item]);
}

int core_closing(const struct core *core, struct event ret[2])
{
    struct progress progress;
    int n = 0;

    if (!core->session.active)
        return 0;
    if (set_open(core)) {
        struct set_completed_data *data = &ret[n].u.set_completed;

        head_fill(core, &ret[n++].head, EVENT_SET_COMPLETED, SCOPE_SET, core->now_ns);
        set_completed_fill(&core->set, SET_POWER_LOSS, data);
        data->ended_by = ENDED_BY_RESTART;
        if (core->set.mode == SET_MODE_NONE)
            data->reps = 0; /* waits to be confirmed, and never will be */
    }
    closing_progress(core, &progress);
    head_fill(core, &ret[n].head, EVENT_SESSION_COMPLETED, SCOPE_SESSION, core->now_ns);
    session_results(core, &progress, SESSION_POWER_LOSS, core->now_ns, &ret[n].u.session_completed);
    return n + 1;
}

int core_closing_orderly(const struct core *core, struct event ret[2])
{
    int n = core_closing(core, ret);

    if (n == 2)
        ret[0].u.set_completed.reason = SET_STOPPED;
    if (n > 0)
        ret[n - 1].u.session_completed.reason = SESSION_STOPPED;
    return n;
}

void core_closing_resume(const struct core *core, struct resume *ret)
{
    struct progress progress;

    *ret = (struct resume){0};
    if (!core->session.active)
        return;
    closing_progress(core, &progress);
    session_resume_at(core, &progress, core->now_ns, ret);
}
