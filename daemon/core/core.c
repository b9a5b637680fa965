/* SPDX-License-Identifier: MIT */
/* Inputs and deadlines to the machines: see core_state.h for the map. */
#include <string.h>

#include "daemon/core/core_state.h"
#include "daemon/core/text.h"

size_t core_size(void)
{
    return sizeof(struct core);
}

struct core *core_init(void *memory, const struct core_setup *setup)
{
    struct core *core = memory;

    memset(core, 0, sizeof(*core));
    core->exercises = setup->exercises;
    core->exercise_count = setup->exercise_count;
    core->station = setup->station;
    core->calibration = setup->calibration;
    core->zero_mn = setup->zero_mn;
    core->calibrated = setup->calibrated;
    core->now_ns = INT64_MIN;
    core->wall_offset_ns = ABSENT;
    for (int b = 0; b < BUTTON_COUNT; b++)
        button_init(&core->buttons[b], b == BUTTON_STOP ? STOP_LONG_NS : START_LONG_NS);
    core->tare_ns = NEVER;
    core->session.deadline_ns = NEVER;
    core->session.cue_ns = NEVER;
    quiet_init(&core->quiet);
    core->health.last_good_ns = ABSENT;
    core->health.watch_ns = NEVER;
    return core;
}

void core_hold(struct core *core, int slot, const struct slot_held *held)
{
    struct slot_state *state = &core->slots[slot];

    state->held = *held;
    state->last = (struct slot_last){.status = SLOT_APPLIED, .rev = held->rx.rev};
    if (held->held) /* a withdrawal has no bytes and no hash; see slots.c */
        text_copy(state->last.hash, sizeof(state->last.hash), held->hash);
}

void core_hold_rejected(struct core *core, int slot, const struct slot_last *last)
{
    core->slots[slot].last = *last;
}

void core_offer_resume(struct core *core, const struct resume *resume)
{
    core->resume = *resume;
}

void core_begin_again(struct core *core)
{
    core->begun = false;
    core->card_slot = 0;
    quiet_init(&core->quiet);
    wander_break(&core->wander);
    core->health.last_good_ns = ABSENT;
}

/* ---- buttons ---------------------------------------------------------------------------------------------------- */

/*
 * Both down for five seconds in idle: guided tare. Stop goes first: start first begins a session, unless one can go on
 * and start's release is waited for.
 */
static bool tare_chord(const struct core *core)
{
    return core->session.state == SESSION_STATE_IDLE && button_is_down(&core->buttons[BUTTON_START]) &&
           button_is_down(&core->buttons[BUTTON_STOP]);
}

/* Both presses belong to the chord, not to the state: a stop beside a start takes the start back. */
static void begin_chord(struct core *core, int64_t t_ns)
{
    core->tare_ns = t_ns + TARE_HOLD_NS;
    core->press_epoch[BUTTON_START] = core->press_epoch[BUTTON_STOP] = core->session.epoch - 1;
    out_cue(core, CUE_PRESS, t_ns, 0);
}

static void pressed(struct core *core, enum button button, int64_t t_ns)
{
    static const enum session_event events[BUTTON_COUNT] = {
        [BUTTON_START] = SESSION_EVENT_START,
        [BUTTON_STOP] = SESSION_EVENT_STOP,
        [BUTTON_PLUS] = SESSION_EVENT_PLUS,
        [BUTTON_MINUS] = SESSION_EVENT_MINUS,
    };

    core->counters.presses++;
    if (tare_chord(core) && (button == BUTTON_START || button == BUTTON_STOP)) {
        begin_chord(core, t_ns);
        return;
    }
    core->press_epoch[button] = core->session.epoch;
    session_event(core, events[button], t_ns);
}

/* A release or a long press belongs to the state in which the button went down; a long stop to every state. */
static void held(struct core *core, enum button button, unsigned acts, int64_t t_ns)
{
    bool same_state = core->press_epoch[button] == core->session.epoch;

    if (button == BUTTON_START && same_state && (acts & BUTTON_ACT_SHORT))
        session_event(core, SESSION_EVENT_START_SHORT, t_ns);
    if (button == BUTTON_START && same_state && (acts & BUTTON_ACT_LONG))
        session_event(core, SESSION_EVENT_START_LONG, t_ns);
    if (button == BUTTON_STOP && (acts & BUTTON_ACT_LONG) && core->tare_ns == NEVER)
        session_event(core, SESSION_EVENT_STOP_LONG, t_ns);
}

