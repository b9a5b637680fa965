/* SPDX-License-Identifier: MIT */
/*
 * Step-up; detector_step.h has the rules. Timelines (BW 800 N, tempo 1.5-1-3-1):
 *
 * 1. Lead foot on the box (80 N). F passes 400 N: UP, con. Push-off to 900 N, then 800 N: top. A tap of 40 N for 65 ms:
 *    nothing. F sinks to 785 N: ecc. 720 N, 400 N: the trailing foot has landed; 150 ms later MARK_REP, bottom.
 * 2. First rep off the box: BW is not known until the patient has stood still for 0.5 s on top; the rep's beginning is
 *    then looked up in the buffer.
 *    With a shorter top the rep is judged when it is over: by the weight that it carried on average, and only if that
 *    makes a whole step-up of it.
 * 3. The patient stands on the box at go and steps off: no beginning, no rep.
 */
#include "daemon/core/detect/step/detector_step.h"

#include <math.h>

#include "daemon/core/detect/step/step_input.h"
#include "daemon/core/detect/step/step_slow.h"
#include "daemon/core/fixed.h"

#define STEP_HIGHEST_MM 600
#define LEARNS_M_S      -0.03 /* who goes down by more while the box begins to carry everything holds on to something */
#define SOON            0.5   /* of the reps before */
#define UNWEIGHED_PCT   40 /* of a push-off of 1.1-1.5 BW: above a leaning foot (0.3 BW), below a dip on the way down */

static int64_t share_mn(const struct step_detector *step, int64_t per_cent)
{
    return step->weight.bw_mn * per_cent / 100;
}

static int64_t force_at(const struct step_detector *step, int i)
{
    return rep_buffer_at(&step->buffer, i)->force_mn;
}

static int64_t time_at(const struct step_detector *step, int i)
{
    return rep_buffer_at(&step->buffer, i)->t_ns;
}

static void enter(struct step_detector *step, enum step_state state, int64_t t_ns)
{
    step->state = state;
    step->low_ns = ABSENT;
    if (state == STEP_STATE_UP)
        step->up_ns = t_ns;
}

/* Free fall goes with the root of the height. */
static int64_t drop_ns(int32_t height_mm)
{
    int64_t ns = (int64_t)floor((double)STEP_DROP_NS * sqrt((double)height_mm / STEP_HIGHEST_MM));
    return fixed_max(ns, STEP_DWELL_NS);
}

/* For the live stream. What counts is not decided by a weight of before: somebody else may be on the box by now. */
static void take_over(struct step_detector *step, const struct step_reference *ref)
{
    step->earlier_mn = ref->bw_mn > 0 ? ref->bw_mn : ABSENT;
    if (ref->bw_mn <= 0)
        return;
    step_live_learn(&step->live, ref->begin_m_s, ref->begin_m);
}

static void step_begin(void *self, const struct detector_setup *setup)
{
    struct step_detector *step = self;

    step->start_ns = setup->start_ns;
    step->height_mm = setup->dose->step_height_mm;
    step->drop_ns = drop_ns(step->height_mm);
    step->full_min_ns = step_full_min_ns(setup->dose);
    step->planned_ns = step_planned_ns(setup->dose);
    step->rest_mn = setup->refs.rest_mn < STEP_BW_MIN_MN ? setup->refs.rest_mn : ABSENT;
    step_weight_begin(&step->weight, setup->refs.bw_mn);
    step_others_begin(&step->others);
    step->n_reps = 0;
    step->from_floor = false;
    step->prev_end_ns = step->over_ns = ABSENT;
    step->prev_landed = (struct step_point){.t_ns = ABSENT, .sd_ns = ABSENT};
    step->habit = (struct step_habit){0};
    step->foot_ns = ABSENT;
    step->most_mn = 0;
    step->came = false;
    step->told = PHASE_BOTTOM;
    step->told_ns = setup->start_ns;
    step_live_begin(&step->live);
    step_now_begin(&step->now);
    sieve_begin(&step->sieve, STEP_SPIKE_MN, false);
    step->move = (struct live_move){.level_mn = ABSENT};
    take_over(step, &setup->ref_step);
    rep_buffer_clear(&step->buffer);
    enter(step, step->weight.bw_mn == ABSENT ? STEP_STATE_NO_WEIGHT : STEP_STATE_LOW, setup->start_ns);
}

