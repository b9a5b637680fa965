/* SPDX-License-Identifier: MIT */
/* Lift-off and touch-down of the pelvis; the rules are in pelvis_scan.h. */
#include "daemon/core/detect/pelvis/pelvis_scan.h"

#include "daemon/core/fixed.h"
#include "daemon/core/detect/live.h"
#include "daemon/core/detect/sieve.h"

#define NOISE_PART    50                /* noise above A/50 is smoothed */
#define SMOOTH_NS     (50 * NS_PER_MS)  /* a third of the shortest unloading */
#define INSIDE_NS     (500 * NS_PER_MS) /* no ramp there: the noise is measured */
#define FIRST_MS      250               /* after that the loading is over, or nearly */
#define LEVEL_FROM_NS (20 * NS_PER_MS)  /* S is the mean from here ... */
#define LEVEL_TO_NS   (120 * NS_PER_MS) /* ... to here after lift-off: later the hips have risen or sagged */
#define LEVEL_MIN_PCT 60                /* of A: a thrust rises by 37 % of S to the top */
#define LEVEL_MAX_PCT 120               /* of A: a bridge sags by at most 3 of 19 % of body weight to the top */
#define LOOK_OUT_NS   (600 * NS_PER_MS) /* from surely lifted to half-level: 0.2 s of a pre-tension of 1 s */
#define RISE_MAX_NS   (380 * NS_PER_MS) /* half to nine tenths within this: loading of 1.5 s at most */
#define QUICK_NS      (2 * NS_PER_S)    /* up for less, and half a second each way */
#define ROUNDS        4
#define QUICK_ROUNDS  2
#define BINS          100
#define KNOCK_NS      (100 * NS_PER_MS)

/* Minimum jerk: 0.5 to 0.9 takes 0.2534 of its length, 0.9 to the end 0.2466. */
#define PER_RISE   10000
#define RISE_PARTS 2534
#define REST_PARTS 2466

/* Of the square of the converter's mean over AVERAGED periods; a loading is no shorter than a part of it. */
#define AVERAGED    4
#define SMEAR_PCT   233 /* (1 / 12) / (1 / 28): variances of a box and of a minimum-jerk movement */
#define RAMP_MIN_NS (100 * NS_PER_MS)

static int64_t at_ns(const struct rep_scan *scan, int i)
{
    return rep_buffer_at(scan->buffer, i)->t_ns;
}

void pelvis_calm(struct rep_buffer *buffer, int from, int to, int64_t least_mn)
{
    int before = from, after = from;

    for (int i = from; i < to; i++) {
        int64_t t_ns = rep_buffer_at(buffer, i)->t_ns;
        while (before < i && rep_buffer_at(buffer, before + 1)->t_ns <= t_ns - KNOCK_NS)
            before++;
        while (after < to - 1 && rep_buffer_at(buffer, after)->t_ns < t_ns + KNOCK_NS)
            after++;
        int64_t a = rep_buffer_at(buffer, before)->force_mn, b = rep_buffer_at(buffer, after)->force_mn;
        int64_t low = fixed_min(a, b), high = fixed_max(a, b), f = rep_buffer_at(buffer, i)->force_mn;
        if (f > high + least_mn || f < low - least_mn)
            buffer->v[(buffer->first + i) % REP_BUFFER_MAX].force_mn = (int32_t)(f > high ? high : low);
    }
}

void pelvis_calm_slow(struct rep_buffer *buffer, int from, int to, int64_t least_mn)
{
    for (int i = from + 1; i < to - 1; i++) {
        int32_t high_mn =
            (int32_t)fixed_max(rep_buffer_at(buffer, i - 1)->force_mn, rep_buffer_at(buffer, i + 1)->force_mn);
        if (rep_buffer_at(buffer, i)->force_mn > high_mn + least_mn)
            buffer->v[(buffer->first + i) % REP_BUFFER_MAX].force_mn = high_mn;
    }
}

