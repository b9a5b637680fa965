/* SPDX-License-Identifier: MIT */
/*
 * The load rises from the level where the foot seemed to be on the floor: was that a floor?
 * Asked when it has been up for TAP_UP_DWELL_NS, before tap_lift_from(). Used by detector_tap.c.
 */
#ifndef GYMSTATION_CORE_TAP_FLOOR_H
#define GYMSTATION_CORE_TAP_FLOOR_H

#include "daemon/core/detect/tap/detector_tap.h"

/*
 * That floor was none: soon after the lift a leg that is stopped takes off the box what it added when it set off (20 N for
 * 0.4 s, con 1.3 s), but not all that a foot takes, nor down to where the floor was.
 */
bool tap_was_stopped(const struct tap_detector *tap, int64_t rose_mn);
/* Another floor than before, for a moment, and the end of no rep: a box that is shoved to and fro while the foot is down. */
bool tap_was_shoved(const struct tap_detector *tap);
/* Kicked or bounced upon since the foot came down: where it rings to is no floor. */
bool tap_was_shaken(const struct tap_detector *tap);

#endif