static bool any_stuck(const struct core *core)
{
    if (core->stuck_told)
        return true;
    for (int b = 0; b < BUTTON_COUNT; b++)
        if (core->buttons[b].state == BUTTON_STATE_STUCK)
            return true;
    return false;
}

static void buttons_act(struct core *core, enum button button, unsigned acts, int64_t t_ns)
{
    held(core, button, acts, t_ns);
    if (acts & BUTTON_ACT_PRESS)
        pressed(core, button, t_ns);
    if (acts & BUTTON_ACT_STUCK)
        health_fault(core, FAULT_BUTTON_STUCK, true, t_ns);
    if ((acts & BUTTON_ACT_UNSTUCK) && !any_stuck(core))
        health_fault(core, FAULT_BUTTON_STUCK, false, t_ns);
    if (!tare_chord(core))
        core->tare_ns = NEVER;
}

/* ---- inputs ------------------------------------------------------------------------------------------------------ */

static void card_shown(struct core *core, const char *card, int64_t t_ns)
{
    for (int slot = 1; slot <= SLOT_MAX; slot++) {
        const struct slot_held *at = &core->slots[slot].held;

        if (at->held && at->rx.login[0] != '\0' && strcmp(at->rx.login, card) == 0) {
            core->card_slot = slot;
            core->card_ns = t_ns;
            session_event(core, SESSION_EVENT_CARD, t_ns);
            return;
        }
    }
    out_event(core, EVENT_START_REFUSED, SCOPE_STATION, t_ns)->u.start_refused = REFUSED_UNKNOWN_CARD;
    out_cue(core, CUE_REFUSED, t_ns, 0);
}

/* A disciplined clock is slewed below this (chrony and timesyncd step only beyond 0.4 s): what steps was set. */
#define CLOCK_STEP_NS (500 * NS_PER_MS)

/* Events were written under a wall time that is known to be wrong by step_ns from now on: consumers re-date them. */
static void clock_told(struct core *core, int64_t wall_ns, bool synced, int64_t t_ns)
{
    int64_t offset_ns = wall_ns - t_ns;
    int64_t step_ns = core->wall_offset_ns == ABSENT ? 0 : offset_ns - core->wall_offset_ns;
    bool jumped = step_ns >= CLOCK_STEP_NS || step_ns <= -CLOCK_STEP_NS;
    struct event *event;

    if (synced && (!core->wall_synced || jumped) && core->wall_offset_ns != ABSENT) {
        event = out_event(core, EVENT_CLOCK_SYNCED, SCOPE_STATION, t_ns);
        event->u.clock_synced.wall_ns = wall_ns;
        event->u.clock_synced.step_ns = step_ns;
    }
    core->wall_synced = synced;
    core->wall_offset_ns = offset_ns;
}

/* A button can be stuck by what the core saw and by what it is told: cleared once it is neither. */
static void fault_told(struct core *core, enum fault fault, bool raised, int64_t t_ns)
{
    if (fault == FAULT_BUTTON_STUCK) {
        core->stuck_told = raised;
        raised = any_stuck(core);
    }
    health_fault(core, fault, raised, t_ns);
}

static void feed(struct core *core, const struct input *input)
{
    int64_t t_ns = input->stamp_ns;

    switch (input->kind) {
    case INPUT_FORCE: health_sample(core, input); break;
    case INPUT_BUTTON:
        buttons_act(core, input->u.button.button,
                    button_edge(&core->buttons[input->u.button.button], input->u.button.pressed, t_ns), t_ns);
        break;
    case INPUT_COMMAND: command_feed(core, input->u.command, t_ns); break;
    case INPUT_PRESCRIPTION: slots_arrival(core, input->u.rx_arrival, t_ns); break;
    case INPUT_TROUBLE: health_trouble(core, input->u.trouble, t_ns); break;
    case INPUT_FAULT: fault_told(core, input->u.fault.fault, input->u.fault.raised, t_ns); break;
    case INPUT_CARD: card_shown(core, input->u.card, t_ns); break;
    case INPUT_CLOCK: clock_told(core, input->u.clock.wall_ns, input->u.clock.synced, t_ns); break;
    case INPUT_END:
        core->health.ended = true;
        core->health.watch_ns = NEVER;
        break;
    case INPUT_KIND_COUNT: break;
    }
}

