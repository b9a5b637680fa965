/* SPDX-License-Identifier: MIT */
/* What a hold that is over says; hold.h has the definitions. */
#include "daemon/core/set/hold.h"

/* B unknown: 0. What the hold had to rise from was seen for too short to be a rest level. */
static int64_t mean_mn(const struct hold *hold)
{
    int64_t mean = hold_seen_mean_mn(&hold->seen);

    return mean != ABSENT && hold->no_rest ? mean + hold->rest_mn : mean;
}

bool hold_result(const struct hold *hold, struct hold_data *ret)
{
    bool seen = !hold->blind, band = seen && hold->have_reference;
    bool steady = seen && (hold->flags & FLAG_OTHER_LOAD) == 0; /* whoever comes and goes shakes the box */

    if (hold->state != HOLD_STATE_OVER || !hold->begun)
        return false;
    *ret = (struct hold_data){
        .outcome = hold->outcome,
        .start_ns = hold->start_ns,
        .end_ns = hold->end_ns,
        .held_ns = hold->end_ns - hold->start_ns,
        .in_band_ns = band ? hold->seen.in_band_ns : ABSENT,
        .longest_dip_ns = seen ? hold->longest_dip_ns : ABSENT,
        .dips = seen ? hold->dips : ABSENT,
        .mean_mn = seen ? mean_mn(hold) : ABSENT,
        .cv_milli_pct =
            steady ? hold_sums_cv_milli_pct(&hold->seen.sums, hold->trim.origin_mn + hold->rest_mn) : ABSENT,
        .target_mn = hold->target_mn,
        .flags = hold->flags,
    };
    return true;
}
