/* SPDX-License-Identifier: MIT */
/* See tap_lean.h. */
#include "daemon/core/detect/tap/tap_lean.h"

#include "daemon/core/detect/tap/tap_level.h"
#include "daemon/core/fixed.h"

static bool floors_apart(const struct tap_detector *tap, int64_t one_mn, int64_t other_mn)
{
    int64_t apart = one_mn == ABSENT || other_mn == ABSENT ? 0 : fixed_abs(one_mn - other_mn);

    return apart * 100 > tap_depth_mn(tap) * TAP_LEANS_PCT && apart > 2 * tap_sigma_mn(tap);
}

static bool leaned(const struct tap_detector *tap, int64_t floor_mn)
{
    bool back = tap->leaned_last && tap->floor_2_mn != ABSENT && !floors_apart(tap, floor_mn, tap->floor_2_mn);

    return tap->depths.n > 0 && !back && floors_apart(tap, floor_mn, tap->floor_mn);
}

void tap_lift_from(struct tap_detector *tap, int64_t floor_mn)
{
    tap->sank |= tap->state == TAP_STATE_AIR; /* what was taken for the lift was less weight on the foot */
    tap->leaned_last = leaned(tap, floor_mn);
    tap->leaned |= tap->leaned_last;
    tap->floor_2_mn = tap->floor_mn;
    tap->floor_mn = floor_mn;
}

static bool same(const struct tap_detector *tap, int64_t one_mn, int64_t other_mn)
{
    return one_mn != ABSENT && other_mn != ABSENT &&
           fixed_abs(one_mn - other_mn) * 100 <= tap_depth_mn(tap) * TAP_SAME_PCT;
}

bool tap_aloft(const struct tap_detector *tap)
{
    return tap->leans == 0 && !tap->leaned && same(tap, tap->level_mn, tap->aloft_mn);
}

bool tap_stood(const struct tap_detector *tap)
{
    /* So long that a rep may be lost in it, and with it the hand that was there. */
    bool rested =
        tap->told_ns != ABSENT && tap->airs.n > 0 && tap->air_ns - tap->told_ns >= pelvis_median_low(&tap->airs);

    return !rested && (tap->sank || tap->sank_2) && same(tap, tap->air_mn, tap->aloft_mn) &&
           same(tap, tap->soon_mn, tap->aloft_mn);
}

bool tap_sunk(const struct tap_detector *tap)
{
    int64_t apart = tap->floor_mn == ABSENT ? 0 : fixed_abs(tap->level_mn - tap->floor_mn - tap_depth_mn(tap));

    return tap->leaned || (tap->depths.n > 0 && apart * 100 > tap_depth_mn(tap) * TAP_LEANS_PCT);
}

/* More than the patient weighs, for longer than a leg pushes: somebody or something else is on the box. */
bool tap_other_load(struct tap_detector *tap, int64_t t_ns, int64_t force_mn)
{
    bool air = tap->state == TAP_STATE_AIR;
    bool here = air || tap->state == TAP_STATE_FOOT;
    int64_t base_mn = fixed_max(tap->floor_mn, tap->level_mn - (air ? tap_depth_mn(tap) : 0));

    /* Who puts more weight on the moving foot than it taps with, and lifts it, stands on the box as before. */
    if (tap->aloft_mn != ABSENT)
        base_mn = fixed_max(base_mn, tap->aloft_mn - tap_depth_mn(tap));
    bool more =
        here && tap->n_reps > 0 && tap->floor_mn != ABSENT && force_mn > base_mn + tap_depth_mn(tap) + TAP_OTHER_MN;

    return live_dwell(&tap->other_ns, more, t_ns, TAP_OTHER_NS);
}
