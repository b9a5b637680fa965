/* SPDX-License-Identifier: MIT */
/* Live phases of a hip thrust; see thrust_live.h. */
#include "daemon/core/detect/pelvis/thrust_live.h"

#include "daemon/core/fixed.h"

#define MEAN_NS    (150 * NS_PER_MS)
#define NOISE_PART 10 /* of R: more noise than that is smoothed */
#define KNEE_PART  4  /* the gain has fallen to a quarter */

#define SLOW_PERIODS   2
#define JUMP_PART      4 /* of R, gained from sample to sample: hips that rise in 0.8 s gain as much at their fastest */
#define JUMP_MOST_PCT  80
#define SLOW_MEAN      4 /* periods a sample is the mean of */
#define BACK_MEANS     3 /* so many of those ago the load was at rest: a jump and the rise to con take less */
#define HELD_LEAST_PCT 75

void thrust_live_begin(struct thrust_live *live, const struct dose *dose)
{
    *live = (struct thrust_live){.level_mn = ABSENT, .rise_mn = ABSENT};
    thrust_quick_begin(&live->quick, dose);
    live_phase_begin(&live->phase);
}

/*
 * The sample that the end of the jump is looked for at: the newest, of a slow converter the one before it, so that what the
 * newest has gained is above that level already.
 */
static int level_at(const struct pelvis *pelvis)
{
    int last = pelvis->buffer.n - 1;

    return pelvis->input.slow && last > 0 ? last - 1 : last;
}

static int64_t level_u_mn(const struct pelvis *pelvis)
{
    const struct rep_buffer *buffer = &pelvis->buffer;

    return pelvis_u_mn(pelvis) - rep_buffer_at(buffer, buffer->n - 1)->force_mn +
           rep_buffer_at(buffer, level_at(pelvis))->force_mn;
}

/* What the load has gained there over THRUST_GAIN_NS, at least two samples. */
static int64_t gain_mn(const struct pelvis *pelvis)
{
    const struct rep_buffer *buffer = &pelvis->buffer;
    int last = level_at(pelvis), i = rep_buffer_find(buffer, rep_buffer_at(buffer, last)->t_ns - THRUST_GAIN_NS);

    i = (int)fixed_clamp(i, 0, last >= 2 ? last - 2 : 0);
    return (int64_t)rep_buffer_at(buffer, last)->force_mn - rep_buffer_at(buffer, i)->force_mn;
}

/* Where the jump of the load ends. */
static void find_level(struct thrust_live *live, const struct pelvis *pelvis)
{
    int64_t gain = gain_mn(pelvis);

    if (pelvis->state == PELVIS_STATE_DOWN && pelvis->above_ns == ABSENT) {
        live->gain_mn = 0;
        live->level_mn = live->rise_mn = ABSENT;
        return;
    }
    live->gain_mn = fixed_max(live->gain_mn, gain);
    if (live->level_mn == ABSENT && pelvis->state == PELVIS_STATE_UP && gain * KNEE_PART <= live->gain_mn) {
        live->level_mn = level_u_mn(pelvis) - fixed_max(gain, 0) / 2;
        live->knee_ns = rep_buffer_at(&pelvis->buffer, level_at(pelvis))->t_ns - THRUST_GAIN_NS / 2;
    }
}

bool thrust_live_still(const struct thrust_live *live, int64_t t_ns)
{
    return live->phase.phase == PHASE_TOP && live->level_mn != ABSENT && live->rise_mn == ABSENT &&
           t_ns - live->most_ns >= THRUST_STILL_NS;
}

/* By a fiftieth or more: sway is no rise. */
static void follow_most(struct thrust_live *live, int64_t t_ns, int64_t height_mn)
{
    if (live->phase.phase == PHASE_BOTTOM)
        live->most_mn = 0;
    if (height_mn * 50 < live->most_mn * 51)
        return;
    live->most_mn = height_mn;
    live->most_ns = t_ns;
}

void thrust_live_learn(struct thrust_live *live, int64_t level_mn, int64_t rise_mn)
{
    live->phase.peak_mn = fixed_min(live->phase.peak_mn + live->level_mn - level_mn, rise_mn);
    live->level_mn = level_mn;
    live->rise_mn = rise_mn;
}

/* Of one sample. */
static struct live_height measured(struct thrust_live *live, const struct pelvis *pelvis, int64_t level_mn,
                                   int64_t rise_mn)
{
    struct sample above = *rep_buffer_at(&pelvis->buffer, pelvis->buffer.n - 1);

    above.force_mn = (int32_t)fixed_force(pelvis_u_mn(pelvis) - level_mn);
    int64_t mn = live_mean(&live->mean, &above, pelvis->noise_mn * NOISE_PART > rise_mn ? MEAN_NS : 0);
    return (struct live_height){.t_ns = above.t_ns, .u_mn = mn, .measured_mn = mn};
}