/* One side, walked from outside to inside: dir +1 forwards to lift-off, -1 backwards to touch-down. */
struct approach {
    const struct rep_scan *scan;
    int dir;
    int seed; /* first sample that is surely lifted */
    int64_t learnt_ns;
    int64_t level_mn;          /* where to look for S first, or ABSENT */
    int64_t least_mn, most_mn; /* S is within */
    int quick_pct;
};

static bool inside(const struct rep_scan *scan, int i)
{
    return i >= scan->from && i < scan->to;
}

static int64_t mean_mn(const struct approach *way, int64_t a_ns, int64_t b_ns)
{
    const struct rep_scan *scan = way->scan;
    int64_t from_ns = fixed_min(a_ns, b_ns), to_ns = fixed_max(a_ns, b_ns), sum = 0, n = 0;

    for (int i = rep_buffer_find(scan->buffer, from_ns); inside(scan, i) && at_ns(scan, i) <= to_ns; i++, n++)
        sum += scan->f[i];
    return n > 0 ? fixed_div(sum, n) : ABSENT;
}

/* When f passed level between the samples outer and inner. */
static int64_t cross_ns(const struct rep_scan *scan, int outer, int inner, int64_t level)
{
    if (scan->f[outer] == scan->f[inner])
        return at_ns(scan, inner);
    return fixed_cross_ns(at_ns(scan, outer), scan->f[outer], at_ns(scan, inner), scan->f[inner], level);
}

/* The innermost sample below level that is outside of the seed, or -1: none within LOOK_OUT_NS. */
static int below(const struct approach *way, int64_t level)
{
    const struct rep_scan *scan = way->scan;
    int i = way->seed;

    while (inside(scan, i + way->dir) && scan->f[i] < level)
        i += way->dir;
    for (; inside(scan, i); i -= way->dir) {
        if (scan->f[i] < level)
            return i;
        if (fixed_abs(at_ns(scan, i) - at_ns(scan, way->seed)) > LOOK_OUT_NS)
            break;
    }
    return -1;
}

static int reaching(const struct approach *way, int i, int64_t level)
{
    while (inside(way->scan, i) && way->scan->f[i] < level)
        i += way->dir;
    return inside(way->scan, i) ? i : -1;
}

static bool hole_near(const struct rep_scan *scan, int64_t a_ns, int64_t b_ns)
{
    return rep_scan_hole(scan, fixed_min(a_ns, b_ns), fixed_max(a_ns, b_ns));
}

static int64_t period_ns(const struct rep_scan *scan)
{
    int64_t all_ns = at_ns(scan, scan->to - 1) - at_ns(scan, scan->from), n = scan->to - 1 - scan->from;

    return n > 0 ? all_ns / n : 0;
}

/* How long a loading took that was seen as long as this. */
static int64_t unsmeared_ns(const struct rep_scan *scan, int64_t seen_ns)
{
    int64_t mean_us = AVERAGED * period_ns(scan) / 1000, seen_us = seen_ns / 1000;
    int64_t square = seen_us * seen_us - mean_us * mean_us * SMEAR_PCT / 100;
    int64_t least_ns = fixed_min(seen_ns, RAMP_MIN_NS);

    return square <= 0 ? least_ns : fixed_max(least_ns, fixed_sqrt(square) * 1000);
}

