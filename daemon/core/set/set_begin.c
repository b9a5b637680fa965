/* SPDX-License-Identifier: MIT */
/* How a set begins: what can be seen of it, its references, limits and target, and its first cue. */
#include "daemon/core/core_state.h"
#include "daemon/core/fixed.h"

#define LOAD_LIMIT_PCT 80     /* of the capacity: a set's load limit unless the prescription has one */
#define BODY_MIN_MN    196133 /* 20 kg, the least body_kg there is: below it nobody stands here with all of their weight */
#define LIMB_MIN_MN                                                                                                    \
    5000 /* 0.5 kg: the least of a heel (16 N of a heel's own, physics) and above the drift of an hour */
#define QUIET_NS       (QUIET_BLOCKS * QUIET_BLOCK_NS)
#define TIMEOUT_MAX_NS (900 * NS_PER_S)

/*
 * A set may take 3 x what is prescribed and at most 900 s, but never less than this on top of what is prescribed: 30 s until a
 * patient who is not seen is taken to follow the cues, and as much to get going. So the quickest tempo has its whole set
 * by cue, and a long one (10 holds of 45 s with two minutes between them: 1550 s) can be done at all.
 */
#define TIMEOUT_MORE_NS (60 * NS_PER_S)

bool set_can_measure(const struct core *core)
{
    const struct setup *setup = session_setup(core);

    return health_sees(core) && (setup->detector == DETECTOR_HOLD || detector_ops(setup->detector) != NULL);
}

static int64_t timeout_ns(const struct core *core)
{
    const struct set_run *set = &core->set;
    int64_t planned_ns = plan_set_ns(session_item(core), session_exercise(core), set->at.set);
    int64_t limit_ns = 3 * planned_ns < TIMEOUT_MAX_NS ? 3 * planned_ns : TIMEOUT_MAX_NS;

    if (set->dose.set_timeout_ms > 0)
        return set->dose.set_timeout_ms * NS_PER_MS;
    return limit_ns > planned_ns + TIMEOUT_MORE_NS ? limit_ns : planned_ns + TIMEOUT_MORE_NS;
}

static bool limb_rests(const struct core *core, int64_t level_mn)
{
    enum detector_kind detector = session_setup(core)->detector;

    return level_mn != ABSENT && level_mn >= (detector == DETECTOR_STEP ? CONTACT_ON_MN : LIMB_MIN_MN);
}

/*
 * After a set-up the box may have been empty for the last quiet 2 s, and the heel or foot that comes on it rests for less
 * than that before it works. An empty box is no rest level of an exercise in which a limb has been seen to rest: then its
 * own earlier level counts, or the other side's. Where none has been seen, B is unknown: forces count from the zero, and
 * say so (no_baseline).
 */
static void set_own_rest(struct core *core)
{
    struct set_run *set = &core->set;
    enum detector_kind detector = session_setup(core)->detector;
    int64_t *own = &core->limb_mn[set->at.item][set->at.side];
    int64_t other = core->limb_mn[set->at.item][1 - set->at.side];

    set->rest_lent = set->rest_other = false;
    if (set->refs.rest_mn == ABSENT || (detector != DETECTOR_HOLD && detector != DETECTOR_STEP))
        return;
    set->rest_lent = !limb_rests(core, set->refs.rest_mn);
    set->rest_other = set->rest_lent && *own == ABSENT && other != ABSENT;
    if (!set->rest_lent && *own == ABSENT && other == ABSENT) /* what was told from an empty box is not alike */
        for (int side = 0; side < SIDES_MAX && detector == DETECTOR_HOLD; side++)
            core->session.progress.items[set->at.item].forces[side] = (struct side_force){0};
    if (!set->rest_lent)
        *own = set->refs.rest_mn;
    else if (*own != ABSENT || other != ABSENT)
        set->refs.rest_mn = *own != ABSENT ? *own : other;
    else
        set->refs.rest_mn = ABSENT;
}

/* Between the holds of a set that began on an empty box, or unquiet, the limb rests: from then on its level is known. */
void set_rest_again(struct core *core, int64_t t_ns, int64_t since_ns)
{
    struct references refs;

    int64_t age_ns = t_ns - since_ns - QUIET_NS;

    bool known = core->set.refs.rest_mn != ABSENT && !core->set.rest_lent;

    if (known || !quiet_references(&core->quiet, t_ns, age_ns < NS_PER_S ? age_ns : NS_PER_S, &refs))
        return;
    if (!limb_rests(core, refs.rest_mn) || (core->set.target_mn != ABSENT && refs.rest_mn > core->set.target_mn / 2))
        return;
    core->set.refs = refs;
    set_own_rest(core);
}

/*
 * Who was stopped in mid-rep and goes on at once may have been still on top, or on the way down, when the last level was
 * taken: the one with which the set began before is the better one, unless what has come or gone is more than a limb.
 */
