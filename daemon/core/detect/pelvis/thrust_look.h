/* SPDX-License-Identifier: MIT */
/*
 * The second look inside a thrust that pelvis.h has told: its phases and their sd, whether it stayed low, whether a hand
 * was there; what is usual is learnt from it. Part of detector_thrust.c, which calls it.
 */
#ifndef GYMSTATION_CORE_THRUST_LOOK_H
#define GYMSTATION_CORE_THRUST_LOOK_H

#include "daemon/core/detect/pelvis/detector_thrust.h"

/* rep: as pelvis.h tells it, just told. */
void thrust_look(struct thrust_detector *thrust, struct rep_data *rep);

#endif
