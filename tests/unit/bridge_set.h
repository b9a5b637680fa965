/* SPDX-License-Identifier: MIT */
/* What the tests of bridges share: 80 kg, feet 94 N at rest, 165 N more with the pelvis up, sagging by 16 N. */
#ifndef GYMSTATION_TESTS_BRIDGE_SET_H
#define GYMSTATION_TESTS_BRIDGE_SET_H

#include "pelvis_signal.h"

#define RATE 80.0
#define B    94.0
#define S    165.0
#define A    149.0

static const struct dose dose = {.reps_max = 10, .tempo_ms = {2000, 1000, 3000, 1000}};
static const struct lift LIFT = {S, A - S, 0.3, 2.0, 1.0, 3.0, 0.25, 1.0};
static struct rep_run run;
static struct corner c[512];

/* amp_n: reference amplitude of earlier sets, or -1. */
static inline void begin(double amp_n)
{
    rep_run_begin(&run, DETECTOR_BRIDGE, &dose, B, 0.4, amp_n);
}

#endif
