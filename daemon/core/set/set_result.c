/* SPDX-License-Identifier: MIT */
/* What a set leaves behind: rep, hold and set_completed events, and the session's progress. */
#include "daemon/core/core_state.h"
#include "daemon/core/fixed.h"

/* Tempo is judged on movements (move_s); crossing times are shorter by construction and would always be "too fast". */
static void judge_phase(struct set_run *set, enum phase phase, struct phase_time *time)
{
    int64_t target_ns = set->dose.tempo_ms[phase] * NS_PER_MS;
    int64_t error_ns;
    bool helped = phase == PHASE_CON && set->dose.ecc_only;

    time->target_ns = set->dose.tempo_ms[phase] >= 0 ? target_ns : ABSENT;
    time->in_tolerance = -1;
    if (time->move_ns == ABSENT || set->dose.tempo_ms[phase] <= 0 || helped)
        return;
    error_ns = time->move_ns - target_ns;
    if (error_ns < 0)
        error_ns = -error_ns;
    time->in_tolerance = 100 * error_ns <= set->dose.tempo_tol_pct * target_ns;
    set->tempo_n++;
    set->tempo_ok += time->in_tolerance;
}

/* Between the sides of a step-up the whole force is compared: how heavy a foot lay on the box before it says nothing. */
static int64_t carried_mn(const struct core *core, const struct rep_data *rep)
{
    bool above = session_setup(core)->detector == DETECTOR_STEP && (rep->flags & FLAG_NO_BASELINE) == 0;

    return above && core->set.refs.rest_mn != ABSENT ? core->set.refs.rest_mn : 0;
}

/* Of what has a number: half a rep is none, and its own event tells its tension. */
static void add_tension(struct set_run *set, int64_t ns)
{
    if (ns == ABSENT)
        return;
    set->tut_ns = (set->tut_ns == ABSENT ? 0 : set->tut_ns) + ns;
    set->tut_reps++;
}

void set_publish_rep(struct core *core, const struct rep_data *rep)
{
    struct set_run *set = &core->set;
    struct event *event = out_event(core, EVENT_REP, SCOPE_SET, rep->end_ns);
    struct rep_data *out = &event->u.rep;

    *out = *rep;
    out->flags |= set->flags | set->spoilt;
    set->spoilt = 0;
    if (rep->outcome != REP_PARTIAL)
        event->head.rep = set_total(set) + 1;
    if (rep->outcome != REP_PACED)
        for (int p = 0; p < PHASE_COUNT; p++)
            if (out->phases[p].src != SRC_NONE)
                judge_phase(set, (enum phase)p, &out->phases[p]);
    if (rep->outcome == REP_FULL)
        add_tension(set, rep->tut_ns);
    set->counted += rep->outcome != REP_PARTIAL;
    set->seen += rep->outcome != REP_PACED;
    set->cued += rep->outcome == REP_PACED;
    set->measured += rep->outcome == REP_FULL;
    set->observed |= rep->outcome == REP_FULL;
    if (rep->outcome == REP_FULL)
        trend_rep(&set->trend, rep, carried_mn(core, rep));
}

void set_publish_hold(struct core *core, const struct hold_data *hold)
{
    struct set_run *set = &core->set;
    struct event *event = out_event(core, EVENT_HOLD, SCOPE_SET, hold->end_ns);
    bool seen = (hold->flags & FLAG_CUED) == 0;

    event->u.hold = *hold;
    event->u.hold.rfd_mn_s = seen ? rfd_mn_s(&core->rfd) : ABSENT;
    event->u.hold.flags |= set->flags | set->spoilt;
    set->spoilt = 0;
    event->head.rep = set->reps_before + set->tried + 1;
    set->counted += hold->outcome == HOLD_FULL;
    set->measured += hold->outcome == HOLD_FULL && seen;
    set->seen += seen;
    set->cued += !seen;
    if (!seen)
        return;
    set->observed = true;
    if (hold->outcome == HOLD_FULL)
        trend_hold(&set->trend, hold, !set->rest_other);
    add_tension(set, hold->held_ns);
    if (hold->target_mn != ABSENT && hold->in_band_ns != ABSENT && (hold->flags & FLAG_OTHER_LOAD) == 0) {
        set->held_ns += hold->held_ns;
        set->in_band_ns += hold->in_band_ns;
    }
}

