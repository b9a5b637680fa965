/* SPDX-License-Identifier: MIT */
/*
 * The hold's state machine; hold.h has the definitions. Timelines (hold 45 s, settle 1, grace 2, target 250 N +-10 %):
 *
 * 1. go, 1.4 s later F crosses 225 N: WAIT, candidate; 0.25 s later: HOLD; 45 s after the crossing: OVER, full.
 * 2. F falls below 212.5 N at 20.0 s: DIP; back at 21.5 s: HOLD, one dip of 1.5 s.
 * 3. F falls below 212.5 N at 30.0 s and stays there: DIP; at 32.0 s OVER, broken, ended at 30.0 s.
 * 4. Somebody kicks the box while the patient waits: WAIT with a candidate, F below 112.5 N 50 ms later: WAIT.
 * 5. The sensor dies: hold_go_blind(); the clock goes on alone and the hold is full at its time, FLAG_CUED.
 * 6. A second person steps on at 12.0 s, off at 20.0 s, and nobody presses any more: blind from 13.0 s on; seen again at
 *    20.0 s and in DIP; at 22.0 s OVER, broken, ended at 20.0 s, FLAG_OTHER_LOAD.
 */
#include "daemon/core/set/hold_entry.h"
#include "daemon/core/set/hold_track.h"

#include "daemon/core/fixed.h"

#define NS_OF_MS(ms)           ((int64_t)(ms)*NS_PER_MS)
#define BAND_DEFAULT_MILLI_PCT 10000 /* without a target nobody prescribes a band: +-10 % of the reference */

void hold_begin(struct hold *hold, const struct hold_setup *setup)
{
    const struct dose *dose = setup->dose;
    bool have_rest = setup->refs.rest_mn != ABSENT;

    *hold = (struct hold){
        .state = HOLD_STATE_WAIT,
        .in_band_clock = dose->hold_clock == HOLD_CLOCK_IN_BAND,
        .go_ns = setup->go_ns,
        .ramp_ns = NS_OF_MS(dose->ramp_ms),
        .hold_ns = NS_OF_MS(dose->hold_ms),
        .settle_ns = NS_OF_MS(dose->settle_ms),
        .grace_ns = NS_OF_MS(dose->grace_ms),
        .fail_frac_milli = dose->fail_frac_milli,
        .band_pct_milli = dose->target.band_pct_milli > 0 ? dose->target.band_pct_milli : BAND_DEFAULT_MILLI_PCT,
        .rest_mn = have_rest ? setup->refs.rest_mn : 0,
        .no_rest = !have_rest && setup->target_mn == ABSENT,
        .target_mn = setup->target_mn,
        .start_ns = ABSENT,
        .last_ns = ABSENT,
        .lag = {.samples = setup->lag_samples, .stamp_ns = ABSENT},
        .now_ns = setup->go_ns,
    };
    hold_base_begin(&hold->base);
    hold_other_begin(&hold->other);
    if (!setup->measured) {
        hold_go_blind(hold, setup->go_ns, FLAG_CUED);
        return;
    }
    hold->flags = have_rest ? 0 : FLAG_NO_BASELINE;
    if (setup->target_mn == ABSENT)
        hold_set_onset(hold, &setup->refs);
    else
        hold_set_levels(hold, setup->target_mn);
}

enum hold_state hold_state(const struct hold *hold)
{
    return hold->state;
}

int64_t hold_started_ns(const struct hold *hold)
{
    return hold->state == HOLD_STATE_WAIT || !hold->begun ? ABSENT : hold->start_ns;
}

/* ---- deadlines ---- */

static void confirm(struct hold *hold)
{
    hold->begun = true;
    hold->state = HOLD_STATE_HOLD;
    if (hold->below)
        hold_enter_dip(hold);
}

static bool settle_level(struct hold *hold, int64_t t_ns, bool now);

/* Nothing has been held. */
static void wait_again(struct hold *hold)
{
    hold->state = HOLD_STATE_WAIT;
    hold->begun = hold->below = false;
    hold->start_ns = ABSENT;
    hold->dips = hold->longest_dip_ns = hold->dip_open_ns = 0;
}

