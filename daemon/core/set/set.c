/* SPDX-License-Identifier: MIT */
/*
 * One set, from "go" to its end. Who counts:
 *
 *   MEASURED   the detector; the pacer only cues (or is silent: self-paced, or faded out after two reps)
 *   CUED       the pacer; nothing can be seen here, or no longer (set_go_blind: once, for the rest of the set)
 *   HOLD...    set_hold.c (a set of holds sees again from the next hold on)
 */
#include "daemon/core/core_state.h"
#include "daemon/core/fixed.h"

#define FADE_REPS 2 /* pacing "fade": so many reps of each set are paced */

int set_total(const struct set_run *set)
{
    return set->reps_before + set->counted;
}

bool set_observed(const struct core *core)
{
    return core->set.observed;
}

static bool presence_visible(const struct core *core)
{
    const struct setup *setup = session_setup(core);

    return setup->on_box && setup->sees.presence == GRADE_A && health_sees(core);
}

bool set_waits_for_contact(const struct core *core)
{
    int64_t steady_ns = quiet_steady_since_ns(&core->quiet);

    if (!presence_visible(core))
        return false;
    return steady_ns == ABSENT || core->now_ns - steady_ns < CONTACT_STEADY_NS;
}

/* ---- ending ----------------------------------------------------------------------------------------------------- */

#define LAST_REP_NS (8 * NS_PER_S) /* without a tempo */

/* Whom a stop or the time limit finds in mid-rep still comes to its end: longest what a rep's phases are to take. */
static int64_t last_rep_ns(const struct dose *dose)
{
    int64_t ms = 0;

    for (int p = PHASE_CON; p <= PHASE_ECC; p++)
        ms += dose->tempo_ms[p] > 0 ? dose->tempo_ms[p] : 0;
    return ms > 0 ? ms * NS_PER_MS : LAST_REP_NS;
}

/* For the item's next set on this side. */
static void keep_learnt(struct core *core)
{
    const struct detector_ops *ops = detector_ops(session_setup(core)->detector);
    int item = core->set.at.item, side = core->set.at.side;

    core->ref_amp_mn[item][side] = ops->ref_amp_mn(&core->detector);
    if (ops->ref_rise != NULL)
        core->ref_rise[item][side] = ops->ref_rise(&core->detector);
    if (ops->ref_step != NULL)
        core->ref_step[item][side] = ops->ref_step(&core->detector);
}

void set_finish(struct core *core, enum set_reason reason, enum set_end ended_by, int64_t t_ns)
{
    struct set_run *set = &core->set;
    int done;

    set_hold_end(core, t_ns);
    done = set->tried > 0 ? set->reps_before + set->tried : set_total(set);
    /* Stop never confirms: what nobody saw is not done because of it. */
    if (done >= set->reps_min && (set->observed || reason != SET_STOPPED))
        reason = SET_DONE;
    /* Its time ran out because nobody could see any more: not the patient's doing. */
    if (reason == SET_TIMEOUT && !set->trusted)
        reason = SET_FAULT;
    if (set->mode == SET_MODE_MEASURED)
        keep_learnt(core);
    set->mode = SET_MODE_NONE;
    wander_wait(&core->wander, t_ns + (reason == SET_DONE ? 0 : last_rep_ns(&set->dose))); /* no hand's */
    set->pacer.on = false;
    set->reason = reason;
    set->ended_by = ended_by;
    set->end_ns = t_ns;
    if (reason == SET_DONE)
        out_cue(core, CUE_SET_DONE, core->now_ns, 0);
}

static void finish_now(struct core *core, enum set_reason reason, enum set_end ended_by, int64_t t_ns)
{
    set_finish(core, reason, ended_by, t_ns);
    session_event(core, SESSION_EVENT_SET_OVER, core->now_ns);
}

/* ---- running ---------------------------------------------------------------------------------------------------- */

