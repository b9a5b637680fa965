/* SPDX-License-Identifier: MIT */
/*
 * Glute bridge, feet on the box: reps from pelvis off to pelvis down (pelvis.h), time under tension, the pause between.
 * The plateau is flat (it sags by 1-3 % of body weight): no phase inside is told, ever. Live phases are the cues'.
 */
#ifndef GYMSTATION_CORE_DETECTOR_BRIDGE_H
#define GYMSTATION_CORE_DETECTOR_BRIDGE_H

#include "daemon/core/detect/pelvis/pelvis.h"

/* Feet at rest carry 10-14 % of body weight and 33 % with the pelvis up: 136-230 % more. Pressing: at most 138 %. */
#define BRIDGE_REST_PCT   125
#define BRIDGE_LIFTED_PCT 72  /* A is S less 1-3 of 19-23 % */
#define BRIDGE_SLOW_PCT   50  /* half of S, which is as good as A; a pause of 0.5 s shows as 37 % */
#define BRIDGE_QUICK_PCT  103 /* sagging by a tenth of S, half of it on the mean */

struct bridge_detector {
    struct pelvis pelvis;
};

extern const struct detector_ops bridge_detector_ops;

#endif
