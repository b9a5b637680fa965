/* SPDX-License-Identifier: MIT */
/*
 * When the load on the box of who taps leaves its level: up, down, or away to a chair. Called at every sample of a state
 * that asks; tap->up_at_ns and tap->down_at_ns are then when it began. mN, ns. Used by detector_tap.c.
 */
#ifndef GYMSTATION_CORE_TAP_EDGE_H
#define GYMSTATION_CORE_TAP_EDGE_H

#include "daemon/core/detect/tap/detector_tap.h"

bool tap_went_up(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, int64_t dwell_ns);
bool tap_went_down(struct tap_detector *tap, int64_t t_ns, int64_t force_mn, int64_t dwell_ns);
/* AIR: by no edge, or one that sway or a hand hides, but on the mean the load has been down for long. */
bool tap_came_down(struct tap_detector *tap, int64_t t_ns, int64_t force_mn);
/* Below the floor for longer than sway, or a box that was kicked: a hand has taken some of the weight. */
bool tap_sank(struct tap_detector *tap, int64_t t_ns, int64_t force_mn);

#endif
