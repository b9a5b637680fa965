/* SPDX-License-Identifier: MIT */
/* Room for whichever detector a set uses; one set runs at a time. */
#ifndef GYMSTATION_CORE_DETECTOR_MEMORY_H
#define GYMSTATION_CORE_DETECTOR_MEMORY_H

#include "daemon/core/detector.h"

/* A member a detector: its begin() makes it valid. */
union detector_memory {
    struct sample none;
};

#endif