static void begin_call(struct core *core, struct core_outs *outs)
{
    outs->n = 0;
    outs->lost = 0;
    core->outs = outs;
}

void core_feed(struct core *core, const struct input *input, struct core_outs *outs)
{
    begin_call(core, outs);
    if (input->t_ns > core->now_ns)
        core->now_ns = input->t_ns;
    if (!core->begun) {
        core->begun = true;
        health_begin(core);
    }
    feed(core, input);
    core->outs = NULL;
}

/* ---- deadlines --------------------------------------------------------------------------------------------------- */

/* Who is due first; the order of the enum decides between equals. */
enum due { DUE_HEALTH, DUE_START, DUE_STOP, DUE_PLUS, DUE_MINUS, DUE_TARE, DUE_SET, DUE_SESSION, DUE_COUNT };

static int64_t due_ns(const struct core *core, enum due due)
{
    switch (due) {
    case DUE_HEALTH: return health_deadline_ns(core);
    case DUE_START: return core->buttons[BUTTON_START].deadline_ns;
    case DUE_STOP: return core->buttons[BUTTON_STOP].deadline_ns;
    case DUE_PLUS: return core->buttons[BUTTON_PLUS].deadline_ns;
    case DUE_MINUS: return core->buttons[BUTTON_MINUS].deadline_ns;
    case DUE_TARE: return core->tare_ns;
    case DUE_SET: return set_deadline_ns(core);
    case DUE_SESSION: return session_deadline_ns(core);
    case DUE_COUNT: break;
    }
    return NEVER;
}

/* Asked for every sample: each is looked at once. */
static enum due first_due(const struct core *core, int64_t *t_ns)
{
    enum due first = DUE_HEALTH;

    *t_ns = due_ns(core, DUE_HEALTH);
    for (int due = DUE_HEALTH + 1; due < DUE_COUNT; due++) {
        int64_t its_ns = due_ns(core, (enum due)due);
        if (its_ns < *t_ns) {
            *t_ns = its_ns;
            first = (enum due)due;
        }
    }
    return first;
}

int64_t core_deadline_ns(const struct core *core)
{
    int64_t t_ns;

    first_due(core, &t_ns);
    return t_ns;
}

static void fire_button(struct core *core, enum button button)
{
    int64_t t_ns = core->buttons[button].deadline_ns;

    buttons_act(core, button, button_fire(&core->buttons[button]), t_ns);
}

static void fire_tare(struct core *core)
{
    int64_t t_ns = core->tare_ns;

    core->tare_ns = NEVER;
    health_tare(core, "buttons", t_ns);
}

void core_fire(struct core *core, struct core_outs *outs)
{
    int64_t t_ns;
    enum due due = first_due(core, &t_ns);

    begin_call(core, outs);
    if (t_ns > core->now_ns && t_ns != NEVER)
        core->now_ns = t_ns;
    switch (due) {
    case DUE_HEALTH:
        if (t_ns != NEVER)
            health_fire(core);
        break;
    case DUE_START: fire_button(core, BUTTON_START); break;
    case DUE_STOP: fire_button(core, BUTTON_STOP); break;
    case DUE_PLUS: fire_button(core, BUTTON_PLUS); break;
    case DUE_MINUS: fire_button(core, BUTTON_MINUS); break;
    case DUE_TARE: fire_tare(core); break;
    case DUE_SET: set_fire(core); break;
    case DUE_SESSION: session_fire(core); break;
    case DUE_COUNT: break;
    }
    core->outs = NULL;
}

int64_t core_now_ns(const struct core *core)
{
    return core->now_ns;
}

bool core_idle(const struct core *core)
{
    return core->session.state == SESSION_STATE_IDLE;
}

int32_t core_zero_mn(const struct core *core)
{
    return core->zero_mn;
}

int64_t core_noise_mn(const struct core *core)
{
    return core->quiet.have_level && core->quiet.level_mn < CONTACT_ON_MN ? core->quiet.noise_mn : ABSENT;
}
