/* SPDX-License-Identifier: MIT */
/* Room for whichever detector a set uses; begin() makes it one. Plain memory: a copy goes on by itself. */
#ifndef GYMSTATION_CORE_DETECTOR_MEMORY_H
#define GYMSTATION_CORE_DETECTOR_MEMORY_H

#include "daemon/core/detect/pelvis/detector_bridge.h"
#include "daemon/core/detect/curl/detector_curl.h"
#include "daemon/core/detect/step/detector_step.h"
#include "daemon/core/detect/tap/detector_tap.h"
#include "daemon/core/detect/pelvis/detector_thrust.h"

union detector_memory {
    struct curl_detector curl;
    struct step_detector step;
    struct bridge_detector bridge;
    struct thrust_detector thrust;
    struct tap_detector tap;
};

#endif
