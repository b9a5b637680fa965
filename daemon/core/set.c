/* SPDX-License-Identifier: MIT */
/*
 * One set, from "go" to its end. Who counts:
 *
 *   MEASURED   the detector; the pacer only cues (or is silent: self-paced, or faded out after two reps)
 *   CUED       the pacer; nothing can be seen here, or no longer (set_go_blind: once, for the rest of the set)
 *   HOLD...    set_hold.c
 */
#include "daemon/core/core_state.h"

#define FADE_REPS      2  /* pacing "fade": so many reps of each set are paced */
#define LOAD_LIMIT_PCT 80 /* of the capacity: a set's load limit unless the prescription has one */
#define TIMEOUT_MAX_NS (900 * NS_PER_S)
#define BODY_MIN_MN    196133 /* 20 kg, the least body_kg there is: below it nobody stands here with all of their weight */

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

/* ---- beginning -------------------------------------------------------------------------------------------------- */

static bool can_measure(const struct core *core)
{
    const struct setup *setup = session_setup(core);

    return health_sees(core) && (setup->detector == DETECTOR_HOLD || detector_ops(setup->detector) != NULL);
}

static void resolve(struct core *core, int64_t t_ns)
{
    struct set_run *set = &core->set;
    const struct setup *setup = session_setup(core);
    const struct exercise *exercise = session_exercise(core);
    int64_t timeout_ns = 3 * plan_set_ns(session_item(core), exercise, set->at.set);

    if (set->dose.step_height_mm == 0)
        set->dose.step_height_mm = core->station.plate_height_mm + core->station.riser_height_mm;
    if (set->dose.load_limit_mn == 0)
        set->dose.load_limit_mn = (int32_t)((int64_t)core->station.capacity_mn * LOAD_LIMIT_PCT / 100);
    if (timeout_ns > TIMEOUT_MAX_NS)
        timeout_ns = TIMEOUT_MAX_NS;
    if (set->dose.set_timeout_ms > 0)
        timeout_ns = set->dose.set_timeout_ms * NS_PER_MS;
    set->timeout_ns = t_ns + timeout_ns;
    set->refs = (struct references){.rest_mn = ABSENT, .noise_mn = ABSENT, .bw_mn = ABSENT};
    if (health_sees(core) && setup->sees.presence != GRADE_NONE &&
        quiet_references(&core->quiet, t_ns, BASELINE_AGE_NS, &set->refs) && setup->on_box && setup->weighs_body &&
        set->refs.rest_mn >= BODY_MIN_MN)
        set->refs.bw_mn = set->refs.rest_mn;
    set->target_mn = exercise->hold ? set_target_mn(session_rx(core), &set->dose, set->refs.bw_mn) : ABSENT;
}

/* Without a sensor the box sees nothing, whatever the set-up would allow. */
static struct observability observability(const struct core *core)
{
    struct observability sees = session_setup(core)->sees;

    if (core->set.can_see)
        return sees;
    return (struct observability){.presence = health_sees(core) ? sees.presence : GRADE_NONE,
                                  .con = GRADE_C,
                                  .top = GRADE_C,
                                  .ecc = GRADE_C,
                                  .bottom = GRADE_C,
                                  .count = GRADE_C,
                                  .tut = GRADE_C};
}

static int64_t or_absent(int64_t value)
{
    return value > 0 ? value : ABSENT;
}

static void publish_set_started(struct core *core, int64_t t_ns)
{
    const struct set_run *set = &core->set;
    const struct setup *setup = session_setup(core);
    struct set_started_data *out = &out_event(core, EVENT_SET_STARTED, SCOPE_SET, t_ns)->u.set_started;

    *out = (struct set_started_data){.contact = setup->contact,
                                     .anchor = setup->anchor,
                                     .load_g = or_absent(set->dose.load_g),
                                     .step_height_mm = ABSENT,
                                     .target_mn = set->target_mn,
                                     .b_mn = set->refs.rest_mn,
                                     .noise_mn = set->refs.noise_mn,
                                     .bw_mn = set->refs.bw_mn,
                                     .sees = observability(core)};
    for (size_t i = 0; i < sizeof(out->band); i++)
        out->band[i] = set->dose.band[i];
    if (setup->detector == DETECTOR_STEP)
        out->step_height_mm = set->dose.step_height_mm;
}

static void begin_reps(struct core *core, int64_t t_ns)
{
    struct set_run *set = &core->set;
    struct detector_setup setup = {.setup = session_setup(core),
                                   .dose = &set->dose,
                                   .refs = set->refs,
                                   .start_ns = t_ns,
                                   .ref_amp_mn = core->ref_amp_mn[set->at.item][set->at.side]};

    set->mode = set->can_see ? SET_MODE_MEASURED : SET_MODE_CUED;
    if (set->can_see)
        detector_ops(setup.setup->detector)->begin(&core->detector, &setup);
    if (!set->can_see || set->dose.pacing != PACING_SELF) {
        pacer_begin(&set->pacer, &set->dose, set_own_tempo(core), t_ns);
        out_cue(core, CUE_PHASE, t_ns, (int)set->pacer.order[0]);
    }
}