/* F fell again before any level could be told: somebody walked over the box. */
static bool only_passed(const struct hold *hold)
{
    return !hold->have_reference && hold->left_ns - hold->start_ns < HOLD_LEARN_NS;
}

static int64_t full_ns(const struct hold *hold)
{
    if (hold->blind)
        return hold->blind_ns + hold->blind_left_ns;
    if (!hold->in_band_clock)
        return hold->start_ns + hold->hold_ns;
    int64_t left = hold->hold_ns - hold->lent_ns - hold->seen.in_band_ns;
    bool inside = hold->last_mn >= hold->levels.lo_mn && hold->last_mn <= hold->levels.hi_mn;
    return inside || left <= 0 ? hold->last_ns + left : NEVER;
}

/* What is due next by the definitions; with late samples it can lie before what has been taken already. */
static int64_t nominal_ns(const struct hold *hold)
{
    switch (hold->state) {
    case HOLD_STATE_WAIT:
        if (hold->blind)
            return fixed_max(hold->blind_ns, hold->go_ns + hold->ramp_ns);
        return hold->start_ns == ABSENT ? NEVER : hold->start_ns + HOLD_CONFIRM_NS;
    case HOLD_STATE_HOLD: return full_ns(hold);
    case HOLD_STATE_DIP: return fixed_min(full_ns(hold), hold->dip_ns + hold->grace_ns);
    case HOLD_STATE_OVER: return NEVER;
    }
    return NEVER;
}

int64_t hold_deadline_ns(const struct hold *hold)
{
    return fixed_max(nominal_ns(hold), hold->now_ns);
}

/* Its time is over. Without a target, and with few samples, it may have to be told only now where it began. */
static void fill(struct hold *hold, int64_t due_ns)
{
    if (!hold->blind && !hold->have_reference && hold_is_noise(hold))
        wait_again(hold);
    else if (hold->blind || !settle_level(hold, due_ns, true) || full_ns(hold) <= due_ns)
        hold_end_here(hold, HOLD_FULL, due_ns);
}

void hold_fire(struct hold *hold)
{
    int64_t due_ns = nominal_ns(hold);

    if (due_ns == NEVER)
        return;
    hold->now_ns = fixed_max(hold->now_ns, due_ns);
    switch (hold->state) {
    case HOLD_STATE_WAIT:
        if (hold->blind) {
            hold->start_ns = hold->blind_ns = due_ns;
            hold->blind_left_ns = hold->hold_ns;
        }
        if (!hold->blind && hold_is_noise(hold))
            hold->start_ns = ABSENT;
        else
            confirm(hold);
        break;
    case HOLD_STATE_HOLD: fill(hold, due_ns); break;
    case HOLD_STATE_DIP:
        if (full_ns(hold) <= due_ns)
            hold_end_here(hold, HOLD_FULL, due_ns);
        else if (only_passed(hold) || hold_was_noise(hold))
            wait_again(hold);
        else
            hold_end_at_left(hold, HOLD_BROKEN);
        break;
    case HOLD_STATE_OVER: break;
    }
}

/* ---- samples ---- */

/*
 * Without a target the level has become known: the hold began where F crossed a tenth of it, and is told from there on as
 * if the band had been known then. False: it is not known yet, or known already.
 */
static bool settle_level(struct hold *hold, int64_t t_ns, bool now)
{
    const struct hold_learn *learn = &hold->learn;
    int64_t level_mn = hold->have_reference ? ABSENT : hold_learn_level_mn(&hold->learn, t_ns, now);

    if (level_mn == ABSENT || hold_is_noise(hold))
        return false;
    int64_t target_mn = fixed_max(level_mn, hold->levels.lo_mn);
    int64_t start_ns = hold_learn_start_ns(learn, target_mn / 10);
    struct sample last = learn->kept[0];
    if (start_ns != ABSENT) {
        last = (struct sample){.t_ns = start_ns, .force_mn = (int32_t)(target_mn / 10)};
        hold->start_ns = start_ns;
        if (start_ns > hold->left_ns)
            hold->dips = hold->longest_dip_ns = hold->dip_open_ns = 0; /* before it began */
    }
    hold_set_levels(hold, target_mn);
    hold->seen = (struct hold_seen){0};
    hold_trim_begin(&hold->trim, hold->start_ns);
    hold_learn_tell(learn, &last, hold->levels.lo_mn, hold->levels.hi_mn, &hold->seen, &hold->trim);
    hold_other_entered(&hold->other, true);
    return true;
}

