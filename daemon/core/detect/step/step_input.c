/* SPDX-License-Identifier: MIT */
/* Samples of a step-up; see step_input.h. */
#include "daemon/core/detect/step/step_input.h"

#include "daemon/core/fixed.h"

#define SLOW_SAMPLES 8
#define SLOW_LEAST   3
#define SPIKE_MN     250000 /* beside both neighbours: a mean over four periods leaves a push-off's top a third of it */

bool step_input_slow(const struct step_detector *step, int64_t t_ns)
{
    int n = step->buffer.n;

    return n <= SLOW_SAMPLES ||
           t_ns - rep_buffer_at(&step->buffer, n - 1 - SLOW_SAMPLES)->t_ns > SLOW_SAMPLES * STEP_INTERVAL_MAX_NS;
}

/*
 * The median takes the tops off what a slow converter has averaged, and single periods cannot be had from that: there only
 * what no body does is left out.
 */
int64_t step_input_mn(const struct step_detector *step, const struct sample *middle)
{
    int64_t raw_mn = step->median.v[0].force_mn;

    return step_input_slow(step, middle->t_ns) && fixed_abs(raw_mn - middle->force_mn) < SPIKE_MN ? raw_mn
                                                                                                  : middle->force_mn;
}

/*
 * A slow converter's newest sample, not the middle one of three, and of that its last period alone. Whose means show no
 * single periods tells nothing live.
 */
bool step_input_live(struct step_detector *step, const struct sample *middle, struct step_live_input *ret)
{
    struct sample newest = step->median.v[1];

    newest.force_mn = (int32_t)fixed_force(newest.force_mn - step->others.base_mn);
    int64_t period_mn = step_now_push(&step->now, &newest);
    if (step->state == STEP_STATE_LOST)
        return false;
    if (!step_input_slow(step, middle->t_ns)) {
        ret->t_ns = middle->t_ns;
        ret->f_mn = middle->force_mn;
        ret->up = step->state == STEP_STATE_UP;
        return true;
    }
    ret->t_ns = newest.t_ns;
    ret->f_mn = period_mn;
    ret->up = step->weight.bw_mn != ABSENT && 2 * ret->f_mn >= step->weight.bw_mn;
    ret->late_s = (double)step->now.ns / 1e9;
    int n = step->buffer.n;
    return !step->now.doubted && n >= SLOW_LEAST &&
           ret->t_ns - rep_buffer_at(&step->buffer, 0)->t_ns > n * STEP_INTERVAL_MAX_NS;
}
