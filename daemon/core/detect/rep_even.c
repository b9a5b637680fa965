/* SPDX-License-Identifier: MIT */
/* Movements that stop on their way. */
#include "daemon/core/detect/rep_even.h"

#include "daemon/core/fixed.h"

#define STALL_NS        (500 * NS_PER_MS)
#define LINGER_FROM_PCT 35 /* of A; a third of it takes 0.3 of a crossing time, whatever the shape */
#define LINGER_TO_PCT   62
#define LINGER_CLEAR    30 /* sd of f: below, a third of A is not told from sway */
#define SLIP_PER_CENT   10 /* of A: p, more than that is no wobble */
#define STALL_PER_CENT                                                                                                 \
    2 /* of A: a movement of 15 s (the slowest there is) makes 3.5 % in that time where it is slowest */

static int64_t at_ns(const struct rep_scan *scan, int i)
{
    return rep_buffer_at(scan->buffer, i)->t_ns;
}

static int first_reaching(const struct rep_scan *scan, int i, int64_t level)
{
    while (i < scan->to && scan->f[i] < level)
        i++;
    return i;
}

/* Walked in the direction of the movement (sign +1 up, -1 down): it stood still or went back. */
static bool uneven(const struct rep_scan *scan, int from, int to, int64_t amp_mn, int sign)
{
    int64_t best = sign * (int64_t)scan->f[from], best_ns = at_ns(scan, from), stall = best;

    for (int i = from; i < to; i++) {
        int64_t f = sign * (int64_t)scan->f[i];
        if (best - f > amp_mn * SLIP_PER_CENT / 100 + 2 * scan->sd_mn)
            return true;
        best = fixed_max(best, f);
        if (best - stall >= amp_mn * STALL_PER_CENT / 100) {
            stall = best;
            best_ns = at_ns(scan, i);
        } else if (at_ns(scan, i) - best_ns >= STALL_NS) {
            return true;
        }
    }
    return false;
}

/* The way up takes more than half of its time for its middle third: it stopped there, or slipped back. */
static bool lingers(const struct rep_scan *scan, const struct scan_edges *edges)
{
    int low = first_reaching(scan, edges->con.index, edges->amp_mn * LINGER_FROM_PCT / 100);
    int high = first_reaching(scan, edges->con.index, edges->amp_mn * LINGER_TO_PCT / 100);

    return edges->amp_mn > LINGER_CLEAR * scan->sd_mn && high < scan->to &&
           2 * (at_ns(scan, high) - at_ns(scan, low)) > edges->top.t_ns - edges->con.t_ns;
}

unsigned rep_even_flags(const struct rep_scan *scan, const struct scan_edges *edges)
{
    unsigned flags = 0;

    if (uneven(scan, edges->con.index, edges->top.index, edges->amp_mn, 1) || lingers(scan, edges))
        flags |= FLAG_TWO_PART;
    if (uneven(scan, edges->ecc.index, edges->end.index, edges->amp_mn, -1))
        flags |= FLAG_PAUSE_IN_ECC;
    return flags;
}