static int64_t step_ref_amp_mn(const void *self)
{
    (void)self;
    return ABSENT; /* a step-up's amplitude is the body weight, measured anew in each set */
}

static struct step_reference step_ref(const void *self)
{
    const struct step_detector *step = self;

    if (!step_weight_proven(&step->weight) || !step->live.learnt)
        return (struct step_reference){0};
    return (struct step_reference){
        .bw_mn = step->weight.bw_mn, .begin_m_s = step->live.learnt_m_s, .begin_m = step->live.learnt_m};
}

/* ---- body weight ---- */

/* Where F last rose above a level before sample i, after at least dwell_ns below: a hard push-off dips for less. */
static int find_rise(const struct step_detector *step, int i, int64_t level_mn, int64_t dwell_ns)
{
    int rise = i;

    for (; i >= 0; i--) {
        if (force_at(step, i) >= level_mn)
            rise = i;
        else if (time_at(step, rise) - time_at(step, i) > dwell_ns)
            return rise;
    }
    return rise;
}

/* A level that stands still: is it more than the weight that reps have shown, or less by what others weighed? */
static void watch_others(struct step_detector *step, int64_t level_mn)
{
    bool up = step->state == STEP_STATE_UP;

    if (!step_others_change(&step->others, &step->buffer, step->weight.bw_mn, level_mn, step->weight.still_ns, up))
        return;
    step_live_stand(&step->live);
    step->low_ns = ABSENT;
    if (!up)
        enter(step, STEP_STATE_UP,
              time_at(step, find_rise(step, step->buffer.n - 1, share_mn(step, 50), STEP_DWELL_NS)));
}

/* The first level of a set, or one so much higher that the first was a leaning foot. The rep is under way. */
static void watch_weight(struct step_detector *step, int64_t t_ns, int64_t f_mn)
{
    struct step_weight *weight = &step->weight;
    int64_t level_mn = step_weight_still(weight, t_ns, f_mn);

    if (level_mn == ABSENT)
        return;
    if (step_weight_proven(weight)) {
        watch_others(step, level_mn);
        return;
    }
    if (weight->bw_mn != ABSENT && level_mn <= share_mn(step, 130))
        return;
    step_weight_learn(weight, level_mn);
    int rise = find_rise(step, step->buffer.n - 1, share_mn(step, 50), STEP_DWELL_NS);
    step->from_floor = rise > 0;
    enter(step, STEP_STATE_UP, time_at(step, rise));
}

static int tell(struct step_detector *step, struct step_found *found, int64_t t_ns, struct mark *mark)
{
    if (found->level_mn != ABSENT)
        step_weight_level_seen(&step->weight, found->level_mn, found->median_mn);
    if (found->bw_mn != ABSENT)
        step_weight_take(&step->weight, found->bw_mn, found->bw_rough);
    if (found->begin_known && found->begin_m_s > LEARNS_M_S)
        step_live_learn(&step->live, found->begin_m_s, found->begin_h_m);
    bool joins = step->prev_end_ns != ABSENT && !found->hole && found->rough == step->prev_rough &&
                 found->rep.start_ns >= step->prev_end_ns;
    if (joins && found->rep.outcome == REP_FULL) /* a part of a rep claims no phase */
        found->rep.phases[PHASE_BOTTOM] = step_look_pause(step->prev_end_ns, &step->prev_landed, found);
    step->others.acted = step->others.base_mn > 0;
    step->prev_landed = found->landed;
    step->prev_rough = step->now.doubted = found->rough;
    step->prev_end_ns = found->hole ? ABSENT : found->rep.end_ns;
    step->over_ns = found->rep.end_ns;
    step->n_reps++;
    detector_leave_out(&found->rep);
    *mark = (struct mark){.kind = MARK_REP, .t_ns = t_ns, .flags = found->rep.flags, .rep = found->rep};
    return 1;
}

