/* SPDX-License-Identifier: MIT */
/* See tap_floor.h. */
#include "daemon/core/detect/tap/tap_floor.h"

#include "daemon/core/detect/tap/tap_level.h"
#include "daemon/core/fixed.h"

bool tap_was_stopped(const struct tap_detector *tap, int64_t rose_mn)
{
    int64_t known = pelvis_median(&tap->depths);
    int64_t depth = known == ABSENT ? tap->rose_mn : known; /* at first the lift tells, setting off and all */

    if (depth == ABSENT || tap->air_ns == ABSENT || tap->floor_mn == ABSENT || tap->air_ns <= tap->start_ns)
        return false;
    if (tap->state_ns - tap->air_ns >= tap->rep_min_ns || tap->up_at_ns - tap->state_ns >= TAP_STOPPED_NS)
        return false;
    return rose_mn * 100 < depth * TAP_DEPTH_LEAST_PCT || tap->level_mn - tap->floor_mn > depth / 4;
}

bool tap_was_shoved(const struct tap_detector *tap)
{
    bool moment =
        tap->state == TAP_STATE_FOOT && tap->air_ns != ABSENT && tap->up_at_ns - tap->state_ns < TAP_SETTLE_NS;

    return moment && tap->n_reps > 0 && tap->floor_mn != ABSENT &&
           fixed_abs(tap->level_mn - tap->floor_mn) * 100 > tap_depth_mn(tap) * TAP_BRIEF_PCT;
}

bool tap_was_shaken(const struct tap_detector *tap)
{
    return tap->state == TAP_STATE_FOOT && tap->floor_mn != ABSENT && tap->jolt_ns != ABSENT &&
           tap->jolt_ns >= tap->state_ns;
}
