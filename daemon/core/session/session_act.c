/* SPDX-License-Identifier: MIT */
/* What beginning and ending a session, a set-up, a countdown and a rest mean. When they happen is in session.c. */
#include <string.h>

#include "daemon/core/session/session_states.h"
#include "daemon/core/text.h"

const struct prescription *session_rx(const struct core *core)
{
    return &core->slots[core->session.slot].held.rx;
}

const struct rx_item *session_item(const struct core *core)
{
    return &session_rx(core)->items[core->session.at.item];
}

const struct exercise *session_exercise(const struct core *core)
{
    return &core->exercises[session_item(core)->exercise];
}

const struct setup *session_setup(const struct core *core)
{
    return &session_exercise(core)->setups[session_item(core)->setup];
}

/* ---- beginning -------------------------------------------------------------------------------------------------- */

void session_refuse_start(struct core *core, enum start_refusal why, int64_t t_ns)
{
    out_event(core, EVENT_START_REFUSED, SCOPE_STATION, t_ns)->u.start_refused = why;
    session_shrug(core, t_ns);
}

/* Slots from which a session could begin; *ret_slot is the last of them, *ret_why why the first held one could not. */
static int count_ready(const struct core *core, bool anew, int *ret_slot, enum start_refusal *ret_why)
{
    enum start_refusal why;
    int ready = 0;

    *ret_why = REFUSED_NO_PROGRAMME;
    for (int slot = SLOT_MAX; slot >= 1; slot--) {
        if (slot_ready(core, slot, anew, &why)) {
            ready++;
            *ret_slot = slot;
        } else if (core->slots[slot].held.held) {
            *ret_why = why;
        }
    }
    return ready;
}

void session_start_pressed(struct core *core, int64_t t_ns, bool anew)
{
    bool card = core->card_slot > 0 && t_ns - core->card_ns <= CARD_NS;
    enum start_refusal why;
    int slot = core->card_slot;
    int ready;

    if (health_no_start(core)) {
        session_refuse_start(core, REFUSED_NOT_READY, t_ns);
        return;
    }
    ready = card ? slot_ready(core, slot, anew, &why) : count_ready(core, anew, &slot, &why);
    if (ready == 0) {
        session_refuse_start(core, why, t_ns);
    } else if (ready == 1) {
        core->session.identified_by = card ? BY_CARD : BY_ONLY;
        session_begin(core, slot, t_ns, anew);
    } else {
        if (anew)
            core->resume.offered = false;
        session_enter(core, SESSION_STATE_CHOOSE, t_ns, t_ns + core->station.session_idle_ms * NS_PER_MS);
        counter_begin(&core->session.counter, SLOT_MAX);
        out_cue(core, CUE_ASK, t_ns, 0);
    }
}

/* What the journal offers after a power cut is checked like any input. */
static bool has_place(const struct prescription *rx, const struct resume *resume)
{
    if (resume->item < 0 || resume->item >= rx->item_count)
        return false;
    return resume->set >= 0 && resume->set < plan_sets(&rx->items[resume->item]) && resume->side_index >= 0 &&
           resume->side_index < rx_item_sides(&rx->items[resume->item]);
}

bool session_resume_offered(const struct core *core, int slot)
{
    const struct resume *resume = &core->resume;
    const struct slot_held *held = &core->slots[slot].held;
    bool lapsed = core->now_ns != INT64_MIN && core->now_ns - RESUME_NS > resume->ended_ns;

    if (!resume->offered || resume->slot != slot || !held->held || lapsed)
        return false;
    return held->rx.rev == resume->rev && strcmp(held->hash, resume->hash) == 0 && has_place(&held->rx, resume);
}

/* What came before the point at which the session broke off is over. */
static void take_up(struct core *core)
{
    const struct prescription *rx = session_rx(core);
    struct progress *progress = &core->session.progress;
    const struct resume *resume = &core->resume;
    struct position at;

    while (plan_next(rx, progress, &at)) {
        if (at.item == resume->item && at.set == resume->set && at.side == resume->side_index)
            break;
        progress->items[at.item].over[at.set][at.side] = true;
    }
    progress->items[at.item].reps_done[at.set][at.side] = (uint8_t)resume->reps_done;
}