static void look_back(struct step_detector *step, struct step_found *ret)
{
    const struct step_look view = {.buffer = &step->buffer,
                                   .after_ns = step->over_ns,
                                   .rest_mn = step->rest_mn,
                                   .up_ns = step->up_ns,
                                   .bw_mn = step->weight.bw_mn,
                                   .wander_mn = step_weight_wander_mn(&step->weight),
                                   .proven = step_weight_proven(&step->weight) && !step->weight.rough,
                                   .height_mm = step->height_mm,
                                   .full_min_ns = step->full_min_ns,
                                   .planned_ns = step->planned_ns,
                                   .others = step->others.acted,
                                   .habit = &step->habit,
                                   .path = &step->path};

    if (step_input_slow(step, time_at(step, step->buffer.n - 1)))
        step_slow_look(&view, &step->buffer, ret);
    else
        step_look(&view, ret);
}

static int look(struct step_detector *step, int64_t t_ns, struct mark *mark)
{
    struct step_found found;

    if (!step->from_floor || step->low_ns - step->up_ns < STEP_TOUCH_NS)
        return 0;
    look_back(step, &found);
    return tell(step, &found, t_ns, mark);
}

/* By the weight that was carried on average since that sample: was it a whole step-up? */
static bool try_weight(struct step_detector *step, int from, int to, struct step_found *ret)
{
    const struct step_habit habit = step->habit;
    int64_t bw_mn = from > 0 ? step_weight_carried(&step->buffer, from, to) : ABSENT;

    if (bw_mn == ABSENT)
        return false;
    step->up_ns = time_at(step, from);
    step_weight_learn(&step->weight, bw_mn);
    look_back(step, ret);
    if (ret->rep.outcome == REP_FULL && ret->bw_mn != ABSENT)
        return true;
    step_weight_learn(&step->weight, ABSENT);
    step->habit = habit;
    return false;
}

/*
 * Up and down again, and the weight is not known because nobody stood still: the mean of what was carried is tried. Only
 * a whole step-up by that weight is one; anything else leaves the weight unknown. Who springs up weighs next to nothing on
 * top for longer than the dwell.
 */
static int look_unweighed(struct step_detector *step, int64_t level_mn, int64_t t_ns, struct mark *mark)
{
    struct step_found found;
    int to = rep_buffer_find(&step->buffer, step->low_ns) - 1;
    int from = find_rise(step, to, level_mn, STEP_DWELL_NS), spring = find_rise(step, to, level_mn, STEP_DROP_NS);

    if (!try_weight(step, from, to, &found) && (spring == from || !try_weight(step, spring, to, &found)))
        return 0;
    enter(step, STEP_STATE_LOW, t_ns);
    return tell(step, &found, t_ns, mark);
}

/* ---- states ---- */

/* An excursion ends when the force has been well below the most that it has reached for the dwell. */
static int watch_unweighed(struct step_detector *step, int64_t t_ns, int64_t f_mn, struct mark *mark)
{
    step->most_mn = fixed_max(step->most_mn, f_mn);
    int64_t level_mn = step->most_mn * UNWEIGHED_PCT / 100;

    if (!live_dwell(&step->low_ns, f_mn < level_mn, t_ns, STEP_DWELL_NS))
        return 0;
    bool body = step->most_mn >= STEP_BW_MIN_MN;
    int n = body ? look_unweighed(step, level_mn, t_ns, mark) : 0;
    step->came = step->came || body;
    step->most_mn = 0;
    step->low_ns = ABSENT;
    return n;
}

/*
 * Who drops down the step takes the weight off the box before the foot is on the floor, and brakes then: just after the
 * top, and as long as the way down has hardly begun, more patience.
 */
static bool is_high(const struct step_detector *step, int64_t t_ns)
{
    double usual_s = step->habit.reps > 0.0 ? step->habit.rep_s : (double)step->planned_ns / 1e9;
    bool top = step->live.phase == PHASE_TOP,
         just = step->live.phase == PHASE_ECC && t_ns - step->told_ns < STEP_LATELY_NS;

    if (usual_s < STEP_SLOW_S)
        return false;
    return (top || (just && -2000.0 * step->live.h < (double)step->height_mm)) &&
           t_ns - step->up_ns >= step->full_min_ns;
}

static int64_t dwell_ns(const struct step_detector *step)
{
    return step->sieve.slow ? STEP_SLOW_DWELL_NS : STEP_DWELL_NS;
}

