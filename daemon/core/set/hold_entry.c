/* SPDX-License-Identifier: MIT */
/* Entering the band; hold_entry.h says what is asked of it. */
#include "daemon/core/set/hold_entry.h"

#include "daemon/core/fixed.h"

/* Where F entered the band between the last sample and this one, or ABSENT; *ret_f is F there. */
int64_t hold_entry_ns(const struct hold *hold, int64_t t_ns, int64_t f_mn, int64_t *ret_f)
{
    const struct hold_levels *levels = &hold->levels;
    bool inside = f_mn >= levels->lo_mn && f_mn <= levels->hi_mn;
    bool joined = hold->last_ns != ABSENT && t_ns - hold->last_ns <= HOLD_GAP_NS;

    *ret_f = f_mn;
    if (joined && hold->last_mn < levels->lo_mn && f_mn >= levels->lo_mn) {
        *ret_f = levels->lo_mn;
        return fixed_cross_ns(hold->last_ns, hold->last_mn, t_ns, f_mn, levels->lo_mn);
    }
    if (joined && hold->last_mn > levels->hi_mn && inside) {
        *ret_f = levels->hi_mn;
        return fixed_cross_ns(hold->last_ns, hold->last_mn, t_ns, f_mn, levels->hi_mn);
    }
    if (!inside)
        return ABSENT;
    /* The first sample after go finds F in the band: it was there at go. */
    return hold->last_ns == ABSENT && t_ns - hold->go_ns <= HOLD_CONFIRM_NS ? hold->go_ns : t_ns;
}

bool hold_is_noise(const struct hold *hold)
{
    int64_t mean_mn = hold_seen_mean_mn(&hold->seen);
    int64_t back_mn = hold->turns_mn - fixed_abs(hold->last_mn - hold->entry_mn); /* up and down again */

    if (hold->turns_n < HOLD_NOISE_SAMPLES || mean_mn == ABSENT)
        return false;
    return back_mn * 100 > hold->turns_n * mean_mn * HOLD_NOISE_PCT;
}