static void publish_start(struct core *core, bool resumes, int64_t t_ns)
{
    const struct slot_held *held = &core->slots[core->session.slot].held;
    struct event *event = out_event(core, EVENT_SESSION_STARTED, SCOPE_SESSION, t_ns);

    event->u.session_started.slot = core->session.slot;
    event->u.session_started.rev = held->rx.rev;
    event->u.session_started.identified_by = core->session.identified_by;
    event->u.session_started.resumes = resumes;
    text_copy(event->u.session_started.rx, ID_LEN, held->rx.id);
    text_copy(event->u.session_started.hash, HASH_LEN, held->hash);
}

void session_begin(struct core *core, int slot, int64_t t_ns, bool anew)
{
    struct session *session = &core->session;
    bool resumes = !anew && session_resume_offered(core, slot);

    session->active = true;
    session->slot = slot;
    session->started_ns = t_ns;
    session->counted = resumes && core->resume.counted;
    session->was_set = false;
    session->rest_overrun_ns = 0;
    session->shown_side = SIDE_NONE;
    session->at = (struct position){0};
    memset(&session->progress, 0, sizeof(session->progress));
    /*
     * What was learnt is not kept over a resumed session: references are taken per set (physics, section 6). Who comes back after minutes
     * may have put the band, the bench or the feet elsewhere, or the leg that was not meant; a first rep learns them anew.
     */
    for (int i = 0; i < ITEM_MAX; i++) {
        session->progress.items[i].last_result = -1;
        core->leant[i][0] = core->leant[i][1] = false;
        core->ref_rise[i][0] = core->ref_rise[i][1] = (struct rise_reference){0};
        core->ref_step[i][0] = core->ref_step[i][1] = (struct step_reference){0};
        core->ref_amp_mn[i][0] = core->ref_amp_mn[i][1] = core->limb_mn[i][0] = core->limb_mn[i][1] = ABSENT;
    }
    if (resumes)
        take_up(core);
    progression_begin(core);
    core->call = false;
    core->card_slot = 0;
    core->resume.offered = false;
    plan_next(session_rx(core), &session->progress, &session->at);
    publish_start(core, resumes, t_ns);
    out_cue(core, CUE_PRESS, t_ns, 0);
    ask_begin(core, AFTER_ASK_BEGIN, t_ns);
}

/* ---- ending ----------------------------------------------------------------------------------------------------- */

void session_stop_event(struct core *core, int64_t t_ns)
{
    struct event *event = out_event(core, EVENT_STOP, SCOPE_ITEM, t_ns);

    event->u.stop.by_command = core->command != NULL;
    event->u.stop.pressed_t_ns = t_ns;
    text_copy(event->u.stop.during, sizeof(event->u.stop.during), now_str(session_now(core)));
    if (core->command)
        text_copy(event->u.stop.by, sizeof(event->u.stop.by), core->command->by);
}

void session_results(const struct core *core, const struct progress *progress, enum session_reason reason, int64_t t_ns,
                     struct session_completed_data *ret)
{
    *ret = (struct session_completed_data){.reason = reason,
                                           .duration_ns = t_ns - core->session.started_ns,
                                           .rest_overrun_ns = core->session.rest_overrun_ns};
    plan_results(session_rx(core), core->exercises, progress, ret);
}

void session_resume_at(const struct core *core, const struct progress *progress, int64_t t_ns, struct resume *ret)
{
    const struct slot_held *held = &core->slots[core->session.slot].held;
    struct position at;

    *ret = (struct resume){0};
    if (!plan_next(session_rx(core), progress, &at))
        return;
    *ret = (struct resume){.offered = true,
                           .slot = core->session.slot,
                           .rev = held->rx.rev,
                           .item = at.item,
                           .set = at.set,
                           .side_index = at.side,
                           .counted = core->session.counted,
                           .ended_ns = t_ns,
                           .reps_done = progress->items[at.item].reps_done[at.set][at.side]};
    text_copy(ret->hash, sizeof(ret->hash), held->hash);
}

void session_end(struct core *core, enum session_reason reason, int64_t t_ns)
{
    struct session *session = &core->session;
    struct event *event = out_event(core, EVENT_SESSION_COMPLETED, SCOPE_SESSION, t_ns);

    session_results(core, &session->progress, reason, t_ns, &event->u.session_completed);
    core->resume.offered = false;
    if (reason == SESSION_STOPPED || reason == SESSION_ABANDONED)
        session_resume_at(core, &session->progress, t_ns, &core->resume);
    progression_end(core, reason);
    session->active = false;
    session->shown_side = SIDE_NONE;
    core->set.mode = SET_MODE_NONE;
    out_cue(core, CUE_SESSION_DONE, t_ns, 0);
    session_enter(core, SESSION_STATE_IDLE, t_ns, NEVER);
    slots_apply_pending(core, t_ns);
}

