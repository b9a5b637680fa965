/* SPDX-License-Identifier: MIT */
/* From where a hold has to rise; see hold_base.h. */
#include "daemon/core/set/hold_base.h"

#include "daemon/core/fixed.h"

void hold_base_begin(struct hold_base *base)
{
    *base = (struct hold_base){.level_mn = ABSENT, .since_ns = ABSENT, .base_mn = ABSENT};
}

/* How long a level has to last before it is the base. */
static int64_t wanted_ns(const struct hold_base *base)
{
    bool up = base->base_mn != ABSENT && base->level_mn > base->base_mn;

    if (base->level_mn < HOLD_BASE_MN && base->base_mn >= HOLD_BASE_MN)
        return NEVER; /* taken off the box to be put elsewhere */
    return up ? HOLD_BASE_UP_NS : HOLD_BASE_NS;
}

bool hold_base_step(struct hold_base *base, int64_t t_ns, int64_t force_mn)
{
    bool known = base->since_ns != ABSENT;
    int64_t margin = known ? fixed_max(HOLD_BASE_MN, fixed_abs(base->level_mn) * HOLD_BASE_PCT / 100) : 0;

    if (!known || fixed_abs(force_mn - base->level_mn) > margin) {
        base->level_mn = force_mn;
        base->since_ns = t_ns;
    }
    if (t_ns - base->since_ns < wanted_ns(base) || base->level_mn == base->base_mn)
        return false;
    base->base_mn = base->level_mn;
    return true;
}
