/* SPDX-License-Identifier: MIT */
/* See hold_other.h. */
#include "daemon/core/set/hold_other.h"

#include "daemon/core/detect/live.h"
#include "daemon/core/fixed.h"

void hold_other_begin(struct hold_other *other)
{
    *other = (struct hold_other){.own = {.steady_mn = ABSENT, .since_ns = ABSENT},
                                 .any = {.steady_mn = ABSENT, .since_ns = ABSENT},
                                 .last_ns = ABSENT};
    hold_other_entered(other, false);
}

void hold_other_entered(struct hold_other *other, bool risen)
{
    other->own = (struct hold_force){.steady_mn = ABSENT, .since_ns = ABSENT};
    other->risen = risen;
    other->top_ns = ABSENT;
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

/* Has F been a step above what it followed until then for HOLD_OTHER_NS? What is that far above is not followed. */
static bool stepped(struct hold_force *force, int64_t t_ns, int64_t dt_ns, int64_t f_mn, int64_t target_mn)
{
    int64_t step_mn = least_mn(target_mn);
    bool more;

    if (force->steady_mn == ABSENT)
        force->steady_mn = f_mn;
    more = f_mn - force->steady_mn > step_mn && f_mn > target_mn + step_mn;
    if (!more)
        force->steady_mn += (f_mn - force->steady_mn) * dt_ns / HOLD_STEADY_NS;
    return live_dwell(&force->since_ns, more, t_ns, HOLD_OTHER_NS);
}

bool hold_other_load(struct hold_other *other, int64_t t_ns, int64_t f_mn, int64_t target_mn)
{
    int64_t dt_ns = other->last_ns == ABSENT ? 0 : fixed_min(t_ns - other->last_ns, HOLD_STEADY_NS);

    if (!has_risen(other, t_ns, f_mn, target_mn))
        other->own.steady_mn = f_mn;
    other->last_ns = t_ns;
    other->doubt = stepped(&other->any, t_ns, dt_ns, f_mn, target_mn);
    return stepped(&other->own, t_ns, dt_ns, f_mn, target_mn);
}

bool hold_other_far(int64_t f_mn, int64_t target_mn)
{
    return f_mn > target_mn * HOLD_FAR && f_mn > target_mn + HOLD_OTHER_MN;
}