static void try_start(struct hold *hold, int64_t t_ns, int64_t f_mn)
{
    int64_t f_start;
    int64_t start_ns = hold_entry_ns(hold, t_ns, f_mn, &f_start);

    if (start_ns == ABSENT)
        return;
    hold->start_ns = start_ns;
    hold->seen = (struct hold_seen){0};
    hold_trim_begin(&hold->trim, start_ns);
    hold->below = false;
    hold->entry_mn = f_start;
    hold->turns_mn = hold->turns_n = hold->lent_ns = 0;
    hold_other_entered(&hold->other, false);
    if (!hold->have_reference)
        hold_learn_from(hold, start_ns, f_start, t_ns, f_mn);
    hold_add(hold, start_ns, f_start, t_ns, f_mn);
}

/* Adds the way from the last sample to this one, split where it crosses the fail level. */
static void follow(struct hold *hold, int64_t t_ns, int64_t f_mn)
{
    bool below = f_mn < hold->levels.fail_mn;
    bool gap = t_ns - hold->last_ns > HOLD_GAP_NS;
    int64_t at_ns = t_ns, at_mn = f_mn;

    if (gap)
        hold->flags |= FLAG_GAP;
    else if (below != hold->below) {
        at_ns = fixed_cross_ns(hold->last_ns, hold->last_mn, t_ns, f_mn, hold->levels.fail_mn);
        at_mn = hold->levels.fail_mn;
    }
    if (!gap)
        hold_add(hold, hold->last_ns, hold->last_mn, at_ns, at_mn);
    if (below && !hold->below)
        hold_leave(hold, at_ns);
    hold->below = below;
    if (!gap)
        hold_add(hold, at_ns, at_mn, t_ns, f_mn);
    hold_trim_push(&hold->trim, &hold->seen.sums, t_ns, f_mn);
    if (hold->state == HOLD_STATE_DIP && !below)
        hold_close_dip(hold, at_ns);
}

/* Without a target: at which level is held? While F is below the onset nothing is. */
static void learn(struct hold *hold, int64_t t_ns, int64_t f_mn)
{
    if (hold->have_reference)
        return;
    hold_learn_keep(&hold->learn, t_ns, f_mn);
    if (hold->below) {
        hold_learn_fell(&hold->learn, t_ns);
        return;
    }
    if (settle_level(hold, t_ns, false)) {
        if (f_mn < hold->levels.fail_mn)
            hold_leave(hold, t_ns);
    } else if (hold_learn_over(&hold->learn, t_ns) && hold_is_noise(hold)) {
        wait_again(hold);
    }
}

static int64_t aim_mn(const struct hold *hold)
{
    return (hold->levels.lo_mn + hold->levels.hi_mn) / 2;
}

/* There has been more on the box for a second: what was added up of it is not told. */
static void hide(struct hold *hold, int64_t t_ns)
{
    hold->seen = hold->at_others;
    hold_go_blind(hold, t_ns, FLAG_OTHER_LOAD);
    hold->others = true;
}

/* What somebody else adds is not the patient's: the clock goes on, and no force is told until it is gone. */
static void watch_others(struct hold *hold, int64_t t_ns, int64_t f_mn)
{
    int64_t target_mn = aim_mn(hold), was_ns = hold->other.own.since_ns;

    if (!hold->have_reference || hold->state == HOLD_STATE_OVER)
        return;
    bool others = hold_other_load(&hold->other, t_ns, f_mn, target_mn);
    if (was_ns == ABSENT)
        hold->at_others = hold->seen;
    if (hold->other.doubt && hold->begun)
        hold->flags |= FLAG_OTHER_LOAD;
    if (others && hold->begun)
        hide(hold, t_ns);
    else if (hold->state == HOLD_STATE_WAIT && hold_other_far(f_mn, target_mn))
        hold->start_ns = ABSENT; /* somebody walks over the box: the band was crossed, not entered */
}

