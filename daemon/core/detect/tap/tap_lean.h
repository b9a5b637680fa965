/* SPDX-License-Identifier: MIT */
/*
 * Who else carries the patient while a foot taps: a hand on a chair, the other foot, or the box somebody else as well.
 * Used by detector_tap.c.
 */
#ifndef GYMSTATION_CORE_TAP_LEAN_H
#define GYMSTATION_CORE_TAP_LEAN_H

#include "daemon/core/detect/tap/detector_tap.h"

/*
 * The foot is lifted from this floor. From another one than the last time: a hand has taken some of the weight, or let go.
 * Not where it is that of the time before again: the box was shoved meanwhile. AIR: it was on the floor until now, after all.
 */
void tap_lift_from(struct tap_detector *tap, int64_t floor_mn);
/*
 * From another floor, but in the air the load is that of the rep before: no hand has taken anything, the patient stood on
 * both feet in the pause, with more weight on the moving one than when it came down.
 */
bool tap_stood(const struct tap_detector *tap);
/*
 * AIR: where the load was in the air in the rep before, and no hand was seen that could let go: what comes on top of that
 * is a leg that is stopped on its way down, rather than the foot's leaving the floor.
 */
bool tap_aloft(const struct tap_detector *tap);
/* AIR: the load is not where a foot in the air has it. */
bool tap_sunk(const struct tap_detector *tap);
/* Somebody or something else has been on the box for TAP_OTHER_NS; other_ns: since when it may be so. */
bool tap_other_load(struct tap_detector *tap, int64_t t_ns, int64_t force_mn);

#endif