static void rep_ended(struct core *core, const struct rep_data *rep, bool doubtful)
{
    struct set_run *set = &core->set;
    struct rep_data whole = *rep;

    if (doubtful)
        set_hold_back(&whole);
    /* The patient was behind the cue: its rep begins when the one before was over, and no second is told twice. */
    if (rep->outcome == REP_PACED)
        whole.start_ns = fixed_max(rep->start_ns, fixed_min(set->rep_end_ns, rep->end_ns));
    set->rep_end_ns = fixed_max(set->rep_end_ns, rep->end_ns);
    set_add_cued(core, &whole);
    set_publish_rep(core, &whole);
    set->moved_ns = rep->end_ns;
    unseen_rep(&set->unseen, rep->end_ns, rep->outcome == REP_FULL);
    if (set->dose.pacing == PACING_FADE && set->mode == SET_MODE_MEASURED && set->counted >= FADE_REPS)
        set->pacer.on = false;
    if (set_total(set) >= set->reps_max)
        finish_now(core, SET_DONE, ENDED_BY_REPS, rep->end_ns);
}

/*
 * The cues given since since_ns count as paced reps when the detector says that it has told nothing apart from then on:
 * the patient followed them, unseen. Running the same schedule again tells which they were and where it stands now; a
 * patient's rep begins a little after its cue, or a little before, so the middle of the cued one decides. A rep that was
 * told before it was seen that nothing is told apart has been counted.
 */
static void count_cued_since(struct core *core, int64_t since_ns, int64_t t_ns)
{
    struct set_run *set = &core->set;
    struct pacer_step step;

    if (set->unseen.since_ns != ABSENT && set->unseen.since_ns > since_ns)
        since_ns = set->unseen.since_ns;
    pacer_begin(&set->pacer, &set->dose, set_own_tempo(core), set->start_ns);
    while (pacer_deadline_ns(&set->pacer) <= t_ns && set->mode == SET_MODE_CUED) {
        pacer_fire(&set->pacer, &step);
        if (step.rep_ended && step.rep.start_ns + (step.rep.end_ns - step.rep.start_ns) / 2 > since_ns)
            rep_ended(core, &step.rep, false);
    }
}

/* since_ns: cues from then on count, or NEVER. */
static void go_blind(struct core *core, int64_t t_ns, unsigned flags, int64_t since_ns)
{
    struct set_run *set = &core->set;

    if (set->mode == SET_MODE_NONE || !set->can_see)
        return;
    set->can_see = false;
    set->phase_known = false;
    set->flags |= flags;
    if (set->mode == SET_MODE_HOLD)
        hold_go_blind(&core->hold, t_ns, flags);
    if (set->mode != SET_MODE_MEASURED)
        return;
    if (flags & FLAG_HAND_SUPPORT)
        core->leant[set->at.item][set->at.side] = true;
    set->mode = SET_MODE_CUED;
    if (!set->pacer.on)
        pacer_begin(&set->pacer, &set->dose, set_own_tempo(core), t_ns);
    else if (since_ns != NEVER)
        count_cued_since(core, since_ns, t_ns);
}

void set_go_blind(struct core *core, int64_t t_ns, unsigned flags)
{
    go_blind(core, t_ns, flags, NEVER);
}

void set_sensor_fault(struct core *core, int64_t t_ns)
{
    set_go_blind(core, t_ns, FLAG_SENSOR_FAULT);
    core->set.trusted = false;
    core->set.flags |= FLAG_SENSOR_FAULT;
}

static unsigned not_seen_flag(const struct core *core)
{
    return session_setup(core)->detector == DETECTOR_CURL ? FLAG_BAND_NOT_SEEN : FLAG_MOVEMENT_NOT_SEEN;
}

static void take_mark(struct core *core, const struct mark *mark)
{
    struct set_run *set = &core->set;

    switch (mark->kind) {
    case MARK_PHASE: set_show_phase(set, mark); break;
    case MARK_MOVING: set->moved_ns = mark->t_ns; break;
    case MARK_REP: rep_ended(core, &mark->rep, mark->doubtful); break;
    case MARK_NOT_SEEN:
        go_blind(core, mark->t_ns, mark->flags != 0 ? mark->flags : not_seen_flag(core), mark->since_ns);
        break;
    }
}

