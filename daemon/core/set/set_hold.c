/* SPDX-License-Identifier: MIT */
/*
 * The holds of a set, one after the other, with their automatic rests:
 *
 *     go --> HOLD (waits, holds, dips: hold.c) --over--> HOLD_REST --hold_rest--> go ... until all have been tried
 */
#include "daemon/core/core_state.h"

/* When the hold will be full if nothing happens. */
static int64_t hold_end_ns(const struct core *core)
{
    if (hold_state(&core->hold) == HOLD_STATE_HOLD)
        return hold_deadline_ns(&core->hold);
    return hold_started_ns(&core->hold) + core->set.dose.hold_ms * NS_PER_MS;
}

/*
 * Each hold is seen or not by itself: what a fault hid is said of that hold, and of the set that it is not trusted. What
 * began as a set without sight stays one: nothing of it was promised to be seen.
 */
static void set_see_again(struct set_run *set, bool can_see)
{
    if (set->can_see || !set->saw || !can_see)
        return;
    set->can_see = true;
    set->flags &= ~(unsigned)(FLAG_SENSOR_FAULT | FLAG_GAP);
}

void set_hold_begin(struct core *core, int64_t t_ns)
{
    struct set_run *set = &core->set;
    struct hold_setup setup = {.dose = &set->dose,
                               .refs = set->refs,
                               .target_mn = set->target_mn,
                               .go_ns = t_ns,
                               .lag_samples = HOLD_LAG_SAMPLES,
                               .measured = set->can_see};

    setup.refs.bw_mn = set_body_mn(session_rx(core), set->refs.bw_mn);
    set->mode = SET_MODE_HOLD;
    set->presence_seen = false;
    set->hold_cue_ns = NEVER;
    set->hold_begun = false;
    hold_begin(&core->hold, &setup);
    rfd_begin(&core->rfd);
}

static void hold_over(struct core *core)
{
    struct set_run *set = &core->set;
    struct hold_data data;
    int64_t end_ns = core->now_ns;

    if (hold_result(&core->hold, &data)) {
        set_publish_hold(core, &data);
        end_ns = data.end_ns;
    }
    set->tried++;
    out_cue(core, CUE_RELAX, core->now_ns, 0);
    set->left_ns = ABSENT;
    set->mode = SET_MODE_HOLD_REST; /* published: set_finish() must not do it again */
    if (set->reps_before + set->tried >= set->reps_max) {
        set_finish(core, SET_DONE, ENDED_BY_REPS, end_ns);
        session_event(core, SESSION_EVENT_SET_OVER, core->now_ns);
        return;
    }
    set->hold_rest_end_ns = end_ns + set->dose.hold_rest_ms * NS_PER_MS;
    set->hold_cue_ns = set->hold_rest_end_ns - LAST_CUES * NS_PER_S;
    if (set->hold_cue_ns < core->now_ns)
        set->hold_cue_ns = NEVER;
}

/* After anything that may have moved the hold: its first moment is cued, its end acted upon. */
static void follow(struct core *core, int64_t t_ns)
{
    struct set_run *set = &core->set;
    enum hold_state state = hold_state(&core->hold);

    if (state == HOLD_STATE_OVER) {
        hold_over(core);
    } else if (state == HOLD_STATE_WAIT) { /* still, or again: it was noise */
        set->hold_begun = false;
        set->hold_cue_ns = NEVER;
    } else if (!set->hold_begun) {
        set->hold_begun = true;
        set->hold_cue_ns = t_ns + NS_PER_S;
        set->moved_ns = t_ns;
        out_cue(core, CUE_HOLD, t_ns, 0);
    }
}

void set_hold_sample(struct core *core, const struct sample *sample)
{
    if (core->set.mode != SET_MODE_HOLD)
        return;
    hold_sample(&core->hold, sample);
    if (!core->set.hold_begun || sample->t_ns < hold_started_ns(&core->hold) + RFD_AFTER_NS)
        rfd_sample(&core->rfd, sample);
    if (!core->set.hold_begun && hold_rests(&core->hold))
        rfd_rest(&core->rfd);
    follow(core, sample->t_ns);
}

/* A hold that is stopped has not been tried: it is what is left when the set goes on. */
void set_hold_end(struct core *core, int64_t t_ns)
{
    struct hold_data data;

    if (core->set.mode != SET_MODE_HOLD)
        return;
    hold_stop(&core->hold, t_ns, 0);
    if (hold_result(&core->hold, &data))
        set_publish_hold(core, &data);
}

int64_t set_hold_deadline_ns(const struct core *core)
{
    const struct set_run *set = &core->set;
    int64_t end_ns = set->mode == SET_MODE_HOLD ? hold_deadline_ns(&core->hold) : set->hold_rest_end_ns;

    return set->hold_cue_ns < end_ns ? set->hold_cue_ns : end_ns;
}

/* A tick each second of the hold, the last three counted down. */
static void hold_tick(struct core *core, int64_t t_ns)
{
    int64_t end_ns = hold_end_ns(core);
    int64_t left_s = (end_ns - t_ns) / NS_PER_S;
    bool last = left_s <= LAST_CUES;

    if (end_ns > t_ns)
        out_cue(core, last ? CUE_LAST : CUE_TICK, t_ns, last ? (int)left_s : 0);
    core->set.hold_cue_ns += NS_PER_S;
}

static void rest_tick(struct core *core, int64_t t_ns)
{
    struct set_run *set = &core->set;
    int64_t left_ns = set->hold_rest_end_ns - t_ns;

    out_cue(core, CUE_COUNTDOWN, t_ns, (int)(left_ns / NS_PER_S));
    set->hold_cue_ns = left_ns > NS_PER_S ? t_ns + NS_PER_S : NEVER;
}

void set_hold_fire(struct core *core)
{
    struct set_run *set = &core->set;
    int64_t t_ns = set_hold_deadline_ns(core);
    bool cue = set->hold_cue_ns == t_ns;

    if (set->mode == SET_MODE_HOLD) {
        if (cue) {
            hold_tick(core, t_ns);
        } else {
            hold_fire(&core->hold);
            follow(core, t_ns);
        }
    } else if (cue) {
        rest_tick(core, t_ns);
    } else {
        out_cue(core, CUE_GO, t_ns, 0);
        set_rest_again(core, t_ns, set->hold_rest_end_ns - set->dose.hold_rest_ms * NS_PER_MS);
        set_see_again(set, set_can_measure(core));
        set_hold_begin(core, t_ns);
    }
}
