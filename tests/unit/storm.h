/* SPDX-License-Identifier: MIT */
/* Hours of everything at once, decided by a seed and nothing else: the same seed is the same storm on any station. */
#ifndef GYMSTATION_TESTS_STORM_H
#define GYMSTATION_TESTS_STORM_H

#include "rng.h"
#include "station.h"

struct storm {
    struct rng rng;
    int rev;
    bool down[BUTTON_COUNT];
    unsigned faults; /* raised from outside */
};

void storm_begin(struct storm *storm, uint64_t seed, struct station_rig *rig);
/* One thing happens, then time passes: mostly a moment, now and then minutes. Returns how long. */
int64_t storm_step(struct storm *storm, struct station_rig *rig);
/* Whatever is held down is let go, whatever is broken is mended. */
void storm_end(struct storm *storm, struct station_rig *rig);

#endif
