/* SPDX-License-Identifier: MIT */
/* Entering the band; hold_entry.h says what is asked of it. */
#include "daemon/core/set/hold_entry.h"

#include "daemon/core/fixed.h"

void hold_set_levels(struct hold *hold, int64_t target_mn)
{
    int64_t lo = target_mn * (100000 - hold->band_pct_milli) / 100000;

    hold->levels = (struct hold_levels){
        .lo_mn = lo,
        .hi_mn = target_mn * (100000 + hold->band_pct_milli) / 100000,
        .fail_mn = fixed_min(lo, target_mn * (1000 - hold->fail_frac_milli) / 1000),
    };
    hold->have_reference = true;
}

void hold_set_onset(struct hold *hold, const struct references *refs)
{
    int64_t share = refs->noise_mn != ABSENT ? HOLD_ONSET_SD * fixed_force(refs->noise_mn)
                    : refs->bw_mn != ABSENT  ? fixed_force(refs->bw_mn) * HOLD_ONSET_BW / 1000
                                             : 0;
    int64_t lo = hold->onset_mn = fixed_max(share, HOLD_ONSET_MIN_MN);

    if (hold->no_rest)
        lo = 2 * FIXED_FORCE_MAX_MN; /* until the base is known */
    hold->levels = (struct hold_levels){.lo_mn = lo, .hi_mn = 2 * FIXED_FORCE_MAX_MN, .fail_mn = lo};
    hold->have_reference = false;
}

void hold_follow_base(struct hold *hold, int64_t t_ns, int64_t force_mn)
{
    if (!hold->no_rest || hold->state != HOLD_STATE_WAIT || hold->start_ns != ABSENT ||
        !hold_base_step(&hold->base, t_ns, force_mn))
        return;
    hold->last_mn -= hold->base.base_mn - hold->rest_mn;
    hold->rest_mn = hold->base.base_mn;
    hold->levels.lo_mn = hold->levels.fail_mn = hold->onset_mn;
}

void hold_learn_from(struct hold *hold, int64_t start_ns, int64_t f_start, int64_t t_ns, int64_t f_mn)
{
    int64_t wait_ns = fixed_max(hold->settle_ns, hold->ramp_ns);
    int64_t from_ns = start_ns + fixed_max(0, fixed_min(wait_ns, hold->hold_ns - HOLD_LEARN_NS));
    int64_t last_ns = fixed_min(from_ns + HOLD_LEARN_NS + HOLD_LEARN_MORE_NS, start_ns + hold->hold_ns);

    hold_learn_begin(&hold->learn, start_ns, f_start, from_ns, last_ns);
    if (t_ns > start_ns)
        hold_learn_keep(&hold->learn, t_ns, f_mn);
}

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

bool hold_rests(const struct hold *hold)
{
    int64_t level_mn = hold->target_mn != ABSENT ? hold->target_mn / 10 : hold->levels.lo_mn;

    return hold->last_ns != ABSENT && hold->last_mn < level_mn;
}

static bool is_noise(const struct hold_seen *seen, int64_t back_mn, int64_t turns_n)
{
    int64_t mean_mn = hold_seen_mean_mn(seen);

    if (turns_n < HOLD_NOISE_SAMPLES || mean_mn == ABSENT)
        return false;
    return back_mn * 100 > turns_n * mean_mn * HOLD_NOISE_PCT;
}

int64_t hold_back_mn(const struct hold *hold)
{
    return hold->turns_mn - fixed_abs(hold->last_mn - hold->entry_mn);
}

bool hold_is_noise(const struct hold *hold)
{
    return is_noise(&hold->seen, hold_back_mn(hold), hold->turns_n);
}

bool hold_was_noise(const struct hold *hold)
{
    if (hold->left_turns_n < HOLD_NOISE_SAMPLES)
        return hold_is_noise(hold);
    return is_noise(&hold->at_left, hold->left_back_mn, hold->left_turns_n);
}