static void go_on(struct hold *hold, int64_t t_ns, int64_t f_mn)
{
    follow(hold, t_ns, f_mn);
    hold->turns_mn += fixed_abs(f_mn - hold->last_mn);
    hold->turns_n++;
    if (hold->state == HOLD_STATE_WAIT && f_mn < hold->levels.lo_mn / 2) {
        hold->start_ns = ABSENT; /* a kick, not a hold */
        return;
    }
    learn(hold, t_ns, f_mn);
    if (hold->state == HOLD_STATE_HOLD && hold->below)
        hold_enter_dip(hold);
    watch_others(hold, t_ns, f_mn);
}

/* What hid the hold is gone: its force is the patient's again. */
static void see_again(struct hold *hold)
{
    hold->blind = hold->others = false;
    hold->flags &= ~(unsigned)FLAG_CUED;
    if (hold->in_band_clock)
        hold->lent_ns += hold->last_ns - hold->blind_ns; /* from the last sample on it is seen */
}

/* False: nothing of this sample is to be seen. */
static bool sees(struct hold *hold, int64_t t_ns, int64_t f_mn)
{
    if (!hold->blind)
        return true;
    hold_other_load(&hold->other, t_ns, f_mn, aim_mn(hold));
    if (hold->other.own.since_ns == ABSENT)
        see_again(hold);
    return !hold->blind;
}

void hold_sample(struct hold *hold, const struct sample *sample)
{
    int64_t t_ns = hold_lag_shown_ns(&hold->lag, sample->t_ns, hold->last_ns == ABSENT ? hold->go_ns : hold->last_ns);

    if (hold->state == HOLD_STATE_OVER || (hold->blind && !hold->others))
        return;
    hold_follow_base(hold, t_ns, fixed_force(sample->force_mn));
    int64_t f_mn = fixed_force(fixed_force(sample->force_mn) - fixed_force(hold->rest_mn));

    if (hold->start_ns == ABSENT)
        try_start(hold, t_ns, f_mn);
    else if (sees(hold, t_ns, f_mn))
        go_on(hold, t_ns, f_mn);
    hold->last_ns = t_ns;
    hold->now_ns = fixed_max(hold->now_ns, sample->t_ns);
    hold->last_mn = f_mn;
}

void hold_stop(struct hold *hold, int64_t t_ns, unsigned flags)
{
    hold->flags |= flags;
    if (!hold->have_reference && hold_is_noise(hold)) /* stopped before that could be told */
        hold->begun = false;
    switch (hold->state) {
    case HOLD_STATE_WAIT: hold->state = HOLD_STATE_OVER; break;
    case HOLD_STATE_HOLD:
        hold->begun = hold->begun && (hold->have_reference || hold->blind || t_ns - hold->start_ns >= HOLD_LEARN_NS) &&
                      (hold->blind || !hold_is_noise(hold));
        hold_end_here(hold, HOLD_STOPPED, t_ns);
        break;
    case HOLD_STATE_DIP:
        hold->begun = hold->begun && !only_passed(hold) && !hold_was_noise(hold);
        hold_end_at_left(hold, HOLD_STOPPED);
        break;
    case HOLD_STATE_OVER: break;
    }
}

void hold_go_blind(struct hold *hold, int64_t t_ns, unsigned flags)
{
    if (hold->state == HOLD_STATE_OVER || hold->blind) {
        hold->flags |= flags;
        hold->others = false;
        return;
    }
    hold->flags |= flags | FLAG_CUED;
    hold->blind_left_ns = hold->in_band_clock ? fixed_max(0, hold->hold_ns - hold->lent_ns - hold->seen.in_band_ns) : 0;
    hold->blind = true;
    hold->blind_ns = t_ns;
    if (hold->state == HOLD_STATE_WAIT)
        hold->start_ns = ABSENT;
    else if (!hold->in_band_clock)
        hold->blind_left_ns = hold->start_ns + hold->hold_ns - t_ns;
    if (hold->state == HOLD_STATE_DIP)
        hold->state = HOLD_STATE_HOLD;
}