/* The edge as it is when the level inside is level. False when it is never reached. */
static bool edge_at(const struct approach *way, int64_t level, struct pelvis_edge *ret)
{
    const struct rep_scan *scan = way->scan;
    int outer = below(way, level / 2);
    int high = reaching(way, outer >= 0 ? outer : way->seed, level * 9 / 10);

    if (high < 0)
        return false;
    bool edge = inside(scan, high - way->dir);
    int64_t high_ns = edge ? cross_ns(scan, high - way->dir, high, level * 9 / 10) : at_ns(scan, high);
    int64_t half_ns = outer >= 0 ? cross_ns(scan, outer, outer + way->dir, level / 2) : high_ns;
    int64_t rise_ns = fixed_abs(high_ns - half_ns);
    int64_t learnt_ns = way->learnt_ns == ABSENT ? PELVIS_RAMP_NS : way->learnt_ns;
    *ret = (struct pelvis_edge){.level_mn = level, .ramp_ns = ABSENT, .seen_ns = ABSENT, .index = high};
    ret->hole = hole_near(scan, half_ns, high_ns + way->dir);
    ret->known = edge && !ret->hole;
    if (outer >= 0 && rise_ns <= RISE_MAX_NS) {
        ret->seen_ns = rise_ns * PER_RISE / RISE_PARTS;
        ret->ramp_ns = unsmeared_ns(scan, ret->seen_ns);
        ret->t_ns = half_ns + way->dir * ret->ramp_ns / 2;
    } else {
        ret->t_ns = high_ns + way->dir * (learnt_ns * REST_PARTS / PER_RISE);
    }
    return true;
}

static bool find_edge(const struct approach *way, struct pelvis_edge *ret)
{
    int64_t seed_ns = at_ns(way->scan, way->seed), step_ns = way->dir * NS_PER_MS;
    int64_t level = way->level_mn,
            late_ns = AVERAGED / 2 * period_ns(way->scan); /* until the mean is all of it inside */

    if (level == ABSENT)
        level = mean_mn(way, seed_ns + step_ns * (FIRST_MS - 60), seed_ns + step_ns * (FIRST_MS + 60));
    if (level == ABSENT)
        level = way->scan->f[way->seed];
    for (int round = 0; round < ROUNDS; round++) {
        level = fixed_clamp(level, way->least_mn, way->most_mn);
        if (!edge_at(way, level, ret))
            return false;
        int64_t from_ns = LEVEL_FROM_NS + late_ns / 2, to_ns = LEVEL_TO_NS + late_ns;
        int64_t next = mean_mn(way, ret->t_ns + way->dir * from_ns, ret->t_ns + way->dir * to_ns);
        level = next == ABSENT ? level : next;
    }
    while (inside(way->scan, ret->index) && (at_ns(way->scan, ret->index) - ret->t_ns) * way->dir < 0)
        ret->index += way->dir;
    return inside(way->scan, ret->index);
}

/*
 * A: the median of what the load is in between. Speeding up and slowing down quick hips swings it by a third of A for a
 * moment, so the peak says nothing.
 */
static int64_t plateau_mn(const struct rep_scan *scan, int from, int to)
{
    int bins[BINS] = {0}, n = 0, at = 0;
    int64_t peak = 0;

    for (int i = from; i < to; i++)
        peak = fixed_max(peak, scan->f[i]);
    if (peak <= 0)
        return 0;
    for (int i = from; i < to; i++)
        bins[fixed_clamp(scan->f[i] * BINS / (peak + 1), 0, BINS - 1)]++;
    for (n = bins[0]; 2 * n < to - from; n += bins[at])
        at++;
    /* Half-way through the bin would do for evenly spread values; a flat top is all in one place, so their mean. */
    int64_t sum = 0, count = 0;
    for (int i = from; i < to; i++)
        if (scan->f[i] * BINS / (peak + 1) == at) {
            sum += scan->f[i];
            count++;
        }
    return count > 0 ? fixed_div(sum, count) : 0;
}

static void smooth(struct rep_scan *scan, int enter, int low, int64_t *ret_amp_mn, int64_t *ret_noise_mn)
{
    rep_scan_fill(scan, SCAN_SMOOTH_NS);
    *ret_amp_mn = plateau_mn(scan, enter, low);
    int from = rep_buffer_find(scan->buffer, at_ns(scan, enter) + INSIDE_NS);
    int to = rep_buffer_find(scan->buffer, at_ns(scan, low) - INSIDE_NS);
    *ret_noise_mn = rep_scan_noise_mn(scan, from, to);
    rep_scan_fill(scan, *ret_noise_mn * NOISE_PART > *ret_amp_mn ? SMOOTH_NS : 0);
}

