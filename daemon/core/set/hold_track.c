/* SPDX-License-Identifier: MIT */
/* What a hold adds up on its way, its dips, and its end; see hold_track.h. */
#include "daemon/core/set/hold_track.h"

#include "daemon/core/fixed.h"
#include "daemon/core/set/hold_entry.h"

void hold_add(struct hold *hold, int64_t t0_ns, int64_t f0, int64_t t1_ns, int64_t f1)
{
    if (t1_ns > t0_ns)
        hold_seen_segment(&hold->seen, t1_ns - t0_ns, f0, f1, hold->levels.lo_mn, hold->levels.hi_mn);
}

void hold_leave(struct hold *hold, int64_t t_ns)
{
    hold->below = true;
    hold->left_ns = t_ns;
    hold_trim_commit(&hold->trim, &hold->seen.sums, t_ns);
    hold->at_left = hold->seen;
    hold->left_back_mn = hold_back_mn(hold);
    hold->left_turns_n = hold->turns_n;
}

/* The last dip has ended for good: F stayed up for long enough, or the hold ended so. */
static void count_dip(struct hold *hold)
{
    hold->dips += hold->dip_open_ns > 0;
    hold->longest_dip_ns = fixed_max(hold->longest_dip_ns, hold->dip_open_ns);
    hold->dip_open_ns = 0;
}

void hold_enter_dip(struct hold *hold)
{
    bool joined = hold->dip_open_ns > 0 && hold->left_ns - hold->dip_until_ns < HOLD_RETURN_NS;

    hold->state = HOLD_STATE_DIP;
    if (joined)
        return;
    count_dip(hold);
    hold->dip_ns = fixed_max(hold->left_ns, hold->start_ns + hold->settle_ns);
}

void hold_close_dip(struct hold *hold, int64_t end_ns)
{
    hold->state = HOLD_STATE_HOLD;
    if (end_ns <= hold->dip_ns)
        return; /* over before it was judged */
    hold->dip_open_ns = end_ns - hold->dip_ns;
    hold->dip_until_ns = end_ns;
}

static void end(struct hold *hold, enum hold_outcome outcome, int64_t end_ns)
{
    hold->state = HOLD_STATE_OVER;
    hold->outcome = outcome;
    hold->end_ns = fixed_max(end_ns, hold->start_ns);
}

void hold_end_here(struct hold *hold, enum hold_outcome outcome, int64_t t_ns)
{
    if (hold->state == HOLD_STATE_HOLD)
        count_dip(hold); /* one that is still open has not ended within the grace, or not yet */
    if (!hold->blind) {
        hold_add(hold, hold->last_ns, hold->last_mn, t_ns, hold->last_mn);
        hold_trim_commit(&hold->trim, &hold->seen.sums, t_ns);
    }
    end(hold, outcome, t_ns);
}

void hold_end_at_left(struct hold *hold, enum hold_outcome outcome)
{
    count_dip(hold);
    hold->seen = hold->at_left;
    end(hold, outcome, hold->left_ns);
}
