/* SPDX-License-Identifier: MIT */
/* See hold_other.h. */
#include "daemon/core/set/hold_other.h"

#include "daemon/core/detect/live.h"
#include "daemon/core/fixed.h"

void hold_other_begin(struct hold_other *other, bool risen)
{
    *other = (struct hold_other){.steady_mn = ABSENT,
                                 .last_ns = ABSENT,
                                 .since_ns = ABSENT,
                                 .far_since_ns = ABSENT,
                                 .risen = risen,
                                 .top_ns = ABSENT};
}

/* So much more is something else, if it comes at once. */
static int64_t least_mn(int64_t target_mn)
{
    return fixed_max(HOLD_OTHER_MN, target_mn * HOLD_OTHER_PCT / 100);
}

/* Is the rise into the hold over? */
static bool has_risen(struct hold_other *other, int64_t t_ns, int64_t f_mn, int64_t target_mn)
{
    if (other->risen)
        return true;
    if (other->top_ns == ABSENT || f_mn > other->top_mn + target_mn * HOLD_RISE_PCT / 100) {
        other->top_mn = f_mn;
        other->top_ns = t_ns;
    }
    other->risen = t_ns - other->top_ns >= HOLD_RISE_NS;
    return other->risen;
}

bool hold_other_load(struct hold_other *other, int64_t t_ns, int64_t f_mn, int64_t target_mn)
{
    int64_t step_mn = least_mn(target_mn);
    int64_t dt_ns = other->last_ns == ABSENT ? 0 : fixed_min(t_ns - other->last_ns, HOLD_STEADY_NS);
    bool more;

    if (!has_risen(other, t_ns, f_mn, target_mn) || other->steady_mn == ABSENT)
        other->steady_mn = f_mn;
    more = f_mn - other->steady_mn > step_mn && f_mn > target_mn + step_mn;
    if (!more)
        other->steady_mn += (f_mn - other->steady_mn) * dt_ns / HOLD_STEADY_NS;
    other->last_ns = t_ns;
    return live_dwell(&other->since_ns, more, t_ns, HOLD_OTHER_NS);
}

bool hold_other_doubt(struct hold_other *other, int64_t t_ns, int64_t f_mn, int64_t target_mn)
{
    return live_dwell(&other->far_since_ns, f_mn > target_mn + least_mn(target_mn), t_ns, HOLD_OTHER_NS);
}

bool hold_other_far(int64_t f_mn, int64_t target_mn)
{
    return f_mn > target_mn * HOLD_FAR && f_mn > target_mn + HOLD_OTHER_MN;
}
