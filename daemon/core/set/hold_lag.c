/* SPDX-License-Identifier: MIT */
/* See hold_lag.h. */
#include "daemon/core/set/hold_lag.h"

#include "daemon/core/fixed.h"

#define FOLLOW_PART 8 /* a rate that has changed is followed within so many samples; a hole says nothing of it */

int64_t hold_lag_shown_ns(struct hold_lag *lag, int64_t stamp_ns, int64_t floor_ns)
{
    int64_t step_ns = lag->stamp_ns == ABSENT ? 0 : stamp_ns - lag->stamp_ns;

    if (step_ns > 0 && lag->period_ns == 0)
        lag->period_ns = fixed_min(step_ns, HOLD_PERIOD_MAX_NS);
    else if (step_ns > 0)
        lag->period_ns += (fixed_min(step_ns, 2 * lag->period_ns) - lag->period_ns) / FOLLOW_PART;
    lag->stamp_ns = fixed_max(stamp_ns, lag->stamp_ns);
    int64_t period_ns = lag->period_ns > 0 ? lag->period_ns : HOLD_PERIOD_MAX_NS;
    return fixed_max(stamp_ns - lag->samples * period_ns, floor_ns);
}
