/* SPDX-License-Identifier: MIT */
/* The two ways of a thrust; thrust_ways.h and detector_thrust.h have the rules. */
#include "daemon/core/detect/pelvis/thrust_ways.h"

#include <math.h>

#include "daemon/core/fixed.h"

#define STOPPED_SD  0.3      /* of the crossing time, see read_crossings() */
#define TWO_TOPS_NS NS_PER_S /* so long below 90 %, and there again: swinging of quick hips ends in half of it */
#define STRANGE_PCT 15       /* of the rise: fit and load may differ by on top */
#define CUT_S       0.1      /* two bins */
#define ROUNDS      2
#define MOST_BINS   100
#define MOST_NS     (300 * NS_PER_MS) /* smoothed, a kick of 50 ms takes 0.27 s */

static int64_t mn_of(double n)
{
    return (int64_t)floor(n * 1000.0 + 0.5);
}

static int64_t ns_of_s(double s)
{
    return (int64_t)floor(s * 1e9 + 0.5);
}

static int64_t at_ns(const struct rep_scan *scan, int i)
{
    return rep_buffer_at(scan->buffer, i)->t_ns;
}

/* What is reached for MOST_NS in all, to a hundredth: a knock on the box is shorter. */
static int64_t most_mn(const struct rep_scan *scan, int64_t level)
{
    int bins[MOST_BINS] = {0}, n = 0, at = MOST_BINS;
    int64_t peak = 0, dur_ns = at_ns(scan, scan->to - 1) - at_ns(scan, scan->from);

    for (int i = scan->from; i < scan->to; i++)
        peak = fixed_max(peak, scan->f[i]);
    if (peak <= level || dur_ns <= 0)
        return peak;
    for (int i = scan->from; i < scan->to; i++)
        bins[fixed_clamp((scan->f[i] - level) * MOST_BINS / (peak - level), 0, MOST_BINS - 1)]++;
    while (at > 1 && n * dur_ns < MOST_NS * (scan->to - scan->from))
        n += bins[--at];
    return level + (peak - level) * at / MOST_BINS + (peak - level) / MOST_BINS / 2;
}

/* The first and the last time that f is near the most that it rises to above the level at the edges. */
static void find_top(const struct rep_scan *scan, int64_t level, int64_t most, int *ret_first, int *ret_last)
{
    int64_t high = level + (most - level) * 9 / 10;
    int first = scan->from, last = scan->to - 1;

    while (first < last && scan->f[first] < high)
        first++;
    while (last > first && scan->f[last] < high)
        last--;
    *ret_first = first;
    *ret_last = last;
}

static int64_t middle_ns(const struct rep_scan *scan, int64_t level, int64_t most)
{
    int first, last;

    find_top(scan, level, most, &first, &last);
    return at_ns(scan, first) + (at_ns(scan, last) - at_ns(scan, first)) / 2;
}

static bool look_ways(struct thrust_detector *thrust, struct thrust_ways *ways, int64_t mid_ns)
{
    for (int i = 0; i < 2; i++) {
        if (!rise_bins_fill(&thrust->bins, ways->scan, ways->edge_ns[i], mid_ns) ||
            !rise_rough(&thrust->habit, i == 1, &thrust->bins, &ways->rough[i]))
            return false;
        ways->cut[i] = rise_rough_most_s(&ways->rough[i], &thrust->bins) > thrust->bins.t_s[thrust->bins.n - 1] - CUT_S;
    }
    return true;
}

static bool fit_ways(struct thrust_detector *thrust, struct thrust_ways *ways, int64_t mid_ns)
{
    for (int i = 0; i < 2; i++)
        if (!rise_bins_fill(&thrust->bins, ways->scan, ways->edge_ns[i], mid_ns) ||
            !rise_fit(&thrust->habit, i == 1, &thrust->bins, &ways->rough[i], &ways->fit[i]))
            return false;
    return true;
}