/* ---- between sets ------------------------------------------------------------------------------------------------- */

void session_to_setup(struct core *core, int64_t t_ns)
{
    core->session.shown_side = plan_side(session_rx(core), &core->session.at);
    session_enter(core, SESSION_STATE_SETUP, t_ns, t_ns + core->station.session_idle_ms * NS_PER_MS);
    out_cue(core, CUE_SETUP, t_ns, core->session.at.item + 1);
}

/* prep_s before an item's first set, 3 s before every other. */
static int64_t prep_ns(const struct core *core)
{
    bool first = !core->session.was_set || core->set.at.item != core->session.at.item;

    return first ? session_item(core)->dose.prep_ms * NS_PER_MS : SET_COUNTDOWN_NS;
}

void session_countdown(struct core *core, int64_t t_ns, int64_t go_ns)
{
    int64_t tones = (go_ns - t_ns) / NS_PER_S;

    if (tones > LAST_CUES)
        tones = LAST_CUES;
    core->session.waits_contact = false;
    session_enter(core, SESSION_STATE_PREP, t_ns, go_ns);
    if (tones > 0)
        core->session.cue_ns = go_ns - tones * NS_PER_S;
}

void session_to_prep(struct core *core, int64_t t_ns)
{
    struct session *session = &core->session;
    int64_t go_ns = t_ns + prep_ns(core);

    session->shown_side = plan_side(session_rx(core), &session->at);
    session_countdown(core, t_ns, go_ns);
    if (set_waits_for_contact(core)) {
        session->waits_contact = true;
        session->prep_end_ns = go_ns;
        session->cue_ns = NEVER;
        session->deadline_ns = t_ns + CONTACT_WAIT_NS;
    }
}

static void to_rest(struct core *core, int64_t t_ns)
{
    struct session *session = &core->session;
    int64_t end_ns = session->set_end_ns + session->rest_planned_ns;
    int64_t first_cue_ns = end_ns - LAST_CUES * NS_PER_S;

    session->rest_armed = false;
    /* Questions may have taken longer than the rest: time does not go back. */
    session_enter(core, SESSION_STATE_REST, t_ns, end_ns > t_ns ? end_ns : t_ns);
    if (first_cue_ns >= t_ns)
        session->cue_ns = first_cue_ns;
}

void session_to_next(struct core *core, int64_t t_ns, bool rest)
{
    struct session *session = &core->session;
    const struct prescription *rx = session_rx(core);
    bool by_button = session_item(core)->dose.rest_mode == REST_UNTIL_BUTTON;
    bool new_setup;

    if (!plan_next(rx, &session->progress, &session->at)) { /* at stays where the session ends */
        ask_begin(core, AFTER_ASK_END, t_ns);
        return;
    }
    if (!rest || !session->was_set) {
        session_to_setup(core, t_ns);
        return;
    }
    new_setup = plan_new_setup(rx, &core->set.at, &session->at);
    session->rest_planned_ns = plan_rest_ns(rx, &core->set.at, &session->at);
    if (session->rest_planned_ns > 0 || (by_button && !new_setup))
        to_rest(core, t_ns);
    else if (new_setup)
        session_to_setup(core, t_ns);
    else
        session_to_prep(core, t_ns);
}

void session_after_rest(struct core *core, int64_t t_ns)
{
    struct session *session = &core->session;
    int64_t actual_ns = t_ns - session->set_end_ns;
    struct event *event = out_event(core, EVENT_REST_COMPLETED, SCOPE_SESSION, t_ns);

    event->u.rest_completed.planned_ns = session->rest_planned_ns;
    event->u.rest_completed.actual_ns = actual_ns;
    if (actual_ns > session->rest_planned_ns)
        session->rest_overrun_ns += actual_ns - session->rest_planned_ns;
    if (plan_new_setup(session_rx(core), &core->set.at, &session->at))
        session_to_setup(core, t_ns);
    else
        session_to_prep(core, t_ns);
}

/* Out of the pause: the set that was broken off goes on, or the next one, set up anew where that is needed. */
void session_go_on(struct core *core, int64_t t_ns)
{
    if (core->session.was_set && plan_new_setup(session_rx(core), &core->set.at, &core->session.at))
        session_to_setup(core, t_ns);
    else
        session_to_prep(core, t_ns);
}
