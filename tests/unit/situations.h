/* SPDX-License-Identifier: MIT */
/* Every state of the session, in every situation that makes a difference to what an event does there. */
#ifndef GYMSTATION_TESTS_SITUATIONS_H
#define GYMSTATION_TESTS_SITUATIONS_H

#include "station.h"

struct situation {
    const char *name;
    void (*make)(struct station_rig *rig); /* from a new station into the situation */
    enum session_state state;              /* where that is */
};

extern const struct situation situations[];
extern const int situation_count;

#endif
