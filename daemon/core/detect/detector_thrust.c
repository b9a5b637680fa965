/* SPDX-License-Identifier: MIT */
/* Hip thrust; detector_thrust.h has the rules. */
#include "daemon/core/detect/thrust_look.h"

static void thrust_begin(void *self, const struct detector_setup *setup)
{
    static const struct pelvis_rules rules = {.rest_pct = THRUST_REST_PCT, .lifted_pct = THRUST_LIFTED_PCT};
    struct thrust_detector *thrust = self;

    pelvis_begin(&thrust->pelvis, setup, &rules);
    thrust->levels = thrust->rises = thrust->tops = thrust->lifts = thrust->apart = (struct pelvis_median){0};
    thrust->before_mn = ABSENT;
    thrust->habit = (struct rise_habit){.cost = {0.0}};
    thrust_live_begin(&thrust->live);
}

static int live_marks(struct thrust_detector *thrust, struct mark *mark)
{
    const struct pelvis *pelvis = &thrust->pelvis;
    struct thrust_live *live = &thrust->live;

    if (!thrust_live_step(live, pelvis, pelvis_median(&thrust->levels), pelvis_median(&thrust->rises)))
        return 0;
    int64_t t_ns = rep_buffer_at(&pelvis->buffer, pelvis->buffer.n - 1)->t_ns;
    *mark = (struct mark){.kind = MARK_PHASE, .t_ns = t_ns, .phase = live->phase.phase};
    return 1;
}

static int thrust_step(void *self, const struct sample *sample, struct mark *marks)
{
    struct thrust_detector *thrust = self;
    int n = pelvis_step(&thrust->pelvis, sample, marks);

    for (int i = 0; i < n; i++)
        if (marks[i].kind == MARK_REP) {
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

const struct detector_ops thrust_detector_ops = {
    .name = "thrust",
    .begin = thrust_begin,
    .step = thrust_step,
    .ref_amp_mn = thrust_ref_amp_mn,
};
