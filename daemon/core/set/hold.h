/* SPDX-License-Identifier: MIT */
/*
 * One isometric hold: from the cue until it is full, broken or stopped. Measured by the load (refs, target) or, where
 * nothing can be seen, by the clock alone (FLAG_CUED). Plain memory: a copy goes on by itself.
 *
 *     WAIT --force enters the band--> HOLD <--> DIP --grace over below fail level--> OVER (broken)
 *                                      |--hold_ms reached--> OVER (full)
 *
 * F is force - rest level (rest level unknown: from the zero, FLAG_NO_BASELINE). Between samples F runs straight;
 * after the last one it stands. With target T:
 *
 *   band        T (1 +- band_pct); fail level T (1 - fail_frac), or the band's lower edge if that is lower
 *   start       when F crosses the band's lower edge, or go when it is in the band then. Whoever starts above the band
 *               starts when coming down into it. F must not fall below half the edge for HOLD_CONFIRM_NS: a kick
 *               against the box lasts 50 ms and is no hold
 *   dip         F below the fail level, judged from start + settle_ms; shorter returns than HOLD_RETURN_NS (one
 *               period of 4-5 Hz sway, two of tremor) do not end it. Broken when it lasts longer than grace_ms; the hold
 *               ended when F last left that level. Counted are dips that ended before the hold did
 *   full        hold_ms after the start (hold_clock total) or when F was in the band for hold_ms (in_band), also
 *               inside a dip that is shorter than the grace
 *   stopped     ends at the stop, inside a dip where the dip began
 *   others      somebody or something else comes on the box (hold_other.h): with FLAG_OTHER_LOAD; the clock goes on, and
 *               none of that force is told. When the load comes back down the hold is seen again: who lets go meanwhile
 *               has let go, and what is told, without cv, is what was seen before and after. A hold that ends before that is the
 *               clock's. Before the start it begins nothing. Where a force far above the target may be the patient's, it is
 *               told, with the flag
 *
 * Without a target the hold starts when F rises above the larger of HOLD_ONSET_MIN_MN and HOLD_ONSET_SD times the
 * noise (onset: 5 SD of the quiet baseline, Dos'Santos et al. 2017, JSCR 31:3463) or, where there was no quiet baseline
 * to take a noise from, by HOLD_ONSET_BW of the body weight (the other onset there) from the base (hold_base.h); F is then told from
 * the zero all the same, with FLAG_NO_BASELINE. T is then the mean of the first second, ramp_ms and settle_ms being over, in
 * which F no longer rises (hold_learn.h). Once it is known the start is where F crossed T / 10 (p = 0.10, as for every
 * movement) if that came later, and the hold is told as if the band had been known from there on: the ramp is held time,
 * but not time in the band. Dips are judged from then on. A hold that ended before has no time in a band.
 *
 * The converter gives the mean of its last four periods and stamps it when it is read: what a sample shows was so
 * lag_samples (two) periods earlier. All times of the hold are corrected by that: 25 ms at 80 SPS, 200 ms at 10.
 *
 * held_ns is the wall time from start to end, in_band_ns the time of it in the band; hold_clock says which of the two makes
 * the hold full.
 * mean_mn is the mean of F over time from start to end; cv_milli_pct is 100 sd(F less its straight line) / mean(F + rest
 * level) of the samples without the first and last second: physics divides by the load. Both ABSENT where nothing was measured.
 */
#ifndef GYMSTATION_CORE_HOLD_H
#define GYMSTATION_CORE_HOLD_H

#include "daemon/core/set/hold_base.h"
#include "daemon/core/set/hold_lag.h"
#include "daemon/core/set/hold_learn.h"
#include "daemon/core/set/hold_other.h"
#include "daemon/core/set/hold_seen.h"

#define HOLD_CONFIRM_NS   (250 * NS_PER_MS)
#define HOLD_RETURN_NS    (250 * NS_PER_MS)
#define HOLD_ONSET_SD     5
#define HOLD_ONSET_BW     25    /* per mille */
#define HOLD_LAG_SAMPLES  2     /* of the station's converters */
#define HOLD_ONSET_MIN_MN 10000 /* 1 kg: more than a set's drift (20 g/min, creep 0.1 %) */