static void count_use(struct core *core)
{
    struct session *session = &core->session;

    if (!session->counted)
        core->slots[session->slot].held.used++;
    session->counted = true;
    session->was_set = true;
}

void set_begin(struct core *core, int64_t t_ns)
{
    struct set_run *set = &core->set;
    const struct rx_item *item = session_item(core);
    const struct position *at = &core->session.at;
    bool hold = session_exercise(core)->hold;

    *set = (struct set_run){.dose = item->dose,
                            .at = *at,
                            .start_ns = t_ns,
                            .tut_ns = ABSENT,
                            .trusted = true,
                            .left_ns = ABSENT,
                            .moved_ns = t_ns,
                            .hold_cue_ns = NEVER,
                            .hold_rest_end_ns = NEVER};
    plan_reps(item, hold, at->set, &set->reps_min, &set->reps_max);
    set->reps_before = core->session.progress.items[at->item].reps_done[at->set][at->side];
    set->can_see = can_measure(core);
    set->flags = session_setup(core)->anchor == ANCHOR_LIVE ? FLAG_LIVE_ANCHOR : 0;
    if (health_at_fault(core)) {
        set->trusted = false;
        set->flags |= FLAG_SENSOR_FAULT;
    }
    resolve(core, t_ns);
    set_foresee(core);
    count_use(core);
    publish_set_started(core, t_ns);
    out_cue(core, CUE_GO, t_ns, 0);
    if (hold)
        set_hold_begin(core, t_ns);
    else
        begin_reps(core, t_ns);
}

/* ---- ending ----------------------------------------------------------------------------------------------------- */

void set_finish(struct core *core, enum set_reason reason, enum set_end ended_by, int64_t t_ns)
{
    struct set_run *set = &core->set;
    int done;

    set_hold_end(core, t_ns);
    done = set->tried > 0 ? set->reps_before + set->tried : set_total(set);
    /* Stop never confirms: what nobody saw is not done because of it. */
    if (done >= set->reps_min && (set->observed || reason != SET_STOPPED))
        reason = SET_DONE;
    if (set->mode == SET_MODE_MEASURED)
        core->ref_amp_mn[set->at.item][set->at.side] =
            detector_ops(session_setup(core)->detector)->ref_amp_mn(&core->detector);
    set->mode = SET_MODE_NONE;
    wander_break(&core->wander); /* its last rep is no hand */
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

static void rep_ended(struct core *core, const struct rep_data *rep)
{
    struct set_run *set = &core->set;
    struct rep_data whole = *rep;

    set_add_cued(core, &whole);
    set_publish_rep(core, &whole);
    set->moved_ns = rep->end_ns;
    if (set->dose.pacing == PACING_FADE && set->mode == SET_MODE_MEASURED && set->counted >= FADE_REPS)
        set->pacer.on = false;
    if (set_total(set) >= set->reps_max)
        finish_now(core, SET_DONE, ENDED_BY_REPS, rep->end_ns);
}

/*
 * The cues given since since_ns count as paced reps when the detector says that it has told nothing apart from then on:
 * the patient followed them, unseen. Running the same schedule again tells which they were and where it stands now; a
 * patient's rep begins a little after its cue, or a little before, so the middle of the cued one decides.
 */
static void count_cued_since(struct core *core, int64_t since_ns, int64_t t_ns)
{
    struct set_run *set = &core->set;
    struct pacer_step step;

    pacer_begin(&set->pacer, &set->dose, set_own_tempo(core), set->start_ns);
    while (pacer_deadline_ns(&set->pacer) <= t_ns && set->mode == SET_MODE_CUED) {
        pacer_fire(&set->pacer, &step);
        if (step.rep_ended && step.rep.start_ns + (step.rep.end_ns - step.rep.start_ns) / 2 > since_ns)
            rep_ended(core, &step.rep);
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

static void take_mark(struct core *core, const struct mark *mark)
{
    struct set_run *set = &core->set;

    switch (mark->kind) {
    case MARK_PHASE:
        set->phase_known = true;
        set->phase = mark->phase;
        set->phase_start_ns = mark->t_ns;
        break;
    case MARK_MOVING: set->moved_ns = mark->t_ns; break;
    case MARK_REP: rep_ended(core, &mark->rep); break;
    case MARK_NOT_SEEN:
        go_blind(core, mark->t_ns, mark->flags != 0 ? mark->flags : FLAG_BAND_NOT_SEEN, mark->since_ns);
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
    n = detector_ops(session_setup(core)->detector)->step(&core->detector, sample, marks);
    for (int i = 0; i < n && set->mode == SET_MODE_MEASURED; i++)
        take_mark(core, &marks[i]);
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
        rep_ended(core, &step.rep);
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
