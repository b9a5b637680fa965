/* SPDX-License-Identifier: MIT */
/* Step-up: the box as a force plate (detector_step.c). */
#ifndef GYMSTATION_CORE_DETECTOR_STEP_H
#define GYMSTATION_CORE_DETECTOR_STEP_H

#include "daemon/core/rep_buffer.h"

struct step_detector {
    struct rep_buffer buffer;
};

#endif
