/* SPDX-License-Identifier: MIT */
/* Movements that stop on their way. */
#include "daemon/core/detect/rep_even.h"

#include "daemon/core/fixed.h"
#include "daemon/core/detect/live.h"

#define HALT_BINS     14 /* of a twentieth of A, from 0.15 to 0.85 of it */
#define HALT_FROM_PCT 15
#define HALT_SDS      4 /* of f: so wide a level is that somebody halts at */
#define HALT_LEAST    2 /* bins: a tenth of A, ... */
#define HALT_MOST     6 /* ... and three: halting is not told from going in so much sway */
/*
 * Of the time between the crossings that a level a tenth of A wide takes: 13 % at a constant speed, up to 16 % of a minimum
 * jerk, 23 % of a skewed one where it is slowest. Who halts for 2 s in 8 s takes 31 %, in 4 s 55 %; for 0.6 s in 2 s 37 %.
 */
#define HALT_PCT        28
#define HALT_MORE_PCT   10                /* for each bin more */
#define HALT_ANYHOW_PCT 7                 /* of the time, each bin */
#define HALT_UP_NS      (300 * NS_PER_MS) /* more than that: two-part ways halt for half a second, ... */
#define HALT_DOWN_NS    (500 * NS_PER_MS) /* ... pauses on the way down last longer */
#define HALT_WIDE_NS    (100 * NS_PER_MS) /* and for each bin more: sway stretches the time in it */
#define HALT_PERIODS    2                 /* of the converter, whose mean over four is a level, too */
/*
 * A shorter way has no room for a halt between two movements: of 7700 ways of people who go without one, at twice the
 * cued tempo, hopping off between reps or with 10 SPS, 5 % seem to halt or to turn back, nearly all in less; of who halts
 * for 0.6 s 95 % take longer than 1.7 s.
 */
#define EVEN_WAY_NS   (1200 * NS_PER_MS)
#define SWAY_LEFT_PCT 38 /* rep_scan.c */
#define SLIP_PCT      10 /* of A: p, more than that and what sway adds on both sides is no wobble */

static int64_t at_ns(const struct rep_scan *scan, int i)
{
    return rep_buffer_at(scan->buffer, i)->t_ns;
}

/* Of f: what smoothing leaves of sway. */
static int64_t sd_mn(const struct scan_edges *edges)
{
    return edges->noise_mn * SWAY_LEFT_PCT / 100;
}

/* Walked in the direction of the movement (sign +1 up, -1 down): it went back. */
static bool slips(const struct rep_scan *scan, int from, int to, const struct scan_edges *edges, int sign)
{
    int64_t most_mn = edges->amp_mn * SLIP_PCT / 100 + HALT_SDS * sd_mn(edges);
    int64_t best = sign * (int64_t)scan->f[from];

    for (int i = from; i < to; i++) {
        int64_t f = sign * (int64_t)scan->f[i];
        if (best - f > most_mn)
            return true;
        best = fixed_max(best, f);
    }
    return false;
}

/* Most of the time, for what a movement takes anyhow, it was at one level. */
static bool halts(const struct rep_scan *scan, int from, int to, const struct scan_edges *edges, int64_t least_ns)
{
    int64_t amp_mn = edges->amp_mn;
    int64_t bins[HALT_BINS] = {0}, most_ns = 0, all_ns = to > from ? at_ns(scan, to) - at_ns(scan, from) : 0;
    int wide = (int)fixed_min((HALT_SDS * sd_mn(edges) * 20 + amp_mn - 1) / amp_mn, HALT_MOST + 1);

    wide = wide < HALT_LEAST ? HALT_LEAST : wide;
    if (wide > HALT_MOST || all_ns <= 0)
        return false;
    for (int i = from; i < to; i++) {
        if (at_ns(scan, i + 1) - at_ns(scan, i) > LIVE_GAP_NS) /* where it was meanwhile nobody saw */
            continue;
        int64_t bin = ((int64_t)scan->f[i] * 100 - amp_mn * HALT_FROM_PCT) / (amp_mn * 5);
        if (scan->f[i] * 100LL >= amp_mn * HALT_FROM_PCT && bin < HALT_BINS)
            bins[bin] += at_ns(scan, i + 1) - at_ns(scan, i);
    }
    for (int b = 0; b + wide <= HALT_BINS; b++) {
        int64_t ns = 0;
        for (int k = 0; k < wide; k++)
            ns += bins[b + k];
        most_ns = fixed_max(most_ns, ns);
    }
    int64_t anyhow_ns = all_ns * HALT_ANYHOW_PCT * wide / 100;
    least_ns += (wide - HALT_LEAST) * HALT_WIDE_NS + HALT_PERIODS * all_ns / (to - from);
    return most_ns * 100 > all_ns * (HALT_PCT + HALT_MORE_PCT * (wide - HALT_LEAST)) && most_ns - anyhow_ns > least_ns;
}

static bool uneven(const struct rep_scan *scan, int from, int to, const struct scan_edges *edges, int sign)
{
    if (at_ns(scan, to) - at_ns(scan, from) < EVEN_WAY_NS)
        return false;
    return slips(scan, from, to, edges, sign) || halts(scan, from, to, edges, sign > 0 ? HALT_UP_NS : HALT_DOWN_NS);
}

unsigned rep_even_flags(const struct rep_scan *scan, const struct scan_edges *edges)
{
    unsigned flags = 0;

    if (uneven(scan, edges->con.index, edges->top.index, edges, 1))
        flags |= FLAG_TWO_PART;
    if (uneven(scan, edges->ecc.index, edges->end.index, edges, -1))
        flags |= FLAG_PAUSE_IN_ECC;
    return flags;
}