static bool is_down(struct step_detector *step, int64_t t_ns, int64_t f_mn)
{
    bool low = f_mn < share_mn(step, 50);
    bool others = step->others.base_mn > 0;

    if (low && step->low_ns == ABSENT)
        step->high = others || is_high(step, t_ns);
    if (!live_dwell(&step->low_ns, low, t_ns, step->high ? step->drop_ns : dwell_ns(step)))
        return false;
    bool soon = (double)(step->low_ns - step->up_ns) / 1e9 < SOON * step->habit.rep_s;
    if (!others || !step_others_went(&step->others, &step->buffer, step->weight.bw_mn, step->low_ns, soon))
        return true;
    step_live_stand(&step->live);
    step->low_ns = ABSENT;
    return false;
}

static int step_state(struct step_detector *step, int64_t t_ns, int64_t f_mn, struct mark *mark)
{
    int n;

    switch (step->state) {
    case STEP_STATE_NO_WEIGHT: return watch_unweighed(step, t_ns, f_mn, mark);
    case STEP_STATE_LOST: return 0;
    case STEP_STATE_LOW:
        step_others_foot(&step->others, step->weight.bw_mn, f_mn);
        if (f_mn >= share_mn(step, 50)) {
            step->from_floor = step->buffer.n > 1;
            enter(step, STEP_STATE_UP, t_ns);
        }
        return 0;
    case STEP_STATE_UP:
        if (!is_down(step, t_ns, f_mn))
            return 0;
        n = look(step, t_ns, mark);
        step->came = true;
        enter(step, STEP_STATE_LOW, t_ns);
        return n;
    }
    return 0;
}

static int live_marks(struct step_detector *step, int64_t t_ns, int64_t f_mn, struct mark *marks)
{
    int64_t moved = step->weight.bw_mn == ABSENT ? STEP_BW_MIN_MN / 4 : share_mn(step, 20);
    int n = 0;

    struct step_live_input in;
    if (step_input_live(step, &(struct sample){.t_ns = t_ns, .force_mn = (int32_t)f_mn}, &in))
        step_live_step(&step->live, &in);
    if (step->live.phase != step->told) {
        marks[n++] = (struct mark){.kind = MARK_PHASE, .t_ns = t_ns, .phase = step->live.phase};
        step->told_ns = t_ns;
    }
    step->told = step->live.phase;
    if (live_move(&step->move, t_ns, f_mn, moved))
        marks[n++] = (struct mark){.kind = MARK_MOVING, .t_ns = t_ns};
    return n;
}

static bool not_seen(struct step_detector *step, int64_t t_ns)
{
    if (step->n_reps > 0 || step->state == STEP_STATE_LOST || t_ns - step->start_ns < STEP_NOT_SEEN_NS)
        return false;
    if (step->state == STEP_STATE_UP && step->from_floor && t_ns - step->up_ns < STEP_NOT_SEEN_NS)
        return false; /* the first rep is under way */
    enter(step, STEP_STATE_LOST, t_ns);
    return true;
}

static int take(struct step_detector *step, struct sample taken, struct mark *marks)
{
    int n = 0;

    taken.force_mn = (int32_t)(fixed_force(taken.force_mn) - step->others.base_mn);
    step_input_push(step, &taken);
    if (step->state != STEP_STATE_LOST)
        watch_weight(step, taken.t_ns, taken.force_mn);
    if (step_others_go(&step->others, &step->buffer, step->weight.bw_mn, step->state == STEP_STATE_UP))
        step->low_ns = ABSENT;
    taken = *rep_buffer_at(&step->buffer, step->buffer.n - 1); /* others have come or gone */
    n += step_state(step, taken.t_ns, taken.force_mn, marks);
    n += live_marks(step, taken.t_ns, taken.force_mn, marks + n);
    if (not_seen(step, taken.t_ns)) /* where nobody came and went, none of the cues has been followed */
        marks[n++] = (struct mark){
            .kind = MARK_NOT_SEEN, .t_ns = taken.t_ns, .since_ns = step->came ? step->start_ns : taken.t_ns};
    return n;
}

static int step_step(void *self, const struct sample *sample, struct mark *marks)
{
    struct step_detector *step = self;
    struct sample taken[SIEVE_MAX];
    int n = 0, count = sieve_take(&step->sieve, sample, taken);

    for (int i = 0; i < count; i++)
        n += take(step, taken[i], marks + n);
    return n;
}

const struct detector_ops step_detector_ops = {
    .name = "step",
    .begin = step_begin,
    .step = step_step,
    .ref_amp_mn = step_ref_amp_mn,
    .ref_step = step_ref,
};