static void keep_rest(struct core *core, const struct references *before, int64_t t_ns)
{
    struct set_run *set = &core->set;
    int64_t amp_mn = core->ref_amp_mn[set->at.item][set->at.side];
    bool moved = session_setup(core)->detector != DETECTOR_HOLD && t_ns < core->wander.from_ns + QUIET_NS;

    if (!moved || before->rest_mn == ABSENT || amp_mn == ABSENT)
        return;
    if (set->refs.rest_mn == ABSENT || fixed_abs(set->refs.rest_mn - before->rest_mn) <= amp_mn * 3 / 2)
        set->refs = *before;
}

/* Feet or a body that came on the box and were never quiet since: what the empty box had before is not their rest level. */
static void forget_empty(struct core *core)
{
    const struct setup *setup = session_setup(core);
    struct references *refs = &core->set.refs;
    bool limb = setup->detector == DETECTOR_HOLD || setup->detector == DETECTOR_STEP; /* see set_own_rest() */

    if (setup->on_box && !limb && refs->rest_mn != ABSENT && refs->rest_mn < CONTACT_OFF_MN)
        *refs = (struct references){.rest_mn = ABSENT, .noise_mn = ABSENT, .bw_mn = ABSENT};
}

static void resolve(struct core *core, const struct references *before, int64_t t_ns)
{
    struct set_run *set = &core->set;
    const struct setup *setup = session_setup(core);
    const struct exercise *exercise = session_exercise(core);

    if (set->dose.step_height_mm == 0)
        set->dose.step_height_mm = core->station.plate_height_mm + core->station.riser_height_mm;
    if (set->dose.load_limit_mn == 0)
        set->dose.load_limit_mn = (int32_t)((int64_t)core->station.capacity_mn * LOAD_LIMIT_PCT / 100);
    set->timeout_ns = t_ns + timeout_ns(core);
    set->refs = (struct references){.rest_mn = ABSENT, .noise_mn = ABSENT, .bw_mn = ABSENT};
    if (health_sees(core) && setup->sees.presence != GRADE_NONE &&
        quiet_references(&core->quiet, t_ns, BASELINE_AGE_NS, &set->refs) && setup->on_box && setup->weighs_body &&
        set->refs.rest_mn >= BODY_MIN_MN)
        set->refs.bw_mn = set->refs.rest_mn;
    forget_empty(core);
    keep_rest(core, before, t_ns);
    set_own_rest(core);
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
                                   .ref_amp_mn = core->ref_amp_mn[set->at.item][set->at.side],
                                   .ref_rise = core->ref_rise[set->at.item][set->at.side],
                                   .ref_step = core->ref_step[set->at.item][set->at.side],
                                   .leant = core->leant[set->at.item][set->at.side]};

    set->mode = set->can_see ? SET_MODE_MEASURED : SET_MODE_CUED;
    if (set->can_see)
        detector_ops(setup.setup->detector)->begin(&core->detector, &setup);
    unseen_begin(&set->unseen, pacer_cycle_ns(&set->dose, set_own_tempo(core)));
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
    if (!session->was_set)
        progression_first_set(core);
    session->counted = true;
    session->was_set = true;
}

void set_begin(struct core *core, int64_t t_ns)
{
    struct set_run *set = &core->set;
    const struct rx_item *item = session_item(core);
    const struct position *at = &core->session.at;
    bool hold = session_exercise(core)->hold;
    bool again = set->at.item == at->item && set->at.set == at->set && set->at.side == at->side;
    struct references before = again ? set->refs : (struct references){.rest_mn = ABSENT};

    *set = (struct set_run){.dose = item->dose,
                            .at = *at,
                            .start_ns = t_ns,
                            .tut_ns = ABSENT,
                            .trusted = true,
                            .left_ns = ABSENT,
                            .moved_ns = t_ns,
                            .hold_cue_ns = NEVER,
                            .lag = {.samples = HOLD_LAG_SAMPLES, .stamp_ns = ABSENT},
                            .hold_rest_end_ns = NEVER};
    plan_reps(item, hold, at->set, &set->reps_min, &set->reps_max);
    set->reps_before = core->session.progress.items[at->item].reps_done[at->set][at->side];
    set->can_see = set_can_measure(core);
    set->saw = set->can_see;
    set->flags = session_setup(core)->anchor == ANCHOR_LIVE ? FLAG_LIVE_ANCHOR : 0;
    if (health_at_fault(core)) {
        set->trusted = false;
        set->flags |= FLAG_SENSOR_FAULT;
    }
    resolve(core, &before, t_ns);
    set_foresee(core);
    count_use(core);
    publish_set_started(core, t_ns);
    out_cue(core, CUE_GO, t_ns, 0);
    if (hold)
        set_hold_begin(core, t_ns);
    else
        begin_reps(core, t_ns);
}
