/* SPDX-License-Identifier: MIT */
/* Hip thrust; detector_thrust.h has the rules. */
#include "daemon/core/detect/pelvis/thrust_look.h"

#include "daemon/core/fixed.h"

#define SAME_FEET_PCT 15 /* of L0 at its knee, which is off by 5 */

static void thrust_begin(void *self, const struct detector_setup *setup)
{
    static const struct pelvis_rules rules = {.rest_pct = THRUST_REST_PCT,
                                              .lifted_pct = THRUST_LIFTED_PCT,
                                              .quick_pct = THRUST_QUICK_PCT,
                                              .slow_low_pct = THRUST_SLOW_PCT};
    struct thrust_detector *thrust = self;

    pelvis_begin(&thrust->pelvis, setup, &rules);
    thrust->levels = thrust->rises = thrust->tops = thrust->lifts = thrust->apart = (struct pelvis_median){0};
    thrust->before_mn = ABSENT;
    thrust->earlier = setup->ref_rise;
    thrust->habit = (struct rise_habit){.cost = {0.0}};
    thrust_live_begin(&thrust->live, setup->dose);
}

/* The way up as the fit has it, likeliest shape; NULL where nothing rises. */
static const struct rise_curve *fit_up(struct thrust_detector *thrust, int64_t until_ns, struct rise_fit *fit)
{
    struct pelvis *pelvis = &thrust->pelvis;
    struct rep_scan scan = {.buffer = &pelvis->buffer,
                            .rest_mn = pelvis->rest_mn,
                            .f = pelvis->f,
                            .from = rep_buffer_find(&pelvis->buffer, thrust->live.knee_ns),
                            .to = pelvis->buffer.n};
    struct rise_rough rough;

    rep_scan_fill(&scan, 0);
    if (!rise_bins_fill(&thrust->bins, &scan, thrust->live.knee_ns, until_ns) ||
        !rise_rough(&thrust->habit, false, &thrust->bins, &rough) ||
        !rise_fit(&thrust->habit, false, &thrust->bins, &rough, fit))
        return NULL;
    return rise_fit_likeliest(fit);
}

/* In the first rep, once the hips stand still, and again when they sink: the way up tells where the way down is. */
static void learn_live(struct thrust_detector *thrust, int64_t t_ns)
{
    struct thrust_live *live = &thrust->live;
    struct rise_fit fit;

    if (live->level_mn == ABSENT || thrust->levels.n > 0)
        return;
    live->most_ns = t_ns; /* bounded time: not at every sample where nothing comes of it */
    const struct rise_curve *up = fit_up(thrust, t_ns, &fit);
    if (up == NULL || up->misfit > RISE_MISFIT)
        return;
    thrust_live_learn(live, (int64_t)(up->at.level_n * 1000.0), (int64_t)(up->at.rise_n * 1000.0));
}

/* L0 and R that the live stream goes by: this set's, else those of the sets before, unless L0 is another one now. */
static struct rise_reference live_reference(struct thrust_detector *thrust)
{
    const struct thrust_live *live = &thrust->live;
    int64_t was_mn = thrust->earlier.level_mn;

    if (thrust->levels.n > 0)
        return (struct rise_reference){pelvis_median(&thrust->levels), pelvis_median(&thrust->rises)};
    if (live->level_mn != ABSENT && fixed_abs(live->level_mn - was_mn) * 100 > was_mn * SAME_FEET_PCT)
        thrust->earlier.rise_mn = 0;
    return thrust->earlier.rise_mn > 0 ? thrust->earlier : (struct rise_reference){ABSENT, ABSENT};
}

static int live_marks(struct thrust_detector *thrust, struct mark *mark)
{
    const struct pelvis *pelvis = &thrust->pelvis;
    struct thrust_live *live = &thrust->live;

    struct rise_reference refs = live_reference(thrust);
    bool turned = thrust_live_step(live, pelvis, refs.level_mn, refs.rise_mn);
    int64_t t_ns = pelvis->buffer.n > 0 ? rep_buffer_at(&pelvis->buffer, pelvis->buffer.n - 1)->t_ns : 0;

    if (pelvis->state == PELVIS_STATE_UP && thrust_live_still(live, t_ns))
        learn_live(thrust, t_ns);
    if (!turned)
        return 0;
    if (live->phase.phase == PHASE_ECC)
        learn_live(thrust, t_ns - THRUST_TURN_NS);
    *mark = (struct mark){.kind = MARK_PHASE, .t_ns = t_ns, .phase = live->phase.phase};
    return 1;
}

static int thrust_step(void *self, const struct sample *sample, struct mark *marks)
{
    struct thrust_detector *thrust = self;
    int n = pelvis_step(&thrust->pelvis, sample, marks);

    for (int i = 0; i < n; i++)
        if (marks[i].kind == MARK_REP) {
            if (!thrust_quick_look(&thrust->live.quick, &thrust->pelvis, &marks[i].rep))
                thrust_look(thrust, &marks[i].rep);
            detector_leave_out(&marks[i].rep);
        }
    return n + live_marks(thrust, marks + n);
}

static int64_t thrust_ref_amp_mn(const void *self)
{
    const struct thrust_detector *thrust = self;

    return pelvis_amp_mn(&thrust->pelvis);
}

static struct rise_reference thrust_ref_rise(const void *self)
{
    const struct thrust_detector *thrust = self;

    if (thrust->levels.n == 0)
        return thrust->earlier;
    return (struct rise_reference){pelvis_median(&thrust->levels), pelvis_median(&thrust->rises)};
}

const struct detector_ops thrust_detector_ops = {
    .name = "thrust",
    .begin = thrust_begin,
    .step = thrust_step,
    .ref_amp_mn = thrust_ref_amp_mn,
    .ref_rise = thrust_ref_rise,
};
