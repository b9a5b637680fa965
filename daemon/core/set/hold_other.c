/* SPDX-License-Identifier: MIT */
/* See hold_other.h. */
#include "daemon/core/set/hold_other.h"

#include "daemon/core/detect/live.h"
#include "daemon/core/fixed.h"

bool hold_other_load(struct hold_other *other, int64_t t_ns, int64_t f_mn, int64_t target_mn)
{
    int64_t step_mn = fixed_max(HOLD_OTHER_MN, target_mn * HOLD_OTHER_PCT / 100);
    int64_t dt_ns = other->last_ns == ABSENT ? 0 : fixed_min(t_ns - other->last_ns, HOLD_STEADY_NS);
    bool more;

    if (other->steady_mn == ABSENT)
        other->steady_mn = f_mn;
    more = f_mn - other->steady_mn > step_mn && f_mn > target_mn + step_mn;
    if (!more)
        other->steady_mn += (f_mn - other->steady_mn) * dt_ns / HOLD_STEADY_NS;
    other->last_ns = t_ns;
    return live_dwell(&other->since_ns, more, t_ns, HOLD_OTHER_NS);
}

bool hold_other_far(int64_t f_mn, int64_t target_mn)
{
    return f_mn > target_mn * HOLD_FAR && f_mn > target_mn + HOLD_OTHER_MN;
}
