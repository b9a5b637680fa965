/* SPDX-License-Identifier: MIT */
/* The beginning of a hold; hold_rise.h says why it needs more than a crossing. */
#include "daemon/core/set/hold_rise.h"

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

static int64_t level_at(const struct hold_rise *rise, int i)
{
    return rise->onset_mn + rise->onset_mn * i / 4;
}

void hold_rise_begin(struct hold_rise *rise, int64_t onset_mn, int64_t t_ns)
{
    *rise = (struct hold_rise){.n = 1, .onset_mn = onset_mn, .t_ns = {t_ns}};
}

void hold_rise_follow(struct hold_rise *rise, int64_t t0_ns, int64_t f0, int64_t t1_ns, int64_t f1)
{
    for (; rise->n < HOLD_RISE_LEVELS && f1 >= level_at(rise, rise->n); rise->n++) {
        int64_t level = level_at(rise, rise->n);
        int64_t at_ns = f0 < level ? fixed_cross_ns(t0_ns, f0, t1_ns, f1, level) : t1_ns;
        rise->t_ns[rise->n] = fixed_max(at_ns, rise->t_ns[rise->n - 1]);
    }
}

int64_t hold_rise_ns(const struct hold_rise *rise, int64_t level_mn)
{
    int i = 1;

    if (level_mn <= rise->onset_mn)
        return ABSENT;
    while (i < rise->n && level_at(rise, i) < level_mn)
        i++;
    if (i == rise->n)
        return rise->t_ns[rise->n - 1];
    return fixed_cross_ns(rise->t_ns[i - 1], level_at(rise, i - 1), rise->t_ns[i], level_at(rise, i), level_mn);
}