/* The load so many samples before the newest one. */
static int64_t before_mn(const struct pelvis *pelvis, int back)
{
    const struct rep_buffer *buffer = &pelvis->buffer;

    return rep_buffer_at(buffer, buffer->n > back ? buffer->n - 1 - back : 0)->force_mn;
}

/*
 * What a slow converter's last period alone was: a sample differs from the one before it by a quarter of what its newest
 * period has over the oldest one, and so on back to where the load was at rest. Noise adds up on the way.
 */
static int64_t last_period_mn(const struct pelvis *pelvis)
{
    int64_t mn = before_mn(pelvis, SLOW_MEAN * BACK_MEANS);

    for (int back = 0; back < SLOW_MEAN * BACK_MEANS; back += SLOW_MEAN)
        mn += SLOW_MEAN * (before_mn(pelvis, back) - before_mn(pelvis, back + 1));
    return mn;
}

/* The jump is in what the newest sample is the mean of. */
static bool jumped(const struct pelvis *pelvis, int64_t rise_mn)
{
    for (int back = 0; back <= SLOW_MEAN; back++)
        if ((before_mn(pelvis, back) - before_mn(pelvis, back + 1)) * JUMP_PART > rise_mn)
            return true;
    return false;
}

/*
 * The newest sample of a slow converter, which is the mean of four periods: two periods late. It is carried on by its
 * slope, and by half of what that changes by. While the load jumps that would be taken for hips that rise: at the bottom
 * it is no more than the last period alone, and on top nobody is yet.
 */
static struct live_height carried(const struct thrust_live *live, const struct pelvis *pelvis, int64_t level_mn,
                                  int64_t rise_mn)
{
    int64_t mn = before_mn(pelvis, 0), one_mn = before_mn(pelvis, 1), off_mn = mn - pelvis_u_mn(pelvis) + level_mn;

    int64_t slope_mn = mn - one_mn, turn_mn = slope_mn - (one_mn - before_mn(pelvis, 2));
    int64_t now_mn = mn + SLOW_PERIODS * slope_mn + turn_mn / 2 - off_mn;
    if (slope_mn * JUMP_PART > rise_mn)
        now_mn = fixed_min(now_mn, rise_mn * JUMP_MOST_PCT / 100);
    if (live->phase.phase == PHASE_BOTTOM && jumped(pelvis, rise_mn))
        now_mn = fixed_min(now_mn, last_period_mn(pelvis) - off_mn);
    return (struct live_height){
        .t_ns = rep_buffer_at(&pelvis->buffer, pelvis->buffer.n - 1)->t_ns,
        .u_mn = now_mn,
        .measured_mn = mn - off_mn,
        .slow = true,
    };
}

/* R is no more than what the reps before have held on top: quick hips, and a slow converter's fit, make it more. */
static int64_t held(const struct pelvis *pelvis, int64_t level_mn, int64_t rise_mn)
{
    if (pelvis->peaks.n == 0)
        return rise_mn;
    return fixed_clamp(pelvis_median(&pelvis->peaks) - level_mn, rise_mn * HELD_LEAST_PCT / 100, rise_mn);
}

static bool quick_step(struct thrust_live *live, const struct pelvis *pelvis)
{
    enum phase before = live->phase.phase;

    live->phase.phase = thrust_quick_step(&live->quick, pelvis, before);
    return live->phase.phase != before;
}

bool thrust_live_step(struct thrust_live *live, const struct pelvis *pelvis, int64_t level_mn, int64_t rise_mn)
{
    if (pelvis->state == PELVIS_STATE_LEVEL || pelvis->state == PELVIS_STATE_LOST || pelvis->buffer.n == 0)
        return false;
    if (live->quick.on && !pelvis->input.slow)
        return quick_step(live, pelvis);
    find_level(live, pelvis);
    if (rise_mn == ABSENT) {
        /* Once the pelvis is down the first rep's level no longer counts, and nothing is above it. */
        level_mn = live->level_mn != ABSENT ? live->level_mn : level_u_mn(pelvis);
        rise_mn =
            live->rise_mn != ABSENT ? live->rise_mn : fixed_max(level_mn, level_u_mn(pelvis)) * THRUST_RISE_PCT / 100;
    }
    if (rise_mn <= 0)
        return false;
    int64_t held_mn = held(pelvis, level_mn, rise_mn);
    struct live_height at =
        pelvis->input.slow ? carried(live, pelvis, level_mn, held_mn) : measured(live, pelvis, level_mn, rise_mn);
    follow_most(live, at.t_ns, at.measured_mn);
    /* What quick hips add by being sped up is no height to fall from. */
    at.u_mn = fixed_min(at.u_mn, rise_mn);
    at.measured_mn = fixed_min(at.measured_mn, rise_mn);
    return live_phase(&live->phase, &at, held_mn, rise_mn / 10);
}
