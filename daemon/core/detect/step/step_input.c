/* SPDX-License-Identifier: MIT */
/* Samples of a step-up; see step_input.h. */
#include "daemon/core/detect/step/step_input.h"

#include "daemon/core/fixed.h"

#define SLOW_SAMPLES   8
#define SLOW_LEAST     3
#define FOOT_NS        (50 * NS_PER_MS)
#define OTHER_PER_CENT 10     /* who brakes while the means look still seems to weigh less by that */
#define MISFIT_HAND    0.6    /* the mean of the reps before; of plain ones one in twenty comes out above */
#define SPIKE_MN       250000 /* beside both neighbours: a mean over four periods leaves a push-off's top a third of it */

bool step_input_slow(const struct step_detector *step, int64_t t_ns)
{
    int n = step->buffer.n;

    return n <= SLOW_SAMPLES ||
           t_ns - rep_buffer_at(&step->buffer, n - 1 - SLOW_SAMPLES)->t_ns > SLOW_SAMPLES * STEP_INTERVAL_MAX_NS;
}

void step_input_push(struct step_detector *step, const struct sample *taken)
{
    struct rep_buffer *buffer = &step->buffer;
    struct sample pushed = *taken;
    int last = buffer->n - 1;
    int64_t raw_mn = (int64_t)step->sieve.median.v[0].force_mn - step->sieve.middle.force_mn;
    bool spike = fixed_abs(raw_mn) >= SPIKE_MN;

    if (step->sieve.slow && last > 0 && rep_buffer_at(buffer, last)->t_ns == step->sieve.middle.t_ns && spike) {
        int64_t sum_mn = (int64_t)rep_buffer_at(buffer, last - 1)->force_mn + taken->force_mn;
        rep_buffer_put(buffer, last, (int32_t)(sum_mn / 2));
    }
    /* Near enough for the sieve to wait, and yet slow: the middle of three would cut off what single periods are read from. */
    if (!step->sieve.slow && last >= SLOW_SAMPLES && step_input_slow(step, taken->t_ns) && !spike)
        pushed.force_mn = (int32_t)fixed_force(taken->force_mn + raw_mn);
    rep_buffer_push(buffer, &pushed);
}

/* Until a rep proves it: that of the earlier sets, unless who stands on the box now weighs something else. */
static int64_t live_weight_mn(const struct step_detector *step)
{
    int64_t now_mn = step->weight.bw_mn, earlier_mn = step->earlier_mn;

    if (step_weight_proven(&step->weight) || earlier_mn == ABSENT)
        return now_mn;
    bool other = now_mn != ABSENT && fixed_abs(now_mn - earlier_mn) * 100 > earlier_mn * OTHER_PER_CENT;
    return other ? now_mn : earlier_mn;
}

/* Does the body carry itself on the box? Before any weight is known more than a resting foot is a beginning. */
static bool live_up(struct step_detector *step, const struct step_live_input *in)
{
    bool foot = live_dwell(&step->foot_ns, in->f_mn >= STEP_BW_MIN_MN, in->t_ns, FOOT_NS);

    if (in->bw_mn == ABSENT)
        return foot;
    if (step->weight.bw_mn == ABSENT || in->late_s > 0.0)
        return 2 * in->f_mn >= in->bw_mn;
    return step->state == STEP_STATE_UP;
}

/* Who hurries goes up and down by more than a hand can hide. */
static bool hand_seen(const struct step_detector *step)
{
    if (step->habit.rep_s < STEP_SLOW_S)
        return false;
    return step->habit.misfit > MISFIT_HAND ||
           step_weight_wanders(step_weight_wander_mn(&step->weight), step->weight.bw_mn);
}

bool step_input_live(struct step_detector *step, const struct sample *taken, struct step_live_input *ret)
{
    int64_t period_mn = step_now_push(&step->now, taken);

    if (step->state == STEP_STATE_LOST)
        return false;
    *ret = (struct step_live_input){.t_ns = taken->t_ns,
                                    .f_mn = taken->force_mn,
                                    .bw_mn = live_weight_mn(step),
                                    .height_m = (double)step->height_mm / 1000.0};
    bool told = true;
    if (step_input_slow(step, taken->t_ns)) {
        int n = step->buffer.n;
        ret->f_mn = period_mn;
        ret->late_s = (double)step->now.ns / 1e9;
        told = !step->now.doubted && n >= SLOW_LEAST &&
               taken->t_ns - rep_buffer_at(&step->buffer, 0)->t_ns > n * STEP_INTERVAL_MAX_NS;
    }
    ret->hand = ret->late_s <= 0.0 && hand_seen(step);
    if (told)
        ret->up = live_up(step, ret);
    return told;
}
