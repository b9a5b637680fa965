/* SPDX-License-Identifier: MIT */
/* Which detector serves which set-up. */
#include "daemon/core/detector_memory.h"

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