/*
 * S of a rep that is so quick that S can nowhere be seen without the hips' being sped up or slowed down, else ABSENT.
 * They come to rest on the floor as they were: over the whole rep that adds nothing to the mean.
 */
static int64_t without_speed_mn(const struct approach *way, const struct pelvis_edges *edges)
{
    if (edges->down.t_ns - edges->off.t_ns >= QUICK_NS)
        return ABSENT;
    int64_t mean = mean_mn(way, edges->off.t_ns, edges->down.t_ns);
    return mean == ABSENT ? ABSENT : mean * way->quick_pct / 100;
}

static bool edges_at(struct approach *up, struct approach *down, int64_t level_mn, struct pelvis_edges *ret)
{
    up->level_mn = down->level_mn = up->most_mn = down->most_mn = level_mn;
    return find_edge(up, &ret->off) && find_edge(down, &ret->down) && ret->off.t_ns < ret->down.t_ns;
}

/*
 * S is the same on both sides: the hips are where they were. Speeding up after lift-off and slowing down before
 * touch-down only add to it, so the lower one is taken for both. What a quick rep's mean makes of it moves the edges, and
 * those the mean; means of 0.4 s are no better for it.
 */
static bool find_edges(struct approach *up, struct approach *down, int64_t amp_mn, struct pelvis_edges *ret)
{
    up->level_mn = down->level_mn = ABSENT;
    up->least_mn = down->least_mn = amp_mn * LEVEL_MIN_PCT / 100;
    up->most_mn = down->most_mn = amp_mn * LEVEL_MAX_PCT / 100;
    if (!find_edge(up, &ret->off) || !find_edge(down, &ret->down))
        return false;
    int64_t level_mn = fixed_min(ret->off.level_mn, ret->down.level_mn);
    int rounds = period_ns(up->scan) > SIEVE_SLOW_NS ? 1 : QUICK_ROUNDS;
    for (int round = 0; round < rounds; round++) {
        int64_t quick_mn = without_speed_mn(up, ret);
        if (quick_mn != ABSENT && quick_mn < level_mn)
            level_mn = fixed_max(quick_mn, up->least_mn);
        if (!edges_at(up, down, level_mn, ret))
            return false;
    }
    return true;
}

bool pelvis_scan(struct rep_scan *scan, const struct pelvis_search *search, struct pelvis_edges *ret)
{
    int enter = (int)fixed_max(rep_buffer_find(scan->buffer, search->enter_ns), scan->from);
    int low = (int)fixed_min(rep_buffer_find(scan->buffer, search->low_ns), scan->to - 1);
    struct approach up = {.scan = scan, .dir = 1, .learnt_ns = search->tension_ns, .quick_pct = search->quick_pct};
    struct approach down = {.scan = scan, .dir = -1, .learnt_ns = search->unload_ns, .quick_pct = search->quick_pct};

    *ret = (struct pelvis_edges){.amp_mn = 0};
    if (enter >= low)
        return false;
    smooth(scan, enter, low, &ret->amp_mn, &ret->noise_mn);
    up.seed = reaching(&up, enter, ret->amp_mn * search->lifted_pct / 100);
    down.seed = reaching(&down, low, ret->amp_mn * search->lifted_pct / 100);
    if (ret->amp_mn <= 0 || up.seed < 0 || down.seed < 0 || up.seed >= down.seed)
        return false;
    if (search->level_mn == ABSENT)
        return find_edges(&up, &down, ret->amp_mn, ret);
    up.least_mn = down.least_mn = search->level_mn;
    return edges_at(&up, &down, search->level_mn, ret);
}

