/* SPDX-License-Identifier: MIT */
/* Beginning and end of a step-up in the buffer; see step_span.h. */
#include "daemon/core/detect/step/step_span.h"

#include "daemon/core/fixed.h"
#include "daemon/core/detect/live.h"

#define LEAP_NS   (120 * NS_PER_MS) /* at g: 1.2 m/s, a jump of 7 cm */
#define LEAP_PART 100

/* The last sample not before `first` that carries at least the given share; first when there is none. */
static int last_at_least(const struct step_span *span, int first, int64_t per_cent)
{
    int i = span->buffer->n - 1;

    while (i > first && step_span_force_mn(span, i) < step_span_share_mn(span, per_cent))
        i--;
    return i;
}

static void find_holes(struct step_span *span)
{
    int from = span->begin > 0 ? span->begin : 1, n = span->end < span->buffer->n ? span->end : span->end - 1;

    span->hole = false;
    for (int i = from; i <= n; i++)
        span->hole = span->hole || step_span_time_ns(span, i) - step_span_time_ns(span, i - 1) > LIVE_GAP_NS;
    span->slow =
        step_span_time_ns(span, n) - step_span_time_ns(span, span->begin) > (n - span->begin) * STEP_INTERVAL_MAX_NS;
}

void step_span_find(struct step_span *span, int64_t bw_mn, int64_t all_per_cent)
{
    int n = span->buffer->n, first = span->after_ns != ABSENT ? rep_buffer_find(span->buffer, span->after_ns) : 0;

    span->bw_mn = bw_mn;
    span->all = all_per_cent;
    span->begin = rep_buffer_find(span->buffer, span->up_ns);
    while (span->begin > first && step_span_force_mn(span, span->begin - 1) >= step_span_share_mn(span, 50))
        span->begin--;
    while (span->begin < n - 1 && step_span_force_mn(span, span->begin) < step_span_share_mn(span, 50))
        span->begin++;
    int stood = last_at_least(span, span->begin, 90), half = last_at_least(span, span->begin, 50);
    bool reached = step_span_force_mn(span, stood) >= step_span_share_mn(span, 90);
    span->end = (reached ? stood : half) + 1;
    span->end_mn = step_span_share_mn(span, reached ? 90 : 50);
    span->last = last_at_least(span, span->begin, all_per_cent);
    span->full = span->begin;
    while (span->full < span->last && step_span_force_mn(span, span->full) < step_span_share_mn(span, all_per_cent))
        span->full++;
    for (int i = span->full - 1; i > span->begin; i--) { /* a kick before it is none of it */
        if (step_span_force_mn(span, i) >= step_span_share_mn(span, 50))
            continue;
        span->begin = i + 1;
        break;
    }
    find_holes(span);
}

int64_t step_span_cross_ns(const struct step_span *span, int i, int64_t level_mn)
{
    int n = span->buffer->n;

    if (i <= 0 || i >= n || step_span_time_ns(span, i) - step_span_time_ns(span, i - 1) > LIVE_GAP_NS)
        return step_span_time_ns(span, i < n ? i : n - 1);
    bool before = step_span_force_mn(span, i - 1) < level_mn, after = step_span_force_mn(span, i) < level_mn;
    if (before == after)
        return step_span_time_ns(span, i);
    return fixed_cross_ns(step_span_time_ns(span, i - 1), step_span_force_mn(span, i - 1), step_span_time_ns(span, i),
                          step_span_force_mn(span, i), level_mn);
}

bool step_span_leaps(const struct step_span *span)
{
    int64_t gained = 0, dur_ns = step_span_time_ns(span, span->last) - step_span_time_ns(span, span->full); /* mN ns */

    for (int i = span->full + 1; i <= span->last; i++)
        gained += ((step_span_force_mn(span, i - 1) + step_span_force_mn(span, i)) / 2 - span->bw_mn) *
                  (step_span_time_ns(span, i) - step_span_time_ns(span, i - 1));
    return gained / span->bw_mn > LEAP_NS + dur_ns / LEAP_PART;
}