void set_completed_fill(const struct set_run *set, enum set_reason reason, struct set_completed_data *ret)
{
    *ret = (struct set_completed_data){.reason = reason,
                                       .ended_by = set->ended_by,
                                       .reps = set->counted,
                                       .reps_measured = set->measured,
                                       .tempo_n = set->tempo_n,
                                       .tut_ns = set->tut_ns,
                                       .tut_reps = set->tut_reps,
                                       .fatigue_milli_pct = trend_fatigue(&set->trend, set->tried > 0),
                                       .tut_n = set->trend.tut_n,
                                       .tut_move_ns = set->trend.tut_ns,
                                       .tut_target_ns = trend_tut_target_ns(&set->trend, &set->dose),
                                       .tut_in_tolerance = (int8_t)trend_tut_in_tolerance(&set->trend, &set->dose),
                                       .trusted = set->trusted,
                                       .tempo_milli_pct = ABSENT};
    if (reason == SET_UNCONFIRMED)
        ret->reps = 0; /* counts nothing */
    if (set->tempo_n >= TEMPO_JUDGED_MIN)
        ret->tempo_milli_pct = fixed_div(100000 * set->tempo_ok, set->tempo_n);
}

void set_progress(const struct set_run *set, enum set_reason reason, struct item_progress *progress)
{
    uint8_t *reps_done = &progress->reps_done[set->at.set][set->at.side];
    bool over = reason == SET_DONE || reason == SET_UNCONFIRMED;
    bool still = set->can_see && set->seen == 0; /* watched to its end, and seen that nothing happened */

    progress->over[set->at.set][set->at.side] = over;
    progress->sets_done += reason == SET_DONE;
    progress->tempo_ok += set->tempo_ok;
    progress->tempo_n += set->tempo_n;
    progress->held_ns += set->held_ns;
    progress->in_band_ns += set->in_band_ns;
    progress->forces[set->at.side].sum_mn += set->trend.force_sum_mn;
    progress->forces[set->at.side].n += set->trend.force_n;
    progress->seen += set->seen + still;
    progress->cued += set->cued;
    if (reason == SET_UNCONFIRMED) {
        progress->last_result = 0;
        return;
    }
    *reps_done = (uint8_t)(*reps_done + (set->tried > 0 ? set->tried : set->counted));
    progress->counted += set->counted;
    progress->measured += set->measured;
    progress->last_result = set->counted;
}

void set_publish(struct core *core, enum set_reason reason, int64_t t_ns)
{
    struct event *event = out_event(core, EVENT_SET_COMPLETED, SCOPE_SET, t_ns);

    set_completed_fill(&core->set, reason, &event->u.set_completed);
    set_progress(&core->set, reason, &core->session.progress.items[core->set.at.item]);
}

int64_t set_body_mn(const struct prescription *rx, int64_t bw_mn)
{
    return bw_mn == ABSENT && rx->body_g > 0 ? rx->body_g * GRAVITY_UM_S2 / 1000000 : bw_mn;
}

/*
 * Target above the rest level, in mN. kg x 9.80665 = N; per cent of body weight: of the measured one, else of what the
 * prescription says; per cent of a reference force.
 */
int64_t set_target_mn(const struct prescription *rx, const struct dose *dose, int64_t bw_mn)
{
    const struct target *target = &dose->target;
    int64_t value = target->value_milli;

    switch (target->kind) {
    case TARGET_N: return value;
    case TARGET_KG: return value * GRAVITY_UM_S2 / 1000000;
    case TARGET_PCT_BW: bw_mn = set_body_mn(rx, bw_mn); return bw_mn == ABSENT ? ABSENT : bw_mn * value / 100000;
    case TARGET_PCT_REF: return target->ref_mn * value / 100000;
    case TARGET_NONE: break;
    }
    return ABSENT;
}
