/* SPDX-License-Identifier: MIT */
/* Glute bridge; detector_bridge.h says what it sees. */
#include "daemon/core/detect/pelvis/detector_bridge.h"

static void bridge_begin(void *self, const struct detector_setup *setup)
{
    static const struct pelvis_rules rules = {.rest_pct = BRIDGE_REST_PCT,
                                              .lifted_pct = BRIDGE_LIFTED_PCT,
                                              .quick_pct = BRIDGE_QUICK_PCT,
                                              .slow_low_pct = BRIDGE_SLOW_PCT};
    struct bridge_detector *bridge = self;

    pelvis_begin(&bridge->pelvis, setup, &rules);
}

static int bridge_step(void *self, const struct sample *sample, struct mark *marks)
{
    struct bridge_detector *bridge = self;
    int n = pelvis_step(&bridge->pelvis, sample, marks);

    for (int i = 0; i < n; i++)
        if (marks[i].kind == MARK_REP)
            detector_leave_out(&marks[i].rep);
    return n;
}

static int64_t bridge_ref_amp_mn(const void *self)
{
    const struct bridge_detector *bridge = self;

    return pelvis_amp_mn(&bridge->pelvis);
}

const struct detector_ops bridge_detector_ops = {
    .name = "bridge",
    .begin = bridge_begin,
    .step = bridge_step,
    .ref_amp_mn = bridge_ref_amp_mn,
};
