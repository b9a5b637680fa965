/* SPDX-License-Identifier: MIT */
/* The levels between which the moving foot taps, and what does not fit them. Used by detector_tap.c only. */
#ifndef GYMSTATION_CORE_TAP_LEVEL_H
#define GYMSTATION_CORE_TAP_LEVEL_H

#include "daemon/core/detect/tap/detector_tap.h"

int64_t tap_depth_mn(const struct tap_detector *tap); /* A */
int64_t tap_sigma_mn(const struct tap_detector *tap); /* of sway */
/* By so much F has to change to be an edge. */
int64_t tap_edge_mn(const struct tap_detector *tap, int64_t sigmas_10);
void tap_follow(struct tap_detector *tap, int64_t t_ns, int64_t force_mn);
/* At each sample, before all else: what the load is without sway, swings of 5-20 Hz and kicks. */
void tap_average(struct tap_detector *tap, int64_t t_ns, int64_t force_mn);
/* It has come down to this level, but the foot is still in the air. */
bool tap_hangs(const struct tap_detector *tap, int64_t level_mn);
/* FOOT: on the mean it is in the air again, by no edge: a leg that swings to and fro. */
bool tap_came_back(const struct tap_detector *tap, int64_t t_ns);
/* After each sample: what the load comes to when the foot is lifted. */
void tap_watch_lift(struct tap_detector *tap, int64_t t_ns, int64_t force_mn);
/* FOOT, up again: it was on the floor, and the leg sets off as it did when this rep began; true where that did not show. */
bool tap_sets_off(const struct tap_detector *tap);

#endif