/* The sample where f first falls below pA, going outwards from i; the last there is when it does not. */
static int outwards(const struct rep_scan *scan, int i, int dir, int64_t level)
{
    while (inside(scan, i + dir) && scan->f[i] >= level)
        i += dir;
    return i;
}

/* How much earlier, or later, B + pA is crossed because of the converter's mean. */
static int64_t smear_ns(const struct pelvis_edge *edge)
{
    return edge->ramp_ns == ABSENT ? 0 : (edge->seen_ns - edge->ramp_ns) * RISE_PARTS / PER_RISE;
}

/* How long it stays above the level after the last sample: a converter's mean of what has fallen sinks in a straight line. */
static int64_t rest_ns(const struct rep_scan *scan, int64_t level)
{
    int last = scan->to - 1;
    int64_t fall = last > scan->from ? scan->f[last - 1] - scan->f[last] : 0;

    if (fall <= 0 || scan->f[last] <= level)
        return 0;
    return fixed_min((scan->f[last] - level) * period_ns(scan) / fall, AVERAGED * period_ns(scan));
}

static int64_t time_under_tension(const struct rep_scan *scan, const struct pelvis_edges *edges)
{
    int64_t low = edges->amp_mn / 10, sum = rest_ns(scan, low);
    int from = outwards(scan, edges->off.index, -1, low), to = outwards(scan, edges->down.index, 1, low);

    if (rep_scan_hole(scan, at_ns(scan, from), at_ns(scan, to)))
        return ABSENT;
    for (int i = from + 1; i <= to; i++)
        sum += fixed_above_ns(scan->f[i - 1], scan->f[i], at_ns(scan, i) - at_ns(scan, i - 1), low);
    return sum - smear_ns(&edges->off) - smear_ns(&edges->down);
}

static int64_t integral(const struct rep_scan *scan, const struct pelvis_edges *edges)
{
    int64_t t0 = edges->off.t_ns, f0 = edges->off.level_mn, sum = 0;

    for (int i = edges->off.index; i <= edges->down.index; i++) {
        sum += (f0 + scan->f[i]) * (at_ns(scan, i) - t0) / 2;
        t0 = at_ns(scan, i);
        f0 = scan->f[i];
    }
    return sum + (f0 + edges->down.level_mn) * (edges->down.t_ns - t0) / 2;
}

void pelvis_figures(const struct rep_scan *scan, const struct pelvis_edges *edges, struct rep_data *ret)
{
    int64_t peak = 0, dur = edges->down.t_ns - edges->off.t_ns;

    *ret = (struct rep_data){.outcome = REP_FULL,
                             .start_ns = edges->off.t_ns,
                             .end_ns = edges->down.t_ns,
                             .tut_ns = ABSENT,
                             .mean_mn = ABSENT,
                             .impulse_mns = ABSENT};
    for (int p = 0; p < PHASE_COUNT; p++)
        ret->phases[p] = (struct phase_time){
            .src = SRC_NONE, .sd_ns = ABSENT, .move_ns = ABSENT, .target_ns = ABSENT, .in_tolerance = -1};
    for (int i = edges->off.index; i <= edges->down.index; i++)
        peak = fixed_max(peak, rep_buffer_at(scan->buffer, i)->force_mn - scan->rest_mn);
    ret->peak_mn = peak;
    if (edges->off.hole || edges->down.hole || rep_scan_hole(scan, ret->start_ns, ret->end_ns))
        ret->flags = FLAG_GAP;
    if (ret->flags != 0 || !edges->off.known || !edges->down.known)
        return; /* who was up at "go" already: no sample is missing, but the beginning was not looked at */
    int64_t sum = integral(scan, edges);
    ret->tut_ns = time_under_tension(scan, edges);
    ret->mean_mn = fixed_div(sum, dur);
    ret->impulse_mns = fixed_div(sum, NS_PER_S);
}