static void watch_presence(struct core *core, int64_t t_ns)
{
    struct set_run *set = &core->set;

    if (set->mode == SET_MODE_HOLD_REST)
        return; /* between holds nobody has to stay */
    if (quiet_present(&core->quiet)) {
        set->presence_seen = true;
        set->left_ns = ABSENT;
    } else if (set->presence_seen && set->left_ns == ABSENT && presence_visible(core)) {
        set->left_ns = t_ns;
    }
    if (set->left_ns != ABSENT)
        unseen_away(&set->unseen, t_ns);
}

void set_sample(struct core *core, const struct sample *sample)
{
    struct set_run *set = &core->set;
    struct mark marks[MARK_MAX];
    int n;

    watch_presence(core, sample->t_ns);
    set_hold_sample(core, sample);
    if (set->mode != SET_MODE_MEASURED)
        return;
    /* What a sample shows was so a little before it was read: every time that a detector tells is that of what it saw. */
    struct sample shown = *sample;
    shown.t_ns = hold_lag_shown_ns(&set->lag, sample->t_ns, set->start_ns);
    n = detector_ops(session_setup(core)->detector)->step(&core->detector, &shown, marks);
    for (int i = 0; i < n && set->mode == SET_MODE_MEASURED; i++)
        take_mark(core, &marks[i]);
    if (set->mode == SET_MODE_MEASURED && unseen_sample(&set->unseen, &shown))
        go_blind(core, shown.t_ns, not_seen_flag(core), set->unseen.since_ns);
}

/* ---- deadlines --------------------------------------------------------------------------------------------------- */

static int64_t still_deadline_ns(const struct set_run *set)
{
    bool applies = set->mode == SET_MODE_MEASURED && set_total(set) >= set->reps_min;

    return applies ? set->moved_ns + STILL_NS : NEVER;
}

static int64_t left_deadline_ns(const struct set_run *set)
{
    bool applies = set->left_ns != ABSENT && set->dose.leave_ms > 0;

    return applies ? set->left_ns + set->dose.leave_ms * NS_PER_MS : NEVER;
}

static int64_t work_deadline_ns(const struct core *core)
{
    const struct set_run *set = &core->set;

    if (set->mode == SET_MODE_HOLD || set->mode == SET_MODE_HOLD_REST)
        return set_hold_deadline_ns(core);
    return pacer_deadline_ns(&set->pacer);
}

static int64_t min_ns(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t set_deadline_ns(const struct core *core)
{
    const struct set_run *set = &core->set;

    if (set->mode == SET_MODE_NONE)
        return NEVER;
    return min_ns(min_ns(work_deadline_ns(core), set->timeout_ns),
                  min_ns(still_deadline_ns(set), left_deadline_ns(set)));
}

static void fire_pacer(struct core *core)
{
    struct set_run *set = &core->set;
    int64_t t_ns = pacer_deadline_ns(&set->pacer);
    struct pacer_step step;

    pacer_fire(&set->pacer, &step);
    /* Cued is not done by a patient who has been seen to leave. */
    if (step.rep_ended && set->mode == SET_MODE_CUED && set->left_ns == ABSENT)
        rep_ended(core, &step.rep, false);
    if (set->mode == SET_MODE_NONE)
        return; /* that was the last one */
    if (step.tick)
        out_cue(core, CUE_TICK, t_ns, 0);
    if (step.phase)
        out_cue(core, CUE_PHASE, t_ns, (int)set->pacer.order[set->pacer.at]);
}

void set_fire(struct core *core)
{
    struct set_run *set = &core->set;
    int64_t t_ns = set_deadline_ns(core);

    if (left_deadline_ns(set) == t_ns)
        finish_now(core, SET_LEFT_BOX, ENDED_BY_LEAVE, t_ns);
    else if (still_deadline_ns(set) == t_ns)
        finish_now(core, SET_DONE, ENDED_BY_STILL, t_ns);
    else if (set->timeout_ns == t_ns)
        finish_now(core, SET_TIMEOUT, ENDED_BY_TIMEOUT, t_ns);
    else if (set->mode == SET_MODE_HOLD || set->mode == SET_MODE_HOLD_REST)
        set_hold_fire(core);
    else
        fire_pacer(core);
}
