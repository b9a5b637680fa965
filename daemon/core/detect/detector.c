/* SPDX-License-Identifier: MIT */
/* Which detector serves which set-up, and what none of them may say. */
#include "daemon/core/detect/detector_memory.h"

const struct detector_ops *detector_ops(enum detector_kind kind)
{
    switch (kind) {
    case DETECTOR_CURL: return &curl_detector_ops;
    case DETECTOR_STEP: return &step_detector_ops;
    case DETECTOR_PACED:
    case DETECTOR_HOLD: /* hold.h */
    case DETECTOR_COUNT: break;
    case DETECTOR_BRIDGE: return &bridge_detector_ops;
    case DETECTOR_THRUST: return &thrust_detector_ops;
    case DETECTOR_TAP: return &tap_detector_ops;
    }
    return NULL;
}

static void leave_out(struct phase_time *time)
{
    *time = (struct phase_time){
        .src = SRC_NONE, .sd_ns = ABSENT, .move_ns = ABSENT, .target_ns = ABSENT, .in_tolerance = -1};
}

static void leave_out_move(struct phase_time *time)
{
    time->move_ns = ABSENT;
    if (time->src != SRC_MODEL) /* the model's crossing keeps an sd */
        time->sd_ns = ABSENT;
}

void detector_leave_out(struct rep_data *rep)
{
    int64_t rep_ns = rep->end_ns - rep->start_ns, sum_ns = 0;

    for (int p = 0; p < PHASE_COUNT; p++) {
        struct phase_time *time = &rep->phases[p];
        if (time->src == SRC_NONE)
            continue;
        if (time->move_ns != ABSENT && time->move_ns < PHASE_LEAST_NS)
            leave_out_move(time);
        if (time->dur_ns < PHASE_LEAST_NS || (p != PHASE_BOTTOM && time->dur_ns > rep_ns))
            leave_out(time);
        sum_ns += p == PHASE_BOTTOM ? 0 : time->dur_ns;
    }
    for (int p = PHASE_CON; p <= PHASE_ECC && sum_ns > rep_ns; p++)
        leave_out(&rep->phases[p]);
}