enum hold_state { HOLD_STATE_WAIT, HOLD_STATE_HOLD, HOLD_STATE_DIP, HOLD_STATE_OVER };

struct hold_setup {
    const struct dose *dose;
    struct references refs; /* bw_mn: measured or prescribed */
    int64_t target_mn;      /* above the rest level; ABSENT: no target, the level of the first second counts */
    int64_t go_ns;
    int lag_samples; /* by which samples are behind what they show; 0: not averaged */
    bool measured;
};

/* Levels of F. Until the reference is known (no target): lo and fail are the onset, hi the greatest number. */
struct hold_levels {
    int64_t lo_mn, hi_mn, fail_mn;
};

struct hold {
    enum hold_state state;
    enum hold_outcome outcome; /* in HOLD_STATE_OVER */
    bool begun;                /* in HOLD_STATE_OVER: there is something to publish */
    bool blind;                /* the clock alone decides, from blind_ns on */
    bool others;               /* blind only for what else is on the box, as long as it is */
    bool in_band_clock;
    unsigned flags;
    int64_t go_ns, ramp_ns, hold_ns, settle_ns, grace_ns;
    int64_t fail_frac_milli, band_pct_milli;
    int64_t rest_mn; /* or the base, while base is looked for */
    bool no_rest;    /* no target, and the rest level is not known */
    struct hold_base base;
    int64_t onset_mn;
    int64_t target_mn; /* prescribed, or ABSENT */
    struct hold_levels levels;
    bool have_reference;                 /* false: the level is being looked for */
    int64_t entry_mn, turns_mn, turns_n; /* F at the entry; sum and number of its changes since */
    int64_t start_ns;                    /* in HOLD_STATE_WAIT a candidate; or ABSENT */
    int64_t end_ns;
    int64_t blind_ns, blind_left_ns; /* from then on, for so long (clock in_band: what was left) */
    int64_t lent_ns;                 /* clock in_band: so much went by while others hid it */
    int64_t last_ns, last_mn;        /* last sample, its corrected time never decreasing; last_ns ABSENT: none yet */
    struct hold_lag lag;
    struct hold_learn learn;            /* without a target, until the level is known */
    int64_t now_ns;                     /* last sample or deadline */
    bool below;                         /* F is below the fail level */
    int64_t left_ns;                    /* since when */
    int64_t left_back_mn, left_turns_n; /* up and down again until then, and in how many changes */
    int64_t dip_ns;                     /* the dip at hand began to be judged */
    int64_t dip_open_ns;  /* so long was the last one, which may go on after a short return; 0: none, or counted */
    int64_t dip_until_ns; /* it ended */
    int64_t dips, longest_dip_ns;
    struct hold_seen seen, at_left; /* at_left: as it was at left_ns, for a hold that ends there */
    struct hold_seen at_others;     /* as it was before there was more on the box */
    struct hold_trim trim;
    struct hold_other other;
};

void hold_begin(struct hold *hold, const struct hold_setup *setup);
enum hold_state hold_state(const struct hold *hold);
/* When the hold will be full, a dip too long or a cued hold over; NEVER when nothing is due. Never before the last sample. */
int64_t hold_deadline_ns(const struct hold *hold);
void hold_fire(struct hold *hold);
void hold_sample(struct hold *hold, const struct sample *sample);
/* The set is being ended or the sensor has failed at t_ns; a hold that had begun becomes HOLD_STOPPED. */
void hold_stop(struct hold *hold, int64_t t_ns, unsigned flags);
/* From now on nobody sees: the clock alone decides; flags are added to the result. */
void hold_go_blind(struct hold *hold, int64_t t_ns, unsigned flags);
/* The clock's start, or ABSENT while waiting. */
int64_t hold_started_ns(const struct hold *hold);
/* The last F is below a tenth of the target or, without one, below the onset. */
bool hold_rests(const struct hold *hold);
/* In HOLD_STATE_OVER: the result; false when the hold never began (nothing to publish). */
bool hold_result(const struct hold *hold, struct hold_data *ret);

#endif