/* The middle of the plateau lies inside the slower movement when the two differ much: then it moves away from that. */
static bool fit_both(struct thrust_detector *thrust, struct thrust_ways *ways, int64_t mid_ns)
{
    if (!look_ways(thrust, ways, mid_ns))
        return false;
    for (int round = 0; round < ROUNDS && ways->cut[0] != ways->cut[1]; round++) {
        int other = ways->cut[0] ? 1 : 0;
        int64_t end_ns = ns_of_s(rise_rough_end_s(&ways->rough[other]) + CUT_S);
        mid_ns = ways->edge_ns[other] + (other == 0 ? end_ns : -end_ns);
        if (!look_ways(thrust, ways, mid_ns))
            return false;
    }
    return fit_ways(thrust, ways, mid_ns);
}

/* No curve of the family: the movement stopped on its way, or what was taken for the top is not. */
static bool strange(const struct thrust_ways *ways, const struct rise_side *side)
{
    int64_t off = mn_of(side->level_n + side->rise_n) - ways->most_mn;

    return side->misfit > RISE_MISFIT || fixed_abs(off) * 100 > (ways->most_mn - ways->level_mn) * STRANGE_PCT;
}

/* How long the load lies below `high` between the two samples: the hips were down in the meantime. */
static int64_t below_ns(const struct rep_scan *scan, int from, int to, int64_t high)
{
    int64_t sum_ns = 0;

    for (int i = from + 1; i <= to; i++)
        sum_ns += scan->f[i] < high ? at_ns(scan, i) - at_ns(scan, i - 1) : 0;
    return sum_ns;
}

/*
 * Its crossings are those of the load itself, of 10 % first, of 90 % last before the middle of the plateau; where the
 * load is down in the middle, the outermost of 90 %; down for long, it had two tops, and what lies between them is not told.
 */
static void read_crossings(struct thrust_ways *ways, int i, int64_t mid_ns)
{
    const struct rep_scan *scan = ways->scan;
    struct rise_side *side = &ways->side[i];
    int dir = i == 0 ? 1 : -1, low = i == 0 ? scan->from : scan->to - 1;
    int high = rep_buffer_find(scan->buffer, mid_ns), outer[2];
    int64_t rise = ways->most_mn - ways->level_mn;

    find_top(scan, ways->level_mn, ways->most_mn, &outer[0], &outer[1]);
    if (scan->f[high] < ways->level_mn + rise * 9 / 10) {
        high = outer[i];
        ways->two_tops = below_ns(scan, outer[0], outer[1], ways->level_mn + rise * 9 / 10) > TWO_TOPS_NS;
    }
    while (low != high && scan->f[low] < ways->level_mn + rise / 10)
        low += dir;
    while (high != low && scan->f[high - dir] >= ways->level_mn + rise * 9 / 10)
        high -= dir;
    side->low_s = (double)fixed_abs(at_ns(scan, low) - ways->edge_ns[i]) / 1e9;
    side->high_s = (double)fixed_abs(at_ns(scan, high) - ways->edge_ns[i]) / 1e9;
    side->cross_sd_s = RISE_SD_MIN_S + STOPPED_SD * (side->high_s - side->low_s);
    side->top_sd_s = 0.0;
    side->credible = false;
    side->stopped = true;
}

bool thrust_ways_overlap(const struct thrust_ways *ways)
{
    return ways->edge_ns[1] - ways->edge_ns[0] < ns_of_s(ways->side[0].high_s + ways->side[1].high_s) + PHASE_LEAST_NS;
}

bool thrust_ways_look(struct thrust_detector *thrust, struct thrust_ways *ways)
{
    rep_scan_fill(ways->scan, SCAN_SMOOTH_NS);
    ways->most_mn = most_mn(ways->scan, ways->level_mn);
    int64_t mid_ns = middle_ns(ways->scan, ways->level_mn, ways->most_mn);
    rep_scan_fill(ways->scan, 0);
    if (!fit_both(thrust, ways, mid_ns))
        return false;
    rise_mix(&thrust->habit, ways->fit, ways->side);
    rep_scan_fill(ways->scan, SCAN_SMOOTH_NS);
    bool over = thrust_ways_overlap(ways);
    for (int i = 0; i < 2; i++) {
        ways->side[i].low_s = ways->side[i].low_s > 0.0 ? ways->side[i].low_s : 0.0; /* nothing rises before lift-off */
        if (over || strange(ways, &ways->side[i]))
            read_crossings(ways, i, mid_ns);
    }
    return true;
}
